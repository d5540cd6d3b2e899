//! Calls: how a request comes to the change.

use super::check_rule;

#[test]
fn a_change_three_calls_deep_is_found() {
    check_rule(
        r"
static LEDGER: Mutex<Vec<i64>> = Mutex::new(Vec::new()); //~ in-memory-store
fn book(amount: i64) { LEDGER.lock().unwrap().push(amount); }
fn transfer(amount: i64) { book(-amount); book(amount); }
fn execute(text: &str) { transfer(text.len() as i64); }
fn handle_pay(text: &str) { execute(text); }
fn main() { serve(handle_pay); }
",
    );
}

#[test]
fn a_change_in_a_function_nobody_calls_is_silent() {
    check_rule(
        r"
static LEDGER: Mutex<Vec<i64>> = Mutex::new(Vec::new());
fn book(amount: i64) { LEDGER.lock().unwrap().push(amount); }
fn handle_pay() -> usize { LEDGER.lock().unwrap().len() }
fn main() { serve(handle_pay); }
",
    );
}

#[test]
fn a_method_through_self_calls_another() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
#[derive(Default)]
struct Accounts { balances: Mutex<HashMap<u32, i64>> } //~ in-memory-store
impl Accounts {
    fn deposit(&self, id: u32) { self.change(id, 5); }
    fn change(&self, id: u32, by: i64) { *self.balances.lock().unwrap().entry(id).or_insert(0) += by; }
}
async fn deposit(State(accounts): State<Arc<Accounts>>) { accounts.deposit(1); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/deposit", post(deposit)).with_state(Arc::new(Accounts::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_function_value_handed_on_is_called() {
    check_rule(
        r"
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn remember(word: &str) { SEEN.lock().unwrap().push(word.to_owned()); }
fn handle_text(text: &str) { text.split(' ').for_each(remember); }
fn main() { serve(handle_text); }
",
    );
}

#[test]
fn a_closure_in_a_variable_is_called() {
    check_rule(
        r"
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn handle_text(text: String) {
    let remember = |word: String| SEEN.lock().unwrap().push(word);
    remember(text);
}
fn main() { serve(handle_text); }
",
    );
}

#[test]
fn a_task_spawned_by_a_handler_belongs_to_the_request() {
    check_rule(
        r"
static RESULTS: LazyLock<Mutex<HashMap<u32, String>>> = LazyLock::new(Default::default); //~ in-memory-store
async fn work(id: u32) { RESULTS.lock().unwrap().insert(id, compute(id).await); }
async fn handle_begin(id: u32) { tokio::spawn(work(id)); }
async fn handle_result(id: u32) -> Option<String> { RESULTS.lock().unwrap().get(&id).cloned() }
fn main() { serve(handle_begin); }
",
    );
}

#[test]
fn a_task_that_only_computes_is_silent() {
    check_rule(
        r"
async fn work(words: Vec<String>) -> HashMap<String, u32> {
    let counts = Arc::new(Mutex::new(HashMap::new()));
    for word in words { *counts.lock().unwrap().entry(word).or_insert(0) += 1; }
    let done = counts.lock().unwrap().clone();
    done
}
async fn handle_count(words: Vec<String>) -> usize { tokio::spawn(work(words)).await.unwrap().len() }
fn main() { serve(handle_count); }
",
    );
}

#[test]
fn a_default_method_of_a_trait_changes_the_store() {
    check_rule(
        r"
trait Keeps {
    fn list(&self) -> &Mutex<Vec<String>>;
    fn keep(&self, text: String) { self.list().lock().unwrap().push(text); }
}
struct Wall { lines: Mutex<Vec<String>> } //~ in-memory-store
impl Keeps for Wall { fn list(&self) -> &Mutex<Vec<String>> { &self.lines } }
static WALL: Wall = Wall { lines: Mutex::new(Vec::new()) };
fn handle_line(text: String) { WALL.keep(text); }
fn main() { serve(handle_line); }
",
    );
}

