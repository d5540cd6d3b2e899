//! Start-up or request: who changes the cell, and when.

use super::{check_program, check_rule};

#[test]
fn a_list_that_only_main_fills_is_silent() {
    check_rule(
        r"
static PLUGINS: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn handle_list() -> Vec<String> { PLUGINS.lock().unwrap().clone() }
fn main() {
    for name in std::env::args() { PLUGINS.lock().unwrap().push(name); }
    serve(handle_list);
}
",
    );
}

#[test]
fn a_list_that_main_and_a_handler_fill_is_not() {
    check_rule(
        r"
static PLUGINS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn add(name: String) { PLUGINS.lock().unwrap().push(name); }
fn handle_install(name: String) { add(name); }
fn main() {
    for name in std::env::args() { add(name); }
    serve(handle_install);
}
",
    );
}

#[test]
fn a_table_that_init_fills_is_silent() {
    check_rule(
        r#"
mod table {
    use std::{collections::HashMap, sync::{LazyLock, RwLock}};
    static TABLE: LazyLock<RwLock<HashMap<String, String>>> = LazyLock::new(Default::default);
    pub fn init() { TABLE.write().unwrap().insert("a".to_owned(), "b".to_owned()); }
    pub fn look_up(key: &str) -> Option<String> { TABLE.read().unwrap().get(key).cloned() }
}
fn handle_look_up(key: &str) -> Option<String> { table::look_up(key) }
fn main() { table::init(); serve(handle_look_up); }
"#,
    );
}

#[test]
fn a_list_refreshed_by_a_timer_is_silent() {
    check_rule(
        r"
static RATES: RwLock<Vec<f64>> = RwLock::new(Vec::new());
async fn refresh() {
    let mut tick = tokio::time::interval(std::time::Duration::from_secs(60));
    loop {
        tick.tick().await;
        *RATES.write().unwrap() = fetch_rates().await;
    }
}
fn handle_rate(at: usize) -> f64 { RATES.read().unwrap()[at] }
#[tokio::main]
async fn main() { tokio::spawn(refresh()); serve(handle_rate).await; }
",
    );
}

#[test]
fn a_list_refreshed_by_a_timer_and_patched_by_a_handler_is_not() {
    check_rule(
        r"
static RATES: RwLock<Vec<f64>> = RwLock::new(Vec::new()); //~ in-memory-store
async fn refresh() {
    let mut tick = tokio::time::interval(std::time::Duration::from_secs(60));
    loop {
        tick.tick().await;
        *RATES.write().unwrap() = fetch_rates().await;
    }
}
fn handle_patch(rate: f64) { RATES.write().unwrap().push(rate); }
fn handle_rate(at: usize) -> f64 { RATES.read().unwrap()[at] }
#[tokio::main]
async fn main() { tokio::spawn(refresh()); serve(handle_rate).await; }
",
    );
}

#[test]
fn a_value_set_once_at_start_is_silent() {
    check_rule(
        r#"
static NAME: OnceLock<String> = OnceLock::new();
fn handle_name() -> String { NAME.get().cloned().unwrap_or_default() }
fn main() {
    NAME.set(std::env::var("NAME").unwrap()).unwrap();
    serve(handle_name);
}
"#,
    );
}

#[test]
fn a_once_lock_around_a_lock_is_written_by_requests() {
    check_rule(
        r"
static LIST: OnceLock<RwLock<Vec<String>>> = OnceLock::new(); //~ in-memory-store
fn handle_add(name: String) { LIST.get().unwrap().write().unwrap().push(name); }
fn main() {
    LIST.set(RwLock::new(Vec::new())).unwrap();
    serve(handle_add);
}
",
    );
}

