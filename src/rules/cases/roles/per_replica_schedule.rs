//! Jobs that each replica repeats, and loops that are claimed, that only look after this replica, or that no timer drives.

cases! {
    firing {
        reminders_mailed_every_day_fire: axum!(r#"
use lettre::{SmtpTransport, Transport};
async fn index() -> &'static str { "hello" }
fn remind() {
    let relay = SmtpTransport::relay("mail").unwrap().build();
    loop { //~ per-replica-schedule
        std::thread::sleep(Duration::from_secs(86_400));
        for letter in due_letters() { relay.send(&letter).unwrap(); }
    }
}"#, r#".route("/", get(index))"#, "{ std::thread::spawn(remind); }");
        a_report_posted_by_an_interval_fires: r#"//# app/src/main.rs uses: actix_web, reqwest, tokio
use actix_web::{App, HttpServer, get};
async fn report() {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(3600));
    let client = reqwest::Client::new();
    loop { //~ per-replica-schedule
        every.tick().await;
        client.post("http://accounting/hours").body(summary().await).send().await.unwrap();
    }
}
#[get("/")]
async fn index() -> &'static str { "hello" }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    tokio::spawn(report());
    HttpServer::new(|| App::new().service(index)).bind("0.0.0.0:80")?.run().await
}
"#;
        interest_inserted_every_night_fires: axum!(r#"
mod night;
async fn balance(State(pool): State<sqlx::PgPool>, Path(id): Path<i64>) -> String {
    sqlx::query_scalar::<_, i64>("SELECT cents FROM accounts WHERE id = $1").bind(id).fetch_one(&pool).await.unwrap().to_string()
}"#, r#".route("/{id}", get(balance))"#, "{ let pool = pool().await; tokio::spawn(night::run(pool.clone())); pool }", r#"//# app/src/night.rs
use sqlx::PgPool;
pub async fn run(pool: PgPool) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(until_midnight()).await;
        book_interest(&pool).await;
    }
}
async fn book_interest(pool: &PgPool) {
    sqlx::query("INSERT INTO postings (account, cents) SELECT id, cents / 100 FROM accounts").execute(pool).await.unwrap();
}
"#);
        events_published_by_a_rocket_fairing_fire: r#"//# app/src/main.rs uses: rocket, async_nats, tokio
use rocket::{fairing::AdHoc, get, launch, routes, tokio};
#[get("/")]
fn index() -> &'static str { "hello" }
async fn announce() {
    let nats = async_nats::connect("nats://bus").await.unwrap();
    loop { //~ per-replica-schedule
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        nats.publish("prices.due", "now".into()).await.unwrap();
    }
}
#[launch]
fn rocket() -> _ {
    rocket::build().mount("/", routes![index]).attach(AdHoc::on_liftoff("announce", |_| Box::pin(async { tokio::spawn(announce()); })))
}
"#;
        objects_deleted_by_age_fire: r#"//# app/src/main.rs uses: poem, aws_sdk_s3, tokio
use poem::{Route, Server, get, handler, listener::TcpListener};
struct Cleaner { bucket: aws_sdk_s3::Client }
impl Cleaner {
    async fn run(self) {
        loop { //~ per-replica-schedule
            tokio::time::sleep(std::time::Duration::from_secs(600)).await;
            for key in old_keys(&self.bucket).await { self.bucket.delete_object().bucket("files").key(key).send().await.unwrap(); }
        }
    }
}
#[handler]
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    tokio::spawn(Cleaner { bucket: bucket().await }.run());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(Route::new().at("/", get(index))).await.unwrap();
}
"#;
        rows_deleted_by_age_are_a_note: axum!(r#"
async fn index() -> &'static str { "hello" }
async fn expire(pool: sqlx::PgPool) {
    let mut every = tokio::time::interval(Duration::from_secs(60));
    loop { //~ per-replica-schedule(note)
        every.tick().await;
        sqlx::query("DELETE FROM sessions WHERE until < now()").execute(&pool).await.unwrap();
    }
}"#, r#".route("/", get(index))"#, "{ let pool = pool().await; tokio::spawn(expire(pool.clone())); pool }");
        a_bot_that_writes_every_morning_fires: r#"//# app/src/main.rs uses: teloxide, tokio
use teloxide::prelude::*;
async fn greet(bot: Bot) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(until_morning()).await;
        bot.send_message(ChatId(1), "good morning").await.unwrap();
    }
}
async fn answer(bot: Bot, message: Message) -> ResponseResult<()> { bot.send_message(message.chat.id, "yes?").await?; Ok(()) }
#[tokio::main]
async fn main() {
    let bot = Bot::from_env();
    tokio::spawn(greet(bot.clone()));
    teloxide::repl(bot, answer).await;
}
"#;
        invoices_charged_beside_a_grpc_service_fire: r#"//# app/src/main.rs uses: tonic, stripe, tokio
