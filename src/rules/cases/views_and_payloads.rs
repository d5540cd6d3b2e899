//! Values on their way: copies, views, guards and payloads, and what is done to them there.

use super::check_rule;

#[test]
fn a_copy_out_of_a_lock_is_the_callers_whatever_plain_parts_it_has() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::{Arc, Mutex};
#[derive(Clone)]
enum Mode { Day, Night }
#[derive(Clone)]
struct Plan { steps: Vec<Box<Plan>>, mode: Mode }
#[derive(Clone)]
struct Shop { name: String, mode: Mode, plan: Plan }
async fn show(State(shop): State<Arc<Mutex<Shop>>>) -> String {
    let mut copy = shop.lock().unwrap().clone();
    copy.name.push_str("!");
    copy.plan.steps.clear();
    copy.name
}
#[tokio::main]
async fn main() {
    let shop = Arc::new(Mutex::new(Shop { name: "a".into(), mode: Mode::Day, plan: Plan { steps: Vec::new(), mode: Mode::Night } }));
    let app = Router::new().route("/", get(show)).with_state(shop);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn of_a_copy_only_what_lies_behind_its_handles_is_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
#[derive(Clone)]
struct Shop {
    name: String,
    tags: Vec<String>,
    sold: Arc<Mutex<Vec<String>>>, //~ in-memory-store
}
type Shops = Arc<Mutex<HashMap<u32, Shop>>>;
async fn show(State(shops): State<Shops>, Path(id): Path<u32>, body: String) -> String {
    let mut one = shops.lock().unwrap().get(&id).cloned().unwrap();
    one.name.push_str("!");
    one.tags = Vec::new();
    one.sold.lock().unwrap().push(body);
    let mut all = shops.lock().unwrap().clone();
    all.remove(&1);
    for shop in all.values_mut() { shop.tags.clear(); }
    one.name
}
#[tokio::main]
async fn main() {
    let shops: Shops = Arc::new(Mutex::new(load()));
    let app = Router::new().route("/{id}", post(show)).with_state(shops);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_is_done_to_the_entry_itself_is_done_to_the_store() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
#[derive(Clone)]
enum Mode { Day, Night }
#[derive(Clone)]
struct Shop { name: String, mode: Mode }
type Shops = Arc<Mutex<HashMap<u32, Shop>>>;
async fn close(State(shops): State<Shops>, Path(id): Path<u32>) -> String {
    let mut guard = shops.lock().unwrap();
    let shop = guard.get_mut(&id).unwrap();
    let before = shop.clone();
    shop.mode = Mode::Night;
    before.name
}
#[tokio::main]
async fn main() {
    let shops: Shops = Arc::new(Mutex::new(load())); //~ in-memory-store
    let app = Router::new().route("/{id}", post(close)).with_state(shops);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

const LAST_SEEN: &str = r#"//# app/src/main.rs uses: axum, reqwest, tokio
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc::{Receiver, Sender, channel};
async fn measured(State(tx): State<Sender<f64>>) { tx.send(1.0).await.unwrap(); }
async fn watch(mut rx: Receiver<f64>) {
    BEFORE
    while let Some(value) = rx.recv().await {
        WITHIN
        if last.map_or(true, |last: f64| value > last) {
            reqwest::Client::new().post("https://chat").body("higher").send().await.unwrap();
        }
        last = Some(value);
    }
}
#[tokio::main]
async fn main() {
    let (tx, rx) = channel::<f64>(100); //~ in-memory-queue
    tokio::spawn(watch(rx));
    let app = Router::new().route("/measured", post(measured)).with_state(tx);
    axum::serve(listener().await, app).await.unwrap();
}
"#;

#[test]
fn what_a_loop_remembers_is_known_by_what_it_is_given_later() {
    check_rule(
        &LAST_SEEN
            .replace("BEFORE", "let mut last = None; //~ global-mutable")
            .replace("WITHIN", ""),
    );
    check_rule(
        &LAST_SEEN
            .replace("BEFORE", "let mut last = None::<f64>; //~ global-mutable")
            .replace("WITHIN", ""),
    );
}

#[test]
fn what_each_round_of_a_loop_begins_anew_is_silent() {
    check_rule(
        &LAST_SEEN
            .replace("BEFORE", "")
            .replace("WITHIN", "let mut last = None;"),
    );
}

const VIEWED: &str = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::{collections::HashMap, ops::{Deref, DerefMut}, sync::Arc};
use tokio::sync::{RwLock, RwLockWriteGuard};
#[derive(Default)]
struct Shelf { items: HashMap<u32, String> }
impl Shelf { fn put(&mut self, id: u32, text: String) { self.items.insert(id, text); } }
#[derive(Clone, Default)]
struct Depot {
    SHELF
}
VIEW
async fn put(State(depot): State<Depot>, Path(id): Path<u32>, body: String) {
    HANDLER
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/items/{id}", post(put)).with_state(Depot::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#;

fn viewed(view: &str, handler: &str, mark: &str) -> String {
    VIEWED
        .replace("SHELF", &format!("shelf: Arc<RwLock<Shelf>>, {mark}"))
        .replace("VIEW", view)
        .replace("HANDLER", handler)
}

const MARK: &str = "//~ in-memory-store";

#[test]
fn what_a_borrowed_view_changes_behind_a_lock_is_a_change_of_the_store() {
    let view = "struct ShelfWrite<'a> { shelf: &'a mut Shelf }
impl Shelf { fn write_access(&mut self) -> ShelfWrite<'_> { ShelfWrite { shelf: self } } }
impl ShelfWrite<'_> { fn put(&mut self, id: u32, text: String) { self.shelf.items.insert(id, text); } }";
    let handler = "let mut guard = depot.shelf.write().await;
    let mut access = guard.write_access();
    access.put(id, body);";
    check_rule(&viewed(view, handler, MARK));
}

#[test]
fn what_a_context_with_a_part_of_the_store_changes_is_a_change_of_it() {
    let view = "struct Context<'a> { items: &'a mut HashMap<u32, String>, who: u32 }
fn sell(context: Context<'_>, text: String) { context.items.insert(context.who, text); }";
    let handler = "let mut guard = depot.shelf.write().await;
    let Shelf { items } = &mut *guard;
    sell(Context { items, who: id }, body);";
    check_rule(&viewed(view, handler, MARK));
}

#[test]
fn what_a_struct_with_the_guard_changes_is_a_change_of_the_store() {
    let view = "struct ShelfWrite<'a> { shelf: RwLockWriteGuard<'a, Shelf> }
impl Depot { async fn open(&self) -> ShelfWrite<'_> { ShelfWrite { shelf: self.shelf.write().await } } }
impl ShelfWrite<'_> { fn put(&mut self, id: u32, text: String) { self.shelf.items.insert(id, text); } }";
    check_rule(&viewed(view, "depot.open().await.put(id, body);", MARK));
}

#[test]
fn what_is_changed_through_a_lease_is_a_change_of_the_store() {
    let view = "struct Lease<'a> { guard: RwLockWriteGuard<'a, Shelf>, since: u64 }
impl Deref for Lease<'_> { type Target = Shelf; fn deref(&self) -> &Shelf { &self.guard } }
impl DerefMut for Lease<'_> { fn deref_mut(&mut self) -> &mut Shelf { &mut self.guard } }
async fn lease(depot: &Depot) -> Lease<'_> { Lease { guard: depot.shelf.write().await, since: 0 } }";
    for handler in [
        "let mut lease = lease(&depot).await;
    lease.items.insert(id, body);",
        "lease(&depot).await.put(id, body);",
    ] {
        check_rule(&viewed(view, handler, MARK));
    }
}

#[test]
fn a_view_of_what_one_request_made_and_a_cursor_that_moves_on_are_silent() {
    let view = "struct ShelfWrite<'a> { shelf: &'a mut Shelf }
impl ShelfWrite<'_> { fn put(&mut self, id: u32, text: String) { self.shelf.items.insert(id, text); } }
struct Cursor<'a> { shelf: &'a Shelf }
impl<'a> Cursor<'a> { fn turn_to(&mut self, other: &'a Shelf) { self.shelf = other; } }";
    let handler = "let mut own = Shelf::default();
    ShelfWrite { shelf: &mut own }.put(id, body);
    let guard = depot.shelf.read().await;
    Cursor { shelf: &guard }.turn_to(&own);";
    check_rule(&viewed(view, handler, ""));
}

#[test]
fn what_a_view_of_a_tasks_own_map_changes_is_a_change_of_that() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::collections::HashMap;
use tokio::sync::mpsc;
#[derive(Default)]
struct Shelf {
    items: HashMap<String, u64>, //~ in-memory-store
}
struct Context<'a> { shelf: &'a mut Shelf }
impl Context<'_> { fn put(&mut self, key: String) { self.shelf.items.insert(key, 1); } }
async fn hit(State(tx): State<mpsc::Sender<String>>, key: String) { tx.send(key).await.ok(); }
#[tokio::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel::<String>(8);
    tokio::spawn(async move {
        let mut shelf = Shelf::default();
        while let Some(key) = rx.recv().await {
            Context { shelf: &mut shelf }.put(key);
        }
    });
    let app = Router::new().route("/hit", post(hit)).with_state(tx);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

const HANDED_OUT: &str = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex, MutexGuard}};
HELPER
struct Shop {
    fonts: Mutex<HashMap<String, u32>>,
    carts: Mutex<HashMap<String, u32>>, //~ in-memory-session
}
async fn add(State(shop): State<Arc<Shop>>, body: String) -> String {
    TAKE_CARTS.insert(body.clone(), 1);
    TAKE_FONTS.get(&body).copied().unwrap_or(0).to_string()
}
#[tokio::main]
async fn main() {
    let shop = Arc::new(Shop { fonts: Mutex::new(HashMap::new()), carts: Mutex::new(HashMap::new()) });
    TAKE_FONTS.insert("a".into(), 1);
    let app = Router::new().route("/add", post(add)).with_state(shop);
    axum::serve(listener().await, app).await.unwrap();
}
"#;

#[test]
fn what_a_helper_hands_out_is_what_it_was_handed_at_that_call() {
    let of_a_trait = "trait LockExt<T> { fn take(&self) -> MutexGuard<'_, T>; }
impl<T> LockExt<T> for Mutex<T> { fn take(&self) -> MutexGuard<'_, T> { self.lock().unwrap_or_else(|e| e.into_inner()) } }";
    check_rule(
        &HANDED_OUT
            .replace("HELPER", of_a_trait)
            .replace("TAKE_CARTS", "shop.carts.take()")
            .replace("TAKE_FONTS", "shop.fonts.take()"),
    );
    let free =
        "fn take<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> { lock.lock().unwrap_or_else(|e| e.into_inner()) }
fn entry(map: &mut HashMap<String, u32>) -> &mut HashMap<String, u32> { map }";
    check_rule(
        &HANDED_OUT
            .replace("HELPER", free)
            .replace("TAKE_CARTS", "entry(&mut take(&shop.carts))")
            .replace("TAKE_FONTS", "entry(&mut take(&shop.fonts))"),
    );
}

const TALLIED: &str = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::collections::HashMap;
use tokio::sync::mpsc;
TYPES
async fn hit(State(tx): State<mpsc::Sender<String>>, key: String) { tx.send(key).await.ok(); }
#[tokio::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel::<String>(8);
    START
    let app = Router::new().route("/hit", post(hit)).with_state(tx);
    axum::serve(listener().await, app).await.unwrap();
}
"#;

#[test]
fn what_a_task_keeps_in_an_enum_is_a_change_of_the_variable() {
    let start = "tokio::spawn(async move {
        let mut keep = Keep::Plain(HashMap::new()); //~ in-memory-store
        while let Some(key) = rx.recv().await {
            match &mut keep {
                Keep::Plain(map) => { map.insert(key, 1); }
                Keep::Off => {}
            }
        }
    });";
    let types = "enum Keep { Plain(HashMap<String, u64>), Off }";
    check_rule(&TALLIED.replace("TYPES", types).replace("START", start));
}

#[test]
fn what_an_actor_keeps_in_an_enum_is_a_change_of_its_field() {
    let types = "struct Tally { used: HashMap<String, u64> }
enum Meter { Small(Tally), Large(Tally) }
struct Desk {
    inbox: mpsc::Receiver<String>,
    meter: Meter, //~ in-memory-store
}
impl Desk {
    async fn run(mut self) {
        while let Some(key) = self.inbox.recv().await {
            match &mut self.meter { Meter::Small(t) | Meter::Large(t) => { t.used.insert(key, 1); } }
        }
    }
}";
    let start = "let desk = Desk { inbox: rx, meter: Meter::Small(Tally { used: HashMap::new() }) };
    tokio::spawn(desk.run());";
    check_rule(&TALLIED.replace("TYPES", types).replace("START", start));
}

#[test]
fn what_an_enum_that_a_task_is_handed_keeps_is_told_where_it_lies() {
    let types = "struct Tally {
    seen: HashMap<String, u64>, //~ in-memory-store
}
impl Tally { fn bump(&mut self, key: String) { self.seen.insert(key, 1); } }
enum Kind { A(Tally), B(Tally) }
impl Kind { fn bump(&mut self, key: String) { match self { Kind::A(t) => t.bump(key), Kind::B(t) => t.bump(key) } } }
async fn serve(mut rx: mpsc::Receiver<String>, mut tally: Kind) {
    while let Some(key) = rx.recv().await { tally.bump(key); }
}";
    let start = "tokio::spawn(async move {
        let tally = Kind::A(Tally { seen: HashMap::new() });
        serve(rx, tally).await;
    });";
    check_rule(&TALLIED.replace("TYPES", types).replace("START", start));
}

