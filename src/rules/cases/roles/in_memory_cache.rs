//! Copies that grow old, and copies that cannot, or that every replica is told about.

cases! {
    firing {
        users_kept_by_moka_without_expiry_fire: axum!(r#"
#[derive(Clone)]
struct App {
    pool: sqlx::PgPool,
    users: moka::future::Cache<i64, String>, //~ in-memory-cache
}
async fn user(State(app): State<App>, Path(id): Path<i64>) -> String {
    app.users.get_with(id, async { sqlx::query_scalar("SELECT name FROM users WHERE id = $1").bind(id).fetch_one(&app.pool).await.unwrap() }).await
}
async fn rename(State(app): State<App>, Path(id): Path<i64>, name: String) {
    sqlx::query("UPDATE users SET name = $2 WHERE id = $1").bind(id).bind(name).execute(&app.pool).await.unwrap();
    app.users.invalidate(&id).await;
}"#, r#".route("/users/{id}", get(user).put(rename))"#, "App { pool: pool().await, users: moka::future::Cache::new(10_000) }");
        prices_looked_up_then_filled_fire: axum!(r#"
#[derive(Clone, Default)]
struct Prices {
    known: Arc<RwLock<HashMap<String, u64>>>, //~ in-memory-cache
}
impl Prices {
    async fn of(&self, article: &str) -> u64 {
        if let Some(cents) = self.known.read().unwrap().get(article) { return *cents; }
        let cents: u64 = reqwest::get(format!("http://prices/{article}")).await.unwrap().json().await.unwrap();
        self.known.write().unwrap().insert(article.to_owned(), cents);
        cents
    }
}
async fn price(State(prices): State<Prices>, Path(article): Path<String>) -> String { prices.of(&article).await.to_string() }"#,
            r#".route("/price/{article}", get(price))"#, "Prices::default()");
        permissions_kept_by_an_extractor_fire: r#"//# app/src/main.rs uses: actix_web, sqlx, dashmap
use actix_web::{App, HttpServer, web};
use dashmap::DashMap;
struct Rights {
    pool: sqlx::PgPool,
    cached: DashMap<i64, bool>, //~ in-memory-cache
}
impl Rights {
    async fn may_edit(&self, user: i64) -> bool {
        if let Some(found) = self.cached.get(&user) { return *found; }
        let may = ask_database(&self.pool, user).await;
        self.cached.insert(user, may);
        may
    }
}
async fn edit(rights: web::Data<Rights>, user: web::Path<i64>) -> String { rights.may_edit(*user).await.to_string() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let rights = web::Data::new(Rights { pool: pool().await, cached: DashMap::new() });
    HttpServer::new(move || App::new().app_data(rights.clone()).route("/edit/{user}", web::get().to(edit))).bind("0.0.0.0:80")?.run().await
}
"#;
        a_least_recently_used_map_behind_a_lock_fires: r#"//# app/src/main.rs uses: rocket, lru
use lru::LruCache;
use rocket::{State, get, launch, put, routes};
use std::sync::Mutex;
struct Pages(Mutex<LruCache<String, String>>); //~ in-memory-cache
#[get("/<name>")]
fn page(pages: &State<Pages>, name: String) -> String {
    let mut pages = pages.0.lock().unwrap();
    pages.get_or_insert(name.clone(), || load(&name)).clone()
}
#[put("/<name>", data = "<text>")]
fn write(pages: &State<Pages>, name: String, text: String) { save(&name, &text); pages.0.lock().unwrap().pop(&name); }
#[launch]
fn rocket() -> _ { rocket::build().manage(Pages(Mutex::new(LruCache::new(size())))).mount("/", routes![page, write]) }
"#;
        one_copy_of_a_list_fires: axum!(r#"
static MENU_CACHE: LazyLock<RwLock<Option<Vec<String>>>> = LazyLock::new(Default::default); //~ in-memory-cache
async fn menu(State(pool): State<sqlx::PgPool>) -> Json<Vec<String>> {
    if let Some(menu) = &*MENU_CACHE.read().unwrap() { return Json(menu.clone()); }
    let menu: Vec<String> = sqlx::query_scalar("SELECT dish FROM menu").fetch_all(&pool).await.unwrap();
    *MENU_CACHE.write().unwrap() = Some(menu.clone());
    Json(menu)
}"#, r#".route("/menu", get(menu))"#, "pool().await");
        a_cache_behind_a_trait_object_fires: axum!(r"
mod lookup;
use lookup::{Lookup, Remembering};
async fn city(State(lookup): State<Arc<dyn Lookup>>, Path(code): Path<String>) -> String { lookup.city(&code) }",
            r#".route("/city/{code}", get(city))"#, "Arc::new(Remembering::default()) as Arc<dyn Lookup>", r"//# app/src/lookup.rs
use std::{collections::HashMap, sync::Mutex};
pub trait Lookup: Send + Sync { fn city(&self, code: &str) -> String; }
#[derive(Default)]
pub struct Remembering { asked: Mutex<HashMap<String, String>> } //~ in-memory-cache
impl Lookup for Remembering {
    fn city(&self, code: &str) -> String {
        let mut asked = self.asked.lock().unwrap();
        if let Some(city) = asked.get(code) { return city.clone(); }
        let city = fetch_city(code);
        asked.insert(code.to_owned(), city.clone());
        city
    }
}
");
        an_attribute_around_a_query_fires: r#"//# app/src/main.rs uses: axum, cached, sqlx, tokio
use axum::{Router, extract::Path, routing::get};
use cached::proc_macro::cached;
#[cached]
async fn owner(house: i64) -> String { //~ in-memory-cache
    sqlx::query_scalar("SELECT owner FROM houses WHERE id = $1").bind(house).fetch_one(pool()).await.unwrap()
}
async fn show(Path(house): Path<i64>) -> String { owner(house).await }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/houses/{id}", get(show));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        entries_made_by_or_insert_with_fire: r#"//# app/src/main.rs uses: warp, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use warp::Filter;
#[derive(Clone, Default)]
struct Profiles { cache: Arc<Mutex<HashMap<u64, String>>> } //~ in-memory-cache
impl Profiles {
    fn of(&self, id: u64) -> String { self.cache.lock().unwrap().entry(id).or_insert_with(|| load_profile(id)).clone() }
}
#[tokio::main]
async fn main() {
    let profiles = Profiles::default();
    let show = warp::path!("profiles" / u64).map(move |id| profiles.of(id));
    warp::serve(show).run(([0, 0, 0, 0], 80)).await;
}
"#;
    }
    silent {
        a_table_read_at_start_is_silent: axum!(r"
#[derive(Clone)]
struct App { cache: Arc<HashMap<String, String>> }
async fn word(State(app): State<App>, Path(key): Path<String>) -> String { app.cache.get(&key).cloned().unwrap_or_default() }",
            r#".route("/words/{key}", get(word))"#, "App { cache: Arc::new(read_words()) }");
        a_cache_in_redis_is_silent: axum!(r#"
#[derive(Clone)]
struct Cache { redis: redis::Client }
impl Cache {
    async fn get(&self, key: &str) -> Option<String> {
        let mut connection = self.redis.get_multiplexed_async_connection().await.ok()?;
        redis::cmd("GET").arg(key).query_async(&mut connection).await.ok()
    }
    async fn insert(&self, key: &str, value: &str) {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("SETEX").arg(key).arg(60).arg(value).exec_async(&mut connection).await.unwrap();
    }
}
async fn page(State(cache): State<Cache>, Path(name): Path<String>) -> String {
    if let Some(page) = cache.get(&name).await { return page; }
    let page = draw(&name).await;
    cache.insert(&name, &page).await;
    page
}"#, r#".route("/{name}", get(page))"#, "Cache { redis: client() }");
        look_ups_shared_within_one_request_are_silent: r#"//# app/src/main.rs uses: actix_web, sqlx
use actix_web::{App, HttpServer, web};
use std::{cell::RefCell, collections::HashMap};
struct Loader<'a> { pool: &'a sqlx::PgPool, cache: RefCell<HashMap<i64, String>> }
impl Loader<'_> {
    async fn name(&self, id: i64) -> String {
        if let Some(name) = self.cache.borrow().get(&id) { return name.clone(); }
        let name = select(self.pool, id).await;
        self.cache.borrow_mut().insert(id, name.clone());
        name
    }
}
async fn team(pool: web::Data<sqlx::PgPool>, ids: web::Json<Vec<i64>>) -> String {
    let loader = Loader { pool: &pool, cache: RefCell::default() };
    let mut text = String::new();
    for id in ids.iter() { text.push_str(&loader.name(*id).await); }
    text
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let pool = web::Data::new(pool().await);
    HttpServer::new(move || App::new().app_data(pool.clone()).route("/team", web::post().to(team))).bind("0.0.0.0:80")?.run().await
}
"#;
        patterns_compiled_at_first_use_are_silent: r#"//# app/src/main.rs uses: rocket, regex, dashmap
use dashmap::DashMap;
use regex::Regex;
use rocket::{State, launch, post, routes};
#[derive(Default)]
struct PatternCache { compiled: DashMap<String, Regex> }
#[post("/match/<pattern>", data = "<text>")]
fn matches(cache: &State<PatternCache>, pattern: String, text: String) -> String {
    let found = cache.compiled.entry(pattern.clone()).or_insert_with(|| Regex::new(&pattern).unwrap()).is_match(&text);
    found.to_string()
}
#[launch]
fn rocket() -> _ { rocket::build().manage(PatternCache::default()).mount("/", routes![matches]) }
"#;
        a_header_called_cache_is_silent: axum!(r#"
async fn logo() -> ([(&'static str, &'static str); 1], Vec<u8>) {
    let cache_control = "public, max-age=3600";
    ([("cache-control", cache_control)], include_bytes!("logo.png").to_vec())
}"#, r#".route("/logo.png", get(logo))"#, "()");
        pools_opened_for_tenants_are_silent: axum!(r#"
#[derive(Clone, Default)]
struct Tenants { opened: Arc<tokio::sync::Mutex<HashMap<String, sqlx::PgPool>>> }
impl Tenants {
    async fn pool(&self, name: &str) -> sqlx::PgPool {
        let mut opened = self.opened.lock().await;
        if let Some(pool) = opened.get(name) { return pool.clone(); }
        let pool = sqlx::PgPool::connect(&format!("postgres://db/{name}")).await.unwrap();
        opened.insert(name.to_owned(), pool.clone());
        pool
    }
}
async fn rows(State(tenants): State<Tenants>, Path(name): Path<String>) -> String { count(&tenants.pool(&name).await).await }"#,
            r#".route("/{name}/rows", get(rows))"#, "Tenants::default()");
        a_table_computed_once_is_silent: r"//# app/src/main.rs uses: warp, tokio
use std::{collections::HashMap, sync::OnceLock};
use warp::Filter;
static MEMO: OnceLock<HashMap<u32, u64>> = OnceLock::new();
fn squares() -> &'static HashMap<u32, u64> { MEMO.get_or_init(|| (0..1000).map(|n| (n, u64::from(n) * u64::from(n))).collect()) }
#[tokio::main]
async fn main() {
    let square = warp::path!(u32).map(|n| squares().get(&n).copied().unwrap_or(0).to_string());
    warp::serve(square).run(([0, 0, 0, 0], 80)).await;
}
";
        copies_of_a_command_line_program_are_silent: r#"//# tool/src/main.rs uses: ureq
use std::{collections::HashMap, sync::Mutex};
static CACHE: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
fn fetch(url: &str) -> String {
    let mut cache = CACHE.lock().unwrap();
    let cache = cache.get_or_insert_with(HashMap::new);
    if let Some(text) = cache.get(url) { return text.clone(); }
    let text = ureq::get(url).call().unwrap().into_string().unwrap();
    cache.insert(url.to_owned(), text.clone());
    text
}
fn main() { for url in std::env::args().skip(1) { println!("{}", fetch(&url)); } }
"#;
        a_cache_only_the_tests_use_is_silent: axum!(r#"
async fn index() -> &'static str { "hello" }
#[cfg(test)]
mod tests {
    static CACHE: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
    #[test]
    fn remembers() { CACHE.lock().unwrap().push("a".into()); }
}"#, r#".route("/", get(index))"#, "()");
    }
}
