//! Work that goes on by itself: loops that every replica starts.

use super::check_rule;

#[test]
fn a_trait_object_that_a_loop_notifies_through_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::{sync::Arc, time::Duration};
trait Notifier: Send + Sync { fn notify(&self, text: &str); }
struct Pager { endpoint: String }
impl Notifier for Pager { fn notify(&self, text: &str) { page(&self.endpoint, text); } }
async fn watch(notifiers: Vec<Arc<dyn Notifier>>) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(Duration::from_secs(30)).await;
        for late in overdue().await {
            for notifier in &notifiers { notifier.notify(&late); }
        }
    }
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(watch(vec![Arc::new(Pager { endpoint: pager() })]));
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_wake_up_of_waiters_on_a_timer_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;
async fn wake(waiters: Arc<Notify>) {
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        waiters.notify_waiters();
    }
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(wake(Arc::new(Notify::new())));
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pulse_for_the_service_manager_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::time::Duration;
fn notify(state: &[u8]) { send_to_socket(state); }
async fn feed_watchdog() {
    let mut every = tokio::time::interval(Duration::from_secs(5));
    loop {
        every.tick().await;
        notify(b"WATCHDOG=1");
    }
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(feed_watchdog());
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_whose_messages_another_loop_acts_on_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, lettre
use axum::{Router, routing::get};
use std::{thread, time::Duration, sync::mpsc};
fn remind(due: mpsc::Sender<String>) {
    loop { //~ per-replica-schedule
        thread::sleep(Duration::from_secs(3600));
        for name in overdue() { due.send(name).unwrap(); }
    }
}
fn post(mails: mpsc::Receiver<String>) {
    while let Ok(name) = mails.recv() {
        lettre::SmtpTransport::relay("mail").unwrap().build().send(&letter(name)).unwrap();
    }
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    let (due, mails) = mpsc::channel();
    thread::spawn(move || remind(due));
    thread::spawn(move || post(mails));
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_whose_messages_only_fill_a_local_copy_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::State, routing::get};
use std::{sync::{Arc, RwLock, mpsc}, thread, time::Duration};
fn fetch(fresh: mpsc::Sender<String>) {
    loop {
        thread::sleep(Duration::from_secs(3600));
        fresh.send(reqwest::blocking::get("http://names").unwrap().text().unwrap()).unwrap();
    }
}
async fn index(State(names): State<Arc<RwLock<String>>>) -> String { names.read().unwrap().clone() }
#[tokio::main]
async fn main() {
    let (fresh, arrived) = mpsc::channel();
    let names = Arc::new(RwLock::new(String::new()));
    let copy = names.clone();
    thread::spawn(move || fetch(fresh));
    thread::spawn(move || { while let Ok(text) = arrived.recv() { *copy.write().unwrap() = text; } });
    let app: Router = Router::new().route("/", get(index)).with_state(names);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_job_by_elapsed_time_in_a_loop_over_messages_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: zmq, lettre
use std::time::{Duration, Instant};
const DAY: Duration = Duration::from_secs(86_400);
fn main() {
    let orders = zmq::Context::new().socket(zmq::PULL).unwrap();
    let mut last = Instant::now();
    loop { //~ per-replica-schedule
        if let Ok(order) = orders.recv_msg(1) { check(order); }
        if last.elapsed() > DAY {
            last = Instant::now();
            lettre::SmtpTransport::relay("mail").unwrap().build().send(&report());
        }
    }
}
"#,
    );
}

#[test]
fn a_loop_that_gives_up_after_a_while_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: zmq, lettre
use std::time::{Duration, Instant};
fn main() {
    let orders = zmq::Context::new().socket(zmq::PULL).unwrap();
    let began = Instant::now();
    loop {
        if let Ok(order) = orders.recv_msg(1) { check(order); }
        if began.elapsed() > Duration::from_secs(60) {
            lettre::SmtpTransport::relay("mail").unwrap().build().send(&failure());
            return;
        }
    }
}
"#,
    );
}

