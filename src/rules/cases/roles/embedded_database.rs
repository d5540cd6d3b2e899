//! Databases in the service's process: an error in memory, a note on disk; servers, scratch and read-only files are silent.

/// A service on axum that opens its database so.
macro_rules! service {
    ($uses:literal, $opens:literal) => {
        concat!(
            "//# app/src/main.rs uses: axum, tokio, ", $uses,
            "\nuse axum::{Router, extract::State, routing::get};\nasync fn rows(State(database): State<Database>) -> String { database.rows().await }\n",
            $opens,
            "\n#[tokio::main]\nasync fn main() {\n    let app = Router::new().route(\"/rows\", get(rows)).with_state(Database::of(open().await));\n",
            "    axum::serve(listener().await, app).await.unwrap();\n}\n"
        )
    };
}

cases! {
    firing {
        a_pool_in_memory_is_an_error: service!("sqlx", r#"use sqlx::{SqlitePool, sqlite::SqlitePoolOptions};
async fn open() -> SqlitePool {
    SqlitePoolOptions::new().max_connections(5).connect("sqlite::memory:").await.unwrap() //~ embedded-database(error)
}"#);
        a_connection_in_memory_behind_a_lock_is_an_error: r#"//# app/src/main.rs uses: actix_web, rusqlite
use actix_web::{App, HttpServer, web};
use rusqlite::Connection;
use std::sync::Mutex;
struct Notes { database: Mutex<Connection> }
async fn write(notes: web::Data<Notes>, text: String) -> String {
    notes.database.lock().unwrap().execute("INSERT INTO notes (text) VALUES (?1)", [text]).unwrap().to_string()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let notes = web::Data::new(Notes { database: Mutex::new(Connection::open_in_memory().unwrap()) }); //~ embedded-database(error)
    HttpServer::new(move || App::new().app_data(notes.clone()).route("/", web::post().to(write))).bind("0.0.0.0:80")?.run().await
}
"#;
        a_url_of_a_const_of_another_module_is_an_error: r#"//# app/src/main.rs uses: rocket, sea_orm
mod config;
mod database;
use rocket::{State, get, launch, routes};
#[get("/")]
async fn index(database: &State<sea_orm::DatabaseConnection>) -> String { count(database).await }
#[launch]
async fn rocket() -> _ { rocket::build().manage(database::open().await).mount("/", routes![index]) }
//# app/src/config.rs
pub const DATABASE: &str = "sqlite::memory:";
//# app/src/database.rs
use crate::config;
use sea_orm::{Database, DatabaseConnection};
pub async fn open() -> DatabaseConnection { Database::connect(config::DATABASE).await.unwrap() } //~ embedded-database(error)
"#;
        an_engine_of_surreal_in_memory_is_an_error: service!("surrealdb", r"use surrealdb::{Surreal, engine::local::{Db, Mem}};
async fn open() -> Surreal<Db> { Surreal::new::<Mem>(()).await.unwrap() } //~ embedded-database(error)");
        an_index_in_memory_is_an_error: service!("tantivy", r"async fn open() -> tantivy::Index { tantivy::Index::create_in_ram(schema()) } //~ embedded-database(error)");
        a_tree_of_sled_is_a_note: r#"//# app/src/main.rs uses: tokio, sled
use tokio::net::{TcpListener, TcpStream};
async fn talk(mut stream: TcpStream, orders: sled::Db) {
    while let Some((key, value)) = read_pair(&mut stream).await { orders.insert(key, value).unwrap(); }
}
#[tokio::main]
async fn main() {
    let orders = sled::open("/data/orders").unwrap(); //~ embedded-database(note)
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop { let (stream, _) = listener.accept().await.unwrap(); tokio::spawn(talk(stream, orders.clone())); }
}
"#;
        rocksdb_behind_a_trait_object_is_a_note: axum!(r"
mod blobs;
use blobs::{Blobs, Rocks};
async fn keep(State(blobs): State<Arc<dyn Blobs>>, Path(name): Path<String>, text: String) { blobs.put(&name, &text); }",
            r#".route("/{name}", put(keep))"#, "Arc::new(Rocks::open()) as Arc<dyn Blobs>", r#"//# app/src/blobs.rs
pub trait Blobs: Send + Sync { fn put(&self, name: &str, text: &str); }
pub struct Rocks { database: rocksdb::DB }
impl Rocks {
    pub fn open() -> Rocks { Rocks { database: rocksdb::DB::open_default("/data/blobs").unwrap() } } //~ embedded-database(note)
}
impl Blobs for Rocks { fn put(&self, name: &str, text: &str) { self.database.put(name, text).unwrap(); } }
"#);
        a_file_of_sqlite_for_a_grpc_service_is_a_note: r#"//# app/src/main.rs uses: tonic, sqlx, tokio
use sqlx::SqlitePool;
use tonic::{Request, Response, Status, transport::Server};
pub mod notes { tonic::include_proto!("notes"); }
use notes::{notes_server::{Notes, NotesServer}, Empty, Note};
struct Desk { pool: SqlitePool }
#[tonic::async_trait]
impl Notes for Desk {
    async fn add(&self, request: Request<Note>) -> Result<Response<Empty>, Status> {
        sqlx::query("INSERT INTO notes (text) VALUES (?)").bind(request.into_inner().text).execute(&self.pool).await.unwrap();
        Ok(Response::new(Empty {}))
    }
}
#[tokio::main]
async fn main() {
    let pool = SqlitePool::connect("sqlite://notes.db?mode=rwc").await.unwrap(); //~ embedded-database(note)
    Server::builder().add_service(NotesServer::new(Desk { pool })).serve(address()).await.unwrap();
}
"#;
        memory_where_a_setting_says_so_is_a_note: service!("sqlx", r#"use sqlx::SqlitePool;
async fn open() -> SqlitePool {
    let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".to_owned());
    SqlitePool::connect(&url).await.unwrap() //~ embedded-database(note)
}"#);
    }
    silent {
        a_pool_of_a_server_is_silent: service!("sqlx", r#"async fn open() -> sqlx::PgPool { sqlx::PgPool::connect("postgres://db/app").await.unwrap() }"#);
        an_address_of_any_server_is_silent: service!("sqlx", r#"use sqlx::any::{AnyPool, AnyPoolOptions};
async fn open() -> AnyPool { AnyPoolOptions::new().connect(&std::env::var("DATABASE_URL").unwrap()).await.unwrap() }"#);
        a_file_of_cities_that_is_only_read_is_silent: service!("rusqlite", r#"use rusqlite::{Connection, OpenFlags};
async fn open() -> Connection { Connection::open_with_flags("cities.db", OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap() }"#);
        words_opened_read_only_are_silent: service!("sqlx", r#"use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
async fn open() -> SqlitePool { SqlitePool::connect_lazy_with(SqliteConnectOptions::new().filename("words.db").read_only(true)) }"#);
        scratch_for_the_query_of_one_request_is_silent: r#"//# app/src/main.rs uses: actix_web, rusqlite
use actix_web::{App, HttpServer, web};
async fn try_out(sql: String) -> String {
    let scratch = rusqlite::Connection::open_in_memory().unwrap();
    scratch.execute_batch("CREATE TABLE people (name TEXT)").unwrap();
    scratch.execute_batch(&sql).map(|()| "fine".to_owned()).unwrap_or_else(|error| error.to_string())
}
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().route("/", web::post().to(try_out))).bind("0.0.0.0:80")?.run().await }
"#;
        the_database_of_the_tests_is_silent: r#"//# app/src/main.rs uses: rocket, sqlx
use rocket::{State, get, launch, routes};
use sqlx::PgPool;
#[get("/")]
async fn index(pool: &State<PgPool>) -> String { count(pool).await }
#[launch]
async fn rocket() -> _ { rocket::build().manage(PgPool::connect("postgres://db/app").await.unwrap()).mount("/", routes![index]) }
#[cfg(test)]
mod tests {
    async fn pool() -> sqlx::SqlitePool { sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap() }
    #[tokio::test]
    async fn counts() { assert_eq!(count(&pool().await).await, "0"); }
}
"#;
        a_server_spoken_to_by_the_same_library_is_silent: service!("libsql", r#"async fn open() -> libsql::Database {
    libsql::Builder::new_remote("libsql://db".to_owned(), std::env::var("TOKEN").unwrap()).build().await.unwrap()
}"#);
        a_tool_that_serves_nobody_is_silent: r#"//# tool/src/main.rs uses: rusqlite
fn main() {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    load(&database, &std::env::args().nth(1).unwrap());
    println!("{}", total(&database));
}
"#;
        a_manager_of_a_server_is_silent: service!("diesel", r#"use diesel::{PgConnection, r2d2::{ConnectionManager, Pool}};
async fn open() -> Pool<ConnectionManager<PgConnection>> { Pool::new(ConnectionManager::new("postgres://db/app")).unwrap() }"#);
    }
}
