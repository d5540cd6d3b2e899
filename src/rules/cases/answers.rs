//! Answers that were wrong once: values of one request that look like shared ones, cursors, numbers for the log, stores filled late.

use super::check_rule;

#[test]
fn a_fresh_struct_of_the_type_of_the_state_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Default)]
struct Report { lines: Mutex<Vec<String>> }
impl Report {
    fn add(&self, line: &str) { self.lines.lock().unwrap().push(line.to_owned()); }
    fn text(&self) -> String { self.lines.lock().unwrap().join("\n") }
}
async fn render(State(template): State<Arc<Report>>, body: String) -> String {
    let report = Report::default();
    report.add(&template.text());
    report.add(&body);
    report.text()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/render", post(render)).with_state(Arc::new(Report::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn the_state_itself_among_fresh_structs_of_its_type_is_not_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Default)]
struct Report { lines: Mutex<Vec<String>> } //~ in-memory-store
impl Report {
    fn add(&self, line: &str) { self.lines.lock().unwrap().push(line.to_owned()); }
    fn text(&self) -> String { self.lines.lock().unwrap().join("\n") }
}
async fn render(State(journal): State<Arc<Report>>, body: String) -> String {
    let report = Report::default();
    report.add(&body);
    journal.add(&body);
    report.text()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/render", post(render)).with_state(Arc::new(Report::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_fresh_struct_from_a_helper_of_another_module_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod build;
mod report;
use axum::{Router, extract::State, routing::post};
use report::Report;
use std::sync::Arc;
async fn render(State(template): State<Arc<Report>>, body: String) -> String {
    let report = build::from_text(&body);
    build::finish(report, &template.title())
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/render", post(render)).with_state(Arc::new(Report::new("daily")));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/build.rs
use crate::report::Report;
pub fn from_text(text: &str) -> Report { Report::new(text) }
pub fn finish(report: Report, title: &str) -> String {
    report.add(title);
    report.title()
}
//# app/src/report.rs
use std::sync::Mutex;
pub struct Report { lines: Mutex<Vec<String>> }
impl Report {
    pub fn new(title: &str) -> Self { Report { lines: Mutex::new(vec![title.to_owned()]) } }
    pub fn add(&self, line: &str) { self.lines.lock().unwrap().push(line.to_owned()); }
    pub fn title(&self) -> String { self.lines.lock().unwrap()[0].clone() }
}
"#,
    );
}

#[test]
fn the_shared_struct_through_the_same_helper_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod build;
mod report;
use axum::{Router, extract::State, routing::post};
use report::Report;
use std::sync::Arc;
async fn render(State(journal): State<Arc<Report>>, body: String) -> String {
    build::finish(&journal, &body)
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/render", post(render)).with_state(Arc::new(Report::new("daily")));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/build.rs
use crate::report::Report;
pub fn finish(report: &Report, title: &str) -> String {
    report.add(title);
    report.title()
}
//# app/src/report.rs
use std::sync::Mutex;
pub struct Report { lines: Mutex<Vec<String>> } //~ in-memory-store
impl Report {
    pub fn new(title: &str) -> Self { Report { lines: Mutex::new(vec![title.to_owned()]) } }
    pub fn add(&self, line: &str) { self.lines.lock().unwrap().push(line.to_owned()); }
    pub fn title(&self) -> String { self.lines.lock().unwrap()[0].clone() }
}
"#,
    );
}

#[test]
fn a_copy_of_the_shared_value_changed_for_the_answer_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Json, Router, extract::State, routing::get};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::RwLock;
#[derive(Clone, Default)]
struct Catalog { entries: Arc<RwLock<BTreeMap<String, u32>>> }
async fn preview(State(catalog): State<Catalog>, name: String) -> Json<BTreeMap<String, u32>> {
    let mut entries = catalog.entries.read().await.clone();
    entries.insert(name, 0);
    entries.retain(|_, price| *price < 100);
    Json(entries)
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/preview", get(preview)).with_state(Catalog::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_changed_copy_put_back_is_a_change() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::RwLock;
#[derive(Clone, Default)]
struct Catalog { entries: Arc<RwLock<BTreeMap<String, u32>>> } //~ in-memory-store
async fn publish(State(catalog): State<Catalog>, name: String) -> String {
    let mut entries = catalog.entries.read().await.clone();
    entries.insert(name, 0);
    let count = entries.len();
    *catalog.entries.write().await = entries;
    count.to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/publish", post(publish)).with_state(Catalog::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_fresh_struct_filled_behind_a_mutable_reference_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod page;
use axum::{Router, extract::State, routing::get};
use page::Page;
use std::sync::Arc;
use tokio::sync::RwLock;
async fn show(State(front): State<Arc<RwLock<Page>>>) -> String {
    let mut page = page::empty();
    page::decorate(&mut page, "footer");
    page.parts.push(front.read().await.parts.join(""));
    page.parts.join("\n")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(show)).with_state(Arc::new(RwLock::new(page::empty())));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/page.rs
#[derive(Default)]
pub struct Page { pub parts: Vec<String> }
pub fn empty() -> Page { Page::default() }
pub fn decorate(page: &mut Page, part: &str) { page.parts.push(part.to_owned()); }
"#,
    );
}

