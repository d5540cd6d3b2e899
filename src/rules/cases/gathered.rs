//! What an audit of gateways, runners and coordinators taught: lists gathered from a store, handles handed to helpers, locks
//! inside of locks, loops that skip a round.

use super::{check_program, check_rule};

const SERVICE: &str = "
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind(\"[::]:80\").await.unwrap();
    axum::serve(listener, routes()).await.unwrap();
}
";

fn check_service(text: &str) {
    check_rule(&format!(
        "//# app/src/main.rs uses: axum, tokio, reqwest, arc_swap, sled, serde_json\n{text}{SERVICE}"
    ));
}

#[test]
fn a_list_gathered_from_a_store_is_sorted_for_itself() {
    check_service(
        r#"
use std::{collections::HashMap, sync::{Arc, RwLock}};
use axum::{Router, extract::State, routing::get};
struct Lane { prefix: String, order: u32 }
struct Plan { lanes: Vec<Lane>, lights: HashMap<String, Lane> }
struct Yard { plan: arc_swap::ArcSwap<Plan>, signs: RwLock<Plan> }
fn lanes(plan: &Plan) -> Vec<&Lane> { plan.lanes.iter().filter(|lane| lane.order > 1).collect() }
fn shorten(lanes: &mut Vec<&Lane>) { lanes.truncate(3); }
async fn first(State(yard): State<Arc<Yard>>) -> String {
    let plan = yard.plan.load();
    let mut lanes: Vec<_> = plan.lanes.iter().collect();
    lanes.sort_by_key(|lane| lane.order);
    lanes.retain(|lane| lane.order > 0);
    lanes[0].prefix.clone()
}
async fn second(State(yard): State<Arc<Yard>>) -> String {
    let signs = yard.signs.read().unwrap();
    let mut known = signs.lights.values().map(|lane| (lane.prefix.as_str(), lane)).collect::<HashMap<_, _>>();
    known.remove("north");
    let mut chosen = lanes(&signs);
    chosen.reverse();
    shorten(&mut chosen);
    chosen[0].prefix.clone()
}
fn routes() -> Router { Router::new().route("/first", get(first)).route("/second", get(second)).with_state(yard()) }
"#,
    );
}

#[test]
fn an_element_of_a_gathered_list_is_still_the_stores() {
    check_service(
        r#"
use std::sync::{Arc, RwLock};
use axum::{Router, extract::State, routing::post};
struct Lane { order: u32, cars: Vec<String> }
struct Yard {
    lanes: RwLock<Vec<Lane>>, //~ in-memory-store
    parked: RwLock<Vec<Lane>>, //~ in-memory-store
}
async fn close(State(yard): State<Arc<Yard>>, car: String) {
    let mut all = yard.lanes.write().unwrap();
    let mut lanes: Vec<_> = all.iter_mut().collect();
    lanes.sort_by_key(|lane| lane.order);
    for lane in lanes { lane.cars.push(car.clone()); }
}
async fn park(State(yard): State<Arc<Yard>>, car: String) {
    let mut all = yard.parked.write().unwrap();
    let mut lanes: Vec<&mut Lane> = all.iter_mut().collect();
    lanes[0].order = 4;
}
fn routes() -> Router { Router::new().route("/close", post(close)).route("/park", post(park)).with_state(yard()) }
"#,
    );
}

#[test]
fn a_helper_of_one_request_sends_through_the_shared_channel_it_was_handed() {
    check_service(
        r#"
use std::sync::Arc;
use axum::{Router, extract::State, routing::{get, post}};
use tokio::sync::broadcast;
struct Works {
    lines: broadcast::Sender<String>, //~ local-broadcast
    unheard: broadcast::Sender<String>,
}
struct Step { out: broadcast::Sender<String> }
impl Step {
    fn new(out: broadcast::Sender<String>) -> Step { Step { out } }
    fn say(&self, line: &str) { let _ = self.out.send(line.to_owned()); }
}
async fn run(State(works): State<Arc<Works>>, order: String) {
    let works = works.clone();
    tokio::spawn(async move { carry_out(&order, works.lines.clone()).await; });
}
async fn carry_out(order: &str, out: broadcast::Sender<String>) { Step::new(out).say(order); }
async fn alone(order: String) -> String {
    let (sender, mut receiver) = broadcast::channel(8);
    Step::new(sender).say(&order);
    receiver.recv().await.unwrap()
}
async fn watch(State(works): State<Arc<Works>>) -> String {
    works.unheard.subscribe();
    works.lines.subscribe().recv().await.unwrap()
}
fn routes() -> Router {
    Router::new().route("/run", post(run)).route("/alone", post(alone)).route("/watch", get(watch)).with_state(works())
}
"#,
    );
}

#[test]
fn a_list_that_only_the_start_fills_is_not_changed_with_the_locks_in_it() {
    check_service(
        r#"
use std::sync::{Arc, Mutex, RwLock};
use std::sync::atomic::{AtomicU64, Ordering};
use axum::{Router, extract::State, routing::get};
struct Pier {
    name: String,
    moored: Mutex<Vec<String>>, //~ in-memory-store
    served: AtomicU64, //~ global-counter
}
struct Harbour {
    piers: RwLock<Vec<Arc<Pier>>>,
    berths: RwLock<Vec<Arc<Pier>>>, //~ in-memory-store
}
impl Harbour {
    fn open(names: Vec<String>) -> Harbour {
        let pier = |name: String| Arc::new(Pier { name, moored: Mutex::default(), served: AtomicU64::new(0) });
        Harbour { piers: RwLock::new(names.into_iter().map(pier).collect()), berths: RwLock::default() }
    }
}
async fn moor(State(harbour): State<Arc<Harbour>>, ship: String) -> String {
    let piers = harbour.piers.read().unwrap();
    let pier = piers.iter().find(|pier| pier.name == "north").unwrap();
    pier.served.fetch_add(1, Ordering::Relaxed);
    pier.moored.lock().unwrap().push(ship);
    pier.moored.lock().unwrap().join(",")
}
async fn build(State(harbour): State<Arc<Harbour>>, name: String) -> String {
    harbour.berths.write().unwrap().push(Arc::new(Pier { name, moored: Mutex::default(), served: AtomicU64::new(0) }));
    harbour.berths.read().unwrap().len().to_string()
}
fn routes() -> Router {
    Router::new().route("/moor", get(moor)).route("/build", get(build)).with_state(Arc::new(Harbour::open(names())))
}
"#,
    );
}

