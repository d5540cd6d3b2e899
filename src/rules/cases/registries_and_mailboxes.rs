//! Registries that a broker feeds, sockets told one by one, one client alone, and numbers that belong to one line.

use super::check_rule;

/// A service that keeps `news` for its streams, and what `more` adds to it.
fn news(feed: &str, more: &str, mark: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx, redis, futures
use axum::{{Router, extract::{{Path, State}}, routing::{{get, post}}}};
use std::{{collections::HashMap, sync::{{Arc, RwLock}}}};
use futures::StreamExt;
use tokio::sync::broadcast;
#[derive(Clone)]
struct Desk {{
    pool: sqlx::PgPool,
    redis: redis::Client,
    news: Arc<RwLock<HashMap<String, broadcast::Sender<String>>>>, {mark}
}}
impl Desk {{
    fn tell(&self, topic: &str, text: String) {{
        if let Some(sender) = self.news.read().unwrap().get(topic) {{ let _ = sender.send(text); }}
    }}
    fn listen(&self, topic: String) -> broadcast::Receiver<String> {{
        self.news.write().unwrap().entry(topic).or_insert_with(|| broadcast::channel(8).0).subscribe()
    }}
}}
async fn feed(desk: Desk) {{
    {feed}
}}
async fn hear(State(desk): State<Desk>, Path(topic): Path<String>) -> String {{
    desk.listen(topic).recv().await.unwrap()
}}
{more}
#[tokio::main]
async fn main() {{
    let pool = sqlx::PgPool::connect("postgres://db").await.unwrap();
    let desk = Desk {{ pool, redis: redis::Client::open("redis://r").unwrap(), news: Arc::default() }};
    tokio::spawn(feed(desk.clone()));
    axum::serve(listener().await, Router::new().route("/news/{{topic}}", get(hear).post(say)).with_state(desk)).await.unwrap();
}}
"#
    )
}

const LISTENS: &str = r#"let mut heard = sqlx::postgres::PgListener::connect_with(&desk.pool).await.unwrap();
    heard.listen("news").await.unwrap();
    while let Ok(note) = heard.recv().await { desk.tell(note.channel(), note.payload().to_owned()); }"#;

const NOTIFIES: &str = r#"async fn say(State(desk): State<Desk>, text: String) {
    sqlx::query("SELECT pg_notify('news', $1)").bind(text).execute(&desk.pool).await.unwrap();
}"#;

#[test]
fn a_registry_that_only_notifications_feed_is_silent() {
    check_rule(&news(LISTENS, NOTIFIES, ""));
}

#[test]
fn a_registry_that_a_request_also_sends_to_joins_its_clients() {
    let says = "async fn say(State(desk): State<Desk>, Path(topic): Path<String>, text: String) { desk.tell(&topic, text); }";
    check_rule(&news(LISTENS, says, "//~ local-broadcast"));
}

#[test]
fn a_registry_that_a_subscription_feeds_is_silent() {
    let subscribes = r#"let mut heard = desk.redis.get_async_pubsub().await.unwrap();
    heard.psubscribe("news:*").await.unwrap();
    let mut notes = heard.on_message();
    while let Some(note) = notes.next().await { desk.tell(note.get_channel_name(), note.get_payload().unwrap()); }"#;
    check_rule(&news(subscribes, NOTIFIES, ""));
}

#[test]
fn a_registry_that_a_queue_feeds_hears_only_a_part() {
    let takes = r#"let mut queue: redis::aio::MultiplexedConnection = desk.redis.get_multiplexed_async_connection().await.unwrap();
    loop {
        let (topic, text): (String, String) = queue.blpop("news", 0.0).await.unwrap();
        desk.tell(&topic, text);
    }"#;
    check_rule(&news(takes, NOTIFIES, "//~ local-broadcast"));
}

/// A service in which orders go through one sending end; `robot` says who puts it there.
fn one_robot(robot: &str, mark: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::{{State, ws::{{Message, WebSocket, WebSocketUpgrade}}}}, response::Response, routing::{{get, post}}}};
use std::sync::Arc;
use tokio::sync::{{Mutex, mpsc}};
#[derive(Clone, Default)]
struct Desk {{
    robot: Arc<Mutex<Option<mpsc::Sender<String>>>>, {mark}
}}
{robot}
#[tokio::main]
async fn main() {{
    axum::serve(listener().await, Router::new().route("/robot", get(join)).route("/order", post(order)).with_state(Desk::default())).await.unwrap();
}}
"#
    )
}

