//! Values exchanged as a whole in an `ArcSwap`, and copies that are not put back.

use super::check_rule;

#[test]
fn a_changed_copy_stored_in_an_arc_swap_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, arc-swap, tokio
use arc_swap::ArcSwap;
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::Arc};
#[derive(Default)]
struct App {
    aliases: ArcSwap<HashMap<String, String>>, //~ in-memory-store
}
async fn alias(State(app): State<Arc<App>>, body: String) {
    let mut aliases = HashMap::clone(&app.aliases.load());
    aliases.insert(body.clone(), body);
    app.aliases.store(Arc::new(aliases));
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/aliases", post(alias)).with_state(Arc::new(App::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_changed_copy_of_an_arc_swap_for_one_answer_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, arc-swap, tokio
use arc_swap::ArcSwap;
use axum::{Json, Router, extract::State, routing::post};
use std::{collections::HashMap, sync::Arc};
struct App { aliases: ArcSwap<HashMap<String, String>> }
async fn preview(State(app): State<Arc<App>>, body: String) -> Json<HashMap<String, String>> {
    let mut aliases = HashMap::clone(&app.aliases.load());
    aliases.insert(body.clone(), body);
    Json(aliases)
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/preview", post(preview)).with_state(Arc::new(App { aliases: ArcSwap::from_pointee(load_aliases()) }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_arc_swap_changed_with_rcu_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, arc-swap, tokio
use arc_swap::ArcSwap;
use axum::{Router, extract::Path, routing::put};
use std::{collections::HashMap, sync::LazyLock};
static REDIRECTS: LazyLock<ArcSwap<HashMap<String, String>>> = LazyLock::new(|| ArcSwap::from_pointee(HashMap::new())); //~ in-memory-store
async fn redirect(Path(from): Path<String>, to: String) {
    REDIRECTS.rcu(|old| {
        let mut new = HashMap::clone(old);
        new.insert(from.clone(), to.clone());
        new
    });
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/redirects/{from}", put(redirect));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_arc_swap_exchanged_by_a_watcher_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, arc-swap, notify, tokio
use arc_swap::ArcSwap;
use axum::{Router, extract::{Path, State}, routing::get};
use std::{collections::HashMap, sync::Arc};
type Redirects = Arc<ArcSwap<HashMap<String, String>>>;
async fn redirect(State(redirects): State<Redirects>, Path(from): Path<String>) -> String {
    redirects.load().get(&from).cloned().unwrap_or_default()
}
fn watch(redirects: Redirects) {
    let watcher = notify::recommended_watcher(move |_event| { redirects.store(Arc::new(read_file())); });
    keep(watcher);
}
#[tokio::main]
async fn main() {
    let redirects: Redirects = Arc::new(ArcSwap::from_pointee(read_file()));
    watch(redirects.clone());
    let app = Router::new().route("/{from}", get(redirect)).with_state(redirects);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_arc_swap_swapped_by_a_handler_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, arc-swap, tokio
use arc_swap::ArcSwapOption;
use axum::{Router, routing::post};
use std::sync::Arc;
struct Notice { text: String, level: u8 }
static NOTICE: ArcSwapOption<Notice> = ArcSwapOption::const_empty(); //~ global-mutable
async fn announce(body: String) -> String {
    let old = NOTICE.swap(Some(Arc::new(Notice { text: body, level: 1 })));
    old.map(|old| old.text.clone()).unwrap_or_default()
}
async fn current() -> String { NOTICE.load().as_ref().map(|notice| notice.text.clone()).unwrap_or_default() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/notice", post(announce).get(current));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_persistent_map_in_an_arc_swap_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, arc-swap, im, tokio
use arc_swap::ArcSwap;
use axum::{Router, extract::State, routing::post};
use im::HashMap;
use std::sync::Arc;
#[derive(Clone)]
struct App {
    members: Arc<ArcSwap<HashMap<u64, String>>>, //~ in-memory-store
}
async fn enrol(State(app): State<App>, name: String) {
    app.members.rcu(|members| members.update(members.len() as u64, name.clone()));
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/members", post(enrol)).with_state(App { members: Arc::new(ArcSwap::from_pointee(HashMap::new())) });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
