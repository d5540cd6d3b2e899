//! Calls through traits and generics, and methods of receivers that nobody knows.

use super::check_rule;

#[test]
fn a_blanket_impl_is_reached() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod memory;
use axum::{Router, routing::post};
use memory::Remember;
async fn say(body: String) { body.remember(); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/say", post(say));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/memory.rs
use std::sync::Mutex;
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub trait Remember { fn remember(&self); }
impl<T: AsRef<str>> Remember for T {
    fn remember(&self) { SAID.lock().unwrap().push(self.as_ref().to_owned()); }
}
"#,
    );
}

#[test]
fn a_blanket_impl_that_computes_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod shout;
use axum::{Router, routing::post};
use shout::Shout;
async fn say(body: String) -> String { body.shout() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/say", post(say));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/shout.rs
use std::{fmt::Display, sync::Mutex};
static MARKS: Mutex<Vec<char>> = Mutex::new(Vec::new());
pub trait Shout { fn shout(&self) -> String; }
impl<T: Display> Shout for T {
    fn shout(&self) -> String {
        let mut text = self.to_string();
        for mark in MARKS.lock().unwrap().iter() { text.push(*mark); }
        text
    }
}
"#,
    );
}

#[test]
fn a_generic_function_over_a_store_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod service;
mod store;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
async fn add(State(store): State<Arc<store::Memory>>, body: String) { service::create(store.as_ref(), body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/add", post(add)).with_state(Arc::new(store::Memory::default()));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/service.rs
use crate::store::Store;
pub fn create<S: Store + ?Sized>(store: &S, line: String) { store.add(line.trim().to_owned()); }
//# app/src/store.rs
use std::sync::Mutex;
pub trait Store { fn add(&self, line: String); }
#[derive(Default)]
pub struct Memory {
    lines: Mutex<Vec<String>>, //~ in-memory-store
}
impl Store for Memory { fn add(&self, line: String) { self.lines.lock().unwrap().push(line); } }
"#,
    );
}

#[test]
fn a_generic_function_over_the_list_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod sink;
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
use sink::{Sink, fill};
struct Stored { lines: Mutex<Vec<String>> }
impl Stored { fn len(&self) -> usize { self.lines.lock().unwrap().len() } }
impl Sink for Stored { fn add(&self, line: String) { self.lines.lock().unwrap().push(line); } }
async fn split(State(stored): State<Arc<Stored>>, body: String) -> String {
    let page = sink::Page::default();
    fill(&page, &body);
    (page.len() + stored.len()).to_string()
}
#[tokio::main]
async fn main() {
    let stored = Stored { lines: Mutex::new(Vec::new()) };
    fill(&stored, "a b c");
    let app = Router::new().route("/split", post(split)).with_state(Arc::new(stored));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/sink.rs
use std::cell::RefCell;
pub trait Sink { fn add(&self, line: String); }
#[derive(Default)]
pub struct Page { words: RefCell<Vec<String>> }
impl Page { pub fn len(&self) -> usize { self.words.borrow().len() } }
impl Sink for Page { fn add(&self, line: String) { self.words.borrow_mut().push(line); } }
pub fn fill<S: Sink>(sink: &S, text: &str) { for word in text.split(' ') { sink.add(word.to_owned()); } }
"#,
    );
}

#[test]
fn an_extension_trait_of_the_router_adds_the_route() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod notes;
use axum::Router;
use notes::RouterExt;
#[tokio::main]
async fn main() {
    let app = Router::new().with_notes();
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/notes.rs
use axum::{Router, routing::post};
use std::sync::Mutex;
static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub trait RouterExt { fn with_notes(self) -> Self; }
impl RouterExt for Router { fn with_notes(self) -> Self { self.route("/notes", post(add)) } }
async fn add(body: String) { NOTES.lock().unwrap().push(body); }
"#,
    );
}

#[test]
fn an_extension_trait_of_text_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod text;
use axum::{Router, routing::post};
use text::TextExt;
async fn clean(body: String) -> String { body.as_str().cleaned() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/clean", post(clean));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/text.rs
use std::{collections::HashSet, sync::{LazyLock, Mutex}};
static STOP_WORDS: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(|| Mutex::new(read_words()));
pub trait TextExt { fn cleaned(&self) -> String; }
impl TextExt for str {
    fn cleaned(&self) -> String {
        let stop = STOP_WORDS.lock().unwrap();
        let mut kept = Vec::new();
        for word in self.split(' ') { if !stop.contains(word) { kept.push(word); } }
        kept.join(" ")
    }
}
"#,
    );
}

#[test]
fn a_method_of_a_name_that_only_one_type_has_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, directory, tokio
use axum::{Router, routing::post};
use std::sync::Mutex;
#[derive(Default)]
pub struct Desk {
    guests: Mutex<Vec<String>>, //~ in-memory-store
}
impl Desk { pub fn check_in_guest(&self, name: String) { self.guests.lock().unwrap().push(name); } }
async fn arrive(body: String) { directory::global().find_service("desk").check_in_guest(body); }
#[tokio::main]
async fn main() {
    directory::global().add_service("desk", Desk::default());
    let app: Router = Router::new().route("/arrive", post(arrive));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_method_with_a_name_of_std_on_an_unknown_value_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, document, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Default)]
pub struct Desk { guests: Mutex<Vec<String>> }
impl Desk {
    pub fn push(&self, name: String) { self.guests.lock().unwrap().push(name); }
    pub fn count(&self) -> usize { self.guests.lock().unwrap().len() }
}
async fn render(State(desk): State<Arc<Desk>>, body: String) -> String {
    let page = document::parse(&body).root();
    page.push(desk.count().to_string());
    page.to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/render", post(render)).with_state(Arc::new(Desk::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_method_called_by_the_path_of_its_trait_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
trait Keeps { fn keep(&self, text: String); }
#[derive(Default)]
struct Wall {
    lines: Mutex<Vec<String>>, //~ in-memory-store
}
impl Keeps for Wall { fn keep(&self, text: String) { self.lines.lock().unwrap().push(text); } }
async fn line(State(wall): State<Arc<Wall>>, body: String) { <Wall as Keeps>::keep(&wall, body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/lines", post(line)).with_state(Arc::new(Wall::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_closure_handed_to_a_helper_of_ours_is_called() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod retry;
use axum::{Router, routing::post};
use std::sync::Mutex;
static RECEIPTS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
async fn pay(body: String) -> String {
    retry::three_times(|| async { RECEIPTS.lock().unwrap().push(charge(&body).await); }).await;
    "paid".to_owned()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pay", post(pay));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/retry.rs
pub async fn three_times<F, T>(mut work: F) where F: FnMut() -> T, T: Future<Output = ()> {
    for _ in 0..3 { work().await; }
}
"#,
    );
}