#[test]
fn one_client_that_requests_of_others_send_to_is_of_one_replica() {
    check_rule(&one_robot(
        r"async fn serve(desk: Desk, mut socket: WebSocket) {
    let (sender, mut orders) = mpsc::channel(8);
    *desk.robot.lock().await = Some(sender);
    while let Some(order) = orders.recv().await { socket.send(Message::Text(order)).await.unwrap(); }
}
async fn join(State(desk): State<Desk>, up: WebSocketUpgrade) -> Response { up.on_upgrade(move |socket| serve(desk, socket)) }
async fn order(State(desk): State<Desk>, text: String) {
    if let Some(robot) = desk.robot.lock().await.as_ref() { robot.send(text).await.unwrap(); }
}",
        "//~ local-broadcast",
    ));
}

#[test]
fn an_outbox_that_the_sending_request_opens_itself_is_silent() {
    check_rule(&one_robot(
        r#"async fn work(mut orders: mpsc::Receiver<String>) { while let Some(order) = orders.recv().await { tracing::info!("{order}"); } }
async fn join() -> &'static str { "hello" }
async fn opened(desk: &Desk) {
    let mut robot = desk.robot.lock().await;
    if robot.is_none() {
        let (sender, orders) = mpsc::channel(8);
        tokio::spawn(work(orders));
        *robot = Some(sender);
    }
}
async fn order(State(desk): State<Desk>, text: String) {
    opened(&desk).await;
    if let Some(robot) = desk.robot.lock().await.as_ref() { robot.send(text).await.unwrap(); }
}"#,
        "",
    ));
}

#[test]
fn what_a_manager_of_connections_keeps_is_no_registry_by_its_name() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::{collections::{HashMap, HashSet}, sync::{Arc, Mutex}};
#[derive(Default)]
struct ConnectionManager {
    dishes: Mutex<HashMap<u32, String>>, //~ in-memory-store
    present: Mutex<HashMap<String, HashSet<u32>>>, //~ local-broadcast
}
async fn order(State(desk): State<Arc<ConnectionManager>>, Path(id): Path<u32>, text: String) -> String {
    desk.present.lock().unwrap().entry(text.clone()).or_default().insert(id);
    desk.dishes.lock().unwrap().insert(id, text);
    format!("{:?}", desk.dishes.lock().unwrap().get(&1))
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/order/{id}", post(order)).with_state(Arc::new(ConnectionManager::default()))).await.unwrap();
}
"#,
    );
}

/// A service that asks another program, and `kept` of it.
fn helper(kept: &str, mark: &str, ask: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::post}};
use std::{{collections::HashMap, sync::{{Arc, Mutex, atomic::{{AtomicU64, Ordering}}}}}};
use tokio::{{io::AsyncWriteExt, process::{{Child, ChildStdin}}, sync::oneshot}};
struct Helper {{
    {kept}
    next_id: AtomicU64, {mark}
}}
async fn ask(State(helper): State<Arc<Helper>>, text: String) -> String {{
    let id = helper.next_id.fetch_add(1, Ordering::Relaxed);
    {ask}
}}
#[tokio::main]
async fn main() {{
    axum::serve(listener().await, Router::new().route("/ask", post(ask)).with_state(Arc::new(helper()))).await.unwrap();
}}
"#
    )
}

#[test]
fn a_number_beside_a_pipe_is_silent() {
    check_rule(&helper(
        "stdin: tokio::sync::Mutex<ChildStdin>,",
        "",
        r#"helper.stdin.lock().await.write_all(format!("{id} {text}").as_bytes()).await.unwrap();
    String::new()"#,
    ));
}

#[test]
fn a_position_beside_a_child_that_requests_set_is_state() {
    check_rule(&helper(
        "child: Mutex<Option<Child>>,",
        "//~ local-id-sequence",
        r#"if text == "first" { helper.next_id.store(0, Ordering::Relaxed); }
    format!("{id} of {}", helper.next_id.load(Ordering::Relaxed))"#,
    ));
}