#[test]
fn what_a_task_does_to_the_payload_of_a_message_or_of_an_enum_of_one_round_is_silent() {
    let types = "struct Tally { seen: HashMap<String, u64> }
enum Kind { A(Tally), B(Vec<String>) }
async fn forward(mut orders: mpsc::Receiver<Kind>) {
    while let Some(mut kind) = orders.recv().await {
        match &mut kind { Kind::A(t) => { t.seen.insert(String::new(), 1); } Kind::B(list) => list.push(String::new()) }
    }
}
enum Round { First(Vec<String>), Last }";
    let start = "let (orders, todo) = mpsc::channel::<Kind>(8);
    tokio::spawn(forward(todo));
    tokio::spawn(async move {
        while let Some(key) = rx.recv().await {
            let mut round = Round::First(Vec::new());
            if let Round::First(list) = &mut round { list.push(key); }
            orders.send(Kind::B(Vec::new())).await.ok();
        }
    });";
    check_rule(&TALLIED.replace("TYPES", types).replace("START", start));
}

const DRIVEN: &str = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};
struct Ask { key: String, reply: oneshot::Sender<u64> }
trait Plug { fn take(&mut self, ask: Ask); }
#[derive(Default)]
struct Limits {
    used: HashMap<String, u64>, MARK
}
impl Plug for Limits {
    fn take(&mut self, ask: Ask) {
        let n = self.used.entry(ask.key).or_insert(0);
        *n += 1;
        let _ = ask.reply.send(*n);
    }
}
async fn drive<P: Plug + Default>(mut inbox: mpsc::Receiver<Ask>) {
    BEFORE
    while let Some(ask) = inbox.recv().await {
        WITHIN
        plug.take(ask);
    }
}
async fn hit(State(tx): State<mpsc::Sender<Ask>>, key: String) -> String {
    let (reply, wait) = oneshot::channel();
    tx.send(Ask { key, reply }).await.ok();
    wait.await.unwrap().to_string()
}
#[tokio::main]
async fn main() {
    let (tx, rx) = mpsc::channel(8);
    tokio::spawn(async move { drive::<Limits>(rx).await });
    let app = Router::new().route("/hit", post(hit)).with_state(tx);
    axum::serve(listener().await, app).await.unwrap();
}
"#;

