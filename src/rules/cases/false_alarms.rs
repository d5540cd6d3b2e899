//! What was reported and is nobody else's business: each false alarm as a small service, with a near miss that is none.

use super::check_rule;

const fn serve() -> &'static str {
    "#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind(\"[::]:80\").await.unwrap();
    let desk = Arc::new(Desk::default());
    while let Ok((socket, from)) = listener.accept().await {
        let desk = desk.clone();
        tokio::spawn(async move { desk.answer(socket, from).await });
    }
}
"
}

fn check(body: &str) {
    check_rule(&format!(
        "//# app/src/main.rs uses: tokio, dashmap\nuse std::{{collections::*, net::SocketAddr, sync::{{*, atomic::*}}}};\nuse dashmap::DashMap;\nuse tokio::net::TcpStream;\n{body}\n{}",
        serve()
    ));
}

#[test]
fn idle_sockets_to_other_servers_are_no_registry_of_clients() {
    check(
        "struct Idle { stream: TcpStream, since: std::time::Instant }
#[derive(Default)]
struct Desk { idle_pool: DashMap<SocketAddr, Vec<Idle>> }
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        let upstream = self.idle_pool.get_mut(&from).and_then(|mut idle| idle.pop());
        relay(socket, &upstream).await;
        self.idle_pool.entry(from).or_default().push(upstream.unwrap());
    }
}",
    );
}

#[test]
fn sockets_of_the_clients_themselves_are_one() {
    check(
        "#[derive(Default)]
struct Desk { rooms: DashMap<String, Vec<mpsc::Sender<String>>> } //~ local-broadcast
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        self.rooms.entry(name_of(&socket)).or_default().push(sender_for(socket));
    }
}
use tokio::sync::mpsc;
fn sender_for(socket: TcpStream) -> mpsc::Sender<String> { spawn_writer(socket) }",
    );
}

#[test]
fn open_connections_by_address_and_port_are_counted_up_and_down() {
    check(
        "#[derive(Default)]
struct Desk { open: DashMap<SocketAddr, AtomicUsize> }
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        self.open.entry(from).or_default().fetch_add(1, Ordering::Relaxed);
        relay(socket).await;
        if let Some(count) = self.open.get(&from) { count.fetch_sub(1, Ordering::Relaxed); }
    }
}",
    );
}

#[test]
fn what_each_account_has_left_is_no_such_count() {
    check(
        "#[derive(Default)]
struct Desk { credit: DashMap<String, AtomicUsize> } //~ in-memory-store
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        self.credit.entry(name_of(&socket)).or_default().fetch_add(1, Ordering::Relaxed);
        if let Some(count) = self.credit.get(\"all\") { count.fetch_sub(1, Ordering::Relaxed); }
    }
}",
    );
}

#[test]
fn the_size_of_a_cache_is_book_keeping() {
    check(
        "#[derive(Default)]
struct Desk { cache_size: AtomicUsize, stock: AtomicUsize } //~ global-counter
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        self.cache_size.fetch_add(8, Ordering::Relaxed);
        self.cache_size.fetch_sub(2, Ordering::Relaxed);
        self.stock.fetch_add(8, Ordering::Relaxed);
        self.stock.fetch_sub(2, Ordering::Relaxed);
    }
}",
    );
}

#[test]
fn a_flag_that_puts_off_a_flush_is_no_setting() {
    check(
        "#[derive(Default)]
struct Desk { flush_pending: Arc<AtomicBool> }
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        if self.flush_pending.swap(true, Ordering::SeqCst) { return; }
        let pending = self.flush_pending.clone();
        tokio::spawn(async move { pending.store(false, Ordering::SeqCst); flush().await; });
    }
}",
    );
}

#[test]
fn a_flag_that_keeps_other_requests_away_is_one() {
    check(
        "#[derive(Default)]
struct Desk { importing: Arc<AtomicBool> } //~ runtime-flag
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        if self.importing.swap(true, Ordering::SeqCst) { return; }
        import(socket).await;
        self.importing.store(false, Ordering::SeqCst);
    }
}",
    );
}

