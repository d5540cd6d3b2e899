//! When something is written and by whom: per request, at start, once, by one replica, told to all; and programs without
//! replicas.

use crate::rules::cases::roles::{axum, cases};

pub(super) mod built_per_request_connection_or_stream {
    super::cases! {
        firing {
            the_same_type_made_once_for_all_fires: super::axum!(r#"
#[derive(Default)]
struct Basket { items: Mutex<Vec<String>> } //~ in-memory-session
impl Basket { fn add(&self, name: &str) { self.items.lock().unwrap().push(name.to_owned()); } }
async fn add(State(basket): State<Arc<Basket>>, name: String) -> String {
    basket.add(&name);
    basket.items.lock().unwrap().join(",")
}"#, r#".route("/", post(add))"#, "Arc::new(Basket::default())");
        }
        silent {
            a_type_made_by_each_request_is_silent: super::axum!(r#"
#[derive(Default)]
struct Basket { items: Mutex<Vec<String>> }
impl Basket { fn add(&self, name: &str) { self.items.lock().unwrap().push(name.to_owned()); } }
async fn add(names: String) -> String {
    let basket = Arc::new(Basket::default());
    for name in names.split(',') { basket.add(name); }
    let items = basket.items.lock().unwrap();
    items.join(",")
}"#, r#".route("/", post(add))"#, "()");
            a_map_of_each_stream_is_silent: r#"//# app/src/main.rs uses: tonic, tokio
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
use tonic::{Request, Response, Status, Streaming, transport::Server};
pub mod sums { tonic::include_proto!("sums"); }
use sums::{sums_server::{Sums, SumsServer}, Part, Sum};
#[derive(Default)]
struct Session { totals: Arc<RwLock<HashMap<String, u64>>> }
struct Desk;
#[tonic::async_trait]
impl Sums for Desk {
    async fn sum(&self, request: Request<Streaming<Part>>) -> Result<Response<Sum>, Status> {
        let session = Session::default();
        let mut parts = request.into_inner();
        while let Some(part) = parts.message().await? { *session.totals.write().await.entry(part.name).or_default() += part.number; }
        let total = session.totals.read().await.values().sum();
        Ok(Response::new(Sum { total }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(SumsServer::new(Desk)).serve(address()).await.unwrap(); }
"#;
        }
    }
}

pub(super) mod written_only_at_start_up {
    super::cases! {
        firing {
            a_table_that_a_route_fills_again_fires: super::axum!(r"
static ZONES: LazyLock<RwLock<HashMap<String, i8>>> = LazyLock::new(Default::default); //~ in-memory-store
fn load(text: &str) { for (name, hours) in zones_in(text) { ZONES.write().unwrap().insert(name, hours); } }
async fn reload(text: String) { load(&text); }
async fn zone(Path(name): Path<String>) -> String { ZONES.read().unwrap().get(&name).copied().unwrap_or(0).to_string() }",
                r#".route("/zones", put(reload)).route("/zones/{name}", get(zone))"#, r#"load(&read("zones.txt"))"#);
        }
        silent {
            a_table_that_main_fills_is_silent: super::axum!(r"
static ZONES: LazyLock<RwLock<HashMap<String, i8>>> = LazyLock::new(Default::default);
fn load(text: &str) { for (name, hours) in zones_in(text) { ZONES.write().unwrap().insert(name, hours); } }
async fn zone(Path(name): Path<String>) -> String { ZONES.read().unwrap().get(&name).copied().unwrap_or(0).to_string() }",
                r#".route("/zones/{name}", get(zone))"#, r#"load(&read("zones.txt"))"#);
        }
    }
}

pub(super) mod immutable_after_get_or_init {
    super::cases! {
        firing {
            a_key_drawn_in_get_or_init_fires: r#"//# app/src/main.rs uses: actix_web, cookie
use actix_web::{App, HttpServer, web};
use std::sync::OnceLock;
static KEY: OnceLock<cookie::Key> = OnceLock::new(); //~ per-process-key
fn key() -> &'static cookie::Key { KEY.get_or_init(cookie::Key::generate) }
async fn index() -> String { sign(key()) }
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().route("/", web::get().to(index))).bind("0.0.0.0:80")?.run().await }
"#;
            a_map_in_get_or_init_that_requests_fill_fires: super::axum!(r"
static SEEN: OnceLock<Mutex<HashMap<String, u64>>> = OnceLock::new(); //~ in-memory-store
fn seen() -> &'static Mutex<HashMap<String, u64>> { SEEN.get_or_init(Default::default) }
async fn visit(name: String) -> String {
    let mut seen = seen().lock().unwrap();
    let times = seen.entry(name).or_default();
    *times += 1;
    times.to_string()
}", r#".route("/", post(visit))"#, "()");
        }
        silent {
            a_pure_value_in_get_or_init_is_silent: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::sync::OnceLock;
static PRIMES: OnceLock<Vec<u32>> = OnceLock::new();
fn primes() -> &'static [u32] { PRIMES.get_or_init(|| (2..1000).filter(|n| (2..*n).all(|d| n % d > 0)).collect()) }
async fn is_prime(number: web::Path<u32>) -> String { primes().contains(&number).to_string() }
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().route("/{n}", web::get().to(is_prime))).bind("0.0.0.0:80")?.run().await }
"#;
        }
    }
}

pub(super) mod pure_memoisation {
    super::cases! {
        firing {
            a_memo_of_what_the_database_says_fires: r#"//# app/src/main.rs uses: axum, cached, sqlx, tokio
use axum::{Router, extract::Path, routing::get};
use cached::proc_macro::cached;
#[cached]
async fn price(id: i64) -> i64 { //~ in-memory-cache(error)
    sqlx::query_scalar("SELECT cents FROM articles WHERE id = $1").bind(id).fetch_one(pool()).await.unwrap()
}
async fn show(Path(id): Path<i64>) -> String { price(id).await.to_string() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/{id}", get(show));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        }
        silent {
            a_memo_of_arithmetic_is_a_note: r#"//# app/src/main.rs uses: axum, cached, tokio
use axum::{Router, extract::Path, routing::get};
use cached::proc_macro::cached;
#[cached]
fn ways(steps: u64) -> u64 { if steps < 2 { 1 } else { ways(steps - 1) + ways(steps - 2) } } //~ in-memory-cache(note)
async fn show(Path(steps): Path<u64>) -> String { ways(steps).to_string() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/{steps}", get(show));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        }
        mistakes {
            a_memo_by_hand_of_arithmetic_is_a_note because "known mistake: what is put in by hand is not known to be pure": super::axum!(r"
static WAYS: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Default::default); //~ in-memory-cache(note)
fn ways(steps: u64) -> u64 {
    if steps < 2 { return 1; }
    if let Some(known) = WAYS.lock().unwrap().get(&steps) { return *known; }
    let ways = ways(steps - 1) + ways(steps - 2);
    WAYS.lock().unwrap().insert(steps, ways);
    ways
}
async fn show(Path(steps): Path<u64>) -> String { ways(steps).to_string() }", r#".route("/{steps}", get(show))"#, "()");
        }
    }
}

pub(super) mod leader_guarded_and_claimed {
    super::cases! {
        firing {
            a_loop_that_only_asks_whether_something_is_due_fires: super::axum!(r#"
async fn index() -> &'static str { "hello" }
async fn mail_due(pool: sqlx::PgPool, relay: lettre::SmtpTransport) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(Duration::from_secs(60)).await;
        let due: Vec<String> = sqlx::query_scalar("SELECT address FROM letters WHERE NOT sent").fetch_all(&pool).await.unwrap();
        for address in due { lettre::Transport::send(&relay, &letter(address)).unwrap(); }
    }
}"#, r#".route("/", get(index))"#, "{ tokio::spawn(mail_due(pool().await, relay())); }");
        }
        silent {
            rows_claimed_before_they_are_mailed_are_silent: super::axum!(r#"
async fn index() -> &'static str { "hello" }
async fn claim(pool: &sqlx::PgPool) -> Vec<String> {
    sqlx::query_scalar("UPDATE letters SET sent = true WHERE id IN (SELECT id FROM letters WHERE NOT sent FOR UPDATE SKIP LOCKED) RETURNING address").fetch_all(pool).await.unwrap()
}
async fn mail_due(pool: sqlx::PgPool, relay: lettre::SmtpTransport) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        for address in claim(&pool).await { lettre::Transport::send(&relay, &letter(address)).unwrap(); }
    }
}"#, r#".route("/", get(index))"#, "{ tokio::spawn(mail_due(pool().await, relay())); }");
            work_that_the_leader_alone_does_is_silent: r#"//# app/src/main.rs uses: actix_web, sqlx, lettre, tokio
use actix_web::{App, HttpServer, get};
use lettre::Transport;
async fn is_leader(pool: &sqlx::PgPool) -> bool {
    sqlx::query_scalar("SELECT pg_try_advisory_lock(1)").fetch_one(pool).await.unwrap_or(false)
}
async fn remind(pool: sqlx::PgPool, relay: lettre::SmtpTransport) {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(3600));
    loop {
        every.tick().await;
        if is_leader(&pool).await { relay.send(&letter()).unwrap(); }
    }
}
#[get("/")]
async fn index() -> &'static str { "hello" }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    tokio::spawn(remind(pool().await, relay()));
    HttpServer::new(|| App::new().service(index)).bind("0.0.0.0:80")?.run().await
}
"#;
        }
    }
}

pub(super) mod copies_that_are_told_of_changes {
    super::cases! {
        firing {
            a_copy_that_only_its_own_writer_forgets_fires: super::axum!(r"
#[derive(Clone)]
struct App {
    pool: sqlx::PgPool,
    names: moka::future::Cache<i64, String>, //~ in-memory-cache
}
async fn name(State(app): State<App>, Path(id): Path<i64>) -> String { app.names.get_with(id, load(&app.pool, id)).await }
async fn rename(State(app): State<App>, Path(id): Path<i64>, name: String) { save(&app.pool, id, name).await; app.names.invalidate(&id).await; }",
                r#".route("/{id}", get(name).put(rename))"#, "App { pool: pool().await, names: moka::future::Cache::new(1000) }");
        }
        silent {
            a_copy_that_a_watch_renews_is_silent: super::axum!(r#"
#[derive(Clone, Default)]
struct Rules { rules: Arc<RwLock<Vec<String>>> }
async fn follow(rules: Rules, mut etcd: etcd_client::Client) {
    let (_watcher, mut changes) = etcd.watch("rules", None).await.unwrap();
    while let Some(change) = changes.message().await.unwrap() { *rules.rules.write().unwrap() = rules_in(&change); }
}
async fn list(State(rules): State<Rules>) -> String { rules.rules.read().unwrap().join(",") }"#,
                r#".route("/", get(list))"#, "{ let rules = Rules::default(); tokio::spawn(follow(rules.clone(), etcd().await)); rules }");
        }
        mistakes {
            a_copy_that_a_task_renews_from_notifications_is_silent because "known mistake: a loop over database notifications is taken for a consumer of messages": super::axum!(r#"
#[derive(Clone, Default)]
struct Rules { rules: Arc<RwLock<Vec<String>>> }
async fn follow(rules: Rules, pool: sqlx::PgPool) {
    let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await.unwrap();
    listener.listen("rules").await.unwrap();
    loop {
        let all = sqlx::query_scalar("SELECT rule FROM rules").fetch_all(&pool).await.unwrap();
        *rules.rules.write().unwrap() = all;
        listener.recv().await.unwrap();
    }
}
async fn list(State(rules): State<Rules>) -> String { rules.rules.read().unwrap().join(",") }"#,
                r#".route("/", get(list))"#, "{ let rules = Rules::default(); tokio::spawn(follow(rules.clone(), pool().await)); rules }");
            a_cache_that_every_replica_is_told_to_forget_is_silent because "known mistake: that a subscription invalidates the cache on every replica is not seen": super::axum!(r#"
#[derive(Clone)]
struct App { pool: sqlx::PgPool, redis: redis::Client, names: moka::future::Cache<i64, String> }
async fn name(State(app): State<App>, Path(id): Path<i64>) -> String { app.names.get_with(id, load(&app.pool, id)).await }
async fn rename(State(app): State<App>, Path(id): Path<i64>, name: String) {
    save(&app.pool, id, name).await;
    let mut connection = app.redis.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("PUBLISH").arg("renamed").arg(id).exec_async(&mut connection).await.unwrap();
}
async fn forget(app: App) {
    let mut pubsub = app.redis.get_async_pubsub().await.unwrap();
    pubsub.subscribe("renamed").await.unwrap();
    let mut messages = pubsub.on_message();
    while let Some(message) = messages.next().await { app.names.invalidate(&message.get_payload().unwrap()).await; }
}"#, r#".route("/{id}", get(name).put(rename))"#, "{ let app = App { pool: pool().await, redis: client(), names: moka::future::Cache::new(1000) }; tokio::spawn(forget(app.clone())); app }");
        }
    }
}

pub(super) mod programs_that_serve_nobody {
    super::cases! {
        firing {
            the_same_helper_in_a_program_that_serves_fires: r#"//# app/src/main.rs uses: rouille, ureq
use std::{collections::HashMap, sync::Mutex};
static PAGES: Mutex<Option<HashMap<String, String>>> = Mutex::new(None); //~ in-memory-cache
fn fetch(url: &str) -> String {
    let mut pages = PAGES.lock().unwrap();
    let pages = pages.get_or_insert_with(HashMap::new);
    if let Some(page) = pages.get(url) { return page.clone(); }
    let page = ureq::get(url).call().unwrap().into_string().unwrap();
    pages.insert(url.to_owned(), page.clone());
    page
}
fn main() { rouille::start_server("0.0.0.0:80", |request| rouille::Response::text(fetch(&request.url()))); }
"#;
        }
        silent {
            a_command_line_program_is_silent: r#"//# tool/src/main.rs uses: ureq, clap
use std::{collections::HashMap, sync::Mutex};
static PAGES: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
fn fetch(url: &str) -> String {
    let mut pages = PAGES.lock().unwrap();
    let pages = pages.get_or_insert_with(HashMap::new);
    if let Some(page) = pages.get(url) { return page.clone(); }
    let page = ureq::get(url).call().unwrap().into_string().unwrap();
    pages.insert(url.to_owned(), page.clone());
    page
}
fn main() { for url in std::env::args().skip(1) { std::fs::write("page.html", fetch(&url)).unwrap(); } }
"#;
            a_load_generator_is_silent: r#"//# load/src/main.rs uses: reqwest, tokio
use std::sync::{Arc, Mutex, atomic::{AtomicU64, Ordering}};
#[derive(Default)]
struct Run { sent: AtomicU64, slowest: Mutex<Vec<u128>> }
async fn client(run: Arc<Run>) {
    for _ in 0..1000 {
        let start = std::time::Instant::now();
        reqwest::Client::new().post("http://target/").send().await.unwrap();
        run.sent.fetch_add(1, Ordering::Relaxed);
        run.slowest.lock().unwrap().push(start.elapsed().as_millis());
    }
}
#[tokio::main]
async fn main() {
    let run = Arc::new(Run::default());
    let clients: Vec<_> = (0..16).map(|_| tokio::spawn(client(run.clone()))).collect();
    for client in clients { client.await.unwrap(); }
    println!("{} sent, {:?}", run.sent.load(Ordering::Relaxed), run.slowest.lock().unwrap().iter().max());
}
"#;
            a_desktop_app_is_silent: r#"//# desk/src/main.rs uses: eframe
use std::{collections::HashMap, sync::{Arc, Mutex}};
#[derive(Default)]
struct Window { notes: Arc<Mutex<HashMap<u32, String>>>, next: u32 }
impl eframe::App for Window {
    fn update(&mut self, context: &eframe::egui::Context, _: &mut eframe::Frame) {
        if clicked(context) {
            self.next += 1;
            self.notes.lock().unwrap().insert(self.next, typed(context));
        }
    }
}
fn main() { eframe::run_native("notes", Default::default(), Box::new(|_| Ok(Box::new(Window::default())))).unwrap(); }
"#;
            a_client_that_listens_to_a_server_is_silent: r#"//# watch/src/main.rs uses: tokio_tungstenite, futures_util, tokio
use futures_util::StreamExt;
use std::{collections::HashMap, sync::Mutex};
static PRICES: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
fn note(line: &str) {
    if let Some((name, price)) = line.split_once(' ') {
        PRICES.lock().unwrap().get_or_insert_with(HashMap::new).insert(name.to_owned(), price.to_owned());
    }
}
#[tokio::main]
async fn main() {
    let (mut socket, _) = tokio_tungstenite::connect_async("wss://prices/").await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        note(&message.to_string());
        println!("{:?}", PRICES.lock().unwrap());
    }
}
"#;
            a_build_script_is_silent: super::axum!(r#"
async fn index() -> &'static str { include_str!("page.html") }"#, r#".route("/", get(index))"#, "()", r#"//# app/build.rs
use std::sync::Mutex;
static MADE: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn make(name: &str) { std::fs::write(name, render(name)).unwrap(); MADE.lock().unwrap().push(name.to_owned()); }
fn main() { make("src/page.html"); println!("cargo:warning={:?}", MADE.lock().unwrap()); }
"#);
        }
    }
}

pub(super) mod back_end_that_a_setting_selects {
    super::cases! {
        firing {
            memory_for_an_index_that_a_setting_turns_on_fires: super::axum!(r#"
async fn index() -> &'static str { "hello" }
fn open(settings: &Settings) -> Option<rusqlite::Connection> {
    if settings.search { Some(rusqlite::Connection::open_in_memory().unwrap()) } else { None } //~ embedded-database(error)
}"#, r#".route("/", get(index))"#, "Arc::new(Mutex::new(open(&read_settings())))");
        }
        silent {
            memory_in_place_of_a_missing_address_is_a_note: super::axum!(r#"
async fn index() -> &'static str { "hello" }
async fn open() -> sqlx::SqlitePool {
    let url = std::env::var("NOTES_DATABASE").unwrap_or_else(|_| "sqlite::memory:".to_owned());
    sqlx::SqlitePool::connect(&url).await.unwrap() //~ embedded-database(note)
}"#, r#".route("/", get(index))"#, "open().await");
        }
        mistakes {
            a_map_for_development_behind_a_trait_object_is_a_note because "known mistake: a cell of our own behind a setting is not told from the production's": super::axum!(r#"
trait Notes: Send + Sync { fn add(&self, text: String); }
#[derive(Default)]
struct InMemory { notes: Mutex<Vec<String>> } //~ in-memory-store(note)
impl Notes for InMemory { fn add(&self, text: String) { self.notes.lock().unwrap().push(text); } }
struct Postgres { pool: sqlx::PgPool }
impl Notes for Postgres { fn add(&self, text: String) { insert(&self.pool, text); } }
async fn write(State(notes): State<Arc<dyn Notes>>, text: String) { notes.add(text); }
async fn notes() -> Arc<dyn Notes> {
    match std::env::var("NOTES_DATABASE") {
        Ok(url) => Arc::new(Postgres { pool: sqlx::PgPool::connect(&url).await.unwrap() }),
        Err(_) => Arc::new(InMemory::default()),
    }
}"#, r#".route("/", post(write))"#, "notes().await");
            a_map_behind_a_feature_for_development_is_a_note because "known mistake: a feature for development is not told from any other": super::axum!(r#"
#[cfg(feature = "dev-memory-store")]
#[derive(Clone, Default)]
struct Notes { notes: Arc<Mutex<Vec<String>>> } //~ in-memory-store(note)
#[cfg(feature = "dev-memory-store")]
impl Notes {
    fn add(&self, text: String) { self.notes.lock().unwrap().push(text); }
}
#[cfg(not(feature = "dev-memory-store"))]
use crate::postgres::Notes;
async fn write(State(notes): State<Notes>, text: String) { notes.add(text); }"#, r#".route("/", post(write))"#, "Notes::default()");
        }
    }

    #[test]
    fn the_note_names_the_setting() {
        let (_, program) = SILENT[0];
        let checked = crate::rules::cases::check_program(program);
        assert!(
            checked.findings[0].message.contains("`NOTES_DATABASE`"),
            "{:?}",
            checked.findings
        );
    }
}