#[test]
fn a_fresh_store_for_a_dry_run_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
trait Ledger: Send + Sync { fn post(&self, account: u32, amount: i64); }
#[derive(Default)]
struct Scratch { balances: Mutex<HashMap<u32, i64>> }
impl Ledger for Scratch {
    fn post(&self, account: u32, amount: i64) { *self.balances.lock().unwrap().entry(account).or_default() += amount; }
}
struct Remote { pool: sqlx::PgPool }
impl Ledger for Remote { fn post(&self, account: u32, amount: i64) { insert(&self.pool, account, amount); } }
fn apply(ledger: &dyn Ledger, amount: i64) { ledger.post(1, amount); ledger.post(2, -amount); }
async fn check() -> String {
    let scratch = Scratch::default();
    apply(&scratch, 5);
    scratch.balances.lock().unwrap().len().to_string()
}
async fn transfer(State(ledger): State<Arc<Remote>>) { apply(&*ledger, 5); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/check", post(check)).route("/transfer", post(transfer)).with_state(Arc::new(Remote { pool: connect().await }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_cursor_bound_to_a_name_first_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
struct Upstreams { urls: Vec<String>, next: AtomicUsize }
impl Upstreams {
    fn pick(&self) -> &str {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        &self.urls[at % self.urls.len()]
    }
}
async fn proxy(State(upstreams): State<Arc<Upstreams>>) -> String { forward(upstreams.pick()).await }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(proxy)).with_state(Arc::new(Upstreams { urls: urls(), next: AtomicUsize::new(0) }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_number_that_chooses_and_is_kept_is_an_id() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
struct Intake {
    workers: Vec<String>,
    last_order: AtomicUsize, //~ local-id-sequence
}
impl Intake {
    async fn accept(&self) -> usize {
        let order = self.last_order.fetch_add(1, Ordering::Relaxed);
        let worker = &self.workers[order % self.workers.len()];
        hand_over(worker, order).await;
        order
    }
}
async fn order(State(intake): State<Arc<Intake>>) -> String { intake.accept().await.to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/orders", post(order)).with_state(Arc::new(Intake { workers: names(), last_order: AtomicUsize::new(1) }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_cursor_whose_number_a_helper_gives_out_is_silent() {
    check_rule(
        r#"
static TURN: AtomicUsize = AtomicUsize::new(0);
const MIRRORS: [&str; 3] = ["a.example", "b.example", "c.example"];
fn turn() -> usize { TURN.fetch_add(1, Ordering::Relaxed) }
fn handle_download(path: &str) -> String { format!("https://{}/{path}", MIRRORS[turn() % MIRRORS.len()]) }
fn main() { serve(handle_download); }
"#,
    );
}

#[test]
fn a_cursor_that_wraps_in_fetch_update_is_silent() {
    check_rule(
        r#"
static TURN: AtomicUsize = AtomicUsize::new(0);
const MIRRORS: [&str; 3] = ["a.example", "b.example", "c.example"];
fn handle_download(path: &str) -> String {
    let at = TURN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| Some((at + 1) % MIRRORS.len())).unwrap();
    format!("https://{}/{path}", MIRRORS[at])
}
fn main() { serve(handle_download); }
"#,
    );
}

/// The remainder only decides which numbers are skipped: what is stored grows without end.
#[test]
fn a_sequence_of_odd_numbers_from_fetch_update_is_found() {
    check_rule(
        r#"
static NEXT: AtomicU64 = AtomicU64::new(1); //~ local-id-sequence
fn handle_order(item: String) -> String {
    let id = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |id| {
        let step = 1 + id % 2;
        Some(id + step)
    }).unwrap();
    format!("/orders/{id}")
}
fn main() { serve(handle_order); }
"#,
    );
}

#[test]
fn a_cursor_that_wraps_before_it_is_stored_is_silent() {
    check_rule(
        r#"
static TURN: AtomicUsize = AtomicUsize::new(0);
const MIRRORS: [&str; 3] = ["a.example", "b.example", "c.example"];
fn handle_download(path: &str) -> String {
    let _ = TURN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| {
        let next = at.wrapping_add(1) % MIRRORS.len();
        Some(next)
    });
    format!("https://{}/{path}", MIRRORS[TURN.load(Ordering::Relaxed)])
}
fn main() { serve(handle_download); }
"#,
    );
}

