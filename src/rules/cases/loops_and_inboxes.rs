//! Loops that something else makes go round, tasks with more than one inbox, and what each of them is for.

use super::check_rule;

/// A service with one background loop; `given` stands before `main`, `loops` is what the task does.
fn background(given: &str, loops: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::time::Duration;
{given}
async fn remind() {{ reqwest::Client::new().post("https://chat/remind").send().await.unwrap(); }}
#[tokio::main]
async fn main() {{
    tokio::spawn(async {{
        {loops}
    }});
    axum::serve(listener().await, axum::Router::new().route("/health", axum::routing::get(|| async {{ "ok" }}))).await.unwrap();
}}
"#
    )
}

#[test]
fn a_loop_around_a_function_that_sleeps_is_a_timer() {
    check_rule(&background(
        "async fn round() { remind().await; tokio::time::sleep(Duration::from_secs(60)).await; }",
        "loop { round().await; } //~ per-replica-schedule",
    ));
    check_rule(&background(
        "fn pause() { std::thread::sleep(Duration::from_secs(60)); }",
        "loop { remind().await; pause(); } //~ per-replica-schedule",
    ));
    check_rule(&background(
        "async fn after(done: bool) {
            match done {
                true => tokio::time::sleep(Duration::from_secs(60)).await,
                false => tokio::time::sleep(Duration::from_secs(600)).await,
            }
        }
        async fn round() { remind().await; after(true).await; }",
        "loop { round().await; } //~ per-replica-schedule",
    ));
}

#[test]
fn a_loop_around_a_function_that_waits_only_when_something_fails_is_no_timer() {
    check_rule(&background(
        "async fn call() {
            if reqwest::get(\"https://chat/state\").await.is_err() { tokio::time::sleep(Duration::from_secs(1)).await; }
        }",
        "loop { let Some(_line) = next_line().await else { break }; call().await; remind().await; }",
    ));
}

#[test]
fn a_loop_over_messages_is_no_timer_though_it_pauses_after_each() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
async fn pause() { tokio::time::sleep(std::time::Duration::from_secs(1)).await; }
async fn forward(mut orders: mpsc::Receiver<String>) {
    while let Some(order) = orders.recv().await {
        reqwest::Client::new().post("https://shop/orders").body(order).send().await.unwrap();
        pause().await;
    }
}
async fn order(State(orders): State<mpsc::Sender<String>>, text: String) { orders.send(text).await.unwrap(); }
#[tokio::main]
async fn main() {
    let (orders, queue) = mpsc::channel(8); //~ in-memory-queue
    tokio::spawn(forward(queue));
    axum::serve(listener().await, Router::new().route("/orders", post(order)).with_state(orders)).await.unwrap();
}
"#,
    );
}

/// A desk that counts for requests, with a second inbox; `hands` is how requests get its sending end, `other` the second
/// inbox, made and read.
fn desk(front: &str, handler: &str, (made, read): (&str, &str), held: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::post}};
use std::collections::HashMap;
use tokio::sync::mpsc;
{front}
{handler}
fn start() -> mpsc::Sender<String> {{
    let (orders, mut inbox) = mpsc::channel::<String>(16);
    {made}
    tokio::spawn(async move {{
        let mut seen: HashMap<String, u64> = HashMap::new(); {held}
        loop {{
            tokio::select! {{
                {read}
                Some(key) = inbox.recv() => {{ *seen.entry(key).or_insert(0) += 1; }}
            }}
        }}
    }});
    hand_over(orders)
}}
#[tokio::main]
async fn main() {{
    let app = Router::new().route("/hit", post(hit)).with_state(Hand {{ desk: start() }});
    axum::serve(listener().await, app).await.unwrap();
}}
"#
    )
}