#[test]
fn a_number_by_which_callers_wait_is_silent() {
    check_rule(&helper(
        "pending: Mutex<HashMap<u64, oneshot::Sender<String>>>,",
        "",
        "let (reply, answer) = oneshot::channel();
    helper.pending.lock().unwrap().insert(id, reply);
    answer.await.unwrap()",
    ));
}

#[test]
fn a_number_that_requests_are_told_is_an_id() {
    check_rule(&helper(
        "pending: Mutex<HashMap<String, oneshot::Sender<String>>>,",
        "//~ local-id-sequence",
        "helper.pending.lock().unwrap().remove(&text);
    id.to_string()",
    ));
}

/// The end is told where it stands, the time is not.
#[test]
fn a_time_in_an_entry_is_told_with_the_registry() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::{collections::HashMap, sync::{Arc, RwLock}, time::Instant};
use tokio::sync::broadcast;
struct Listener {
    sender: broadcast::Sender<u32>, //~ local-broadcast
    last_told: Arc<RwLock<Instant>>,
}
impl Listener {
    fn tell(&self, what: u32) {
        *self.last_told.write().unwrap() = Instant::now();
        let _ = self.sender.send(what);
    }
}
#[derive(Default)]
struct Listeners { all: HashMap<u32, Listener> }
#[derive(Default)]
struct Hub {
    listeners: RwLock<Listeners>, //~ local-broadcast
}
async fn put(State(hub): State<Arc<Hub>>, Path(id): Path<u32>) {
    for listener in hub.listeners.read().unwrap().all.values() { listener.tell(id); }
}
async fn hear(State(hub): State<Arc<Hub>>, Path(id): Path<u32>) -> String {
    let (sender, mut heard) = broadcast::channel(1);
    let listener = Listener { sender, last_told: Arc::new(RwLock::new(Instant::now())) };
    hub.listeners.write().unwrap().all.insert(id, listener);
    heard.recv().await.unwrap().to_string()
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/items/{id}", post(put).get(hear)).with_state(Arc::new(Hub::default()))).await.unwrap();
}
"#,
    );
}

/// Clients whose lines go to all of `kept`.
fn talk(kept: &str, mark: &str, keep: &str, tell: &str) -> String {
    format!(
        r#"use std::io::{{BufRead, BufReader, Write}};
use std::net::{{TcpListener, TcpStream}};
type Kept = Arc<Mutex<{kept}>>;
fn talk(stream: TcpStream, {mark}: Kept) {{
    let me = stream.peer_addr().unwrap().to_string();
    {keep}
    for line in BufReader::new(stream).lines() {{
        let line = line.unwrap();
        {tell}
    }}
}}
fn main() {{
    let {mark} = Kept::default(); //~ MARK
    for stream in TcpListener::bind("0.0.0.0:90").unwrap().incoming() {{
        let kept = {mark}.clone();
        std::thread::spawn(move || talk(stream.unwrap(), kept));
    }}
}}
"#
    )
}

#[test]
fn sockets_that_each_line_is_written_to_join_the_clients() {
    let map = talk(
        "HashMap<String, TcpStream>",
        "others",
        "others.lock().unwrap().insert(me, stream.try_clone().unwrap());",
        r#"for (_, other) in others.lock().unwrap().iter_mut() { writeln!(other, "{line}").unwrap(); }"#,
    );
    check_rule(&map.replace("MARK", "local-broadcast"));
    let list = talk(
        "Vec<TcpStream>",
        "others",
        "others.lock().unwrap().push(stream.try_clone().unwrap());",
        "for other in others.lock().unwrap().iter_mut() { other.write_all(line.as_bytes()).unwrap(); }",
    );
    check_rule(&list.replace("MARK", "local-broadcast"));
}

#[test]
fn sockets_to_other_servers_that_each_line_is_written_to_are_silent() {
    let list = talk(
        "Vec<TcpStream>",
        "backends",
        "backends.lock().unwrap().push(TcpStream::connect(me).unwrap());",
        "for other in backends.lock().unwrap().iter_mut() { other.write_all(line.as_bytes()).unwrap(); }",
    );
    check_rule(&list.replace("//~ MARK", ""));
}

