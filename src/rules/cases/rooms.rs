//! Tasks that a request starts and other requests reach through a collection of their sending ends, and the same for one
//! connection alone.

use super::check_rule;

#[test]
fn a_room_that_runs_itself_and_whose_address_a_directory_keeps_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, tokio_tungstenite
use std::collections::HashMap;
use tokio::{net::{TcpListener, TcpStream}, sync::{mpsc, oneshot}};
enum Ask { Open(String, oneshot::Sender<mpsc::Sender<Word>>) }
struct Word { who: String, back: mpsc::Sender<String> }
struct Desk { rooms: HashMap<String, mpsc::Sender<Word>>, asks: mpsc::Receiver<Ask> } //~ local-broadcast
impl Desk {
    fn open(&mut self, name: String) -> mpsc::Sender<Word> {
        let room = Room::new();
        let address = room.address();
        tokio::spawn(room.run());
        self.rooms.insert(name, address.clone());
        address
    }
    async fn run(mut self) {
        while let Some(ask) = self.asks.recv().await {
            match ask { Ask::Open(name, back) => { back.send(self.open(name)).ok(); } }
        }
    }
}
struct Room {
    members: HashMap<String, mpsc::Sender<String>>, //~ local-broadcast
    owner: Option<String>, //~ global-mutable
    words: mpsc::Receiver<Word>,
    address: mpsc::Sender<Word>,
}
impl Room {
    fn new() -> Room {
        let (address, words) = mpsc::channel(8);
        Room { members: HashMap::new(), owner: None, words, address }
    }
    fn address(&self) -> mpsc::Sender<Word> { self.address.clone() }
    async fn run(mut self) {
        self.turns().await;
    }
    async fn turns(&mut self) {
        loop {
            let word = tokio::select! { word = self.words.recv() => word };
            let Some(word) = word else { return };
            self.join(word).await;
        }
    }
    async fn join(&mut self, word: Word) {
        if self.owner.is_none() { self.owner = Some(word.who.clone()); }
        for member in self.members.values() { member.send(word.who.clone()).await.ok(); }
        self.members.insert(word.who, word.back);
    }
}
struct Talk {
    lines: mpsc::Receiver<String>,
    out: tokio_tungstenite::WebSocketStream<TcpStream>,
    seen: HashMap<String, u64>,
    sent: u64,
}
impl Talk {
    async fn run(mut self) {
        while let Some(line) = self.lines.recv().await {
            self.sent += 1;
            self.seen.insert(line.clone(), self.sent);
            self.out.send(line).await.ok();
        }
    }
}
async fn enter(stream: TcpStream, desk: mpsc::Sender<Ask>) {
    let (back, room) = oneshot::channel();
    desk.send(Ask::Open("hall".into(), back)).await.ok();
    let (own, lines) = mpsc::channel(8);
    room.await.unwrap().send(Word { who: "me".into(), back: own }).await.ok();
    let out = tokio_tungstenite::accept_async(stream).await.unwrap();
    let talk = Talk { lines, out, seen: HashMap::new(), sent: 0 };
    tokio::spawn(talk.run());
}
#[tokio::main]
async fn main() {
    let (sender, asks) = mpsc::channel(8);
    let desk = Desk { rooms: HashMap::new(), asks };
    tokio::spawn(desk.run());
    let listener = TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((stream, _)) = listener.accept().await { tokio::spawn(enter(stream, sender.clone())); }
}
"#,
    );
}

#[test]
fn what_a_task_of_a_lobby_keeps_in_its_own_variables_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
use tokio::sync::{mpsc, oneshot};
enum Command { Add(String), List(oneshot::Sender<Vec<String>>) }
struct Handle { commands: mpsc::Sender<Command> }
#[derive(Clone, Default)]
struct Halls { lobbies: Arc<Mutex<HashMap<String, Handle>>> } //~ local-broadcast
async fn lobby(mut commands: mpsc::Receiver<Command>) {
    let mut names: Vec<String> = Vec::new(); //~ in-memory-store
    while let Some(command) = commands.recv().await {
        match command {
            Command::Add(name) => names.push(name),
            Command::List(back) => { back.send(names.iter().cloned().collect()).ok(); }
        }
    }
}
async fn open(State(halls): State<Halls>, Path(name): Path<String>) {
    let (sender, commands) = mpsc::channel(8);
    tokio::spawn(lobby(commands));
    halls.lobbies.lock().unwrap().insert(name, Handle { commands: sender });
}
async fn add(State(halls): State<Halls>, Path(name): Path<String>, who: String) {
    let lobby = halls.lobbies.lock().unwrap().get(&name).unwrap().commands.clone();
    lobby.send(Command::Add(who)).await.ok();
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/open/{name}", post(open)).route("/add/{name}", post(add)).with_state(Halls::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_task_that_only_the_request_which_started_it_addresses_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use tokio::sync::{mpsc, oneshot};
enum Command { Add(String), List(oneshot::Sender<Vec<String>>) }
async fn gather(mut commands: mpsc::Receiver<Command>) {
    let mut names: Vec<String> = Vec::new();
    while let Some(command) = commands.recv().await {
        match command {
            Command::Add(name) => names.push(name),
            Command::List(back) => { back.send(names.iter().cloned().collect()).ok(); }
        }
    }
}
async fn sort(text: String) -> String {
    let (sender, commands) = mpsc::channel(8);
    tokio::spawn(gather(commands));
    let several = vec![sender.clone()];
    for word in text.split(' ') { several[0].send(Command::Add(word.to_owned())).await.ok(); }
    let (back, names) = oneshot::channel();
    sender.send(Command::List(back)).await.ok();
    names.await.unwrap().join(" ")
}
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/sort", post(sort))).await.unwrap(); }
"#,
    );
}

