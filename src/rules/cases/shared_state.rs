//! Shared state as frameworks hand it to handlers, in the forms that are not the plain one (see `frameworks`).

use super::check_rule;

#[test]
fn axum_state_of_a_nested_router_is_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
mod users;
use axum::Router;
#[tokio::main]
async fn main() {
    let users = users::Users::default();
    let app = Router::new().nest("/users", users::routes()).with_state(users);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/users.rs
use axum::{Router, extract::{Path, State}, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
pub struct Users { names: Arc<Mutex<Vec<String>>> } //~ in-memory-store
pub fn routes() -> Router<Users> { Router::new().route("/{name}", post(create)) }
async fn create(State(users): State<Users>, Path(name): Path<String>) { users.names.lock().unwrap().push(name); }
"#,
    );
}

#[test]
fn an_axum_extension_is_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Extension, Router, routing::post};
use std::sync::{Arc, Mutex};
type Guests = Arc<Mutex<Vec<String>>>;
async fn greet(Extension(guests): Extension<Guests>, name: String) { guests.lock().unwrap().push(name); }
#[tokio::main]
async fn main() {
    let guests: Guests = Arc::new(Mutex::new(Vec::new())); //~ in-memory-store
    let app: Router = Router::new().route("/greet", post(greet)).layer(Extension(guests));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_axum_middleware_counts() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::Request, middleware::{self, Next}, response::Response, routing::get};
use std::sync::atomic::{AtomicU64, Ordering};
static SERVED: AtomicU64 = AtomicU64::new(0); //~ global-counter
async fn count(request: Request, next: Next) -> Response {
    SERVED.fetch_add(1, Ordering::Relaxed);
    next.run(request).await
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(|| async { "hi" })).layer(middleware::from_fn(count));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_axum_middleware_that_only_times_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::Request, middleware::{self, Next}, response::Response, routing::get};
use std::time::Instant;
async fn time(request: Request, next: Next) -> Response {
    let mut marks = Vec::new();
    marks.push(Instant::now());
    let answer = next.run(request).await;
    marks.push(Instant::now());
    answer
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(|| async { "hi" })).layer(middleware::from_fn(time));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_as_axum_handler_owns_its_capture() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, routing::post};
use std::sync::{Arc, Mutex};
#[tokio::main]
async fn main() {
    let lines = Arc::new(Mutex::new(Vec::<String>::new())); //~ in-memory-store
    let app: Router = Router::new().route("/line", post({
        let lines = lines.clone();
        move |body: String| async move { lines.lock().unwrap().push(body); }
    }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_as_axum_handler_with_its_own_list_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, routing::post};
use std::sync::{Arc, Mutex};
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/line", post(|body: String| async move {
        let lines = Arc::new(Mutex::new(Vec::<String>::new()));
        lines.lock().unwrap().push(body);
        lines.lock().unwrap().len().to_string()
    }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn actix_data_with_an_attribute_is_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
use actix_web::{App, HttpServer, Responder, post, web};
use std::sync::Mutex;
struct Board { posts: Mutex<Vec<String>> } //~ in-memory-store
#[post("/posts")]
async fn publish(board: web::Data<Board>, body: String) -> impl Responder {
    board.posts.lock().unwrap().push(body);
    "ok"
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let board = web::Data::new(Board { posts: Mutex::new(vec![]) });
    HttpServer::new(move || App::new().app_data(board.clone()).service(publish)).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn actix_routes_to_a_function() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
use actix_web::{App, HttpResponse, HttpServer, web};
use std::sync::atomic::{AtomicUsize, Ordering};
struct Stats { visits: AtomicUsize } //~ global-counter
async fn visit(stats: web::Data<Stats>) -> HttpResponse {
    let visits = stats.visits.fetch_add(1, Ordering::Relaxed);
    HttpResponse::Ok().body(format!("{visits}"))
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let stats = web::Data::new(Stats { visits: AtomicUsize::new(0) });
    HttpServer::new(move || App::new().app_data(stats.clone()).route("/", web::get().to(visit))).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn actix_data_with_a_pool_and_a_title_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web, sqlx
use actix_web::{App, HttpServer, Responder, get, web};
struct Shared { pool: sqlx::PgPool, title: String }
#[get("/")]
async fn title(shared: web::Data<Shared>) -> impl Responder {
    let mut words: Vec<String> = load(&shared.pool).await;
    words.push(shared.title.clone());
    words.join(" ")
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let shared = web::Data::new(Shared { pool: connect().await, title: "x".into() });
    HttpServer::new(move || App::new().app_data(shared.clone()).service(title)).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn rocket_managed_state_is_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: rocket
#[macro_use] extern crate rocket;
use rocket::State;
use std::sync::Mutex;
struct Wall { lines: Mutex<Vec<String>> } //~ in-memory-store
#[post("/line", data = "<line>")]
fn write(line: String, wall: &State<Wall>) { wall.lines.lock().unwrap().push(line); }
#[launch]
fn rocket() -> _ { rocket::build().manage(Wall { lines: Mutex::new(vec![]) }).mount("/", routes![write]) }
"#,
    );
}

#[test]
fn rocket_managed_settings_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: rocket
#[macro_use] extern crate rocket;
use rocket::State;
struct Settings { greeting: String, names: Vec<String> }
#[get("/hello")]
fn hello(settings: &State<Settings>) -> String {
    let mut names = settings.names.clone();
    names.push(settings.greeting.clone());
    names.join(" ")
}
#[launch]
fn rocket() -> _ { rocket::build().manage(Settings { greeting: "hi".into(), names: vec![] }).mount("/", routes![hello]) }
"#,
    );
}

