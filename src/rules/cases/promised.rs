//! Work that a client may ask about, keys drawn beside the start, and what connections share: each mistake of a first
//! run as a small service of its own.

use super::{check_program, check_rule};
use crate::finding::Level;

#[test]
fn names_that_connections_take_and_give_back_when_they_drop_are_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
mod guest;
use std::{collections::HashSet, sync::{Arc, Mutex}};
#[tokio::main]
async fn main() {
    let given = Arc::new(Mutex::new(HashSet::new())); //~ in-memory-store
    let listener = tokio::net::TcpListener::bind("[::]:23").await.unwrap();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (socket, _) = accepted.unwrap();
                tokio::spawn(arrive(socket, given.clone()));
            }
        }
    }
}
async fn arrive(socket: tokio::net::TcpStream, given: Arc<Mutex<HashSet<String>>>) {
    if let Err(error) = until_gone(socket, given).await { eprintln!("{error}"); }
}
async fn until_gone(socket: tokio::net::TcpStream, given: Arc<Mutex<HashSet<String>>>) -> std::io::Result<()> {
    tokio::select! {
        done = guest::welcome(socket, given) => done,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
//# app/src/guest.rs
use std::{collections::HashSet, sync::{Arc, Mutex}};
use tokio::net::TcpStream;
pub struct Guest { socket: TcpStream, seat: Option<(String, Arc<Mutex<HashSet<String>>>)> }
impl Guest {
    fn sit(&mut self, name: &str, given: Arc<Mutex<HashSet<String>>>) -> bool {
        {
            let mut given = given.lock().unwrap();
            if given.contains(name) { return false; }
            given.insert(name.to_owned());
        }
        self.seat = Some((name.to_owned(), given));
        true
    }
}
impl Drop for Guest {
    fn drop(&mut self) {
        if let Some((name, given)) = &self.seat { given.lock().unwrap().remove(name); }
    }
}
pub async fn welcome(socket: TcpStream, given: Arc<Mutex<HashSet<String>>>) -> std::io::Result<()> {
    let mut guest = Guest { socket, seat: None };
    offer_seat(&mut guest, given).await;
    Ok(())
}
async fn offer_seat(guest: &mut Guest, given: Arc<Mutex<HashSet<String>>>) {
    while !guest.sit("anna", given.clone()) {}
}
"#,
    );
}

