//! State that no client can tell apart.

use super::check_rule;

#[test]
fn a_compiled_pattern_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, regex
use axum::{Router, routing::get};
use regex::Regex;
use std::sync::LazyLock;
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new("[a-z]+").unwrap());
async fn find(text: String) -> String { WORD.find(&text).map(|it| it.as_str().to_owned()).unwrap_or_default() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(find));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn patterns_kept_by_their_text_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, regex
use axum::{Router, routing::get};
use regex::Regex;
use std::{collections::HashMap, sync::{LazyLock, Mutex}};
static PATTERNS: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Default::default);
async fn find(text: String) -> bool {
    let mut patterns = PATTERNS.lock().unwrap();
    patterns.entry(text.clone()).or_insert_with(|| Regex::new(&text).unwrap()).is_match("abc")
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(find));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_client_behind_a_lock_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, redis, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::Arc;
use tokio::sync::Mutex;
#[derive(Clone)]
struct App { redis: Arc<Mutex<redis::aio::ConnectionManager>>, http: reqwest::Client }
async fn hit(State(app): State<App>) -> String {
    let total: u64 = redis::cmd("INCR").arg("hits").query_async(&mut *app.redis.lock().await).await.unwrap();
    total.to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(hit)).with_state(make_app().await);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_cursor_that_is_also_shown_is_an_id() {
    check_rule(
        r#"
static NEXT: AtomicUsize = AtomicUsize::new(0); //~ local-id-sequence
const BACKENDS: [&str; 3] = ["a", "b", "c"];
fn handle_proxy() -> String {
    let at = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("request {at} goes to {}", BACKENDS[at % BACKENDS.len()])
}
fn main() { serve(handle_proxy); }
"#,
    );
}

