//! What the first runs on two more rounds of unseen services taught.

use super::check_rule;

#[test]
fn a_lock_that_is_waited_for_only_so_long_is_entered() {
    check_rule(
        r#"//# app/src/main.rs uses: anyhow, tokio
use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};
use anyhow::Context;
use tokio::{net::{TcpListener, TcpStream}, sync::{RwLock, RwLockReadGuard, RwLockWriteGuard}, time::timeout};
struct Late;
type InTime<T> = std::result::Result<T, Late>;
struct TimedLock<T> { inner: RwLock<T>, patience: Duration }
impl<T> TimedLock<T> {
    fn new(value: T) -> Self { Self { inner: RwLock::new(value), patience: Duration::from_secs(3) } }
    async fn look(&self) -> InTime<RwLockReadGuard<'_, T>> {
        let guard = timeout(self.patience, self.inner.read()).await.map_err(|_| Late)?;
        Ok(guard)
    }
    async fn change(&self) -> InTime<RwLockWriteGuard<'_, T>> {
        let guard = timeout(self.patience, self.inner.write()).await.map_err(|_| Late)?;
        Ok(guard)
    }
}
struct Player { name: String, muted: bool }
struct World { players: HashMap<SocketAddr, Arc<TimedLock<Player>>> }
impl World {
    fn enter(&mut self, address: SocketAddr, name: String) -> Arc<TimedLock<Player>> {
        let player = Arc::new(TimedLock::new(Player { name, muted: false }));
        self.players.insert(address, player.clone());
        player
    }
    async fn names(&self) -> InTime<Vec<String>> {
        let mut names = Vec::new();
        for player in self.players.values() { names.push(player.look().await?.name.clone()); }
        Ok(names)
    }
}
#[tokio::main]
async fn main() {
    let world = Arc::new(TimedLock::new(World { players: HashMap::new() })); //~ in-memory-store
    let listener = TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, address)) = listener.accept().await {
        tokio::spawn(serve(socket, address, world.clone()));
    }
}
async fn serve(socket: TcpStream, address: SocketAddr, world: Arc<TimedLock<World>>) -> anyhow::Result<()> {
    let player = { world.change().await.context("to let a player in")?.enter(address, name_of(&socket)) };
    { player.change().await?.muted = true; }
    let names = { world.look().await?.names().await? };
    tell(socket, names).await;
    world.change().await.context("to let a player go")?.players.remove(&address);
    Ok(())
}
"#,
    );
}

#[test]
fn a_client_that_is_waited_for_only_so_long_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, redis, tokio
use std::{sync::Arc, time::Duration};
use axum::{Router, extract::State, routing::post};
use tokio::{sync::{Mutex, MutexGuard}, time::timeout};
struct TimedLock<T> { inner: Mutex<T> }
impl<T> TimedLock<T> {
    fn new(value: T) -> Self { Self { inner: Mutex::new(value) } }
    async fn enter(&self) -> Option<MutexGuard<'_, T>> { timeout(Duration::from_secs(3), self.inner.lock()).await.ok() }
}
async fn say(State(redis): State<Arc<TimedLock<redis::Connection>>>, body: String) -> String {
    let mut redis = redis.enter().await.unwrap();
    redis::cmd("RPUSH").arg("messages").arg(body).query::<u64>(&mut redis).unwrap().to_string()
}
#[tokio::main]
async fn main() {
    let redis = Arc::new(TimedLock::new(redis::Client::open("redis://cache").unwrap().get_connection().unwrap()));
    let app = Router::new().route("/say", post(say)).with_state(redis);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_that_a_request_wakes_works_for_the_request() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::Arc;
use axum::{Json, Router, extract::State, routing::{get, post}};
use tokio::sync::{Notify, RwLock};
#[derive(Clone, Default)]
struct Progress { running: bool, pages: u32 }
#[derive(Clone)]
struct Indexer {
    asked: Arc<Notify>,
    status: Arc<RwLock<Progress>>, //~ global-mutable
    last: Arc<RwLock<Option<String>>>,
}
impl Indexer {
    fn begin() -> Self {
        let indexer = Indexer { asked: Arc::new(Notify::new()), status: Arc::default(), last: Arc::default() };
        tokio::spawn({
            let indexer = indexer.clone();
            async move {
                loop {
                    indexer.asked.notified().await;
                    indexer.run().await;
                }
            }
        });
        indexer
    }
    async fn run(&self) {
        let folder = folder().await;
        if self.last.read().await.as_ref() == Some(&folder) { return; }
        { let mut status = self.status.write().await; status.running = true; status.pages = 0; }
        for page in pages(&folder).await { index(page).await; self.status.write().await.pages += 1; }
        *self.last.write().await = Some(folder);
        self.status.write().await.running = false;
    }
}
async fn start(State(indexer): State<Indexer>) { indexer.asked.notify_one(); }
async fn status(State(indexer): State<Indexer>) -> Json<Progress> { Json(indexer.status.read().await.clone()) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/index", post(start)).route("/status", get(status)).with_state(Indexer::begin());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_that_only_the_program_wakes_works_for_nobody_else() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::Arc;
use axum::{Json, Router, extract::State, routing::get};
use tokio::sync::{Notify, RwLock};
#[derive(Clone, Default)]
struct Progress { running: bool, pages: u32 }
#[derive(Clone)]
struct Indexer { asked: Arc<Notify>, status: Arc<RwLock<Progress>> }
impl Indexer {
    fn begin() -> Self {
        let indexer = Indexer { asked: Arc::new(Notify::new()), status: Arc::default() };
        let own = indexer.clone();
        tokio::spawn(async move {
            loop {
                own.asked.notified().await;
                own.status.write().await.running = true;
                for page in pages().await { index(page).await; }
                own.status.write().await.running = false;
            }
        });
        indexer
    }
}
async fn status(State(indexer): State<Indexer>) -> Json<Progress> { Json(indexer.status.read().await.clone()) }
#[tokio::main]
async fn main() {
    let indexer = Indexer::begin();
    indexer.asked.notify_one();
    let app = Router::new().route("/status", get(status)).with_state(indexer);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_flag_that_hurries_the_loop_which_lowers_it_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap, redis, tokio
use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
use axum::{Router, extract::State, routing::post};
use tokio::sync::Notify;
struct Hand {
    full: Notify,
    urgent: AtomicBool,
    paused: AtomicBool, //~ runtime-flag
}
async fn hurry(State(hand): State<Arc<Hand>>) -> &'static str {
    hand.urgent.store(true, Ordering::Release);
    hand.full.notify_one();
    "soon"
}
async fn pause(State(hand): State<Arc<Hand>>) -> &'static str {
    hand.paused.store(true, Ordering::Release);
    "paused for all"
}
async fn ask(State(hand): State<Arc<Hand>>) -> &'static str {
    if hand.paused.load(Ordering::Acquire) { "no" } else { "yes" }
}
#[tokio::main]
async fn main() {
    let hand = Arc::new(Hand { full: Notify::new(), urgent: AtomicBool::new(false), paused: AtomicBool::new(false) });
    tokio::spawn({
        let hand = hand.clone();
        async move {
            loop {
                hand.full.notified().await;
                if hand.urgent.swap(false, Ordering::AcqRel) { flush().await; }
            }
        }
    });
    let app = Router::new().route("/hurry", post(hurry)).route("/pause", post(pause).get(ask)).with_state(hand);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn rows_that_wait_to_be_appended_are_accepted_work() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, duckdb, r2d2, tokio
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc::{Receiver, Sender, channel};
#[derive(Clone)]
struct Site { visits: Sender<String> }
async fn visit(State(site): State<Site>, page: String) -> &'static str {
    if site.visits.send_timeout(page, std::time::Duration::from_secs(2)).await.is_err() { return "busy"; }
    "thanks"
}
#[tokio::main]
async fn main() {
    let (visits, waiting) = channel::<String>(1024); //~ in-memory-queue
    let pool = open();
    std::thread::spawn(move || write_down(pool, waiting));
    axum::serve(listener().await, Router::new().route("/visit", post(visit)).with_state(Site { visits })).await.unwrap();
}
fn write_down(pool: r2d2::Pool<Manager>, mut waiting: Receiver<String>) {
    let mut pages = Vec::with_capacity(64);
    loop {
        let count = waiting.blocking_recv_many(&mut pages, 64);
        if count == 0 { break; }
        let conn = pool.get().unwrap();
        let mut table = conn.appender("visits").unwrap();
        for page in pages.drain(..count) { table.append_row([page]).unwrap(); }
        table.flush().unwrap();
    }
}
"#,
    );
}