#[test]
fn a_warp_closure_changes_a_captured_list() {
    check_rule(
        r#"//# app/src/main.rs uses: warp
use std::sync::{Arc, Mutex};
use warp::Filter;
#[tokio::main]
async fn main() {
    let names = Arc::new(Mutex::new(Vec::<String>::new())); //~ in-memory-store
    let names_filter = warp::any().map(move || names.clone());
    let add = warp::path!("add" / String).and(names_filter).map(|name: String, names: Arc<Mutex<Vec<String>>>| {
        names.lock().unwrap().push(name);
        "ok"
    });
    warp::serve(add).run(([0, 0, 0, 0], 80)).await;
}
"#,
    );
}

#[test]
fn a_warp_function_gets_a_cloned_store() {
    check_rule(
        r#"//# app/src/main.rs uses: warp, tokio
use std::{collections::HashMap, convert::Infallible, sync::Arc};
use tokio::sync::RwLock;
use warp::Filter;
type Db = Arc<RwLock<HashMap<u32, String>>>;
fn with_db(db: Db) -> impl Filter<Extract = (Db,), Error = Infallible> + Clone { warp::any().map(move || db.clone()) }
async fn put(id: u32, db: Db) -> Result<&'static str, Infallible> {
    db.write().await.insert(id, "x".to_owned());
    Ok("ok")
}
#[tokio::main]
async fn main() {
    let db: Db = Arc::new(RwLock::new(HashMap::new())); //~ in-memory-store
    let route = warp::path!("put" / u32).and(with_db(db.clone())).and_then(put);
    warp::serve(route).run(([0, 0, 0, 0], 80)).await;
}
"#,
    );
}

#[test]
fn a_warp_filter_with_a_list_of_its_own_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: warp
use warp::Filter;
#[tokio::main]
async fn main() {
    let hello = warp::path!("hello" / String).map(|name: String| {
        let mut words = Vec::new();
        words.push("hello".to_owned());
        words.push(name);
        words.join(" ")
    });
    warp::serve(hello).run(([0, 0, 0, 0], 80)).await;
}
"#,
    );
}

