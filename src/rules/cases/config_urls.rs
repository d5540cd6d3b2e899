//! Databases in memory that only a file beside the code names.

use super::check_program;
use crate::finding::{Finding, Level};

fn found(text: &str) -> Vec<Finding> {
    check_program(text).findings
}

#[track_caller]
fn level(text: &str) -> Level {
    match found(text).as_slice() {
        [one] if one.rule == "embedded-database" => one.level,
        other => panic!("{other:#?}"),
    }
}

/// A service on Rocket with this configuration.
fn rocket(database: &str, config: &str) -> String {
    format!(
        "//# app/src/main.rs uses: rocket, rocket_sync_db_pools, rocket_db_pools, sqlx
use rocket_sync_db_pools::database;
use rocket::{{get, launch, routes}};
{database}
#[get(\"/\")]
async fn index(notes: Notes) -> String {{ notes.all().await }}
#[launch]
fn rocket() -> _ {{ rocket::build().attach(Notes::fairing()).mount(\"/\", routes![index]) }}
//# app/Rocket.toml
{config}
"
    )
}

const SYNC: &str = "#[database(\"notes\")]\nstruct Notes(rocket_sync_db_pools::rusqlite::Connection);";
const POOL: &str = "#[derive(rocket_db_pools::Database)]\n#[rocket_db_pools::database(\"notes\")]\nstruct Notes(sqlx::SqlitePool);";

#[test]
fn a_database_of_rocket_lies_where_its_configuration_says() {
    let memory = "[default.databases.notes]\nurl = \"file::memory:?cache=shared\"";
    assert_eq!(level(&rocket(SYNC, memory)), Level::Error);
    assert_eq!(
        level(&rocket(
            POOL,
            "[default.databases]\nnotes = { url = \":memory:\" }"
        )),
        Level::Error
    );
    let message = &found(&rocket(SYNC, memory))[0].message;
    assert!(message.contains("in app/Rocket.toml:2"), "{message}");
}

#[test]
fn another_database_or_a_file_is_a_note() {
    let file = "[default.databases.notes]\nurl = \"notes.db\"";
    assert_eq!(level(&rocket(SYNC, file)), Level::Note);
    let other =
        "[default.databases.cache]\nurl = \":memory:\"\n[default.databases.notes]\nurl = \"notes.db\"";
    assert_eq!(level(&rocket(SYNC, other)), Level::Note);
    assert_eq!(
        level(&rocket(SYNC, "[debug.databases.notes]\nurl = \":memory:\"")),
        Level::Note
    );
}

/// A service that connects to what the environment names.
fn connects(uses: &str, connect: &str, file: &str) -> String {
    format!(
        "//# app/src/main.rs uses: axum, tokio, dotenvy, {uses}
use axum::{{Router, routing::get}};
async fn index() {{}}
#[tokio::main]
async fn main() {{
    dotenvy::dotenv().ok();
    let url = std::env::var(\"DATABASE_URL\").expect(\"a database\");
    let database = {connect};
    let app = Router::new().route(\"/\", get(index)).with_state(database);
    axum::serve(listener().await, app).await.unwrap();
}}
//# app/{file}
"
    )
}

#[test]
fn the_environment_s_file_names_memory() {
    let sqlx = "sqlx::SqlitePool::connect(&url).await.unwrap()";
    assert_eq!(
        level(&connects("sqlx", sqlx, ".env\nDATABASE_URL=sqlite::memory:")),
        Level::Error
    );
    let any = "sqlx::AnyPool::connect(&url).await.unwrap()";
    assert_eq!(
        level(&connects("sqlx", any, ".env\nDATABASE_URL=\"sqlite::memory:\"")),
        Level::Error
    );
    let orm = "sea_orm::Database::connect(&url).await.unwrap()";
    assert_eq!(
        level(&connects("sea-orm", orm, ".env\nDATABASE_URL=sqlite::memory:")),
        Level::Error
    );
    let diesel = "diesel::SqliteConnection::establish(&url).unwrap()";
    assert_eq!(
        level(&connects("diesel", diesel, ".env\nDATABASE_URL=:memory:")),
        Level::Error
    );
}

#[test]
fn what_an_example_proposes_is_a_note() {
    let any = "sqlx::AnyPool::connect(&url).await.unwrap()";
    let message = &found(&connects(
        "sqlx",
        any,
        ".env.example\nDATABASE_URL=sqlite::memory:",
    ))[0]
        .message;
    assert_eq!(
        level(&connects(
            "sqlx",
            any,
            ".env.example\nDATABASE_URL=sqlite::memory:"
        )),
        Level::Note,
        "{message}"
    );
}

#[test]
fn a_server_or_another_name_in_the_file_is_silent() {
    let any = "sqlx::AnyPool::connect(&url).await.unwrap()";
    assert!(found(&connects("sqlx", any, ".env\nDATABASE_URL=postgres://db/notes")).is_empty());
    assert!(found(&connects("sqlx", any, ".env\nTEST_DATABASE_URL=sqlite::memory:")).is_empty());
    let client = "reqwest::Client::new()";
    assert!(found(&connects("reqwest", client, ".env\nDATABASE_URL=sqlite::memory:")).is_empty());
}
