//! Switches that a request flips, and flags that are of this process or of one request.

cases! {
    firing {
        maintenance_switched_by_an_admin_fires: axum!(r"
#[derive(Clone, Default)]
struct App { maintenance: Arc<AtomicBool> } //~ runtime-flag
async fn switch(State(app): State<App>, Path(on): Path<bool>) { app.maintenance.store(on, Ordering::SeqCst); }
async fn index(State(app): State<App>) -> StatusCode {
    if app.maintenance.load(Ordering::SeqCst) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}", r#".route("/", get(index)).route("/admin/maintenance/{on}", put(switch))"#, "App::default()");
        a_boolean_behind_a_lock_in_actix_fires: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::sync::RwLock;
#[derive(Default)]
struct Shop { closed_for_holiday: RwLock<bool>, open: RwLock<bool> } //~ runtime-flag
async fn switch(shop: web::Data<Shop>, on: web::Path<bool>) -> String { *shop.open.write().unwrap() = *on; String::new() }
async fn order(shop: web::Data<Shop>) -> String { if *shop.open.read().unwrap() { take_order() } else { "closed".to_owned() } }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let shop = web::Data::new(Shop::default());
    HttpServer::new(move || App::new().app_data(shop.clone()).route("/open/{on}", web::put().to(switch)).route("/order", web::post().to(order)))
        .bind("0.0.0.0:80")?.run().await
}
"#;
        settings_replaced_by_a_request_fire: axum!(r"
#[derive(Clone)]
struct Settings { greeting: String, limit: u32 }
static SETTINGS: LazyLock<RwLock<Settings>> = LazyLock::new(|| RwLock::new(read_settings())); //~ runtime-flag
async fn change(text: String) { SETTINGS.write().unwrap().greeting = text; }
async fn hello() -> String { SETTINGS.read().unwrap().greeting.clone() }",
            r#".route("/settings", put(change)).route("/", get(hello))"#, "()");
        a_flag_toggled_in_rocket_fires: r#"//# app/src/main.rs uses: rocket
use rocket::{State, get, launch, post, routes};
use std::sync::atomic::{AtomicBool, Ordering};
struct Beta(AtomicBool); //~ runtime-flag
#[post("/beta/toggle")]
fn toggle(beta: &State<Beta>) { beta.0.fetch_xor(true, Ordering::Relaxed); }
#[get("/")]
fn index(beta: &State<Beta>) -> &'static str { if beta.0.load(Ordering::Relaxed) { "new page" } else { "old page" } }
#[launch]
fn rocket() -> _ { rocket::build().manage(Beta(AtomicBool::new(false))).mount("/", routes![toggle, index]) }
"#;
        a_switch_behind_a_trait_object_fires: axum!(r"
mod switch;
use switch::{Local, Switch};
async fn set(State(switch): State<Arc<dyn Switch>>, Path(on): Path<bool>) { switch.set(on); }
async fn buy(State(switch): State<Arc<dyn Switch>>) -> StatusCode { if switch.is_on() { StatusCode::OK } else { StatusCode::FORBIDDEN } }",
            r#".route("/selling/{on}", put(set)).route("/buy", post(buy))"#, "Arc::new(Local::default()) as Arc<dyn Switch>", r"//# app/src/switch.rs
use std::sync::atomic::{AtomicBool, Ordering};
pub trait Switch: Send + Sync { fn set(&self, on: bool); fn is_on(&self) -> bool; }
#[derive(Default)]
pub struct Local { selling: AtomicBool } //~ runtime-flag
impl Switch for Local {
    fn set(&self, on: bool) { self.selling.store(on, Ordering::Release); }
    fn is_on(&self) -> bool { self.selling.load(Ordering::Acquire) }
}
");
        a_configuration_swapped_by_a_request_fires: r#"//# app/src/main.rs uses: poem, arc_swap, tokio
use arc_swap::ArcSwap;
use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener, web::Data};
use std::sync::Arc;
struct Rules { minimum: u32 }
#[derive(Clone)]
struct App { config: Arc<ArcSwap<Rules>> } //~ runtime-flag
#[handler]
async fn change(app: Data<&App>, text: String) { app.config.store(Arc::new(Rules { minimum: text.parse().unwrap_or(0) })); }
#[handler]
async fn minimum(app: Data<&App>) -> String { app.config.load().minimum.to_string() }
#[tokio::main]
async fn main() {
    let app = Route::new().at("/", get(minimum).put(change)).data(App { config: Arc::new(ArcSwap::from_pointee(Rules { minimum: 1 })) });
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        a_pause_of_a_grpc_service_fires: r#"//# app/src/main.rs uses: tonic, tokio
use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
use tonic::{Request, Response, Status, transport::Server};
pub mod trade { tonic::include_proto!("trade"); }
use trade::{trade_server::{Trade, TradeServer}, Empty, Order};
#[derive(Default)]
struct Desk { paused: Arc<AtomicBool> } //~ runtime-flag
#[tonic::async_trait]
impl Trade for Desk {
    async fn pause(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> { self.paused.store(true, Ordering::SeqCst); Ok(Response::new(Empty {})) }
    async fn place(&self, request: Request<Order>) -> Result<Response<Empty>, Status> {
        if self.paused.load(Ordering::SeqCst) { return Err(Status::unavailable("paused")); }
        place(request.into_inner()).await
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(TradeServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
        a_lamp_of_a_plain_server_fires: r#"//# app/src/main.rs uses: tokio
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::{io::{AsyncBufReadExt, AsyncWriteExt, BufReader}, net::{TcpListener, TcpStream}};
static LAMP: AtomicBool = AtomicBool::new(false); //~ runtime-flag
async fn talk(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        match line.trim() {
            "on" => LAMP.store(true, Ordering::Relaxed),
            "off" => LAMP.store(false, Ordering::Relaxed),
            _ => stream.write_all(format!("{}\n", LAMP.load(Ordering::Relaxed)).as_bytes()).await.unwrap(),
        }
        line.clear();
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop { let (stream, _) = listener.accept().await.unwrap(); tokio::spawn(talk(stream)); }
}
"#;
    }
    silent {
        a_shutdown_flag_set_by_a_signal_is_silent: axum!(r"
#[derive(Clone, Default)]
struct App { draining: Arc<AtomicBool> }
async fn ready(State(app): State<App>) -> StatusCode { if app.draining.load(Ordering::SeqCst) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK } }
async fn drain(app: App) { tokio::signal::ctrl_c().await.unwrap(); app.draining.store(true, Ordering::SeqCst); }",
            r#".route("/ready", get(ready))"#, "{ let app = App::default(); tokio::spawn(drain(app.clone())); app }");
        a_switch_of_the_command_line_is_silent: r#"//# app/src/main.rs uses: actix_web, clap
use actix_web::{App, HttpServer, web};
use std::sync::atomic::{AtomicBool, Ordering};
static VERBOSE: AtomicBool = AtomicBool::new(false);
async fn index() -> String { if VERBOSE.load(Ordering::Relaxed) { "hello there".to_owned() } else { "hi".to_owned() } }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    VERBOSE.store(std::env::args().any(|it| it == "--verbose"), Ordering::Relaxed);
    HttpServer::new(|| App::new().route("/", web::get().to(index))).bind("0.0.0.0:80")?.run().await
}
"#;
        a_flag_of_one_request_is_silent: axum!(r#"
async fn search(Json(parts): Json<Vec<String>>) -> String {
    let found = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = parts.into_iter().map(|part| {
        let found = found.clone();
        tokio::spawn(async move { if part.contains("needle") { found.store(true, Ordering::Relaxed); } })
    }).collect();
    for task in tasks { task.await.unwrap(); }
    found.load(Ordering::Relaxed).to_string()
}"#, r#".route("/search", post(search))"#, "()");
        whether_a_connection_is_logged_in_is_silent: r#"//# app/src/main.rs uses: tokio
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::{TcpListener, TcpStream};
struct Connection { stream: TcpStream, logged_in: AtomicBool }
impl Connection {
    async fn run(mut self) {
        while let Some(line) = read_line(&mut self.stream).await {
            if line == "PASS secret" { self.logged_in.store(true, Ordering::Relaxed); }
            if self.logged_in.load(Ordering::Relaxed) { answer(&mut self.stream, &line).await; }
        }
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(Connection { stream, logged_in: AtomicBool::new(false) }.run());
    }
}
"#;
        flags_in_redis_are_silent: axum!(r#"
#[derive(Clone)]
struct Features { redis: redis::Client }
impl Features {
    async fn store(&self, name: &str, on: bool) {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("SET").arg(name).arg(on).exec_async(&mut connection).await.unwrap();
    }
}
async fn switch(State(features): State<Features>, Path((name, on)): Path<(String, bool)>) { features.store(&name, on).await; }"#,
            r#".route("/features/{name}/{on}", put(switch))"#, "Features { redis: client() }");
        a_configuration_that_a_watcher_of_its_file_renews_is_silent: r#"//# app/src/main.rs uses: axum, notify, arc_swap, tokio
use arc_swap::ArcSwap;
use axum::{Router, routing::get};
use notify::Watcher;
use std::sync::{Arc, LazyLock};
struct Config { greeting: String }
static CONFIG: LazyLock<ArcSwap<Config>> = LazyLock::new(|| ArcSwap::from_pointee(read_config()));
async fn hello() -> String { CONFIG.load().greeting.clone() }
#[tokio::main]
async fn main() {
    let mut watcher = notify::recommended_watcher(|_| CONFIG.store(Arc::new(read_config()))).unwrap();
    watcher.watch("config.toml".as_ref(), notify::RecursiveMode::NonRecursive).unwrap();
    let app: Router = Router::new().route("/", get(hello));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        health_told_by_a_probe_of_this_process_is_silent: r#"//# app/src/main.rs uses: rocket, sqlx, tokio
use rocket::{State, get, http::Status, launch, routes};
use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
#[derive(Clone, Default)]
struct Health { database_healthy: Arc<AtomicBool> }
async fn probe(health: Health, pool: sqlx::PgPool) {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        health.database_healthy.store(sqlx::query("SELECT 1").execute(&pool).await.is_ok(), Ordering::Relaxed);
    }
}
#[get("/health")]
fn shown(health: &State<Health>) -> Status { if health.database_healthy.load(Ordering::Relaxed) { Status::Ok } else { Status::ServiceUnavailable } }
#[launch]
async fn rocket() -> _ {
    let health = Health::default();
    tokio::spawn(probe(health.clone(), pool().await));
    rocket::build().manage(health).mount("/", routes![shown])
}
"#;
        a_feature_of_the_build_is_silent: axum!(r#"
const BETA: bool = cfg!(feature = "beta");
static WARNED: std::sync::Once = std::sync::Once::new();
async fn index() -> &'static str {
    WARNED.call_once(|| tracing::warn!("beta is {BETA}"));
    if BETA { "new page" } else { "old page" }
}"#, r#".route("/", get(index))"#, "()");
    }
}