#[test]
fn a_builder_used_in_main_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::get};
use std::sync::Arc;
#[derive(Default)]
struct Builder { names: Vec<String> }
impl Builder {
    fn name(mut self, name: &str) -> Self { self.names.push(name.to_owned()); self }
    fn build(self) -> App { App { names: self.names } }
}
struct App { names: Vec<String> }
async fn list(State(app): State<Arc<App>>) -> String { app.names.join(",") }
#[tokio::main]
async fn main() {
    let app = Arc::new(Builder::default().name("a").name("b").build());
    axum::serve(listener().await, Router::new().route("/", get(list)).with_state(app)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_with_a_lock_built_in_a_handler_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, routing::post};
use std::sync::{Arc, Mutex};
struct Job { parts: Mutex<Vec<String>> }
impl Job { fn add(&self, part: String) { self.parts.lock().unwrap().push(part); } }
async fn run(body: String) -> String {
    let job = Arc::new(Job { parts: Mutex::new(Vec::new()) });
    let other = job.clone();
    tokio::spawn(async move { other.add(body) }).await.unwrap();
    job.parts.lock().unwrap().join(",")
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/run", post(run));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn test_code_is_silent() {
    check_rule(
        r#"
static CALLS: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn handle_call(name: &str) -> usize { name.len() }
fn main() { serve(handle_call); }
#[cfg(test)]
mod tests {
    use super::*;
    fn handle_mock(name: &str) { CALLS.lock().unwrap().push(name.to_owned()); }
    #[test]
    fn it_calls() { handle_mock("a"); assert_eq!(CALLS.lock().unwrap().len(), 1); }
}
"#,
    );
}

#[test]
fn a_command_line_tool_with_a_count_is_silent() {
    check_rule(
        r#"
static LINES: AtomicU64 = AtomicU64::new(0);
fn read(path: &str) {
    for _ in std::fs::read_to_string(path).unwrap().lines() { LINES.fetch_add(1, Ordering::Relaxed); }
}
fn main() {
    for path in std::env::args().skip(1) { read(&path); }
    println!("{}", LINES.load(Ordering::Relaxed));
}
"#,
    );
}

#[test]
fn a_static_never_written_is_silent() {
    check_rule(
        r#"
static LIMIT: AtomicU64 = AtomicU64::new(50);
static NAMES: LazyLock<Mutex<HashMap<u32, String>>> = LazyLock::new(|| Mutex::new(HashMap::from([(1, "one".to_owned())])));
fn handle_name(id: u32) -> Option<String> {
    if u64::from(id) > LIMIT.load(Ordering::Relaxed) { return None; }
    NAMES.lock().unwrap().get(&id).cloned()
}
fn main() { serve(handle_name); }
"#,
    );
}

#[test]
fn a_write_to_a_local_that_shadows_the_guard_is_silent() {
    check_rule(
        r"
static ITEMS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
fn handle_sum(extra: u32) -> u32 {
    let items = ITEMS.lock().unwrap();
    let first = items.first().copied().unwrap_or(0);
    let mut items = vec![first];
    items.push(extra);
    items.iter().sum()
}
fn main() { serve(handle_sum); }
",
    );
}

#[test]
fn a_write_to_a_collected_copy_is_silent() {
    check_rule(
        r"
static ITEMS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
fn handle_sorted(extra: u32) -> Vec<u32> {
    let mut sorted: Vec<u32> = ITEMS.lock().unwrap().iter().copied().collect();
    sorted.push(extra);
    sorted.sort();
    sorted
}
fn main() { serve(handle_sorted); }
",
    );
}

#[test]
fn a_second_binary_without_entry_points_is_no_service() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, shared
use axum::{Router, routing::get};
async fn read() -> String { shared::DONE.lock().unwrap().len().to_string() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(read));
    axum::serve(listener().await, app).await.unwrap();
}
//# import/src/main.rs uses: shared
fn main() { for name in std::env::args() { shared::DONE.lock().unwrap().push(name); } }
//# shared/src/lib.rs
use std::sync::Mutex;
pub static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());
"#,
    );
}

#[test]
fn a_library_with_no_program_and_no_handler_is_silent() {
    check_rule(
        r"//# util/src/lib.rs
use std::sync::Mutex;
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn note(name: &str) { SEEN.lock().unwrap().push(name.to_owned()); }
pub fn count() -> usize { SEEN.lock().unwrap().len() }
",
    );
}

#[test]
fn a_command_line_tool_beside_the_server_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, routing::get};
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(|| async { "hi" }));
    axum::serve(app::listener().await, app).await.unwrap();
}
//# app/src/lib.rs
pub async fn listener() -> tokio::net::TcpListener { tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap() }
//# app/src/bin/load.rs
use std::sync::mpsc;
fn main() {
    let (lines, taken) = mpsc::channel::<String>();
    std::thread::spawn(move || { for line in std::io::stdin().lines() { lines.send(line.unwrap()).unwrap(); } });
    let mut read = 0;
    loop {
        match taken.recv() {
            Ok(_) => read += 1,
            Err(_) => break,
        }
    }
    println!("{read} lines");
}
"#,
    );
}

#[test]
fn a_worker_that_takes_messages_in_the_server_fires() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
async fn take(State(lines): State<mpsc::Sender<String>>, line: String) { lines.send(line).await.unwrap(); }
#[tokio::main]
async fn main() {
    let (lines, mut taken) = mpsc::channel::<String>(8);
    tokio::spawn(async move {
        let mut seen = std::collections::HashMap::new(); //~ in-memory-store
        while let Some(line) = taken.recv().await { seen.insert(line.clone(), line); }
    });
    let app: Router = Router::new().route("/", post(take)).with_state(lines);
    axum::serve(app::listener().await, app).await.unwrap();
}
//# app/src/lib.rs
pub async fn listener() -> tokio::net::TcpListener { tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap() }
"#,
    );
}

#[test]
fn a_finding_names_the_program_that_is_entered() {
    let checked = check_program(
        r#"//# store/src/lib.rs
use std::sync::atomic::{AtomicU64, Ordering};
static SERVED: AtomicU64 = AtomicU64::new(0);
pub fn serve() -> u64 { SERVED.fetch_add(1, Ordering::Relaxed) }
//# api/src/main.rs uses: axum, store
use axum::{Router, routing::get};
async fn index() -> String { store::serve().to_string() }
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap(); }
//# admin/src/main.rs uses: axum, store
use axum::{Router, routing::get};
async fn index() -> &'static str { "admin" }
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap(); }
//# tool/src/main.rs uses: store
fn main() { println!("{}", store::serve()); }
"#,
    );
    let services: Vec<_> = checked
        .findings
        .iter()
        .map(|finding| finding.services.clone())
        .collect();
    assert_eq!(services, [["api"]]);
}