#[test]
fn a_task_that_keeps_its_progress_for_other_requests_is_promised() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, uuid
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Json, Router, extract::{Path, State}, routing::{get, post}};
use uuid::Uuid;
#[derive(Clone, Default)]
struct Jobs { stages: Arc<Mutex<HashMap<Uuid, String>>> } //~ in-memory-workflow
impl Jobs {
    fn set(&self, id: Uuid, stage: &str) { self.stages.lock().unwrap().insert(id, stage.to_owned()); }
    fn stage(&self, id: &Uuid) -> Option<String> { self.stages.lock().unwrap().get(id).cloned() }
}
fn begin(jobs: Jobs, id: Uuid) {
    tokio::spawn(async move { convert(jobs, id).await; }); //~ in-memory-queue
}
async fn convert(jobs: Jobs, id: Uuid) {
    jobs.set(id, "converting");
    tokio::process::Command::new("convert").arg(id.to_string()).status().await.unwrap();
    jobs.set(id, "done");
}
async fn submit(State(jobs): State<Jobs>) -> Json<Uuid> {
    let id = Uuid::new_v4();
    jobs.set(id, "new");
    begin(jobs, id);
    Json(id)
}
async fn status(State(jobs): State<Jobs>, Path(id): Path<Uuid>) -> String { jobs.stage(&id).unwrap_or_default() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/films", post(submit)).route("/films/{id}", get(status)).with_state(Jobs::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_task_that_keeps_no_progress_was_promised_to_nobody() {
    let checked = check_program(
        r#"//# app/src/main.rs uses: axum, tokio, uuid
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Json, Router, extract::{Path, State}, routing::{get, post}};
use uuid::Uuid;
#[derive(Clone, Default)]
struct Jobs { stages: Arc<Mutex<HashMap<Uuid, String>>> }
fn tidy(id: Uuid) {
    tokio::spawn(async move {
        tokio::process::Command::new("tidy").arg(id.to_string()).status().await.unwrap();
    });
}
async fn submit(State(jobs): State<Jobs>) -> Json<Uuid> {
    let id = Uuid::new_v4();
    jobs.stages.lock().unwrap().insert(id, "done".to_owned());
    tidy(id);
    Json(id)
}
async fn status(State(jobs): State<Jobs>, Path(id): Path<Uuid>) -> String {
    jobs.stages.lock().unwrap().get(&id).cloned().unwrap_or_default()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/films", post(submit)).route("/films/{id}", get(status)).with_state(Jobs::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
    let mut tasks = checked
        .findings
        .iter()
        .filter(|finding| finding.rule == "in-memory-queue");
    assert!(tasks.all(|finding| finding.level == Level::Note));
}

#[test]
fn a_key_made_of_a_seed_that_its_own_function_draws_is_each_process_s_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, rand, ed25519_dalek
use std::{sync::Arc, time::Duration};
use arc_swap::ArcSwap;
use axum::{Router, extract::State, routing::get};
use ed25519_dalek::SigningKey;
struct Keys { current: ArcSwap<SigningKey> }
fn generate_key_pair() -> SigningKey {
    let seed: [u8; 32] = rand::random(); //~ per-process-key
    SigningKey::from_bytes(&seed)
}
async fn show(State(keys): State<Arc<Keys>>) -> Vec<u8> { keys.current.load().verifying_key().to_bytes().to_vec() }
#[tokio::main]
async fn main() {
    let keys = Arc::new(Keys { current: ArcSwap::from_pointee(generate_key_pair()) });
    let rotated = keys.clone();
    tokio::spawn(async move {
        let mut day = tokio::time::interval(Duration::from_secs(86400));
        loop {
            day.tick().await;
            rotated.current.store(Arc::new(generate_key_pair()));
        }
    });
    axum::serve(listener().await, Router::new().route("/keys", get(show)).with_state(keys)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_secret_glued_of_several_draws_is_one_finding_at_the_function_that_draws_it() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, uuid
use std::sync::Arc;
use axum::{Router, extract::State, routing::get};
use uuid::Uuid;
fn new_signing_secret() -> String { //~ per-process-key
    format!(
        "{}{}",
        Uuid::new_v4().simple(),
        Uuid::new_v4().simple()
    )
}
async fn sign(State(secret): State<Arc<String>>) -> String { signature_of(&secret) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", get(sign)).with_state(Arc::new(new_signing_secret()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_token_drawn_at_start_that_requests_must_bring_is_each_process_s_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, uuid
use axum::{Router, extract::State, routing::post};
async fn set_up(State(wanted): State<String>, token: String) -> bool { token == wanted }
#[tokio::main]
async fn main() {
    let admin_token = uuid::Uuid::new_v4().to_string(); //~ per-process-key
    println!("{admin_token}");
    axum::serve(listener().await, Router::new().route("/", post(set_up)).with_state(admin_token)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_token_that_tells_lines_of_the_log_apart_is_no_key() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, uuid
use axum::{Router, routing::get};
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    let start_token = uuid::Uuid::new_v4().to_string();
    println!("{start_token}");
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_key_that_a_request_draws_and_chance_that_shuffles_are_no_keys_of_the_process() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, rand
use axum::{Router, routing::get};
fn generate_api_key() -> String {
    let bytes: [u8; 16] = rand::random();
    hex(&bytes)
}
fn shuffle_keyspace() -> usize {
    let start: usize = rand::random();
    start
}
async fn hand_out() -> String { generate_api_key() }
#[tokio::main]
async fn main() {
    let first = shuffle_keyspace();
    visit(first);
    axum::serve(listener().await, Router::new().route("/key", get(hand_out))).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_client_that_returns_is_known_by_is_no_handle_though_a_timer_lies_beside_it() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
struct Away { seat: String, rejoin_token: String, timer: tokio::task::JoinHandle<()> }
#[derive(Clone, Default)]
struct Waiting { away: Arc<Mutex<HashMap<String, Away>>> } //~ in-memory-store
async fn leave(State(waiting): State<Waiting>, Path(name): Path<String>, rejoin_token: String) {
    let timer = tokio::spawn(async {});
    waiting.away.lock().unwrap().insert(name.clone(), Away { seat: name, rejoin_token, timer });
}
async fn come_back(State(waiting): State<Waiting>, Path(name): Path<String>, token: String) -> String {
    match waiting.away.lock().unwrap().remove(&name) {
        Some(away) if away.rejoin_token == token => { away.timer.abort(); away.seat }
        _ => String::new(),
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/leave/{name}", post(leave)).route("/back/{name}", post(come_back));
    axum::serve(listener().await, app.with_state(Waiting::default())).await.unwrap();
}
"#,
    );
}

#[test]
fn timers_by_name_are_handles() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, tokio_util
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
struct Timer { name: String, token: tokio_util::sync::CancellationToken }
#[derive(Clone, Default)]
struct Timers { running: Arc<Mutex<HashMap<String, Timer>>> }
async fn start(State(timers): State<Timers>, Path(name): Path<String>) {
    let token = tokio_util::sync::CancellationToken::new();
    timers.running.lock().unwrap().insert(name.clone(), Timer { name, token });
}
async fn stop(State(timers): State<Timers>, Path(name): Path<String>) {
    if let Some(timer) = timers.running.lock().unwrap().remove(&name) { timer.token.cancel(); }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/start/{name}", post(start)).route("/stop/{name}", post(stop));
    axum::serve(listener().await, app.with_state(Timers::default())).await.unwrap();
}
"#,
    );
}

#[test]
fn how_busy_the_workers_of_a_library_are_is_the_process_s_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, video_codec
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::post};
use video_codec::{Worker, WorkerId};
struct Pool { workers: Vec<Worker>, workers_busy: Mutex<HashMap<WorkerId, usize>> }
async fn choose(State(pool): State<Arc<Pool>>) -> String {
    let worker = &pool.workers[0];
    let mut load = pool.workers_busy.lock().unwrap();
    if let Some(count) = load.get_mut(&worker.id()) { *count += 1; }
    worker.address()
}
#[tokio::main]
async fn main() {
    let pool = Pool { workers: Vec::new(), workers_busy: Mutex::new(HashMap::new()) };
    axum::serve(listener().await, Router::new().route("/choose", post(choose)).with_state(Arc::new(pool))).await.unwrap();
}
"#,
    );
}

#[test]
fn how_busy_workers_are_that_call_in_by_name_is_data() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
struct Fleet { workers_busy: Mutex<HashMap<String, usize>> } //~ in-memory-store
async fn report(State(fleet): State<Arc<Fleet>>, Path(name): Path<String>) -> usize {
    let mut load = fleet.workers_busy.lock().unwrap();
    *load.entry(name).or_insert(0) += 1;
    load.len()
}
#[tokio::main]
async fn main() {
    let fleet = Arc::new(Fleet { workers_busy: Mutex::new(HashMap::new()) });
    axum::serve(listener().await, Router::new().route("/report/{name}", post(report)).with_state(fleet)).await.unwrap();
}
"#,
    );
}

