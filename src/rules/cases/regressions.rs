//! Wrong answers on real code, each as a small program of our own that says why the answer is right.

use super::check_rule;

#[test]
fn an_error_made_for_one_request_is_no_shared_state() {
    check_rule(
        r#"
//# app/src/main.rs uses: actix-web
use actix_web::{web, App, HttpServer, ResponseError};
#[derive(Debug)]
struct Failure { tags: Vec<String> }
impl Failure {
    fn tag(&mut self, tag: &str) { self.tags.push(tag.to_owned()); }
}
impl ResponseError for Failure {
    fn error_response(&self) -> actix_web::HttpResponse { todo() }
}
async fn show() -> Result<String, Failure> {
    let mut failure = Failure { tags: Vec::new() };
    failure.tag("show");
    Err(failure)
}
#[actix_web::main]
async fn main() {
    HttpServer::new(|| App::new().route("/", web::get().to(show))).run().await;
}
"#,
    );
}

#[test]
fn a_loop_over_messages_in_a_tool_serves_nobody() {
    check_rule(
        r"
//# tool/src/main.rs uses: tokio
#[tokio::main]
async fn main() {
    let (tx, mut rx) = tokio::sync::mpsc::channel(8);
    tokio::spawn(read_keys(tx));
    let mut lines: Vec<String> = Vec::new();
    while let Some(line) = rx.recv().await {
        lines.push(line);
    }
}
",
    );
}

#[test]
fn a_task_that_owns_a_map_and_is_fed_by_requests_holds_state() {
    check_rule(
        r#"
//# app/src/main.rs uses: tokio, axum
use std::collections::HashMap;
use axum::{Router, routing::post, extract::State};
use tokio::sync::mpsc::{self, Sender};
async fn note(State(tx): State<Sender<(u64, String)>>, body: String) { let _ = tx.send((1, body)).await; }
#[tokio::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel::<(u64, String)>(8);
    tokio::spawn(async move {
        let mut notes: HashMap<u64, String> = HashMap::new(); //~ in-memory-store
        while let Some((id, text)) = rx.recv().await {
            notes.insert(id, text);
        }
    });
    let app = Router::new().route("/notes", post(note)).with_state(tx);
    axum::serve(listener().await, app).await;
}
"#,
    );
}

#[test]
fn state_made_in_the_call_that_shares_it_is_found_at_that_call() {
    check_rule(
        r#"
//# app/src/main.rs uses: rocket
use std::sync::Mutex;
use rocket::State;
type Notes = Mutex<Vec<String>>;
#[rocket::post("/", data = "<body>")]
fn add(body: String, notes: &State<Notes>) { notes.lock().unwrap().push(body); }
#[rocket::get("/")]
fn list(notes: &State<Notes>) -> String { notes.lock().unwrap().join(",") }
#[rocket::launch]
fn rocket() -> _ {
    rocket::build().mount("/", rocket::routes![add, list]).manage(Notes::new(vec![])) //~ in-memory-store
}
"#,
    );
}

#[test]
fn a_look_up_by_type_gives_that_type() {
    check_rule(
        r#"
//# app/src/main.rs uses: rocket
use std::sync::atomic::{AtomicUsize, Ordering};
use rocket::{State, request::{FromRequest, Request}};
struct Hits {
    seen: AtomicUsize, //~ global-counter
}
struct Guard;
impl<'r> FromRequest<'r> for Guard {
    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {
        let hits = try_outcome!(req.guard::<&State<Hits>>().await);
        hits.seen.fetch_add(1, Ordering::Relaxed);
        Outcome::Success(Guard)
    }
}
#[rocket::get("/")]
fn index(_guard: Guard, hits: &State<Hits>) -> String { hits.seen.load(Ordering::Relaxed).to_string() }
#[rocket::launch]
fn rocket() -> _ {
    rocket::build().mount("/", rocket::routes![index]).manage(Hits { seen: AtomicUsize::new(0) })
}
"#,
    );
}

