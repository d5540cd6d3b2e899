//! What services that nobody here had seen taught: each mistake of a first run as a small service of its own.

use super::check_rule;

#[test]
fn methods_of_a_trait_from_a_crate_nobody_knows_are_entered() {
    check_rule(
        r#"//# app/src/main.rs uses: homegrown_rpc, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use homegrown_rpc::{Reply, Request, Server, WizardApi};
#[derive(Clone, Default)]
struct Wizard { steps: Arc<Mutex<HashMap<String, u32>>> } //~ in-memory-session
#[homegrown_rpc::service]
impl WizardApi for Wizard {
    async fn advance(&self, request: Request<String>) -> Reply<u32> {
        let mut steps = self.steps.lock().unwrap();
        let step = steps.entry(request.into_inner()).or_insert(0);
        *step += 1;
        Reply::new(*step)
    }
}
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    let wizard = Wizard::default();
    while let Ok((socket, _)) = listener.accept().await {
        Server::new(wizard.clone()).serve(socket).await;
    }
}
"#,
    );
}

#[test]
fn a_trait_that_says_how_data_is_shown_enters_nothing() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, serde
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::get};
#[derive(Default)]
struct Page { shown: Mutex<Vec<String>> }
impl serde::Serialize for Page {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown.lock().unwrap().push("page".to_owned());
        serializer.serialize_str("page")
    }
}
async fn index(State(page): State<Arc<Page>>) -> String { page.shown.lock().unwrap().join("") }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(index)).with_state(Arc::new(Page::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_trait_method_that_takes_self_away_runs_the_program_and_answers_nobody() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, hosting, tokio
use std::sync::Mutex;
use axum::{Router, routing::get};
struct Site { names: Mutex<Vec<String>> }
impl hosting::Service for Site {
    async fn bind(self, address: std::net::SocketAddr) {
        self.names.lock().unwrap().push(address.to_string());
        axum::serve(listener(address).await, Router::new().route("/", get(index))).await.unwrap();
    }
}
async fn index() -> &'static str { "hello" }
#[hosting::main]
async fn main() -> Site { Site { names: Mutex::new(Vec::new()) } }
"#,
    );
}

#[test]
fn a_macro_among_the_methods_of_an_impl_is_written_out() {
    check_rule(
        r#"//# app/src/main.rs uses: homegrown_rpc, tokio
use std::sync::atomic::{AtomicU64, Ordering};
macro_rules! calls { ($($name:ident, $request:ty;)+) => { $( fn $name(&self, request: $request) -> u64 { $name::answer(self, request) } )+ } }
struct Desk { served: AtomicU64 } //~ global-counter
impl homegrown_rpc::DeskApi for Desk {
    calls! {
        open, String;
    }
}
mod open {
    use super::*;
    pub fn answer(desk: &Desk, _request: String) -> u64 { desk.served.fetch_add(1, Ordering::Relaxed); 1 }
}
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await { homegrown_rpc::serve(socket).await; }
}
"#,
    );
}

#[test]
fn a_module_that_library_and_binary_both_declare_is_entered_through_the_binary() {
    check_rule(
        r#"//# app/src/lib.rs
pub mod state;
pub mod routes;
//# app/src/main.rs uses: axum, tokio, dashmap
mod state;
mod routes;
use axum::{Router, routing::post};
#[tokio::main]
async fn main() {
    let app = Router::new().route("/carts", post(routes::add)).with_state(state::Shop::default());
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/state.rs
use std::sync::Arc;
use dashmap::DashMap;
#[derive(Clone, Default)]
pub struct Shop { pub carts: Arc<DashMap<String, Vec<String>>> } //~ in-memory-session
//# app/src/routes.rs
use axum::extract::State;
use crate::state::Shop;
pub async fn add(State(shop): State<Shop>, body: String) -> usize {
    let mut cart = shop.carts.entry(body.clone()).or_default();
    cart.push(body);
    cart.len()
}
"#,
    );
}

#[test]
fn plain_fields_of_the_one_struct_that_a_loop_drives_are_state() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::collections::HashMap;
use tokio::sync::mpsc;
struct Table { routes: HashMap<String, String>, greeting: String } //~ in-memory-store
impl Table {
    fn add(&mut self, name: String) { self.routes.insert(name.clone(), name); }
    fn find(&self, name: &str) -> Option<&String> { self.routes.get(name) }
}
struct Engine { table: Table, commands: mpsc::Receiver<String> }
impl Engine {
    fn new(commands: mpsc::Receiver<String>) -> Engine {
        Engine { table: Table { routes: HashMap::new(), greeting: String::new() }, commands }
    }
    async fn start(self) { drive(self.table, self.commands).await }
}
async fn drive(mut table: Table, mut commands: mpsc::Receiver<String>) {
    while let Some(command) = commands.recv().await {
        if table.find(&command).is_none() { table.add(command); }
    }
}
#[tokio::main]
async fn main() {
    let (sender, commands) = mpsc::channel(8);
    tokio::spawn(Engine::new(commands).start());
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await { sender.send(read(socket).await).await; }
}
"#,
    );
}

