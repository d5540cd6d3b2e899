//! What shared drawing boards, chats, registries of packages and gateways to language models taught, each mistake as a small
//! service of its own.

use super::check_rule;

#[test]
fn what_a_setting_chooses_between_is_all_of_it_in_use() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::put};
trait Shelf: Send + Sync { fn put(&self, name: String, text: String); }
struct OnDisk { folder: std::path::PathBuf }
struct InMemory { texts: Mutex<HashMap<String, String>> } //~ in-memory-store
struct Printed { pages: Mutex<HashMap<String, String>> }
impl Shelf for OnDisk {
    fn put(&self, name: String, text: String) { std::fs::write(self.folder.join(name), text).unwrap(); } //~ local-file
}
impl Shelf for InMemory {
    fn put(&self, name: String, text: String) { self.texts.lock().unwrap().insert(name, text); }
}
impl Printed {
    fn put(&self, name: String, text: String) { self.pages.lock().unwrap().insert(name, text); }
}
enum Wanted { Disk(std::path::PathBuf), Memory }
struct House { shelf: Arc<dyn Shelf> }
async fn set(State(house): State<Arc<House>>, text: String) { house.shelf.put("a".to_owned(), text); }
#[tokio::main]
async fn main() {
    let shelf: Arc<dyn Shelf> = match wanted() {
        Wanted::Disk(folder) => Arc::new(OnDisk { folder }),
        Wanted::Memory => Arc::new(InMemory { texts: Mutex::default() }),
    };
    let app = Router::new().route("/set", put(set)).with_state(Arc::new(House { shelf }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_is_chosen_once_and_for_all_is_the_only_one() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::put};
trait Shelf: Send + Sync { fn put(&self, name: String, text: String); }
struct OnDisk { folder: std::path::PathBuf }
struct InMemory { texts: Mutex<HashMap<String, String>> }
impl Shelf for OnDisk {
    fn put(&self, name: String, text: String) { std::fs::write(self.folder.join(name), text).unwrap(); } //~ local-file
}
impl Shelf for InMemory {
    fn put(&self, name: String, text: String) { self.texts.lock().unwrap().insert(name, text); }
}
struct House { shelf: Arc<dyn Shelf> }
async fn set(State(house): State<Arc<House>>, text: String) { house.shelf.put("a".to_owned(), text); }
#[tokio::main]
async fn main() {
    let shelf: Arc<dyn Shelf> = match folder() {
        Some(folder) => Arc::new(OnDisk { folder }),
        None => Arc::new(OnDisk { folder: "texts".into() }),
    };
    let app = Router::new().route("/set", put(set)).with_state(Arc::new(House { shelf }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn the_copy_of_a_list_that_is_made_at_first_use_is_the_copiers() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, serde_json, tokio
use std::sync::{Arc, LazyLock, Mutex};
use axum::{Json, Router, routing::get};
static BUILT_IN: LazyLock<Vec<serde_json::Value>> = LazyLock::new(|| vec![serde_json::json!({"id": "small"})]);
static ADDED: LazyLock<Arc<Mutex<Vec<String>>>> = LazyLock::new(Default::default); //~ in-memory-store
async fn models() -> Json<Vec<serde_json::Value>> {
    let mut data: Vec<serde_json::Value> = BUILT_IN.clone();
    for added in ADDED.lock().unwrap().iter() { data.push(serde_json::json!({"id": added})); }
    Json(data)
}
async fn add(name: String) {
    let added = ADDED.clone();
    added.lock().unwrap().push(name);
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/models", get(models).post(add));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_file_that_each_request_adds_a_line_to_is_kept() {
    check_rule(
        r#"//# app/src/main.rs uses: actix_web, tokio
use std::{fs::OpenOptions, io::Write, path::PathBuf, sync::Mutex};
use actix_web::{App, HttpResponse, HttpServer, web};
struct Index { folder: PathBuf }
impl Index {
    fn publish(&self, name: &str, line: &str) {
        let mut file = OpenOptions::new().append(true).open(self.folder.join(name)).unwrap(); //~ local-file
        writeln!(file, "{line}").unwrap();
    }
    fn versions(&self, name: &str) -> String { std::fs::read_to_string(self.folder.join(name)).unwrap() }
}
fn log_line(line: &str) {
    let mut file = OpenOptions::new().append(true).open("access.txt").unwrap();
    writeln!(file, "{line}").unwrap();
}
fn try_out(path: &str) -> bool { OpenOptions::new().append(true).open(path).is_ok() }
async fn publish(index: web::Data<Mutex<Index>>, line: String) -> HttpResponse {
    index.lock().unwrap().publish("a", &line);
    log_line(&line);
    assert!(try_out("index"));
    HttpResponse::Ok().body(index.lock().unwrap().versions("a"))
}
#[actix_web::main]
async fn main() {
    let index = web::Data::new(Mutex::new(Index { folder: "index".into() }));
    HttpServer::new(move || App::new().app_data(index.clone()).route("/new", web::put().to(publish))).run().await;
}
"#,
    );
}

#[test]
fn when_it_last_swept_its_own_memory_is_each_process_s_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap, tokio
use std::{net::IpAddr, sync::{LazyLock, atomic::{AtomicU64, Ordering}}};
use axum::{Router, routing::post};
use dashmap::DashMap;
static ADMIN_LIMITS: LazyLock<DashMap<IpAddr, u64>> = LazyLock::new(DashMap::new); //~ local-rate-limit
static LAST_PRUNE: AtomicU64 = AtomicU64::new(0);
static LAST_REMINDER: AtomicU64 = AtomicU64::new(0); //~ global-mutable
fn prune(now: u64) {
    let last = LAST_PRUNE.load(Ordering::Relaxed);
    if now - last < 60 { return; }
    if LAST_PRUNE.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_err() { return; }
    ADMIN_LIMITS.retain(|_, at| *at + 60 > now);
}
async fn enter(ip: IpAddr, now: u64) -> String {
    prune(now);
    ADMIN_LIMITS.insert(ip, now);
    let last = LAST_REMINDER.load(Ordering::Relaxed);
    if now - last < 60 { return String::new(); }
    LAST_REMINDER.store(now, Ordering::Relaxed);
    remind(ip).await
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(enter))).await.unwrap();
}
"#,
    );
}

#[test]
fn how_much_flies_at_the_moment_is_each_process_s_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::{Arc, Mutex, atomic::{AtomicU32, Ordering}};
use axum::{Router, extract::State, routing::post};
#[derive(Default)]
struct Upstream { in_flight: AtomicU32, sent: AtomicU32 } //~ global-counter
async fn ask(State(upstream): State<Arc<Upstream>>) -> String {
    upstream.in_flight.fetch_add(1, Ordering::Relaxed);
    let answer = forward(upstream.in_flight.load(Ordering::Relaxed)).await;
    upstream.in_flight.fetch_sub(1, Ordering::Relaxed);
    upstream.sent.fetch_add(1, Ordering::Relaxed);
    format!("{answer} {}", upstream.sent.load(Ordering::Relaxed))
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", post(ask)).with_state(Arc::new(Upstream::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_window_of_moments_is_a_limit_where_its_owner_is_called_so() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::VecDeque, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::post};
#[derive(Default)]
struct RateLimitState { window: Mutex<VecDeque<u64>> } //~ local-rate-limit
#[derive(Default)]
struct Deliveries { waiting: Mutex<VecDeque<u64>> } //~ in-memory-queue
#[derive(Clone, Default)]
struct House { limit: Arc<RateLimitState>, deliveries: Arc<Deliveries> }
async fn ask(State(house): State<House>, now: u64) -> bool {
    let mut window = house.limit.window.lock().unwrap();
    while window.front().is_some_and(|at| *at + 60 < now) { window.pop_front(); }
    if window.len() >= 10 { return false; }
    window.push_back(now);
    house.deliveries.waiting.lock().unwrap().push_back(now);
    house.deliveries.waiting.lock().unwrap().pop_front().is_some()
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(ask)).with_state(House::default())).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_loop_gathers_before_it_writes_it_out_is_a_queue() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
fn spawn_writer(pool: sqlx::PgPool) -> mpsc::Sender<String> {
    let (sender, mut lines) = mpsc::channel::<String>(1024); //~ in-memory-queue
    tokio::spawn(async move {
        let mut batch: Vec<String> = Vec::new(); //~ in-memory-queue(warning)
        let mut seen: Vec<String> = Vec::new(); //~ in-memory-store
        while let Some(line) = lines.recv().await {
            if seen.contains(&line) { continue; }
            seen.push(line.clone());
            batch.push(line);
            if batch.len() >= 100 { write_out(&pool, &mut batch).await; }
        }
    });
    sender
}
async fn write_out(pool: &sqlx::PgPool, batch: &mut Vec<String>) {
    for line in std::mem::take(batch) {
        sqlx::query("INSERT INTO lines VALUES ($1)").bind(line).execute(pool).await.unwrap();
    }
}
async fn add(State(sender): State<mpsc::Sender<String>>, line: String) { let _ = sender.send(line).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", post(add)).with_state(spawn_writer(pool().await));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn the_paths_of_an_old_edition_begin_at_the_root() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
extern crate axum;
mod shelves;
mod pages;
#[tokio::main]
async fn main() {
    let app = axum::Router::new().route("/", axum::routing::post(pages::enter)).with_state(shelves::Shelves::default());
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/shelves.rs
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
pub struct Shelves { names: Arc<Mutex<HashMap<String, u32>>>, left: Arc<Mutex<Vec<String>>> } //~ in-memory-store
pub fn enter(shelves: &Shelves, name: String) { shelves.names.lock().unwrap().insert(name, 1); }
pub fn leave(shelves: &Shelves, name: String) { shelves.left.lock().unwrap().push(name); }
pub fn count(shelves: &Shelves) -> usize { shelves.names.lock().unwrap().len() }
//# app/src/pages.rs
use axum::extract::State;
use shelves::{Shelves, enter as put};
pub async fn enter(State(shelves): State<Shelves>, name: String) -> String {
    put(&shelves, name);
    ::shelves::count(&shelves).to_string()
}
"#,
    );
}
