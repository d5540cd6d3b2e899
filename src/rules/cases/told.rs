//! What a finding says of its cell beside its rule: no harm that does not happen, no role that it does not play.

use super::check_program;

/// A ledger of events with a view in memory; `opened` is what start-up code does to the view.
fn ledger(opened: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
use axum::{{Router, extract::{{Path, State}}, routing::{{get, post}}}};
#[derive(Default)]
struct View {{ totals: HashMap<String, i64> }}
impl View {{
    fn apply(&mut self, account: &str, amount: i64) {{ *self.totals.entry(account.to_owned()).or_default() += amount; }}
}}
struct Ledger {{ pool: sqlx::PgPool, view: Mutex<View> }}
impl Ledger {{
    async fn open(pool: sqlx::PgPool) -> Self {{
        let mut view = View::default();
        {opened}
        Self {{ pool, view: Mutex::new(view) }}
    }}
}}
async fn pay(State(ledger): State<Arc<Ledger>>, Path(account): Path<String>) {{
    ledger.view.lock().unwrap().apply(&account, 1);
}}
async fn total(State(ledger): State<Arc<Ledger>>, Path(account): Path<String>) -> String {{
    ledger.view.lock().unwrap().totals.get(&account).map_or(0, |total| *total).to_string()
}}
#[tokio::main]
async fn main() {{
    let ledger = Arc::new(Ledger::open(connect().await).await);
    let app = Router::new().route("/pay/{{account}}", post(pay)).route("/total/{{account}}", get(total)).with_state(ledger);
    axum::serve(listener().await, app).await.unwrap();
}}
"#
    )
}

/// The one finding: rule, message, reasons.
fn only(program: &str) -> (String, String, String) {
    let checked = check_program(program);
    let [finding] = checked.findings.as_slice() else {
        panic!("one finding, not {}", checked.findings.len())
    };
    (
        finding.rule.to_owned(),
        finding.message.clone(),
        finding.because.join("; "),
    )
}

#[test]
fn a_view_that_start_up_code_reads_again_is_not_lost_by_a_restart() {
    let replayed = r#"for (account, amount) in sqlx::query_as("SELECT account, amount FROM events").fetch_all(&pool).await.unwrap() {
            view.apply(account, amount);
        }"#;
    let (rule, message, _) = only(&ledger(replayed));
    assert_eq!(rule, "in-memory-store");
    assert!(message.contains("until that starts anew"), "{message}");
    let seeded = r#"view.apply("bank", 100);"#;
    for opened in [seeded, ""] {
        let (_, message, _) = only(&ledger(opened));
        assert!(message.contains("a restart loses it"), "{message}");
    }
}

#[test]
fn a_saga_entered_by_its_key_is_no_copy_of_anything() {
    let (rule, _, because) = only(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::{HashMap, hash_map::Entry}, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::put};
#[derive(Clone)]
struct Saga { step: u8 }
#[derive(Clone, Default)]
struct Orders { sagas: Arc<Mutex<HashMap<String, Saga>>> }
async fn begin(State(orders): State<Orders>, Path(reference): Path<String>) -> String {
    match orders.sagas.lock().unwrap().entry(reference) {
        Entry::Occupied(begun) => begun.get().step.to_string(),
        Entry::Vacant(place) => place.insert(Saga { step: 0 }).step.to_string(),
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/orders/{reference}", put(begin)).with_state(Orders::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
    assert_eq!(rule, "in-memory-workflow");
    assert!(!because.contains("second role"), "{because}");
}

#[test]
fn of_several_deeds_of_a_timer_what_leaves_the_house_is_named() {
    let (rule, message, _) = only(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx, reqwest
use std::time::Duration;
use axum::{Router, routing::get};
async fn digest(pool: sqlx::PgPool, mails: reqwest::Client) {
    let mut days = tokio::time::interval(Duration::from_secs(86_400));
    loop {
        days.tick().await;
        sqlx::query("INSERT INTO journal (day) VALUES (now())").execute(&pool).await.unwrap();
        mails.post("http://mails/send").body("news").send().await.unwrap();
    }
}
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    tokio::spawn(digest(connect().await, reqwest::Client::new()));
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
    assert_eq!(rule, "per-replica-schedule");
    assert!(message.contains("calls another service"), "{message}");
}