#[test]
fn an_arm_of_select_that_ticks_is_found_at_its_interval() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, instant-acme
use axum::{Router, extract::State, routing::post};
use std::time::Duration;
use tokio::sync::mpsc;
async fn serve(mut orders: mpsc::Receiver<String>, account: instant_acme::Account) {
    let mut every = tokio::time::interval(Duration::from_secs(86_400)); //~ per-replica-schedule
    loop {
        tokio::select! {
            Some(order) = orders.recv() => println!("{order}"),
            _ = every.tick() => { let _ = account.new_order(&names()).await; }
        }
    }
}
async fn order(State(orders): State<mpsc::Sender<String>>, body: String) { let _ = orders.send(body).await; }
#[tokio::main]
async fn main() {
    let (sender, orders) = mpsc::channel(8);
    tokio::spawn(serve(orders, account().await));
    let app = Router::new().route("/orders", post(order)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_arm_that_ticks_for_one_connection_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, extract::ws::{WebSocket, WebSocketUpgrade}, response::Response, routing::get};
use std::time::Duration;
async fn upgrade(ws: WebSocketUpgrade) -> Response { ws.on_upgrade(talk) }
async fn talk(mut socket: WebSocket) {
    let mut every = tokio::time::interval(Duration::from_secs(30));
    loop {
        tokio::select! {
            message = socket.recv() => { if message.is_none() { return; } }
            _ = every.tick() => { let _ = reqwest::Client::new().post("http://presence").send().await; }
        }
    }
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/ws", get(upgrade));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn the_rest_of_a_loop_that_polls_its_requests_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, crossbeam-channel
use axum::{Router, extract::State, routing::post};
use crossbeam_channel::{Receiver, Sender};
use std::{thread, time::Duration};
fn keep(wanted: Receiver<u32>) {
    loop { //~ per-replica-schedule
        for _ in running()..4 { create_machine(); }
        if let Ok(more) = wanted.recv_timeout(Duration::from_secs(10)) { println!("{more}"); }
    }
}
fn create_machine() { hypervisor("create"); }
async fn scale(State(wanted): State<Sender<u32>>, body: String) { wanted.send(body.parse().unwrap()).unwrap(); }
#[tokio::main]
async fn main() {
    let (sender, wanted) = crossbeam_channel::unbounded();
    thread::spawn(move || keep(wanted));
    let app = Router::new().route("/scale", post(scale)).with_state(sender);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_stream_of_cron_times_piped_into_a_storage_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: apalis, apalis-cron, apalis-sql
use apalis::prelude::*;
use apalis_cron::{CronStream, Schedule};
#[tokio::main]
async fn main() {
    let schedule: Schedule = "0 0 8 * * *".parse().unwrap();
    let times = CronStream::new(schedule).pipe_to_storage(storage().await); //~ per-replica-schedule
    WorkerBuilder::new("mornings").backend(times).build_fn(greet).run().await;
}
async fn greet(job: Greeting) { println!("{job:?}"); }
"#,
    );
}

#[test]
fn an_agent_that_reports_its_own_machine_is_silent() {
    check_rule(
        r#"//# agent/src/main.rs uses: reqwest
use std::{thread, time::Duration};
fn main() {
    loop {
        thread::sleep(Duration::from_secs(10));
        reqwest::blocking::Client::new().post("http://server/report").body(load()).send().unwrap();
    }
}
"#,
    );
}

#[test]
fn a_loop_that_only_the_end_of_the_process_ends_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, tokio-util, lettre
use axum::{Router, routing::get};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
async fn remind(shutdown: CancellationToken) {
    loop { //~ per-replica-schedule
        tokio::select! {
            _ = tokio::time::sleep(Duration::from_secs(3600)) => {}
            _ = shutdown.cancelled() => return,
        }
        lettre::SmtpTransport::relay("mail").unwrap().build().send(&reminder()).unwrap();
    }
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(remind(CancellationToken::new()));
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_mail_that_is_tried_until_it_is_sent_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, lettre
use axum::{Router, routing::get};
use std::time::Duration;
async fn say_started() {
    loop {
        if lettre::SmtpTransport::relay("mail").unwrap().build().send(&started()).is_ok() { return; }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(say_started());
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_function_given_to_a_scheduler_is_found_where_it_is_given() {
    check_rule(
        r#"//# app/src/main.rs uses: clokwerk, lettre
use clokwerk::{Scheduler, TimeUnits};
use std::{thread, time::Duration};
fn remind() { lettre::SmtpTransport::relay("mail").unwrap().build().send(&reminder()).unwrap(); }
fn main() {
    let mut scheduler = Scheduler::new();
    scheduler.every(1.day()).at("8:00").run(remind); //~ per-replica-schedule
    loop {
        scheduler.run_pending();
        thread::sleep(Duration::from_secs(10));
    }
}
"#,
    );
}

#[test]
fn a_run_that_is_claimed_in_redis_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, redis, lettre
use redis::Commands;
use std::time::Duration;
#[tokio::main]
async fn main() {
    let mut redis = redis::Client::open("redis://locks").unwrap().get_connection().unwrap();
    loop {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        let mine: bool = redis.set_nx("reminder:today", 1).unwrap();
        if mine { lettre::SmtpTransport::relay("mail").unwrap().build().send(&reminder()).unwrap(); }
    }
}
"#,
    );
}
