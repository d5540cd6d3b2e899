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
fn a_map_whose_entries_count_beside_a_client_is_no_pool() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
struct Partner { client: reqwest::Client, strikes: u32 }
#[derive(Clone)]
struct Desk { partners: Arc<Mutex<HashMap<String, Partner>>> } //~ in-memory-store
async fn complain(State(desk): State<Desk>, Path(name): Path<String>) -> String {
    let mut partners = desk.partners.lock().unwrap();
    let Some(partner) = partners.get_mut(&name) else { return "unknown".to_owned() };
    partner.strikes += 1;
    if partner.strikes > 3 { "we part".to_owned() } else { "noted".to_owned() }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/complaints/{name}", post(complain)).with_state(Desk { partners: Arc::default() });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_map_of_clients_by_name_is_a_pool() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
struct Partner { client: reqwest::Client, weight: u32 }
#[derive(Clone)]
struct Desk { partners: Arc<Mutex<HashMap<String, Partner>>> }
async fn ask(State(desk): State<Desk>, Path(name): Path<String>) -> String {
    let mut partners = desk.partners.lock().unwrap();
    let partner = partners.entry(name).or_insert_with(|| Partner { client: reqwest::Client::new(), weight: 1 });
    partner.weight.to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/questions/{name}", post(ask)).with_state(Desk { partners: Arc::default() });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn until_when_something_holds_is_state_where_handlers_share_it() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{sync::{Arc, Mutex}, time::{Duration, Instant}};
use axum::{Router, extract::State, routing::{get, post}};
struct Shop { open_until: Mutex<Instant> } //~ global-mutable
async fn open(State(shop): State<Arc<Shop>>) { *shop.open_until.lock().unwrap() = Instant::now() + Duration::from_secs(3600); }
async fn is_open(State(shop): State<Arc<Shop>>) -> &'static str {
    if *shop.open_until.lock().unwrap() > Instant::now() { "come in" } else { "closed" }
}
#[tokio::main]
async fn main() {
    let shop = Arc::new(Shop { open_until: Mutex::new(Instant::now()) });
    axum::serve(listener().await, Router::new().route("/door", post(open).get(is_open)).with_state(shop)).await.unwrap();
}
"#,
    );
}

#[test]
fn when_a_loop_wrote_last_is_its_own_affair() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::time::{Duration, Instant};
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
async fn note(State(lines): State<mpsc::Sender<String>>, line: String) { lines.send(line).await.unwrap(); }
#[tokio::main]
async fn main() {
    let (sender, mut lines) = mpsc::channel::<String>(9);
    tokio::spawn(async move {
        let mut last = Instant::now();
        while let Some(line) = lines.recv().await {
            if last.elapsed() > Duration::from_secs(9) { println!("{line}"); last = Instant::now(); }
        }
    });
    axum::serve(listener().await, Router::new().route("/lines", post(note)).with_state(sender)).await.unwrap();
}
"#,
    );
}