#[test]
fn a_sequence_seen_only_in_log_lines_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tracing, tokio
use axum::{Router, routing::post};
use std::sync::atomic::{AtomicU64, Ordering};
static REQUEST: AtomicU64 = AtomicU64::new(1);
async fn import(body: String) -> String {
    let id = REQUEST.fetch_add(1, Ordering::Relaxed);
    tracing::info!(id, bytes = body.len(), "import begins");
    let rows = store(&body).await;
    tracing::info!("import {id} done, {rows} rows");
    rows.to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/import", post(import));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_sequence_seen_in_the_answer_is_not_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tracing, tokio
use axum::{Router, routing::post};
use std::sync::atomic::{AtomicU64, Ordering};
static REQUEST: AtomicU64 = AtomicU64::new(1); //~ local-id-sequence
async fn import(body: String) -> String {
    let id = REQUEST.fetch_add(1, Ordering::Relaxed);
    tracing::info!(id, bytes = body.len(), "import begins");
    store(&body).await;
    format!("/imports/{id}")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/import", post(import));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_connection_number_for_a_tracing_span_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, tracing
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::Instrument;
static CONNECTIONS: AtomicU64 = AtomicU64::new(0);
async fn talk(mut stream: tokio::net::TcpStream) { echo(&mut stream).await; }
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:7").await.unwrap();
    loop {
        let (stream, peer) = listener.accept().await.unwrap();
        let connection = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(talk(stream).instrument(tracing::info_span!("connection", connection, %peer)));
    }
}
"#,
    );
}

#[test]
fn a_total_that_is_shown_is_a_count_by_any_name() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
#[derive(Default)]
struct Stats {
    served: AtomicU64, //~ global-counter
}
async fn serve(State(stats): State<Arc<Stats>>) -> String {
    let total = stats.served.fetch_add(1, Ordering::Relaxed) + 1;
    format!("{total} pages served so far")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(serve)).with_state(Arc::new(Stats::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn sides_of_a_game_are_no_session_ids() {
    check_rule(
        r"
#[derive(Default)]
struct Sides { home: Vec<String>, away: Vec<String> }
static SIDES: LazyLock<Mutex<Sides>> = LazyLock::new(Default::default); //~ in-memory-store
fn handle_line_up(name: String) { SIDES.lock().unwrap().home.push(name); }
fn handle_home() -> usize { SIDES.lock().unwrap().home.len() }
fn main() { serve(handle_line_up); }
",
    );
}

#[test]
fn a_table_put_in_at_first_use_is_a_store() {
    check_rule(
        r"
static SCORES: Mutex<Option<HashMap<String, u32>>> = Mutex::new(None); //~ in-memory-store
fn handle_score(player: String, points: u32) {
    let mut scores = SCORES.lock().unwrap();
    scores.get_or_insert_with(Default::default).insert(player, points);
}
fn handle_best() -> Option<u32> { SCORES.lock().unwrap().as_ref()?.values().max().copied() }
fn main() { serve(handle_score); }
",
    );
}

/// The map put in at first use is a cache by what is done with it afterwards.
#[test]
fn a_table_of_copies_put_in_at_first_use_is_a_cache() {
    check_rule(
        r"
static RATES: Mutex<Option<HashMap<String, u32>>> = Mutex::new(None); //~ in-memory-cache
fn handle_rate(currency: String) -> u32 {
    let mut rates = RATES.lock().unwrap();
    let rates = rates.get_or_insert_with(Default::default);
    if let Some(rate) = rates.get(&currency) { return *rate; }
    let rate = load_from_database(&currency);
    rates.insert(currency, rate);
    rate
}
fn main() { serve(handle_rate); }
",
    );
}

#[test]
fn a_pattern_put_in_at_first_use_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, regex, tokio
use axum::{Router, routing::post};
use regex::Regex;
use std::sync::Mutex;
static WORD: Mutex<Option<Regex>> = Mutex::new(None);
async fn count(body: String) -> String {
    let mut word = WORD.lock().unwrap();
    word.get_or_insert_with(|| Regex::new(r"\w+").unwrap()).find_iter(&body).count().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/count", post(count));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_option_of_one_request_filled_at_first_use_is_silent() {
    check_rule(
        r"
static DEFAULTS: LazyLock<HashMap<String, u32>> = LazyLock::new(load_defaults);
fn handle_totals(names: Vec<String>) -> usize {
    let mut totals: Option<HashMap<String, u32>> = None;
    for name in names {
        let start = DEFAULTS.get(&name).copied().unwrap_or(0);
        totals.get_or_insert_with(Default::default).insert(name, start);
    }
    totals.map_or(0, |totals| totals.len())
}
fn main() { serve(handle_totals); }
",
    );
}
