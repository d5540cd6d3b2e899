//! Accepted work held only in memory, and queues of one request or of work that somebody else holds.

cases! {
    firing {
        letters_in_a_shared_deque_fire: axum!(r"
#[derive(Clone, Default)]
struct Post { waiting: Arc<Mutex<VecDeque<String>>> } //~ in-memory-queue
async fn accept(State(post): State<Post>, letter: String) -> StatusCode { post.waiting.lock().unwrap().push_back(letter); StatusCode::ACCEPTED }
async fn collect(State(post): State<Post>) -> String { post.waiting.lock().unwrap().pop_front().unwrap_or_default() }",
            r#".route("/letters", post(accept)).route("/collect", post(collect))"#, "Post::default()");
        orders_by_priority_in_actix_fire: r#"//# app/src/main.rs uses: actix_web
mod work;
use actix_web::{App, HttpResponse, HttpServer, web};
use work::Work;
async fn submit(work: web::Data<Work>, job: web::Path<(u8, String)>) -> HttpResponse {
    let (urgency, name) = job.into_inner();
    work.add(urgency, name);
    HttpResponse::Accepted().finish()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let work = web::Data::new(Work::default());
    let worker = work.clone();
    std::thread::spawn(move || loop { worker.step() });
    HttpServer::new(move || App::new().app_data(work.clone()).route("/{urgency}/{name}", web::post().to(submit))).bind("0.0.0.0:80")?.run().await
}
//# app/src/work.rs
use std::{collections::BinaryHeap, sync::Mutex};
#[derive(Default)]
pub struct Work { heap: Mutex<BinaryHeap<(u8, String)>> } //~ in-memory-queue
impl Work {
    pub fn add(&self, urgency: u8, name: String) { self.heap.lock().unwrap().push((urgency, name)); }
    pub fn step(&self) { if let Some((_, name)) = self.heap.lock().unwrap().pop() { run(&name); } }
}
"#;
        a_lock_free_queue_of_mails_fires: r#"//# app/src/main.rs uses: rocket, crossbeam_queue
use crossbeam_queue::SegQueue;
use rocket::{State, http::Status, launch, post, routes};
use std::sync::Arc;
struct Outgoing(Arc<SegQueue<String>>); //~ in-memory-queue
#[post("/mails", data = "<mail>")]
fn mail(outgoing: &State<Outgoing>, mail: String) -> Status { outgoing.0.push(mail); Status::Accepted }
fn deliver(queue: Arc<SegQueue<String>>) {
    loop { if let Some(mail) = queue.pop() { send(&mail); } }
}
#[launch]
fn rocket() -> _ {
    let queue = Arc::new(SegQueue::new());
    let taken = queue.clone();
    std::thread::spawn(move || deliver(taken));
    rocket::build().manage(Outgoing(queue)).mount("/", routes![mail])
}
"#;
        jobs_behind_a_trait_object_fire: axum!(r#"
mod jobs;
use jobs::{Jobs, Local};
async fn submit(State(jobs): State<Arc<dyn Jobs>>, job: String) -> (StatusCode, String) { (StatusCode::ACCEPTED, format!("queued at {}", jobs.put(job))) }
async fn take(State(jobs): State<Arc<dyn Jobs>>) -> String { jobs.take().unwrap_or_default() }"#,
            r#".route("/jobs", post(submit)).route("/jobs/next", post(take))"#, "Arc::new(Local::default()) as Arc<dyn Jobs>", r"//# app/src/jobs.rs
use parking_lot::Mutex;
use std::collections::VecDeque;
pub trait Jobs: Send + Sync { fn put(&self, job: String) -> usize; fn take(&self) -> Option<String>; }
#[derive(Default)]
pub struct Local { line: Mutex<VecDeque<String>> } //~ in-memory-queue
impl Jobs for Local {
    fn put(&self, job: String) -> usize { let mut line = self.line.lock(); line.push_back(job); line.len() }
    fn take(&self) -> Option<String> { self.line.lock().pop_front() }
}
");
        a_list_of_jobs_that_a_task_drains_fires: axum!(r"
#[derive(Clone, Default)]
struct App { jobs: Arc<tokio::sync::Mutex<Vec<String>>> } //~ in-memory-queue
async fn submit(State(app): State<App>, job: String) -> StatusCode { app.jobs.lock().await.push(job); StatusCode::ACCEPTED }
async fn work(app: App) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for job in app.jobs.lock().await.drain(..) { run(&job).await; }
    }
}", r#".route("/jobs", post(submit))"#, "{ let app = App::default(); tokio::spawn(work(app.clone())); app }");
        commands_of_a_grpc_service_fire: r#"//# app/src/main.rs uses: tonic, tokio
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::Mutex;
use tonic::{Request, Response, Status, transport::Server};
pub mod robots { tonic::include_proto!("robots"); }
use robots::{robots_server::{Robots, RobotsServer}, Command, Empty};
#[derive(Default)]
struct Desk { commands: Arc<Mutex<VecDeque<Command>>> } //~ in-memory-queue
#[tonic::async_trait]
impl Robots for Desk {
    async fn order(&self, request: Request<Command>) -> Result<Response<Empty>, Status> {
        self.commands.lock().await.push_back(request.into_inner());
        Ok(Response::new(Empty {}))
    }
    async fn fetch(&self, _: Request<Empty>) -> Result<Response<Command>, Status> {
        self.commands.lock().await.pop_front().map(Response::new).ok_or(Status::not_found("nothing to do"))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(RobotsServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
        players_waiting_for_a_partner_fire: r#"//# app/src/main.rs uses: poem, tokio
use poem::{EndpointExt, Route, Server, handler, listener::TcpListener, post, web::{Data, Path}};
use std::{collections::VecDeque, sync::{Arc, Mutex}};
#[derive(Clone, Default)]
struct Match { line: Arc<Mutex<VecDeque<String>>> } //~ in-memory-queue
#[handler]
async fn join(game: Data<&Match>, Path(player): Path<String>) -> String {
    let mut line = game.line.lock().unwrap();
    match line.pop_front() {
        Some(other) => format!("you play {other}"),
        None => { line.push_back(player); "wait".to_owned() }
    }
}
#[tokio::main]
async fn main() {
    let app = Route::new().at("/join/:player", post(join)).data(Match::default());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        an_outbox_sent_later_fires: r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, routing::post};
use std::sync::Mutex;
static OUTBOX: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-queue
async fn order(text: String) -> &'static str {
    OUTBOX.lock().unwrap().push(text);
    "queued"
}
async fn deliver() {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(5));
    loop {
        every.tick().await;
        let events = std::mem::take(&mut *OUTBOX.lock().unwrap());
        for event in events { reqwest::Client::new().post("http://hook").body(event).send().await.unwrap(); }
    }
}
#[tokio::main]
async fn main() {
    tokio::spawn(deliver());
    let app: Router = Router::new().route("/orders", post(order));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
    }
    silent {
        a_stream_of_redis_is_silent: axum!(r#"
#[derive(Clone)]
struct Queue { redis: redis::Client }
impl Queue {
    async fn push_back(&self, job: &str) {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("XADD").arg("jobs").arg("*").arg("job").arg(job).exec_async(&mut connection).await.unwrap();
    }
}
async fn submit(State(queue): State<Queue>, job: String) -> StatusCode { queue.push_back(&job).await; StatusCode::ACCEPTED }"#,
            r#".route("/jobs", post(submit))"#, "Queue { redis: client() }");
        a_walk_of_one_request_is_silent: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::collections::{HashMap, VecDeque};
struct Graph { edges: HashMap<u32, Vec<u32>> }
async fn reach(graph: web::Data<Graph>, start: web::Path<u32>) -> String {
    let mut queue = VecDeque::from([*start]);
    let mut seen = vec![*start];
    while let Some(node) = queue.pop_front() {
        for next in graph.edges.get(&node).into_iter().flatten() {
            if !seen.contains(next) { seen.push(*next); queue.push_back(*next); }
        }
    }
    seen.len().to_string()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let graph = web::Data::new(Graph { edges: read_edges() });
    HttpServer::new(move || App::new().app_data(graph.clone()).route("/{start}", web::get().to(reach))).bind("0.0.0.0:80")?.run().await
}
"#;
        jobs_in_a_table_are_silent: axum!(r#"
async fn submit(State(pool): State<sqlx::PgPool>, job: String) -> StatusCode {
    sqlx::query("INSERT INTO jobs (job) VALUES ($1)").bind(job).execute(&pool).await.unwrap();
    StatusCode::ACCEPTED
}
async fn work(pool: sqlx::PgPool) {
    loop {
        let job: Option<String> = sqlx::query_scalar("SELECT job FROM jobs ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1").fetch_optional(&pool).await.unwrap();
        match job { Some(job) => run(&job).await, None => tokio::time::sleep(Duration::from_secs(1)).await }
    }
}"#, r#".route("/jobs", post(submit))"#, "{ let pool = pool().await; tokio::spawn(work(pool.clone())); pool }");
        lines_waiting_for_one_slow_connection_are_silent: r#"//# app/src/main.rs uses: tokio
use std::collections::VecDeque;
use tokio::net::{TcpListener, TcpStream};
struct Writer { stream: TcpStream, backlog: VecDeque<String> }
impl Writer {
    fn queue(&mut self, line: String) { self.backlog.push_back(line); }
    async fn flush(&mut self) { while let Some(line) = self.backlog.pop_front() { write(&mut self.stream, &line).await; } }
}
async fn talk(stream: TcpStream) {
    let mut writer = Writer { stream, backlog: VecDeque::new() };
    for line in greeting() { writer.queue(line); }
    writer.flush().await;
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop { let (stream, _) = listener.accept().await.unwrap(); tokio::spawn(talk(stream)); }
}
"#;
        a_pool_of_workers_that_the_caller_waits_for_is_silent: axum!(r"
use tokio::sync::{mpsc, oneshot};
struct Ask { text: String, reply: oneshot::Sender<String> }
async fn worker(mut asks: mpsc::Receiver<Ask>) { while let Some(ask) = asks.recv().await { let _ = ask.reply.send(translate(&ask.text)); } }
async fn translated(State(asks): State<mpsc::Sender<Ask>>, text: String) -> String {
    let (reply, answer) = oneshot::channel();
    let _ = asks.send(Ask { text, reply }).await;
    answer.await.unwrap_or_default()
}", r#".route("/translate", post(translated))"#, "{ let (asks, inbox) = mpsc::channel(8); tokio::spawn(worker(inbox)); asks }");
        a_broker_is_silent: r#"//# app/src/main.rs uses: rocket, async_nats
use rocket::{State, http::Status, launch, post, routes};
struct Jobs { queue: async_nats::jetstream::Context }
#[post("/jobs", data = "<job>")]
async fn submit(jobs: &State<Jobs>, job: String) -> Status {
    jobs.queue.publish("jobs", job.into()).await.unwrap().await.unwrap();
    Status::Accepted
}
#[launch]
async fn rocket() -> _ { rocket::build().manage(Jobs { queue: context().await }).mount("/", routes![submit]) }
"#;
        a_plan_made_at_start_is_silent: axum!(r#"
#[derive(Clone)]
struct Plan { queue: Arc<VecDeque<String>> }
fn plan() -> Plan {
    let mut queue = VecDeque::new();
    queue.push_back("wash".to_owned());
    queue.push_back("dry".to_owned());
    Plan { queue: Arc::new(queue) }
}
async fn steps(State(plan): State<Plan>) -> String { plan.queue.iter().cloned().collect::<Vec<_>>().join(",") }"#,
            r#".route("/steps", get(steps))"#, "plan()");
        files_that_a_crawler_of_the_command_line_queues_are_silent: r"//# crawl/src/main.rs uses: ureq
use std::{collections::VecDeque, sync::Mutex};
static QUEUE: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
fn visit(url: &str) {
    let page = ureq::get(url).call().unwrap().into_string().unwrap();
    for link in links(&page) { QUEUE.lock().unwrap().push_back(link); }
}
fn main() {
    QUEUE.lock().unwrap().push_back(std::env::args().nth(1).unwrap());
    loop {
        let Some(url) = QUEUE.lock().unwrap().pop_front() else { break };
        visit(&url);
    }
}
";
    }
    mistakes {
        mails_promised_and_sent_into_a_channel_fire because "known mistake: a channel that a task of the same process empties is not judged": axum!(r"
use tokio::sync::mpsc;
async fn worker(mut mails: mpsc::Receiver<String>) { while let Some(mail) = mails.recv().await { deliver(&mail).await; } }
#[derive(Clone)]
struct App { mails: mpsc::Sender<String> } //~ in-memory-queue
async fn submit(State(app): State<App>, mail: String) -> StatusCode {
    app.mails.send(mail).await.unwrap();
    StatusCode::ACCEPTED
}", r#".route("/mails", post(submit))"#, "{ let (mails, inbox) = mpsc::channel(100); tokio::spawn(worker(inbox)); App { mails } }");
        a_task_started_after_the_answer_was_promised_fires because "known mistake: a task started for accepted work is not judged": axum!(r"
async fn import(State(pool): State<sqlx::PgPool>, body: String) -> (StatusCode, String) {
    let job = uuid::Uuid::new_v4();
    tokio::spawn(async move { load_rows(&pool, job, &body).await }); //~ in-memory-queue
    (StatusCode::ACCEPTED, job.to_string())
}", r#".route("/imports", post(import))"#, "pool().await");
        work_nobody_was_promised_is_a_note because "known mistake: detached work is not judged": axum!(r#"
async fn show(State(pool): State<sqlx::PgPool>, Path(id): Path<i64>) -> String {
    let touched = pool.clone();
    tokio::spawn(async move { sqlx::query("UPDATE pages SET seen = now() WHERE id = $1").bind(id).execute(&touched).await }); //~ in-memory-queue(note)
    page(&pool, id).await
}"#, r#".route("/pages/{id}", get(show))"#, "pool().await");
    }
}
