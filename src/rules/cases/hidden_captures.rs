//! State that hides in closures, layers, leaked boxes, task-locals and generic fields.

use super::check_rule;

#[test]
fn a_map_captured_by_a_chain_of_closures_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Path, routing::post};
use std::{collections::HashMap, sync::{Arc, RwLock}};
type Prices = Arc<RwLock<HashMap<String, u32>>>;
async fn change(prices: Prices, name: String, price: u32) { prices.write().unwrap().insert(name, price); }
#[tokio::main]
async fn main() {
    let prices: Prices = Prices::default(); //~ in-memory-store
    let for_change = prices.clone();
    let app: Router = Router::new().route("/prices/{name}", post(move |Path(name): Path<String>, body: String| {
        change(for_change.clone(), name, body.parse().unwrap())
    }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_table_captured_by_a_closure_that_only_reads_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Path, routing::get};
use std::{collections::HashMap, sync::{Arc, RwLock}};
type Prices = Arc<RwLock<HashMap<String, u32>>>;
async fn look_up(prices: Prices, name: String) -> String { prices.read().unwrap().get(&name).copied().unwrap_or(0).to_string() }
#[tokio::main]
async fn main() {
    let prices: Prices = Prices::default();
    prices.write().unwrap().insert("tea".to_owned(), 3);
    let app: Router = Router::new().route("/prices/{name}", get(move |Path(name): Path<String>| look_up(prices.clone(), name)));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_returned_by_a_function_keeps_its_capture() {
    check_rule(
        r#"//# app/src/main.rs uses: warp, tokio
use std::sync::{Arc, Mutex};
use warp::Filter;
fn recorder() -> impl Fn(String) -> String + Clone {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default(); //~ in-memory-store
    move |line| {
        let mut lines = lines.lock().unwrap();
        lines.push(line);
        lines.join("\n")
    }
}
#[tokio::main]
async fn main() {
    let record = warp::path!("record" / String).map(recorder());
    warp::serve(record).run(([0, 0, 0, 0], 80)).await;
}
"#,
    );
}

#[test]
fn a_closure_returned_by_a_function_with_its_own_list_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: warp, tokio
use warp::Filter;
fn splitter(separator: char) -> impl Fn(String) -> String + Clone {
    move |line| {
        let mut parts = Vec::new();
        for part in line.split(separator) { parts.push(part.to_uppercase()); }
        parts.join("\n")
    }
}
#[tokio::main]
async fn main() {
    let split = warp::path!("split" / String).map(splitter(','));
    warp::serve(split).run(([0, 0, 0, 0], 80)).await;
}
"#,
    );
}

#[test]
fn a_tower_service_remembers() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tower, tokio
mod guard;
use axum::{Router, routing::get};
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(|| async { "hi" })).layer(guard::RememberLayer);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/guard.rs
use axum::extract::Request;
use std::{collections::HashSet, sync::{Arc, Mutex}, task::{Context, Poll}};
use tower::{Layer, Service};
#[derive(Clone)]
pub struct RememberLayer;
impl<S> Layer<S> for RememberLayer {
    type Service = Remember<S>;
    fn layer(&self, inner: S) -> Self::Service { Remember { inner, visitors: Arc::default() } }
}
#[derive(Clone)]
pub struct Remember<S> {
    inner: S,
    visitors: Arc<Mutex<HashSet<String>>>, //~ in-memory-store
}
impl<S: Service<Request>> Service<Request> for Remember<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> { self.inner.poll_ready(cx) }
    fn call(&mut self, request: Request) -> Self::Future {
        self.visitors.lock().unwrap().insert(peer_of(&request));
        self.inner.call(request)
    }
}
"#,
    );
}

#[test]
fn a_tower_service_with_a_setting_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tower, tokio
use axum::{Router, extract::Request, routing::get};
use std::{collections::HashMap, task::{Context, Poll}, time::Duration};
use tower::{Layer, Service};
#[derive(Clone)]
struct Stamp<S> { inner: S, limit: Duration, names: Vec<String> }
impl<S: Service<Request>> Service<Request> for Stamp<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> { self.inner.poll_ready(cx) }
    fn call(&mut self, mut request: Request) -> Self::Future {
        let mut marks = HashMap::new();
        for name in &self.names { marks.insert(name.clone(), self.limit); }
        request.extensions_mut().insert(marks);
        self.inner.call(request)
    }
}
#[derive(Clone)]
struct StampLayer(Duration);
impl<S> Layer<S> for StampLayer {
    type Service = Stamp<S>;
    fn layer(&self, inner: S) -> Stamp<S> { Stamp { inner, limit: self.0, names: vec!["a".to_owned()] } }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(|| async { "hi" })).layer(StampLayer(Duration::from_secs(1)));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_tower_service_made_by_service_fn_counts() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tower, tokio
