//! What shops, sign-in services and upload services that nobody here had seen taught: each mistake as a small service.

use super::check_rule;

#[test]
fn the_result_of_any_crate_holds_what_it_says() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, house_kit
use std::{collections::HashMap, sync::{Arc, Mutex, atomic::{AtomicU64, Ordering}}};
use axum::{Router, extract::State, routing::post};
use house_kit::error::Result;
#[derive(Clone, Default)]
struct Desk { lots: Arc<Mutex<HashMap<u64, Arc<Lot>>>> } //~ in-memory-store
#[derive(Default)]
struct Lot { bids: AtomicU64 } //~ global-counter
impl Lot {
    fn bid(&self) -> u64 { self.bids.fetch_add(1, Ordering::Relaxed); self.bids.load(Ordering::Relaxed) }
}
impl Desk {
    async fn open(&self, id: u64) -> Result<Arc<Lot>> {
        let lot = self.lots.lock().unwrap().entry(id).or_default().clone();
        Ok(lot)
    }
}
async fn bid(State(desk): State<Desk>) -> String {
    let lot = match desk.open(1).await {
        Ok(lot) => lot,
        Err(error) => return error.to_string(),
    };
    lot.bid().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/bids", post(bid)).with_state(Desk::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_value_made_for_one_request_stays_its_own_behind_the_result_of_any_crate() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, house_kit
use std::sync::Mutex;
use axum::{Router, routing::post};
use house_kit::error::Result;
#[derive(Default)]
struct Draft { lines: Mutex<Vec<String>> }
fn fresh() -> Result<Draft> { Ok(Draft::default()) }
async fn add(line: String) -> String {
    let draft = match fresh() { Ok(draft) => draft, Err(_) => return String::new() };
    draft.lines.lock().unwrap().push(line);
    draft.lines.lock().unwrap().join(",")
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(add))).await.unwrap();
}
"#,
    );
}

#[test]
fn what_is_said_when_a_lock_refuses_does_not_hide_what_it_hands_out() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, tracing
use std::{collections::HashMap, sync::{LazyLock, Mutex}};
use axum::{Router, routing::{get, post}};
static CARTS: LazyLock<Mutex<HashMap<String, Vec<u32>>>> = LazyLock::new(Default::default); //~ in-memory-session
async fn add(user: String) {
    CARTS
        .lock()
        .unwrap_or_else(|error| {
            tracing::error!("the lock is lost: {}", error);
            panic!("the lock is lost")
        })
        .entry(user)
        .or_default()
        .push(1);
}
async fn show(user: String) -> usize {
    CARTS.lock().unwrap_or_else(|error| panic!("{}", error)).get(&user).map_or(0, Vec::len)
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/cart", post(add)).route("/", get(show))).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_closure_gives_instead_of_what_is_missing_is_its_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::LazyLock};
use axum::{Router, routing::get};
static PRICES: LazyLock<HashMap<String, Vec<u32>>> = LazyLock::new(read_prices);
async fn show(name: String) -> usize {
    let mut prices = PRICES.get(&name).cloned().unwrap_or_else(|| Vec::new());
    prices.push(1);
    prices.len()
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", get(show))).await.unwrap();
}
"#,
    );
}

