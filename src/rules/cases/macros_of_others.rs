//! Macros of other crates: declarations, branches and arguments inside them, and builders made by a derive.

use super::check_rule;

#[test]
fn a_lazy_static_with_several_values_shows_the_changed_one() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, lazy_static, regex, tokio
use axum::{Router, routing::post};
use lazy_static::lazy_static;
use std::{collections::HashMap, sync::RwLock};
lazy_static! {
    static ref WORD: regex::Regex = regex::Regex::new("[a-z]+").unwrap();
    /// What was learnt.
    pub static ref MEANINGS: RwLock<HashMap<String, String>> = RwLock::new(HashMap::new()); //~ in-memory-store
    static ref DEFAULTS: RwLock<HashMap<String, String>> = RwLock::new(read_defaults());
}
async fn learn(body: String) -> String {
    let word = WORD.find(&body).map(|found| found.as_str().to_owned()).unwrap_or_default();
    let default = DEFAULTS.read().unwrap().get(&word).cloned();
    MEANINGS.write().unwrap().insert(word, body);
    default.unwrap_or_default()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/learn", post(learn));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_thread_local_cell_counts() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
use actix_web::{App, HttpServer, Responder, get};
use std::cell::Cell;
thread_local! {
    static VISITS: Cell<u64> = const { Cell::new(0) }; //~ global-counter
}
#[get("/")]
async fn index() -> impl Responder {
    VISITS.with(|visits| visits.set(visits.get() + 1));
    format!("{} visits", VISITS.get())
}
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().service(index)).bind("0.0.0.0:80")?.run().await }
"#,
    );
}

#[test]
fn a_branch_of_select_that_changes_shared_data_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;
#[derive(Clone, Default)]
struct App {
    quotes: Arc<Mutex<HashMap<String, String>>>, //~ in-memory-store
}
async fn quote(State(app): State<App>, body: String) -> String {
    tokio::select! {
        answer = ask(&body) => {
            app.quotes.lock().await.insert(body, answer.clone());
            answer
        }
        () = tokio::time::sleep(Duration::from_secs(2)) => "too slow".to_owned(),
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/quote", post(quote)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn branches_of_select_that_change_a_local_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;
#[derive(Clone, Default)]
struct App { sources: Arc<Mutex<Vec<String>>> }
async fn gather(State(app): State<App>) -> String {
    let sources = app.sources.lock().await.clone();
    let mut answers = Vec::new();
    for source in sources {
        tokio::select! {
            answer = ask(&source) => answers.push(answer),
            () = tokio::time::sleep(Duration::from_secs(2)) => answers.push(String::new()),
        }
    }
    answers.join(",")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/gather", post(gather)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_static_and_a_function_in_cfg_if_are_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, cfg-if, tokio
use axum::{Router, routing::post};
cfg_if::cfg_if! {
    if #[cfg(feature = "redis")] {
        fn remember(name: String) { push_to_redis(name); }
    } else {
        static NAMES: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new()); //~ in-memory-store
        fn remember(name: String) { NAMES.lock().unwrap().push(name); }
    }
}
async fn sign(body: String) { remember(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_static_that_cfg_if_keeps_for_tests_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, cfg-if, tokio
use axum::{Router, routing::post};
cfg_if::cfg_if! {
    if #[cfg(test)] {
        static SENT: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
        fn send(mail: String) { SENT.lock().unwrap().push(mail); }
    } else {
        fn send(mail: String) { smtp(mail); }
    }
}
async fn invite(body: String) { send(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/invite", post(invite));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_change_in_an_argument_of_json_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, serde_json, tokio
use axum::{Json, Router, routing::post};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
static NEXT_ID: AtomicU64 = AtomicU64::new(1); //~ local-id-sequence
async fn create(body: String) -> Json<Value> {
    Json(json!({ "id": NEXT_ID.fetch_add(1, Ordering::Relaxed), "body": { "text": body, "tags": [] } }))
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/create", post(create));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_look_in_an_argument_of_json_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, serde_json, tokio
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use std::sync::{Mutex, atomic::{AtomicU64, Ordering}};
static LIMIT: AtomicU64 = AtomicU64::new(1);
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
async fn show() -> Json<Value> {
    Json(json!({ "limit": LIMIT.load(Ordering::Relaxed), "names": NAMES.lock().unwrap().clone(), "all": vec![NAMES.lock().unwrap().len(); 2] }))
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/show", get(show));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_change_in_an_argument_of_ensure_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, anyhow, tokio
use axum::{Router, routing::post};
use std::{collections::BTreeSet, sync::Mutex};
static COUPONS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new()); //~ in-memory-store
fn redeem(code: String) -> anyhow::Result<()> {
    anyhow::ensure!(COUPONS.lock().unwrap().insert(code.clone()), "{code} was redeemed before");
    Ok(())
}
async fn coupon(body: String) -> String { redeem(body).map_or_else(|error| error.to_string(), |()| "ok".to_owned()) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/coupons", post(coupon));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_change_in_an_argument_of_vec_is_found() {
    check_rule(
        r"
static STACK: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn handle_pair(first: String) -> Vec<Option<String>> {
    vec![STACK.lock().unwrap().pop(), { STACK.lock().unwrap().push(first); None }]
}
fn main() { serve(handle_pair); }
",
    );
}

#[test]
fn a_macro_whose_tokens_do_not_parse_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, maud, tokio
use axum::{Router, routing::get};
use std::sync::Mutex;
static ITEMS: Mutex<Vec<String>> = Mutex::new(Vec::new());
async fn page() -> maud::Markup {
    let query = sql!(SELECT name, "it's" FROM items WHERE id = $1 -> push(ITEMS));
    maud::html! {
        ul.items #list data-set=(query) {
            @for item in ITEMS.lock().unwrap().iter() { li { (item) } }
            @if let Some(first) = ITEMS.lock().unwrap().first() { p { "first: " (first) } }
        }
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(page));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_change_beside_a_macro_that_does_not_parse_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, maud, tokio
use axum::{Router, routing::get};
use std::sync::Mutex;
static ITEMS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
async fn page(name: String) -> maud::Markup {
    let query = sql!(SELECT => <name> FROM items; WHERE id = $1 ..);
    ITEMS.lock().unwrap().push(name);
    maud::html! { p.items { @for item in query { (item) } } }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(page));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_builder_made_by_a_derive_gives_the_struct() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, derive_builder, tokio
use axum::{Router, extract::State, routing::post};
use derive_builder::Builder;
use std::sync::{Arc, Mutex};
#[derive(Builder)]
#[builder(pattern = "owned")]
struct Hub {
    #[builder(setter(skip))]
    lines: Mutex<Vec<String>>, //~ in-memory-store
    limit: usize,
}
async fn add(State(hub): State<Arc<Hub>>, body: String) {
    let mut lines = hub.lines.lock().unwrap();
    if lines.len() < hub.limit { lines.push(body); }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/add", post(add)).with_state(Arc::new(HubBuilder::default().limit(10).build().unwrap()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_builder_made_by_a_derive_for_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, bon, tokio
use axum::{Router, routing::post};
use std::sync::Mutex;
#[derive(bon::Builder)]
struct Work { #[builder(default)] lines: Mutex<Vec<String>>, limit: usize }
async fn run(body: String) -> String {
    let work = Work::builder().limit(3).build();
    for line in body.lines().take(work.limit) { work.lines.lock().unwrap().push(line.to_owned()); }
    let text = work.lines.lock().unwrap().join(",");
    text
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/run", post(run));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
