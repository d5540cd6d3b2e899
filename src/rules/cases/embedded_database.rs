//! Databases that live in the service's process: in memory they are errors, on disk notes, and a setting may choose.

use super::{check_program, check_rule};
use crate::finding::Level;

/// The one finding of a service whose `main` starts so.
#[track_caller]
fn only(uses: &str, items: &str, opens: &str) -> (&'static str, Level, String) {
    let checked = check_program(&format!(
        "//# app/src/main.rs uses: axum, tokio, {uses}
use axum::{{Router, routing::get}};
{items}
async fn index() {{}}
#[tokio::main]
async fn main() {{
    {opens}
    let app = Router::new().route(\"/\", get(index)).with_state(database);
    axum::serve(listener().await, app).await.unwrap();
}}
"
    ));
    match checked.findings.as_slice() {
        [one] => (one.rule, one.level, one.message.clone()),
        other => panic!("{other:#?}"),
    }
}

#[track_caller]
fn is_error(uses: &str, items: &str, opens: &str) {
    let (rule, level, message) = only(uses, items, opens);
    assert_eq!((rule, level), ("embedded-database", Level::Error), "{message}");
    assert!(message.contains("in this process"), "{message}");
}

#[track_caller]
fn is_note(uses: &str, items: &str, opens: &str) -> String {
    let (rule, level, message) = only(uses, items, opens);
    assert_eq!((rule, level), ("embedded-database", Level::Note), "{message}");
    message
}

#[track_caller]
fn is_silent(uses: &str, items: &str) {
    check_rule(&format!(
        "//# app/src/main.rs uses: axum, tokio, {uses}\nuse axum::{{Router, routing::get}};\n{items}"
    ));
}

#[test]
fn a_pool_on_a_literal_in_memory_is_an_error() {
    is_error(
        "sqlx",
        "use sqlx::SqlitePool;",
        "let database = SqlitePool::connect(\"sqlite::memory:\").await.unwrap();",
    );
}

#[test]
fn a_pool_of_options_is_one_finding() {
    let opens = "let database = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect(\"sqlite::memory:\").await?;";
    is_error("sqlx", "", opens);
}

#[test]
fn a_connection_in_memory_is_an_error() {
    is_error(
        "rusqlite",
        "use rusqlite::Connection;",
        "let database = Connection::open_in_memory().unwrap();",
    );
}

#[test]
fn a_const_tells_as_a_literal_does() {
    let items = "mod config { pub const URL: &str = \"sqlite::memory:\"; }\nuse sea_orm::Database;";
    is_error(
        "sea_orm",
        items,
        "let database = Database::connect(config::URL).await.unwrap();",
    );
}

#[test]
fn a_static_tells_as_a_literal_does() {
    let items =
        "static PLACE: &str = \"file::memory:?cache=shared\";\nuse r2d2_sqlite::SqliteConnectionManager;";
    is_error(
        "r2d2_sqlite",
        items,
        "let database = SqliteConnectionManager::file(PLACE);",
    );
}

#[test]
fn a_literal_in_format_tells() {
    let items = "use diesel::{Connection, SqliteConnection};";
    let opens = "let name = \"a\"; let database = SqliteConnection::establish(&format!(\"file:{name}:memory:?cache=shared\")).unwrap();";
    is_error("diesel", items, opens);
}

#[test]
fn a_const_in_format_tells() {
    let items = "const SCHEME: &str = \"sqlite::memory:\";\nuse sqlx::SqlitePool;";
    is_error(
        "sqlx",
        items,
        "let database = SqlitePool::connect(&format!(\"{SCHEME}?cache=shared\")).await.unwrap();",
    );
}

#[test]
fn a_variable_of_the_function_tells() {
    let opens = "let url = String::from(\"sqlite::memory:\"); let database = SqlitePool::connect(&url).await.unwrap();";
    is_error("sqlx", "use sqlx::SqlitePool;", opens);
}

#[test]
fn options_that_say_in_memory_are_an_error() {
    is_error(
        "sqlx",
        "use sqlx::sqlite::SqliteConnectOptions;",
        "let database = SqliteConnectOptions::new().in_memory(true);",
    );
}

#[test]
fn a_type_argument_tells() {
    let items = "use surrealdb::{Surreal, engine::local::Mem};";
    is_error(
        "surrealdb",
        items,
        "let database = Surreal::new::<Mem>(()).await.unwrap();",
    );
    let items = "use surrealdb::{Surreal, engine::local::RocksDb};";
    is_note(
        "surrealdb",
        items,
        "let database = Surreal::new::<RocksDb>(\"data\").await.unwrap();",
    );
}

#[test]
fn an_index_in_memory_is_an_error() {
    is_error(
        "tantivy",
        "use tantivy::Index;",
        "let database = Index::create_in_ram(schema());",
    );
}

#[test]
fn a_file_is_a_note_that_tells_of_the_disk() {
    for (uses, opens) in [
        (
            "sqlx",
            "let database = sqlx::SqlitePool::connect(\"sqlite://data.db\").await.unwrap();",
        ),
        (
            "rusqlite",
            "let database = rusqlite::Connection::open(\"data.db\").unwrap();",
        ),
        ("sled", "let database = sled::open(\"data\").unwrap();"),
        (
            "sled",
            "let database = sled::Config::new().path(\"data\").open().unwrap();",
        ),
        (
            "redb",
            "let database = redb::Database::create(\"data.redb\").unwrap();",
        ),
        (
            "rocksdb",
            "let database = rocksdb::DB::open_default(\"data\").unwrap();",
        ),
        (
            "tantivy",
            "let database = tantivy::Index::create_in_dir(\"index\", schema()).unwrap();",
        ),
        (
            "diesel",
            "let database = diesel::r2d2::ConnectionManager::<diesel::SqliteConnection>::new(url());",
        ),
    ] {
        let message = is_note(uses, "", opens);
        assert!(message.contains("on this replica's disk"), "{message}");
        assert!(message.contains("with two replicas"), "{message}");
    }
}

#[test]
fn a_manager_whose_type_has_a_name_of_ours_is_a_note() {
    let items = "type Manager = diesel::r2d2::ConnectionManager<diesel::sqlite::SqliteConnection>;";
    is_note("diesel", items, "let database = Manager::new(url());");
}

#[test]
fn a_file_opened_for_each_request_is_a_note_too() {
    let checked = check_program(
        "//# app/src/main.rs uses: axum, rusqlite
use axum::{Router, routing::get};
async fn index() -> String { let database = rusqlite::Connection::open(\"data.db\").unwrap(); rows(database) }
fn main() { serve(Router::<()>::new().route(\"/\", get(index))); }
",
    );
    let found: Vec<_> = checked
        .findings
        .iter()
        .map(|finding| (finding.rule, finding.level))
        .collect();
    assert_eq!(found, [("embedded-database", Level::Note)]);
}

#[test]
fn a_setting_that_chooses_memory_is_a_note_that_names_it() {
    let chosen = [
        "let database = if settings.in_memory { SqlitePool::connect(\"sqlite::memory:\").await? } else { PgPool::connect(&url).await? };",
        "let database = match settings.in_memory { true => SqlitePool::connect(\"sqlite::memory:\").await?, false => shared(&url) };",
        "let url = if settings.in_memory { \"sqlite::memory:\" } else { \"sqlite://data.db\" }; let database = SqlitePool::connect(url).await?;",
    ];
    for opens in chosen {
        let message = is_note("sqlx", "use sqlx::{PgPool, SqlitePool};", opens);
        assert!(
            message.contains("where `settings.in_memory` says so"),
            "{message}"
        );
    }
}

#[test]
fn a_default_for_a_missing_address_is_a_note_that_names_it() {
    let opens =
        "let url = std::env::var(\"DATABASE_URL\").unwrap_or_else(|_| \"sqlite::memory:\".to_owned());
    let database = SqlitePool::connect(&url).await.unwrap();";
    let message = is_note("sqlx", "use sqlx::SqlitePool;", opens);
    assert!(message.contains("`DATABASE_URL`"), "{message}");
}

#[test]
fn an_early_return_is_a_branch() {
    let items = "use sqlx::{Pool, SqlitePool};
async fn open(settings: &Settings) -> Store {
    if let Some(url) = &settings.database { return Store::shared(url).await; }
    Store::of(SqlitePool::connect(\"sqlite::memory:\").await.unwrap())
}";
    let message = is_note("sqlx", items, "let database = open(&settings()).await;");
    assert!(message.contains("`settings.database`"), "{message}");
}

#[test]
fn a_setting_that_only_turns_it_on_excuses_nothing() {
    is_error(
        "rusqlite",
        "",
        "let database = if settings.index { Some(rusqlite::Connection::open_in_memory().unwrap()) } else { None };",
    );
}

#[test]
fn memory_in_both_branches_is_no_choice() {
    let checked = check_program(
        "//# app/src/main.rs uses: axum, rusqlite
use axum::{Router, routing::get};
async fn index() {}
fn main() {
    let database = if settings.traced { traced(rusqlite::Connection::open_in_memory()) } else { plain(rusqlite::Connection::open_in_memory()) };
    serve(Router::new().route(\"/\", get(index)).with_state(database));
}
",
    );
    assert!(
        checked
            .findings
            .iter()
            .all(|finding| finding.level == Level::Error),
        "{:#?}",
        checked.findings
    );
    assert!(!checked.findings.is_empty());
}

#[test]
fn a_command_of_the_command_line_is_no_setting() {
    is_error(
        "rusqlite",
        "",
        "let database = match cli.command { Command::Serve => rusqlite::Connection::open_in_memory().unwrap(), Command::Check => check() };",
    );
}

#[test]
fn servers_are_silent() {
    is_silent(
        "sqlx",
        "async fn index() {}
#[tokio::main]
async fn main() {
    let database = sqlx::PgPool::connect(\"postgres://db/app\").await.unwrap();
    let other = sqlx::any::AnyPoolOptions::new().connect(&std::env::var(\"DATABASE_URL\").unwrap()).await.unwrap();
    axum::serve(listener().await, Router::new().route(\"/\", get(index)).with_state((database, other))).await.unwrap();
}
",
    );
}

#[test]
fn a_manager_of_another_database_is_silent() {
    is_silent(
        "diesel",
        "async fn index() {}
fn main() {
    let manager = diesel::r2d2::ConnectionManager::<diesel::PgConnection>::new(url());
    serve(Router::new().route(\"/\", get(index)).with_state(manager));
}
",
    );
}

#[test]
fn a_file_that_is_only_read_is_silent() {
    is_silent(
        "rusqlite, sqlx",
        "use rusqlite::{Connection, OpenFlags};
use sqlx::sqlite::SqliteConnectOptions;
async fn index() {}
fn main() {
    let cities = Connection::open_with_flags(\"cities.db\", OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX).unwrap();
    let words = SqliteConnectOptions::new().filename(\"words.db\").read_only(true);
    serve(Router::new().route(\"/\", get(index)).with_state((cities, words)));
}
",
    );
}

#[test]
fn scratch_in_memory_for_one_request_is_silent() {
    is_silent(
        "rusqlite",
        "async fn check(body: String) -> String {
    let scratch = rusqlite::Connection::open_in_memory().unwrap();
    run(&scratch, &body)
}
fn main() { serve(Router::<()>::new().route(\"/check\", get(check))); }
",
    );
}

#[test]
fn databases_of_tests_are_silent() {
    is_silent(
        "sqlx",
        "async fn index() {}
fn main() { serve(Router::<()>::new().route(\"/\", get(index))); }
#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn works() { let pool = sqlx::SqlitePool::connect(\"sqlite::memory:\").await.unwrap(); try_it(pool); }
}
",
    );
}

#[test]
fn a_program_that_serves_nobody_is_silent() {
    check_rule(
        "//# tool/src/main.rs uses: rusqlite
fn main() { let database = rusqlite::Connection::open_in_memory().unwrap(); report(database); }
",
    );
}

#[test]
fn a_type_of_ours_with_such_a_name_is_silent() {
    is_silent(
        "tokio",
        "mod rusqlite { pub struct Connection; impl Connection { pub fn open_in_memory() -> Connection { Connection } } }
async fn index() {}
fn main() {
    let database = rusqlite::Connection::open_in_memory();
    serve(Router::new().route(\"/\", get(index)).with_state(database));
}
",
    );
}

#[test]
fn versions_that_the_entry_does_not_speak_of_are_silent() {
    is_silent(
        "redb@0.9",
        "async fn index() {}
fn main() {
    let database = redb::backends::InMemoryBackend::new();
    serve(Router::new().route(\"/\", get(index)).with_state(database));
}
",
    );
}

#[test]
fn remote_engines_of_the_same_library_are_silent() {
    is_silent(
        "libsql, surrealdb",
        "use surrealdb::{Surreal, engine::remote::ws::Ws};
async fn index() {}
#[tokio::main]
async fn main() {
    let one = libsql::Builder::new_remote(url(), token()).build().await.unwrap();
    let two = Surreal::new::<Ws>(\"db:8000\").await.unwrap();
    axum::serve(listener().await, Router::new().route(\"/\", get(index)).with_state((one, two))).await.unwrap();
}
",
    );
}

fn search(route: &str) -> Vec<Level> {
    let checked = check_program(&format!(
        "//# app/src/main.rs uses: axum, tokio, tantivy
use axum::{{Router, extract::State, routing::post}};
use std::sync::{{Arc, Mutex}};
use tantivy::{{Index, IndexWriter}};
async fn add(State(writer): State<Arc<Mutex<IndexWriter>>>, body: String) {{ writer.lock().unwrap().add_document(doc(body)); }}
#[tokio::main]
async fn main() {{
    let index = Index::open_in_dir(\"search\").unwrap();
    let writer: Arc<Mutex<IndexWriter>> = Arc::new(Mutex::new(index.writer(50_000_000).unwrap()));
    let app = Router::new(){route}.with_state(writer);
    axum::serve(listener().await, app).await.unwrap();
}}
"
    ));
    let found = checked.findings.iter();
    found
        .filter(|finding| finding.rule == "embedded-database")
        .map(|finding| finding.level)
        .collect()
}

#[test]
fn a_search_index_that_requests_write_is_more_than_a_note() {
    assert_eq!(search(".route(\"/\", post(add))"), [Level::Warning]);
    assert_eq!(search(".route(\"/\", post(find))"), [Level::Note]);
}

#[test]
fn a_memory_database_that_only_tests_open_is_silent() {
    check_rule(
        r#"//# tables/src/lib.rs uses: rusqlite
use rusqlite::Connection;
pub struct Tables { connection: Connection }
impl Tables {
    pub fn in_memory() -> Tables { Tables { connection: Connection::open_in_memory().unwrap() } }
    pub fn for_the_day() -> Tables { Tables { connection: Connection::open_in_memory().unwrap() } } //~ embedded-database
}
//# app/src/main.rs uses: axum, tokio, tables
use axum::{Router, routing::get};
#[tokio::main]
async fn main() {
    let tables = tables::Tables::for_the_day();
    axum::serve(listener().await, Router::new().route("/", get(index)).with_state(shared(tables))).await.unwrap();
}
async fn index() -> &'static str { "hello" }
"#,
    );
}
