//! Attributes of other crates that keep state: caches around a function, stores that a start-up macro hands in.

use super::{check_program, check_rule};
use crate::finding::{Confidence, Level};

/// Rule, level and confidence of all findings of a service with this function behind `GET /rate`.
fn found(uses: &str, function: &str) -> Vec<(&'static str, Level, Confidence)> {
    let checked = check_program(&format!(
        "//# app/src/main.rs uses: axum, {uses}
use axum::{{Router, routing::get}};
{function}
async fn rate() -> String {{ load(7) }}
fn main() {{ serve(Router::<()>::new().route(\"/rate\", get(rate))); }}
"
    ));
    let findings = checked.findings.iter();
    findings
        .map(|finding| (finding.rule, finding.level, finding.confidence))
        .collect()
}

const ERROR: [(&str, Level, Confidence); 1] = [("in-memory-cache", Level::Error, Confidence::High)];
const NOTE: [(&str, Level, Confidence); 1] = [("in-memory-cache", Level::Note, Confidence::High)];

#[test]
fn a_cached_function_is_a_cache_at_its_name() {
    check_rule(
        "//# app/src/main.rs uses: axum, cached, sqlx
use axum::{Router, routing::get};
use cached::proc_macro::cached;
#[cached]
async fn price(id: u64) -> f64 { //~ in-memory-cache
    sqlx::query_scalar(\"select price from products where id = $1\").bind(id).fetch_one(&pool()).await.unwrap()
}
async fn show() -> String { price(7).await.to_string() }
fn main() { serve(Router::<()>::new().route(\"/price\", get(show))); }
",
    );
}

#[test]
fn what_waits_or_asks_outside_is_an_error() {
    assert_eq!(
        found(
            "cached",
            "#[cached::proc_macro::cached]\nasync fn load(id: u64) -> String { ask(id).await }"
        ),
        ERROR
    );
    assert_eq!(
        found(
            "cached",
            "use cached::macros::cached;\n#[cached]\nfn load(id: u64) -> String { std::fs::read_to_string(\"rates\").unwrap() }"
        ),
        ERROR
    );
    assert_eq!(
        found(
            "cached, reqwest",
            "use cached::proc_macro::once;\n#[once]\nfn load(id: u64) -> String { reqwest::blocking::get(\"http://x\").unwrap() }"
        ),
        ERROR
    );
    assert_eq!(
        found(
            "memoize, postgres",
            "#[memoize::memoize]\nfn load(id: u64) -> String { below(id) }\nfn below(id: u64) -> String { let c = postgres::Client::connect(\"\", x); row(c) }"
        ),
        ERROR
    );
}

#[test]
fn what_looks_at_state_of_the_process_is_an_error() {
    let function = "use std::{collections::HashMap, sync::{LazyLock, Mutex}};
static RATES: LazyLock<Mutex<HashMap<u64, String>>> = LazyLock::new(Default::default);
#[memoize::memoize]
fn load(id: u64) -> String { RATES.lock().unwrap().get(&id).cloned().unwrap_or_default() }";
    assert_eq!(found("memoize", function), ERROR);
}

#[test]
fn a_pure_function_is_a_note() {
    assert_eq!(
        found(
            "cached",
            "use cached::proc_macro::cached;\n#[cached(size = 100)]\nfn load(id: u64) -> String { (id * 2).to_string() }"
        ),
        NOTE
    );
    assert_eq!(
        found(
            "memoize",
            "use memoize::memoize;\n#[memoize]\nfn load(id: u64) -> String { if id < 2 { id.to_string() } else { load(id - 1) } }"
        ),
        NOTE
    );
}

#[test]
fn a_short_life_is_a_note() {
    assert_eq!(
        found(
            "cached",
            "#[cached::proc_macro::cached(time = 60)]\nasync fn load(id: u64) -> String { ask(id).await }"
        ),
        NOTE
    );
    assert_eq!(
        found(
            "cached",
            "#[cached::macros::cached(ttl_secs = \"300\", size = 10)]\nasync fn load(id: u64) -> String { ask(id).await }"
        ),
        NOTE
    );
    assert_eq!(
        found(
            "cached",
            "#[cached::proc_macro::cached(size = 60, time = 3600)]\nasync fn load(id: u64) -> String { ask(id).await }"
        ),
        ERROR
    );
}

#[test]
fn copies_that_lie_in_redis_are_silent() {
    let function = "#[cached::proc_macro::io_cached(map_error = r##\"|e| e\"##, ty = \"cached::AsyncRedisCache<u64, String>\")]
async fn load(id: u64) -> Result<String, Error> { ask(id).await }";
    assert_eq!(found("cached", function), []);
}

#[test]
fn what_only_start_up_calls_is_silent() {
    check_rule(
        "//# app/src/main.rs uses: axum, cached
use axum::{Router, routing::get};
use cached::proc_macro::cached;
#[cached]
fn table(size: u64) -> Vec<u64> { std::fs::read(\"table\").unwrap() }
async fn index() {}
fn main() { serve(Router::new().route(\"/\", get(index)).with_state(table(8))); }
",
    );
}

#[test]
fn an_attribute_of_ours_with_such_a_name_is_silent() {
    assert_eq!(
        found(
            "our_macros",
            "use our_macros::cached;\n#[cached]\nasync fn load(id: u64) -> String { ask(id).await }"
        ),
        []
    );
}

#[test]
fn cached_functions_of_tests_are_silent() {
    let function = "fn load(id: u64) -> String { id.to_string() }
#[cfg(test)]
mod tests {
    #[cached::proc_macro::cached]
    async fn load(id: u64) -> String { ask(id).await }
}";
    assert_eq!(found("cached", function), []);
}

#[test]
fn what_we_do_not_see_run_is_found_less_surely() {
    let function = "#[cached::proc_macro::cached]\nasync fn other(id: u64) -> String { ask(id).await }\nfn load(id: u64) -> String { id.to_string() }";
    assert_eq!(
        found("cached", function),
        [("in-memory-cache", Level::Error, Confidence::Medium)]
    );
}

#[test]
fn a_store_that_a_macro_hands_in_is_found_at_its_parameter() {
    check_rule(
        "//# app/src/main.rs uses: rocket, shuttle_opendal, opendal
use rocket::{get, routes};
#[get(\"/\")]
async fn index() {}
async fn start(
    #[shuttle_opendal::Opendal(scheme = \"memory\")]
    storage: opendal::Operator, //~ in-memory-store
    #[shuttle_opendal::Opendal(scheme = \"s3\")] bucket: opendal::Operator,
) { run(rocket::build().mount(\"/\", routes![index]).manage((storage, bucket))) }
",
    );
}

#[test]
fn a_pool_of_an_embedded_engine_is_found_at_its_struct() {
    let checked = check_program(
        "//# app/src/main.rs uses: rocket, rocket_sync_db_pools
use rocket::{get, routes};
use rocket_sync_db_pools::{database, rusqlite, diesel};
#[database(\"notes\")]
struct Notes(rusqlite::Connection);
#[database(\"users\")]
struct Users(diesel::PgConnection);
#[get(\"/\")]
async fn index(notes: Notes, users: Users) {}
",
    );
    let names: Vec<_> = checked
        .findings
        .iter()
        .map(|finding| (finding.rule, finding.cell.name.as_str(), finding.level))
        .collect();
    assert_eq!(names, [("embedded-database", "Notes", Level::Note)]);
}

#[test]
fn an_attribute_that_an_extern_crate_brings_in_is_found() {
    let function =
        "#[macro_use]\nextern crate cached;\n#[once]\nasync fn load(id: u64) -> String { ask(id).await }";
    assert_eq!(
        found("cached", function),
        [("in-memory-cache", Level::Error, Confidence::Medium)]
    );
    assert_eq!(
        found(
            "serde",
            "#[once]\nasync fn load(id: u64) -> String { ask(id).await }"
        ),
        []
    );
}
