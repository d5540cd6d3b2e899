//! Shared state that reaches handlers by ways of its own: filters, extensions, fields of connections, look-ups.

use super::check_rule;

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