#[test]
fn a_room_with_a_generator_of_its_own_is_no_generator() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, rand, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::post};
use rand::{Rng, rngs::SmallRng};
use tokio::sync::mpsc;
struct Hall { rooms: HashMap<u32, mpsc::Sender<String>>, rng: SmallRng }
async fn open(State(hall): State<Arc<Mutex<Hall>>>) {
    let (sender, _lines) = mpsc::channel(8);
    let mut hall = hall.lock().unwrap();
    let code = hall.rng.random_range(0..99);
    hall.rooms.insert(code, sender);
}
#[tokio::main]
async fn main() {
    let hall = Arc::new(Mutex::new(Hall { rooms: HashMap::new(), rng: SmallRng::from_os_rng() })); //~ in-memory-store
    axum::serve(listener().await, Router::new().route("/open", post(open)).with_state(hall)).await.unwrap();
}
"#,
    );
}

const LOOP_FOR_ALL: &str = r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
use tokio::sync::mpsc;
trait Works: Send + Sized + 'static {
    type Order: Send;
    async fn take(&mut self, order: Self::Order);
}
async fn serve_all<W: Works>(mut worker: W, mut orders: mpsc::Receiver<W::Order>) {
    while let Some(order) = orders.recv().await { worker.take(order).await; }
}
fn begin<W: Works>(worker: W) -> mpsc::Sender<W::Order> {
    let (sender, orders) = mpsc::channel(8);
    tokio::spawn(serve_all(worker, orders));
    sender
}
struct Seats {
    taken: HashMap<String, String>, //~ in-memory-store
}
impl Works for Seats {
    type Order = (String, String);
    async fn take(&mut self, (seat, name): Self::Order) {
        if !self.taken.contains_key(&seat) { self.taken.insert(seat, name); }
    }
}
struct Doors { open: bool }
impl Works for Doors {
    type Order = u8;
    async fn take(&mut self, order: Self::Order) { if self.open { ring(order); } }
}
#[derive(Clone, Default)]
struct Cinema { halls: Arc<Mutex<HashMap<String, mpsc::Sender<(String, String)>>>> } //~ local-broadcast
async fn open(State(cinema): State<Cinema>, Path(hall): Path<String>) {
    let sender = begin(Seats { taken: HashMap::new() });
    cinema.halls.lock().unwrap().insert(hall, sender);
}
async fn sit(State(cinema): State<Cinema>, Path((hall, seat, name)): Path<(String, String, String)>) {
    let sender = cinema.halls.lock().unwrap().get(&hall).cloned().unwrap();
    sender.send((seat, name)).await.unwrap();
}
#[tokio::main]
async fn main() {
    begin(Doors { open: true }).send(1).await.unwrap();
    let app = Router::new().route("/open/{hall}", post(open)).route("/sit/{hall}/{seat}/{name}", post(sit));
    axum::serve(listener().await, app.with_state(Cinema::default())).await.unwrap();
}
"#;

#[test]
fn what_a_loop_for_all_implementors_of_a_trait_runs_owns_its_state() {
    check_rule(LOOP_FOR_ALL);
}

#[test]
fn what_a_loop_for_all_runs_for_one_connection_is_silent() {
    let field = "taken: HashMap<String, String>, //~ in-memory-store";
    let of_one = "taken: HashMap<String, String>,\n    line: tokio::net::TcpStream,";
    let made = "Seats { taken: HashMap::new() }";
    let given =
        "Seats { taken: HashMap::new(), line: tokio::net::TcpStream::connect(\"peer:1\").await.unwrap() }";
    check_rule(&LOOP_FOR_ALL.replace(field, of_one).replace(made, given));
}