#[test]
fn a_job_that_skips_a_round_is_a_job() {
    check_service(
        r#"
use std::time::Duration;
use axum::{Router, routing::get};
async fn report(client: reqwest::Client, wanted: bool) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(Duration::from_secs(604_800)).await;
        if !wanted {
            continue;
        }
        client.post("http://chat/report").send().await.unwrap();
    }
}
async fn announce(client: reqwest::Client) {
    // It tries until it is heard.
    loop {
        if client.post("http://chat/up").send().await.is_err() {
            tokio::time::sleep(Duration::from_secs(5)).await;
            continue;
        }
        break;
    }
}
fn pump(socket: Socket, orders: std::sync::mpsc::Receiver<String>) {
    // What comes drives it; it only rests where nothing does.
    loop {
        if !socket.is_open() {
            std::thread::sleep(Duration::from_millis(100));
            continue;
        }
        match orders.try_recv() {
            Ok(order) => place_order(&order),
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}
fn place_order(order: &str) { reqwest::blocking::Client::new().post(order).send().unwrap(); }
async fn announce_all(client: reqwest::Client, rooms: Vec<String>) {
    'rooms: for room in rooms {
        loop {
            if client.post(&room).send().await.is_ok() {
                continue 'rooms;
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}
fn routes() -> Router {
    tokio::spawn(report(reqwest::Client::new(), true));
    std::thread::spawn(move || pump(socket(), orders()));
    tokio::spawn(announce(reqwest::Client::new()));
    tokio::spawn(announce_all(reqwest::Client::new(), rooms()));
    Router::new().route("/", get(|| async { "up" }))
}
"#,
    );
}

#[test]
fn a_map_that_is_read_from_a_file_or_made_empty_is_a_map() {
    check_service(
        r#"
use std::{collections::HashMap, fs::File};
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
fn keeper() -> mpsc::Sender<(String, String)> {
    let mut kept = match File::open("kept.json") { //~ in-memory-store(warning)
        Ok(file) => serde_json::from_reader(file).unwrap_or_default(),
        Err(_) => HashMap::new(),
    };
    let limits = match File::open("limits.json") {
        Ok(file) => serde_json::from_reader(file).unwrap_or_default(),
        Err(_) => HashMap::<String, u32>::new(),
    };
    let (sender, mut receiver) = mpsc::channel::<(String, String)>(8);
    tokio::spawn(async move {
        while let Some((name, text)) = receiver.recv().await {
            if limits.contains_key(&name) { kept.insert(name, text); }
        }
    });
    sender
}
async fn keep(State(keeper): State<mpsc::Sender<(String, String)>>, text: String) {
    keeper.send((text.clone(), text)).await.unwrap();
}
fn routes() -> Router { Router::new().route("/keep", post(keep)).with_state(keeper()) }
"#,
    );
}

#[test]
fn a_plain_number_called_an_id_numbers_things() {
    check_service(
        r#"
use axum::{Router, extract::State, routing::post};
use tokio::sync::{mpsc, oneshot};
struct Ticket(u64);
type Asked = (String, oneshot::Sender<Ticket>);
fn clerk() -> mpsc::Sender<Asked> {
    let (sender, mut receiver) = mpsc::channel::<Asked>(8);
    tokio::spawn(async move {
        let mut last_id = 0_u64; //~ local-id-sequence
        let mut served = 0_u64; //~ global-counter(warning)
        while let Some((_, reply)) = receiver.recv().await {
            last_id += 1;
            served += 1;
            let _ = reply.send(Ticket(last_id));
        }
    });
    sender
}
async fn draw(State(clerk): State<mpsc::Sender<Asked>>, name: String) -> String {
    let (reply, answer) = oneshot::channel();
    clerk.send((name, reply)).await.unwrap();
    answer.await.unwrap().0.to_string()
}
fn routes() -> Router { Router::new().route("/draw", post(draw)).with_state(clerk()) }
"#,
    );
}

#[test]
fn what_goes_into_a_database_behind_a_lock_does_not_stay_behind_it() {
    let checked = check_program(
        r#"//# app/src/main.rs uses: axum, tokio, sled
use std::sync::{Arc, RwLock};
use axum::{Router, extract::State, routing::post};
struct Shelf { books: sled::Tree, loans: sled::Tree }
async fn put(State(shelf): State<Arc<RwLock<Shelf>>>, book: String) {
    let shelf = shelf.write().unwrap();
    shelf.books.insert(&book, "here").unwrap();
    (&shelf.books, &shelf.loans).transaction(|(books, loans)| {
        books.remove(book.as_bytes())?;
        loans.insert(book.as_bytes(), "gone")?;
        Ok(())
    }).unwrap();
}
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    axum::serve(listener, Router::new().route("/", post(put)).with_state(shelf())).await.unwrap();
}
"#,
    );
    assert_eq!(checked.findings, Vec::new());
}