use axum::{Router, extract::Request, response::Response};
use std::{convert::Infallible, sync::{Arc, atomic::{AtomicU64, Ordering}}};
#[tokio::main]
async fn main() {
    let hits = Arc::new(AtomicU64::new(0)); //~ global-counter
    let app: Router = Router::new().fallback_service(tower::service_fn(move |_request: Request| {
        let total = hits.fetch_add(1, Ordering::Relaxed) + 1;
        async move { Ok::<_, Infallible>(Response::new(format!("{total} served").into())) }
    }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn the_inner_struct_of_a_grpc_service_is_found() {
    check_rule(
        r"//# app/src/main.rs uses: tonic, tokio
mod inner;
use std::sync::Arc;
use tonic::{Request, Response, Status, transport::Server};
#[derive(Clone, Default)]
struct Ledger { inner: Arc<inner::Inner> }
#[tonic::async_trait]
impl LedgerService for Ledger {
    async fn book(&self, request: Request<Booking>) -> Result<Response<Balance>, Status> {
        let booking = request.into_inner();
        let cents = self.inner.book(booking.account, booking.cents).await.map_err(Status::internal)?;
        Ok(Response::new(Balance { cents }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(LedgerServer::new(Ledger::default())).serve(addr()).await.unwrap(); }
//# app/src/inner.rs
use std::collections::HashMap;
use tokio::sync::Mutex;
#[derive(Default)]
pub struct Inner {
    balances: Mutex<HashMap<u64, i64>>, //~ in-memory-store
}
impl Inner {
    pub async fn book(&self, account: u64, cents: i64) -> Result<i64, String> {
        let mut balances = self.balances.lock().await;
        let balance = balances.entry(account).or_insert(0);
        *balance += cents;
        Ok(*balance)
    }
}
",
    );
}

#[test]
fn a_grpc_service_that_sums_one_request_is_silent() {
    check_rule(
        r"//# app/src/main.rs uses: tonic, tokio
use std::{collections::HashMap, sync::Arc};
use tonic::{Request, Response, Status, transport::Server};
struct Rules { weights: HashMap<String, f64> }
#[derive(Clone)]
struct Scorer { rules: Arc<Rules> }
#[tonic::async_trait]
impl ScoreService for Scorer {
    async fn score(&self, request: Request<Sheet>) -> Result<Response<Scores>, Status> {
        let mut scores = HashMap::new();
        for (name, value) in request.into_inner().values {
            let weight = self.rules.weights.get(&name).copied().unwrap_or(1.0);
            *scores.entry(name).or_insert(0.0) += value * weight;
        }
        Ok(Response::new(Scores { scores }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(ScorerServer::new(Scorer { rules: Arc::new(rules()) })).serve(addr()).await.unwrap(); }
",
    );
}

#[test]
fn a_task_local_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Request, middleware::{self, Next}, response::Response, routing::get};
use std::cell::RefCell;
tokio::task_local! { static NOTES: RefCell<Vec<String>>; }
async fn scope(request: Request, next: Next) -> Response {
    NOTES.scope(RefCell::new(Vec::new()), next.run(request)).await
}
async fn show() -> String {
    NOTES.with(|notes| notes.borrow_mut().push("shown".to_owned()));
    NOTES.with(|notes| notes.borrow().join(","))
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(show)).layer(middleware::from_fn(scope));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_task_local_that_carries_the_shared_list_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Request, State}, middleware::{self, Next}, response::Response, routing::get};
use std::sync::{Arc, Mutex};
tokio::task_local! { static NOTES: Arc<Mutex<Vec<String>>>; }
#[derive(Clone, Default)]
struct App {
    notes: Arc<Mutex<Vec<String>>>, //~ in-memory-store
}
async fn scope(State(app): State<App>, request: Request, next: Next) -> Response {
    NOTES.scope(app.notes.clone(), next.run(request)).await
}
async fn show() -> String {
    NOTES.with(|notes| notes.lock().unwrap().push("shown".to_owned()));
    NOTES.with(|notes| notes.lock().unwrap().join(","))
}
#[tokio::main]
async fn main() {
    let state = App::default();
    let app = Router::new().route("/", get(show)).layer(middleware::from_fn_with_state(state.clone(), scope)).with_state(state);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_leaked_list_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::Mutex;
type Board = &'static Mutex<Vec<String>>;
async fn pin(State(board): State<Board>, body: String) { board.lock().unwrap().push(body); }
#[tokio::main]
async fn main() {
    let board: Board = Box::leak(Box::new(Mutex::new(Vec::new()))); //~ in-memory-store
    let app = Router::new().route("/pins", post(pin)).with_state(board);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_leaked_struct_is_found_at_its_field() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, parking_lot, tokio
use axum::{Router, extract::{Path, State}, routing::put};
use parking_lot::RwLock;
use std::collections::BTreeMap;
#[derive(Default)]
struct Shop {
    stock: RwLock<BTreeMap<String, u32>>, //~ in-memory-store
}
async fn set(State(shop): State<&'static Shop>, Path(name): Path<String>, body: String) {
    shop.stock.write().insert(name, body.parse().unwrap());
}
#[tokio::main]
async fn main() {
    let shop: &'static Shop = Box::leak(Box::default());
    let app = Router::new().route("/stock/{name}", put(set)).with_state(shop);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn leaked_settings_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
struct Settings { title: String, words: Vec<String> }
async fn title(State(settings): State<&'static Settings>) -> String {
    let mut words = settings.words.clone();
    words.push(settings.title.clone());
    words.join(" ")
}
#[tokio::main]
async fn main() {
    let settings: &'static Settings = Box::leak(Box::new(load_settings()));
    let app = Router::new().route("/", get(title)).with_state(settings);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_trait_object_in_a_once_cell_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, once_cell, tokio
mod memory;
use axum::{Router, routing::post};
use once_cell::sync::OnceCell;
use std::sync::Arc;
pub trait Repository: Send + Sync { fn save(&self, id: u64, body: String); }
static REPOSITORY: OnceCell<Arc<dyn Repository>> = OnceCell::new();
fn repository() -> &'static Arc<dyn Repository> { REPOSITORY.get().expect("set in main") }
async fn save(body: String) { repository().save(1, body); }
#[tokio::main]
async fn main() {
    REPOSITORY.set(Arc::new(memory::Memory::default())).ok();
    let app: Router = Router::new().route("/documents", post(save));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/memory.rs
use std::{collections::HashMap, sync::Mutex};
#[derive(Default)]
pub struct Memory {
    documents: Mutex<HashMap<u64, String>>, //~ in-memory-store
}
impl crate::Repository for Memory {
    fn save(&self, id: u64, body: String) { self.documents.lock().unwrap().insert(id, body); }
}
"#,
    );
}

#[test]
fn a_trait_object_over_a_pool_in_a_once_cell_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, once_cell, sqlx, async-trait, tokio
use axum::{Router, routing::post};
use once_cell::sync::OnceCell;
use std::sync::Arc;
#[async_trait::async_trait]
pub trait Repository: Send + Sync { async fn save(&self, id: u64, body: String); }
struct Database { pool: sqlx::PgPool }
#[async_trait::async_trait]
impl Repository for Database {
    async fn save(&self, id: u64, body: String) { sqlx::query("INSERT INTO d VALUES ($1, $2)").bind(id).bind(body).execute(&self.pool).await.unwrap(); }
}
static REPOSITORY: OnceCell<Arc<dyn Repository>> = OnceCell::new();
async fn save(body: String) { REPOSITORY.get().unwrap().save(1, body).await; }
#[tokio::main]
async fn main() {
    REPOSITORY.set(Arc::new(Database { pool: pool().await })).ok();
    let app: Router = Router::new().route("/documents", post(save));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_list_in_the_struct_of_a_generic_field_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod service;
mod store;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
type App = service::Orders<store::Memory>;
async fn order(State(app): State<Arc<App>>, body: String) { app.accept(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/orders", post(order)).with_state(Arc::new(App::new(store::Memory::default())));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/service.rs
use crate::store::Store;
pub struct Orders<S> { store: S, prefix: String }
impl<S: Store> Orders<S> {
    pub fn new(store: S) -> Self { Orders { store, prefix: "o-".to_owned() } }
    pub fn accept(&self, text: String) { self.store.add(format!("{}{text}", self.prefix)); }
}
//# app/src/store.rs
use std::sync::Mutex;
pub trait Store { fn add(&self, order: String); }
#[derive(Default)]
pub struct Memory {
    orders: Mutex<Vec<String>>, //~ in-memory-store
}
impl Store for Memory { fn add(&self, order: String) { self.orders.lock().unwrap().push(order); } }
"#,
    );
}

#[test]
fn a_generic_field_that_holds_a_client_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, redis, tokio
mod store;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use store::Store;
struct Orders<S> { store: S }
async fn order(State(app): State<Arc<Orders<store::Remote>>>, body: String) { app.store.add(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/orders", post(order)).with_state(Arc::new(Orders { store: store::Remote::connect().await }));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/store.rs
use tokio::sync::Mutex;
pub trait Store { async fn add(&self, order: String); }
pub struct Remote { connection: Mutex<redis::aio::MultiplexedConnection> }
impl Remote { pub async fn connect() -> Self { Remote { connection: Mutex::new(open().await) } } }
impl Store for Remote {
    async fn add(&self, order: String) {
        let mut batch = Vec::new();
        batch.push(order);
        let _: () = redis::cmd("RPUSH").arg("orders").arg(batch).query_async(&mut *self.connection.lock().await).await.unwrap();
    }
}
"#,
    );
}