#[test]
fn a_tonic_service_holds_its_fields() {
    check_rule(
        r"//# app/src/main.rs uses: tonic, tokio
use std::collections::HashMap;
use tokio::sync::Mutex;
use tonic::{Request, Response, Status, transport::Server};
#[derive(Default)]
struct Inventory { stock: Mutex<HashMap<String, u32>> } //~ in-memory-store
#[tonic::async_trait]
impl InventoryService for Inventory {
    async fn put(&self, request: Request<Item>) -> Result<Response<Empty>, Status> {
        let item = request.into_inner();
        self.stock.lock().await.insert(item.name, item.count);
        Ok(Response::new(Empty {}))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(InventoryServer::new(Inventory::default())).serve(addr()).await.unwrap(); }
",
    );
}

#[test]
fn a_tonic_service_over_a_pool_is_silent() {
    check_rule(
        r"//# app/src/main.rs uses: tonic, sqlx
use tonic::{Request, Response, Status, transport::Server};
struct Inventory { pool: sqlx::PgPool }
#[tonic::async_trait]
impl InventoryService for Inventory {
    async fn put(&self, request: Request<Item>) -> Result<Response<Empty>, Status> {
        let mut names = Vec::new();
        names.push(request.into_inner().name);
        store(&self.pool, names).await;
        Ok(Response::new(Empty {}))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(InventoryServer::new(Inventory { pool: connect().await })).serve(addr()).await.unwrap(); }
",
    );
}

#[test]
fn a_hyper_service_fn_captures_a_count() {
    check_rule(
        r#"//# app/src/main.rs uses: hyper, hyper-util, tokio
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use std::{convert::Infallible, sync::{Arc, atomic::{AtomicU64, Ordering}}};
#[tokio::main]
async fn main() {
    let hits = Arc::new(AtomicU64::new(0)); //~ global-counter
    let listener = tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let hits = hits.clone();
        tokio::spawn(async move {
            let service = service_fn(move |_request: Request<Incoming>| {
                let seen = hits.fetch_add(1, Ordering::Relaxed) + 1;
                async move { Ok::<_, Infallible>(Response::new(seen.to_string())) }
            });
            http1::Builder::new().serve_connection(hyper_util::rt::TokioIo::new(stream), service).await.unwrap();
        });
    }
}
"#,
    );
}

#[test]
fn an_accept_loop_shares_a_map_between_connections() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
type Table = Arc<Mutex<HashMap<String, String>>>;
async fn serve(mut stream: tokio::net::TcpStream, table: Table) {
    let (key, value) = read_pair(&mut stream).await;
    table.lock().unwrap().insert(key, value);
}
#[tokio::main]
async fn main() {
    let table: Table = Arc::new(Mutex::new(HashMap::new())); //~ in-memory-store
    let listener = tokio::net::TcpListener::bind("0.0.0.0:6379").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(serve(stream, table.clone()));
    }
}
"#,
    );
}

#[test]
fn an_accept_loop_with_a_map_per_connection_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::collections::HashMap;
async fn serve(mut stream: tokio::net::TcpStream) {
    let mut headers = HashMap::new();
    while let Some((key, value)) = read_pair(&mut stream).await {
        headers.insert(key, value);
    }
    answer(&mut stream, headers).await;
}
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:6379").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(serve(stream));
    }
}
"#,
    );
}

#[test]
fn a_task_owns_a_map_that_handlers_feed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::collections::HashMap;
use tokio::sync::mpsc;
enum Command { Set(String, String) }
async fn run(mut commands: mpsc::Receiver<Command>) {
    let mut table = HashMap::new(); //~ in-memory-store
    while let Some(Command::Set(key, value)) = commands.recv().await {
        table.insert(key, value);
    }
}
async fn set(State(commands): State<mpsc::Sender<Command>>, body: String) {
    commands.send(Command::Set("k".into(), body)).await.unwrap();
}
#[tokio::main]
async fn main() {
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(run(receiver));
    let app = Router::new().route("/set", post(set)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_actix_actor_holds_its_fields() {
    check_rule(
        r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
use std::collections::HashMap;
#[derive(Message)]
#[rtype(result = "()")]
struct Put(u32, String);
struct Depot { parcels: HashMap<u32, String> } //~ in-memory-store
impl Actor for Depot { type Context = Context<Self>; }
impl Handler<Put> for Depot {
    type Result = ();
    fn handle(&mut self, put: Put, _: &mut Context<Self>) { self.parcels.insert(put.0, put.1); }
}
#[actix::main]
async fn main() {
    let depot = Depot { parcels: HashMap::new() }.start();
    listen(depot).await;
}
"#,
    );
}

#[test]
fn an_actix_actor_that_only_reads_its_field_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
use std::collections::HashMap;
#[derive(Message)]
#[rtype(result = "Option<String>")]
struct Get(u32);
struct Depot { places: HashMap<u32, String> }
impl Actor for Depot { type Context = Context<Self>; }
impl Handler<Get> for Depot {
    type Result = Option<String>;
    fn handle(&mut self, get: Get, _: &mut Context<Self>) -> Self::Result { self.places.get(&get.0).cloned() }
}
#[actix::main]
async fn main() { listen(Depot { places: load() }.start()).await; }
"#,
    );
}

#[test]
fn a_poem_handler_takes_data() {
    check_rule(
        r#"//# app/src/main.rs uses: poem
use poem::{EndpointExt, Route, Server, handler, listener::TcpListener, post, web::Data};
use std::sync::{Arc, Mutex};
struct Diary { entries: Mutex<Vec<String>> } //~ in-memory-store
#[handler]
fn write(body: String, diary: Data<&Arc<Diary>>) { diary.0.entries.lock().unwrap().push(body); }
#[tokio::main]
async fn main() -> Result<(), std::io::Error> {
    let diary = Arc::new(Diary { entries: Mutex::new(vec![]) });
    let app = Route::new().at("/entries", post(write)).data(diary);
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await
}
"#,
    );
}