#[test]
fn routes_that_a_macro_of_the_workspace_registers_are_entry_points() {
    check_rule(
        r#"
//# app/src/main.rs uses: actix-web
use actix_web::{web, App, HttpServer};
use std::sync::Mutex;
struct Board {
    names: Mutex<Vec<String>>, //~ in-memory-store
}
macro_rules! build_app {
    ($state:expr) => { App::new().app_data(web::Data::new($state)).route("/", web::post().to(add)) };
}
async fn add(board: web::Data<Board>, body: String) { board.names.lock().unwrap().push(body); }
#[actix_web::main]
async fn main() {
    HttpServer::new(|| build_app!(Board { names: Mutex::new(vec![]) })).run().await;
}
"#,
    );
}

#[test]
fn a_filter_clones_the_map_into_handlers() {
    check_rule(
        r#"
//# app/src/main.rs uses: warp, tokio
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{mpsc, RwLock};
use warp::Filter;
type Users = Arc<RwLock<HashMap<usize, mpsc::UnboundedSender<String>>>>;
#[tokio::main]
async fn main() {
    let users = Users::default(); //~ local-broadcast
    let users = warp::any().map(move || users.clone());
    let chat = warp::path("chat").and(warp::ws()).and(users).map(|ws: warp::ws::Ws, users| {
        ws.on_upgrade(move |socket| connected(socket, users))
    });
    warp::serve(chat).run(([127, 0, 0, 1], 3030)).await;
}
async fn connected(socket: warp::ws::WebSocket, users: Users) {
    let (tx, _rx) = mpsc::unbounded_channel();
    users.write().await.insert(1, tx);
}
"#,
    );
}

#[test]
fn a_handle_opened_at_first_use_is_each_replicas_own() {
    check_rule(
        r#"
//# app/src/main.rs uses: axum, rusqlite
use std::cell::RefCell;
struct Reader { conn: rusqlite::Connection }
thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}
async fn show() -> String {
    READER.with(|cell| {
        let mut slot = cell.borrow_mut();
        if slot.is_none() {
            *slot = Some(open());
        }
        slot.as_ref().unwrap().title()
    })
}
fn open() -> Reader { Reader { conn: connect() } }
#[tokio::main]
async fn main() {
    let app: axum::Router = axum::Router::new().route("/", axum::routing::get(show));
    serve(app).await;
}
"#,
    );
}

#[test]
fn work_handed_to_a_blocking_pool_is_no_entry_point() {
    check_rule(
        r#"
//# app/src/main.rs uses: actix-web
use actix_web::{web, App, HttpServer};
async fn dead(body: String) { web::block(move || std::fs::File::create(body)).await; }
async fn index() -> &'static str { "ok" }
#[actix_web::main]
async fn main() { HttpServer::new(|| App::new().route("/", web::get().to(index))).run().await; }
"#,
    );
}

#[test]
fn a_round_robin_cursor_is_silent_and_a_number_that_leaves_is_not() {
    check_rule(
        r#"
//# app/src/main.rs uses: axum
use std::sync::atomic::{AtomicUsize, Ordering};
static CURSOR: AtomicUsize = AtomicUsize::new(0);
static NEXT_TICKET: AtomicUsize = AtomicUsize::new(0); //~ local-id-sequence
async fn pass(body: String) -> String {
    let upstreams = ["a", "b"];
    forward(upstreams[CURSOR.fetch_add(1, Ordering::Relaxed) % upstreams.len()], body)
}
async fn ticket() -> String { format!("ticket {}", NEXT_TICKET.fetch_add(1, Ordering::Relaxed)) }
#[tokio::main]
async fn main() {
    let app: axum::Router = axum::Router::new().route("/", axum::routing::post(pass)).route("/t", axum::routing::get(ticket));
    serve(app).await;
}
"#,
    );
}

#[test]
#[should_panic(expected = "missed")]
fn a_marker_without_its_finding_fails_a_case() {
    check_rule("static QUIET: u32 = 0; //~ global-counter\nfn handle_request() {}\n");
}

#[test]
fn a_tuple_struct_behind_state_is_counted_by_its_own_field() {
    check_rule(
        r#"
//# app/src/main.rs uses: rocket
use std::sync::atomic::{AtomicUsize, Ordering};
use rocket::State;
struct Visits(AtomicUsize); //~ global-counter
#[rocket::get("/")]
fn index(visits: &State<Visits>) -> String { (visits.0.fetch_add(1, Ordering::Relaxed) + 1).to_string() }
#[rocket::launch]
fn rocket() -> _ { rocket::build().mount("/", rocket::routes![index]).manage(Visits(AtomicUsize::new(0))) }
"#,
    );
}

