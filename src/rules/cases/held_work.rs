//! Work that goes on after the answer: tasks, channels and pools that hold what was accepted.

use super::{check_program, check_rule};
use crate::finding::Level;

#[test]
fn a_task_started_before_202_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, http::StatusCode, routing::post};
async fn follow(body: String) -> StatusCode {
    tokio::spawn(async move { //~ in-memory-queue
        let _ = reqwest::Client::new().post("http://peer/inbox").body(body).send().await;
    });
    StatusCode::ACCEPTED
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/follow", post(follow));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_task_that_the_handler_waits_for_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, http::StatusCode, routing::post};
use tokio::sync::oneshot;
async fn follow(body: String) -> StatusCode {
    let sent = tokio::spawn(async move { reqwest::Client::new().post("http://peer/inbox").body(body).send().await });
    sent.await.unwrap().unwrap();
    StatusCode::ACCEPTED
}
async fn shared(body: String) -> StatusCode {
    let (done, waits) = oneshot::channel();
    tokio::spawn(async move {
        let _ = reqwest::Client::new().post("http://peer/inbox").body(body).send().await;
        let _ = done.send(());
    });
    let _ = waits.await;
    StatusCode::ACCEPTED
}
async fn hash(body: String) -> StatusCode {
    tokio::task::spawn_blocking(move || reqwest::blocking::Client::new().post("http://hash").body(body).send()).await.unwrap().unwrap();
    StatusCode::ACCEPTED
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/follow", post(follow)).route("/shared", post(shared)).route("/hash", post(hash));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_task_that_nobody_was_promised_is_a_note() {
    let checked = check_program(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, routing::post};
async fn visit(body: String) -> String {
    tokio::spawn(async move { let _ = reqwest::Client::new().post("http://statistics").body(body).send().await; });
    "welcome".to_owned()
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/visit", post(visit));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
    let levels: Vec<Level> = checked.findings.iter().map(|finding| finding.level).collect();
    assert_eq!(levels, [Level::Note]);
}

#[test]
fn a_build_that_waits_for_its_turn_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use tokio::sync::Semaphore;
async fn build(State(turns): State<Arc<Semaphore>>, name: String) -> String {
    let id = record(&name).await;
    tokio::spawn(async move { //~ in-memory-queue
        let _turn = turns.acquire().await.unwrap();
        compile(name).await;
    });
    id
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/builds", post(build)).with_state(Arc::new(Semaphore::new(2)));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_worker_behind_a_trait_that_spawns_what_it_is_given_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;
trait Worker: Send + Sync { fn send(&self, job: String); }
struct Background { runtime: Arc<Mutex<Runtime>> }
impl Worker for Background {
    fn send(&self, job: String) { self.start_job(job); }
}
impl Background {
    fn start_job(&self, job: String) {
        self.runtime.lock().unwrap().spawn(async move { report(job).await }); //~ in-memory-queue
    }
}
async fn report(job: String) { let _ = reqwest::Client::new().post("http://chat").body(job).send().await; }
async fn hook(State(worker): State<Arc<dyn Worker>>, body: String) { worker.send(body); }
#[tokio::main]
async fn main() {
    let worker: Arc<dyn Worker> = Arc::new(Background { runtime: runtime() });
    let app = Router::new().route("/hook", post(hook)).with_state(worker);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_job_taken_off_a_queue_by_a_detached_task_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: redis, tokio, reqwest
struct Jobs { client: redis::Client }
impl Jobs {
    async fn dequeue(&self) -> Option<String> {
        let mut connection = self.client.get_multiplexed_async_connection().await.ok()?;
        redis::cmd("BRPOP").arg("jobs").arg(0).query_async(&mut connection).await.ok()
    }
}
#[tokio::main]
async fn main() {
    let jobs = Jobs { client: redis::Client::open("redis://jobs").unwrap() };
    loop {
        let job = jobs.dequeue().await;
        tokio::spawn(async move { //~ in-memory-queue
            let _ = reqwest::Client::new().post("http://storage").body(job.unwrap()).send().await;
        });
    }
}
"#,
    );
}

#[test]
fn both_halves_of_a_socket_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, futures-util, reqwest
use axum::{Router, extract::ws::{WebSocket, WebSocketUpgrade}, http::StatusCode, response::Response, routing::get};
use futures_util::{SinkExt, StreamExt};
async fn upgrade(ws: WebSocketUpgrade) -> Response { ws.on_upgrade(talk) }
async fn talk(socket: WebSocket) {
    let (mut out, mut inward) = socket.split();
    tokio::spawn(async move {
        while let Some(Ok(message)) = inward.next().await {
            let _ = reqwest::Client::new().post("http://log").body(message.into_text().unwrap()).send().await;
            let _ = StatusCode::ACCEPTED;
        }
    });
    let _ = out.send("hello".into()).await;
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/ws", get(upgrade));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_channel_of_an_alias_kept_in_a_struct_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use tokio::sync::mpsc;
type Outbox = mpsc::UnboundedSender<String>;
type Inbox = mpsc::UnboundedReceiver<String>;
struct Parts { outbox: Outbox, region: String }
impl Parts {
    async fn new() -> Result<(Arc<Parts>, Inbox), String> {
        let (outbox, inbox) = mpsc::unbounded_channel(); //~ in-memory-queue
        let parts = Parts { outbox, region: region().await };
        Ok((Arc::new(parts), inbox))
    }
}
fn deliver(mut inbox: Inbox) {
    tokio::spawn(async move {
        while let Some(event) = inbox.recv().await {
            let _ = reqwest::Client::new().post("http://peer").body(event).send().await;
        }
    });
}
async fn publish(State(parts): State<Arc<Parts>>, body: String) -> String {
    let _ = parts.outbox.send(body);
    parts.region.clone()
}
#[tokio::main]
async fn main() {
    let (parts, inbox) = Parts::new().await.unwrap();
    deliver(inbox);
    let app = Router::new().route("/publish", post(publish)).with_state(parts);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_channel_whose_senders_wait_for_the_answer_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::State, routing::post};
use tokio::sync::{mpsc, oneshot};
struct Order { text: String, done: oneshot::Sender<String> }
async fn work(mut orders: mpsc::Receiver<Order>) {
    while let Some(order) = orders.recv().await {
        let _ = reqwest::Client::new().post("http://shop").body(order.text).send().await;
        let _ = order.done.send(String::new());
    }
}
async fn buy(State(orders): State<mpsc::Sender<Order>>, text: String) -> String {
    let (done, answer) = oneshot::channel();
    let _ = orders.send(Order { text, done }).await;
    answer.await.unwrap()
}
#[tokio::main]
async fn main() {
    let (sender, orders) = mpsc::channel(8);
    tokio::spawn(work(orders));
    let app = Router::new().route("/buy", post(buy)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_bare_wake_up_of_a_worker_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
async fn work(mut wake: mpsc::Receiver<()>) {
    while wake.recv().await.is_some() {
        for row in claimed().await { let _ = reqwest::Client::new().post("http://shop").body(row).send().await; }
    }
}
async fn buy(State(wake): State<mpsc::Sender<()>>, text: String) -> String {
    insert(&text).await;
    let _ = wake.try_send(());
    text
}
#[tokio::main]
async fn main() {
    let (sender, wake) = mpsc::channel::<()>(1);
    tokio::spawn(work(wake));
    let app = Router::new().route("/buy", post(buy)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pool_of_threads_that_handlers_feed_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, threadpool, reqwest
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use threadpool::ThreadPool;
async fn follow(State(pool): State<Arc<ThreadPool>>, body: String) -> String {
    pool.execute(move || { reqwest::blocking::Client::new().post("http://peer").body(body).send().unwrap(); });
    "saved".to_owned()
}
#[tokio::main]
async fn main() {
    let pool = ThreadPool::new(4); //~ in-memory-queue
    let app = Router::new().route("/follow", post(follow)).with_state(Arc::new(pool));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pool_of_threads_that_serves_connections_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: threadpool
use std::net::TcpListener;
use threadpool::ThreadPool;
fn main() {
    let pool = ThreadPool::new(4);
    for stream in TcpListener::bind("0.0.0.0:80").unwrap().incoming() {
        let stream = stream.unwrap();
        pool.execute(move || answer(stream));
    }
}
fn answer(stream: std::net::TcpStream) { respond(stream); }
"#,
    );
}

#[test]
fn a_voice_manager_is_found() {
    check_rule(
        r"//# app/src/main.rs uses: serenity, songbird
use songbird::SerenityInit;
#[tokio::main]
async fn main() {
    let mut client = serenity::Client::builder(token(), intents())
        .event_handler(Handler)
        .register_songbird() //~ in-memory-queue
        .await
        .unwrap();
    client.start().await.unwrap();
}
struct Handler;
",
    );
}

#[test]
fn tasks_that_a_set_or_a_scope_joins_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, http::StatusCode, routing::post};
use tokio::task::JoinSet;
async fn follow(body: String) -> StatusCode {
    let mut all = JoinSet::new();
    for peer in peers() {
        let body = body.clone();
        all.spawn(async move { let _ = reqwest::Client::new().post(peer).body(body).send().await; });
    }
    all.join_all().await;
    StatusCode::ACCEPTED
}
async fn both(body: String) -> StatusCode {
    std::thread::scope(|both| {
        both.spawn(|| reqwest::blocking::Client::new().post("http://one").body(body.clone()).send());
        both.spawn(|| reqwest::blocking::Client::new().post("http://two").body(body.clone()).send());
    });
    StatusCode::ACCEPTED
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/follow", post(follow)).route("/both", post(both));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_id_of_a_job_that_a_thread_still_does_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web, serde_json, reqwest
use actix_web::{App, HttpResponse, HttpServer, web};
async fn render(body: String) -> HttpResponse {
    let id = number();
    std::thread::spawn(move || { //~ in-memory-queue
        reqwest::blocking::Client::new().post("http://store").body(body).send().unwrap();
    });
    HttpResponse::Ok().json(serde_json::json!({ "job_id": id }))
}
#[actix_web::main]
async fn main() {
    HttpServer::new(|| App::new().route("/render", web::post().to(render))).bind("0.0.0.0:80").unwrap().run().await.unwrap();
}
"#,
    );
}

#[test]
fn a_broadcast_whose_only_receiver_acts_on_it_is_told() {
    let checked = check_program(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::State, routing::post};
use tokio::sync::broadcast;
async fn build(mut orders: broadcast::Receiver<String>) {
    while let Ok(order) = orders.recv().await { let _ = reqwest::Client::new().post("http://builder").body(order).send().await; }
}
async fn order(State(orders): State<broadcast::Sender<String>>, body: String) -> String { orders.send(body).unwrap(); "queued".to_owned() }
#[tokio::main]
async fn main() {
    let (orders, _) = broadcast::channel::<String>(8);
    tokio::spawn(build(orders.subscribe()));
    let app = Router::new().route("/orders", post(order)).with_state(orders);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
    assert_eq!(checked.findings.len(), 1);
}

/// Jobs that a client gets a number for, handed to a loop that notes how far they are.
fn exports(hand_over: &str, mark: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{{collections::HashMap, sync::{{Arc, RwLock}}}};
use axum::{{Router, extract::{{Path, State}}, http::StatusCode, routing::{{get, post}}}};
use tokio::sync::mpsc;
enum JobStatus {{ Waiting, Running, Done(String) }}
#[derive(Clone)]
struct Exports {{
    statuses: Arc<RwLock<HashMap<u64, JobStatus>>>, //~ in-memory-workflow
    waiting: mpsc::Sender<u64>,
}}
impl Exports {{
    fn note(&self, id: u64, status: JobStatus) {{ self.statuses.write().unwrap().insert(id, status); }}
}}
async fn work(exports: Exports, mut accepted: mpsc::Receiver<u64>) {{
    while let Some(id) = accepted.recv().await {{
        exports.note(id, JobStatus::Running);
        exports.note(id, JobStatus::Done(id.to_string()));
    }}
}}
async fn accept(State(exports): State<Exports>) -> StatusCode {{
    {hand_over}
    StatusCode::ACCEPTED
}}
async fn status(State(exports): State<Exports>, Path(id): Path<u64>) -> &'static str {{
    match exports.statuses.read().unwrap().get(&id) {{
        Some(JobStatus::Waiting) => "waiting",
        Some(JobStatus::Running) => "running",
        Some(JobStatus::Done(_)) => "done",
        None => "unknown",
    }}
}}
#[tokio::main]
async fn main() {{
    let (waiting, accepted) = mpsc::channel(100);{mark}
    let exports = Exports {{ statuses: Arc::default(), waiting }};
    tokio::spawn(work(exports.clone(), accepted));
    let app = Router::new().route("/exports", post(accept)).route("/exports/{{id}}", get(status)).with_state(exports);
    axum::serve(listener().await, app).await.unwrap();
}}
"#
    )
}

#[test]
fn work_whose_progress_requests_ask_for_waits_in_a_channel() {
    let sent = "exports.note(7, JobStatus::Waiting); exports.waiting.send(7).await.unwrap();";
    check_rule(&exports(sent, " //~ in-memory-queue"));
    let reserved =
        "let place = exports.waiting.try_reserve().map_err(|_| StatusCode::SERVICE_UNAVAILABLE).unwrap();
    exports.note(7, JobStatus::Waiting);
    place.send(7);";
    check_rule(&exports(reserved, " //~ in-memory-queue"));
}

#[test]
fn a_place_in_a_channel_that_is_given_back_is_silent() {
    let given_back = "exports.note(7, JobStatus::Waiting); let place = exports.waiting.try_reserve().unwrap(); drop(place);";
    check_rule(&exports(given_back, ""));
}
