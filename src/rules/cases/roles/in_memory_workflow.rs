//! Progress of longer work in this process, and work that is done within one request or written down elsewhere.

cases! {
    firing {
        status_of_jobs_in_shared_state_fires: axum!(r"
#[derive(Clone, Copy)]
enum Status { Waiting, Running, Done }
#[derive(Clone, Default)]
struct App { jobs: Arc<RwLock<HashMap<u64, Status>>> } //~ in-memory-workflow
async fn start(State(app): State<App>, Path(id): Path<u64>) {
    app.jobs.write().unwrap().insert(id, Status::Waiting);
    render(id).await;
    app.jobs.write().unwrap().insert(id, Status::Done);
}
async fn status(State(app): State<App>, Path(id): Path<u64>) -> String {
    matches!(app.jobs.read().unwrap().get(&id), Some(Status::Done)).to_string()
}", r#".route("/jobs/{id}", get(status).post(start))"#, "App::default()");
        steps_of_a_saga_fire: r#"//# app/src/main.rs uses: actix_web, reqwest, tokio
mod saga;
use actix_web::{App, HttpServer, web};
use saga::Coordinator;
async fn order(coordinator: web::Data<Coordinator>, id: web::Path<u64>) -> String { coordinator.begin(*id).await; "accepted".into() }
async fn paid(coordinator: web::Data<Coordinator>, id: web::Path<u64>) -> String { coordinator.paid(*id).await.to_string() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let coordinator = web::Data::new(Coordinator::default());
    HttpServer::new(move || App::new().app_data(coordinator.clone()).route("/{id}", web::post().to(order)).route("/{id}/paid", web::post().to(paid)))
        .bind("0.0.0.0:80")?.run().await
}
//# app/src/saga.rs
use std::collections::HashMap;
use tokio::sync::Mutex;
enum Step { Reserved, Paid, Shipped }
#[derive(Default)]
pub struct Coordinator { sagas: Mutex<HashMap<u64, Step>> } //~ in-memory-workflow
impl Coordinator {
    pub async fn begin(&self, id: u64) {
        reserve(id).await;
        self.sagas.lock().await.insert(id, Step::Reserved);
    }
    pub async fn paid(&self, id: u64) -> bool {
        let mut sagas = self.sagas.lock().await;
        let Some(step @ Step::Reserved) = sagas.get_mut(&id) else { return false };
        *step = Step::Paid;
        true
    }
}
"#;
        transactions_prepared_by_a_coordinator_fire: r#"//# app/src/main.rs uses: tonic, tokio, dashmap
use dashmap::DashMap;
use tonic::{Request, Response, Status, transport::Server};
pub mod two { tonic::include_proto!("two"); }
use two::{commit_server::{Commit, CommitServer}, Empty, Vote};
#[derive(Default)]
struct Desk { transactions: DashMap<u64, Vec<bool>> } //~ in-memory-workflow
#[tonic::async_trait]
impl Commit for Desk {
    async fn prepare(&self, request: Request<Vote>) -> Result<Response<Empty>, Status> {
        let vote = request.into_inner();
        self.transactions.entry(vote.transaction).or_default().push(vote.yes);
        Ok(Response::new(Empty {}))
    }
    async fn commit(&self, request: Request<Vote>) -> Result<Response<Empty>, Status> {
        match self.transactions.remove(&request.get_ref().transaction) {
            Some((_, votes)) if votes.iter().all(|yes| *yes) => Ok(Response::new(Empty {})),
            _ => Err(Status::aborted("no")),
        }
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(CommitServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
        parts_of_an_upload_fire: axum!(r"
#[derive(Default)]
struct Uploads { uploads: Mutex<HashMap<String, Vec<String>>> } //~ in-memory-workflow
async fn part(State(uploads): State<Arc<Uploads>>, Path((id, tag)): Path<(String, String)>) {
    uploads.uploads.lock().unwrap().entry(id).or_default().push(tag);
}
async fn complete(State(uploads): State<Arc<Uploads>>, Path(id): Path<String>) -> String {
    let tags = uploads.uploads.lock().unwrap().remove(&id).unwrap_or_default();
    join_parts(&id, &tags).await
}", r#".route("/{id}/{tag}", put(part)).route("/{id}/complete", post(complete))"#, "Arc::new(Uploads::default())");
        progress_of_an_export_told_to_a_poller_fires: r#"//# app/src/main.rs uses: rocket
use rocket::{State, get, launch, post, routes};
use std::{collections::HashMap, sync::{Arc, Mutex}};
#[derive(Default, Clone)]
struct Exports { progress: Arc<Mutex<HashMap<u32, u8>>> } //~ in-memory-workflow
#[post("/exports/<id>")]
fn begin(exports: &State<Exports>, id: u32) {
    let exports = exports.inner().clone();
    std::thread::spawn(move || for part in 0..=100 {
        write_part(id, part);
        exports.progress.lock().unwrap().insert(id, part);
    });
}
#[get("/exports/<id>")]
fn percent(exports: &State<Exports>, id: u32) -> String { exports.progress.lock().unwrap().get(&id).copied().unwrap_or(0).to_string() }
#[launch]
fn rocket() -> _ { rocket::build().manage(Exports::default()).mount("/", routes![begin, percent]) }
"#;
        tasks_behind_a_trait_object_fire: axum!(r#"
mod tasks;
use tasks::{InProcess, Tasks};
async fn submit(State(tasks): State<Arc<dyn Tasks>>, Path(id): Path<u64>) { tasks.set(id, "running"); }
async fn status(State(tasks): State<Arc<dyn Tasks>>, Path(id): Path<u64>) -> String { tasks.get(id) }"#,
            r#".route("/tasks/{id}", get(status).post(submit))"#, "Arc::new(InProcess::default()) as Arc<dyn Tasks>", r#"//# app/src/tasks.rs
use std::{collections::BTreeMap, sync::RwLock};
pub trait Tasks: Send + Sync { fn set(&self, id: u64, status: &'static str); fn get(&self, id: u64) -> String; }
#[derive(Default)]
pub struct InProcess { tasks: RwLock<BTreeMap<u64, &'static str>> } //~ in-memory-workflow
impl Tasks for InProcess {
    fn set(&self, id: u64, status: &'static str) { self.tasks.write().unwrap().insert(id, status); }
    fn get(&self, id: u64) -> String { self.tasks.read().unwrap().get(&id).copied().unwrap_or("unknown").to_owned() }
}
"#);
        approvals_that_wait_for_a_second_person_fire: r#"//# app/src/main.rs uses: poem, tokio
use poem::{EndpointExt, Route, Server, handler, listener::TcpListener, post, web::{Data, Path}};
use std::{collections::HashMap, sync::{Arc, Mutex}};
#[derive(Clone)]
struct Payment { to: String, cents: u64 }
#[derive(Clone, Default)]
struct Desk { pending: Arc<Mutex<HashMap<u64, Payment>>> } //~ in-memory-workflow
#[handler]
async fn propose(desk: Data<&Desk>, Path((id, to, cents)): Path<(u64, String, u64)>) {
    desk.pending.lock().unwrap().insert(id, Payment { to, cents });
}
#[handler]
async fn approve(desk: Data<&Desk>, Path(id): Path<u64>) -> String {
    match desk.pending.lock().unwrap().remove(&id) {
        Some(payment) => transfer(&payment.to, payment.cents),
        None => "unknown".to_owned(),
    }
}
#[tokio::main]
async fn main() {
    let app = Route::new().at("/propose/:id/:to/:cents", post(propose)).at("/approve/:id", post(approve)).data(Desk::default());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        workflows_of_an_actor_fire: r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
use std::collections::HashMap;
enum State { Ordered, Cooked }
#[derive(Default)]
struct Kitchen { workflows: HashMap<u32, State> } //~ in-memory-workflow
#[derive(Message)]
#[rtype(result = "()")]
struct Order(u32);
#[derive(Message)]
#[rtype(result = "bool")]
struct IsCooked(u32);
impl Actor for Kitchen { type Context = Context<Self>; }
impl Handler<Order> for Kitchen {
    type Result = ();
    fn handle(&mut self, order: Order, _: &mut Context<Self>) { self.workflows.insert(order.0, State::Ordered); }
}
impl Handler<IsCooked> for Kitchen {
    type Result = bool;
    fn handle(&mut self, question: IsCooked, _: &mut Context<Self>) -> bool { matches!(self.workflows.get(&question.0), Some(State::Cooked)) }
}
#[actix::main]
async fn main() { Kitchen::default().start(); }
"#;
    }
    silent {
        a_table_of_jobs_in_the_database_is_silent: axum!(r#"
#[derive(Clone)]
struct Jobs { pool: sqlx::PgPool }
impl Jobs {
    async fn insert(&self, id: i64) {
        sqlx::query("INSERT INTO jobs (id, status) VALUES ($1, 'running')").bind(id).execute(&self.pool).await.unwrap();
    }
}
async fn start(State(jobs): State<Jobs>, Path(id): Path<i64>) -> StatusCode { jobs.insert(id).await; StatusCode::ACCEPTED }"#,
            r#".route("/jobs/{id}", post(start))"#, "Jobs { pool: pool().await }");
        tasks_joined_before_the_answer_are_silent: axum!(r"
async fn fetch_all(Json(urls): Json<Vec<String>>) -> String {
    let mut tasks = tokio::task::JoinSet::new();
    for url in urls { tasks.spawn(async move { reqwest::get(url).await.unwrap().text().await.unwrap() }); }
    let mut pending = HashMap::new();
    while let Some(text) = tasks.join_next().await { pending.insert(pending.len(), text.unwrap()); }
    pending.into_values().collect()
}", r#".route("/fetch", post(fetch_all))"#, "()");
        a_saga_run_within_one_request_is_silent: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::collections::HashMap;
enum Step { Reserved, Paid }
#[derive(Default)]
struct Saga { steps: HashMap<&'static str, Step> }
impl Saga {
    async fn run(&mut self) -> bool {
        self.steps.insert("reserve", Step::Reserved);
        self.steps.insert("pay", Step::Paid);
        if pay().await { return true; }
        for step in self.steps.values() { undo(step).await; }
        false
    }
}
async fn order() -> String { Saga::default().run().await.to_string() }
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().route("/", web::post().to(order))).bind("0.0.0.0:80")?.run().await }
"#;
        a_job_queue_of_a_library_in_redis_is_silent: axum!(r#"
async fn submit(State(redis): State<redis::Client>, job: String) -> StatusCode {
    let mut connection = redis.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("XADD").arg("jobs").arg("*").arg("job").arg(job).exec_async(&mut connection).await.unwrap();
    StatusCode::ACCEPTED
}"#, r#".route("/jobs", post(submit))"#, "client()");
        kinds_of_jobs_registered_at_start_are_silent: r#"//# app/src/main.rs uses: rocket
use rocket::{State, launch, post, routes};
use std::collections::HashMap;
type Run = fn(&str) -> String;
#[derive(Default)]
struct Jobs { tasks: HashMap<&'static str, Run> }
impl Jobs {
    fn with(mut self, name: &'static str, run: Run) -> Self { self.tasks.insert(name, run); self }
}
#[post("/<name>", data = "<text>")]
fn run(jobs: &State<Jobs>, name: &str, text: &str) -> String { jobs.tasks.get(name).map(|run| run(text)).unwrap_or_default() }
#[launch]
fn rocket() -> _ { rocket::build().manage(Jobs::default().with("upper", upper).with("lower", lower)).mount("/", routes![run]) }
"#;
        callers_waiting_for_a_worker_are_silent: axum!(r"
use tokio::sync::oneshot;
#[derive(Clone, Default)]
struct Device { pending: Arc<Mutex<HashMap<u32, oneshot::Sender<String>>>> }
async fn ask(State(device): State<Device>, Path(id): Path<u32>) -> String {
    let (reply, answer) = oneshot::channel();
    device.pending.lock().unwrap().insert(id, reply);
    write_to_device(id).await;
    answer.await.unwrap_or_default()
}", r#".route("/ask/{id}", get(ask))"#, "Device::default()");
        progress_of_one_stream_is_silent: r#"//# app/src/main.rs uses: tonic, tokio, tokio-stream
use std::collections::HashMap;
use tonic::{Request, Response, Status, Streaming, transport::Server};
pub mod up { tonic::include_proto!("up"); }
use up::{files_server::{Files, FilesServer}, Chunk, Done};
struct Desk;
#[tonic::async_trait]
impl Files for Desk {
    async fn upload(&self, request: Request<Streaming<Chunk>>) -> Result<Response<Done>, Status> {
        let mut chunks = request.into_inner();
        let mut progress: HashMap<String, usize> = HashMap::new();
        while let Some(chunk) = chunks.message().await? {
            *progress.entry(chunk.name).or_default() += chunk.bytes.len();
        }
        Ok(Response::new(Done { bytes: progress.values().sum::<usize>() as u64 }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(FilesServer::new(Desk)).serve(address()).await.unwrap(); }
"#;
        transactions_of_the_database_are_silent: r#"//# app/src/main.rs uses: warp, sqlx, tokio
use warp::Filter;
async fn transfer(from: i64, to: i64, pool: sqlx::PgPool) -> Result<String, warp::Rejection> {
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("UPDATE accounts SET cents = cents - 1 WHERE id = $1").bind(from).execute(&mut *transaction).await.unwrap();
    sqlx::query("UPDATE accounts SET cents = cents + 1 WHERE id = $1").bind(to).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    Ok("done".to_owned())
}
#[tokio::main]
async fn main() {
    let pool = pool().await;
    let route = warp::path!(i64 / i64).and(warp::any().map(move || pool.clone())).and_then(transfer);
    warp::serve(route).run(([0, 0, 0, 0], 80)).await;
}
"#;
    }
}
