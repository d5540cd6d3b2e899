//! Values on their way: copies, views, guards and payloads, and what is done to them there.

use super::check_rule;

#[test]
fn a_copy_out_of_a_lock_is_the_callers_whatever_plain_parts_it_has() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::{Arc, Mutex};
#[derive(Clone)]
enum Mode { Day, Night }
#[derive(Clone)]
struct Plan { steps: Vec<Box<Plan>>, mode: Mode }
#[derive(Clone)]
struct Shop { name: String, mode: Mode, plan: Plan }
async fn show(State(shop): State<Arc<Mutex<Shop>>>) -> String {
    let mut copy = shop.lock().unwrap().clone();
    copy.name.push_str("!");
    copy.plan.steps.clear();
    copy.name
}
#[tokio::main]
async fn main() {
    let shop = Arc::new(Mutex::new(Shop { name: "a".into(), mode: Mode::Day, plan: Plan { steps: Vec::new(), mode: Mode::Night } }));
    let app = Router::new().route("/", get(show)).with_state(shop);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn of_a_copy_only_what_lies_behind_its_handles_is_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
#[derive(Clone)]
struct Shop {
    name: String,
    tags: Vec<String>,
    sold: Arc<Mutex<Vec<String>>>, //~ in-memory-store
}
type Shops = Arc<Mutex<HashMap<u32, Shop>>>;
async fn show(State(shops): State<Shops>, Path(id): Path<u32>, body: String) -> String {
    let mut one = shops.lock().unwrap().get(&id).cloned().unwrap();
    one.name.push_str("!");
    one.tags = Vec::new();
    one.sold.lock().unwrap().push(body);
    let mut all = shops.lock().unwrap().clone();
    all.remove(&1);
    for shop in all.values_mut() { shop.tags.clear(); }
    one.name
}
#[tokio::main]
async fn main() {
    let shops: Shops = Arc::new(Mutex::new(load()));
    let app = Router::new().route("/{id}", post(show)).with_state(shops);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_is_done_to_the_entry_itself_is_done_to_the_store() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
#[derive(Clone)]
enum Mode { Day, Night }
#[derive(Clone)]
struct Shop { name: String, mode: Mode }
type Shops = Arc<Mutex<HashMap<u32, Shop>>>;
async fn close(State(shops): State<Shops>, Path(id): Path<u32>) -> String {
    let mut guard = shops.lock().unwrap();
    let shop = guard.get_mut(&id).unwrap();
    let before = shop.clone();
    shop.mode = Mode::Night;
    before.name
}
#[tokio::main]
async fn main() {
    let shops: Shops = Arc::new(Mutex::new(load())); //~ in-memory-store
    let app = Router::new().route("/{id}", post(close)).with_state(shops);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

const LAST_SEEN: &str = r#"//# app/src/main.rs uses: axum, reqwest, tokio
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc::{Receiver, Sender, channel};
async fn measured(State(tx): State<Sender<f64>>) { tx.send(1.0).await.unwrap(); }
async fn watch(mut rx: Receiver<f64>) {
    BEFORE
    while let Some(value) = rx.recv().await {
        WITHIN
        if last.map_or(true, |last: f64| value > last) {
            reqwest::Client::new().post("https://chat").body("higher").send().await.unwrap();
        }
        last = Some(value);
    }
}
#[tokio::main]
async fn main() {
    let (tx, rx) = channel::<f64>(100); //~ in-memory-queue
    tokio::spawn(watch(rx));
    let app = Router::new().route("/measured", post(measured)).with_state(tx);
    axum::serve(listener().await, app).await.unwrap();
}
"#;

#[test]
fn what_a_loop_remembers_is_known_by_what_it_is_given_later() {
    check_rule(
        &LAST_SEEN
            .replace("BEFORE", "let mut last = None; //~ global-mutable")
            .replace("WITHIN", ""),
    );
    check_rule(
        &LAST_SEEN
            .replace("BEFORE", "let mut last = None::<f64>; //~ global-mutable")
            .replace("WITHIN", ""),
    );
}

#[test]
fn what_each_round_of_a_loop_begins_anew_is_silent() {
    check_rule(
        &LAST_SEEN
            .replace("BEFORE", "")
            .replace("WITHIN", "let mut last = None;"),
    );
}
