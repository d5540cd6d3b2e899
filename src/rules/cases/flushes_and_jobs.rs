//! Timers that only write down what this process gathered, and timers whose deed a client of another crate does.

use super::check_rule;

#[test]
fn a_timer_that_writes_down_what_requests_gathered_repeats_nothing() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use std::{collections::HashMap, sync::Arc, time::Duration};
use axum::{Router, extract::{Path, State}, routing::post};
use tokio::sync::RwLock;
#[derive(Default)]
struct Plays { gathered: HashMap<String, i64> }
impl Plays {
    fn note(&mut self, song: String) { *self.gathered.entry(song).or_insert(0) += 1; }
    async fn write_down(&mut self, pool: &sqlx::PgPool) -> Result<(), sqlx::Error> {
        let mut insert = sqlx::QueryBuilder::new("INSERT INTO plays (song, times) ");
        insert.push_values(self.gathered.iter(), |mut row, (song, times)| { row.push_bind(song).push_bind(times); });
        insert.build().execute(pool).await?;
        self.gathered.clear();
        Ok(())
    }
}
async fn play(State(plays): State<Arc<RwLock<Plays>>>, Path(song): Path<String>) { plays.write().await.note(song); }
#[tokio::main]
async fn main() {
    let plays = Arc::new(RwLock::new(Plays::default())); //~ in-memory-store
    let pool = sqlx::PgPool::connect("postgres://db").await.unwrap();
    let kept = plays.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(15)).await;
            let _ = kept.write().await.write_down(&pool).await;
        }
    });
    let app = Router::new().route("/play/{song}", post(play)).with_state(plays);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_timer_that_clears_a_list_of_its_own_repeats_what_it_inserts() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use std::time::Duration;
