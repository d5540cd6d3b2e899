//! Counts kept by hand, and numbers that only look like counts of this service.

cases! {
    firing {
        a_count_of_requests_in_a_middleware_fires: r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Request, middleware::{self, Next}, response::Response, routing::get};
use std::sync::atomic::{AtomicU64, Ordering};
static SEEN: AtomicU64 = AtomicU64::new(0); //~ global-counter
async fn count(request: Request, next: Next) -> Response {
    SEEN.fetch_add(1, Ordering::Relaxed);
    next.run(request).await
}
async fn seen() -> String { SEEN.load(Ordering::Relaxed).to_string() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/seen", get(seen)).layer(middleware::from_fn(count));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        downloads_in_the_data_of_actix_fire: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::sync::Mutex;
struct Shelf {
    folder: String,
    taken: Mutex<u64>, //~ global-counter
}
async fn take(shelf: web::Data<Shelf>, name: web::Path<String>) -> String {
    *shelf.taken.lock().unwrap() += 1;
    format!("{}/{name}", shelf.folder)
}
async fn popularity(shelf: web::Data<Shelf>) -> String { format!("taken {} times", shelf.taken.lock().unwrap()) }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let shelf = web::Data::new(Shelf { folder: "books".into(), taken: Mutex::new(0) });
    HttpServer::new(move || App::new().app_data(shelf.clone()).route("/take/{name}", web::get().to(take)).route("/popularity", web::get().to(popularity)))
        .bind("0.0.0.0:80")?.run().await
}
"#;
        visits_managed_by_rocket_fire: r#"//# app/src/main.rs uses: rocket
use rocket::{State, get, launch, routes};
use std::sync::atomic::{AtomicUsize, Ordering};
struct Visits(AtomicUsize); //~ global-counter
#[get("/")]
fn index(visits: &State<Visits>) -> String {
    let so_far = visits.0.fetch_add(1, Ordering::Relaxed) + 1;
    format!("visit number {so_far}")
}
#[get("/visits")]
fn shown(visits: &State<Visits>) -> String { visits.0.load(Ordering::Relaxed).to_string() }
#[launch]
fn rocket() -> _ { rocket::build().manage(Visits(AtomicUsize::new(0))).mount("/", routes![index, shown]) }
"#;
        calls_counted_by_a_grpc_service_fire: r#"//# app/src/main.rs uses: tonic, tokio
use std::sync::atomic::{AtomicU64, Ordering};
use tonic::{Request, Response, Status, transport::Server};
pub mod quotes { tonic::include_proto!("quotes"); }
use quotes::{quoter_server::{Quoter, QuoterServer}, QuoteReply, QuoteRequest, UsageReply, UsageRequest};
#[derive(Default)]
struct Desk { given: AtomicU64 } //~ global-counter
#[tonic::async_trait]
impl Quoter for Desk {
    async fn quote(&self, request: Request<QuoteRequest>) -> Result<Response<QuoteReply>, Status> {
        self.given.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new(QuoteReply { text: pick(request.into_inner().topic) }))
    }
    async fn usage(&self, _: Request<UsageRequest>) -> Result<Response<UsageReply>, Status> {
        Ok(Response::new(UsageReply { given: self.given.load(Ordering::Relaxed) }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(QuoterServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
        a_sum_behind_a_trait_object_fires: axum!(r#"
mod tally;
use tally::{InProcess, Tally};
async fn donate(State(tally): State<Arc<dyn Tally>>, amount: String) -> String {
    tally.add(amount.parse().unwrap_or(0));
    format!("{} given so far", tally.sum())
}"#, r#".route("/donate", post(donate))"#, "Arc::new(InProcess::default()) as Arc<dyn Tally>", r"//# app/src/tally.rs
use std::sync::atomic::{AtomicU64, Ordering};
pub trait Tally: Send + Sync { fn add(&self, cents: u64); fn sum(&self) -> u64; }
#[derive(Default)]
pub struct InProcess { cents: AtomicU64 } //~ global-counter
impl Tally for InProcess {
    fn add(&self, cents: u64) { self.cents.fetch_add(cents, Ordering::Relaxed); }
    fn sum(&self) -> u64 { self.cents.load(Ordering::Relaxed) }
}
");
        seats_left_counted_down_fire: axum!(r"
#[derive(Clone)]
struct Hall { left: Arc<Mutex<i32>> } //~ global-counter
async fn book(State(hall): State<Hall>) -> StatusCode {
    let mut left = hall.left.lock().unwrap();
    if *left == 0 { return StatusCode::CONFLICT; }
    *left -= 1;
    StatusCode::CREATED
}", r#".route("/book", post(book))"#, "Hall { left: Arc::new(Mutex::new(120)) }");
        people_online_counted_up_and_down_fire: r#"//# app/src/main.rs uses: poem, tokio
use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener, web::Data};
use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
#[derive(Clone, Default)]
struct Lobby { inside: Arc<AtomicUsize> } //~ global-counter
#[handler]
async fn enter(lobby: Data<&Lobby>) { lobby.inside.fetch_add(1, Ordering::SeqCst); }
#[handler]
async fn leave(lobby: Data<&Lobby>) { lobby.inside.fetch_sub(1, Ordering::SeqCst); }
#[handler]
async fn inside(lobby: Data<&Lobby>) -> String { lobby.inside.load(Ordering::SeqCst).to_string() }
#[tokio::main]
async fn main() {
    let app = Route::new().at("/", get(inside).post(enter).delete(leave)).data(Lobby::default());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        commands_counted_by_a_plain_server_fire: r#"//# app/src/main.rs uses: tokio
use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
use tokio::{io::{AsyncBufReadExt, AsyncWriteExt, BufReader}, net::{TcpListener, TcpStream}};
#[derive(Default)]
struct Server { commands: AtomicU64 } //~ global-counter
impl Server {
    async fn talk(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap() > 0 {
            self.commands.fetch_add(1, Ordering::Relaxed);
            if line.trim() == "INFO" {
                let info = format!("commands:{}\n", self.commands.load(Ordering::Relaxed));
                stream.write_all(info.as_bytes()).await.unwrap();
            }
            line.clear();
        }
    }
}
#[tokio::main]
async fn main() {
    let server = Arc::new(Server::default());
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let server = server.clone();
        tokio::spawn(async move { server.talk(stream).await });
    }
}
"#;
        failures_nobody_reads_yet_are_a_warning: axum!(r"
static FAILED: AtomicU32 = AtomicU32::new(0); //~ global-counter(warning)
async fn pay(body: String) -> StatusCode {
    match forward(&body).await {
        Ok(()) => StatusCode::OK,
        Err(_) => { FAILED.fetch_add(1, Ordering::Relaxed); StatusCode::BAD_GATEWAY }
    }
}", r#".route("/pay", post(pay))"#, "()");
    }
    silent {
        a_count_in_redis_is_silent: axum!(r#"
async fn hit(State(redis): State<redis::Client>) -> String {
    let mut connection = redis.get_multiplexed_async_connection().await.unwrap();
    let visits: u64 = redis::cmd("INCR").arg("visits").query_async(&mut connection).await.unwrap();
    visits.to_string()
}"#, r#".route("/", get(hit))"#, r#"redis::Client::open("redis://cache").unwrap()"#);
        a_count_of_one_body_is_silent: axum!(r"
async fn words(body: String) -> String {
    let total = AtomicUsize::new(0);
    body.lines().for_each(|line| { total.fetch_add(line.split(' ').count(), Ordering::Relaxed); });
    total.load(Ordering::Relaxed).to_string()
}", r#".route("/words", post(words))"#, "()");
        frames_counted_for_one_socket_are_silent: r#"//# app/src/main.rs uses: tokio
use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
use tokio::net::{TcpListener, TcpStream};
#[derive(Default)]
struct Connection { frames: AtomicU64 }
impl Connection {
    async fn run(&self, mut stream: TcpStream) {
        while read_frame(&mut stream).await {
            self.frames.fetch_add(1, Ordering::Relaxed);
            reply(&mut stream, self.frames.load(Ordering::Relaxed)).await;
        }
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let connection = Arc::new(Connection::default());
        tokio::spawn(async move { connection.run(stream).await });
    }
}
"#;
        a_counter_of_the_metrics_facade_is_silent: r#"//# app/src/main.rs uses: actix_web, metrics
use actix_web::{App, HttpServer, get};
#[get("/")]
async fn index() -> String {
    metrics::counter!("pages_served_total").increment(1);
    "hello".to_owned()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().service(index)).bind("0.0.0.0:80")?.run().await }
"#;
        gauges_of_prometheus_in_a_struct_are_silent: r#"//# app/src/main.rs uses: rocket, prometheus
use prometheus::{IntCounterVec, IntGauge};
use rocket::{State, launch, post, routes};
struct Numbers { open: IntGauge, orders: IntCounterVec }
#[post("/orders/<shop>")]
fn order(numbers: &State<Numbers>, shop: &str) {
    numbers.open.inc();
    numbers.orders.with_label_values(&[shop]).inc();
}
#[launch]
fn rocket() -> _ { rocket::build().manage(numbers()).mount("/", routes![order]) }
"#;
        lines_counted_while_a_table_is_loaded_are_silent: axum!(r#"
static LOADED: AtomicUsize = AtomicUsize::new(0);
fn load(path: &str) -> Vec<String> {
    let lines: Vec<String> = std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    for _ in &lines { LOADED.fetch_add(1, Ordering::Relaxed); }
    lines
}
async fn about() -> String { format!("{} words known", LOADED.load(Ordering::Relaxed)) }"#, r#".route("/about", get(about))"#, r#"Arc::new(load("words.txt"))"#);
        a_count_in_a_row_of_the_database_is_silent: r#"//# app/src/main.rs uses: warp, sqlx, tokio
use sqlx::PgPool;
use warp::Filter;
async fn like(id: i64, pool: PgPool) -> Result<String, warp::Rejection> {
    let likes: i64 = sqlx::query_scalar("UPDATE posts SET likes = likes + 1 WHERE id = $1 RETURNING likes").bind(id).fetch_one(&pool).await.unwrap();
    Ok(likes.to_string())
}
#[tokio::main]
async fn main() {
    let pool = PgPool::connect("postgres://db/blog").await.unwrap();
    let likes = warp::path!("like" / i64).and(warp::any().map(move || pool.clone())).and_then(like);
    warp::serve(likes).run(([0, 0, 0, 0], 80)).await;
}
"#;
        lines_counted_by_a_command_line_program_are_silent: r#"//# tool/src/main.rs uses: rayon
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
static TOTAL: AtomicU64 = AtomicU64::new(0);
fn count(path: &String) { TOTAL.fetch_add(std::fs::read_to_string(path).unwrap().lines().count() as u64, Ordering::Relaxed); }
fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    paths.par_iter().for_each(count);
    println!("{} lines", TOTAL.load(Ordering::Relaxed));
}
"#;
        calls_counted_by_a_fake_of_the_tests_are_silent: axum!(r"
trait Mailer: Send + Sync { fn mail(&self, to: &str); }
struct Smtp { relay: lettre::SmtpTransport }
impl Mailer for Smtp { fn mail(&self, to: &str) { self.relay.send(&letter(to)).unwrap(); } }
async fn invite(State(mailer): State<Arc<dyn Mailer>>, to: String) { mailer.mail(&to); }
#[cfg(test)]
mod tests {
    #[derive(Default)]
    struct Fake { sent: std::sync::atomic::AtomicUsize }
    impl super::Mailer for Fake { fn mail(&self, _: &str) { self.sent.fetch_add(1, std::sync::atomic::Ordering::SeqCst); } }
}", r#".route("/invite", post(invite))"#, "Arc::new(Smtp { relay: relay() }) as Arc<dyn Mailer>");
    }
    mistakes {
        signatures_shown_to_the_one_who_signs_are_a_count because "known mistake: a count by a name of its own whose new value is shown is taken for an id": r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::sync::atomic::{AtomicU64, Ordering};
struct Page { signatures: AtomicU64 } //~ global-counter
async fn sign(page: web::Data<Page>) -> String {
    let signatures = page.signatures.fetch_add(1, Ordering::Relaxed) + 1;
    format!("{signatures} people have signed")
}
async fn shown(page: web::Data<Page>) -> String { format!("{} people have signed", page.signatures.load(Ordering::Relaxed)) }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let page = web::Data::new(Page { signatures: AtomicU64::new(0) });
    HttpServer::new(move || App::new().app_data(page.clone()).route("/", web::post().to(sign)).route("/", web::get().to(shown))).bind("0.0.0.0:80")?.run().await
}
"#;
    }
}
