//! Containers of other crates that change through a shared reference, and the same ones in the hands of one request.

use super::check_rule;

#[test]
fn a_persistent_map_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, im, tokio
use axum::{Router, extract::State, routing::post};
use im::HashMap;
#[derive(Clone)]
struct App { defaults: HashMap<String, String> }
async fn merged(State(app): State<App>, name: String) -> String {
    let mut options = app.defaults.clone();
    options.insert(name, "on".to_owned());
    let options = options.update("debug".to_owned(), "off".to_owned());
    options.len().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/merged", post(merged)).with_state(App { defaults: HashMap::new() });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_static_array_of_counts_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Request, middleware::{self, Next}, response::Response, routing::get};
use std::sync::atomic::{AtomicU64, Ordering};
static BY_CLASS: [AtomicU64; 5] = [const { AtomicU64::new(0) }; 5]; //~ global-counter
async fn tally(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    BY_CLASS[usize::from(response.status().as_u16() / 100) - 1].fetch_add(1, Ordering::Relaxed);
    response
}
async fn errors() -> String { BY_CLASS[4].load(Ordering::Relaxed).to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/errors", get(errors)).layer(middleware::from_fn(tally));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_array_of_counts_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, rayon, tokio
use axum::{Router, routing::post};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
static LIMITS: [AtomicU64; 2] = [AtomicU64::new(100), AtomicU64::new(200)];
async fn histogram(body: String) -> String {
    let counts: [AtomicU64; 4] = std::array::from_fn(|_| AtomicU64::new(0));
    body.par_bytes().for_each(|byte| { counts[usize::from(byte / 64)].fetch_add(1, Ordering::Relaxed); });
    let limit = LIMITS[0].load(Ordering::Relaxed);
    counts.iter().filter(|count| count.load(Ordering::Relaxed) < limit).count().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/histogram", post(histogram));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_dashmap_entry_is_changed_through_a_reference_guard() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use dashmap::DashMap;
use std::sync::Arc;
struct Player { name: String, points: u64 }
type Players = Arc<DashMap<u64, Player>>;
async fn score(State(players): State<Players>, Path(id): Path<u64>) -> String {
    if let Some(mut player) = players.get_mut(&id) {
        player.points += 1;
        return player.name.clone();
    }
    String::new()
}
#[tokio::main]
async fn main() {
    let players: Players = Arc::new(DashMap::new()); //~ in-memory-store
    let app = Router::new().route("/score/{id}", post(score)).with_state(players);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_dashmap_for_parallel_work_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap, rayon, tokio
use axum::{Router, routing::post};
use dashmap::DashMap;
use rayon::prelude::*;
use std::sync::Arc;
fn note(seen: &DashMap<String, u32>, word: &str) { *seen.entry(word.to_owned()).or_insert(0) += 1; }
async fn words(body: String) -> String {
    let seen = Arc::new(DashMap::new());
    body.par_split(' ').for_each(|word| note(&seen, word));
    seen.len().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/words", post(words));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_scc_map_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, scc, tokio
use axum::{Router, extract::{Path, State}, routing::put};
use scc::HashMap;
use std::sync::Arc;
#[derive(Default)]
struct App {
    devices: HashMap<u64, String>, //~ in-memory-store
}
async fn report(State(app): State<Arc<App>>, Path(id): Path<u64>, body: String) {
    app.devices.upsert_async(id, body).await;
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/devices/{id}", put(report)).with_state(Arc::new(App::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_scc_map_changed_through_its_entry_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, scc, tokio
use axum::{Router, extract::Path, routing::put};
use std::sync::LazyLock;
static DEVICES: LazyLock<scc::HashMap<u64, Vec<String>>> = LazyLock::new(scc::HashMap::new); //~ in-memory-store
async fn report(Path(id): Path<u64>, body: String) {
    DEVICES.entry_async(id).await.or_default().get_mut().push(body);
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/devices/{id}", put(report));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pinned_papaya_map_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, papaya, tokio
use axum::{Router, extract::{Path, State}, routing::put};
use papaya::HashMap;
use std::sync::Arc;
#[derive(Default)]
struct App {
    places: HashMap<String, (f64, f64)>, //~ in-memory-store
}
async fn set_place(State(app): State<Arc<App>>, Path(name): Path<String>) {
    let places = app.places.pin();
    places.insert(name, (0.0, 0.0));
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/places/{name}", put(set_place)).with_state(Arc::new(App::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pinned_papaya_map_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, papaya, tokio
use axum::{Router, extract::State, routing::post};
use papaya::HashMap;
use std::sync::Arc;
struct App { places: HashMap<String, u32> }
async fn distinct(State(app): State<Arc<App>>, body: String) -> String {
    let words = HashMap::new();
    for word in body.split(' ') { words.pin().insert(word.to_owned(), 1); }
    let known = app.places.pin();
    words.pin().iter().filter(|(word, _)| known.get(*word).is_some()).count().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/distinct", post(distinct)).with_state(Arc::new(App { places: load_places() }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_flurry_map_with_a_guard_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web, flurry
use actix_web::{App, HttpServer, Responder, post, web};
struct Shelf {
    books: flurry::HashMap<String, String>, //~ in-memory-store
}
#[post("/books")]
async fn add(shelf: web::Data<Shelf>, body: String) -> impl Responder {
    let guard = shelf.books.guard();
    shelf.books.insert(body.clone(), body, &guard);
    "ok"
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let shelf = web::Data::new(Shelf { books: flurry::HashMap::new() });
    HttpServer::new(move || App::new().app_data(shelf.clone()).service(add)).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn an_evmap_behind_a_lock_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web, evmap
use actix_web::{App, HttpServer, Responder, post, web};
use std::sync::Mutex;
struct Follows {
    writer: Mutex<evmap::WriteHandle<u64, u64>>, //~ in-memory-store
}
#[post("/follow/{who}/{whom}")]
async fn follow(follows: web::Data<Follows>, path: web::Path<(u64, u64)>) -> impl Responder {
    let (who, whom) = path.into_inner();
    let mut writer = follows.writer.lock().unwrap();
    writer.insert(who, whom);
    writer.refresh();
    "ok"
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let (_, writer) = evmap::new();
    let follows = web::Data::new(Follows { writer: Mutex::new(writer) });
    HttpServer::new(move || App::new().app_data(follows.clone()).service(follow)).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn a_lock_free_queue_of_accepted_work_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, crossbeam, tokio
use axum::{Router, http::StatusCode, routing::post};
use crossbeam::queue::SegQueue;
static MAILS: SegQueue<String> = SegQueue::new(); //~ in-memory-queue
async fn send(body: String) -> StatusCode {
    MAILS.push(body);
    StatusCode::ACCEPTED
}
fn deliver() { loop { while let Some(mail) = MAILS.pop() { smtp(mail); } wait(); } }
#[tokio::main]
async fn main() {
    std::thread::spawn(deliver);
    let app: Router = Router::new().route("/mails", post(send));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_lock_free_queue_inside_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, crossbeam, futures, tokio
use axum::{Router, routing::post};
use crossbeam::queue::SegQueue;
use std::sync::Arc;
async fn thumbnails(body: String) -> String {
    let parts = Arc::new(SegQueue::new());
    for url in body.lines() { parts.push(url.to_owned()); }
    let workers = (0..4).map(|_| tokio::spawn(drain(parts.clone())));
    futures::future::join_all(workers).await.len().to_string()
}
async fn drain(parts: Arc<SegQueue<String>>) { while let Some(part) = parts.pop() { shrink(part).await; } }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/thumbnails", post(thumbnails));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_skip_map_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, crossbeam-skiplist, tokio
use axum::{Router, extract::State, routing::post};
use crossbeam_skiplist::SkipMap;
use std::sync::Arc;
#[derive(Clone, Default)]
struct App {
    ranking: Arc<SkipMap<u64, String>>, //~ in-memory-store
}
async fn rank(State(app): State<App>, body: String) -> String {
    app.ranking.insert(body.len() as u64, body);
    app.ranking.back().map(|best| best.value().clone()).unwrap_or_default()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/rank", post(rank)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_concurrent_queue_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, concurrent-queue, tokio
use axum::{Router, extract::State, http::StatusCode, routing::post};
use concurrent_queue::ConcurrentQueue;
use std::sync::Arc;
struct App {
    exports: ConcurrentQueue<String>, //~ in-memory-queue
}
async fn export(State(app): State<Arc<App>>, body: String) -> StatusCode {
    match app.exports.push(body) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/exports", post(export)).with_state(Arc::new(App { exports: ConcurrentQueue::unbounded() }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_queue_of_spare_buffers_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, concurrent-queue, tokio
use axum::{Router, extract::State, routing::post};
use concurrent_queue::ConcurrentQueue;
use std::sync::Arc;
struct App { spare_buffers: ConcurrentQueue<Vec<u8>> }
async fn compress(State(app): State<Arc<App>>, body: String) -> String {
    let mut buffer = app.spare_buffers.pop().unwrap_or_default();
    buffer.clear();
    deflate(&body, &mut buffer);
    let size = buffer.len();
    let _ = app.spare_buffers.push(buffer);
    size.to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/compress", post(compress)).with_state(Arc::new(App { spare_buffers: ConcurrentQueue::bounded(16) }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_sharded_slab_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sharded-slab, tokio
use axum::{Router, extract::State, routing::post};
use sharded_slab::Slab;
use std::sync::Arc;
struct App {
    documents: Slab<String>, //~ in-memory-store
}
async fn save(State(app): State<Arc<App>>, body: String) -> String { app.documents.insert(body).unwrap().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/documents", post(save)).with_state(Arc::new(App { documents: Slab::new() }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_slab_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, slab, tokio
use axum::{Router, routing::post};
use slab::Slab;
async fn tree(body: String) -> String {
    let mut nodes = Slab::new();
    let root = nodes.insert(String::new());
    for line in body.lines() { nodes.insert(format!("{root}: {line}")); }
    nodes.remove(root);
    nodes.len().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/tree", post(tree));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_queue_of_a_crate_nobody_knows_behind_a_lock_is_filled_and_emptied() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, little_queues
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::{get, post}};
use little_queues::Queue;
struct Post { letters: Mutex<Queue<Vec<u8>>> } //~ global-mutable
async fn write(State(post): State<Arc<Post>>, letter: String) { let _ = post.letters.lock().unwrap().queue(letter.into_bytes()); }
async fn read(State(post): State<Arc<Post>>) -> Vec<u8> { post.letters.lock().unwrap().dequeue().unwrap_or_default() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/letters", post(write).get(read)).with_state(Arc::new(Post { letters: Mutex::new(Queue::new()) }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_queue_of_a_crate_nobody_knows_that_requests_only_look_at_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, little_queues
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::get};
use little_queues::Queue;
struct Post { letters: Mutex<Queue<Vec<u8>>> }
async fn count(State(post): State<Arc<Post>>) -> String { post.letters.lock().unwrap().len().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/letters", get(count)).with_state(Arc::new(Post { letters: Mutex::new(Queue::new()) }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
