//! Work that a client may ask about, keys drawn beside the start, and what connections share: each mistake of a first
//! run as a small service of its own.

use super::{check_program, check_rule};
use crate::finding::Level;

#[test]
fn names_that_connections_take_and_give_back_when_they_drop_are_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
mod guest;
use std::{collections::HashSet, sync::{Arc, Mutex}};
#[tokio::main]
async fn main() {
    let taken = Arc::new(Mutex::new(HashSet::new())); //~ in-memory-store
    let listener = tokio::net::TcpListener::bind("[::]:23").await.unwrap();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (socket, _) = accepted.unwrap();
                tokio::spawn(arrive(socket, taken.clone()));
            }
        }
    }
}
async fn arrive(socket: tokio::net::TcpStream, taken: Arc<Mutex<HashSet<String>>>) {
    if let Err(error) = until_gone(socket, taken).await { eprintln!("{error}"); }
}
async fn until_gone(socket: tokio::net::TcpStream, taken: Arc<Mutex<HashSet<String>>>) -> std::io::Result<()> {
    tokio::select! {
        done = guest::welcome(socket, taken) => done,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
//# app/src/guest.rs
use std::{collections::HashSet, sync::{Arc, Mutex}};
use tokio::net::TcpStream;
pub struct Guest { socket: TcpStream, seat: Option<(String, Arc<Mutex<HashSet<String>>>)> }
impl Guest {
    fn sit(&mut self, name: &str, taken: Arc<Mutex<HashSet<String>>>) -> bool {
        {
            let mut taken = taken.lock().unwrap();
            if taken.contains(name) { return false; }
            taken.insert(name.to_owned());
        }
        self.seat = Some((name.to_owned(), taken));
        true
    }
}
impl Drop for Guest {
    fn drop(&mut self) {
        if let Some((name, taken)) = &self.seat { taken.lock().unwrap().remove(name); }
    }
}
pub async fn welcome(socket: TcpStream, taken: Arc<Mutex<HashSet<String>>>) -> std::io::Result<()> {
    let mut guest = Guest { socket, seat: None };
    ask_name(&mut guest, taken).await;
    Ok(())
}
async fn ask_name(guest: &mut Guest, taken: Arc<Mutex<HashSet<String>>>) {
    while !guest.sit("anna", taken.clone()) {}
}
"#,
    );
}

#[test]
fn a_task_that_keeps_its_progress_for_other_requests_is_promised() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, uuid
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Json, Router, extract::{Path, State}, routing::{get, post}};
use uuid::Uuid;
#[derive(Clone, Default)]
struct Jobs { stages: Arc<Mutex<HashMap<Uuid, String>>> } //~ in-memory-workflow
impl Jobs {
    fn set(&self, id: Uuid, stage: &str) { self.stages.lock().unwrap().insert(id, stage.to_owned()); }
    fn stage(&self, id: &Uuid) -> Option<String> { self.stages.lock().unwrap().get(id).cloned() }
}
fn begin(jobs: Jobs, id: Uuid) {
    tokio::spawn(async move { convert(jobs, id).await; }); //~ in-memory-queue
}
async fn convert(jobs: Jobs, id: Uuid) {
    jobs.set(id, "converting");
    tokio::process::Command::new("convert").arg(id.to_string()).status().await.unwrap();
    jobs.set(id, "done");
}
async fn submit(State(jobs): State<Jobs>) -> Json<Uuid> {
    let id = Uuid::new_v4();
    jobs.set(id, "new");
    begin(jobs, id);
    Json(id)
}
async fn status(State(jobs): State<Jobs>, Path(id): Path<Uuid>) -> String { jobs.stage(&id).unwrap_or_default() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/films", post(submit)).route("/films/{id}", get(status)).with_state(Jobs::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_task_that_keeps_no_progress_was_promised_to_nobody() {
    let checked = check_program(
        r#"//# app/src/main.rs uses: axum, tokio, uuid
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Json, Router, extract::{Path, State}, routing::{get, post}};
use uuid::Uuid;
#[derive(Clone, Default)]
struct Jobs { stages: Arc<Mutex<HashMap<Uuid, String>>> }
fn tidy(id: Uuid) {
    tokio::spawn(async move {
        tokio::process::Command::new("tidy").arg(id.to_string()).status().await.unwrap();
    });
}
async fn submit(State(jobs): State<Jobs>) -> Json<Uuid> {
    let id = Uuid::new_v4();
    jobs.stages.lock().unwrap().insert(id, "done".to_owned());
    tidy(id);
    Json(id)
}
async fn status(State(jobs): State<Jobs>, Path(id): Path<Uuid>) -> String {
    jobs.stages.lock().unwrap().get(&id).cloned().unwrap_or_default()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/films", post(submit)).route("/films/{id}", get(status)).with_state(Jobs::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
    let mut tasks = checked
        .findings
        .iter()
        .filter(|finding| finding.rule == "in-memory-queue");
    assert!(tasks.all(|finding| finding.level == Level::Note));
}
