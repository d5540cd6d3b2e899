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
async fn steer(State(orders): State<flume::Sender<Order>>, body: String) {
    let _ = orders.send(Order::Join(body.len() as u64));
}
#[tokio::main]
async fn main() {
    let outlines = outline(&corners(), 2.0);
    draw(outlines);
    thread::spawn(move || watch(stop()));
    let app = Router::new().route("/steer", post(steer)).with_state(simulate());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
