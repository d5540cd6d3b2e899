//! Lists of what is no longer valid, and lists of words or hosts that never change.

cases! {
    firing {
        revoked_ids_in_shared_state_fire: axum!(r"
#[derive(Clone, Default)]
struct Tokens { revoked: Arc<RwLock<HashSet<String>>> } //~ in-memory-revocation
async fn logout(State(tokens): State<Tokens>, jti: String) { tokens.revoked.write().unwrap().insert(jti); }
async fn check(State(tokens): State<Tokens>, jti: String) -> StatusCode {
    if tokens.revoked.read().unwrap().contains(&jti) { StatusCode::UNAUTHORIZED } else { StatusCode::OK }
}", r#".route("/logout", post(logout)).route("/check", post(check))"#, "Tokens::default()");
        a_blacklist_with_expiry_fires: r#"//# app/src/main.rs uses: actix_web, dashmap
use actix_web::{App, HttpServer, web};
use dashmap::DashMap;
use std::time::{Duration, Instant};
#[derive(Default)]
struct Jwt { blacklist: DashMap<String, Instant> } //~ in-memory-revocation
impl Jwt {
    fn revoke(&self, id: &str) { self.blacklist.insert(id.to_owned(), Instant::now() + Duration::from_secs(900)); }
    fn is_valid(&self, id: &str) -> bool { self.blacklist.get(id).is_none_or(|until| *until < Instant::now()) }
}
async fn logout(jwt: web::Data<Jwt>, id: web::Path<String>) -> String { jwt.revoke(&id); String::new() }
async fn me(jwt: web::Data<Jwt>, id: web::Path<String>) -> String { jwt.is_valid(&id).to_string() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let jwt = web::Data::new(Jwt::default());
    HttpServer::new(move || App::new().app_data(jwt.clone()).route("/logout/{id}", web::post().to(logout)).route("/me/{id}", web::get().to(me)))
        .bind("0.0.0.0:80")?.run().await
}
"#;
        revocations_behind_a_trait_object_fire: axum!(r"
mod revocation;
use revocation::{Local, Revocations};
async fn logout(State(list): State<Arc<dyn Revocations>>, token: String) { list.add(token); }
async fn open(State(list): State<Arc<dyn Revocations>>, token: String) -> String { list.has(&token).to_string() }",
            r#".route("/logout", post(logout)).route("/open", post(open))"#, "Arc::new(Local::default()) as Arc<dyn Revocations>", r"//# app/src/revocation.rs
use std::{collections::BTreeSet, sync::Mutex};
pub trait Revocations: Send + Sync { fn add(&self, token: String); fn has(&self, token: &str) -> bool; }
#[derive(Default)]
pub struct Local { revoked_tokens: Mutex<BTreeSet<String>> } //~ in-memory-revocation
impl Revocations for Local {
    fn add(&self, token: String) { self.revoked_tokens.lock().unwrap().insert(token); }
    fn has(&self, token: &str) -> bool { self.revoked_tokens.lock().unwrap().contains(token) }
}
");
        keys_denied_by_an_admin_in_rocket_fire: r#"//# app/src/main.rs uses: rocket
use rocket::{State, delete, http::Status, launch, post, request::{FromRequest, Outcome}, routes};
use std::{collections::HashSet, sync::Mutex};
#[derive(Default)]
struct Keys { denylist: Mutex<HashSet<String>> } //~ in-memory-revocation
struct ApiKey(String);
#[rocket::async_trait]
impl<'r> FromRequest<'r> for ApiKey {
    type Error = ();
    async fn from_request(request: &'r rocket::Request<'_>) -> Outcome<Self, ()> {
        let keys = request.rocket().state::<Keys>().unwrap();
        let key = request.headers().get_one("x-key").unwrap_or_default();
        if keys.denylist.lock().unwrap().contains(key) { return Outcome::Error((Status::Forbidden, ())); }
        Outcome::Success(ApiKey(key.to_owned()))
    }
}
#[delete("/keys/<key>")]
fn deny(keys: &State<Keys>, key: String) { keys.denylist.lock().unwrap().insert(key); }
#[post("/work")]
fn work(key: ApiKey) -> String { key.0 }
#[launch]
fn rocket() -> _ { rocket::build().manage(Keys::default()).mount("/", routes![deny, work]) }
"#;
        invalidated_refresh_tokens_fire: r#"//# app/src/main.rs uses: tonic, tokio
use std::{collections::HashSet, sync::Arc};
use tokio::sync::Mutex;
use tonic::{Request, Response, Status, transport::Server};
pub mod auth { tonic::include_proto!("auth"); }
use auth::{auth_server::{Auth, AuthServer}, Empty, Token};
#[derive(Default)]
struct Desk { invalidated: Arc<Mutex<HashSet<String>>> } //~ in-memory-revocation
#[tonic::async_trait]
impl Auth for Desk {
    async fn refresh(&self, request: Request<Token>) -> Result<Response<Token>, Status> {
        let old = request.into_inner().text;
        if !self.invalidated.lock().await.insert(old.clone()) { return Err(Status::unauthenticated("used")); }
        Ok(Response::new(Token { text: renew(&old) }))
    }
    async fn logout(&self, request: Request<Token>) -> Result<Response<Empty>, Status> {
        self.invalidated.lock().await.insert(request.into_inner().text);
        Ok(Response::new(Empty {}))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(AuthServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
        a_static_list_behind_helpers_fires: r#"//# app/src/main.rs uses: axum, tokio
mod auth;
use axum::{Router, http::HeaderMap, routing::{get, post}};
async fn logout(headers: HeaderMap) { auth::tokens::forget(headers["authorization"].to_str().unwrap()); }
async fn me(headers: HeaderMap) -> String { auth::tokens::accepts(headers["authorization"].to_str().unwrap()).to_string() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/logout", post(logout)).route("/me", get(me));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/auth/mod.rs
pub mod tokens;
//# app/src/auth/tokens.rs
use std::{collections::HashSet, sync::{LazyLock, RwLock}};
static REVOKED: LazyLock<RwLock<HashSet<String>>> = LazyLock::new(Default::default); //~ in-memory-revocation
pub fn forget(token: &str) { REVOKED.write().unwrap().insert(token.to_owned()); }
pub fn accepts(token: &str) -> bool { !REVOKED.read().unwrap().contains(token) }
"#;
        a_blocklist_of_moka_fires: axum!(r"
#[derive(Clone)]
struct App { blocklist: moka::sync::Cache<String, ()> } //~ in-memory-revocation
async fn logout(State(app): State<App>, jti: String) { app.blocklist.insert(jti, ()); }
async fn me(State(app): State<App>, jti: String) -> String { app.blocklist.contains_key(&jti).to_string() }",
            r#".route("/logout", post(logout)).route("/me", post(me))"#, "App { blocklist: moka::sync::Cache::new(10_000) }");
        a_revoked_list_nobody_asks_yet_is_a_warning: r#"//# app/src/main.rs uses: poem, tokio
use poem::{EndpointExt, Route, Server, handler, listener::TcpListener, post, web::Data};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct Auth { revoked_ids: Arc<Mutex<Vec<String>>> } //~ in-memory-revocation(warning)
#[handler]
async fn logout(auth: Data<&Auth>, id: String) { auth.revoked_ids.lock().unwrap().push(id); }
#[tokio::main]
async fn main() {
    let app = Route::new().at("/logout", post(logout)).data(Auth::default());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
    }
    silent {
        revoked_tokens_in_redis_are_silent: axum!(r#"
#[derive(Clone)]
struct Revoked { redis: redis::Client }
impl Revoked {
    async fn insert(&self, jti: &str, seconds: u64) {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("SETEX").arg(format!("revoked:{jti}")).arg(seconds).arg(1).exec_async(&mut connection).await.unwrap();
    }
}
async fn logout(State(revoked): State<Revoked>, jti: String) { revoked.insert(&jti, 900).await; }"#,
            r#".route("/logout", post(logout))"#, "Revoked { redis: client() }");
        a_blacklist_of_words_from_a_file_is_silent: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::collections::HashSet;
struct Filter { blacklist: HashSet<String> }
async fn say(filter: web::Data<Filter>, text: String) -> String {
    text.split(' ').filter(|word| !filter.blacklist.contains(*word)).collect()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let mut blacklist = HashSet::new();
    for word in include_str!("words.txt").lines() { blacklist.insert(word.to_owned()); }
    let filter = web::Data::new(Filter { blacklist });
    HttpServer::new(move || App::new().app_data(filter.clone()).route("/say", web::post().to(say))).bind("0.0.0.0:80")?.run().await
}
"#;
        a_column_that_says_revoked_is_silent: axum!(r#"
async fn logout(State(pool): State<sqlx::PgPool>, token: String) {
    sqlx::query("UPDATE tokens SET revoked = true WHERE token = $1").bind(token).execute(&pool).await.unwrap();
}
async fn me(State(pool): State<sqlx::PgPool>, token: String) -> String {
    let revoked: bool = sqlx::query_scalar("SELECT revoked FROM tokens WHERE token = $1").bind(token).fetch_one(&pool).await.unwrap();
    revoked.to_string()
}"#, r#".route("/logout", post(logout)).route("/me", post(me))"#, "pool().await");
        a_list_of_revoked_ids_of_one_request_is_silent: axum!(r#"
async fn revoke_all(State(pool): State<sqlx::PgPool>, Json(ids): Json<Vec<i64>>) -> String {
    let mut revoked = HashSet::new();
    for id in ids {
        let hit = sqlx::query("DELETE FROM tokens WHERE id = $1").bind(id).execute(&pool).await.unwrap();
        if hit.rows_affected() > 0 { revoked.insert(id); }
    }
    revoked.len().to_string()
}"#, r#".route("/revoke", post(revoke_all))"#, "pool().await");
        revoked_certificates_read_at_start_are_silent: r#"//# app/src/main.rs uses: tonic, tokio
use std::collections::BTreeSet;
use tonic::{Request, Response, Status, transport::Server};
pub mod gate { tonic::include_proto!("gate"); }
use gate::{gate_server::{Gate, GateServer}, Answer, Certificate};
struct Desk { revoked_serials: BTreeSet<String> }
#[tonic::async_trait]
impl Gate for Desk {
    async fn enter(&self, request: Request<Certificate>) -> Result<Response<Answer>, Status> {
        Ok(Response::new(Answer { open: !self.revoked_serials.contains(&request.get_ref().serial) }))
    }
}
#[tokio::main]
async fn main() {
    let desk = Desk { revoked_serials: read_list("crl.txt") };
    Server::builder().add_service(GateServer::new(desk)).serve(address()).await.unwrap();
}
"#;
        a_list_that_a_watcher_of_its_file_renews_is_silent: r#"//# app/src/main.rs uses: axum, notify, tokio
use axum::{Router, extract::State, routing::post};
use notify::Watcher;
use std::{collections::HashSet, sync::{Arc, RwLock}};
#[derive(Clone, Default)]
struct Gate { denylist: Arc<RwLock<HashSet<String>>> }
async fn enter(State(gate): State<Gate>, key: String) -> String { gate.denylist.read().unwrap().contains(&key).to_string() }
#[tokio::main]
async fn main() {
    let gate = Gate::default();
    let watched = gate.clone();
    let mut watcher = notify::recommended_watcher(move |_| *watched.denylist.write().unwrap() = read_list("denied.txt")).unwrap();
    watcher.watch("denied.txt".as_ref(), notify::RecursiveMode::NonRecursive).unwrap();
    let app = Router::new().route("/enter", post(enter)).with_state(gate);
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        tokens_revoked_at_another_server_are_silent: r#"//# app/src/main.rs uses: rocket, reqwest
use rocket::{State, launch, post, routes};
struct Revoker { http: reqwest::Client, url: String }
#[post("/logout", data = "<token>")]
async fn logout(revoker: &State<Revoker>, token: String) {
    revoker.http.post(format!("{}/revoke", revoker.url)).body(token).send().await.unwrap();
}
#[launch]
fn rocket() -> _ { rocket::build().manage(Revoker { http: reqwest::Client::new(), url: url() }).mount("/", routes![logout]) }
"#;
        a_tool_that_collects_revoked_ids_is_silent: r#"//# tool/src/main.rs uses: serde_json
use std::{collections::HashSet, sync::Mutex};
static REVOKED: Mutex<Option<HashSet<String>>> = Mutex::new(None);
fn note(id: String) { REVOKED.lock().unwrap().get_or_insert_with(HashSet::new).insert(id); }
fn main() {
    for line in std::io::stdin().lines() { note(line.unwrap()); }
    println!("{}", REVOKED.lock().unwrap().as_ref().map_or(0, HashSet::len));
}
"#;
    }
}
