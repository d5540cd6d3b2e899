//! When a cell is filled: by start-up code, a task of the start, a timer, a signal, a command, or a request.

use super::check_rule;

#[test]
fn a_registry_filled_by_setup_in_another_module_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod plugins;
use axum::{Router, extract::Path, routing::get};
async fn describe(Path(name): Path<String>) -> String { plugins::describe(&name) }
#[tokio::main]
async fn main() {
    plugins::setup().await.unwrap();
    let app: Router = Router::new().route("/{name}", get(describe));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/plugins.rs
use std::{collections::HashMap, sync::{LazyLock, RwLock}};
static PLUGINS: LazyLock<RwLock<HashMap<String, String>>> = LazyLock::new(Default::default);
fn register(name: &str, text: &str) { PLUGINS.write().unwrap().insert(name.to_owned(), text.to_owned()); }
pub async fn setup() -> std::io::Result<()> {
    register("echo", "repeats");
    for line in std::fs::read_to_string("plugins.txt")?.lines() { register(line, "external"); }
    Ok(())
}
pub fn describe(name: &str) -> String { PLUGINS.read().unwrap().get(name).cloned().unwrap_or_default() }
"#,
    );
}

#[test]
fn a_setup_that_a_route_runs_again_is_not_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod plugins;
use axum::{Router, extract::Path, routing::{get, post}};
async fn describe(Path(name): Path<String>) -> String { plugins::describe(&name) }
async fn install(body: String) { plugins::setup(&body); }
#[tokio::main]
async fn main() {
    plugins::setup("echo");
    let app: Router = Router::new().route("/{name}", get(describe)).route("/install", post(install));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/plugins.rs
use std::{collections::HashMap, sync::{LazyLock, RwLock}};
static PLUGINS: LazyLock<RwLock<HashMap<String, String>>> = LazyLock::new(Default::default); //~ in-memory-store
pub fn setup(names: &str) {
    for name in names.split(',') { PLUGINS.write().unwrap().insert(name.to_owned(), "external".to_owned()); }
}
pub fn describe(name: &str) -> String { PLUGINS.read().unwrap().get(name).cloned().unwrap_or_default() }
"#,
    );
}

#[test]
fn a_list_that_actix_configure_fills_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
use actix_web::{App, HttpServer, Responder, get, web};
use std::sync::Mutex;
static ROUTES: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn configure(config: &mut web::ServiceConfig) {
    ROUTES.lock().unwrap().push("/routes".to_owned());
    config.service(routes);
}
#[get("/routes")]
async fn routes() -> impl Responder { ROUTES.lock().unwrap().join("\n") }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().configure(configure)).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn a_list_that_a_configured_handler_fills_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
mod guests;
use actix_web::{App, HttpServer};
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().configure(guests::configure)).bind("0.0.0.0:80")?.run().await
}
//# app/src/guests.rs
use actix_web::{Responder, web};
use std::sync::Mutex;
static GUESTS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn configure(config: &mut web::ServiceConfig) { config.route("/guests", web::post().to(sign)); }
async fn sign(name: String) -> impl Responder {
    GUESTS.lock().unwrap().push(name);
    "ok"
}
"#,
    );
}

#[test]
fn a_list_of_migrations_run_at_start_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
mod migrations;
use axum::{Router, extract::State, routing::get};
async fn version(State(_pool): State<sqlx::PgPool>) -> String { migrations::applied() }
#[tokio::main]
async fn main() {
    let pool = pool().await;
    migrations::run(&pool).await;
    let app = Router::new().route("/version", get(version)).with_state(pool);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/migrations.rs
use std::sync::Mutex;
static APPLIED: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub async fn run(pool: &sqlx::PgPool) {
    for name in pending(pool).await {
        apply(pool, &name).await;
        APPLIED.lock().unwrap().push(name);
    }
}
pub fn applied() -> String { APPLIED.lock().unwrap().join(",") }
"#,
    );
}

