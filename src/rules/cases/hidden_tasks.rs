//! State that a task or an actor owns, and the same in a task of one connection, stream or message.

use super::check_rule;

#[test]
fn a_map_of_a_task_that_takes_commands_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::get};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};
enum Command { Put { key: String, value: String }, Get { key: String, reply: oneshot::Sender<Option<String>> } }
async fn keep(mut commands: mpsc::Receiver<Command>) {
    let mut values: HashMap<String, String> = HashMap::new(); //~ in-memory-store
    while let Some(command) = commands.recv().await {
        match command {
            Command::Put { key, value } => { values.insert(key, value); }
            Command::Get { key, reply } => { let _ = reply.send(values.get(&key).cloned()); }
        }
    }
}
async fn put(State(keeper): State<mpsc::Sender<Command>>, Path(key): Path<String>, value: String) {
    let _ = keeper.send(Command::Put { key, value }).await;
}
async fn get_one(State(keeper): State<mpsc::Sender<Command>>, Path(key): Path<String>) -> String {
    let (reply, answer) = oneshot::channel();
    let _ = keeper.send(Command::Get { key, reply }).await;
    answer.await.unwrap().unwrap_or_default()
}
#[tokio::main]
async fn main() {
    let (keeper, commands) = mpsc::channel(32);
    tokio::spawn(keep(commands));
    let app = Router::new().route("/{key}", get(get_one).put(put)).with_state(keeper);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_map_made_anew_for_each_command_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};
struct Count { text: String, reply: oneshot::Sender<usize> }
async fn work(mut counts: mpsc::Receiver<Count>) {
    while let Some(count) = counts.recv().await {
        let mut words: HashMap<String, u32> = HashMap::new();
        for word in count.text.split(' ') { *words.entry(word.to_owned()).or_default() += 1; }
        let _ = count.reply.send(words.len());
    }
}
async fn count(State(counter): State<mpsc::Sender<Count>>, text: String) -> String {
    let (reply, answer) = oneshot::channel();
    let _ = counter.send(Count { text, reply }).await;
    answer.await.unwrap().to_string()
}
#[tokio::main]
async fn main() {
    let (counter, counts) = mpsc::channel(32);
    tokio::spawn(work(counts));
    let app = Router::new().route("/count", post(count)).with_state(counter);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_list_of_a_select_loop_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::time::Duration;
use tokio::sync::mpsc;
async fn collect(mut readings: mpsc::Receiver<f64>) {
    let mut latest: Vec<f64> = Vec::new(); //~ in-memory-store
    let mut tick = tokio::time::interval(Duration::from_secs(60));
    loop {
        tokio::select! {
            Some(reading) = readings.recv() => latest.push(reading),
            _ = tick.tick() => publish(&latest).await,
        }
    }
}
async fn reading(State(readings): State<mpsc::Sender<f64>>, body: String) { let _ = readings.send(body.parse().unwrap()).await; }
#[tokio::main]
async fn main() {
    let (sender, readings) = mpsc::channel(64);
    tokio::spawn(collect(readings));
    let app = Router::new().route("/readings", post(reading)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_list_of_a_select_loop_of_one_connection_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::time::Duration;
use tokio::{net::{TcpListener, TcpStream}, sync::mpsc};
async fn session(stream: TcpStream) {
    let (lines, mut incoming) = mpsc::channel::<String>(16);
    tokio::spawn(read_lines(stream, lines));
    let mut unsent: Vec<String> = Vec::new();
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            line = incoming.recv() => match line { Some(line) => unsent.push(line), None => break },
            _ = tick.tick() => { flush(&unsent).await; unsent.clear(); }
        }
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:9000").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(session(stream));
    }
}
"#,
    );
}