#[test]
fn what_a_type_parameter_makes_is_one_of_those_it_may_stand_for() {
    check_rule(
        &DRIVEN
            .replace("MARK", "//~ local-rate-limit")
            .replace("BEFORE", "let mut plug = P::default();")
            .replace("WITHIN", ""),
    );
    check_rule(
        &DRIVEN
            .replace("MARK", "")
            .replace("BEFORE", "")
            .replace("WITHIN", "let mut plug = P::default();"),
    );
}

#[test]
fn a_static_of_a_rarer_kind_of_lock_is_state() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, pinboard, tokio
use axum::{Router, routing::{get, post}};
use pinboard::Pinboard;
use std::sync::{Arc, LazyLock};
static PAGE: LazyLock<Pinboard<Arc<String>>> = LazyLock::new(Pinboard::new_empty); //~ global-mutable
static LOGO: LazyLock<Pinboard<Arc<String>>> = LazyLock::new(Pinboard::new_empty);
async fn show() -> String { PAGE.get_ref().map(|page| page.to_string()).unwrap_or_default() }
async fn logo() -> String { LOGO.get_ref().map(|logo| logo.to_string()).unwrap_or_default() }
async fn hook(body: String) { PAGE.set(Arc::new(body)); }
#[tokio::main]
async fn main() {
    LOGO.set(Arc::new(String::new()));
    let app = Router::new().route("/", get(show)).route("/logo", get(logo)).route("/hook", post(hook));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_module_of_ones_own_is_imported_by_its_name_alone_in_an_old_edition() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
extern crate axum;
mod shelves;
mod pages;
#[tokio::main]
async fn main() {
    let app = axum::Router::new().route("/", axum::routing::post(pages::enter)).with_state(shelves::Shelves::default());
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/shelves.rs
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
pub struct Shelves {
    names: Arc<Mutex<HashMap<String, u32>>>, //~ in-memory-store
    left: Arc<Mutex<Vec<String>>>,
}
pub fn put(shelves: &Shelves, name: String) { shelves.names.lock().unwrap().insert(name, 1); }
pub fn leave(shelves: &Shelves, name: String) { shelves.left.lock().unwrap().push(name); }
//# app/src/pages.rs
use axum::extract::State;
use shelves;
pub async fn enter(State(shelves): State<shelves::Shelves>, name: String) { shelves::put(&shelves, name); }
"#,
    );
}