const NEWS: (&str, &str) = (
    "let (news_out, mut news) = mpsc::channel::<String>(4);
    tokio::spawn(async move { news_out.send(\"ready\".into()).await });",
    "Some(word) = news.recv() => { seen.remove(&word); }",
);

#[test]
fn a_task_with_two_inboxes_serves_requests_though_the_senders_of_one_are_known() {
    let front = "#[derive(Clone)]
struct Hand { desk: mpsc::Sender<String> }
fn hand_over(desk: mpsc::Sender<String>) -> mpsc::Sender<String> { registry::wrapped(desk) }";
    let handler = "async fn hit(State(hand): State<Hand>, key: String) { hand.desk.send(key).await.ok(); }";
    check_rule(&desk(front, handler, NEWS, "//~ in-memory-store"));
}

#[test]
fn a_task_whose_inboxes_only_start_up_code_fills_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::collections::HashMap;
use tokio::sync::mpsc;
#[tokio::main]
async fn main() {
    let (names, mut read) = mpsc::channel::<String>(16);
    let (_stop, mut stopped) = mpsc::channel::<()>(1);
    tokio::spawn(async move {
        for entry in std::fs::read_dir("data").unwrap() { let _ = names.send(entry.unwrap().file_name()).await; }
    });
    tokio::spawn(async move {
        let mut seen: HashMap<String, u64> = HashMap::new();
        loop {
            tokio::select! {
                _ = stopped.recv() => break,
                Some(name) = read.recv() => { *seen.entry(name).or_insert(0) += 1; }
            }
        }
    });
    axum::serve(listener().await, Router::new().route("/", get(|| async { "ok" }))).await.unwrap();
}
"#,
    );
}

/// A server with a thread that does what requests ask for; `each` is how it goes through them.
fn worker(each: &str, work: &str, marked: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: tiny_http, ureq
fn work(queue: std::sync::mpsc::Receiver<String>) {{
    for job in {each} {{ {work} }}
}}
fn serve(jobs: std::sync::mpsc::Sender<String>) {{
    let server = tiny_http::Server::http("0.0.0.0:80").unwrap();
    for request in server.incoming_requests() {{
        jobs.send(request.url().to_string()).unwrap();
        request.respond(tiny_http::Response::empty(201)).unwrap();
    }}
}}
fn main() {{
    let (jobs, queue) = std::sync::mpsc::channel::<String>(); {marked}
    std::thread::spawn(move || work(queue));
    serve(jobs);
}}
"#
    )
}

#[test]
fn a_loop_through_a_receiver_takes_messages_however_it_is_written() {
    for each in ["queue", "&queue", "queue.iter()", "queue.into_iter()"] {
        check_rule(&worker(
            each,
            "ureq::post(\"https://fleet/start\").send_string(&job).unwrap();",
            "//~ in-memory-queue",
        ));
    }
}

#[test]
fn a_loop_through_a_receiver_that_only_writes_the_log_is_silent() {
    check_rule(&worker("queue.iter()", "println!(\"{job}\");", ""));
}

/// A client of a hub, that notes the last line it has and tells what comes over it.
fn follower(line: &str, marked: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::{{Path, State}}, routing::post}};
use std::sync::{{Arc, RwLock}};
use tokio::sync::mpsc;
#[derive(Clone, Default)]
struct Depot {{
    last: Arc<RwLock<Option<String>>>, {marked}
}}
async fn put(State(depot): State<Depot>, Path(id): Path<u32>) -> String {{
    depot.last.read().unwrap().clone().unwrap_or_default()
}}
async fn follow(depot: Depot, mut lines: mpsc::Receiver<Line>) {{
    loop {{
        {line}
    }}
}}
#[tokio::main]
async fn main() {{
    let depot = Depot::default();
    tokio::spawn(follow(depot.clone(), lines()));
    axum::serve(listener().await, Router::new().route("/items/{{id}}", post(put)).with_state(depot)).await.unwrap();
}}
"#
    )
}

