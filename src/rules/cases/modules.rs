//! Modules and scopes of one crate: which item a name means.

use super::check_rule;

#[test]
fn a_module_folder_with_mod_rs_is_nested() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod domain;
use axum::{Router, routing::post};
#[tokio::main]
async fn main() {
    let app = Router::new().route("/orders", post(domain::orders::http::create));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/domain/mod.rs
pub mod orders;
//# app/src/domain/orders/mod.rs
pub mod http;
mod store;
//# app/src/domain/orders/http.rs
pub async fn create(body: String) { super::store::keep(body); }
//# app/src/domain/orders/store.rs
use std::sync::Mutex;
static ORDERS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub(super) fn keep(order: String) { ORDERS.lock().unwrap().push(order); }
"#,
    );
}

#[test]
fn a_file_that_no_module_names_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod domain;
use axum::{Router, routing::post};
#[tokio::main]
async fn main() {
    let app = Router::new().route("/orders", post(domain::create));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/domain/mod.rs
pub async fn create(body: String) { insert(body).await; }
//# app/src/domain/old.rs
use std::sync::Mutex;
static ORDERS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub async fn create(body: String) { ORDERS.lock().unwrap().push(body); }
fn handle_order(body: String) { ORDERS.lock().unwrap().push(body); }
"#,
    );
}

#[test]
fn a_file_of_an_inline_module_lies_in_its_folder() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod api {
    pub mod notes;
    pub mod state { pub static NOTES: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new()); } //~ in-memory-store
}
use axum::{Router, routing::post};
#[tokio::main]
async fn main() {
    let app = Router::new().route("/notes", post(api::notes::add));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/api/notes.rs
pub async fn add(body: String) { super::state::NOTES.lock().unwrap().push(body); }
"#,
    );
}

#[test]
fn a_path_chosen_for_tests_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
#[cfg_attr(test, path = "mailer_mock.rs")]
mod mailer;
use axum::{Router, routing::post};
async fn invite(body: String) { mailer::send(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/invite", post(invite));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/mailer.rs
pub async fn send(mail: String) { smtp(mail).await; }
//# app/src/mailer_mock.rs
use std::sync::Mutex;
static SENT: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub async fn send(mail: String) { SENT.lock().unwrap().push(mail); }
"#,
    );
}

#[test]
fn of_three_statics_of_one_name_the_one_two_levels_up_is_changed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod api;
use axum::{Router, routing::post};
static LIST: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
async fn count() -> String { LIST.lock().unwrap().len().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/v1/add", post(api::v1::http::add).get(count));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/api/mod.rs
pub mod v1;
pub static LIST: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new()); //~ in-memory-store
//# app/src/api/v1/mod.rs
pub mod http;
pub static LIST: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
//# app/src/api/v1/http.rs
pub async fn add(body: String) -> String {
    super::super::LIST.lock().unwrap().push(body);
    (super::LIST.lock().unwrap().len() + crate::LIST.lock().unwrap().len()).to_string()
}
"#,
    );
}

#[test]
fn variants_brought_by_a_glob_lead_to_the_change() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, serde, tokio
use axum::{Json, Router, routing::post};
use std::sync::Mutex;
#[derive(serde::Deserialize)]
enum Command { Add(String), Count }
use Command::*;
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
async fn run(Json(command): Json<Command>) -> String {
    match command {
        Add(word) => WORDS.lock().unwrap().push(word),
        Count => {}
    }
    WORDS.lock().unwrap().len().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/run", post(run));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_variant_brought_by_a_glob_hides_the_function_of_its_name() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod memory;
use axum::{Router, routing::post};
use memory::*;
async fn run(body: String) -> String {
    use Change::*;
    let change = if body.is_empty() { Reset } else { Add(body) };
    apply(change).await;
    count().to_string()
}
enum Change { Add(String), Reset }
async fn apply(change: Change) { match change { Change::Add(word) => insert(word).await, Change::Reset => truncate().await } }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/run", post(run));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/memory.rs
use std::sync::Mutex;
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());
#[allow(non_snake_case)]
pub fn Add(word: String) { WORDS.lock().unwrap().push(word); }
pub fn count() -> usize { WORDS.lock().unwrap().len() }
"#,
    );
}