#[test]
fn a_map_in_a_select_loop_with_a_named_field_pattern_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, tokio-util
use axum::{Router, extract::State, routing::post};
use std::collections::BTreeMap;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;
struct Bid { lot: u32, amount: u64 }
fn start(mut bids: UnboundedReceiver<Bid>, stop: CancellationToken) {
    tokio::spawn(async move {
        let mut highest = BTreeMap::<u32, u64>::new(); //~ in-memory-store
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(Bid { lot, amount }) = bids.recv() => {
                    let best = highest.entry(lot).or_insert(0);
                    *best = amount.max(*best);
                }
                else => break,
            }
        }
    });
}
async fn bid(State(bids): State<UnboundedSender<Bid>>, body: String) { let _ = bids.send(Bid { lot: 1, amount: body.parse().unwrap() }); }
#[tokio::main]
async fn main() {
    let (sender, bids) = unbounded_channel();
    start(bids, CancellationToken::new());
    let app = Router::new().route("/bids", post(bid)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_field_of_an_actor_that_runs_itself_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod actor;
use axum::{Router, extract::State, routing::post};
async fn note(State(handle): State<actor::Handle>, body: String) { handle.add(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/notes", post(note)).with_state(actor::Handle::start());
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/actor.rs
use tokio::sync::{mpsc, oneshot};
enum Message { Add(String), Count(oneshot::Sender<usize>) }
struct Notes {
    inbox: mpsc::Receiver<Message>,
    notes: Vec<String>, //~ in-memory-store
}
impl Notes {
    async fn run(mut self) {
        while let Some(message) = self.inbox.recv().await { self.handle(message); }
    }
    fn handle(&mut self, message: Message) {
        match message {
            Message::Add(note) => self.notes.push(note),
            Message::Count(reply) => { let _ = reply.send(self.notes.len()); }
        }
    }
}
#[derive(Clone)]
pub struct Handle { sender: mpsc::Sender<Message> }
impl Handle {
    pub fn start() -> Self {
        let (sender, inbox) = mpsc::channel(8);
        tokio::spawn(Notes { inbox, notes: Vec::new() }.run());
        Handle { sender }
    }
    pub async fn add(&self, note: String) { let _ = self.sender.send(Message::Add(note)).await; }
}
"#,
    );
}

#[test]
fn an_actor_that_only_forwards_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx
mod actor;
use axum::{Router, extract::State, routing::post};
async fn note(State(handle): State<actor::Handle>, body: String) { handle.add(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/notes", post(note)).with_state(actor::Handle::start(pool().await));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/actor.rs
use tokio::sync::{mpsc, oneshot};
struct Message { note: String, done: oneshot::Sender<()> }
struct Writer { inbox: mpsc::Receiver<Message>, pool: sqlx::PgPool, table: String }
impl Writer {
    async fn run(mut self) {
        while let Some(message) = self.inbox.recv().await {
            let mut row = Vec::new();
            row.push(message.note);
            insert(&self.pool, &self.table, row).await;
            let _ = message.done.send(());
        }
    }
}
#[derive(Clone)]
pub struct Handle { sender: mpsc::Sender<Message> }
impl Handle {
    pub fn start(pool: sqlx::PgPool) -> Self {
        let (sender, inbox) = mpsc::channel(8);
        tokio::spawn(Writer { inbox, pool, table: "notes".to_owned() }.run());
        Handle { sender }
    }
    pub async fn add(&self, note: String) {
        let (done, finished) = oneshot::channel();
        let _ = self.sender.send(Message { note, done }).await;
        let _ = finished.await;
    }
}
"#,
    );
}

#[test]
fn an_actor_of_one_connection_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::collections::HashMap;
use tokio::net::{TcpListener, TcpStream};
struct Peer { stream: TcpStream, variables: HashMap<String, String> }
impl Peer {
    async fn run(mut self) {
        while let Some((name, value)) = read_pair(&mut self.stream).await {
            self.variables.insert(name, value);
        }
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:9000").await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(Peer { stream, variables: HashMap::new() }.run());
    }
}
"#,
    );
}

#[test]
fn a_set_in_the_task_of_one_connection_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::collections::HashSet;
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:9000").await.unwrap();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let mut seen = HashSet::new();
            while let Some(word) = read_word(&mut stream).await {
                if seen.insert(word.clone()) { write_word(&mut stream, &word).await; }
            }
        });
    }
}
"#,
    );
}

#[test]
fn a_set_outside_the_loop_over_connections_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::{collections::HashSet, sync::Arc};
use tokio::sync::Mutex;
#[tokio::main]
async fn main() {
    let seen = Arc::new(Mutex::new(HashSet::<String>::new())); //~ in-memory-store
    let listener = tokio::net::TcpListener::bind("0.0.0.0:9000").await.unwrap();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let seen = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Some(word) = read_word(&mut stream).await {
                if seen.lock().await.insert(word.clone()) { write_word(&mut stream, &word).await; }
            }
        });
    }
}
"#,
    );
}

