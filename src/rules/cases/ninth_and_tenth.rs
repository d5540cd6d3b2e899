//! What the ninth and the tenth round of judged services taught: each mistake as a small service of its own.

use super::check_rule;

#[test]
fn a_loop_that_numbers_what_it_goes_through_calls_what_lies_there() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::post};
trait Bell: Send + Sync { fn ring(&self, door: &str); }
struct Chime { heard: Mutex<Vec<String>> } //~ in-memory-store
impl Bell for Chime { fn ring(&self, door: &str) { self.heard.lock().unwrap().push(door.to_owned()); } }
struct Flute { blown: Mutex<Vec<String>> }
impl Flute { fn ring(&self, door: &str) { self.blown.lock().unwrap().push(door.to_owned()); } }
struct House { bells: Arc<[Arc<dyn Bell>]> }
async fn ring(State(house): State<Arc<House>>, door: String) -> &'static str {
    for (position, bell) in house.bells.iter().enumerate().skip(1) {
        tracing::info!(position);
        bell.ring(&door);
    }
    "rung"
}
#[tokio::main]
async fn main() {
    let bells: Vec<Arc<dyn Bell>> = vec![Arc::new(Chime { heard: Mutex::default() })];
    let house = Arc::new(House { bells: bells.into() });
    axum::serve(listener().await, Router::new().route("/ring", post(ring)).with_state(house)).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_lock_does_with_a_closure_it_does_at_once() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, arc_swap, homegrown_bus
use std::sync::LazyLock;
use arc_swap::ArcSwap;
use axum::{Router, routing::post};
#[derive(Clone, Default)]
struct Desk { keys: Vec<String> }
static DESK: LazyLock<ArcSwap<Desk>> = LazyLock::new(|| ArcSwap::from_pointee(load()));
fn take_keys() -> Vec<String> {
    let mut taken = Vec::new();
    DESK.rcu(|desk| {
        let mut desk = Desk::clone(desk);
        taken = std::mem::take(&mut desk.keys);
        desk
    });
    taken
}
async fn index() -> usize { DESK.load().keys.len() }
#[tokio::main]
async fn main() {
    let keys = take_keys();
    let mut seen = Vec::new(); //~ in-memory-store
    let bus = homegrown_bus::connect("bus:1", keys);
    bus.listen(move |message: String| { seen.push(message); });
    axum::serve(listener().await, Router::new().route("/", post(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_file_removed_where_writing_it_failed_is_kept_where_it_did_not() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, body::Bytes, extract::Path, routing::post};
use tokio::io::AsyncWriteExt;
async fn keep(Path(name): Path<String>, body: Bytes) -> Result<(), String> {
    let path = format!("/srv/pictures/{name}");
    let mut file = tokio::fs::File::create(&path).await.map_err(|error| error.to_string())?; //~ local-file
    for chunk in body.chunks(4096) {
        if chunk.is_empty() {
            let _ = tokio::fs::remove_file(&path).await;
            return Err("too little".to_owned());
        }
        file.write_all(chunk).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}
async fn convert(body: Bytes) -> Vec<u8> {
    let path = format!("/tmp/{}", body.len());
    let mut file = tokio::fs::File::create(&path).await.unwrap();
    file.write_all(&body).await.unwrap();
    file.flush().await.unwrap();
    let result = run_converter(&path).await;
    tokio::fs::remove_file(&path).await.unwrap();
    result
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pictures/{name}", post(keep)).route("/convert", post(convert));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn connections_counted_up_and_down_are_its_own_and_those_only_counted_up_are_not() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::atomic::{AtomicUsize, Ordering};
use axum::{Router, http::StatusCode, routing::get};
static CONNECTION_COUNTER: AtomicUsize = AtomicUsize::new(0);
static CONNECTION_COUNT: AtomicUsize = AtomicUsize::new(0); //~ global-counter
async fn stream() -> Result<String, StatusCode> {
    if CONNECTION_COUNTER.load(Ordering::SeqCst) > 100 { return Err(StatusCode::TOO_MANY_REQUESTS); }
    CONNECTION_COUNT.fetch_add(1, Ordering::SeqCst);
    CONNECTION_COUNTER.fetch_add(1, Ordering::SeqCst);
    let text = long_text().await;
    CONNECTION_COUNTER.fetch_sub(1, Ordering::SeqCst);
    Ok(text)
}
async fn seen() -> String { CONNECTION_COUNT.load(Ordering::SeqCst).to_string() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/stream", get(stream)).route("/seen", get(seen));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn figures_gathered_for_a_collector_are_its_own_and_those_that_requests_see_are_not() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod stats_reporter;
use axum::{Router, routing::get};
async fn visit() -> String { stats_reporter::count("visit"); stats_reporter::show() }
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", get(visit))).await.unwrap();
}
//# app/src/stats_reporter.rs
use std::{collections::HashMap, sync::{LazyLock, Mutex}};
static PENDING: LazyLock<Mutex<HashMap<String, i64>>> = LazyLock::new(Default::default);
static COUNTED: LazyLock<Mutex<HashMap<String, i64>>> = LazyLock::new(Default::default); //~ in-memory-store
pub fn count(name: &str) {
    *PENDING.lock().unwrap().entry(name.to_owned()).or_insert(0) += 1;
    COUNTED.lock().unwrap().insert(name.to_owned(), 1);
}
pub fn show() -> String { COUNTED.lock().unwrap().keys().cloned().collect() }
"#,
    );
}

#[test]
fn a_broadcast_that_only_tasks_of_the_start_hear_joins_no_clients() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::Arc;
use axum::{Router, extract::State, routing::{get, post}};
use tokio::sync::broadcast;
struct App {
    audit: broadcast::Sender<usize>,
    news: broadcast::Sender<String>, //~ local-broadcast
}
impl App {
    fn watch(&self) {
        let mut heard = self.audit.subscribe();
        tokio::spawn(async move { while let Ok(line) = heard.recv().await { tracing::info!("{line}"); } });
    }
}
async fn say(State(app): State<Arc<App>>, text: String) {
    let _ = app.audit.send(text.len());
    let _ = app.news.send(text);
}
async fn listen(State(app): State<Arc<App>>) -> String { app.news.subscribe().recv().await.unwrap() }
#[tokio::main]
async fn main() {
    let app = Arc::new(App { audit: broadcast::channel(8).0, news: broadcast::channel(8).0 });
    app.watch();
    let routes = Router::new().route("/say", post(say)).route("/listen", get(listen)).with_state(app);
    axum::serve(listener().await, routes).await.unwrap();
}
"#,
    );
}

#[test]
fn a_cache_by_the_hash_of_what_it_keeps_is_a_note() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, moka, tokio
use std::sync::Arc;
use axum::{Router, extract::{Path, State}, routing::get};
use moka::future::Cache;
#[derive(Clone, PartialEq, Eq, Hash)]
struct Digest([u8; 32]);
#[derive(Clone, PartialEq, Eq, Hash)]
struct UrlHash([u8; 32]);
struct App {
    images: Cache<Digest, Vec<u8>>, //~ in-memory-cache(note)
    pages: Cache<UrlHash, Vec<u8>>, //~ in-memory-cache(error)
}
async fn image(State(app): State<Arc<App>>, Path(digest): Path<Digest>) -> Vec<u8> {
    app.images.try_get_with(digest.clone(), load(digest)).await.unwrap()
}
async fn page(State(app): State<Arc<App>>, Path(url): Path<UrlHash>) -> Vec<u8> {
    app.pages.try_get_with(url.clone(), fetch(url)).await.unwrap()
}
#[tokio::main]
async fn main() {
    let app = Arc::new(App { images: Cache::new(100), pages: Cache::new(100) });
    let routes = Router::new().route("/images/{digest}", get(image)).route("/pages/{url}", get(page)).with_state(app);
    axum::serve(listener().await, routes).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_that_flushes_what_it_was_sent_repeats_nothing() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx
use axum::{Router, routing::get};
use tokio::sync::mpsc;
struct Writer { lines: mpsc::Receiver<String>, pool: sqlx::PgPool }
impl Writer {
    async fn run(mut self) {
        let mut rows: Vec<String> = Vec::new(); //~ in-memory-store
        let mut tick = tokio::time::interval(std::time::Duration::from_secs(5));
        loop {
            tokio::select! {
                line = self.lines.recv() => { if let Some(line) = line { rows.push(line); } }
                _ = tick.tick() => flush_rows(&self.pool, &rows).await,
            }
        }
    }
}
async fn flush_rows(pool: &sqlx::PgPool, rows: &[String]) {
    sqlx::query("INSERT INTO lines SELECT unnest($1)").bind(rows).execute(pool).await.unwrap();
}
async fn bill(pool: sqlx::PgPool) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
        flush_bills(&pool).await;
    }
}
async fn flush_bills(pool: &sqlx::PgPool) {
    sqlx::query("INSERT INTO bills SELECT * FROM due").execute(pool).await.unwrap();
}
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    let pool = connect().await;
    let (_keep, lines) = mpsc::channel(64);
    tokio::spawn(Writer { lines, pool: pool.clone() }.run());
    tokio::spawn(bill(pool));
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn what_is_set_up_once_is_told_where_it_is_set_up() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, surrealdb
use std::sync::LazyLock;
use axum::{Router, routing::post};
use surrealdb::{Surreal, engine::local::{Db, Mem}};
use tokio::sync::OnceCell;
static DB: LazyLock<Surreal<Db>> = LazyLock::new(Surreal::init);
static READY: OnceCell<()> = OnceCell::const_new();
async fn set_up() {
    READY.get_or_init(|| async {
        DB.connect::<Mem>(()).await.unwrap(); //~ embedded-database
    }).await;
}
async fn keep(text: String) { let _: Option<String> = DB.create("note").content(text).await.unwrap(); }
#[tokio::main]
async fn main() {
    set_up().await;
    axum::serve(listener().await, Router::new().route("/", post(keep))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_client_made_once_by_an_attribute_is_silent_and_a_result_kept_by_one_is_not() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, cached, reqwest
use axum::{Router, routing::get};
use cached::proc_macro::once;
#[once]
fn http_client() -> reqwest::Client { reqwest::Client::new() }
#[once]
async fn prices() -> String { //~ in-memory-cache
    http_client().get("https://prices").send().await.unwrap().text().await.unwrap()
}
async fn show() -> String { prices().await }
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", get(show))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_function_that_the_framework_makes_a_service_is_a_handler() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State};
#[derive(Default)]
struct Shelf {
    books: Mutex<Vec<String>>, //~ in-memory-store
    seeds: Mutex<Vec<String>>,
}
trait Seeds { fn sown(self, shelf: &Shelf); }
impl<F: Fn(&Shelf)> Seeds for F { fn sown(self, shelf: &Shelf) { self(shelf) } }
fn sow(shelf: &Shelf) { shelf.seeds.lock().unwrap().push("moss".to_owned()); }
async fn put(State(shelf): State<Arc<Shelf>>, book: String) { shelf.books.lock().unwrap().push(book); }
#[tokio::main]
async fn main() {
    let shelf = Arc::new(Shelf::default());
    sow.sown(&shelf);
    let shelves = put.with_state(shelf);
    axum::serve(listener().await, Router::new().fallback_service(shelves)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_statement_for_tests_alone_is_not_part_of_the_program() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::Mutex;
use axum::{Router, routing::post};
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
static KEPT: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
async fn keep(text: String) {
    #[cfg(test)]
    SEEN.lock().unwrap().push(text.clone());
    #[cfg(not(test))]
    {
        KEPT.lock().unwrap().push(text);
    }
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(keep))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_timer_whose_messages_another_loop_flushes_is_no_flush_itself() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::time::Duration;
use axum::{Router, routing::get};
use tokio::{sync::mpsc, time::interval};
struct Keeper { seen: mpsc::Receiver<u32> }
impl Keeper {
    async fn run(mut self) {
        while let Some(one) = self.seen.recv().await { self.flush(one).await; }
    }
    async fn flush(&mut self, one: u32) { println!("{one}"); }
}
struct Prober { seen: mpsc::Sender<u32>, orders: mpsc::Receiver<u32>, client: reqwest::Client }
impl Prober {
    async fn run(mut self) {
        let mut ticks = interval(Duration::from_secs(60)); //~ per-replica-schedule
        loop {
            tokio::select! {
                _ = ticks.tick() => { self.client.post("http://pager/alarm").send().await.unwrap(); let _ = self.seen.send(1).await; }
                Some(order) = self.orders.recv() => { let _ = self.seen.send(order).await; }
            }
        }
    }
}
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    let (sender, seen) = mpsc::channel(8);
    let (_orders, taken) = mpsc::channel(8);
    tokio::spawn(Keeper { seen }.run());
    tokio::spawn(Prober { seen: sender, orders: taken, client: reqwest::Client::new() }.run());
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}