#[test]
fn a_number_in_keep_alive_packets_only_tells_them_apart() {
    check(
        "static KEEP_ALIVE_ID: AtomicU64 = AtomicU64::new(0);
static ORDER_ID: AtomicU64 = AtomicU64::new(0); //~ local-id-sequence
#[derive(Default)]
struct Desk;
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        let probe = KEEP_ALIVE_ID.fetch_add(1, Ordering::Relaxed);
        send(&socket, probe).await;
        let order = ORDER_ID.fetch_add(1, Ordering::Relaxed);
        send(&socket, order).await;
    }
}",
    );
}

#[test]
fn a_list_of_events_that_requests_look_at_is_no_metric_for_a_collector() {
    check(
        "#[derive(Default)]
struct Telemetry { events: Mutex<Vec<String>> } //~ in-memory-store
#[derive(Default)]
struct Desk { telemetry: Telemetry }
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        let mut events = self.telemetry.events.lock().unwrap();
        events.push(name_of(&socket));
        events.truncate(100);
        send(&socket, events.iter().cloned().collect::<Vec<String>>());
    }
}",
    );
}

#[test]
fn a_copy_of_a_file_that_is_about_to_be_replaced_is_part_of_replacing_it() {
    check(
        "#[derive(Default)]
struct Desk;
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) { save(read(socket).await); publish(); }
}
fn save(text: String) {
    backup();
    std::fs::write(\"rules.toml\", text).unwrap(); //~ local-file
}
fn backup() { std::fs::copy(\"rules.toml\", \"rules.bak\").unwrap(); }
fn publish() {
    std::fs::copy(\"draft.html\", \"public.html\").unwrap(); //~ local-file
}",
    );
}

#[test]
fn rows_that_requests_left_here_are_written_by_whoever_has_them() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, axum, sqlx
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::get};
#[derive(Default)]
struct Desk { visits: Mutex<Vec<String>> } //~ in-memory-store
impl Desk {
    async fn flush(&self) {
        let mut batch = Vec::new();
        std::mem::swap(&mut *self.visits.lock().unwrap(), &mut batch);
        sqlx::query("INSERT INTO visits (names) VALUES ($1)").bind(batch).execute(pool()).await;
    }
    fn start(self: &Arc<Self>) {
        let desk = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SECOND).await;
                desk.flush().await;
            }
        });
    }
}
async fn index(State(desk): State<Arc<Desk>>) -> &'static str {
    desk.visits.lock().unwrap().push("index".to_owned());
    "hello"
}
#[tokio::main]
async fn main() {
    let desk = Arc::new(Desk::default());
    desk.start();
    axum::serve(listener().await, Router::new().route("/", get(index)).with_state(desk)).await.unwrap();
}
"#,
    );
}

#[test]
fn rows_that_a_timer_makes_up_are_made_up_by_each_replica() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, axum, sqlx
use axum::{Router, routing::get};
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    tokio::spawn(async move {
        loop { //~ per-replica-schedule
            tokio::time::sleep(DAY).await;
            sqlx::query("INSERT INTO reports (day) VALUES (now())").execute(pool()).await;
        }
    });
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_client_that_is_made_anew_when_it_connects_is_no_state_of_the_service() {
    check(
        "static MUSIC: LazyLock<Mutex<Result<music_api::MusicClient, String>>> = LazyLock::new(|| Mutex::new(Err(String::new())));
static CHOSEN: LazyLock<Mutex<Result<u64, String>>> = LazyLock::new(|| Mutex::new(Err(String::new()))); //~ global-mutable
#[derive(Default)]
struct Desk;
impl Desk {
    async fn answer(&self, socket: TcpStream, from: SocketAddr) {
        *MUSIC.lock().unwrap() = music_api::MusicClient::connect();
        *CHOSEN.lock().unwrap() = read(&socket);
    }
}",
    );
}