#[test]
fn plain_fields_of_a_struct_that_each_connection_makes_are_none() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::collections::HashMap;
struct Dialogue { answers: HashMap<String, String> }
impl Dialogue {
    fn note(&mut self, line: String) { self.answers.insert(line.clone(), line); }
}
async fn talk(socket: tokio::net::TcpStream) {
    let mut dialogue = Dialogue { answers: HashMap::new() };
    loop { dialogue.note(read(&socket).await); }
}
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await { tokio::spawn(talk(socket)); }
}
"#,
    );
}

#[test]
fn a_number_out_of_a_shared_map_that_is_put_into_a_struct_leaves_the_map_where_it_is() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, routing::post};
#[derive(Clone, Default)]
struct Host { seen: u64, name: String }
#[tokio::main]
async fn main() {
    let hosts: Arc<Mutex<HashMap<String, Host>>> = Arc::new(Mutex::new(HashMap::new())); //~ in-memory-cache
    let app = Router::new().route("/report", post(move |name: String| async move {
        if let Ok(mut hosts) = hosts.lock() {
            let mut fresh = Host::default();
            if let Some(known) = hosts.get(&name) { fresh.seen = known.seen; }
            hosts.insert(name, fresh);
        }
    }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_watch_channel_that_requests_feed_joins_the_clients_of_one_process() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::{get, post}};
use tokio::sync::watch;
#[derive(Clone)]
struct Board { news: watch::Sender<String> } //~ local-broadcast
async fn publish(State(board): State<Board>, body: String) { board.news.send(body).ok(); }
async fn follow(State(board): State<Board>) -> String {
    let mut news = board.news.subscribe();
    news.changed().await.ok();
    news.borrow().clone()
}
#[tokio::main]
async fn main() {
    let board = Board { news: watch::channel(String::new()).0 };
    let app = Router::new().route("/publish", post(publish)).route("/follow", get(follow)).with_state(board);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_file_made_through_a_framework_that_re_exports_the_runtime_is_kept() {
    check_rule(
        r#"//# app/src/main.rs uses: rocket
use rocket::tokio::fs::File;
#[rocket::post("/upload", data = "<body>")]
async fn upload(body: String) -> std::io::Result<()> {
    let mut file = File::create(format!("uploads/{}", body.len())).await?; //~ local-file
    file.write_all(body.as_bytes()).await
}
#[rocket::launch]
fn start() -> _ { rocket::build().mount("/", rocket::routes![upload]) }
"#,
    );
}

#[test]
fn an_object_store_on_the_local_disk_keeps_files_where_objects_are_put() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, opendal, tokio
use axum::{Router, extract::State, routing::post};
use opendal::{Operator, services::Fs};
async fn upload(State(store): State<Operator>, body: String) {
    store.write("latest", body).await.ok(); //~ local-file
}
fn store() -> Operator {
    Operator::new(Fs::default().root("data")).unwrap().finish() //~ local-file
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/upload", post(upload)).with_state(store())).await.unwrap();
}
"#,
    );
}

#[test]
fn an_object_store_elsewhere_keeps_nothing_here() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, opendal, tokio
use axum::{Router, extract::State, routing::post};
use opendal::{Operator, services::S3};
async fn upload(State(store): State<Operator>, body: String) { store.write("latest", body).await.ok(); }
fn store() -> Operator { Operator::new(S3::default().bucket("data")).unwrap().finish() }
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/upload", post(upload)).with_state(store())).await.unwrap();
}
"#,
    );
}

