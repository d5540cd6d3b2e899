//! Exclusion that must hold across replicas, and locks that only protect memory.

cases! {
    firing {
        idempotency_keys_in_shared_state_fire: axum!(r#"
#[derive(Clone, Default)]
struct Payments { idempotency: Arc<Mutex<HashSet<String>>> } //~ local-lock
async fn pay(State(payments): State<Payments>, headers: HeaderMap) -> StatusCode {
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    if !payments.idempotency.lock().unwrap().insert(key) { return StatusCode::CONFLICT; }
    charge().await;
    StatusCode::CREATED
}"#, r#".route("/pay", post(pay))"#, "Payments::default()");
        work_in_flight_in_actix_fires: r#"//# app/src/main.rs uses: actix_web, dashmap
use actix_web::{App, HttpServer, web};
use dashmap::DashSet;
#[derive(Default)]
struct Imports { in_flight: DashSet<u64> } //~ local-lock
async fn import(imports: web::Data<Imports>, tenant: web::Path<u64>) -> String {
    if !imports.in_flight.insert(*tenant) { return "already running".to_owned(); }
    import_everything(*tenant).await;
    imports.in_flight.remove(&tenant);
    "done".to_owned()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let imports = web::Data::new(Imports::default());
    HttpServer::new(move || App::new().app_data(imports.clone()).route("/{tenant}", web::post().to(import))).bind("0.0.0.0:80")?.run().await
}
"#;
        locks_by_account_around_the_database_fire: axum!(r#"
#[derive(Clone)]
struct Bank {
    pool: sqlx::PgPool,
    locks: Arc<dashmap::DashMap<i64, Arc<tokio::sync::Mutex<()>>>>, //~ local-lock
}
async fn withdraw(State(bank): State<Bank>, Path((account, cents)): Path<(i64, i64)>) -> StatusCode {
    let lock = bank.locks.entry(account).or_default().clone();
    let _guard = lock.lock().await;
    let balance: i64 = sqlx::query_scalar("SELECT cents FROM accounts WHERE id = $1").bind(account).fetch_one(&bank.pool).await.unwrap();
    if balance < cents { return StatusCode::CONFLICT; }
    sqlx::query("UPDATE accounts SET cents = $2 WHERE id = $1").bind(account).bind(balance - cents).execute(&bank.pool).await.unwrap();
    StatusCode::OK
}"#, r#".route("/{account}/{cents}", post(withdraw))"#, "Bank { pool: pool().await, locks: Arc::default() }");
        one_at_a_time_around_a_shared_table_fires: r#"//# app/src/main.rs uses: rocket, tokio_postgres, tokio
use rocket::{State, launch, post, routes};
use tokio::sync::Mutex;
struct Seats { database: tokio_postgres::Client }
static BOOKING: Mutex<()> = Mutex::const_new(()); //~ local-lock(warning)
#[post("/book/<seat>")]
async fn book(seats: &State<Seats>, seat: i32) -> String {
    let _one = BOOKING.lock().await;
    let taken = seats.database.query("SELECT 1 FROM bookings WHERE seat = $1", &[&seat]).await.unwrap();
    if !taken.is_empty() { return "taken".to_owned(); }
    seats.database.execute("INSERT INTO bookings (seat) VALUES ($1)", &[&seat]).await.unwrap();
    "yours".to_owned()
}
#[launch]
async fn rocket() -> _ { rocket::build().manage(Seats { database: database().await }).mount("/", routes![book]) }
"#;
        a_barrier_that_two_requests_meet_at_fires: axum!(r#"
#[derive(Clone)]
struct Duel { both: Arc<tokio::sync::Barrier> } //~ local-lock
async fn ready_to_play(State(duel): State<Duel>) -> &'static str {
    duel.both.wait().await;
    "go"
}"#, r#".route("/play", post(ready_to_play))"#, "Duel { both: Arc::new(tokio::sync::Barrier::new(2)) }");
        nonces_seen_behind_a_trait_object_fire: axum!(r#"
mod replay;
use replay::{Guard, Seen};
async fn signed(State(guard): State<Arc<dyn Guard>>, headers: HeaderMap) -> StatusCode {
    if guard.first_time(headers["x-nonce"].to_str().unwrap()) { StatusCode::OK } else { StatusCode::UNAUTHORIZED }
}"#, r#".route("/signed", post(signed))"#, "Arc::new(Seen::default()) as Arc<dyn Guard>", r"//# app/src/replay.rs
use std::{collections::HashSet, sync::Mutex};
pub trait Guard: Send + Sync { fn first_time(&self, nonce: &str) -> bool; }
#[derive(Default)]
pub struct Seen { nonces: Mutex<HashSet<String>> } //~ local-lock
impl Guard for Seen {
    fn first_time(&self, nonce: &str) -> bool { self.nonces.lock().unwrap().insert(nonce.to_owned()) }
}
");
        messages_of_a_broker_deduplicated_fire: r"//# app/src/main.rs uses: lapin, tokio, futures_util
use futures_util::StreamExt;
use std::{collections::HashSet, sync::{LazyLock, Mutex}};
static DEDUP: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Default::default); //~ local-lock
async fn take(mut consumer: lapin::Consumer) {
    while let Some(Ok(delivery)) = consumer.next().await {
        let id = String::from_utf8_lossy(&delivery.data).into_owned();
        if DEDUP.lock().unwrap().insert(id.clone()) { ship(&id).await; }
    }
}
#[tokio::main]
async fn main() { take(consumer().await).await; }
";
        orders_being_processed_in_a_grpc_service_fire: r#"//# app/src/main.rs uses: tonic, tokio
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::Mutex;
use tonic::{Request, Response, Status, transport::Server};
pub mod orders { tonic::include_proto!("orders"); }
use orders::{orders_server::{Orders, OrdersServer}, Order, Receipt};
#[derive(Default)]
struct Desk { processing: Arc<Mutex<BTreeSet<u64>>> } //~ local-lock
#[tonic::async_trait]
impl Orders for Desk {
    async fn pay(&self, request: Request<Order>) -> Result<Response<Receipt>, Status> {
        let id = request.into_inner().id;
        if !self.processing.lock().await.insert(id) { return Err(Status::already_exists("in progress")); }
        let receipt = charge(id).await;
        self.processing.lock().await.remove(&id);
        Ok(Response::new(receipt))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(OrdersServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
    }
    silent {
        a_lock_around_memory_of_one_request_is_silent: axum!(r"
async fn sum(Json(numbers): Json<Vec<u64>>) -> String {
    let lock = Arc::new(Mutex::new(0));
    std::thread::scope(|scope| for part in numbers.chunks(100) { scope.spawn(|| *lock.lock().unwrap() += part.iter().sum::<u64>()); });
    let sum = *lock.lock().unwrap();
    sum.to_string()
}", r#".route("/sum", post(sum))"#, "()");
        a_lock_around_a_tool_that_is_not_reentrant_is_silent: axum!(r"
static RENDERING: Mutex<()> = Mutex::new(());
async fn render(body: String) -> String {
    let _one = RENDERING.lock().unwrap();
    typeset(&body)
}", r#".route("/render", post(render))"#, "()");
        a_lock_around_a_connection_is_silent: r#"//# app/src/main.rs uses: rocket, tokio_postgres, tokio
use rocket::{State, get, launch, routes};
use tokio::sync::Mutex;
struct Database { client: Mutex<tokio_postgres::Client> }
#[get("/people/<id>")]
async fn person(database: &State<Database>, id: i32) -> String {
    let mut client = database.client.lock().await;
    let transaction = client.transaction().await.unwrap();
    let row = transaction.query_one("SELECT name FROM people WHERE id = $1", &[&id]).await.unwrap();
    row.get(0)
}
#[launch]
async fn rocket() -> _ { rocket::build().manage(Database { client: Mutex::new(client().await) }).mount("/", routes![person]) }
"#;
        a_lock_taken_in_redis_is_silent: axum!(r#"
#[derive(Clone)]
struct Locks { redis: redis::Client }
impl Locks {
    async fn insert(&self, key: &str) -> bool {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("SET").arg(key).arg(1).arg("NX").arg("EX").arg(30).query_async::<Option<String>>(&mut connection).await.unwrap().is_some()
    }
}
async fn pay(State(locks): State<Locks>, key: String) -> String { locks.insert(&key).await.to_string() }"#,
            r#".route("/pay", post(pay))"#, "Locks { redis: client() }");
        a_unique_key_of_the_database_is_silent: r#"//# app/src/main.rs uses: actix_web, sqlx
use actix_web::{App, HttpServer, web};
struct Idempotency { pool: sqlx::PgPool }
async fn pay(keys: web::Data<Idempotency>, key: web::Path<String>) -> String {
    let done = sqlx::query("INSERT INTO idempotency (key) VALUES ($1) ON CONFLICT DO NOTHING").bind(key.into_inner()).execute(&keys.pool).await.unwrap();
    (done.rows_affected() == 1).to_string()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let keys = web::Data::new(Idempotency { pool: pool().await });
    HttpServer::new(move || App::new().app_data(keys.clone()).route("/{key}", web::post().to(pay))).bind("0.0.0.0:80")?.run().await
}
"#;
        duplicates_removed_from_one_body_are_silent: axum!(r"
async fn unique(body: String) -> String {
    let mut dedup = HashSet::new();
    body.lines().filter(|line| dedup.insert(line.to_string())).collect()
}", r#".route("/unique", post(unique))"#, "()");
        a_semaphore_that_bounds_downloads_of_this_process_is_silent: r#"//# app/src/main.rs uses: poem, reqwest, tokio
use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener, web::{Data, Path}};
use std::sync::Arc;
use tokio::sync::Semaphore;
#[derive(Clone)]
struct Limits { in_flight: Arc<Semaphore> }
#[handler]
async fn fetch(limits: Data<&Limits>, Path(name): Path<String>) -> String {
    let _permit = limits.in_flight.acquire().await.unwrap();
    reqwest::get(format!("http://files/{name}")).await.unwrap().text().await.unwrap()
}
#[tokio::main]
async fn main() {
    let app = Route::new().at("/:name", get(fetch)).data(Limits { in_flight: Arc::new(Semaphore::new(16)) });
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        a_barrier_of_threads_of_one_job_is_silent: axum!(r"
async fn simulate(body: String) -> String {
    let barrier = Arc::new(std::sync::Barrier::new(4));
    let threads: Vec<_> = (0..4).map(|part| {
        let barrier = barrier.clone();
        let body = body.clone();
        std::thread::spawn(move || { first_half(part, &body); barrier.wait(); second_half(part) })
    }).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}", r#".route("/simulate", post(simulate))"#, "()");
    }
}
