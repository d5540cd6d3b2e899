//! Clients that several tasks share, and locks that are held over functions of one's own: what lies between is looked through.

use super::check_rule;

/// A service that lists what a subject of a broker told; `client` is how the task has the broker's client.
fn listener(client: &str, made: &str, mark: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, async-nats, futures
use axum::{{Router, extract::State, routing::get}};
use futures::StreamExt;
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
type Open = Arc<Mutex<HashMap<u64, u64>>>;
async fn listen(client: {client}, open: Open) {{
    let mut told = client.subscribe("doors").await.unwrap();
    while let Some(_) = told.next().await {{ open.lock().unwrap().insert(1, 1); }}
}}
async fn show(State(open): State<Open>) -> String {{ open.lock().unwrap().len().to_string() }}
#[tokio::main]
async fn main() {{
    let open = Open::default();{mark}
    let client = async_nats::connect("nats").await.unwrap();
    tokio::spawn(listen({made}, open.clone()));
    axum::serve(listener().await, Router::new().route("/", get(show)).with_state(open)).await.unwrap();
}}
"#
    )
}

#[test]
fn what_a_shared_client_gives_is_the_clients() {
    const MARK: &str = " //~ in-memory-store";
    check_rule(&listener("Arc<async_nats::Client>", "Arc::new(client)", MARK));
    check_rule(&listener("Box<async_nats::Client>", "Box::new(client)", MARK));
    check_rule(&listener("async_nats::Client", "client", MARK));
}

#[test]
fn what_a_shared_list_gives_is_no_client() {
    check_rule(&listener("Arc<Vec<u64>>", "Arc::new(Vec::new())", ""));
}

/// A purse whose balance is in a table, asked by `left` and set by `set`.
fn purse(mark: &str, done: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx
use axum::{{Router, extract::State, routing::post}};
use std::sync::Arc;
use tokio::sync::Mutex;
#[derive(Clone)]
struct Purse {{ pool: sqlx::PgPool }}
impl Purse {{
    async fn left(&self) -> i64 {{ self.asked("select left from purse").await }}
    async fn take(&self) {{ self.asked("update purse set left = left - 1 returning left").await; }}
    async fn asked(&self, query: &str) -> i64 {{ sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap() }}
    fn name(&self) -> String {{ String::new() }}
}}
#[derive(Clone)]
struct App {{ purse: Purse, turn: Arc<Mutex<()>> }}{mark}
async fn pay(State(app): State<App>) -> String {{
    let left = app.purse.left().await;
    let _turn = app.turn.lock().await;
    {done}
    left.to_string()
}}
#[tokio::main]
async fn main() {{
    let app = App {{ purse: Purse {{ pool: pool().await }}, turn: Arc::default() }};
    axum::serve(listener().await, Router::new().route("/", post(pay)).with_state(app)).await.unwrap();
}}
"#
    )
}

#[test]
fn a_bare_lock_held_over_functions_that_ask_a_table_and_change_it_is_told() {
    check_rule(&purse(
        " //~ local-lock",
        "if app.purse.left().await > 0 { app.purse.take().await; }",
    ));
}

#[test]
fn a_bare_lock_held_while_one_thing_is_loaded_is_silent() {
    check_rule(&purse("", "app.purse.left().await;"));
}

#[test]
fn a_bare_lock_held_over_this_process_alone_is_silent() {
    check_rule(&purse("", "app.purse.name();"));
}

#[test]
fn a_number_that_picks_a_keyword_is_no_key() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, rand
use axum::{Router, routing::get};
fn pick(words: &[String]) -> &str {
    let keyword = &words[rand::random::<usize>() % words.len()];
    keyword
}
#[tokio::main]
async fn main() {
    println!("{}", pick(&words()));
    axum::serve(listener().await, Router::new().route("/", get(|| async { "hi" }))).await.unwrap();
}
"#,
    );
}