#[test]
fn rules_of_access_that_a_request_changes_are_a_copy() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, casbin
use std::sync::Arc;
use axum::{Router, extract::State, routing::{get, post}};
use casbin::{CoreApi, Enforcer, RbacApi};
use tokio::sync::RwLock;
#[derive(Clone)]
struct Gate { rules: Arc<RwLock<Enforcer>> } //~ in-memory-cache
async fn allow(State(gate): State<Gate>, user: String) {
    gate.rules.write().await.add_permission_for_user(&user, vec!["orders".to_owned()]).await.unwrap();
}
async fn orders(State(gate): State<Gate>, user: String) -> String {
    gate.rules.read().await.enforce((user, "orders")).unwrap().to_string()
}
#[tokio::main]
async fn main() {
    let gate = Gate { rules: Arc::new(RwLock::new(Enforcer::new("model.conf", adapter().await).await.unwrap())) };
    let app = Router::new().route("/allow", post(allow)).route("/orders", get(orders)).with_state(gate);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn rules_of_access_that_stay_as_they_were_read_are_none() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, casbin
use std::sync::Arc;
use axum::{Router, extract::State, routing::get};
use casbin::{CoreApi, Enforcer};
use tokio::sync::RwLock;
#[derive(Clone)]
struct Gate { rules: Arc<RwLock<Enforcer>> }
async fn orders(State(gate): State<Gate>, user: String) -> String {
    gate.rules.read().await.enforce((user, "orders")).unwrap().to_string()
}
#[tokio::main]
async fn main() {
    let gate = Gate { rules: Arc::new(RwLock::new(Enforcer::new("model.conf", "policy.csv").await.unwrap())) };
    axum::serve(listener().await, Router::new().route("/", get(orders)).with_state(gate)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_machine_number_that_stands_in_the_code_is_every_replicas() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, snowflaked
use std::sync::{LazyLock, Mutex};
use axum::{Router, routing::post};
use snowflaked::Generator;
static IDS: LazyLock<Mutex<Generator>> = LazyLock::new(|| Mutex::new(Generator::new(0))); //~ local-id-sequence
async fn order() -> String { IDS.lock().unwrap().generate::<u64>().to_string() }
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/orders", post(order))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_machine_number_that_is_given_from_outside_tells_replicas_apart() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, snowflaked
use std::sync::{LazyLock, Mutex};
use axum::{Router, routing::post};
use snowflaked::Generator;
static IDS: LazyLock<Mutex<Generator>> = LazyLock::new(|| Mutex::new(Generator::new(settings().machine)));
async fn order() -> String { IDS.lock().unwrap().generate::<u64>().to_string() }
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/orders", post(order))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_timer_that_another_request_stops_is_met_in_one_process_only() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}, time::Duration};
use axum::{Router, extract::State, routing::{delete, post}};
use tokio::task::JoinHandle;
#[derive(Clone, Default)]
struct Holds { expiry_tasks: Arc<Mutex<HashMap<u64, JoinHandle<()>>>> } //~ in-memory-workflow
async fn hold(State(holds): State<Holds>) {
    let task = tokio::spawn(async { tokio::time::sleep(Duration::from_secs(600)).await; release(1).await });
    holds.expiry_tasks.lock().unwrap().insert(1, task);
}
async fn pay(State(holds): State<Holds>) {
    if let Some(task) = holds.expiry_tasks.lock().unwrap().remove(&1) {
        task.abort();
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/holds", post(hold)).route("/payments", delete(pay)).with_state(Holds::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_task_that_its_own_connection_stops_is_this_process_s() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{State, ws::{WebSocket, WebSocketUpgrade}}, response::Response, routing::get};
use tokio::task::JoinHandle;
#[derive(Clone, Default)]
struct Beats { beat_tasks: Arc<Mutex<HashMap<u64, JoinHandle<()>>>> }
async fn connect(State(beats): State<Beats>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| talk(socket, beats))
}
async fn talk(mut socket: WebSocket, beats: Beats) {
    let id = number_of(&socket);
    beats.beat_tasks.lock().unwrap().insert(id, tokio::spawn(beat()));
    while let Some(Ok(message)) = socket.recv().await { socket.send(message).await.unwrap(); }
    if let Some(task) = beats.beat_tasks.lock().unwrap().remove(&id) { task.abort(); }
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", get(connect)).with_state(Beats::default())).await.unwrap();
}
"#,
    );
}

#[test]
fn buffers_on_a_stack_are_room_not_work() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::VecDeque, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::post};
#[derive(Clone, Default)]
struct Files { buf_list: Arc<Mutex<VecDeque<Vec<u8>>>> }
impl Files {
    fn take(&self) -> Vec<u8> {
        match self.buf_list.lock().unwrap().pop_back() { Some(buf) => buf, None => vec![0; 4096] }
    }
    fn give(&self, buf: Vec<u8>) {
        let mut list = self.buf_list.lock().unwrap();
        if list.len() < 10 { list.push_back(buf) }
    }
}
async fn upload(State(files): State<Files>, body: Vec<u8>) {
    let mut buf = files.take();
    buf.copy_from_slice(&body);
    send(&buf).await;
    files.give(buf);
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(upload)).with_state(Files::default())).await.unwrap();
}
"#,
    );
}

