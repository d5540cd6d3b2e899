//! Tasks, timers and signals of the process that fill a cell, and those that requests feed.

use super::check_rule;

#[test]
fn a_table_that_a_task_of_the_start_fills_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::get};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
#[derive(Clone, Default)]
struct App { cities: Arc<RwLock<HashMap<String, u32>>> }
async fn load(app: App) {
    for (name, people) in read_cities().await { app.cities.write().await.insert(name, people); }
}
async fn city(State(app): State<App>, Path(name): Path<String>) -> String {
    app.cities.read().await.get(&name).copied().unwrap_or(0).to_string()
}
#[tokio::main]
async fn main() {
    let state = App::default();
    tokio::spawn(load(state.clone()));
    let app = Router::new().route("/cities/{name}", get(city)).with_state(state);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_table_that_a_task_fills_from_a_channel_of_requests_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{Path, State}, routing::post};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{RwLock, mpsc};
#[derive(Clone)]
struct App {
    places: Arc<RwLock<HashMap<String, String>>>, //~ in-memory-store
    arrivals: mpsc::Sender<(String, String)>,
}
async fn gather(places: Arc<RwLock<HashMap<String, String>>>, mut arrivals: mpsc::Receiver<(String, String)>) {
    while let Some((name, place)) = arrivals.recv().await {
        places.write().await.insert(name, place);
    }
}
async fn arrive(State(app): State<App>, Path(name): Path<String>, place: String) -> String {
    let _ = app.arrivals.send((name.clone(), place)).await;
    app.places.read().await.get(&name).cloned().unwrap_or_default()
}
#[tokio::main]
async fn main() {
    let (arrivals, inbox) = mpsc::channel(64);
    let places = Arc::new(RwLock::new(HashMap::new()));
    tokio::spawn(gather(places.clone(), inbox));
    let app = Router::new().route("/{name}", post(arrive)).with_state(App { places, arrivals });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_list_that_a_task_fills_from_a_channel_of_the_start_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::Arc;
use tokio::sync::{RwLock, mpsc};
type Names = Arc<RwLock<Vec<String>>>;
async fn list(State(names): State<Names>) -> String { names.read().await.join(",") }
#[tokio::main]
async fn main() {
    let names: Names = Names::default();
    let (sender, mut read) = mpsc::channel(64);
    tokio::spawn(async move {
        for entry in std::fs::read_dir("data").unwrap() { let _ = sender.send(entry.unwrap().file_name()).await; }
    });
    let target = names.clone();
    tokio::spawn(async move {
        while let Some(name) = read.recv().await { target.write().await.push(name.into_string().unwrap()); }
    });
    let app = Router::new().route("/", get(list)).with_state(names);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn rates_that_a_timer_fetches_into_an_arc_swap_are_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, arc-swap, reqwest, tokio
use arc_swap::ArcSwap;
use axum::{Router, extract::{Path, State}, routing::get};
use std::{collections::HashMap, sync::Arc, time::Duration};
struct Rates { current: ArcSwap<HashMap<String, f64>>, http: reqwest::Client }
impl Rates {
    async fn refresh(self: Arc<Self>) {
        let mut every = tokio::time::interval(Duration::from_secs(300));
        loop {
            every.tick().await;
            match self.http.get("https://rates.example").send().await {
                Ok(answer) => self.current.store(Arc::new(answer.json().await.unwrap())),
                Err(error) => eprintln!("{error}"),
            }
        }
    }
}
async fn rate(State(rates): State<Arc<Rates>>, Path(code): Path<String>) -> String {
    rates.current.load().get(&code).copied().unwrap_or(1.0).to_string()
}
#[tokio::main]
async fn main() {
    let rates = Arc::new(Rates { current: ArcSwap::default(), http: reqwest::Client::new() });
    tokio::spawn(rates.clone().refresh());
    let app = Router::new().route("/{code}", get(rate)).with_state(rates);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn lines_that_requests_add_and_a_timer_writes_out_are_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, http::StatusCode, routing::post};
use std::{sync::Mutex, time::Duration};
static OUTBOX: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-queue
async fn audit(line: String) -> StatusCode {
    OUTBOX.lock().unwrap().push(line);
    StatusCode::ACCEPTED
}
async fn flush() {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let lines = std::mem::take(&mut *OUTBOX.lock().unwrap());
        upload(lines).await;
    }
}
#[tokio::main]
async fn main() {
    tokio::spawn(flush());
    let app: Router = Router::new().route("/audit", post(audit));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_configuration_reloaded_on_hangup_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::{collections::HashMap, sync::Arc};
use tokio::{signal::unix::{SignalKind, signal}, sync::RwLock};
struct Config { names: HashMap<String, String> }
impl Config { fn load() -> Self { Config { names: read_toml("config.toml") } } }
async fn reload(config: Arc<RwLock<Config>>) {
    let mut hangup = signal(SignalKind::hangup()).unwrap();
    while hangup.recv().await.is_some() {
        *config.write().await = Config::load();
    }
}
async fn name(State(config): State<Arc<RwLock<Config>>>) -> String { config.read().await.names["default"].clone() }
#[tokio::main]
async fn main() {
    let config = Arc::new(RwLock::new(Config::load()));
    tokio::spawn(reload(config.clone()));
    let app = Router::new().route("/", get(name)).with_state(config);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_configuration_that_a_route_replaces_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, serde
use axum::{Json, Router, extract::State, routing::get};
use std::sync::Arc;
use tokio::sync::RwLock;
#[derive(serde::Deserialize)]
struct Config { greeting: String }
#[derive(Clone)]
struct App {
    config: Arc<RwLock<Config>>, //~ runtime-flag
}
async fn greet(State(app): State<App>) -> String { app.config.read().await.greeting.clone() }
async fn replace(State(app): State<App>, Json(new): Json<Config>) { *app.config.write().await = new; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(greet).put(replace)).with_state(App { config: Arc::new(RwLock::new(load())) });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_list_emptied_when_the_process_ends_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::get};
use std::sync::{Arc, Mutex};
struct App { workers: Mutex<Vec<String>> }
async fn workers(State(app): State<Arc<App>>) -> String { app.workers.lock().unwrap().join(",") }
async fn end(app: Arc<App>) {
    tokio::signal::ctrl_c().await.unwrap();
    for worker in app.workers.lock().unwrap().drain(..) { stop(worker).await; }
}
#[tokio::main]
async fn main() {
    let state = Arc::new(App { workers: Mutex::new(start_workers()) });
    let app = Router::new().route("/workers", get(workers)).with_state(state.clone());
    axum::serve(listener().await, app).with_graceful_shutdown(end(state)).await.unwrap();
}
"#,
    );
}
