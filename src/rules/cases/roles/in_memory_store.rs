//! The service's own data in this process, and collections that are the same everywhere or belong to one request.

cases! {
    firing {
        notes_in_a_shared_map_fire: axum!(r"
type Notes = Arc<RwLock<BTreeMap<u32, String>>>;
#[derive(Clone, Default)]
struct App { notes: Notes } //~ in-memory-store
async fn write(State(app): State<App>, Path(id): Path<u32>, text: String) { app.notes.write().unwrap().insert(id, text); }
async fn read(State(app): State<App>, Path(id): Path<u32>) -> String { app.notes.read().unwrap().get(&id).cloned().unwrap_or_default() }",
            r#".route("/notes/{id}", get(read).put(write))"#, "App::default()");
        a_database_of_todos_in_warp_fires: r#"//# app/src/main.rs uses: warp, tokio
use std::sync::Arc;
use tokio::sync::Mutex;
use warp::Filter;
type Db = Arc<Mutex<Vec<String>>>;
async fn list(db: Db) -> Result<String, warp::Rejection> { Ok(db.lock().await.join("\n")) }
async fn create(text: String, db: Db) -> Result<String, warp::Rejection> { db.lock().await.push(text.clone()); Ok(text) }
#[tokio::main]
async fn main() {
    let db: Db = Arc::new(Mutex::new(Vec::new())); //~ in-memory-store
    let with_db = warp::any().map(move || db.clone());
    let lists = warp::path!("todos").and(warp::get()).and(with_db.clone()).and_then(list);
    let creates = warp::path!("todos" / String).and(warp::post()).and(with_db).and_then(create);
    warp::serve(lists.or(creates)).run(([0, 0, 0, 0], 80)).await;
}
"#;
        scores_of_a_game_behind_a_trait_object_fire: axum!(r"
mod board;
use board::{Board, InMemory};
async fn score(State(board): State<Arc<dyn Board>>, Path((player, points)): Path<(String, u32)>) { board.put(player, points); }
async fn best(State(board): State<Arc<dyn Board>>) -> String { board.best().unwrap_or_default() }",
            r#".route("/score/{player}/{points}", post(score)).route("/best", get(best))"#, "Arc::new(InMemory::default()) as Arc<dyn Board>", r"//# app/src/board.rs
use parking_lot::Mutex;
use std::collections::HashMap;
pub trait Board: Send + Sync { fn put(&self, player: String, points: u32); fn best(&self) -> Option<String>; }
#[derive(Default)]
pub struct InMemory { points: Mutex<HashMap<String, u32>> } //~ in-memory-store
impl Board for InMemory {
    fn put(&self, player: String, points: u32) { self.points.lock().insert(player, points); }
    fn best(&self) -> Option<String> { self.points.lock().iter().max_by_key(|it| *it.1).map(|it| it.0.clone()) }
}
");
        keys_and_values_of_a_plain_server_fire: r#"//# app/src/main.rs uses: tokio
mod command;
mod table;
use std::sync::Arc;
use table::Table;
use tokio::net::TcpListener;
#[tokio::main]
async fn main() {
    let table = Arc::new(Table::default());
    let listener = TcpListener::bind("0.0.0.0:6379").await.unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(command::serve(stream, Arc::clone(&table)));
    }
}
//# app/src/command.rs
use crate::table::Table;
use std::sync::Arc;
use tokio::{io::{AsyncBufReadExt, AsyncWriteExt, BufReader}, net::TcpStream};
pub async fn serve(stream: TcpStream, table: Arc<Table>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words.as_slice() {
            ["SET", key, value] => { table.set(key, value); "OK".to_owned() }
            ["GET", key] => table.get(key).unwrap_or_default(),
            _ => "ERR".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
        line.clear();
    }
}
//# app/src/table.rs
use std::{collections::HashMap, sync::Mutex};
#[derive(Default)]
pub struct Table { rows: Mutex<HashMap<String, String>> } //~ in-memory-store
impl Table {
    pub fn set(&self, key: &str, value: &str) { self.rows.lock().unwrap().insert(key.to_owned(), value.to_owned()); }
    pub fn get(&self, key: &str) -> Option<String> { self.rows.lock().unwrap().get(key).cloned() }
}
"#;
        rows_of_an_actor_fire: r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
use std::collections::HashMap;
#[derive(Default)]
struct Ledger { balances: HashMap<u32, i64> } //~ in-memory-store
#[derive(Message)]
#[rtype(result = "i64")]
struct Deposit { account: u32, cents: i64 }
impl Actor for Ledger { type Context = Context<Self>; }
impl Handler<Deposit> for Ledger {
    type Result = i64;
    fn handle(&mut self, deposit: Deposit, _: &mut Context<Self>) -> i64 {
        let balance = self.balances.entry(deposit.account).or_default();
        *balance += deposit.cents;
        *balance
    }
}
#[actix::main]
async fn main() { Ledger::default().start(); }
"#;
        a_read_model_kept_beside_the_events_fires: r#"//# app/src/main.rs uses: actix_web, sqlx, dashmap
use actix_web::{App, HttpServer, web};
use dashmap::DashMap;
struct Orders {
    pool: sqlx::PgPool,
    view: DashMap<i64, String>, //~ in-memory-store
}
async fn ship(orders: web::Data<Orders>, id: web::Path<i64>) -> String {
    sqlx::query("INSERT INTO events (id, what) VALUES ($1, 'shipped')").bind(*id).execute(&orders.pool).await.unwrap();
    orders.view.insert(*id, "shipped".to_owned());
    "ok".to_owned()
}
async fn state(orders: web::Data<Orders>, id: web::Path<i64>) -> String { orders.view.get(&id).map(|it| it.clone()).unwrap_or_default() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let orders = web::Data::new(Orders { pool: pool().await, view: DashMap::new() });
    HttpServer::new(move || App::new().app_data(orders.clone()).route("/{id}/ship", web::post().to(ship)).route("/{id}", web::get().to(state)))
        .bind("0.0.0.0:80")?.run().await
}
"#;
        features_of_a_grpc_service_fire: r#"//# app/src/main.rs uses: tonic, tokio
use std::sync::Arc;
use tokio::sync::RwLock;
use tonic::{Request, Response, Status, transport::Server};
pub mod maps { tonic::include_proto!("maps"); }
use maps::{atlas_server::{Atlas, AtlasServer}, AddReply, AddRequest, FindReply, FindRequest};
#[derive(Default)]
struct Desk { places: Arc<RwLock<Vec<AddRequest>>> } //~ in-memory-store
#[tonic::async_trait]
impl Atlas for Desk {
    async fn add(&self, request: Request<AddRequest>) -> Result<Response<AddReply>, Status> {
        self.places.write().await.push(request.into_inner());
        Ok(Response::new(AddReply {}))
    }
    async fn find(&self, request: Request<FindRequest>) -> Result<Response<FindReply>, Status> {
        let places = self.places.read().await;
        let near = places.iter().filter(|it| it.name == request.get_ref().name).count();
        Ok(Response::new(FindReply { near: near as u32 }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(AtlasServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
        reports_of_devices_that_a_consumer_keeps_fire: axum!(r#"
#[derive(Clone, Default)]
struct Latest { by_device: Arc<Mutex<HashMap<String, String>>> } //~ in-memory-store
async fn listen(latest: Latest) {
    let nats = async_nats::connect("nats://bus").await.unwrap();
    let mut reports = nats.queue_subscribe("reports.*", "readers".into()).await.unwrap();
    while let Some(report) = reports.next().await {
        latest.by_device.lock().unwrap().insert(report.subject.to_string(), text(&report));
    }
}
async fn device(State(latest): State<Latest>, Path(name): Path<String>) -> String {
    latest.by_device.lock().unwrap().get(&name).cloned().unwrap_or_default()
}"#, r#".route("/devices/{name}", get(device))"#, "{ let latest = Latest::default(); tokio::spawn(listen(latest.clone())); latest }");
    }
    silent {
        rows_in_postgres_are_silent: axum!(r#"
#[derive(Clone)]
struct Store { pool: sqlx::PgPool }
impl Store {
    async fn insert(&self, id: i64, text: &str) {
        sqlx::query("INSERT INTO notes (id, text) VALUES ($1, $2)").bind(id).bind(text).execute(&self.pool).await.unwrap();
    }
}
async fn write(State(store): State<Store>, Path(id): Path<i64>, text: String) { store.insert(id, &text).await; }"#,
            r#".route("/notes/{id}", put(write))"#, "Store { pool: pool().await }");
        a_table_filled_before_serving_is_silent: r#"//# app/src/main.rs uses: actix_web, dashmap
use actix_web::{App, HttpServer, web};
use dashmap::DashMap;
#[derive(Default)]
struct Countries { names: DashMap<String, String> }
impl Countries {
    fn insert(&self, line: &str) {
        if let Some((code, name)) = line.split_once(';') { self.names.insert(code.to_owned(), name.to_owned()); }
    }
}
async fn name(countries: web::Data<Countries>, code: web::Path<String>) -> String { countries.names.get(&*code).map(|it| it.clone()).unwrap_or_default() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let countries = web::Data::new(Countries::default());
    for line in include_str!("countries.csv").lines() { countries.insert(line); }
    HttpServer::new(move || App::new().app_data(countries.clone()).route("/{code}", web::get().to(name))).bind("0.0.0.0:80")?.run().await
}
"#;
        a_list_gathered_in_parallel_for_one_answer_is_silent: axum!(r"
async fn gather(Json(urls): Json<Vec<String>>) -> Json<Vec<String>> {
    let found = Arc::new(Mutex::new(Vec::new()));
    let tasks = urls.into_iter().map(|url| {
        let found = Arc::clone(&found);
        tokio::spawn(async move { found.lock().unwrap().push(reqwest::get(url).await.unwrap().text().await.unwrap()) })
    });
    for task in tasks { task.await.unwrap(); }
    let found = found.lock().unwrap().clone();
    Json(found)
}", r#".route("/gather", post(gather))"#, "()");
        an_in_memory_store_of_the_tests_is_silent: axum!(r"
trait Repository: Send + Sync { fn save(&self, name: String); }
struct Postgres { pool: sqlx::PgPool }
impl Repository for Postgres { fn save(&self, name: String) { insert(&self.pool, name); } }
#[cfg(test)]
#[derive(Default)]
struct InMemory { names: Mutex<Vec<String>> }
#[cfg(test)]
impl Repository for InMemory { fn save(&self, name: String) { self.names.lock().unwrap().push(name); } }
async fn sign_up(State(repository): State<Arc<dyn Repository>>, name: String) { repository.save(name); }",
            r#".route("/sign-up", post(sign_up))"#, "Arc::new(Postgres { pool: pool().await }) as Arc<dyn Repository>");
        documents_of_mongodb_are_silent: r#"//# app/src/main.rs uses: rocket, mongodb
use mongodb::{Collection, bson::doc};
use rocket::{State, launch, post, routes};
struct Notes { items: Collection<Note> }
struct Note { text: String }
#[post("/notes", data = "<text>")]
async fn write(notes: &State<Notes>, text: String) { notes.items.insert_one(Note { text }).await.unwrap(); }
#[launch]
async fn rocket() -> _ { rocket::build().manage(Notes { items: collection().await }).mount("/", routes![write]) }
"#;
        rows_that_a_handler_sorts_in_its_own_list_are_silent: r#"//# app/src/main.rs uses: poem, sqlx, tokio
use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener, web::Data};
#[handler]
async fn names(pool: Data<&sqlx::PgPool>) -> String {
    let mut store: Vec<String> = sqlx::query_scalar("SELECT name FROM people").fetch_all(pool.0).await.unwrap();
    store.push("everybody else".to_owned());
    store.sort();
    store.join("\n")
}
#[tokio::main]
async fn main() {
    let app = Route::new().at("/", get(names)).data(pool().await);
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        a_table_made_for_one_answer_from_a_static_one_is_silent: r#"//# app/src/main.rs uses: salvo, tokio
use salvo::prelude::*;
use std::{collections::HashMap, sync::LazyLock};
static ROUTES: LazyLock<HashMap<String, String>> = LazyLock::new(read_routes);
#[handler]
async fn forward(req: &mut Request, res: &mut Response) {
    let mut routes = HashMap::new();
    for (from, to) in ROUTES.iter() { routes.insert(from.clone(), to.clone()); }
    if let Some(own) = req.header::<String>("x-route") { routes.insert("own".to_owned(), own); }
    res.render(routes.get(req.uri().path()).cloned().unwrap_or_default());
}
#[tokio::main]
async fn main() {
    let acceptor = TcpListener::new("0.0.0.0:80").bind().await;
    Server::new(acceptor).serve(Router::with_path("{**rest}").get(forward)).await;
}
"#;
        entries_of_a_desktop_app_are_silent: r#"//# notes/src/main.rs uses: eframe
use std::sync::Mutex;
static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());
struct Window { text: String }
impl eframe::App for Window {
    fn update(&mut self, ctx: &eframe::egui::Context, _: &mut eframe::Frame) {
        eframe::egui::CentralPanel::default().show(ctx, |ui| {
            ui.text_edit_singleline(&mut self.text);
            if ui.button("keep").clicked() { NOTES.lock().unwrap().push(self.text.clone()); }
        });
    }
}
fn main() { eframe::run_native("notes", Default::default(), Box::new(|_| Ok(Box::new(Window { text: String::new() })))).unwrap(); }
"#;
    }
    mistakes {
        a_clone_of_a_static_table_changed_for_one_answer_is_silent because "known mistake: the clone of what a LazyLock holds is taken for the shared value": r#"//# app/src/main.rs uses: salvo, tokio
use salvo::prelude::*;
use std::{collections::HashMap, sync::LazyLock};
static ROUTES: LazyLock<HashMap<String, String>> = LazyLock::new(read_routes);
#[handler]
async fn forward(req: &mut Request, res: &mut Response) {
    let mut routes = ROUTES.clone();
    if let Some(own) = req.header::<String>("x-route") { routes.insert("own".to_owned(), own); }
    res.render(routes.get(req.uri().path()).cloned().unwrap_or_default());
}
#[tokio::main]
async fn main() {
    let acceptor = TcpListener::new("0.0.0.0:80").bind().await;
    Server::new(acceptor).serve(Router::with_path("{**rest}").get(forward)).await;
}
"#;
        a_collected_copy_of_a_static_table_changed_for_one_answer_is_silent because "known mistake: what collect gives is taken for what was iterated over": r#"//# app/src/main.rs uses: salvo, tokio
use salvo::prelude::*;
use std::{collections::HashMap, sync::LazyLock};
static ROUTES: LazyLock<HashMap<String, String>> = LazyLock::new(read_routes);
#[handler]
async fn forward(req: &mut Request, res: &mut Response) {
    let mut routes: HashMap<String, String> = ROUTES.iter().map(|(from, to)| (from.clone(), to.clone())).collect();
    if let Some(own) = req.header::<String>("x-route") { routes.insert("own".to_owned(), own); }
    res.render(routes.get(req.uri().path()).cloned().unwrap_or_default());
}
#[tokio::main]
async fn main() {
    let acceptor = TcpListener::new("0.0.0.0:80").bind().await;
    Server::new(acceptor).serve(Router::with_path("{**rest}").get(forward)).await;
}
"#;
    }
}
