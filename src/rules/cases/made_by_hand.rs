//! State that no other process would miss, by what the functions that change it do: values filled once by hand, what only a log
//! looks at, the clocks of own sweeps. Beside each, one that is missed.

use super::check_rule;

/// A service around this code; `handle` answers `POST /`.
fn service(code: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, tracing, sqlx, governor
use axum::{{Router, extract::State, routing::post}};
use std::{{collections::{{HashMap, HashSet}}, sync::{{Arc, Mutex, RwLock}}, time::{{Duration, Instant}}}};
#[derive(Clone)]
struct Prices {{ of_bread: u64 }}
{code}
#[tokio::main]
async fn main() {{
    axum::serve(listener().await, Router::new().route("/", post(handle)).with_state(Arc::new(Shop::default()))).await.unwrap();
}}
"#
    )
}

#[test]
fn a_value_made_by_hand_when_it_is_first_needed_is_silent() {
    check_rule(&service(
        r#"#[derive(Default)]
struct Shop { prices: Mutex<Option<Prices>> }
impl Shop {
    fn prices(&self) -> Prices {
        let mut known = self.prices.lock().unwrap();
        if known.is_none() { *known = Some(Prices { of_bread: std::fs::read_to_string("prices").unwrap().parse().unwrap() }); }
        known.clone().unwrap()
    }
}
async fn handle(State(shop): State<Arc<Shop>>) -> String { shop.prices().of_bread.to_string() }"#,
    ));
}

#[test]
fn a_value_that_the_first_request_brings_is_told() {
    check_rule(&service(
        r"#[derive(Default)]
struct Shop { owner: Mutex<Option<String>> } //~ global-mutable
impl Shop {
    fn claim(&self, name: String) -> String {
        let mut owner = self.owner.lock().unwrap();
        if owner.is_none() { *owner = Some(name); }
        owner.clone().unwrap()
    }
}
async fn handle(State(shop): State<Arc<Shop>>, name: String) -> String { shop.claim(name) }",
    ));
}

#[test]
fn a_value_asked_of_a_server_by_hand_is_told() {
    check_rule(&service(
        r#"#[derive(Default)]
struct Shop { prices: Mutex<Option<Prices>> } //~ global-mutable
impl Shop {
    async fn prices(&self) -> Prices {
        let mut known = self.prices.lock().unwrap();
        if known.is_none() { *known = Some(Prices { of_bread: sqlx::query_scalar("select price from bread").fetch_one(&pool()).await.unwrap() }); }
        known.clone().unwrap()
    }
}
async fn handle(State(shop): State<Arc<Shop>>) -> String { shop.prices().await.of_bread.to_string() }"#,
    ));
}

#[test]
fn what_only_the_log_is_told_of_is_silent() {
    check_rule(&service(
        r#"#[derive(Default)]
struct Shop { warned: Mutex<HashSet<u64>> }
impl Shop {
    fn warn_once(&self, line: u64) {
        let mut warned = self.warned.lock().unwrap();
        if warned.contains(&line) { return; }
        warned.insert(line);
        tracing::warn!("line {line} is bad");
    }
}
async fn handle(State(shop): State<Arc<Shop>>, name: String) -> String { shop.warn_once(7); name }"#,
    ));
}

#[test]
fn what_a_function_that_logs_numbers_for_others_is_told() {
    check_rule(&service(
        r#"#[derive(Default)]
struct Shop {
    bids: Mutex<Vec<(u64, String)>>, //~ in-memory-store
    next: Mutex<u64>, //~ global-counter
}
impl Shop {
    fn queue(&self, bid: String) {
        let mut next = self.next.lock().unwrap();
        *next += 1;
        self.bids.lock().unwrap().push((*next, bid));
        tracing::info!("bid {next} came");
    }
}
async fn handle(State(shop): State<Arc<Shop>>, bid: String) -> String {
    shop.queue(bid);
    shop.bids.lock().unwrap().len().to_string()
}"#,
    ));
}

#[test]
fn what_is_logged_and_answered_is_told() {
    check_rule(&service(
        r#"#[derive(Default)]
struct Shop { seen: Mutex<HashSet<u64>> } //~ in-memory-store
impl Shop {
    fn is_new(&self, line: u64) -> bool {
        tracing::info!("line {line} came");
        self.seen.lock().unwrap().insert(line)
    }
}
async fn handle(State(shop): State<Arc<Shop>>, name: String) -> String { shop.is_new(7).to_string() }"#,
    ));
}

#[test]
fn the_clock_of_a_sweep_is_silent() {
    check_rule(&service(
        r"#[derive(Default)]
struct Shop { hits: Mutex<HashMap<String, Vec<Instant>>>, cleared_at: RwLock<Option<Instant>> } //~ in-memory-store
impl Shop {
    fn sweep(&self) {
        if self.cleared_at.read().unwrap().is_some_and(|at| at.elapsed() < Duration::from_secs(60)) { return; }
        *self.cleared_at.write().unwrap() = Some(Instant::now());
        self.hits.lock().unwrap().retain(|_, hits| !hits.is_empty());
    }
}
async fn handle(State(shop): State<Arc<Shop>>, name: String) -> String {
    shop.sweep();
    shop.hits.lock().unwrap().entry(name).or_default().push(Instant::now());
    shop.hits.lock().unwrap().len().to_string()
}",
    ));
}

#[test]
fn the_time_of_the_last_reminder_is_told() {
    check_rule(&service(
        r#"#[derive(Default)]
struct Shop { reminded_at: RwLock<Option<Instant>> } //~ global-mutable
impl Shop {
    async fn remind(&self) {
        if self.reminded_at.read().unwrap().is_some_and(|at| at.elapsed() < Duration::from_secs(60)) { return; }
        *self.reminded_at.write().unwrap() = Some(Instant::now());
        reqwest::Client::new().post("https://chat/hook").send().await.unwrap();
    }
}
async fn handle(State(shop): State<Arc<Shop>>, name: String) -> String { shop.remind().await; name }"#,
    ));
}

#[test]
fn a_text_of_a_pool_of_connections_is_no_connection() {
    check_rule(&service(
        r"#[derive(Default)]
struct ConnectionPool { secret: RwLock<Option<String>> } //~ global-mutable
type Shop = ConnectionPool;
async fn handle(State(pool): State<Arc<ConnectionPool>>, given: String) -> bool {
    let same = pool.secret.read().unwrap().as_deref() == Some(&given);
    if !same { *pool.secret.write().unwrap() = Some(given); }
    same
}",
    ));
}