#[test]
fn a_buffer_that_gives_first_what_came_first_is_a_queue() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::VecDeque, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::{get, post}};
#[derive(Clone, Default)]
struct Inbox { buffer: Arc<Mutex<VecDeque<Vec<u8>>>> } //~ in-memory-queue
async fn put(State(inbox): State<Inbox>, body: Vec<u8>) { inbox.buffer.lock().unwrap().push_back(body); }
async fn next(State(inbox): State<Inbox>) -> Vec<u8> { inbox.buffer.lock().unwrap().pop_front().unwrap_or_default() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/put", post(put)).route("/next", get(next)).with_state(Inbox::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_lock_for_each_key_excludes_in_this_process_only() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, dashmap
use std::sync::Arc;
use axum::{Router, extract::State, routing::post};
use dashmap::DashMap;
use tokio::sync::Mutex;
#[derive(Clone, Default)]
struct Notes { note_lock: Arc<DashMap<u64, Arc<Mutex<()>>>> } //~ local-lock
async fn save(State(notes): State<Notes>, text: String) {
    let lock = notes.note_lock.entry(1).or_default().clone();
    let _held = lock.lock().await;
    write_note(text).await;
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(save)).with_state(Notes::default())).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_sign_in_with_a_passkey_waits_for_is_data_of_one_client() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, dashmap, webauthn_rs
use std::{sync::Arc, time::Instant};
use axum::{Router, extract::State, routing::post};
use dashmap::DashMap;
use webauthn_rs::prelude::PasskeyRegistration;
#[derive(Clone, Default)]
struct Waiting {
    begun: Arc<DashMap<u64, (PasskeyRegistration, Instant)>>, //~ in-memory-session
    lockouts: Arc<DashMap<String, u32>>, //~ local-rate-limit
}
async fn begin(State(waiting): State<Waiting>) { waiting.begun.insert(1, (challenge().await, Instant::now())); }
async fn finish(State(waiting): State<Waiting>, user: String) -> bool {
    *waiting.lockouts.entry(user).or_insert(0) += 1;
    waiting.begun.remove(&1).is_some()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/begin", post(begin)).route("/finish", post(finish)).with_state(Waiting::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_task_gives_is_what_its_caller_waits_for() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, anyhow, futures
use std::{collections::HashMap, sync::{Arc, atomic::{AtomicU64, Ordering}}};
use axum::{Router, extract::State, routing::post};
#[derive(Default)]
struct Lot { bids: AtomicU64 } //~ global-counter
impl Lot {
    fn bid(&self) -> u64 { self.bids.fetch_add(1, Ordering::Relaxed); self.bids.load(Ordering::Relaxed) }
}
#[derive(Clone, Default)]
struct Desk { lots: Arc<HashMap<u64, Arc<Lot>>> }
impl Desk {
    fn open(&self, id: u64) -> anyhow::Result<Arc<Lot>> { self.lots.get(&id).cloned().ok_or_else(gone) }
}
async fn bid(State(desk): State<Desk>) -> String {
    let lot = match tokio::task::spawn_blocking(move || desk.open(1)).await.unwrap() {
        Ok(lot) => lot,
        Err(error) => return error.to_string(),
    };
    lot.bid().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/bids", post(bid)).with_state(Desk::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_task_makes_for_its_caller_alone_is_its_callers() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, anyhow, futures
use std::{collections::HashMap, sync::{Arc, atomic::{AtomicU64, Ordering}}};
use axum::{Router, extract::State, routing::post};
#[derive(Default)]
struct Lot { bids: AtomicU64 }
impl Lot {
    fn bid(&self) -> u64 { self.bids.fetch_add(1, Ordering::Relaxed); self.bids.load(Ordering::Relaxed) }
}
#[derive(Clone, Default)]
struct Desk { lots: Arc<HashMap<u64, Arc<Lot>>> }
impl Desk {
    fn fresh(&self) -> anyhow::Result<Lot> { Ok(Lot::default()) }
}
async fn bid(State(desk): State<Desk>) -> String {
    let lot = tokio::task::spawn_blocking(move || desk.fresh()).await.unwrap().unwrap();
    lot.bid().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/bids", post(bid)).with_state(Desk::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_boxed_future_is_what_it_will_give() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, anyhow, futures
use std::{collections::HashMap, sync::{Arc, atomic::{AtomicU64, Ordering}}};
use axum::{Router, extract::State, routing::post};
#[derive(Default)]
struct Lot { bids: AtomicU64 } //~ global-counter
impl Lot {
    fn bid(&self) -> u64 { self.bids.fetch_add(1, Ordering::Relaxed); self.bids.load(Ordering::Relaxed) }
}
#[derive(Clone, Default)]
struct Desk { lots: Arc<HashMap<u64, Arc<Lot>>> }
impl Desk {
    fn open(&self, id: u64) -> futures::future::BoxFuture<'_, anyhow::Result<Arc<Lot>>> {
        Box::pin(async move { self.lots.get(&id).cloned().ok_or_else(gone) })
    }
}
async fn bid(State(desk): State<Desk>) -> String {
    match desk.open(1).await {
        Ok(lot) => lot.bid().to_string(),
        Err(error) => error.to_string(),
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/bids", post(bid)).with_state(Desk::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