#[test]
fn a_lock_wrapped_and_bound_is_one_cell() {
    check_rule(
        r#"
//# app/src/main.rs uses: actix-web
use actix_web::{web, App, HttpServer};
use std::sync::Mutex;
async fn index(total: web::Data<Mutex<usize>>) -> String {
    let mut total = total.lock().unwrap();
    *total += 1;
    total.to_string()
}
#[actix_web::main]
async fn main() {
    let total = web::Data::new(Mutex::new(0usize)); //~ global-counter
    HttpServer::new(move || App::new().app_data(total.clone()).route("/", web::get().to(index))).run().await;
}
"#,
    );
}

#[test]
fn a_variable_that_is_given_a_new_value_is_silent_for_what_it_was_copied_from() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
struct Feed { every: u64, names: Arc<Mutex<Vec<String>>> }
async fn follow(State(feed): State<Arc<Feed>>, wanted: String) -> String {
    let mut every = feed.every;
    if let Ok(asked) = wanted.parse() { every = asked; }
    every += 1;
    format!("every {every} s")
}
#[tokio::main]
async fn main() {
    let feed = Arc::new(Feed { every: 5, names: Arc::default() });
    let app: Router = Router::new().route("/", post(follow)).with_state(feed);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_local_of_a_generic_helper_is_silent_though_its_result_is_put_into_shared_state() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
struct Links { broker: String }
async fn retry<T, F: FnMut() -> Result<T, String>>(mut attempt: F) -> Result<T, String> {
    let mut last: Result<T, String>;
    for _ in 0..3 {
        match attempt() {
            Ok(found) => return Ok(found),
            Err(error) => { last = Err(error); }
        }
    }
    last
}
async fn broker(State(links): State<Arc<Links>>) -> String {
    retry(|| Ok(links.broker.to_string())).await.unwrap()
}
#[tokio::main]
async fn main() {
    let broker_uri = retry(|| std::env::var("BROKER").map_err(|error| error.to_string())).await.unwrap();
    let links = Arc::new(Links { broker: broker_uri });
    let app: Router = Router::new().route("/", post(broker)).with_state(links);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_made_for_one_request_is_silent_beside_the_shared_one() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
mod tally;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use tally::Tally;
async fn all(State(tally): State<Arc<Tally>>) -> String { format!("{}", tally.limit) }
async fn one(words: String) -> String {
    let tally = Tally::new(words.len());
    tally::fill(&tally, &words);
    format!("{tally:?}")
}
#[tokio::main]
async fn main() {
    let tally = Arc::new(Tally::new(10));
    let app: Router = Router::new().route("/", post(one).get(all)).with_state(tally);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/tally.rs
use std::sync::Mutex;
#[derive(Debug)]
pub struct Tally { pub limit: usize, words: Mutex<Vec<String>> }
impl Tally {
    pub fn new(limit: usize) -> Self { let tally = Tally { limit, words: Mutex::new(Vec::new()) }; tally }
}
pub fn fill(tally: &Tally, text: &str) {
    for word in text.split(' ') { tally.words.lock().unwrap().push(word.to_owned()); }
}
"#,
    );
}

#[test]
fn a_shared_struct_fires_though_requests_make_others_of_its_type() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
mod tally;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use tally::Tally;
async fn all(State(tally): State<Arc<Tally>>, words: String) { tally::fill(&tally, &words); }
async fn one(words: String) -> String {
    let tally = Tally::new(words.len());
    tally::fill(&tally, &words);
    format!("{tally:?}")
}
#[tokio::main]
async fn main() {
    let tally = Arc::new(Tally::new(10));
    let app: Router = Router::new().route("/", post(one).get(all)).with_state(tally);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/tally.rs
use std::sync::Mutex;
#[derive(Debug)]
pub struct Tally { pub limit: usize, words: Mutex<Vec<String>> } //~ in-memory-store
impl Tally {
    pub fn new(limit: usize) -> Self { let tally = Tally { limit, words: Mutex::new(Vec::new()) }; tally }
}
pub fn fill(tally: &Tally, text: &str) {
    for word in text.split(' ') { tally.words.lock().unwrap().push(word.to_owned()); }
}
"#,
    );
}