#[test]
fn of_two_functions_for_two_features_either_may_run() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, redis, tokio
mod names;
use axum::{Router, routing::post};
async fn sign(body: String) { names::remember(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/names.rs
#[cfg(feature = "redis")]
pub async fn remember(name: String) { crate::redis::push("names", name).await; }
#[cfg(not(feature = "redis"))]
static NAMES: tokio::sync::Mutex<Vec<String>> = tokio::sync::Mutex::const_new(Vec::new()); //~ in-memory-store
#[cfg(not(feature = "redis"))]
pub async fn remember(name: String) { NAMES.lock().await.push(name); }
"#,
    );
}

#[test]
fn of_two_functions_for_two_systems_neither_keeps_anything() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
static LABELS: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
#[cfg(unix)]
fn describe(name: String) -> String { let mut parts = LABELS.lock().unwrap().clone(); parts.push(name); parts.join("/") }
#[cfg(windows)]
fn describe(name: String) -> String { let mut parts = LABELS.lock().unwrap().clone(); parts.push(name); parts.join("\\") }
async fn show(body: String) -> String { describe(body) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/show", post(show));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_with_the_name_of_a_function_hides_it() {
    check_rule(
        r#"
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn save(word: String) -> usize { let mut words = WORDS.lock().unwrap(); words.push(word); words.len() }
fn handle_word(word: String) -> usize {
    let save = |word: String| word.len() + WORDS.lock().unwrap().len();
    save(word)
}
fn main() { save("first".to_owned()); serve(handle_word); }
"#,
    );
}

#[test]
fn a_function_inside_the_handler_hides_the_outer_one() {
    check_rule(
        r#"
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn save(line: String) { LINES.lock().unwrap().push(line); }
fn handle_word(word: String) -> usize {
    fn save(word: String) { WORDS.lock().unwrap().push(word); }
    save(word);
    LINES.lock().unwrap().len()
}
fn main() { save("first".to_owned()); serve(handle_word); }
"#,
    );
}

#[test]
fn a_name_from_a_group_with_self_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod data;
use axum::{Router, routing::post};
use crate::data::{self as d, state::{self, Board as Wall}};
async fn pin(body: String) -> String {
    state::note(&body);
    Wall::pin(body);
    d::state::count().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pin", post(pin));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/data.rs
pub mod state;
//# app/src/data/state.rs
use std::sync::Mutex;
static PINS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub struct Board;
impl Board { pub fn pin(text: String) { PINS.lock().unwrap().push(text); } }
pub fn note(text: &str) { println!("{text}"); }
pub fn count() -> usize { PINS.lock().unwrap().len() }
"#,
    );
}

#[test]
fn raw_names_are_the_same_names() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod r#type;
use axum::{Router, routing::post};
async fn add(body: String) { r#type::r#match(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/add", post(add));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/type.rs
use std::sync::Mutex;
static r#USE: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn r#match(word: String) { USE.lock().unwrap().push(word); }
"#,
    );
}

#[test]
fn files_without_a_manifest_are_one_program() {
    check_rule(
        r#"//# main.rs
mod http;
mod memory;
fn main() { serve(http::handle_add); }
//# http.rs
pub fn handle_add(body: String) -> String { crate::memory::add(body) }
//# memory.rs
use std::sync::Mutex;
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn add(word: String) -> String { WORDS.lock().unwrap().push(word); "ok".to_owned() }
"#,
    );
}

#[test]
fn files_without_a_manifest_that_only_read_are_silent() {
    check_rule(
        r#"//# main.rs
mod http;
mod memory;
fn main() { memory::add("first".to_owned()); serve(http::handle_count); }
//# http.rs
pub fn handle_count(_body: String) -> usize { super::memory::count() }
//# memory.rs
use std::sync::Mutex;
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn add(word: String) { WORDS.lock().unwrap().push(word); }
pub fn count() -> usize { WORDS.lock().unwrap().len() }
"#,
    );
}