#[test]
fn a_map_of_one_websocket_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::ws::{Message, WebSocket, WebSocketUpgrade}, response::Response, routing::get};
use std::collections::HashMap;
async fn upgrade(ws: WebSocketUpgrade) -> Response { ws.on_upgrade(talk) }
async fn talk(mut socket: WebSocket) {
    let mut answers: HashMap<u32, String> = HashMap::new();
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        answers.insert(answers.len() as u32, text.to_string());
        let _ = socket.send(Message::Text(format!("{} answers", answers.len()).into())).await;
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/ws", get(upgrade));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_map_of_one_grpc_stream_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tonic, tokio
use std::collections::HashMap;
use tonic::{Request, Response, Status, Streaming, transport::Server};
struct Telemetry { region: String }
#[tonic::async_trait]
impl TelemetryService for Telemetry {
    async fn upload(&self, request: Request<Streaming<Sample>>) -> Result<Response<Summary>, Status> {
        let mut stream = request.into_inner();
        let mut sums: HashMap<String, f64> = HashMap::new();
        while let Some(sample) = stream.message().await? {
            *sums.entry(sample.name).or_insert(0.0) += sample.value;
        }
        Ok(Response::new(Summary { region: self.region.clone(), sums }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(TelemetryServer::new(Telemetry { region: "eu".into() })).serve(addr()).await.unwrap(); }
"#,
    );
}

#[test]
fn a_map_filled_by_grpc_streams_is_found() {
    check_rule(
        r"//# app/src/main.rs uses: tonic, tokio
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
use tonic::{Request, Response, Status, Streaming, transport::Server};
#[derive(Clone, Default)]
struct Telemetry {
    sums: Arc<RwLock<HashMap<String, f64>>>, //~ in-memory-store
}
#[tonic::async_trait]
impl TelemetryService for Telemetry {
    async fn upload(&self, request: Request<Streaming<Sample>>) -> Result<Response<Summary>, Status> {
        let mut stream = request.into_inner();
        let sums = self.sums.clone();
        tokio::spawn(async move {
            while let Ok(Some(sample)) = stream.message().await {
                *sums.write().await.entry(sample.name).or_insert(0.0) += sample.value;
            }
        });
        Ok(Response::new(Summary::default()))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(TelemetryServer::new(Telemetry::default())).serve(addr()).await.unwrap(); }
",
    );
}

#[test]
fn a_thread_that_owns_a_map_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::mpsc, thread};
async fn put(State(writes): State<mpsc::SyncSender<(u32, String)>>, body: String) { writes.send((1, body)).unwrap(); }
#[tokio::main]
async fn main() {
    let (sender, writes) = mpsc::sync_channel::<(u32, String)>(16);
    thread::spawn(move || {
        let mut pages: HashMap<u32, String> = HashMap::new(); //~ in-memory-store
        for (page, text) in writes {
            pages.insert(page, text);
        }
    });
    let app = Router::new().route("/pages", post(put)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_batch_that_is_written_out_before_the_next_wait_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx
use axum::{Router, extract::State, routing::post};
use tokio::sync::{mpsc, oneshot};
type Row = (String, oneshot::Sender<()>);
async fn write(mut rows: mpsc::Receiver<Row>, pool: sqlx::PgPool) {
    while let Some(first) = rows.recv().await {
        let mut batch = vec![first];
        while let Ok(next) = rows.try_recv() { batch.push(next); }
        insert_all(&pool, &batch).await;
        for (_, done) in batch { let _ = done.send(()); }
    }
}
async fn add(State(rows): State<mpsc::Sender<Row>>, body: String) {
    let (done, written) = oneshot::channel();
    let _ = rows.send((body, done)).await;
    let _ = written.await;
}
#[tokio::main]
async fn main() {
    let (sender, rows) = mpsc::channel(64);
    tokio::spawn(write(rows, pool().await));
    let app = Router::new().route("/rows", post(add)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_that_the_loop_of_a_program_owns_is_found_field_by_field() {
    check_rule(
        r#"//# app/src/main.rs uses: zmq
mod bank;
fn main() {
    let context = zmq::Context::new();
    let orders = context.socket(zmq::PULL).unwrap();
    let mut bank = bank::Bank::open();
    loop {
        if let Ok(frame) = orders.recv_msg(1) { bank.book(frame.as_str().unwrap()); }
    }
}
//# app/src/bank.rs
use std::collections::HashMap;
pub struct Bank {
    name: String,
    links: HashMap<String, String>, //~ in-memory-store
}
impl Bank {
    pub fn open() -> Self { Bank { name: "first".to_owned(), links: HashMap::new() } }
    pub fn book(&mut self, order: &str) { self.links.insert(order.to_owned(), self.name.clone()); }
}
"#,
    );
}
