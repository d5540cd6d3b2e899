//! Files that are taken or put aside, schedules that workers of a clock keep, jobs that say that they are alive.

use super::check_rule;

#[test]
fn a_function_that_a_clock_of_cron_times_drives_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, apalis, apalis-cron, lettre
use apalis::prelude::*;
use apalis_cron::{CronStream, Schedule};
use axum::{Router, routing::get};
use std::str::FromStr;
async fn remind(_tick: Reminder) { letters().await; }
async fn letters() { lettre::SmtpTransport::relay("mail").unwrap().build().send(&letter()).unwrap(); }
async fn jobs() {
    let schedule = Schedule::from_str("0 0 8 * * *").unwrap();
    let worker = WorkerBuilder::new("mornings") //~ per-replica-schedule
        .data(settings())
        .backend(CronStream::new(schedule))
        .build_fn(remind);
    Monitor::new().register(worker).run().await.unwrap();
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/", get(index));
    tokio::join!(jobs(), serve(app));
}
async fn serve(app: Router) { axum::serve(listener().await, app).await.unwrap(); }
"#,
    );
}

#[test]
fn a_function_that_takes_jobs_from_a_store_is_no_schedule() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, apalis, apalis-redis, lettre
use apalis::prelude::*;
use apalis_redis::RedisStorage;
async fn remind(_job: Reminder) { lettre::SmtpTransport::relay("mail").unwrap().build().send(&letter()).unwrap(); }
#[tokio::main]
async fn main() {
    let worker = WorkerBuilder::new("mails").backend(RedisStorage::new(connection().await)).build_fn(remind);
    Monitor::new().register(worker).run().await.unwrap();
}
"#,
    );
}

#[test]
fn a_table_that_one_replica_locks_claims_the_run() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx, reqwest
use axum::{Router, routing::get};
use std::time::Duration;
async fn settle(pool: sqlx::PgPool) {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let mut tx = pool.begin().await.unwrap();
        sqlx::query("LOCK TABLE transfers IN ACCESS EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
        reqwest::Client::new().post("http://bank/transfer").send().await.unwrap();
        tx.commit().await.unwrap();
    }
}
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(settle(pool().await));
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_that_besides_its_own_work_says_that_it_is_alive_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use axum::{Router, routing::get};
use std::time::Duration;
async fn refresh(names: Names) {
    loop {
        send_heartbeat().await;
        names.load().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}
async fn send_heartbeat() { reqwest::Client::new().post("http://127.0.0.1:9/heartbeat").send().await.unwrap(); }
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(refresh(names()));
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_loop_that_looks_for_heartbeats_and_tells_of_missing_ones_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, lettre
use axum::{Router, routing::get};
use std::time::Duration;
async fn watch() {
    loop { //~ per-replica-schedule
        missed_heartbeats().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}
async fn missed_heartbeats() { lettre::SmtpTransport::relay("mail").unwrap().build().send(&alert()).unwrap(); }
async fn index() -> String { String::new() }
#[tokio::main]
async fn main() {
    tokio::spawn(watch());
    let app: Router = Router::new().route("/", get(index));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_picture_that_each_replica_changes_on_a_timer_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: poise, serenity, tokio
use poise::serenity_prelude as serenity;
use std::time::Duration;
async fn on_event(ctx: &serenity::Context, event: &serenity::FullEvent) -> Result<(), Error> {
    match event {
        serenity::FullEvent::Ready { .. } => {
            tokio::spawn(turn_pictures(ctx.http.clone(), serenity::GuildId::new(7)));
        }
        _ => {}
    }
    Ok(())
}
async fn turn_pictures(ctx: impl serenity::CacheHttp, guild: serenity::GuildId) {
    loop { //~ per-replica-schedule
        let picture = serenity::EditGuild::new().icon(any().await.as_ref());
        guild.edit(&ctx, picture).await.unwrap();
        tokio::time::sleep(Duration::from_secs(86_400)).await;
    }
}
#[tokio::main]
async fn main() {
    let framework = poise::Framework::builder()
        .options(poise::FrameworkOptions { event_handler: |ctx, event, _, _| Box::pin(on_event(ctx, event)), ..Default::default() })
        .build();
    serenity::ClientBuilder::new("t", intents()).framework(framework).await.unwrap().start().await.unwrap();
}
"#,
    );
}

#[test]
fn what_is_removed_before_another_file_is_written_is_not_that_file() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Path, routing::post};
async fn ask(Path(user): Path<String>) {
    for old in tickets_of(&user) {
        tokio::fs::remove_file(&old).await.unwrap();
    }
    let ticket = format!("tickets/{}", new_name());
    tokio::fs::write(&ticket, user).await.unwrap(); //~ local-file
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/ask/{user}", post(ask));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_file_that_is_put_aside_to_be_used_up_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::Path, routing::post};
use std::fs;
async fn take(Path(name): Path<String>) -> String {
    let ticket = format!("tickets/{name}");
    let taken = format!("tickets/{name}.taken");
    fs::rename(&ticket, &taken).unwrap();
    let text = fs::read_to_string(&taken).unwrap();
    let _ = fs::remove_file(&taken);
    text
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/take/{name}", post(take));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_file_that_gets_its_lasting_name_is_found_where_another_is_removed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::Path, routing::post};
use std::fs;
async fn publish(Path(name): Path<String>) {
    let draft = format!("drafts/{name}");
    let page = format!("pages/{name}");
    let note = format!("notes/{name}");
    fs::rename(&draft, &page).unwrap(); //~ local-file
    let _ = fs::remove_file(&note);
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/publish/{name}", post(publish));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_file_of_one_name_in_the_folder_for_scratch_that_is_read_at_once_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, routing::post};
async fn count(body: String) -> String {
    std::fs::write("/tmp/received.csv", body).unwrap();
    let table = std::fs::read_to_string("/tmp/received.csv").unwrap();
    table.lines().count().to_string()
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/count", post(count));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