#[test]
fn a_helper_of_a_request_local_struct_is_silent() {
    check_rule(
        r"
struct Page { lines: Mutex<Vec<String>> }
impl Page {
    fn new() -> Self { Page { lines: Mutex::new(Vec::new()) } }
    fn add(&self, line: &str) { self.lines.lock().unwrap().push(line.to_owned()); }
}
fn handle_page(text: &str) -> usize {
    let page = Page::new();
    page.add(text);
    let count = page.lines.lock().unwrap().len();
    count
}
fn main() { serve(handle_page); }
",
    );
}

#[test]
fn a_workspace_macro_makes_the_change() {
    check_rule(
        r"
macro_rules! remember { ($list:ident, $value:expr) => { $list.lock().unwrap().push($value) }; }
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn handle_word(word: String) { remember!(WORDS, word); }
fn main() { serve(handle_word); }
",
    );
}

#[test]
fn a_workspace_macro_declares_the_static() {
    check_rule(
        r"
macro_rules! shelf { ($name:ident, $item:ty) => { static $name: Mutex<Vec<$item>> = Mutex::new(Vec::new()); }; }
shelf!(WORDS, String); //~ in-memory-store
fn handle_word(word: String) { WORDS.lock().unwrap().push(word); }
fn main() { serve(handle_word); }
",
    );
}

#[test]
fn a_change_inside_join_is_found() {
    check_rule(
        r"
static DONE: Mutex<Vec<u32>> = Mutex::new(Vec::new()); //~ in-memory-store
async fn one(id: u32) { DONE.lock().unwrap().push(id); }
async fn handle_both() { tokio::join!(one(1), one(2)); }
fn main() { serve(handle_both); }
",
    );
}

#[test]
fn a_change_inside_select_is_found() {
    check_rule(
        r"
static LAST_WINNER: Mutex<Option<u32>> = Mutex::new(None); //~ global-mutable
async fn handle_race() -> u32 {
    tokio::select! {
        winner = first() => { *LAST_WINNER.lock().unwrap() = Some(winner); winner }
        _ = second() => LAST_WINNER.lock().unwrap().unwrap_or(0),
    }
}
fn main() { serve(handle_race); }
",
    );
}

#[test]
fn a_recursive_function_is_followed_once() {
    check_rule(
        r"
static NODES: Mutex<Vec<u32>> = Mutex::new(Vec::new()); //~ in-memory-store
fn walk(depth: u32) {
    if depth == 0 { return; }
    NODES.lock().unwrap().push(depth);
    walk(depth - 1);
}
fn handle_tree(depth: u32) { walk(depth); }
fn main() { serve(handle_tree); }
",
    );
}

#[test]
fn std_take_of_a_request_local_is_silent() {
    check_rule(
        r"
static TITLES: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn handle_take(mut lines: Vec<String>) -> usize {
    let taken = std::mem::take(&mut lines);
    taken.len() + TITLES.lock().unwrap().len()
}
fn main() { serve(handle_take); }
",
    );
}

#[test]
fn an_unsafe_static_mut_is_written() {
    check_rule(
        r"
static mut LEVEL: u32 = 0; //~ global-mutable
fn handle_level(level: u32) { unsafe { LEVEL = level; } }
fn handle_read() -> u32 { unsafe { LEVEL } }
fn main() { serve(handle_level); }
",
    );
}

#[test]
fn a_method_with_a_common_name_on_a_local_does_not_touch_the_state() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
#[derive(Default)]
struct Registry { plugins: Mutex<HashMap<u32, String>> }
impl Registry {
    fn insert(&self, id: u32, name: String) { self.plugins.lock().unwrap().insert(id, name); }
    fn count(&self) -> usize { self.plugins.lock().unwrap().len() }
}
async fn tally(State(registry): State<Arc<Registry>>, text: String) -> String {
    let mut seen = HashMap::new();
    seen.insert(1, text);
    (registry.count() + seen.len()).to_string()
}
#[tokio::main]
async fn main() {
    let registry = Registry::default();
    registry.insert(1, "base".to_owned());
    let app = Router::new().route("/tally", post(tally)).with_state(Arc::new(registry));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
