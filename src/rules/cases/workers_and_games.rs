//! Services that hand work to workers, and servers of games: what players wait in, what their matches are made of.

use super::check_rule;

#[test]
fn what_an_actor_that_a_request_starts_is_made_of_is_its_own() {
    check_rule(
        r#"//# app/src/main.rs uses: actix, actix_web
use std::{collections::HashMap, time::Duration};
use actix::prelude::*;
use actix_web::{App, HttpResponse, HttpServer, web};
#[derive(Message)]
#[rtype(result = "Addr<Match>")]
struct Find(u32);
#[derive(Message)]
#[rtype(result = "()")]
struct Begin;
#[derive(Message)]
#[rtype(result = "()")]
struct Move(usize);
#[derive(Default)]
struct Hall { matches: HashMap<u32, Addr<Match>> } //~ local-broadcast
impl Actor for Hall { type Context = Context<Self>; }
impl Handler<Find> for Hall {
    type Result = MessageResult<Find>;
    fn handle(&mut self, find: Find, _: &mut Self::Context) -> Self::Result {
        let found = self.matches.entry(find.0).or_insert_with(|| Match::new().start());
        MessageResult(found.clone())
    }
}
struct Position { board: [u8; 9], turn: u8 }
impl Position {
    fn play(&mut self, at: usize) { self.board[at] = self.turn; self.turn = 3 - self.turn; }
}
struct Match {
    position: Position, //~ global-mutable
    remaining: f32, //~ global-counter
    ticking: Option<SpawnHandle>,
}
impl Match {
    fn new() -> Self { Self { position: Position { board: [0; 9], turn: 1 }, remaining: 60.0, ticking: None } }
}
impl Actor for Match { type Context = Context<Self>; }
impl Handler<Begin> for Match {
    type Result = ();
    fn handle(&mut self, _: Begin, ctx: &mut Self::Context) {
        // What `Self::Context` is, another impl says.
        self.ticking = Some(ctx.run_interval(Duration::from_secs(1), |this, _| { this.remaining -= 1.0; }));
    }
}
impl Handler<Move> for Match {
    type Result = ();
    fn handle(&mut self, to: Move, _: &mut Self::Context) {
        if self.remaining > 0.0 && self.position.turn == 1 { self.position.play(to.0); }
    }
}
struct Draft { words: Vec<String>, last: usize }
impl Draft {
    fn add(&mut self, word: &str) { self.words.push(word.to_owned()); self.last += 1; }
}
async fn play(hall: web::Data<Addr<Hall>>, path: web::Path<(u32, usize)>) -> HttpResponse {
    let found = hall.send(Find(path.0)).await.unwrap();
    found.do_send(Begin);
    found.do_send(Move(path.1));
    // Of one request.
    let mut draft = Draft { words: Vec::new(), last: 0 };
    draft.add("played");
    HttpResponse::Ok().body(draft.words.join(" "))
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let hall = Hall::default().start();
    let app = move || App::new().app_data(web::Data::new(hall.clone())).route("/{game}/{at}", web::post().to(play));
    HttpServer::new(app).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn a_loop_that_takes_what_is_there_keeps_it_for_the_players() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, flume, rapier2d
use std::{collections::HashMap, thread, time::Duration};
use axum::{Router, extract::State, routing::post};
enum Order { Join(u64), Steer(u64, f32) }
fn simulate() -> flume::Sender<Order> {
    let (sender, orders) = flume::unbounded();
    let mut ships: HashMap<u64, usize> = HashMap::new(); //~ in-memory-store
    thread::spawn(move || {
        let mut courses: Vec<f32> = Vec::new(); //~ in-memory-store
        loop {
            for at in 0..courses.len() + 1 {
                match orders.try_recv() {
                    Ok(Order::Join(who)) => { ships.insert(who, courses.len()); courses.push(0.0); }
                    Ok(Order::Steer(who, course)) => if let Some(ship) = ships.get(&who) { courses[*ship] = course; }
                    Err(_) => {}
                }
                if at < courses.len() { step(courses[at]); }
            }
        }
    });
    sender
}
fn outline(corners: &[rapier2d::math::Point<f32>], scale: f32) -> Vec<rapier2d::math::Point<f32>> {
    corners.iter().map(|corner| { let mut corner = *corner; corner.apply(|part| *part *= scale); corner }).collect()
}
fn step(_: f32) {}
fn watch(stop: std::sync::mpsc::Receiver<bool>) {
    let mut rounds = 0;
    let mut seen: Vec<u64> = Vec::new();
    loop {
        // It is only told to stop.
        if stop.try_recv().is_ok() { break; }
        rounds += 1;
        seen.push(rounds);
        thread::sleep(Duration::from_secs(1));
    }
}
struct Chart { seen: Vec<u64>, news: std::sync::mpsc::Receiver<u64> }
impl Chart {
    fn run(&mut self, terminal: Terminal) {
        loop {
            // On the screen of whoever started it.
            terminal.draw(|frame| show(frame, &self.seen));
            while let Ok(news) = self.news.try_recv() { self.seen.push(news); }
            if key() == 'q' { break; }
        }
    }
}
async fn steer(State(orders): State<flume::Sender<Order>>, body: String) {
    let _ = orders.send(Order::Join(body.len() as u64));
}
#[tokio::main]
async fn main() {
    let outlines = outline(&corners(), 2.0);
    draw(outlines);
    thread::spawn(move || watch(stop()));
    thread::spawn(move || Chart { seen: Vec::new(), news: news() }.run(terminal()));
    let app = Router::new().route("/steer", post(steer)).with_state(simulate());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_number_that_a_worker_is_told_is_its_name_everywhere() {
    check_rule(
        r#"//# app/src/main.rs uses: tonic, tokio
use std::sync::{Mutex, atomic::{AtomicU64, Ordering}};
use tonic::{Request, Response, Status, transport::Server};
struct Farm {
    next_worker_id: AtomicU64, //~ local-id-sequence
    next_thread_id: AtomicU64,
}
#[tonic::async_trait]
impl Workers for Farm {
    async fn register_worker(&self, _: Request<Hello>) -> Result<Response<Welcome>, Status> {
        let worker_id = self.next_worker_id.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new(Welcome { worker_id }))
    }
    async fn run(&self, job: Request<Job>) -> Result<Response<Done>, Status> {
        let id = self.next_thread_id.fetch_add(1, Ordering::Relaxed);
        let thread = std::thread::Builder::new().name(format!("job-{id}"));
        let _ = thread.spawn(move || job.into_inner().run()).unwrap().join();
        Ok(Response::new(Done {}))
    }
}
#[tokio::main]
async fn main() {
    let farm = Farm { next_worker_id: AtomicU64::new(1), next_thread_id: AtomicU64::new(1) };
    Server::builder().add_service(WorkersServer::new(farm)).serve(address()).await.unwrap();
}
"#,
    );
}

#[test]
fn a_cell_that_start_up_code_sets_is_no_copy_where_its_map_is_filled() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, state, dashmap, rs-snowflake
use std::sync::OnceLock;
use axum::{Router, routing::post};
static SEATS: state::Storage<dashmap::DashMap<String, String>> = state::Storage::new(); //~ in-memory-store
static DESKS: OnceLock<dashmap::DashMap<String, String>> = OnceLock::new(); //~ in-memory-store
static PAGES: OnceLock<dashmap::DashMap<String, String>> = OnceLock::new(); //~ in-memory-cache
static FONTS: state::Storage<Vec<String>> = state::Storage::new();
static NUMBERS: OnceLock<std::sync::Mutex<snowflake::SnowflakeIdGenerator>> = OnceLock::new(); //~ local-id-sequence
async fn sit(body: String) -> String {
    SEATS.get().insert(body.clone(), body.clone());
    DESKS.get().unwrap().insert(body.clone(), body.clone());
    format!("{} {}", NUMBERS.get().unwrap().lock().unwrap().generate(), FONTS.get().len())
}
async fn seat(body: String) -> Option<String> { SEATS.get().get(&body).map(|seat| seat.clone()) }
async fn desk(body: String) -> Option<String> { DESKS.get().unwrap().get(&body).map(|desk| desk.clone()) }
async fn page(body: String) -> String {
    if let Some(page) = PAGES.get().unwrap().get(&body) { return page.clone(); }
    let page = render(&body).await;
    PAGES.get().unwrap().insert(body, page.clone());
    page
}
#[tokio::main]
async fn main() {
    SEATS.set(dashmap::DashMap::new());
    DESKS.set(dashmap::DashMap::new()).unwrap();
    PAGES.set(dashmap::DashMap::new()).unwrap();
    FONTS.set(vec!["serif".to_owned()]);
    NUMBERS.set(std::sync::Mutex::new(snowflake::SnowflakeIdGenerator::new(1, 1))).unwrap();
    let app = Router::new().route("/sit", post(sit)).route("/seat", post(seat)).route("/desk", post(desk)).route("/page", post(page));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_that_asks_until_it_has_an_answer_is_no_schedule() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::time::Duration;
use axum::{Router, routing::get};
struct Board { offers: Option<Vec<String>> }
async fn find_offers(client: reqwest::Client) {
    let mut board = ask(&client).await;
    while board.offers.is_none() {
        tokio::time::sleep(Duration::from_secs(2)).await;
        board = ask(&client).await;
    }
    take(&board);
}
async fn pass_on(client: reqwest::Client) {
    let mut last = String::new();
    while !last.contains("closed") { //~ per-replica-schedule
        tokio::time::sleep(Duration::from_secs(60)).await;
        client.post("http://books/orders").body(last.clone()).send().await.unwrap();
        last.push('.');
    }
}
async fn ask(client: &reqwest::Client) -> Board { client.post("http://books/offers").send().await.unwrap().json().await.unwrap() }
fn take(_: &Board) {}
#[tokio::main]
async fn main() {
    tokio::spawn(find_offers(reqwest::Client::new()));
    tokio::spawn(pass_on(reqwest::Client::new()));
    axum::serve(listener().await, Router::new().route("/", get(|| async { "up" }))).await.unwrap();
}
"#,
    );
}