/// Work that one request begins, and what another does with its handle.
fn begun(handle: &str, mark: &str, second: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::{{Path, State}}, routing::get}};
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
use tokio::task::JoinHandle;
#[derive(Clone, Default)]
struct Desk {{
    lookups: Arc<Mutex<HashMap<String, JoinHandle<{handle}>>>>, {mark}
}}
async fn begin(State(desk): State<Desk>, Path(ticket): Path<String>) {{
    desk.lookups.lock().unwrap().insert(ticket, tokio::spawn(look()));
}}
async fn second(State(desk): State<Desk>, Path(ticket): Path<String>) -> String {{
    {second}
}}
#[tokio::main]
async fn main() {{
    axum::serve(listener().await, Router::new().route("/begin/{{ticket}}", get(begin)).route("/claim/{{ticket}}", get(second)).with_state(Desk::default())).await.unwrap();
}}
"#
    )
}

#[test]
fn work_that_one_request_begins_and_another_claims_is_a_workflow() {
    check_rule(&begun(
        "String",
        "//~ in-memory-workflow",
        "let begun = desk.lookups.lock().unwrap().remove(&ticket);
    begun.unwrap().await.unwrap()",
    ));
}

#[test]
fn a_handle_that_is_only_thrown_away_is_silent() {
    check_rule(&begun(
        "()",
        "",
        "let _ = desk.lookups.lock().unwrap().remove(&ticket);
    ticket",
    ));
}

/// What a loop of this process sets and requests look at.
fn set_by_a_loop(kept: &str, mark: &str, set: &str, used: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::post}};
use std::sync::{{Arc, RwLock}};
use tokio::sync::mpsc;
#[derive(Clone, Default)]
struct Desk {{
    asked: Arc<RwLock<Option<{kept}>>>, {mark}
}}
async fn follow(desk: Desk, mut lines: mpsc::Receiver<mpsc::UnboundedSender<String>>) {{
    while let Some(line) = lines.recv().await {{ *desk.asked.write().unwrap() = Some({set}); }}
}}
async fn ask(State(desk): State<Desk>, text: String) {{ {used} }}
#[tokio::main]
async fn main() {{
    let desk = Desk::default();
    let (opened, lines) = mpsc::channel(1);
    tokio::spawn(reconnect(opened));
    tokio::spawn(follow(desk.clone(), lines));
    axum::serve(listener().await, Router::new().route("/ask", post(ask)).with_state(desk)).await.unwrap();
}}
"#
    )
}

#[test]
fn a_callback_that_is_put_in_whole_is_silent() {
    check_rule(&set_by_a_loop(
        "Box<dyn Fn(String) + Send + Sync>",
        "",
        "Box::new(move |text| { let _ = line.send(text); })",
        "if let Some(asked) = desk.asked.read().unwrap().as_ref() { asked(text); }",
    ));
}

#[test]
fn a_value_that_is_put_in_whole_is_state() {
    check_rule(&set_by_a_loop(
        "usize",
        "//~ global-mutable",
        "line.strong_count()",
        "println!(\"{text} {:?}\", desk.asked.read().unwrap());",
    ));
}

/// Callers that wait at one watch for an answer; `answers` says what wakes them.
fn waiting(answers: &str, mark: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::{{Path, State}}, routing::post}};
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
use tokio::sync::{{mpsc, watch}};
#[derive(Clone, Default)]
struct Desk {{
    asked: Arc<Mutex<HashMap<u32, watch::Sender<bool>>>>, {mark}
}}
impl Desk {{
    async fn ask(&self, id: u32) {{
        let mut turn = self.asked.lock().unwrap().entry(id).or_insert_with(|| watch::channel(false).0).subscribe();
        turn.changed().await.unwrap();
    }}
    fn answered(&self, id: u32) {{
        let asked = self.asked.lock().unwrap().remove(&id);
        if let Some(sender) = asked {{ sender.send_replace(true); }}
    }}
}}
async fn ask(State(desk): State<Desk>, Path(id): Path<u32>) {{ desk.ask(id).await }}
{answers}
#[tokio::main]
async fn main() {{
    let desk = Desk::default();
    let (_answers, line) = mpsc::channel(1);
    tokio::spawn(follow(desk.clone(), line));
    axum::serve(listener().await, Router::new().route("/items/{{id}}", post(ask).put(done)).with_state(desk)).await.unwrap();
}}
"#
    )
}