#[test]
fn an_actor_that_a_request_starts_and_a_table_addresses_keeps_state() {
    check_rule(
        r#"//# app/src/main.rs uses: actix, actix_web
use std::collections::HashMap;
use actix::{Actor, Addr, Context, Handler, Message};
use actix_web::{App, HttpServer, post, web};
#[derive(Message)]
#[rtype(result = "()")]
struct Play { card: u8 }
struct Round { cards: Vec<u8> } //~ in-memory-store
impl Actor for Round { type Context = Context<Self>; }
impl Handler<Play> for Round {
    type Result = ();
    fn handle(&mut self, play: Play, _: &mut Context<Self>) { self.cards.push(play.card); }
}
#[derive(Message)]
#[rtype(result = "()")]
struct Open { id: u32 }
#[derive(Default)]
struct Croupier { rounds: HashMap<u32, Addr<Round>> } //~ local-broadcast
impl Actor for Croupier { type Context = Context<Self>; }
impl Handler<Open> for Croupier {
    type Result = ();
    fn handle(&mut self, open: Open, _: &mut Context<Self>) {
        let round = Round { cards: Vec::new() }.start();
        round.do_send(Play { card: 1 });
        self.rounds.insert(open.id, round);
    }
}
#[post("/open")]
async fn open(croupier: web::Data<Addr<Croupier>>) -> String { croupier.do_send(Open { id: 1 }); String::new() }
#[actix_web::main]
async fn main() {
    let croupier = web::Data::new(Croupier::default().start());
    HttpServer::new(move || App::new().app_data(croupier.clone()).service(open)).run().await.unwrap();
}
"#,
    );
}

#[test]
fn an_actor_of_one_connection_keeps_nothing_for_others() {
    check_rule(
        r#"//# app/src/main.rs uses: actix, actix_web, actix_web_actors
use std::collections::HashMap;
use actix::{Actor, Addr, Handler, Message, StreamHandler};
use actix_web::{App, HttpServer, HttpRequest, get, web};
use actix_web_actors::ws;
struct Talk { lines: Vec<String> }
impl Actor for Talk { type Context = ws::WebsocketContext<Self>; }
impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Talk {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, _: &mut Self::Context) {
        if let Ok(ws::Message::Text(text)) = message { self.lines.push(text.to_string()); }
    }
}
struct Desk { last: Option<Addr<Talk>> }
#[get("/talk")]
async fn talk(request: HttpRequest, stream: web::Payload) -> actix_web::HttpResponse {
    ws::start(Talk { lines: Vec::new() }, &request, stream).unwrap()
}
#[actix_web::main]
async fn main() { HttpServer::new(|| App::new().service(talk)).run().await.unwrap(); }
"#,
    );
}

#[test]
fn what_a_timer_makes_of_the_reports_of_one_process_is_its_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}, time::Duration};
use axum::{Router, extract::State, routing::{get, post}};
#[derive(Clone, Default)]
struct Board {
    reports: Arc<Mutex<HashMap<String, u32>>>, //~ in-memory-store
    page: Arc<Mutex<String>>, //~ in-memory-store
}
async fn report(State(board): State<Board>, host: String) { board.reports.lock().unwrap().insert(host, 1); }
async fn page(State(board): State<Board>) -> String { board.page.lock().unwrap().to_string() }
#[tokio::main]
async fn main() {
    let board = Board::default();
    let drawn = board.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let count = drawn.reports.lock().unwrap().len();
            *drawn.page.lock().unwrap() = format!("{count} hosts");
        }
    });
    let app = Router::new().route("/report", post(report)).route("/", get(page)).with_state(board);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_timer_fetches_from_elsewhere_is_a_copy_and_no_state_of_one_process() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::{sync::{Arc, Mutex}, time::Duration};