#[test]
fn flags_and_borrowed_parts_of_an_entry_are_told_with_what_keeps_the_entries() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{cell::RefCell, collections::HashMap, sync::{Arc, Mutex, atomic::{AtomicBool, Ordering}}};
use axum::{Router, extract::{Path, State}, routing::post};
struct Figure { x: u32 }
struct Round { figures: Vec<RefCell<Figure>> }
struct Guest { waits: Arc<AtomicBool>, round: Mutex<Round> } //~ global-mutable
#[derive(Clone, Default)]
struct House { guests: Arc<Mutex<HashMap<String, Arc<Guest>>>> } //~ in-memory-store
async fn enter(State(house): State<House>, Path(name): Path<String>) {
    let waits = Arc::new(AtomicBool::new(true));
    let round = Mutex::new(Round { figures: vec![RefCell::new(Figure { x: 0 })] });
    house.guests.lock().unwrap().insert(name, Arc::new(Guest { waits, round }));
}
async fn admit(State(house): State<House>, Path(name): Path<String>) -> bool {
    let guest = house.guests.lock().unwrap().get(&name).cloned().unwrap();
    for figure in &guest.round.lock().unwrap().figures { figure.borrow_mut().x += 1; }
    guest.waits.store(false, Ordering::Release);
    guest.waits.load(Ordering::Acquire)
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/enter/{name}", post(enter)).route("/admit/{name}", post(admit));
    axum::serve(listener().await, app.with_state(House::default())).await.unwrap();
}
"#,
    );
}

#[test]
fn a_switch_in_an_entry_that_others_look_up_is_told() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex, atomic::{AtomicBool, Ordering}}};
use axum::{Router, extract::{Path, State}, routing::post};
struct Table { locked: AtomicBool, seats: usize } //~ runtime-flag
#[derive(Clone, Default)]
struct Hall { tables: Arc<Mutex<HashMap<String, Arc<Table>>>> } //~ in-memory-store
async fn open(State(hall): State<Hall>, Path(name): Path<String>) {
    hall.tables.lock().unwrap().insert(name, Arc::new(Table { locked: AtomicBool::new(false), seats: 4 }));
}
async fn close(State(hall): State<Hall>, Path(name): Path<String>) {
    let table = hall.tables.lock().unwrap().get(&name).cloned().unwrap();
    table.locked.store(true, Ordering::Release);
}
async fn join(State(hall): State<Hall>, Path(name): Path<String>) -> bool {
    let table = hall.tables.lock().unwrap().get(&name).cloned().unwrap();
    !table.locked.load(Ordering::Acquire) && table.seats > 0
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/open/{name}", post(open)).route("/close/{name}", post(close)).route("/join/{name}", post(join));
    axum::serve(listener().await, app.with_state(Hall::default())).await.unwrap();
}
"#,
    );
}
