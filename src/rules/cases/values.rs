//! Values on the way to a change: guards in locals, patterns, closures of combinators.

use super::check_rule;

#[test]
fn a_guard_of_tokio_kept_in_a_local_is_changed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
#[derive(Clone, Default)]
struct App {
    owners: Arc<RwLock<HashMap<String, String>>>, //~ in-memory-store
}
async fn claim(State(app): State<App>, name: String) -> String {
    let mut owners = app.owners.write().await;
    if owners.contains_key(&name) { return "taken".to_owned(); }
    owners.insert(name, "me".to_owned());
    drop(owners);
    "yours".to_owned()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/claim", post(claim)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_value_copied_out_of_a_guard_is_changed_alone() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
#[derive(Clone)]
struct Profile { name: String, tags: Vec<String> }
#[derive(Clone, Default)]
struct App { profiles: Arc<RwLock<HashMap<u32, Profile>>> }
async fn show(State(app): State<App>, tag: String) -> String {
    let profiles = app.profiles.read().await;
    let Some(mut profile) = profiles.get(&1).cloned() else { return String::new() };
    drop(profiles);
    profile.tags.push(tag);
    profile.name.push('!');
    format!("{} {}", profile.name, profile.tags.join(","))
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/show", post(show)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_owned_guard_moved_into_a_task_is_changed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, http::StatusCode, routing::post};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Mutex;
type Table = Arc<Mutex<BTreeMap<u32, String>>>;
async fn rebuild(State(table): State<Table>) -> StatusCode {
    let mut rows = table.lock_owned().await;
    tokio::spawn(async move { for (id, text) in compute().await { rows.insert(id, text); } });
    StatusCode::ACCEPTED
}
#[tokio::main]
async fn main() {
    let table = Table::default(); //~ in-memory-store
    let app = Router::new().route("/rebuild", post(rebuild)).with_state(table);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_upgraded_guard_of_parking_lot_is_changed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, parking_lot, tokio
use axum::{Router, routing::post};
use parking_lot::{RwLock, RwLockUpgradableReadGuard};
use std::collections::BTreeSet;
static TAGS: RwLock<BTreeSet<String>> = RwLock::new(BTreeSet::new()); //~ in-memory-store
async fn tag(name: String) {
    let tags = TAGS.upgradable_read();
    if !tags.contains(&name) {
        let mut tags = RwLockUpgradableReadGuard::upgrade(tags);
        tags.insert(name);
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/tags", post(tag));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_entry_kept_in_a_local_is_changed() {
    check_rule(
        r"
static TEAMS: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Default::default); //~ in-memory-store
fn handle_join(team: String, name: String) {
    let mut teams = TEAMS.lock().unwrap();
    let members = teams.entry(team).or_default();
    members.push(name);
}
fn main() { serve(handle_join); }
",
    );
}

#[test]
fn an_entry_of_a_local_map_is_silent() {
    check_rule(
        r"
static TEAMS: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(load_teams);
fn handle_by_member() -> usize {
    let teams = TEAMS.lock().unwrap();
    let mut by_member: HashMap<String, Vec<String>> = HashMap::new();
    for (team, members) in teams.iter() {
        for member in members { by_member.entry(member.clone()).or_default().push(team.clone()); }
    }
    by_member.len()
}
fn main() { serve(handle_by_member); }
",
    );
}

#[test]
fn two_values_swapped_behind_a_lock_are_found() {
    check_rule(
        r"
#[derive(Default)]
struct Pair { first: Vec<String>, second: Vec<String> }
static PAIR: LazyLock<Mutex<Pair>> = LazyLock::new(Default::default); //~ in-memory-store
fn handle_exchange() {
    let mut pair = PAIR.lock().unwrap();
    let Pair { first, second } = &mut *pair;
    std::mem::swap(first, second);
}
fn main() { serve(handle_exchange); }
",
    );
}

#[test]
fn values_of_one_request_swapped_are_silent() {
    check_rule(
        r"
#[derive(Clone, Default)]
struct Pair { first: Vec<String>, second: Vec<String> }
static PAIR: LazyLock<Mutex<Pair>> = LazyLock::new(Default::default);
fn handle_mirror() -> usize {
    let mut pair = PAIR.lock().unwrap().clone();
    let Pair { first, second } = &mut pair;
    std::mem::swap(first, second);
    pair.first.len()
}
fn main() { serve(handle_mirror); }
",
    );
}

#[test]
fn a_value_replaced_through_mem_replace_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, parking_lot, tokio
use axum::{Router, routing::post};
use parking_lot::Mutex;
static WORD_OF_THE_DAY: Mutex<String> = Mutex::new(String::new()); //~ global-mutable
async fn choose(word: String) -> String { std::mem::replace(&mut *WORD_OF_THE_DAY.lock(), word) }
async fn word() -> String { WORD_OF_THE_DAY.lock().clone() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/word", post(choose).get(word));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_thread_local_changed_with_borrow_mut_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
use actix_web::{App, HttpServer, Responder, post, web};
use std::{cell::RefCell, collections::HashMap};
thread_local! {
    static NICKNAMES: RefCell<HashMap<String, String>> = RefCell::default(); //~ in-memory-store
}
#[post("/nick/{name}")]
async fn nick(path: web::Path<String>, body: String) -> impl Responder {
    NICKNAMES.with_borrow_mut(|nicknames| nicknames.insert(path.into_inner(), body)).unwrap_or_default()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().service(nick)).bind("0.0.0.0:80")?.run().await }
"#,
    );
}

#[test]
fn a_thread_local_scratch_buffer_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
use actix_web::{App, HttpServer, Responder, post};
use std::{cell::RefCell, fmt::Write};
thread_local! { static BUFFER: RefCell<String> = const { RefCell::new(String::new()) }; }
#[post("/hex")]
async fn hex(body: String) -> impl Responder {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        for byte in body.bytes() { write!(buffer, "{byte:02x}").unwrap(); }
        buffer.clone()
    })
}
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().service(hex)).bind("0.0.0.0:80")?.run().await }
"#,
    );
}