#[test]
fn migrations_that_a_tenant_route_runs_are_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
mod migrations;
use axum::{Router, extract::{Path, State}, routing::post};
async fn tenant(State(pool): State<sqlx::PgPool>, Path(name): Path<String>) -> String {
    migrations::run(&pool, &name).await;
    migrations::applied()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/tenants/{name}", post(tenant)).with_state(pool().await);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/migrations.rs
use std::sync::Mutex;
static APPLIED: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub async fn run(pool: &sqlx::PgPool, tenant: &str) {
    apply(pool, tenant).await;
    APPLIED.lock().unwrap().push(tenant.to_owned());
}
pub fn applied() -> String { APPLIED.lock().unwrap().join(",") }
"#,
    );
}

#[test]
fn a_pure_table_made_in_a_handler_at_first_use_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::sync::OnceLock;
static TABLE: OnceLock<[u32; 256]> = OnceLock::new();
fn table() -> [u32; 256] {
    let mut table = [0; 256];
    for (at, value) in table.iter_mut().enumerate() { *value = (at as u32).wrapping_mul(0xEDB8_8320); }
    table
}
async fn checksum(body: String) -> String {
    let table = TABLE.get_or_init(table);
    body.bytes().fold(0u32, |sum, byte| sum ^ table[usize::from(byte)]).to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/checksum", post(checksum));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn remote_rows_fetched_once_in_a_handler_are_a_cache() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, extract::State, routing::get};
use tokio::sync::OnceCell;
static PLANS: OnceCell<Vec<String>> = OnceCell::const_new(); //~ in-memory-cache
async fn plans(State(pool): State<sqlx::PgPool>) -> String {
    let plans = PLANS.get_or_init(|| async { sqlx::query_scalar("SELECT name FROM plans").fetch_all(&pool).await.unwrap() }).await;
    plans.join(",")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/plans", get(plans)).with_state(pool().await);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn settings_fetched_once_by_a_function_are_a_cache_by_any_name() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, reqwest, serde, tokio
use axum::{Router, routing::get};
use std::sync::OnceLock;
struct Settings { currency: String, limit: u32 }
static SETTINGS: OnceLock<Settings> = OnceLock::new(); //~ in-memory-cache
fn settings() -> Settings { parse(&text()) }
fn text() -> String { reqwest::blocking::get("http://settings/shop").unwrap().text().unwrap() }
fn parse(text: &str) -> Settings { Settings { currency: text.to_owned(), limit: 3 } }
async fn currency() -> String { SETTINGS.get_or_init(settings).currency.clone() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/currency", get(currency));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

/// The connection is made by asking the server, but it is no copy of what the server has; nor is what this machine says.
#[test]
fn a_connection_and_a_file_taken_up_once_in_a_handler_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, routing::get};
use tokio::sync::OnceCell;
struct Database { pool: sqlx::PgPool }
static DATABASE: OnceCell<Database> = OnceCell::const_new();
static MIGRATED: OnceCell<()> = OnceCell::const_new();
static TERMS: OnceCell<String> = OnceCell::const_new();
async fn database() -> &'static Database {
    DATABASE.get_or_init(|| async { Database { pool: sqlx::PgPool::connect("postgres://db").await.unwrap() } }).await
}
async fn terms() -> String {
    let pool = &database().await.pool;
    MIGRATED.get_or_init(|| async { sqlx::migrate!().run(pool).await.unwrap() }).await;
    TERMS.get_or_init(|| async { std::fs::read_to_string("terms.txt").unwrap() }).await.clone()
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/terms", get(terms));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn remote_rows_fetched_once_before_serving_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, routing::get};
use tokio::sync::OnceCell;
static PLANS: OnceCell<Vec<String>> = OnceCell::const_new();
async fn plans() -> String { PLANS.get().unwrap().join(",") }
#[tokio::main]
async fn main() {
    let pool = pool().await;
    PLANS.get_or_init(|| async { sqlx::query_scalar("SELECT name FROM plans").fetch_all(&pool).await.unwrap() }).await;
    let app: Router = Router::new().route("/plans", get(plans));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_text_set_in_main_and_read_in_handlers_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::sync::RwLock;
static BANNER: RwLock<String> = RwLock::new(String::new());
async fn banner() -> String { BANNER.read().unwrap().clone() }
#[tokio::main]
async fn main() {
    *BANNER.write().unwrap() = std::env::args().nth(1).unwrap_or_default();
    let app: Router = Router::new().route("/", get(banner));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_text_set_in_main_and_in_a_handler_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::sync::RwLock;
static BANNER: RwLock<String> = RwLock::new(String::new()); //~ global-mutable
async fn banner() -> String { BANNER.read().unwrap().clone() }
async fn set_banner(text: String) { *BANNER.write().unwrap() = text; }
#[tokio::main]
async fn main() {
    *BANNER.write().unwrap() = std::env::args().nth(1).unwrap_or_default();
    let app: Router = Router::new().route("/", get(banner).put(set_banner));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_list_that_only_a_subcommand_writes_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, clap, tokio
mod import;
use axum::{Router, routing::get};
use clap::{Parser, Subcommand};
#[derive(Parser)]
struct Arguments { #[command(subcommand)] command: Command }
#[derive(Subcommand)]
enum Command { Serve, Import { path: String } }
async fn status() -> String { import::problems().to_string() }
#[tokio::main]
async fn main() {
    match Arguments::parse().command {
        Command::Serve => {
            let app: Router = Router::new().route("/status", get(status));
            axum::serve(listener().await, app).await.unwrap();
        }
        Command::Import { path } => import::run(&path),
    }
}
//# app/src/import.rs
use std::sync::Mutex;
static PROBLEMS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn run(path: &str) {
    for line in std::fs::read_to_string(path).unwrap().lines() {
        if line.is_empty() { PROBLEMS.lock().unwrap().push("empty line".to_owned()); }
    }
}
pub fn problems() -> usize { PROBLEMS.lock().unwrap().len() }
"#,
    );
}

#[test]
fn a_list_that_a_subcommand_and_an_upload_write_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, clap, tokio
mod import;
use axum::{Router, routing::post};
use clap::{Parser, Subcommand};
#[derive(Parser)]
struct Arguments { #[command(subcommand)] command: Command }
#[derive(Subcommand)]
enum Command { Serve, Import { path: String } }
async fn upload(body: String) -> String { import::read(&body); import::problems().to_string() }
#[tokio::main]
async fn main() {
    match Arguments::parse().command {
        Command::Serve => {
            let app: Router = Router::new().route("/upload", post(upload));
            axum::serve(listener().await, app).await.unwrap();
        }
        Command::Import { path } => import::read(&std::fs::read_to_string(path).unwrap()),
    }
}
//# app/src/import.rs
use std::sync::Mutex;
static PROBLEMS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn read(text: &str) {
    for line in text.lines() {
        if line.is_empty() { PROBLEMS.lock().unwrap().push("empty line".to_owned()); }
    }
}
pub fn problems() -> usize { PROBLEMS.lock().unwrap().len() }
"#,
    );
}

#[test]
fn a_table_filled_on_ignition_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: rocket
use rocket::{State, fairing::AdHoc};
use std::{collections::HashMap, sync::RwLock};
#[derive(Default)]
struct Words { table: RwLock<HashMap<String, String>> }
#[rocket::get("/<word>")]
fn look_up(word: &str, words: &State<Words>) -> Option<String> { words.table.read().unwrap().get(word).cloned() }
#[rocket::launch]
fn rocket() -> _ {
    rocket::build().manage(Words::default()).mount("/", rocket::routes![look_up]).attach(AdHoc::on_ignite("words", |rocket| async {
        let words = rocket.state::<Words>().unwrap();
        words.table.write().unwrap().insert("a".to_owned(), "b".to_owned());
        rocket
    }))
}
"#,
    );
}

#[test]
fn a_table_filled_on_each_request_by_a_fairing_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: rocket
use rocket::{Data, Request, fairing::{Fairing, Info, Kind}};
use std::{collections::HashMap, sync::Mutex};
#[derive(Default)]
struct Paths {
    agents: Mutex<HashMap<String, String>>, //~ in-memory-store
}
#[rocket::async_trait]
impl Fairing for Paths {
    fn info(&self) -> Info { Info { name: "paths", kind: Kind::Request } }
    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        self.agents.lock().unwrap().insert(request.uri().path().to_string(), agent_of(request));
    }
}
#[rocket::get("/")]
fn index() -> &'static str { "hi" }
#[rocket::launch]
fn rocket() -> _ { rocket::build().attach(Paths::default()).mount("/", rocket::routes![index]) }
"#,
    );
}
