//! How sure a finding is: of high confidence is what is known to break, not what may be of this process alone.

use super::check_program;
use crate::finding::Confidence::{self, High, Medium};

/// Rule and confidence of all findings of a service with this static and this handler.
fn found(code: &str) -> Vec<(&'static str, Confidence)> {
    let checked = check_program(&format!(
        "//# app/src/main.rs uses: axum
use axum::{{Json, Router, routing::post}};
use std::{{collections::HashMap, sync::{{Mutex, atomic::{{AtomicU64, Ordering}}}}}};
{code}
fn main() {{ serve(Router::<()>::new().route(\"/\", post(handle))); }}
"
    ));
    let findings = checked.findings.iter();
    findings
        .map(|finding| (finding.rule, finding.confidence))
        .collect()
}

#[test]
fn a_map_of_sessions_is_sure() {
    let found = found(
        "static SESSIONS: Mutex<HashMap<String, u64>> = Mutex::new(HashMap::new());
async fn handle(name: String) -> bool { SESSIONS.lock().unwrap().insert(name, 7).is_none() }",
    );
    assert_eq!(found, [("in-memory-session", High)]);
}

#[test]
fn state_that_no_rule_can_name_is_less_sure() {
    let found = found(
        "struct Position { x: f64, y: f64 }
static BALL: Mutex<Position> = Mutex::new(Position { x: 0.0, y: 0.0 });
async fn handle(Json(to): Json<Position>) -> Json<Position> { Json(std::mem::replace(&mut *BALL.lock().unwrap(), to)) }",
    );
    assert_eq!(found, [("global-mutable", Medium)]);
}

#[test]
fn a_gauge_is_less_sure() {
    let found = found(
        "static OPEN: AtomicU64 = AtomicU64::new(0);
async fn handle() -> u64 {
    OPEN.fetch_add(1, Ordering::SeqCst);
    work().await;
    OPEN.fetch_sub(1, Ordering::SeqCst);
    OPEN.load(Ordering::SeqCst)
}",
    );
    assert_eq!(found, [("global-counter", Medium)]);
}
