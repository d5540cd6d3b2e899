//! Parts and wholes: what functions and builders give back, fields of tuples, lists of locks.

use super::check_rule;

#[test]
fn an_impl_trait_gives_the_store() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod store;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
async fn add<S: store::Store>(State(store): State<Arc<S>>, body: String) { store.add(body); }
#[tokio::main]
async fn main() {
    let store = Arc::new(store::open());
    let app = Router::new().route("/add", post(add)).with_state(store);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/store.rs
use std::sync::Mutex;
pub trait Store: Send + Sync + 'static { fn add(&self, line: String); }
struct Lines {
    lines: Mutex<Vec<String>>, //~ in-memory-store
}
impl Store for Lines { fn add(&self, line: String) { self.lines.lock().unwrap().push(line); } }
pub fn open() -> impl Store { Lines { lines: Mutex::new(Vec::new()) } }
"#,
    );
}

#[test]
fn an_impl_iterator_of_one_request_is_silent() {
    check_rule(
        r"
static STEPS: LazyLock<Mutex<Vec<u32>>> = LazyLock::new(|| Mutex::new(vec![1, 2, 5]));
fn running(numbers: Vec<u32>) -> impl Iterator<Item = u32> {
    let mut total = 0;
    numbers.into_iter().map(move |number| { total += number; total })
}
fn handle_running() -> u32 { running(STEPS.lock().unwrap().clone()).last().unwrap_or(0) }
fn main() { serve(handle_running); }
",
    );
}

#[test]
fn a_builder_leads_to_the_struct_that_it_builds() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod hub;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
async fn add(State(hub): State<Arc<hub::Hub>>, body: String) { hub.add(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/add", post(add)).with_state(Arc::new(hub::Builder::new().limit(5).prefix("a").build()));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/hub.rs
use std::sync::Mutex;
pub struct Hub {
    lines: Mutex<Vec<String>>, //~ in-memory-store
    limit: usize,
    prefix: String,
}
impl Hub {
    pub fn add(&self, line: String) {
        let mut lines = self.lines.lock().unwrap();
        if lines.len() < self.limit { lines.push(format!("{}{line}", self.prefix)); }
    }
}
#[derive(Default)]
pub struct Builder { limit: usize, prefix: String }
impl Builder {
    pub fn new() -> Self { Self::default() }
    pub fn limit(mut self, limit: usize) -> Self { self.limit = limit; self }
    pub fn prefix(mut self, prefix: &str) -> Self { self.prefix.push_str(prefix); self }
    pub fn build(self) -> Hub { Hub { lines: Mutex::new(Vec::with_capacity(self.limit)), limit: self.limit, prefix: self.prefix } }
}
"#,
    );
}

#[test]
fn a_builder_used_in_a_handler_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::Arc;
#[derive(Clone, Default)]
struct Mail { to: Vec<String>, body: String }
impl Mail {
    fn to(mut self, name: &str) -> Self { self.to.push(name.to_owned()); self }
    fn line(mut self, text: &str) -> Self { self.body.push_str(text); self }
}
async fn send(State(template): State<Arc<Mail>>) -> String {
    let mail = Mail::clone(&template).to("a@example.org").line("hello");
    format!("{} to {}", mail.body, mail.to.join(","))
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/send", get(send)).with_state(Arc::new(Mail::default().line("Dear ")));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_made_from_the_rest_of_another_shares_its_list() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct App {
    lines: Arc<Mutex<Vec<String>>>, //~ in-memory-store
    name: String,
}
async fn add(State(app): State<App>, body: String) {
    let renamed = App { name: "other".to_owned(), ..app };
    renamed.lines.lock().unwrap().push(format!("{}: {body}", renamed.name));
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/add", post(add)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_made_from_the_rest_of_a_default_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Default)]
struct Work { lines: Mutex<Vec<String>>, name: String }
async fn run(State(base): State<Arc<Work>>, body: String) -> String {
    let work = Work { name: base.name.clone(), ..Work::default() };
    work.lines.lock().unwrap().push(body);
    let text = work.lines.lock().unwrap().join(",");
    text
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/run", post(run)).with_state(Arc::new(Work::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_lock_in_a_map_behind_a_lock_is_found_once() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{Mutex, RwLock};
#[derive(Default)]
struct Game { moves: Vec<String> }
#[derive(Clone, Default)]
struct App {
    games: Arc<RwLock<HashMap<u32, Arc<Mutex<Game>>>>>, //~ in-memory-store
}
async fn play(State(app): State<App>, Path(id): Path<u32>, body: String) {
    let game = app.games.write().await.entry(id).or_default().clone();
    game.lock().await.moves.push(body);
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/games/{id}", post(play)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_lock_in_a_list_of_shards_that_is_only_read_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Path, routing::get};
use std::{collections::HashMap, sync::{LazyLock, Mutex}};
static SHARDS: LazyLock<Vec<Mutex<HashMap<u64, String>>>> = LazyLock::new(|| load_shards().into_iter().map(Mutex::new).collect());
async fn look_up(Path(id): Path<u64>) -> String {
    let shard = &SHARDS[id as usize % SHARDS.len()];
    shard.lock().unwrap().get(&id).cloned().unwrap_or_default()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/{id}", get(look_up));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_lock_in_a_list_of_shards_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Path, routing::put};
use std::{collections::HashMap, sync::{LazyLock, Mutex}};
static SHARDS: LazyLock<Vec<Mutex<HashMap<u64, String>>>> = LazyLock::new(|| (0..8).map(|_| Mutex::default()).collect()); //~ in-memory-store
fn shard(id: u64) -> &'static Mutex<HashMap<u64, String>> { &SHARDS[id as usize % SHARDS.len()] }
async fn set(Path(id): Path<u64>, body: String) { shard(id).lock().unwrap().insert(id, body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/{id}", put(set));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn the_second_field_of_a_tuple_behind_a_lock_is_changed() {
    check_rule(
        r"
static POSITION: Mutex<(f64, f64)> = Mutex::new((0.0, 0.0)); //~ global-mutable
fn handle_move(dx: f64, dy: f64) {
    let mut position = POSITION.lock().unwrap();
    position.0 += dx;
    let (_, y) = &mut *position;
    *y += dy;
}
fn handle_where() -> f64 { POSITION.lock().unwrap().1 }
fn main() { serve(handle_move); }
",
    );
}

#[test]
fn a_copied_tuple_is_changed_alone() {
    check_rule(
        r"
static ORIGIN: Mutex<(f64, f64)> = Mutex::new((0.0, 0.0));
fn handle_move(dx: f64) -> f64 {
    let mut position = *ORIGIN.lock().unwrap();
    position.0 += dx;
    let (ref mut x, _) = position;
    *x += dx;
    position.0
}
fn main() { serve(handle_move); }
",
    );
}