#[test]
fn a_dirty_mark_for_a_tick_of_its_own_is_not_a_switch() {
    check_rule(
        r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
#[derive(Message)]
#[rtype(result = "()")]
struct Changed;
struct Indexer {
    behind: bool,
    paused: bool, //~ runtime-flag
}
impl Actor for Indexer {
    type Context = Context<Self>;
    fn started(&mut self, context: &mut Self::Context) {
        context.run_interval(SECOND, Self::tick);
    }
}
impl Indexer {
    fn tick(&mut self, _: &mut Context<Self>) { if self.behind && !self.paused { self.index(); } }
    fn index(&mut self) { write_index(); self.behind = false; }
}
impl Handler<Changed> for Indexer {
    type Result = ();
    fn handle(&mut self, _: Changed, _: &mut Context<Self>) { self.behind = true; self.paused = !self.paused; }
}
fn main() { Indexer { behind: false, paused: false }.start(); }
"#,
    );
}

#[test]
fn a_receiver_that_start_up_leaves_for_whoever_takes_it_is_no_store() {
    check_rule(
        r#"//# app/src/main.rs uses: actix, tokio
use actix::prelude::*;
use tokio::sync::mpsc;
struct Feed { source: mpsc::Receiver<String> }
struct Hub {
    feeds: Vec<Feed>,
    notes: Vec<String>, //~ in-memory-store
}
impl Hub {
    fn attach(&mut self, source: mpsc::Receiver<String>) { self.feeds.push(Feed { source }); }
}
#[derive(Message)]
#[rtype(result = "()")]
struct Begin(String);
impl Actor for Hub { type Context = Context<Self>; }
impl Handler<Begin> for Hub {
    type Result = ();
    fn handle(&mut self, begin: Begin, _: &mut Context<Self>) {
        self.notes.push(begin.0);
        if let Some(feed) = self.feeds.pop() { listen(feed); }
    }
}
fn main() {
    let mut hub = Hub { feeds: Vec::new(), notes: Vec::new() };
    let (_sender, receiver) = mpsc::channel(8);
    hub.attach(receiver);
    hub.start();
}
"#,
    );
}

#[test]
fn a_sweep_that_tells_others_of_its_own_entries_repeats_nothing() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, axum, dashmap, redis
use std::sync::Arc;
use axum::{Router, extract::{Path, State}, routing::post};
use dashmap::DashMap;
#[derive(Default)]
struct Desk { seats: DashMap<String, u64> } //~ in-memory-store
impl Desk {
    async fn close_idle(&self) {
        loop {
            tokio::time::sleep(SECOND).await;
            let name = oldest();
            self.seats.remove(&name);
            let mut redis: redis::aio::ConnectionManager = connect();
            redis.publish("left", name).await;
        }
    }
}
async fn announce() {
    loop { //~ per-replica-schedule
        tokio::time::sleep(SECOND).await;
        let mut redis: redis::aio::ConnectionManager = connect();
        redis.publish("day", "begins").await;
    }
}
async fn sit(State(desk): State<Arc<Desk>>, Path(name): Path<String>) { desk.seats.insert(name, 1); }
#[tokio::main]
async fn main() {
    let desk = Arc::new(Desk::default());
    let sweeper = desk.clone();
    tokio::spawn(async move { sweeper.close_idle().await });
    tokio::spawn(announce());
    axum::serve(listener().await, Router::new().route("/{name}", post(sit)).with_state(desk)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_broadcast_between_two_threads_of_one_function_joins_no_clients() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use tokio::sync::broadcast;
#[tokio::main]
async fn main() {
    let (lines, mut incoming) = broadcast::channel(16);
    let writer = lines.clone();
    std::thread::spawn(move || {
        while let Ok(message) = zmq_socket().recv_multipart(0) { writer.send(message).unwrap(); }
    });
    tokio::spawn(async move { while let Ok(line) = incoming.recv().await { print(line); } });
    let (rooms, _) = broadcast::channel::<String>(16); //~ local-broadcast
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await {
        let rooms = rooms.clone();
        tokio::spawn(async move { chat(socket, rooms).await });
    }
}
async fn chat(socket: tokio::net::TcpStream, rooms: broadcast::Sender<String>) {
    let mut others = rooms.subscribe();
    rooms.send(read(&socket)).unwrap();
    write(socket, others.recv().await);
}
"#,
    );
}
