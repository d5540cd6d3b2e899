//! Ends of channels that lie behind a lock or in a static: what is sent there waits in this process all the same.

use super::check_rule;

/// A service that prints orders; `keep` is where the handler finds the sending end.
fn printer(kept: &str, handler: &str, start: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::post}};
use std::sync::{{Arc, Mutex, OnceLock, mpsc}};
struct Order {{ text: String }}
fn print(orders: mpsc::Receiver<Order>) {{
    while let Ok(order) = orders.recv() {{
        std::process::Command::new("lpr").arg(order.text).status().unwrap();
    }}
}}
{kept}
{handler}
#[tokio::main]
async fn main() {{
    {start}
}}
"#
    )
}

#[test]
fn a_sender_behind_a_lock_is_the_end_of_its_channel() {
    check_rule(&printer(
        "type Desk = Arc<Mutex<mpsc::Sender<Order>>>;",
        r#"async fn order(State(desk): State<Desk>, text: String) -> &'static str {
    desk.lock().unwrap().send(Order { text }).unwrap();
    "accepted"
}"#,
        "let (orders, queue) = mpsc::channel(); //~ in-memory-queue
    std::thread::spawn(move || print(queue));
    let desk = Arc::new(Mutex::new(orders));
    axum::serve(listener().await, Router::new().route(\"/order\", post(order)).with_state(desk)).await.unwrap();",
    ));
}

#[test]
fn a_sender_in_a_locked_field_is_the_end_of_its_channel() {
    check_rule(&printer(
        "struct Desk { orders: Mutex<Option<mpsc::Sender<Order>>> }",
        r#"async fn order(State(desk): State<Arc<Desk>>, text: String) -> &'static str {
    desk.orders.lock().unwrap().as_ref().unwrap().send(Order { text }).unwrap();
    "accepted"
}"#,
        "let (orders, queue) = mpsc::channel(); //~ in-memory-queue
    std::thread::spawn(move || print(queue));
    let desk = Arc::new(Desk { orders: Mutex::new(Some(orders)) });
    axum::serve(listener().await, Router::new().route(\"/order\", post(order)).with_state(desk)).await.unwrap();",
    ));
}

#[test]
fn a_sender_that_a_static_gets_is_the_end_of_its_channel() {
    check_rule(&printer(
        "static DESK: OnceLock<mpsc::Sender<Order>> = OnceLock::new();",
        r#"async fn order(text: String) -> &'static str {
    DESK.get().unwrap().send(Order { text }).unwrap();
    "accepted"
}"#,
        "let (orders, queue) = mpsc::channel(); //~ in-memory-queue
    std::thread::spawn(move || print(queue));
    DESK.set(orders).unwrap();
    axum::serve(listener().await, Router::new().route(\"/order\", post(order))).await.unwrap();",
    ));
}

#[test]
fn a_sender_that_a_locked_static_gets_is_the_end_of_its_channel() {
    check_rule(&printer(
        "static DESK: Mutex<Option<mpsc::Sender<Order>>> = Mutex::new(None);",
        r#"async fn order(text: String) -> &'static str {
    DESK.lock().unwrap().as_ref().unwrap().send(Order { text }).unwrap();
    "accepted"
}"#,
        "let (orders, queue) = mpsc::channel(); //~ in-memory-queue
    std::thread::spawn(move || print(queue));
    *DESK.lock().unwrap() = Some(orders);
    axum::serve(listener().await, Router::new().route(\"/order\", post(order))).await.unwrap();",
    ));
}

#[test]
fn a_locked_sender_of_news_for_the_log_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, tracing
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex, mpsc};
fn note(lines: mpsc::Receiver<String>) {
    while let Ok(line) = lines.recv() { tracing::info!("{line}"); }
}
async fn order(State(notes): State<Arc<Mutex<mpsc::Sender<String>>>>, text: String) -> &'static str {
    notes.lock().unwrap().send(text).unwrap();
    "seen"
}
#[tokio::main]
async fn main() {
    let (lines, heard) = mpsc::channel();
    std::thread::spawn(move || note(heard));
    axum::serve(listener().await, Router::new().route("/order", post(order)).with_state(Arc::new(Mutex::new(lines)))).await.unwrap();
}
"#,
    );
}