#[test]
fn what_a_loop_does_once_for_each_line_it_opens_is_done_for_no_message() {
    check_rule(&follower(
        "let mut line = hub::open().await;
        *depot.last.write().unwrap() = Some(line.name());
        while let Some(text) = line.recv().await { println!(\"{text}\"); }",
        "",
    ));
}

#[test]
fn what_a_loop_does_for_each_message_is_done_for_it() {
    check_rule(&follower(
        "let Some(line) = lines.recv().await else { return };
        *depot.last.write().unwrap() = Some(line.name());",
        "//~ global-mutable",
    ));
}

/// A warp service that changes a map of lamps; `head` is how its route begins.
fn lamps(head: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: warp, tokio
use std::{{collections::HashMap, sync::Arc}};
use tokio::sync::RwLock;
use warp::Filter;
struct LampId(String);
type Lamps = Arc<RwLock<HashMap<String, String>>>;
fn with(lamps: &Lamps) -> impl Filter<Extract = (Lamps,)> + Clone {{
    let lamps = lamps.clone();
    warp::any().map(move || lamps.clone())
}}
fn put_lamp(lamps: &Lamps) -> impl Filter<Extract = (impl warp::Reply,)> + Clone {{
    {head}.and(warp::put()).and(with(lamps)).and_then(put)
}}
async fn put(id: LampId, lamps: Lamps) -> Result<impl warp::Reply, warp::Rejection> {{
    lamps.write().await.insert(id.0, "on".to_owned());
    let all = lamps.read().await.clone();
    Ok(warp::reply::json(&all))
}}
#[tokio::main]
async fn main() {{
    let lamps: Lamps = Arc::new(RwLock::new(HashMap::new())); //~ in-memory-store
    warp::serve(warp::path("api").and(put_lamp(&lamps))).run(([0, 0, 0, 0], 8080)).await;
}}
"#
    )
}

#[test]
fn a_route_that_begins_with_the_type_of_what_it_takes_has_its_handler() {
    for head in [
        "warp::path!(LampId)",
        "warp::path::param::<LampId>()",
        "warp::query::<LampId>()",
        "warp::body::json::<LampId>()",
        "warp::path!(\"lamps\" / LampId)",
    ] {
        check_rule(&lamps(head));
    }
}

/// Something with methods that run at another time, of a trait that stands in `described`.
fn remote(described: &str, start: &str, marked: &str) -> String {
    format!(
        r"//# app/src/main.rs uses: tonic, tokio
use std::{{collections::HashMap, sync::Mutex}};
#[derive(Default)]
pub struct Remote {{
    known: Mutex<HashMap<String, String>>, {marked}
}}
{described}
#[tonic::async_trait]
impl Ask for Remote {{
    async fn ask(&self, text: String) -> String {{
        let mut known = self.known.lock().unwrap();
        known.insert(text.clone(), text.clone());
        known.len().to_string()
    }}
}}
#[tokio::main]
async fn main() {{
    let remote = Remote::default();
    {start}
}}
"
    )
}

#[test]
fn a_trait_that_a_client_wrote_for_itself_is_served_by_nobody() {
    check_rule(&remote(
        "#[tonic::async_trait]
pub trait Ask { async fn ask(&self, text: String) -> String; }",
        "println!(\"{}\", remote.ask(\"x\".into()).await);",
        "",
    ));
}

#[test]
fn a_trait_made_from_a_description_is_served() {
    let serve = "tonic::transport::Server::builder().add_service(pb::AskServer::new(remote)).serve(address()).await.unwrap();";
    check_rule(&remote(
        "mod pb { tonic::include_proto!(\"ask\"); }
use pb::ask_server::Ask;",
        serve,
        "//~ in-memory-store",
    ));
    check_rule(&remote(
        "mod pb {
    #[async_trait]
    pub trait Ask { async fn ask(&self, text: String) -> String; }
    pub struct AskServer<T> { inner: T }
}
use pb::Ask;",
        serve,
        "//~ in-memory-store",
    ));
}
