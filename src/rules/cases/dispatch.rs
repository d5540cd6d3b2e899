//! Calls that are not written as plain calls: functions as values, in fields and tables, and of one name.

use super::check_rule;

#[test]
fn a_method_on_an_arc_of_self_calls_the_change() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Default)]
struct Board {
    pins: Mutex<Vec<String>>, //~ in-memory-store
}
impl Board {
    async fn pin(self: Arc<Self>, text: String) { tokio::task::spawn_blocking(move || Self::keep(&self, text)).await.unwrap(); }
    fn keep(this: &Self, text: String) { this.pins.lock().unwrap().push(text); }
}
async fn pin(State(board): State<Arc<Board>>, body: String) { board.pin(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pins", post(pin)).with_state(Arc::new(Board::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_overridden_default_method_is_not_run() {
    check_rule(
        r"
trait Keeps {
    fn list(&self) -> &Mutex<Vec<String>>;
    fn keep(&self, text: String) { self.list().lock().unwrap().push(text); }
}
struct Wall { lines: Mutex<Vec<String>> }
impl Keeps for Wall {
    fn list(&self) -> &Mutex<Vec<String>> { &self.lines }
    fn keep(&self, text: String) { send_to_database(self.lines.lock().unwrap().len(), text); }
}
static WALL: Wall = Wall { lines: Mutex::new(Vec::new()) };
fn handle_line(text: String) { WALL.keep(text); }
fn main() { serve(handle_line); }
",
    );
}

#[test]
fn a_method_as_a_value_is_called() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Default)]
struct Board {
    rounds: Mutex<Vec<u32>>, //~ in-memory-store
}
impl Board {
    fn next_round(&self) -> usize {
        let mut rounds = self.rounds.lock().unwrap();
        rounds.push(1);
        rounds.len()
    }
}
async fn next(State(board): State<Arc<Board>>) -> String { Some(board.as_ref()).map(Board::next_round).unwrap_or(0).to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/next", post(next)).with_state(Arc::new(Board::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_constructor_as_a_value_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
struct Board { rounds: Mutex<Vec<String>> }
impl Board {
    fn named(name: &str) -> Self {
        let board = Board { rounds: Mutex::new(Vec::new()) };
        board.rounds.lock().unwrap().push(name.to_owned());
        board
    }
    fn size(&self) -> usize { self.rounds.lock().unwrap().len() }
}
async fn sizes(State(board): State<Arc<Board>>, body: String) -> String {
    let sum: usize = body.lines().map(Board::named).map(|board| board.size()).sum();
    (sum + board.size()).to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sizes", post(sizes)).with_state(Arc::new(Board::named("main")));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_in_a_field_is_called() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
static ORDERS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Shop { on_order: Box<dyn Fn(String) -> usize + Send + Sync> }
async fn order(State(shop): State<Arc<Shop>>, body: String) -> String { (shop.on_order)(body).to_string() }
#[tokio::main]
async fn main() {
    let shop = Shop { on_order: Box::new(|order| { let mut orders = ORDERS.lock().unwrap(); orders.push(order); orders.len() }) };
    let app = Router::new().route("/orders", post(order)).with_state(Arc::new(shop));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_in_a_field_that_nobody_calls_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
static ORDERS: Mutex<Vec<String>> = Mutex::new(Vec::new());
struct Shop { price: Box<dyn Fn(&str) -> usize + Send + Sync>, on_load: Box<dyn Fn(String) + Send + Sync> }
async fn price(State(shop): State<Arc<Shop>>, body: String) -> String { ((shop.price)(&body) + ORDERS.lock().unwrap().len()).to_string() }
#[tokio::main]
async fn main() {
    let shop = Shop { price: Box::new(|name| name.len()), on_load: Box::new(|order| ORDERS.lock().unwrap().push(order)) };
    (shop.on_load)("first".to_owned());
    let app = Router::new().route("/price", post(price)).with_state(Arc::new(shop));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_function_in_a_table_is_called() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod commands;
use axum::{Router, routing::post};
async fn run(body: String) -> String { commands::run(&body) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/run", post(run));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/commands.rs
use std::sync::Mutex;
static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
type Command = fn(&str) -> String;
const COMMANDS: &[(&str, Command)] = &[("add", add), ("list", list)];
fn add(text: &str) -> String { NOTES.lock().unwrap().push(text.to_owned()); "added".to_owned() }
fn list(_: &str) -> String { NOTES.lock().unwrap().join("\n") }
pub fn run(line: &str) -> String {
    let (name, text) = line.split_once(' ').unwrap_or((line, ""));
    for (known, command) in COMMANDS { if *known == name { return command(text); } }
    "unknown".to_owned()
}
"#,
    );
}

#[test]
fn a_table_of_functions_that_compute_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod commands;
use axum::{Router, routing::post};
async fn run(body: String) -> String { commands::run(&body) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/run", post(run));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/commands.rs
use std::sync::Mutex;
static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());
type Command = fn(&str) -> String;
const COMMANDS: &[(&str, Command)] = &[("count", count), ("list", list)];
fn count(text: &str) -> String { text.len().to_string() }
fn list(_: &str) -> String { NOTES.lock().unwrap().join("\n") }
pub fn run(line: &str) -> String {
    let (name, text) = line.split_once(' ').unwrap_or((line, ""));
    COMMANDS.iter().find(|(known, _)| *known == name).map(|(_, command)| command(text)).unwrap_or_default()
}
"#,
    );
}

#[test]
fn functions_that_call_each_other_reach_the_change() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod even;
mod odd;
use axum::{Router, routing::post};
async fn walk(body: String) { even::step(body.len()); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/walk", post(walk));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/even.rs
pub fn step(left: usize) { if left > 0 { crate::odd::step(left - 1); } }
//# app/src/odd.rs
use std::sync::Mutex;
static STEPS: Mutex<Vec<usize>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn step(left: usize) {
    STEPS.lock().unwrap().push(left);
    if left > 0 { crate::even::step(left - 1); }
}
"#,
    );
}

#[test]
fn a_recursion_over_the_list_of_one_request_is_silent() {
    check_rule(
        r"
static ROOTS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
fn collect(depth: u32, into: &mut Vec<u32>) {
    into.push(depth);
    if depth > 0 { collect(depth - 1, into); }
}
fn handle_tree(depth: u32) -> usize {
    let mut nodes = Vec::new();
    collect(depth, &mut nodes);
    nodes.len() + ROOTS.lock().unwrap().len()
}
fn main() { serve(handle_tree); }
",
    );
}

#[test]
fn of_two_functions_of_one_name_the_called_one_counts() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod database;
mod memory;
use axum::{Router, routing::post};
use memory::save;
async fn create(body: String) { save(body); }
async fn archive(body: String) { database::save(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/items", post(create)).route("/archive", post(archive));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/database.rs
use std::sync::Mutex;
static FALLBACK: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn save(item: String) { insert(item, FALLBACK.lock().unwrap().len()); }
//# app/src/memory.rs
use std::sync::Mutex;
static ITEMS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn save(item: String) { ITEMS.lock().unwrap().push(item); }
"#,
    );
}

#[test]
fn of_two_functions_of_one_name_the_other_one_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod database;
mod memory;
use axum::{Router, routing::post};
use database::save;
async fn create(body: String) -> String { save(body); memory::count().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/items", post(create));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/database.rs
pub fn save(item: String) { insert(item); }
//# app/src/memory.rs
use std::sync::Mutex;
static ITEMS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn save(item: String) { ITEMS.lock().unwrap().push(item); }
pub fn count() -> usize { ITEMS.lock().unwrap().len() }
"#,
    );
}