#[test]
fn what_a_field_has_is_told_there_though_a_variable_has_it_in_an_enum() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use tokio::sync::RwLock;
#[derive(Default)]
struct Plan { rooms: Vec<String>, doors: Vec<String> }
enum Read { Old(Plan), New(Plan) }
impl Read {
    fn plan(self) -> Plan {
        match self { Read::Old(mut plan) => { plan.doors.clear(); plan } Read::New(plan) => plan }
    }
}
struct House { plan: Plan }
async fn add(State(house): State<Arc<RwLock<House>>>, room: String) -> String {
    let mut house = house.write().await;
    house.plan.rooms.push(room);
    house.plan.doors.push(String::new());
    house.plan.rooms.len().to_string()
}
#[tokio::main]
async fn main() {
    let house = Arc::new(RwLock::new(House { plan: Read::New(Plan::default()).plan() })); //~ in-memory-store
    axum::serve(listener().await, Router::new().route("/rooms", post(add)).with_state(house)).await.unwrap();
}
"#,
    );
}

#[test]
fn what_start_up_code_lends_is_changed_when_the_borrower_is_asked() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
#[derive(Default)]
struct Depot {
    items: RwLock<HashMap<u32, String>>, //~ in-memory-store
}
struct Desk { depot: &'static Depot }
impl Desk { async fn put(&self, id: u32, text: String) { add(self.depot, id, text).await; } }
async fn add(depot: &Depot, id: u32, text: String) { depot.items.write().await.insert(id, text); }
async fn put(State(desk): State<Arc<Desk>>, Path(id): Path<u32>, body: String) { desk.put(id, body).await; }
#[tokio::main]
async fn main() {
    let depot: &'static Depot = Box::leak(Box::new(Depot::default()));
    add(depot, 0, String::new()).await;
    let desk = Arc::new(Desk { depot });
    let app = Router::new().route("/items/{id}", post(put)).with_state(desk);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
