//! Ways through code that once were lost, each with what must be found behind it and, where that is the point, what not.

use super::{check_program, check_rule};

/// The calls from one function to others, in order.
fn calls(program: &str, from: &str) -> Vec<String> {
    let links = check_program(program).program.links;
    links
        .into_iter()
        .filter(|link| link.from == from)
        .map(|link| link.to)
        .collect()
}

#[test]
fn a_parameter_of_several_types_leads_to_each() {
    let program = r"//# app/src/main.rs
trait Store { fn put(&self); }
struct Near;
struct Far;
impl Store for Near { fn put(&self) {} }
impl Store for Far { fn put(&self) {} }
fn keep<S: Store>(store: &S) { store.put(); }
fn main() { keep(&Near); keep(&Far); }
";
    assert_eq!(calls(program, "keep"), ["Far::put", "Near::put"]);
}

#[test]
fn what_a_test_hands_over_displaces_nothing() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
trait Store: Send + Sync { fn put(&self, name: String); }
#[derive(Default)]
struct Memory { names: Mutex<Vec<String>> } //~ in-memory-store
impl Store for Memory { fn put(&self, name: String) { self.names.lock().unwrap().push(name); } }
fn keep(store: &impl Store, name: String) { store.put(name); }
async fn sign(State(memory): State<Arc<Memory>>, name: String) { keep(&*memory, name); }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", post(sign)).with_state(Arc::new(Memory::default()));
    axum::serve(listener().await, app).await.unwrap();
}
#[cfg(test)]
mod tests {
    use super::*;
    struct Mock;
    impl Store for Mock { fn put(&self, _: String) {} }
    #[test]
    fn keeps() { keep(&Mock, String::new()); }
}
"#,
    );
}

#[test]
fn a_field_filled_from_several_arms_leads_to_each() {
    let program = r"//# app/src/main.rs
trait Payment { fn pay(&self); }
struct Card;
struct Cash;
impl Payment for Card { fn pay(&self) {} }
impl Payment for Cash { fn pay(&self) {} }
struct Till { payment: Box<dyn Payment> }
impl Till { fn ring(&self) { self.payment.pay(); } }
fn main() {
    let first = Till { payment: Box::new(Card) };
    let second = Till { payment: Box::new(Cash) };
    first.ring();
    second.ring();
}
";
    assert_eq!(calls(program, "Till::ring"), ["Card::pay", "Cash::pay"]);
}

#[test]
fn a_loop_whose_called_function_waits_is_an_entry_point() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::collections::HashMap;
use tokio::sync::mpsc;
struct Desk { notes: HashMap<String, u32>, taken: mpsc::Receiver<String> } //~ in-memory-store
impl Desk {
    async fn run(&mut self) { loop { self.turn().await; } }
    async fn turn(&mut self) {
        let Some(note) = self.taken.recv().await else { return };
        *self.notes.entry(note).or_insert(0) += 1;
    }
}
async fn note(State(notes): State<mpsc::Sender<String>>, text: String) { notes.send(text).await.unwrap(); }
#[tokio::main]
async fn main() {
    let (notes, taken) = mpsc::channel(8);
    tokio::spawn(async move { Desk { notes: HashMap::new(), taken }.run().await });
    let app: Router = Router::new().route("/", post(note)).with_state(notes);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_default_method_of_our_trait_on_another_crates_type_is_reached() {
    check_rule(
        r"
static ASKED: AtomicU64 = AtomicU64::new(0); //~ global-counter
trait Words { fn first(&self) -> String { note(); self.all() } fn all(&self) -> String; }
impl Words for String { fn all(&self) -> String { self.clone() } }
fn note() { ASKED.fetch_add(1, Ordering::Relaxed); }
fn handle_line(line: String) -> String { line.first() }
fn main() { serve(handle_line); }
",
    );
}

#[test]
fn a_loop_that_tries_again_is_no_timer() {
    let program = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
async fn fetch() -> String {
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(_) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
        }
    }
}
async fn ask() -> Result<String, ()> { Ok(String::new()) }
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", get(fetch))).await.unwrap(); }
"#;
    let entries = check_program(program).program.entries;
    let labels: Vec<&str> = entries.iter().map(|entry| entry.label.as_str()).collect();
    assert_eq!(labels, ["GET /"]);
}

#[test]
fn a_function_called_like_its_module_is_found() {
    let program = r"//# app/src/main.rs
mod multi;
use multi::multi;
fn main() { multi(); }
//# app/src/multi.rs
pub fn multi() {}
";
    assert_eq!(calls(program, "main"), ["multi"]);
}

#[test]
fn what_a_template_splices_in_is_read() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, maud, tokio
use axum::{Router, routing::get};
use maud::{Markup, html};
use std::sync::atomic::{AtomicU64, Ordering};
static SHOWN: AtomicU64 = AtomicU64::new(0); //~ global-counter
fn shown() -> u64 { SHOWN.fetch_add(1, Ordering::Relaxed); SHOWN.load(Ordering::Relaxed) }
async fn page() -> Markup {
    html! { h1 { "Hello" } @if many() { p.many { "often" } } footer { (shown()) " times" } }
}
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", get(page))).await.unwrap(); }
"#,
    );
}

#[test]
fn what_a_module_imports_for_itself_is_not_imported_from_it() {
    let program = r"//# bank/src/main.rs uses: msgs
use bank::{engine::*, start};
fn main() { start(); }
//# bank/src/lib.rs
pub mod engine;
pub fn start() { engine::turn(); }
//# bank/src/engine.rs
use msgs::*;
pub fn turn() {}
//# msgs/src/lib.rs
pub mod bank { pub fn nothing() {} }
";
    assert_eq!(calls(program, "main"), ["start"]);
}

fn labels(program: &str) -> Vec<String> {
    let entries = check_program(program).program.entries;
    entries.into_iter().map(|entry| entry.label).collect()
}

#[test]
fn a_router_in_a_variable_keeps_the_path_it_is_put_below() {
    let program = r#"//# app/src/main.rs uses: axum, tokio
mod users;
use axum::{Router, routing::{get, post}};
async fn list() -> String { String::new() }
async fn add() -> String { String::new() }
async fn audit() -> String { String::new() }
async fn health() -> String { String::new() }
#[tokio::main]
async fn main() {
    let inner = Router::new().route("/audit", get(audit));
    let books = get(list).post(add);
    let users = users::router();
    let mut api = Router::new().route("/books", books).nest("/admin", inner);
    api = api.nest("/users", users);
    let app = Router::new().nest("/api", api.clone()).nest("/v2", api).route("/health", get(health));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/users.rs
use axum::{Router, routing::post};
async fn login() -> String { String::new() }
pub fn router() -> Router { Router::new().route("/login", post(login)) }
"#;
    let wanted = [
        "POST /api/users/login",
        "GET /api/books",
        "POST /api/books",
        "GET /api/admin/audit",
        "GET /health",
    ];
    assert_eq!(labels(program), wanted);
}

#[test]
fn a_router_in_a_variable_that_is_merged_keeps_its_own_path() {
    let program = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
async fn list() -> String { String::new() }
async fn health() -> String { String::new() }
#[tokio::main]
async fn main() {
    let api = Router::new().route("/list", get(list));
    let other = Router::new().route("/health", get(health));
    let app = Router::new().nest("/api", other).merge(api);
    axum::serve(listener().await, app).await.unwrap();
}
"#;
    assert_eq!(labels(program), ["GET /list", "GET /api/health"]);
}