#[test]
fn callers_that_the_answer_on_a_line_wakes_are_silent() {
    check_rule(&waiting(
        "async fn follow(desk: Desk, mut line: mpsc::Receiver<u32>) { while let Some(id) = line.recv().await { desk.answered(id); } }
async fn done() {}",
        "",
    ));
}

#[test]
fn callers_that_a_request_of_others_wakes_wait_at_one_replica() {
    check_rule(&waiting(
        "async fn follow(_desk: Desk, _line: mpsc::Receiver<u32>) {}
async fn done(State(desk): State<Desk>, Path(id): Path<u32>) { desk.answered(id) }",
        "//~ local-broadcast",
    ));
}

/// Approvals that `POST /ask` waits for; `answer` is what answers them.
fn approvals(mark: &str, route: &str, answer: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::post}};
use std::{{collections::HashMap, sync::Arc}};
use tokio::sync::{{Mutex, mpsc, oneshot}};
type Approvals = Arc<Mutex<HashMap<String, oneshot::Sender<bool>>>>;
async fn ask(State(open): State<Approvals>, name: String) -> String {{
    let (answer, answered) = oneshot::channel();
    open.lock().await.insert(name, answer);
    answered.await.unwrap().to_string()
}}
{answer}
#[tokio::main]
async fn main() {{
    let open = Approvals::default();{mark}
    tokio::spawn(hear(open.clone()));
    axum::serve(listener().await, Router::new().route("/ask", post(ask)){route}.with_state(open)).await.unwrap();
}}
"#
    )
}

#[test]
fn answers_that_another_client_brings_are_told() {
    check_rule(&approvals(
        " //~ in-memory-store",
        ".route(\"/approve\", post(approve))",
        "async fn approve(State(open): State<Approvals>, name: String) {
    if let Some(answer) = open.lock().await.remove(&name) { answer.send(true).unwrap(); }
}
async fn hear(open: Approvals) {}",
    ));
}

#[test]
fn answers_that_this_process_hears_are_silent() {
    check_rule(&approvals(
        "",
        "",
        "async fn hear(open: Approvals) {
    let mut lines = tokio::io::BufReader::new(pipe()).lines();
    while let Some(name) = lines.next_line().await.unwrap() {
        if let Some(answer) = open.lock().await.remove(&name) { answer.send(true).unwrap(); }
    }
}",
    ));
}

/// Tables of a hall, each with a number beside its players; `use_it` is what sitting down does to that number.
fn tables(number: &str, mark: &str, use_it: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::post}};
use std::{{collections::HashMap, sync::{{Arc, atomic::{{AtomicU64, Ordering}}}}}};
use tokio::sync::RwLock;
#[derive(Default)]
struct Table {{
    {number}: AtomicU64,{mark}
}}
type Hall = Arc<RwLock<HashMap<String, Arc<Table>>>>;
async fn sit(State(hall): State<Hall>, name: String) -> String {{
    let table = hall.write().await.entry(name.clone()).or_insert_with(|| Arc::new(Table::default())).clone();
    {use_it}
}}
#[tokio::main]
async fn main() {{
    let hall = Hall::default(); //~ in-memory-store
    axum::serve(listener().await, Router::new().route("/sit", post(sit)).with_state(hall)).await.unwrap();
}}
"#
    )
}

#[test]
fn a_figure_of_one_entry_is_told_with_the_entries() {
    check_rule(&tables(
        "moves",
        "",
        "table.moves.fetch_add(1, Ordering::Relaxed); table.moves.load(Ordering::Relaxed).to_string()",
    ));
}

#[test]
fn numbers_that_an_entry_hands_out_are_told_apart() {
    check_rule(&tables(
        "next_seat",
        " //~ local-id-sequence",
        "table.next_seat.fetch_add(1, Ordering::Relaxed).to_string()",
    ));
}