#[test]
fn a_poem_handler_that_reads_data_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: poem
use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener, web::Data};
use std::sync::Arc;
struct Menu { dishes: Vec<String> }
#[handler]
fn menu(menu: Data<&Arc<Menu>>) -> String {
    let mut dishes = menu.0.dishes.to_vec();
    dishes.sort();
    dishes.join(",")
}
#[tokio::main]
async fn main() -> Result<(), std::io::Error> {
    let app = Route::new().at("/menu", get(menu)).data(Arc::new(Menu { dishes: vec![] }));
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await
}
"#,
    );
}

#[test]
fn a_salvo_handler_changes_a_static() {
    check_rule(
        r#"//# app/src/main.rs uses: salvo
use salvo::prelude::*;
use std::sync::{LazyLock, Mutex};
static TODOS: LazyLock<Mutex<Vec<String>>> = LazyLock::new(|| Mutex::new(Vec::new())); //~ in-memory-store
#[handler]
async fn create(req: &mut Request, res: &mut Response) {
    TODOS.lock().unwrap().push(req.parse_json::<String>().await.unwrap());
    res.status_code(StatusCode::CREATED);
}
#[tokio::main]
async fn main() {
    let router = Router::with_path("todos").post(create);
    Server::new(TcpListener::new("0.0.0.0:80").bind().await).serve(router).await;
}
"#,
    );
}

#[test]
fn a_salvo_handler_with_a_list_of_its_own_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: salvo
use salvo::prelude::*;
#[handler]
async fn words(req: &mut Request, res: &mut Response) {
    let mut words = Vec::new();
    words.push(req.query::<String>("a").unwrap_or_default());
    words.push("b".to_owned());
    res.render(words.join(" "));
}
#[tokio::main]
async fn main() {
    let router = Router::with_path("words").get(words);
    Server::new(TcpListener::new("0.0.0.0:80").bind().await).serve(router).await;
}
"#,
    );
}

#[test]
fn a_web_socket_handler_keeps_a_map_per_connection() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::ws::{WebSocket, WebSocketUpgrade}, response::Response, routing::get};
use std::collections::HashMap;
async fn talk(mut socket: WebSocket) {
    let mut open: HashMap<u32, String> = HashMap::new();
    while let Some(Ok(message)) = socket.recv().await {
        open.insert(open.len() as u32, message.into_text().unwrap().to_string());
    }
}
async fn upgrade(ws: WebSocketUpgrade) -> Response { ws.on_upgrade(talk) }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/ws", get(upgrade));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_web_socket_handler_feeds_a_shared_map() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::{State, ws::{WebSocket, WebSocketUpgrade}}, response::Response, routing::get};
use std::{collections::HashMap, sync::{Arc, Mutex}};
type Cells = Arc<Mutex<HashMap<u32, String>>>;
async fn talk(mut socket: WebSocket, grid: Cells) {
    while let Some(Ok(message)) = socket.recv().await {
        grid.lock().unwrap().insert(1, message.into_text().unwrap().to_string());
    }
}
async fn upgrade(ws: WebSocketUpgrade, State(grid): State<Cells>) -> Response { ws.on_upgrade(move |socket| talk(socket, grid)) }
#[tokio::main]
async fn main() {
    let grid: Cells = Arc::default(); //~ in-memory-store
    let app = Router::new().route("/ws", get(upgrade)).with_state(grid);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_of_one_request_leads_to_what_it_shares() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct App { notes: Arc<Mutex<Vec<String>>> } //~ in-memory-store
struct Visit { notes: Arc<Mutex<Vec<String>>> }
impl Visit {
    fn write(&self, note: String) { self.notes.lock().unwrap().push(note); }
}
async fn write(State(app): State<App>, note: String) {
    let visit = Visit { notes: app.notes.clone() };
    visit.write(note);
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/notes", post(write)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_of_one_request_with_a_copy_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct App { notes: Arc<Mutex<Vec<String>>> }
struct Visit { notes: Arc<Mutex<Vec<String>>> }
impl Visit {
    fn write(&self, note: String) { self.notes.lock().unwrap().push(note); }
}
async fn write(State(app): State<App>, note: String) {
    let notes = app.notes.lock().unwrap().clone();
    let visit = Visit { notes: Arc::new(Mutex::new(notes)) };
    visit.write(note);
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/notes", post(write)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