use axum::{Router, extract::State, routing::get};
#[derive(Clone, Default)]
struct Board { rates: Arc<Mutex<String>> }
async fn rates(State(board): State<Board>) -> String { board.rates.lock().unwrap().to_string() }
#[tokio::main]
async fn main() {
    let board = Board::default();
    let drawn = board.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            let fresh = reqwest::get("http://rates").await.unwrap().text().await.unwrap();
            *drawn.rates.lock().unwrap() = fresh;
        }
    });
    axum::serve(listener().await, Router::new().route("/", get(rates)).with_state(board)).await.unwrap();
}
"#,
    );
}

#[test]
fn functions_that_a_crate_nobody_knows_is_given_are_entered() {
    check_rule(
        r#"//# app/src/main.rs uses: homegrown_router, tokio
use std::sync::atomic::{AtomicU64, Ordering};
static SEEN: AtomicU64 = AtomicU64::new(0); //~ global-counter
async fn show(_request: homegrown_router::Request) -> String { SEEN.fetch_add(1, Ordering::Relaxed); String::new() }
#[tokio::main]
async fn main() {
    let routes = homegrown_router::Tree::new().branch("/show", show);
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await { routes.serve(socket).await; }
}
"#,
    );
}

#[test]
fn closures_that_go_through_a_list_at_start_up_are_not_entered() {
    check_rule(
        r#"//# app/src/main.rs uses: settings_file, tokio
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
#[tokio::main]
async fn main() {
    settings_file::read("app.conf").section("names").for_each(|(name, _)| NAMES.lock().unwrap().push(name));
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await { greet(socket, NAMES.lock().unwrap().len()).await; }
}
"#,
    );
}

#[test]
fn a_broadcast_inside_a_shared_document_is_found_where_it_stands() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, dashmap
use std::sync::{Arc, Mutex};
use axum::{Router, extract::{Path, State}, routing::{get, post}};
use dashmap::DashMap;
use tokio::sync::broadcast;
struct Document {
    lines: Mutex<Vec<String>>, //~ in-memory-store
    news: broadcast::Sender<String>, //~ local-broadcast
}
#[derive(Clone, Default)]
struct Desk { documents: Arc<DashMap<String, Arc<Document>>> } //~ local-broadcast
async fn open(State(desk): State<Desk>, Path(name): Path<String>) {
    desk.documents.insert(name, Arc::new(Document { lines: Mutex::new(Vec::new()), news: broadcast::channel(8).0 }));
}
async fn write(State(desk): State<Desk>, Path(name): Path<String>, line: String) {
    let document = desk.documents.get(&name).unwrap().clone();
    document.lines.lock().unwrap().push(line.clone());
    document.news.send(line).ok();
}
async fn read(State(desk): State<Desk>, Path(name): Path<String>) -> String {
    let document = desk.documents.get(&name).unwrap().clone();
    let text = document.lines.lock().unwrap().join("");
    text
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/open/{name}", post(open)).route("/write/{name}", post(write)).route("/read/{name}", get(read)).with_state(Desk::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_cell_that_plays_two_roles_names_both() {
    let checked = super::check_program(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::{HashMap, VecDeque}, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
#[derive(Clone, Default)]
struct Hall { session_rooms: Arc<Mutex<HashMap<String, VecDeque<mpsc::Sender<String>>>>> }
async fn join(State(hall): State<Hall>, name: String) {
    let (sender, _receiver) = mpsc::channel(8);
    hall.session_rooms.lock().unwrap().entry(name.clone()).or_default().push_back(sender.clone());
    sender.send(name).await.ok();
}
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/join", post(join)).with_state(Hall::default())).await.unwrap(); }
"#,
    );
    let [finding] = checked.findings.as_slice() else {
        panic!("one finding, not {}", checked.findings.len())
    };
    assert_eq!(finding.rule, "local-broadcast");
    let second = finding
        .because
        .iter()
        .any(|why| why.contains("`in-memory-session`"));
    assert!(second, "{:?}", finding.because);
}
