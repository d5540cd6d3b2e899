//! Data of one client between its requests, and what only speaks of sessions.

cases! {
    firing {
        logins_in_the_data_of_actix_fire: r#"//# app/src/main.rs uses: actix_web, uuid, parking_lot
use actix_web::{App, HttpRequest, HttpServer, web};
use parking_lot::RwLock;
use std::collections::HashMap;
struct Account { name: String, admin: bool }
#[derive(Default)]
struct Gate { logins: RwLock<HashMap<String, Account>> } //~ in-memory-session
async fn login(gate: web::Data<Gate>, form: web::Form<Login>) -> String {
    let id = uuid::Uuid::new_v4().to_string();
    gate.logins.write().insert(id.clone(), Account { name: form.name.clone(), admin: false });
    id
}
async fn me(gate: web::Data<Gate>, request: HttpRequest) -> String {
    let id = request.cookie("id").map(|it| it.value().to_owned()).unwrap_or_default();
    gate.logins.read().get(&id).map(|it| it.name.clone()).unwrap_or_default()
}
struct Login { name: String }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let gate = web::Data::new(Gate::default());
    HttpServer::new(move || App::new().app_data(gate.clone()).route("/login", web::post().to(login)).route("/me", web::get().to(me)))
        .bind("0.0.0.0:80")?.run().await
}
"#;
        carts_in_a_shared_map_fire: axum!(r"
#[derive(Clone, Default)]
struct Shop { carts: Arc<Mutex<HashMap<String, Vec<u64>>>> } //~ in-memory-session
async fn put_in(State(shop): State<Shop>, Path((client, article)): Path<(String, u64)>) {
    shop.carts.lock().unwrap().entry(client).or_default().push(article);
}
async fn list(State(shop): State<Shop>, Path(client): Path<String>) -> Json<Vec<u64>> {
    Json(shop.carts.lock().unwrap().get(&client).cloned().unwrap_or_default())
}", r#".route("/{client}", get(list)).route("/{client}/{article}", post(put_in))"#, "Shop::default()");
        pages_of_a_form_by_the_visitor_fire: r#"//# app/src/main.rs uses: rocket
use rocket::{State, get, http::CookieJar, launch, post, routes};
use std::{collections::BTreeMap, sync::Mutex};
#[derive(Default)]
struct Application { name: String, street: String }
#[derive(Default)]
struct Wizard { pages: Mutex<BTreeMap<String, Application>> } //~ in-memory-session
#[post("/step/1", data = "<name>")]
fn first(wizard: &State<Wizard>, jar: &CookieJar<'_>, name: String) {
    wizard.pages.lock().unwrap().entry(visitor(jar)).or_default().name = name;
}
#[get("/summary")]
fn summary(wizard: &State<Wizard>, jar: &CookieJar<'_>) -> String {
    wizard.pages.lock().unwrap().get(&visitor(jar)).map(|it| format!("{}, {}", it.name, it.street)).unwrap_or_default()
}
#[launch]
fn rocket() -> _ { rocket::build().manage(Wizard::default()).mount("/", routes![first, summary]) }
"#;
        a_memory_store_of_a_library_fires: r#"//# app/src/main.rs uses: axum, tower_sessions@0.14, tokio
use axum::{Router, routing::get};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};
async fn visit(session: Session) -> String {
    let visits: u32 = session.get("visits").await.unwrap().unwrap_or(0) + 1;
    session.insert("visits", visits).await.unwrap();
    visits.to_string()
}
#[tokio::main]
async fn main() {
    let store = MemoryStore::default(); //~ in-memory-session
    let app: Router = Router::new().route("/", get(visit)).layer(SessionManagerLayer::new(store));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        sessions_behind_a_trait_object_fire: axum!(r#"
mod sessions;
use sessions::{Local, Sessions};
async fn login(State(sessions): State<Arc<dyn Sessions>>, user: String) -> String { sessions.open(user) }
async fn me(State(sessions): State<Arc<dyn Sessions>>, headers: HeaderMap) -> String {
    sessions.user(headers["x-session"].to_str().unwrap()).unwrap_or_default()
}"#, r#".route("/login", post(login)).route("/me", get(me))"#, "Arc::new(Local::default()) as Arc<dyn Sessions>", r"//# app/src/sessions.rs
use dashmap::DashMap;
pub trait Sessions: Send + Sync { fn open(&self, user: String) -> String; fn user(&self, id: &str) -> Option<String>; }
#[derive(Default)]
pub struct Local { sessions: DashMap<String, String> } //~ in-memory-session
impl Sessions for Local {
    fn open(&self, user: String) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        self.sessions.insert(id.clone(), user);
        id
    }
    fn user(&self, id: &str) -> Option<String> { self.sessions.get(id).map(|it| it.value().clone()) }
}
");
        one_time_codes_for_a_login_fire: r#"//# app/src/main.rs uses: poem, tokio, dashmap, rand
use dashmap::DashMap;
use poem::{EndpointExt, Route, Server, handler, listener::TcpListener, post, web::{Data, Path}};
use std::{sync::Arc, time::Instant};
#[derive(Clone, Default)]
struct Codes { otp: Arc<DashMap<String, (u32, Instant)>> } //~ in-memory-session
#[handler]
async fn ask(codes: Data<&Codes>, Path(phone): Path<String>) {
    let code = rand::random::<u32>() % 1_000_000;
    codes.otp.insert(phone.clone(), (code, Instant::now()));
    text_message(&phone, code).await;
}
#[handler]
async fn enter(codes: Data<&Codes>, Path((phone, code)): Path<(String, u32)>) -> String {
    codes.otp.remove(&phone).is_some_and(|(_, (sent, _))| sent == code).to_string()
}
#[tokio::main]
async fn main() {
    let app = Route::new().at("/ask/:phone", post(ask)).at("/enter/:phone/:code", post(enter)).data(Codes::default());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        drafts_of_an_editor_fire: axum!(r"
#[derive(Default)]
struct Draft { title: String, text: String }
#[derive(Default)]
struct Editor { drafts: RwLock<HashMap<u64, Draft>> } //~ in-memory-session
async fn title(Extension(editor): Extension<Arc<Editor>>, Path(author): Path<u64>, title: String) {
    editor.drafts.write().unwrap().entry(author).or_default().title = title;
}
async fn publish(Extension(editor): Extension<Arc<Editor>>, Path(author): Path<u64>) -> StatusCode {
    match editor.drafts.write().unwrap().remove(&author) {
        Some(draft) => { save(draft); StatusCode::CREATED }
        None => StatusCode::NOT_FOUND,
    }
}", r#".route("/title/{author}", put(title)).route("/publish/{author}", post(publish)).layer(Extension(Arc::new(Editor::default())))"#, "()");
        states_of_an_oauth_login_fire: r#"//# app/src/main.rs uses: warp, tokio, uuid
use std::{collections::HashMap, sync::{Arc, Mutex}};
use warp::Filter;
type Verifiers = Arc<Mutex<HashMap<String, String>>>;
#[tokio::main]
async fn main() {
    let login_state: Verifiers = Verifiers::default(); //~ in-memory-session
    let asked = login_state.clone();
    let start = warp::path!("login").map(move || {
        let state = uuid::Uuid::new_v4().to_string();
        asked.lock().unwrap().insert(state.clone(), verifier());
        redirect(&state)
    });
    let back = warp::path!("callback" / String).map(move |state: String| match login_state.lock().unwrap().remove(&state) {
        Some(verifier) => exchange(&verifier),
        None => "who are you?".to_owned(),
    });
    warp::serve(start.or(back)).run(([0, 0, 0, 0], 80)).await;
}
"#;
    }
    silent {
        sessions_in_redis_are_silent: axum!(r#"
#[derive(Clone)]
struct SessionStore { redis: redis::Client }
impl SessionStore {
    async fn insert(&self, id: &str, user: &str) {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("SETEX").arg(id).arg(3600).arg(user).exec_async(&mut connection).await.unwrap();
    }
}
async fn login(State(sessions): State<SessionStore>, user: String) -> String {
    let id = uuid::Uuid::new_v4().to_string();
    sessions.insert(&id, &user).await;
    id
}"#, r#".route("/login", post(login))"#, "SessionStore { redis: client() }");
        a_library_store_in_redis_is_silent: r#"//# app/src/main.rs uses: actix_web, actix_session
use actix_session::{Session, SessionMiddleware, storage::RedisSessionStore};
use actix_web::{App, HttpServer, cookie::Key, get};
#[get("/")]
async fn visit(session: Session) -> String { session.insert("seen", true).unwrap(); "hello".to_owned() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let store = RedisSessionStore::new("redis://cache").await.unwrap();
    let key = Key::from(std::env::var("COOKIE_KEY").unwrap().as_bytes());
    HttpServer::new(move || App::new().wrap(SessionMiddleware::new(store.clone(), key.clone())).service(visit)).bind("0.0.0.0:80")?.run().await
}
"#;
        the_session_of_one_websocket_is_silent: r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::ws::{Message, WebSocket, WebSocketUpgrade}, response::Response, routing::get};
use std::collections::HashMap;
#[derive(Default)]
struct Session { user: String, filters: HashMap<String, String> }
async fn connect(upgrade: WebSocketUpgrade) -> Response { upgrade.on_upgrade(talk) }
async fn talk(mut socket: WebSocket) {
    let mut session = Session::default();
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        match text.split_once('=') {
            Some(("user", name)) => session.user = name.to_owned(),
            Some((key, value)) => { session.filters.insert(key.to_owned(), value.to_owned()); }
            None => { let _ = socket.send(Message::Text(session.user.clone().into())).await; }
        }
    }
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/ws", get(connect));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        a_session_in_a_signed_cookie_is_silent: r#"//# app/src/main.rs uses: rocket
use rocket::{get, http::{Cookie, CookieJar}, launch, post, routes};
#[post("/login", data = "<user>")]
fn login(jar: &CookieJar<'_>, user: String) { jar.add_private(Cookie::new("session", user)); }
#[get("/me")]
fn me(jar: &CookieJar<'_>) -> String { jar.get_private("session").map(|it| it.value().to_owned()).unwrap_or_default() }
#[launch]
fn rocket() -> _ { rocket::build().mount("/", routes![login, me]) }
"#;
        carts_in_the_database_are_silent: axum!(r#"
#[derive(Clone)]
struct Carts { pool: sqlx::PgPool }
impl Carts {
    async fn push(&self, client: i64, article: i64) {
        sqlx::query("INSERT INTO carts (client, article) VALUES ($1, $2)").bind(client).bind(article).execute(&self.pool).await.unwrap();
    }
}
async fn put_in(State(carts): State<Carts>, Path((client, article)): Path<(i64, i64)>) { carts.push(client, article).await; }"#,
            r#".route("/{client}/{article}", post(put_in))"#, "Carts { pool: pool().await }");
        a_database_session_is_a_client: axum!(r#"
#[derive(Clone)]
struct App { session: Arc<scylla::Session> }
async fn rows(State(app): State<App>) -> String {
    let rows = app.session.query_unpaged("SELECT name FROM people", ()).await.unwrap();
    rows.rows_num().to_string()
}"#, r#".route("/rows", get(rows))"#, "App { session: Arc::new(connect().await) }");
        a_cart_added_up_in_one_request_is_silent: r#"//# app/src/main.rs uses: tonic, tokio
use std::collections::HashMap;
use tonic::{Request, Response, Status, transport::Server};
pub mod shop { tonic::include_proto!("shop"); }
use shop::{till_server::{Till, TillServer}, SumReply, SumRequest};
#[derive(Default)]
struct Cart { items: HashMap<String, u64> }
impl Cart {
    fn add(&mut self, name: String, cents: u64) { *self.items.entry(name).or_default() += cents; }
}
struct Desk;
#[tonic::async_trait]
impl Till for Desk {
    async fn sum(&self, request: Request<SumRequest>) -> Result<Response<SumReply>, Status> {
        let mut cart = Cart::default();
        for line in request.into_inner().lines { cart.add(line.name, line.cents); }
        Ok(Response::new(SumReply { cents: cart.items.values().sum() }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(TillServer::new(Desk)).serve(address()).await.unwrap(); }
"#;
        a_session_of_a_bot_client_is_silent: r#"//# shop-bot/src/main.rs uses: reqwest, tokio
use std::{collections::HashMap, sync::Mutex};
static SESSION: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
async fn login(user: &str) {
    let token = reqwest::Client::new().post("http://shop/login").body(user.to_owned()).send().await.unwrap().text().await.unwrap();
    SESSION.lock().unwrap().get_or_insert_with(HashMap::new).insert(user.to_owned(), token);
}
#[tokio::main]
async fn main() {
    for user in ["ann", "bob"] { login(user).await; }
}
"#;
    }
}