use tonic::{Request, Response, Status, transport::Server};
pub mod plans { tonic::include_proto!("plans"); }
use plans::{plans_server::{Plans, PlansServer}, Empty, Plan};
struct Desk;
#[tonic::async_trait]
impl Plans for Desk {
    async fn current(&self, _: Request<Empty>) -> Result<Response<Plan>, Status> { Ok(Response::new(plan().await)) }
}
async fn bill(client: stripe::Client) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(std::time::Duration::from_secs(86_400)).await;
        for due in due_payments().await { stripe::PaymentIntent::create(&client, due).await.unwrap(); }
    }
}
#[tokio::main]
async fn main() {
    tokio::spawn(bill(stripe::Client::new(key())));
    Server::builder().add_service(PlansServer::new(Desk)).serve(address()).await.unwrap();
}
"#;
    }
    silent {
        a_copy_of_this_replica_refreshed_is_silent: axum!(r#"
#[derive(Clone, Default)]
struct Rates { rates: Arc<RwLock<HashMap<String, f64>>> }
async fn refresh(rates: Rates) {
    let mut every = tokio::time::interval(Duration::from_secs(60));
    loop {
        every.tick().await;
        *rates.rates.write().unwrap() = reqwest::get("http://rates").await.unwrap().json().await.unwrap();
    }
}
async fn rate(State(rates): State<Rates>, Path(name): Path<String>) -> String { rates.rates.read().unwrap().get(&name).copied().unwrap_or(1.0).to_string() }"#,
            r#".route("/{name}", get(rate))"#, "{ let rates = Rates::default(); tokio::spawn(refresh(rates.clone())); rates }");
        a_run_behind_an_advisory_lock_is_silent: axum!(r#"
async fn index() -> &'static str { "hello" }
async fn remind(pool: sqlx::PgPool, relay: lettre::SmtpTransport) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        let leads: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock(7)").fetch_one(&pool).await.unwrap();
        if leads { relay.send(&letter()).unwrap(); }
    }
}"#, r#".route("/", get(index))"#, "{ tokio::spawn(remind(pool().await, relay())); }");
        rows_claimed_one_by_one_are_silent: r#"//# app/src/main.rs uses: actix_web, sqlx, reqwest, tokio
use actix_web::{App, HttpServer, get};
async fn deliver(pool: sqlx::PgPool) {
    let client = reqwest::Client::new();
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let mut transaction = pool.begin().await.unwrap();
        let due: Vec<String> = sqlx::query_scalar("SELECT url FROM hooks WHERE NOT sent FOR UPDATE SKIP LOCKED").fetch_all(&mut *transaction).await.unwrap();
        for url in due { client.post(url).send().await.unwrap(); }
        transaction.commit().await.unwrap();
    }
}
#[get("/")]
async fn index() -> &'static str { "hello" }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    tokio::spawn(deliver(pool().await));
    HttpServer::new(|| App::new().service(index)).bind("0.0.0.0:80")?.run().await
}
"#;
        a_sweep_of_a_local_map_is_silent: axum!(r#"
#[derive(Clone, Default)]
struct Patterns { compiled: Arc<dashmap::DashMap<String, Instant>> }
async fn sweep(patterns: Patterns) {
    let mut every = tokio::time::interval(Duration::from_secs(60));
    loop {
        every.tick().await;
        patterns.compiled.retain(|_, used| used.elapsed() < Duration::from_secs(600));
    }
}
async fn index() -> &'static str { "hello" }"#, r#".route("/", get(index))"#, "{ let patterns = Patterns::default(); tokio::spawn(sweep(patterns.clone())); patterns }");
        a_retry_within_one_request_is_silent: r#"//# app/src/main.rs uses: rocket, reqwest, tokio
use rocket::{launch, post, routes, tokio};
#[post("/orders", data = "<order>")]
async fn order(order: String) -> String {
    let client = reqwest::Client::new();
    loop {
        match client.post("http://stock/orders").body(order.clone()).send().await {
            Ok(answer) => return answer.text().await.unwrap(),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
}
#[launch]
fn rocket() -> _ { rocket::build().mount("/", routes![order]) }
"#;
        a_wait_for_the_database_at_start_is_silent: axum!(r#"
async fn index() -> &'static str { "hello" }
async fn connect() -> sqlx::PgPool {
    loop {
        match sqlx::PgPool::connect("postgres://db/app").await {
            Ok(pool) => {
                sqlx::query("INSERT INTO starts (at) VALUES (now()) ON CONFLICT DO NOTHING").execute(&pool).await.unwrap();
                return pool;
            }
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
}"#, r#".route("/", get(index))"#, "connect().await");
        numbers_of_this_replica_sent_to_metrics_are_silent: r#"//# app/src/main.rs uses: poem, metrics, tokio
use poem::{Route, Server, get, handler, listener::TcpListener};
async fn measure() {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(15));
    loop {
        every.tick().await;
        metrics::gauge!("memory_bytes").set(resident());
    }
}
#[handler]
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    tokio::spawn(measure());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(Route::new().at("/", get(index))).await.unwrap();
}
"#;
        pings_of_one_connection_are_silent: r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::ws::{Message, WebSocket, WebSocketUpgrade}, response::Response, routing::get};
async fn connect(upgrade: WebSocketUpgrade) -> Response { upgrade.on_upgrade(talk) }
async fn talk(mut socket: WebSocket) {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(20));
    loop {
        every.tick().await;
        if socket.send(Message::Ping(Vec::new().into())).await.is_err() { return; }
    }
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/ws", get(connect));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        the_leader_alone_mails_is_silent: axum!(r#"
async fn index() -> &'static str { "hello" }
struct Job { lease: Lease, relay: lettre::SmtpTransport }
impl Job {
    async fn try_become_leader(&self) -> bool { self.lease.renew().await }
    async fn run(self) {
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            if !self.try_become_leader().await { continue; }
            self.relay.send(&letter()).unwrap();
        }
    }
}"#, r#".route("/", get(index))"#, "{ tokio::spawn(Job { lease: lease(), relay: relay() }.run()); }");
    }
}