#[test]
fn a_guard_in_a_match_is_changed() {
    check_rule(
        r"
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn handle_line(line: String) -> Result<usize, String> {
    match LINES.lock() {
        Ok(mut lines) => { lines.push(line); Ok(lines.len()) }
        Err(poisoned) => Err(poisoned.to_string()),
    }
}
fn main() { serve(handle_line); }
",
    );
}

#[test]
fn a_match_on_a_guard_that_makes_a_new_list_is_silent() {
    check_rule(
        r"
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn handle_lines(line: String) -> Vec<String> {
    match LINES.lock().unwrap().as_slice() {
        [] => { let mut lines = Vec::with_capacity(1); lines.push(line); lines }
        [first, ..] => { let mut lines = vec![first.clone()]; lines.push(line); lines }
    }
}
fn main() { serve(handle_lines); }
",
    );
}

#[test]
fn a_closure_of_map_gets_the_stored_value() {
    check_rule(
        r"
struct Card { title: String, done: bool }
static BOARD: LazyLock<Mutex<BTreeMap<u32, Card>>> = LazyLock::new(Default::default); //~ in-memory-store
fn handle_done(id: u32) -> Option<String> {
    BOARD.lock().unwrap().get_mut(&id).map(|card| {
        card.done = true;
        card.title.clone()
    })
}
fn main() { serve(handle_done); }
",
    );
}

#[test]
fn a_closure_of_for_each_gets_each_stored_value() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, parking_lot, tokio
use axum::{Router, routing::post};
use parking_lot::RwLock;
struct Lamp { on: bool, room: u8 }
static LAMPS: RwLock<Vec<Lamp>> = RwLock::new(Vec::new()); //~ in-memory-store
async fn all_off() { LAMPS.write().iter_mut().filter(|lamp| lamp.room < 9).for_each(|lamp| lamp.on = false); }
async fn lit() -> String { LAMPS.read().iter().filter(|lamp| lamp.on).count().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/off", post(all_off).get(lit));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_of_map_that_changes_its_copy_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, parking_lot, tokio
use axum::{Router, routing::get};
use parking_lot::RwLock;
#[derive(Clone)]
struct Lamp { on: bool, name: String }
static LAMPS: RwLock<Vec<Lamp>> = RwLock::new(Vec::new());
async fn preview() -> String {
    let lamps: Vec<Lamp> = LAMPS.read().iter().cloned().map(|mut lamp| { lamp.on = false; lamp.name.push('!'); lamp }).collect();
    lamps.into_iter().map(|lamp| lamp.name).collect()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/preview", get(preview));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_of_and_then_changes_the_list() {
    check_rule(
        r"
static SEATS: LazyLock<Mutex<HashMap<u32, Vec<String>>>> = LazyLock::new(Default::default); //~ in-memory-store
fn handle_seat(row: u32, name: String) -> Option<usize> {
    let mut seats = SEATS.lock().ok()?;
    seats.get_mut(&row).and_then(|names| {
        if names.len() > 9 { return None; }
        names.push(name);
        Some(names.len())
    })
}
fn main() { serve(handle_seat); }
",
    );
}

#[test]
fn another_handle_of_what_lies_behind_a_lock_is_the_same_thing() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::sync::{Arc, Weak, atomic::{AtomicBool, Ordering}};
use tokio::{net::TcpListener, sync::RwLock};
struct Hall { locked: AtomicBool, host: RwLock<Weak<Guest>> } //~ runtime-flag
struct Guest { hall: RwLock<Option<Arc<Hall>>>, waved: RwLock<Vec<String>> } //~ in-memory-store
async fn lock(guest: Arc<Guest>, lock: bool) -> Option<bool> {
    let hall = guest.hall.read().await.as_ref().map(Arc::clone)?;
    hall.locked.store(lock, Ordering::SeqCst);
    Some(hall.locked.load(Ordering::SeqCst))
}
async fn wave(guest: Arc<Guest>) {
    if let Some(hall) = guest.hall.read().await.as_ref().map(Arc::clone) {
        let host = Some(&*hall.host.read().await).and_then(Weak::upgrade).unwrap();
        host.waved.write().await.push("hello".to_owned());
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
    let hall = Arc::new(Hall { locked: AtomicBool::new(false), host: RwLock::new(Weak::new()) });
    let guest = Arc::new(Guest { hall: RwLock::new(Some(hall)), waved: RwLock::default() });
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let guest = guest.clone();
        tokio::spawn(async move { lock(guest.clone(), true).await; wave(guest).await; });
    }
}
"#,
    );
}
