//! Targets, crates and what they export: whose item a name means.

use super::check_rule;

#[test]
fn the_server_among_two_programs_and_a_library_is_followed() {
    check_rule(
        r#"//# app/src/bin/server.rs uses: axum, tokio
use app::board;
use axum::{Router, routing::post};
async fn pin(body: String) { board::pin(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pins", post(pin));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/bin/report.rs
fn main() { println!("{}", app::board::count()); }
//# app/src/lib.rs
pub mod board;
//# app/src/board.rs
use std::sync::Mutex;
static PINS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn pin(text: String) { PINS.lock().unwrap().push(text); }
pub fn count() -> usize { PINS.lock().unwrap().len() }
"#,
    );
}

#[test]
fn what_only_the_tool_among_two_programs_changes_is_silent() {
    check_rule(
        r#"//# app/src/bin/server.rs uses: axum, tokio
use app::board;
use axum::{Router, routing::get};
async fn count() -> String { board::count().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/count", get(count));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/bin/import.rs
fn main() { for name in std::env::args() { app::board::pin(name); } }
//# app/src/lib.rs
pub mod board;
//# app/src/board.rs
use std::sync::Mutex;
static PINS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn pin(text: String) { PINS.lock().unwrap().push(text); }
pub fn count() -> usize { PINS.lock().unwrap().len() }
"#,
    );
}

#[test]
fn two_programs_have_modules_of_one_name() {
    check_rule(
        r#"//# app/src/bin/public.rs uses: axum, tokio
use axum::{Router, routing::get};
mod state { pub static NAMES: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new()); }
async fn names() -> String { state::NAMES.lock().unwrap().join(",") }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/names", get(names));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/bin/admin.rs
use axum::{Router, routing::post};
mod state { pub static NAMES: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new()); } //~ in-memory-store
async fn add(body: String) { state::NAMES.lock().unwrap().push(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/names", post(add));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn globs_through_two_crates_bring_the_function() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, front, tokio
use axum::{Router, routing::post};
use front::prelude::*;
async fn sign(body: String) { remember_guest(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# front/src/lib.rs uses: back
pub mod prelude { pub use crate::guests::*; }
mod guests { pub use back::*; }
//# back/src/lib.rs
mod memory;
pub use memory::*;
//# back/src/memory.rs
use std::sync::Mutex;
static GUESTS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn remember_guest(name: String) { GUESTS.lock().unwrap().push(name); }
"#,
    );
}

#[test]
fn an_own_function_wins_over_a_glob() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, back, tokio
use axum::{Router, routing::post};
use back::*;
fn remember_guest(name: String) { insert(name); }
async fn sign(body: String) -> String { remember_guest(body); guests().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# back/src/lib.rs
use std::sync::Mutex;
static GUESTS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn remember_guest(name: String) { GUESTS.lock().unwrap().push(name); }
pub fn guests() -> usize { GUESTS.lock().unwrap().len() }
"#,
    );
}

#[test]
fn a_function_exported_under_another_name_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, book, tokio
use axum::{Router, routing::post};
use book::{Guests as Book, write_down};
async fn sign(body: String) -> String { write_down(&body); Book::add(body).to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# book/src/lib.rs
mod inner;
pub use inner::{Store as Guests, log as write_down};
//# book/src/inner.rs
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub struct Store;
impl Store { pub fn add(name: String) -> usize { let mut names = NAMES.lock().unwrap(); names.push(name); names.len() } }
pub fn log(text: &str) { println!("{text}"); }
"#,
    );
}

#[test]
fn an_export_that_bears_the_name_of_a_private_function_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, book, tokio
use axum::{Router, routing::post};
async fn sign(body: String) -> String { book::add(&body).to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# book/src/lib.rs
mod inner;
pub use inner::position as add;
//# book/src/inner.rs
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn add(name: &str) { NAMES.lock().unwrap().push(name.to_owned()); }
pub fn position(name: &str) -> usize { NAMES.lock().unwrap().iter().position(|known| known == name).unwrap_or(0) }
"#,
    );
}

#[test]
fn an_extern_crate_with_another_name_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, guest-book, tokio
extern crate guest_book as book;
mod http;
use axum::{Router, routing::post};
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(http::sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/http.rs
pub async fn sign(body: String) { crate::book::sign(body); }
//# guest-book/src/lib.rs
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn sign(name: String) { NAMES.lock().unwrap().push(name); }
"#,
    );
}

#[test]
fn an_extern_crate_with_another_name_holds_in_the_modules_of_its_program() {
    check_rule(
        r#"//# app/src/bin/server.rs uses: axum, tokio
extern crate app as hall;
mod service;
#[tokio::main]
async fn main() { service::serve().await; }
//# app/src/bin/service.rs
use axum::{Router, routing::post};
async fn pin(body: String) { hall::board::pin(body); }
pub async fn serve() {
    let app = Router::new().route("/pins", post(pin));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/lib.rs
pub mod board;
//# app/src/board.rs
use std::sync::Mutex;
static PINS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn pin(text: String) { PINS.lock().unwrap().push(text); }
"#,
    );
}

#[test]
fn a_renamed_dependency_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, db = guest-book, tokio
use axum::{Router, routing::post};
use db::sign as write;
async fn sign(body: String) { write(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# guest-book/src/lib.rs
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn sign(name: String) { NAMES.lock().unwrap().push(name); }
"#,
    );
}

#[test]
fn a_renamed_dependency_hides_the_crate_of_that_name() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, store = database-store, tokio
use axum::{Router, routing::post};
async fn sign(body: String) { store::sign(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# database-store/src/lib.rs
pub fn sign(name: String) { insert(name); }
//# store/src/lib.rs
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn sign(name: String) { NAMES.lock().unwrap().push(name); }
"#,
    );
}

#[test]
fn a_library_with_a_name_of_its_own_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, guest-book, tokio
use axum::{Router, routing::post};
async fn sign(body: String) { guests::sign(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/sign", post(sign));
    axum::serve(listener().await, app).await.unwrap();
}
//# guest-book/src/lib.rs lib: guests
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn sign(name: String) { NAMES.lock().unwrap().push(name); }
"#,
    );
}

#[test]
fn a_library_with_a_name_of_its_own_that_is_only_read_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, guest-book, tokio
use axum::{Router, routing::get};
async fn count() -> String { guests::count().to_string() }
#[tokio::main]
async fn main() {
    guests::sign("host".to_owned());
    let app: Router = Router::new().route("/count", get(count));
    axum::serve(listener().await, app).await.unwrap();
}
//# guest-book/src/lib.rs lib: guests
use std::sync::Mutex;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn sign(name: String) { NAMES.lock().unwrap().push(name); }
pub fn count() -> usize { NAMES.lock().unwrap().len() }
"#,
    );
}