use axum::{Router, routing::get};
async fn index() -> &'static str { "hello" }
async fn bill(pool: &sqlx::PgPool, due: &mut Vec<i64>) -> Result<(), sqlx::Error> {
    due.extend(sqlx::query_scalar::<_, i64>("SELECT id FROM contracts").fetch_all(pool).await?);
    for contract in due.iter() {
        sqlx::query("INSERT INTO invoices (contract) VALUES ($1)").bind(contract).execute(pool).await?;
    }
    due.clear();
    Ok(())
}
#[tokio::main]
async fn main() {
    let pool = sqlx::PgPool::connect("postgres://db").await.unwrap();
    tokio::spawn(async move {
        let mut due = Vec::new();
        loop { //~ per-replica-schedule
            tokio::time::sleep(Duration::from_secs(86_400)).await;
            let _ = bill(&pool, &mut due).await;
        }
    });
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_timer_that_saves_what_requests_marked_as_changed_repeats_nothing() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use std::{collections::{HashMap, HashSet}, sync::Arc, time::Duration};
use axum::{Router, extract::{Path, State}, routing::put};
use tokio::sync::RwLock;
#[derive(Default)]
struct Page { lines: HashMap<u64, String>, dirty: HashSet<u64> }
#[derive(Clone)]
struct App { pages: Arc<RwLock<HashMap<u64, Page>>>, pool: sqlx::PgPool } //~ in-memory-store
async fn edit(State(app): State<App>, Path((page, line)): Path<(u64, u64)>, text: String) {
    let mut pages = app.pages.write().await;
    let page = pages.entry(page).or_default();
    page.lines.insert(line, text);
    page.dirty.insert(line);
}
async fn save(app: &App) {
    let mut changed = Vec::new();
    for page in app.pages.read().await.values() {
        changed.extend(page.dirty.iter().filter_map(|line| page.lines.get(line).cloned()));
    }
    for line in changed {
        let _ = sqlx::query("INSERT INTO lines (line) VALUES ($1)").bind(line).execute(&app.pool).await;
    }
}
#[tokio::main]
async fn main() {
    let app = App { pages: Arc::default(), pool: sqlx::PgPool::connect("postgres://db").await.unwrap() };
    let kept = app.clone();
    tokio::spawn(async move {
        loop {
            save(&kept).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let router = Router::new().route("/page/{page}/{line}", put(edit)).with_state(app);
    axum::serve(listener().await, router).await.unwrap();
}
"#,
    );
}

#[test]
fn a_timer_that_publishes_through_relays_tells_each_twice() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, nostr-sdk, tokio
use std::time::Duration;
use axum::{Router, routing::get};
use nostr_sdk::prelude::*;
async fn index() -> &'static str { "hello" }
async fn close(client: &Client, offer: &str) -> Result<(), Error> {
    let event = EventBuilder::text_note(offer);
    client.send_event_builder(event).await?;
    Ok(())
}
#[tokio::main]
async fn main() {
    let client = Client::default();
    tokio::spawn(async move {
        loop { //~ per-replica-schedule
            let _ = close(&client, "closed").await;
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    });
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_client_out_of_a_pool_inserts_too() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, deadpool-postgres, tokio
use std::time::Duration;
use axum::{Router, routing::get};
use deadpool_postgres::Pool;
struct Bank { pool: Pool }
impl Bank {
    async fn award(&self, account: i64) {
        let client = self.pool.get().await.unwrap();
        client.execute("INSERT INTO credits (account) VALUES ($1)", &[&account]).await.unwrap();
    }
}
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    let bank = Bank { pool: pool() };
    tokio::spawn(async move {
        loop { //~ per-replica-schedule(warning)
            bank.award(7).await;
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    });
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_job_that_a_builder_makes_is_a_schedule() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio-cron-scheduler, sqlx, tokio
use axum::{Router, routing::get};
use tokio_cron_scheduler::{Job, JobBuilder, JobScheduler};
async fn index() -> &'static str { "hello" }
fn award(pool: sqlx::PgPool) -> Job {
    JobBuilder::new()
        .with_cron_job_type()
        .with_schedule("0 0 20 * * *")
        .unwrap()
        .with_run_async(Box::new(move |_id, _scheduler| { //~ per-replica-schedule
            let pool = pool.clone();
            Box::pin(async move {
                sqlx::query("INSERT INTO prizes (day) VALUES (now())").execute(&pool).await.unwrap();
            })
        }))
        .build()
        .unwrap()
}
#[tokio::main]
async fn main() {
    let pool = sqlx::PgPool::connect("postgres://db").await.unwrap();
    let scheduler = JobScheduler::new().await.unwrap();
    scheduler.add(award(pool)).await.unwrap();
    scheduler.start().await.unwrap();
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}
"#,
    );
}

#[test]
fn what_is_under_way_for_each_label_is_a_gauge() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
#[derive(Default)]
struct AnswerMetrics { sessions: Mutex<HashMap<String, usize>> }
impl AnswerMetrics {
    fn begin(&self, model: &str) {
        let mut sessions = self.sessions.lock().unwrap();
        let count = sessions.entry(model.to_owned()).or_insert(0);
        *count += 1;
        println!("{count}");
    }
    fn end(&self, model: &str) {
        if let Some(count) = self.sessions.lock().unwrap().get_mut(model) { *count -= 1; }
    }
}
#[derive(Default)]
struct Quota { sessions: Mutex<HashMap<String, usize>> } //~ local-rate-limit
#[derive(Default)]
struct App { metrics: AnswerMetrics, quota: Quota }
async fn answer(State(app): State<Arc<App>>, Path(model): Path<String>) -> String {
    app.metrics.begin(&model);
    let said = say(&model).await;
    app.metrics.end(&model);
    said
}
async fn open(State(app): State<Arc<App>>, Path(user): Path<String>) -> bool {
    let mut sessions = app.quota.sessions.lock().unwrap();
    let count = sessions.entry(user).or_insert(0);
    if *count > 2 { return false; }
    *count += 1;
    true
}
async fn close(State(app): State<Arc<App>>, Path(user): Path<String>) {
    if let Some(count) = app.quota.sessions.lock().unwrap().get_mut(&user) { *count -= 1; }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/answer/{model}", post(answer)).route("/open/{user}", post(open)).route("/close/{user}", post(close));
    axum::serve(listener().await, app.with_state(Arc::new(App::default()))).await.unwrap();
}
"#,
    );
}

const WATCH: &str = r#"//# app/src/main.rs uses: axum, tokio, lettre
use std::{sync::{Arc, Mutex}, time::Duration};
use axum::{Router, extract::State, routing::post};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
struct House { last_seen: Mutex<u64> }
async fn here(State(house): State<Arc<House>>) { *house.last_seen.lock().unwrap() = seconds_now(); }
async fn watch(house: Arc<House>, mailer: AsyncSmtpTransport<Tokio1Executor>) {
    loop {
        let silent_for = seconds_now() - *house.last_seen.lock().unwrap();
        if silent_for > 3600 {
            match stage_of(silent_for) {
                Stage::First => { let _ = mailer.send(warning()).await; }
                Stage::Last => match mailer.send(farewell()).await {
                    Ok(_) => return,
                    Err(error) => eprintln!("{error}"),
                },
            }
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}
#[tokio::main]
async fn main() {
    let house = Arc::new(House { last_seen: Mutex::new(0) });
    tokio::spawn(watch(house.clone(), mailer()));
    axum::serve(listener().await, Router::new().route("/here", post(here)).with_state(house)).await.unwrap();
}
"#;

#[test]
fn a_loop_that_ends_only_behind_several_conditions_is_a_job() {
    let checked = super::check_program(WATCH);
    assert!(
        checked
            .findings
            .iter()
            .any(|finding| finding.rule == "per-replica-schedule"),
        "{:#?}",
        checked.findings
    );
}

#[test]
fn a_loop_that_tries_until_it_succeeds_is_no_job() {
    let begins = WATCH.find("        let silent_for").unwrap();
    let ends = WATCH.find("        tokio::time::sleep").unwrap();
    let tries = "        match mailer.send(farewell()).await {\n            Ok(_) => return,\n            Err(error) => eprintln!(\"{error}\"),\n        }\n";
    let checked = super::check_program(&format!("{}{tries}{}", &WATCH[..begins], &WATCH[ends..]));
    assert!(
        checked
            .findings
            .iter()
            .all(|finding| finding.rule != "per-replica-schedule")
    );
}