#[test]
fn a_context_of_one_request_that_holds_the_shared_store_fires() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Default)]
struct Store { names: Mutex<Vec<String>> } //~ in-memory-store
struct Context { store: Arc<Store>, who: String }
impl Context { fn sign(&self) { self.store.names.lock().unwrap().push(self.who.clone()); } }
async fn sign(State(store): State<Arc<Store>>, who: String) {
    let context = Context { store: store.clone(), who };
    context.sign();
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", post(sign)).with_state(Arc::new(Store::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_upload_that_is_removed_when_too_long_and_else_renamed_fires() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Multipart, routing::post};
async fn upload(mut parts: Multipart) -> Result<String, std::io::Error> {
    let temporary = format!("blobs/temp-{}.blob", now());
    let mut file = tokio::fs::File::create(&temporary).await?; //~ local-file
    let name = receive(&mut parts, &mut file).await?;
    if name.is_empty() {
        tokio::fs::remove_file(&temporary).await?;
        return Ok(String::new());
    }
    tokio::fs::rename(&temporary, format!("blobs/{name}")).await?;
    Ok(name)
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(upload))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_file_opened_to_be_created_fires() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::fs::OpenOptions;
use std::io::Write;
async fn upload(body: String) -> Result<(), std::io::Error> {
    let mut file = OpenOptions::new().create_new(true).write(true).open(format!("uploads/{}", body.len()))?; //~ local-file
    file.write_all(body.as_bytes())
}
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", post(upload))).await.unwrap(); }
"#,
    );
}

#[test]
fn a_file_opened_to_be_read_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::fs::OpenOptions;
use std::io::Read;
async fn rules() -> Result<String, std::io::Error> {
    let mut text = String::new();
    OpenOptions::new().read(true).open("rules.txt")?.read_to_string(&mut text)?;
    Ok(text)
}
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", get(rules))).await.unwrap(); }
"#,
    );
}

#[test]
fn what_a_client_does_with_its_servers_messages_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio-tungstenite, tokio, futures
use futures::StreamExt;
use std::collections::HashMap;
#[tokio::main]
async fn main() {
    let (socket, _) = tokio_tungstenite::connect_async("wss://game").await.unwrap();
    let (told, mut heard) = tokio::sync::mpsc::channel::<String>(8);
    tokio::spawn(socket.for_each(move |message| { let told = told.clone(); async move { told.send(message.unwrap().to_string()).await.unwrap() } }));
    let mut words = HashMap::new();
    while let Some(word) = heard.recv().await { words.insert(word.clone(), word.len()); }
}
"#,
    );
}

#[test]
#[ignore = "a known mistake: a function that locks whatever it is given makes one cell of all that it was given"]
fn a_helper_that_locks_what_it_is_given_joins_no_cells() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::{get, post}};
use std::{collections::HashMap, sync::{Arc, Mutex, MutexGuard}};
#[derive(Default)]
struct Desk {
    orders: Mutex<HashMap<String, u32>>, //~ in-memory-store
    sizes: Mutex<HashMap<String, u32>>,
}
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> { mutex.lock().unwrap() }
async fn order(State(desk): State<Arc<Desk>>, name: String) { lock(&desk.orders).insert(name, 1); }
async fn show(State(desk): State<Arc<Desk>>) -> String { (lock(&desk.orders).len() + lock(&desk.sizes).len()).to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", post(order)).route("/", get(show)).with_state(Arc::new(Desk::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
#[ignore = "a known mistake: a key that is also written to a store is taken for the one that is read there"]
fn a_key_that_is_offered_to_a_store_and_not_read_from_it_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: rocket, redis, rand
use rocket::config::SecretKey;
use redis::AsyncCommands;
async fn key(redis: &mut redis::aio::MultiplexedConnection) -> SecretKey {
    let drawn: [u8; 64] = rand::random(); //~ per-process-key
    let _: bool = redis.set_nx("key", &drawn[..]).await.unwrap();
    SecretKey::from(&drawn)
}
#[rocket::launch]
async fn rocket() -> _ {
    let key = key(&mut connect().await).await;
    rocket::custom(rocket::Config { secret_key: key, ..rocket::Config::default() })
}
"#,
    );
}
