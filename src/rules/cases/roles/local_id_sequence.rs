//! Numbers given to things, and numbers that only choose, only reach the log or never meet another replica's.

cases! {
    firing {
        ids_of_tickets_in_shared_state_fire: axum!(r#"
#[derive(Clone)]
struct App {
    pool: sqlx::PgPool,
    last: Arc<AtomicI64>, //~ local-id-sequence
}
async fn open(State(app): State<App>, text: String) -> String {
    let ticket = app.last.fetch_add(1, Ordering::SeqCst) + 1;
    sqlx::query("INSERT INTO tickets (id, text) VALUES ($1, $2)").bind(ticket).bind(text).execute(&app.pool).await.unwrap();
    ticket.to_string()
}"#, r#".route("/tickets", post(open))"#, "App { pool: pool().await, last: Arc::new(AtomicI64::new(0)) }");
        a_number_in_the_name_of_an_object_fires: r#"//# app/src/main.rs uses: actix_web, aws_sdk_s3
use actix_web::{App, HttpServer, web};
use std::sync::atomic::{AtomicU32, Ordering};
struct Depot {
    bucket: aws_sdk_s3::Client,
    part: AtomicU32, //~ local-id-sequence
}
impl Depot {
    fn name(&self) -> String { format!("scan-{:06}.png", self.part.fetch_add(1, Ordering::Relaxed)) }
}
async fn scan(depot: web::Data<Depot>, body: web::Bytes) -> String {
    let name = depot.name();
    depot.bucket.put_object().key(&name).body(body.into()).send().await.unwrap();
    name
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let depot = web::Data::new(Depot { bucket: bucket().await, part: AtomicU32::new(0) });
    HttpServer::new(move || App::new().app_data(depot.clone()).route("/scans", web::post().to(scan))).bind("0.0.0.0:80")?.run().await
}
"#;
        an_id_from_a_helper_of_another_module_fires: r#"//# app/src/main.rs uses: rocket
mod ids;
use rocket::{launch, post, routes};
#[post("/orders", data = "<order>")]
fn order(order: String) -> String {
    let id = ids::fresh();
    store(id, order);
    format!("/orders/{id}")
}
#[launch]
fn rocket() -> _ { rocket::build().mount("/", routes![order]) }
//# app/src/ids.rs
use std::sync::atomic::{AtomicU64, Ordering};
static LAST: AtomicU64 = AtomicU64::new(0); //~ local-id-sequence
pub fn fresh() -> u64 { LAST.fetch_add(1, Ordering::Relaxed) }
"#;
        a_remainder_that_is_shown_is_an_id: axum!(r#"
static CALL: AtomicU32 = AtomicU32::new(0); //~ local-id-sequence
async fn draw(State(pool): State<sqlx::PgPool>) -> String {
    let number = CALL.fetch_add(1, Ordering::Relaxed);
    let desk = number % 4;
    sqlx::query("INSERT INTO waiting (number, desk) VALUES ($1, $2)").bind(number as i64).bind(desk as i64).execute(&pool).await.unwrap();
    format!("number {number}, desk {desk}")
}"#, r#".route("/draw", post(draw))"#, "pool().await");
        ids_behind_a_trait_object_fire: axum!(r#"
mod numbering;
use numbering::{Ascending, Numbering};
async fn issue(State(numbering): State<Arc<dyn Numbering>>) -> String { format!("INV-{}", numbering.next()) }"#,
            r#".route("/invoices", post(issue))"#, "Arc::new(Ascending::default()) as Arc<dyn Numbering>", r"//# app/src/numbering.rs
use std::sync::atomic::{AtomicU64, Ordering};
pub trait Numbering: Send + Sync { fn next(&self) -> u64; }
#[derive(Default)]
pub struct Ascending { at: AtomicU64 } //~ local-id-sequence
impl Numbering for Ascending { fn next(&self) -> u64 { self.at.fetch_add(1, Ordering::Relaxed) } }
");
        the_offset_of_a_log_of_events_fires: r#"//# app/src/main.rs uses: tonic, tokio, sqlx
use std::sync::atomic::{AtomicU64, Ordering};
use tonic::{Request, Response, Status, transport::Server};
pub mod feed { tonic::include_proto!("feed"); }
use feed::{journal_server::{Journal, JournalServer}, AppendReply, AppendRequest};
struct Writer {
    pool: sqlx::PgPool,
    offset: AtomicU64, //~ local-id-sequence
}
#[tonic::async_trait]
impl Journal for Writer {
    async fn append(&self, request: Request<AppendRequest>) -> Result<Response<AppendReply>, Status> {
        let offset = self.offset.fetch_add(1, Ordering::SeqCst);
        save(&self.pool, offset, request.into_inner().event).await;
        Ok(Response::new(AppendReply { offset }))
    }
}
#[tokio::main]
async fn main() {
    let writer = Writer { pool: pool().await, offset: AtomicU64::new(0) };
    Server::builder().add_service(JournalServer::new(writer)).serve(address()).await.unwrap();
}
"#;
        a_sequence_of_a_salvo_service_fires: r#"//# app/src/main.rs uses: salvo, tokio
use salvo::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
static COUPON: AtomicUsize = AtomicUsize::new(1000); //~ local-id-sequence
#[handler]
async fn coupon(res: &mut Response) {
    let code = COUPON.fetch_add(1, Ordering::Relaxed);
    res.render(format!("SPRING-{code}"));
}
#[tokio::main]
async fn main() {
    let acceptor = TcpListener::new("0.0.0.0:80").bind().await;
    Server::new(acceptor).serve(Router::with_path("coupon").post(coupon)).await;
}
"#;
        a_number_for_rows_of_an_actor_fires: r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
struct Desk {
    serial: AtomicU64, //~ local-id-sequence
    out: Recipient<Row>,
}
#[derive(Message)]
#[rtype(result = "u64")]
struct Book(String);
#[derive(Message)]
#[rtype(result = "()")]
struct Row(u64, String);
impl Actor for Desk { type Context = Context<Self>; }
impl Handler<Book> for Desk {
    type Result = u64;
    fn handle(&mut self, book: Book, _: &mut Context<Self>) -> u64 {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        self.out.do_send(Row(serial, book.0));
        serial
    }
}
#[actix::main]
async fn main() { Desk { serial: AtomicU64::new(1), out: rows() }.start(); }
"#;
    }
    silent {
        a_cursor_over_upstreams_in_state_is_silent: axum!(r"
#[derive(Clone)]
struct Balancer { peers: Arc<Vec<String>>, turn: Arc<AtomicUsize> }
impl Balancer {
    fn peer(&self) -> &str { &self.peers[self.turn.fetch_add(1, Ordering::Relaxed) % self.peers.len()] }
}
async fn proxy(State(balancer): State<Balancer>) -> String { reqwest::get(balancer.peer()).await.unwrap().text().await.unwrap() }",
            r#".route("/", get(proxy))"#, "Balancer { peers: Arc::new(peers()), turn: Default::default() }");
        a_cursor_of_shards_given_to_get_is_silent: r#"//# app/src/main.rs uses: actix_web, sqlx
use actix_web::{App, HttpServer, web};
use sqlx::PgPool;
use std::sync::atomic::{AtomicUsize, Ordering};
struct Readers { pools: Vec<PgPool>, at: AtomicUsize }
impl Readers {
    fn any(&self) -> Option<&PgPool> {
        let at = self.at.fetch_add(1, Ordering::Relaxed);
        self.pools.get(at % self.pools.len())
    }
}
async fn names(readers: web::Data<Readers>) -> String { names_from(readers.any().unwrap()).await }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let readers = web::Data::new(Readers { pools: pools().await, at: AtomicUsize::new(0) });
    HttpServer::new(move || App::new().app_data(readers.clone()).route("/", web::get().to(names))).bind("0.0.0.0:80")?.run().await
}
"#;
        ids_of_the_database_are_silent: axum!(r#"
async fn open(State(pool): State<sqlx::PgPool>, text: String) -> String {
    let id: i64 = sqlx::query_scalar("INSERT INTO tickets (text) VALUES ($1) RETURNING id").bind(text).fetch_one(&pool).await.unwrap();
    id.to_string()
}"#, r#".route("/tickets", post(open))"#, "pool().await");
        a_sequence_of_redis_is_silent: r#"//# app/src/main.rs uses: rocket, redis
use redis::Commands;
use rocket::{State, launch, post, routes};
struct NextId { client: redis::Client }
impl NextId { fn next(&self) -> u64 { self.client.get_connection().unwrap().incr("next_id", 1).unwrap() } }
#[post("/things")]
fn make(next_id: &State<NextId>) -> String { next_id.next().to_string() }
#[launch]
fn rocket() -> _ { rocket::build().manage(NextId { client: client() }).mount("/", routes![make]) }
"#;
        numbers_of_one_document_are_silent: axum!(r#"
struct Numberer { next: AtomicU32 }
impl Numberer { fn id(&self) -> u32 { self.next.fetch_add(1, Ordering::Relaxed) } }
async fn outline(body: String) -> String {
    let numberer = Numberer { next: AtomicU32::new(1) };
    body.lines().map(|line| format!("{} {line}\n", numberer.id())).collect()
}"#, r#".route("/outline", post(outline))"#, "()");
        request_numbers_of_one_connection_are_silent: r#"//# app/src/main.rs uses: tokio
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::{TcpListener, TcpStream};
struct Peer { stream: TcpStream, next_id: AtomicU64 }
impl Peer {
    async fn ask(&mut self, what: &str) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        write(&mut self.stream, id, what).await;
    }
}
async fn talk(stream: TcpStream) {
    let mut peer = Peer { stream, next_id: AtomicU64::new(0) };
    peer.ask("name").await;
    peer.ask("version").await;
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(talk(stream));
    }
}
"#;
        ids_drawn_without_a_sequence_are_silent: r#"//# app/src/main.rs uses: poem, uuid, tokio
use poem::{Route, Server, handler, listener::TcpListener, post};
fn next_id() -> String { uuid::Uuid::now_v7().to_string() }
#[handler]
async fn create(body: String) -> String {
    let id = next_id();
    store(&id, body).await;
    id
}
#[tokio::main]
async fn main() { Server::new(TcpListener::bind("0.0.0.0:80")).run(Route::new().at("/", post(create))).await.unwrap(); }
"#;
        numbers_of_threads_named_at_start_are_silent: axum!(r#"
static WORKER: AtomicUsize = AtomicUsize::new(0);
fn name() -> String { format!("worker-{}", WORKER.fetch_add(1, Ordering::SeqCst)) }
fn start() -> Vec<std::thread::JoinHandle<()>> {
    (0..4).map(|_| std::thread::Builder::new().name(name()).spawn(work).unwrap()).collect()
}
async fn index() -> &'static str { "up" }"#, r#".route("/", get(index))"#, "Arc::new(start())");
        a_number_for_lines_of_the_log_is_silent: r#"//# app/src/main.rs uses: warp, log, tokio
use std::sync::atomic::{AtomicU64, Ordering};
use warp::Filter;
static CALL: AtomicU64 = AtomicU64::new(0);
async fn echo(text: String) -> Result<String, warp::Rejection> {
    let call = CALL.fetch_add(1, Ordering::Relaxed);
    log::info!("call {call} begins");
    let answer = turn_round(&text).await;
    log::info!("call {call} ends");
    Ok(answer)
}
#[tokio::main]
async fn main() { warp::serve(warp::path!(String).and_then(echo)).run(([0, 0, 0, 0], 80)).await; }
"#;
    }
}