#[test]
fn replies_that_callers_wait_for_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
use tokio::sync::oneshot;
#[derive(Default)]
struct Rpc { waiting: Mutex<HashMap<u32, oneshot::Sender<String>>> }
async fn ask(State(rpc): State<Arc<Rpc>>) -> String {
    let (sender, receiver) = oneshot::channel();
    rpc.waiting.lock().unwrap().insert(1, sender);
    receiver.await.unwrap()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/ask", post(ask)).with_state(Arc::new(Rpc::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn senders_that_clients_meet_through_are_not_replies() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
use tokio::sync::mpsc;
#[derive(Default)]
struct Hub { members: Mutex<HashMap<u32, mpsc::Sender<String>>> } //~ local-broadcast
async fn join(State(hub): State<Arc<Hub>>) {
    let (sender, _receiver) = mpsc::channel(4);
    hub.members.lock().unwrap().insert(1, sender);
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/join", post(join)).with_state(Arc::new(Hub::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_semaphore_bounds_this_process_only() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use tokio::sync::Semaphore;
static SLOTS: Semaphore = Semaphore::const_new(8);
async fn heavy() -> String {
    let _slot = SLOTS.acquire().await.unwrap();
    compute().await
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(heavy));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_metric_counter_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, prometheus
use axum::{Router, routing::get};
use prometheus::IntCounter;
use std::sync::LazyLock;
static HITS: LazyLock<IntCounter> = LazyLock::new(|| IntCounter::new("hits", "hits").unwrap());
async fn hit() { HITS.inc(); }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(hit));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_random_generator_behind_a_lock_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, rand
use axum::{Router, routing::get};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::sync::{LazyLock, Mutex};
static DICE: LazyLock<Mutex<StdRng>> = LazyLock::new(|| Mutex::new(StdRng::from_entropy()));
async fn roll() -> String { DICE.lock().unwrap().random_range(1..7).to_string() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(roll));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_shutdown_flag_is_of_this_process() {
    check_rule(
        r"
static SHUTTING_DOWN: AtomicBool = AtomicBool::new(false);
fn handle_signal() { SHUTTING_DOWN.store(true, Ordering::SeqCst); }
fn handle_health() -> bool { !SHUTTING_DOWN.load(Ordering::SeqCst) }
fn main() { serve(handle_health); }
",
    );
}

#[test]
fn an_empty_lock_is_silent() {
    check_rule(
        r"
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
fn handle_convert(path: &str) -> usize {
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    convert(path)
}
fn main() { serve(handle_convert); }
",
    );
}

#[test]
fn templates_reloaded_by_a_handler_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tera
use axum::{Router, routing::post};
use std::sync::{LazyLock, RwLock};
use tera::Tera;
static PAGES: LazyLock<RwLock<Tera>> = LazyLock::new(|| RwLock::new(Tera::new("pages/*").unwrap()));
async fn show() -> String { PAGES.write().unwrap().render_str("x", &context()).unwrap() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", post(show));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pool_of_buffers_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx
use axum::{Router, extract::State, routing::get};
#[derive(Clone)]
struct App { pool: sqlx::PgPool }
async fn rows(State(app): State<App>) -> String {
    let mut line = String::new();
    for row in load(&app.pool).await { line.push_str(&row); }
    line
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(rows)).with_state(App { pool: connect().await });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_cursor_kept_in_a_variable_is_silent() {
    check_rule(
        r"
static NEXT: AtomicUsize = AtomicUsize::new(0);
fn handle_proxy(upstreams: &[String]) -> String {
    let turn = NEXT.fetch_add(1, Ordering::Relaxed);
    let chosen = turn % upstreams.len();
    upstreams[chosen].clone()
}
",
    );
}

#[test]
fn a_cursor_whose_number_leaves_fires() {
    check_rule(
        r#"
static NEXT: AtomicUsize = AtomicUsize::new(0); //~ local-id-sequence
fn handle_proxy(upstreams: &[String]) -> String {
    let turn = NEXT.fetch_add(1, Ordering::Relaxed);
    let chosen = turn % upstreams.len();
    format!("{turn} {}", upstreams[chosen])
}
"#,
    );
}

#[test]
fn a_number_that_only_reaches_the_log_is_silent() {
    check_rule(
        r#"
static CLIENT_ID: AtomicUsize = AtomicUsize::new(0);
fn handle_client(name: &str) {
    let id = CLIENT_ID.fetch_add(1, Ordering::Relaxed);
    tracing::info!("client {id} is {name}");
    log::debug!("client {} came", id);
}
"#,
    );
}

#[test]
fn a_number_that_reaches_the_log_and_the_client_fires() {
    check_rule(
        r#"
static CLIENT_ID: AtomicUsize = AtomicUsize::new(0); //~ local-id-sequence
fn handle_client(name: &str) -> usize {
    let id = CLIENT_ID.fetch_add(1, Ordering::Relaxed);
    tracing::info!("client {id} is {name}");
    id
}
"#,
    );
}

#[test]
fn a_count_that_is_logged_fires() {
    check_rule(
        r#"
static REQUEST_COUNT: AtomicUsize = AtomicUsize::new(0); //~ global-counter
fn handle_request() {
    let count = REQUEST_COUNT.fetch_add(1, Ordering::Relaxed);
    println!("request number {count}");
}
"#,
    );
}

#[test]
fn an_empty_lock_around_the_database_fires() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, extract::State, routing::post};
use tokio::sync::Mutex;
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(()); //~ local-lock
async fn book(State(pool): State<sqlx::PgPool>, seat: String) -> Result<(), sqlx::Error> {
    let _guard = ONE_AT_A_TIME.lock().await;
    let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM bookings WHERE seat = $1").bind(&seat).fetch_one(&pool).await?;
    if taken == 0 { sqlx::query("INSERT INTO bookings (seat) VALUES ($1)").bind(&seat).execute(&pool).await?; }
    Ok(())
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/book", post(book)).with_state(pool().await);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_flag_that_says_something_is_left_to_do_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
struct Index { stale: bool, words: usize }
#[derive(Message)]
#[rtype(result = "()")]
struct Changed;
#[derive(Message)]
#[rtype(result = "()")]
struct Tick;
impl Actor for Index { type Context = Context<Self>; }
impl Handler<Changed> for Index {
    type Result = ();
    fn handle(&mut self, _: Changed, _: &mut Context<Self>) { self.stale = true; }
}
impl Handler<Tick> for Index {
    type Result = ();
    fn handle(&mut self, _: Tick, _: &mut Context<Self>) {
        if self.stale { rebuild(); }
        self.stale = false;
    }
}
#[actix::main]
async fn main() { Index { stale: false, words: 0 }.start(); }
"#,
    );
}

#[test]
fn a_list_that_a_watcher_of_files_renews_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, notify, tokio
use axum::{Router, extract::State, routing::get};
use notify::{RecursiveMode, Watcher};
use std::sync::{Arc, RwLock, mpsc};
#[derive(Clone, Default)]
struct App { banned: Arc<RwLock<Vec<String>>> }
async fn enter(State(app): State<App>, name: String) -> String { app.banned.read().unwrap().contains(&name).to_string() }
fn watch(app: App) {
    let (changed, changes) = mpsc::channel();
    let mut watcher = notify::watcher(changed, std::time::Duration::from_secs(2)).unwrap();
    watcher.watch("banned.txt", RecursiveMode::NonRecursive).unwrap();
    loop {
        match changes.recv() {
            Ok(_) => *app.banned.write().unwrap() = read_list("banned.txt"),
            Err(_) => return,
        }
    }
}
#[tokio::main]
async fn main() {
    let app = App::default();
    let watched = app.clone();
    std::thread::spawn(move || watch(watched));
    let router = Router::new().route("/enter", get(enter)).with_state(app);
    axum::serve(listener().await, router).await.unwrap();
}
"#,
    );
}