#[test]
fn keyed_limits_by_their_short_name_are_limits_of_one_process() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, governor, tokio
use std::sync::Arc;
use axum::{Router, extract::State, routing::post};
use governor::{DefaultKeyedRateLimiter, Quota};
#[derive(Clone)]
struct App { per_client: Arc<DefaultKeyedRateLimiter<String>> }
async fn ask(State(app): State<App>, client: String) -> u16 { if app.per_client.check_key(&client).is_err() { 429 } else { 200 } }
#[tokio::main]
async fn main() {
    let per_client = Arc::new(DefaultKeyedRateLimiter::dashmap(quota())); //~ local-rate-limit
    axum::serve(listener().await, Router::new().route("/ask", post(ask)).with_state(App { per_client })).await.unwrap();
}
"#,
    );
}

#[test]
fn a_database_in_memory_that_only_tests_build_the_service_on_is_silent() {
    check_rule(
        r#"//# app/src/lib.rs uses: axum, duckdb
pub struct App { events: duckdb::Connection }
impl App {
    pub fn open(path: &str) -> App { App { events: file(path) } }
    pub fn new_in_memory() -> App { App { events: in_memory() } }
}
fn in_memory() -> duckdb::Connection { duckdb::Connection::open_in_memory().unwrap() }
//# app/src/main.rs uses: axum, app, duckdb, tokio
use axum::{Router, routing::get};
#[tokio::main]
async fn main() {
    let app = app::App::open("events.db");
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
async fn index() -> &'static str { "hello" }
"#,
    );
}

#[test]
fn a_broadcast_of_nothing_that_stops_tasks_joins_no_clients() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::{get, post}};
use tokio::sync::broadcast;
#[derive(Clone)]
struct Stopper { sender: broadcast::Sender<()> }
#[derive(Clone)]
struct Refresh { sender: broadcast::Sender<()> } //~ local-broadcast
#[derive(Clone)]
struct App { stopper: Stopper, refresh: Refresh }
async fn stop(State(app): State<App>) { let _ = app.stopper.sender.send(()); }
async fn relay(State(app): State<App>) { let mut stop = app.stopper.sender.subscribe(); tokio::spawn(async move { let _ = stop.recv().await; }); }
async fn changed(State(app): State<App>) { let _ = app.refresh.sender.send(()); }
async fn wait(State(app): State<App>) -> &'static str { let _ = app.refresh.sender.subscribe().recv().await; "reload" }
#[tokio::main]
async fn main() {
    let (stop_sender, _) = broadcast::channel(1);
    let (refresh_sender, _) = broadcast::channel(1);
    let app = App { stopper: Stopper { sender: stop_sender }, refresh: Refresh { sender: refresh_sender } };
    let app = Router::new().route("/stop", post(stop).get(relay)).route("/changes", get(wait).post(changed)).with_state(app);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
