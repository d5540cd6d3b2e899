//! Limits counted per process, and limits that are not: of one connection, of this process's own work, or counted outside.

cases! {
    firing {
        attempts_by_address_in_shared_state_fire: axum!(r"
#[derive(Clone, Default)]
struct Gate { attempts: Arc<Mutex<HashMap<String, (u32, Option<Instant>)>>> } //~ local-rate-limit
impl Gate {
    fn admits(&self, address: &str) -> bool {
        let mut attempts = self.attempts.lock().unwrap();
        let entry = attempts.entry(address.to_owned()).or_default();
        if entry.1.is_none_or(|since| since.elapsed() > Duration::from_secs(60)) { *entry = (0, Some(Instant::now())); }
        entry.0 += 1;
        entry.0 <= 5
    }
}
async fn login(State(gate): State<Gate>, address: String) -> StatusCode {
    if gate.admits(&address) { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS }
}", r#".route("/login", post(login))"#, "Gate::default()");
        a_token_bucket_by_key_in_actix_fires: r#"//# app/src/main.rs uses: actix_web, dashmap
mod bucket;
use actix_web::{App, HttpServer, web};
use bucket::Buckets;
async fn work(buckets: web::Data<Buckets>, key: web::Path<String>) -> String { buckets.take(&key).to_string() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let buckets = web::Data::new(Buckets::default());
    HttpServer::new(move || App::new().app_data(buckets.clone()).route("/{key}", web::post().to(work))).bind("0.0.0.0:80")?.run().await
}
//# app/src/bucket.rs
use dashmap::DashMap;
use std::time::Instant;
struct Bucket { tokens: f64, filled: Instant }
#[derive(Default)]
pub struct Buckets { by_key: DashMap<String, Bucket> } //~ local-rate-limit
impl Buckets {
    pub fn take(&self, key: &str) -> bool {
        let mut bucket = self.by_key.entry(key.to_owned()).or_insert_with(|| Bucket { tokens: 10.0, filled: Instant::now() });
        bucket.tokens = (bucket.tokens + bucket.filled.elapsed().as_secs_f64()).min(10.0);
        bucket.filled = Instant::now();
        bucket.tokens >= 1.0 && { bucket.tokens -= 1.0; true }
    }
}
"#;
        a_limiter_of_the_governor_crate_fires: r#"//# app/src/main.rs uses: axum, governor@0.6, tokio
use axum::{Router, http::StatusCode, routing::get};
use governor::{Quota, RateLimiter};
use std::{num::NonZeroU32, sync::Arc};
async fn index() -> &'static str { "hello" }
#[tokio::main]
async fn main() {
    let limiter = Arc::new(RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN))); //~ local-rate-limit
    let app: Router = Router::new().route("/", get(index)).layer(axum::middleware::from_fn(move |request, next| limit(limiter.clone(), request, next)));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        a_sliding_window_in_a_rocket_guard_fires: r#"//# app/src/main.rs uses: rocket
use rocket::{State, http::Status, launch, post, request::{FromRequest, Outcome}, routes};
use std::{collections::{HashMap, VecDeque}, sync::Mutex, time::{Duration, Instant}};
#[derive(Default)]
struct Throttle { hits: Mutex<HashMap<String, VecDeque<Instant>>> } //~ local-rate-limit
struct Slow;
#[rocket::async_trait]
impl<'r> FromRequest<'r> for Slow {
    type Error = ();
    async fn from_request(request: &'r rocket::Request<'_>) -> Outcome<Self, ()> {
        let throttle = request.rocket().state::<Throttle>().unwrap();
        let mut hits = throttle.hits.lock().unwrap();
        let window = hits.entry(request.client_ip().unwrap().to_string()).or_default();
        while window.front().is_some_and(|at| at.elapsed() > Duration::from_secs(1)) { window.pop_front(); }
        window.push_back(Instant::now());
        if window.len() > 10 { Outcome::Error((Status::TooManyRequests, ())) } else { Outcome::Success(Slow) }
    }
}
#[post("/")]
fn index(_slow: Slow) -> &'static str { "ok" }
#[launch]
fn rocket() -> _ { rocket::build().manage(Throttle::default()).mount("/", routes![index]) }
"#;
        a_quota_behind_a_trait_object_fires: axum!(r#"
mod quota;
use quota::{Fixed, Policy};
async fn call(State(policy): State<Arc<dyn Policy>>, headers: HeaderMap) -> StatusCode {
    if policy.allow(headers["x-key"].to_str().unwrap()) { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS }
}"#, r#".route("/call", post(call))"#, "Arc::new(Fixed::default()) as Arc<dyn Policy>", r"//# app/src/quota.rs
use parking_lot::Mutex;
use std::collections::HashMap;
pub trait Policy: Send + Sync { fn allow(&self, key: &str) -> bool; }
#[derive(Default)]
pub struct Fixed { quota_used: Mutex<HashMap<String, u32>> } //~ local-rate-limit
impl Policy for Fixed {
    fn allow(&self, key: &str) -> bool {
        let mut used = self.quota_used.lock();
        let count = used.entry(key.to_owned()).or_insert(0);
        *count += 1;
        *count <= 1000
    }
}
");
        guesses_of_a_code_by_user_fire: r#"//# app/src/main.rs uses: poem, tokio
use poem::{EndpointExt, Route, Server, handler, listener::TcpListener, post, web::{Data, Path}};
use std::{collections::HashMap, sync::{Arc, Mutex}};
#[derive(Clone, Default)]
struct Codes { attempts: Arc<Mutex<HashMap<String, u8>>> } //~ local-rate-limit
#[handler]
async fn guess(codes: Data<&Codes>, Path((user, code)): Path<(String, u32)>) -> String {
    let mut attempts = codes.attempts.lock().unwrap();
    let tries = attempts.entry(user.clone()).or_insert(0);
    if *tries >= 3 { return "locked".to_owned(); }
    *tries += 1;
    is_right(&user, code).to_string()
}
#[tokio::main]
async fn main() {
    let app = Route::new().at("/:user/:code", post(guess)).data(Codes::default());
    Server::new(TcpListener::bind("0.0.0.0:80")).run(app).await.unwrap();
}
"#;
        a_limiter_of_a_tower_service_fires: r"//# app/src/main.rs uses: tower, axum, tokio
use std::{collections::HashMap, net::IpAddr, sync::{Arc, Mutex}, task::{Context, Poll}, time::Instant};
#[derive(Clone)]
pub struct RateLimit<S> {
    inner: S,
    seen: Arc<Mutex<HashMap<IpAddr, Vec<Instant>>>>, //~ local-rate-limit
}
impl<S: tower::Service<axum::extract::Request>> tower::Service<axum::extract::Request> for RateLimit<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> { self.inner.poll_ready(cx) }
    fn call(&mut self, request: axum::extract::Request) -> S::Future {
        let mut seen = self.seen.lock().unwrap();
        let times = seen.entry(address(&request)).or_default();
        times.retain(|at| at.elapsed().as_secs() < 60);
        times.push(Instant::now());
        if times.len() > 100 { refuse() } else { self.inner.call(request) }
    }
}
#[tokio::main]
async fn main() {
    let service = RateLimit { inner: routes(), seen: Default::default() };
    axum::serve(listener().await, tower::make::Shared::new(service)).await.unwrap();
}
";
        one_limit_for_all_clients_fires: axum!(r"
struct Window { limit: u32, used: u32, since: Instant }
static RATE_LIMITER: LazyLock<Mutex<Window>> = LazyLock::new(|| Mutex::new(Window { limit: 100, used: 0, since: Instant::now() })); //~ local-rate-limit
async fn search(text: String) -> StatusCode {
    let mut window = RATE_LIMITER.lock().unwrap();
    if window.since.elapsed().as_secs() > 0 { window.used = 0; window.since = Instant::now(); }
    window.used += 1;
    if window.used > window.limit { return StatusCode::TOO_MANY_REQUESTS; }
    StatusCode::OK
}", r#".route("/search", post(search))"#, "()");
    }
    silent {
        a_limit_counted_in_redis_is_silent: axum!(r#"
#[derive(Clone)]
struct RateLimiter { redis: redis::Client, limit: u64 }
impl RateLimiter {
    async fn admits(&self, address: &str) -> bool {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        let hits: u64 = redis::cmd("INCR").arg(address).query_async(&mut connection).await.unwrap();
        hits <= self.limit
    }
}
async fn login(State(limiter): State<RateLimiter>, address: String) -> String { limiter.admits(&address).await.to_string() }"#,
            r#".route("/login", post(login))"#, "RateLimiter { redis: client(), limit: 5 }");
        retries_of_one_call_are_silent: axum!(r"
async fn fetch(url: String) -> String {
    let mut attempts = 0;
    let mut failures = HashMap::new();
    loop {
        attempts += 1;
        match reqwest::get(&url).await {
            Ok(answer) => return answer.text().await.unwrap(),
            Err(error) if attempts < 3 => { failures.insert(attempts, (error.to_string(), Instant::now())); }
            Err(error) => return error.to_string(),
        }
    }
}", r#".route("/fetch", post(fetch))"#, "()");
        a_bucket_of_one_connection_is_silent: r#"//# app/src/main.rs uses: tokio
use std::time::Instant;
use tokio::net::{TcpListener, TcpStream};
struct Bucket { tokens: u32, filled: Instant }
impl Bucket {
    fn take(&mut self) -> bool {
        if self.filled.elapsed().as_secs() > 0 { self.tokens = 10; self.filled = Instant::now(); }
        self.tokens > 0 && { self.tokens -= 1; true }
    }
}
async fn talk(mut stream: TcpStream) {
    let mut bucket = Bucket { tokens: 10, filled: Instant::now() };
    while let Some(line) = read_line(&mut stream).await {
        if !bucket.take() { break; }
        answer(&mut stream, &line).await;
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop { let (stream, _) = listener.accept().await.unwrap(); tokio::spawn(talk(stream)); }
}
"#;
        permits_for_heavy_work_of_this_process_are_silent: r#"//# app/src/main.rs uses: actix_web, tokio
use actix_web::{App, HttpServer, web};
use tokio::sync::Semaphore;
struct Throttle { slots: Semaphore }
async fn resize(throttle: web::Data<Throttle>, body: web::Bytes) -> Vec<u8> {
    let _slot = throttle.slots.acquire().await.unwrap();
    shrink(&body)
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let throttle = web::Data::new(Throttle { slots: Semaphore::new(4) });
    HttpServer::new(move || App::new().app_data(throttle.clone()).route("/", web::post().to(resize))).bind("0.0.0.0:80")?.run().await
}
"#;
        limits_read_from_the_settings_are_silent: axum!(r#"
#[derive(Clone)]
struct Limits { limits: Arc<HashMap<String, u32>>, read_at: Instant }
async fn show(State(limits): State<Limits>, Path(plan): Path<String>) -> String {
    format!("{} a minute, as of {:?}", limits.limits.get(&plan).copied().unwrap_or(0), limits.read_at.elapsed())
}"#, r#".route("/limits/{plan}", get(show))"#, "Limits { limits: Arc::new(read_limits()), read_at: Instant::now() }");
        a_bucket_of_an_object_store_is_silent: axum!(r#"
#[derive(Clone)]
struct App { bucket: aws_sdk_s3::Client, attempts: u32 }
async fn keep(State(app): State<App>, body: String) -> StatusCode {
    for _ in 0..app.attempts {
        if app.bucket.put_object().bucket("notes").key("note").body(body.clone().into_bytes().into()).send().await.is_ok() { return StatusCode::CREATED; }
    }
    StatusCode::BAD_GATEWAY
}"#, r#".route("/keep", put(keep))"#, "App { bucket: bucket().await, attempts: 3 }");
        failed_logins_in_a_table_are_silent: r#"//# app/src/main.rs uses: rocket, sqlx
use rocket::{State, launch, post, routes};
struct Attempts { pool: sqlx::PgPool }
#[post("/login", data = "<user>")]
async fn login(attempts: &State<Attempts>, user: String) -> String {
    let count: i64 = sqlx::query_scalar("UPDATE users SET attempts = attempts + 1 WHERE name = $1 RETURNING attempts").bind(user).fetch_one(&attempts.pool).await.unwrap();
    (count <= 5).to_string()
}
#[launch]
async fn rocket() -> _ { rocket::build().manage(Attempts { pool: pool().await }).mount("/", routes![login]) }
"#;
        a_limiter_of_a_load_generator_is_silent: r#"//# load/src/main.rs uses: reqwest, tokio
use std::{sync::Mutex, time::Instant};
struct Throttle { sent: u32, since: Instant }
static THROTTLE: Mutex<Option<Throttle>> = Mutex::new(None);
fn may_send() -> bool {
    let mut throttle = THROTTLE.lock().unwrap();
    let throttle = throttle.get_or_insert_with(|| Throttle { sent: 0, since: Instant::now() });
    throttle.sent += 1;
    throttle.sent < throttle.since.elapsed().as_secs() as u32 * 100
}
#[tokio::main]
async fn main() {
    for _ in 0..10_000 { if may_send() { reqwest::get("http://target/").await.unwrap(); } }
}
"#;
    }
    mistakes {
        a_sliding_window_with_a_plain_name_fires because "known mistake: a list of times for each key is told by names only, the shape of a map's values is not known": axum!(r#"
#[derive(Clone, Default)]
struct Gate { recent: Arc<Mutex<HashMap<String, VecDeque<Instant>>>> } //~ local-rate-limit
async fn search(State(gate): State<Gate>, headers: HeaderMap) -> StatusCode {
    let mut recent = gate.recent.lock().unwrap();
    let times = recent.entry(headers["x-key"].to_str().unwrap().to_owned()).or_default();
    while times.front().is_some_and(|at| at.elapsed() > Duration::from_secs(60)) { times.pop_front(); }
    if times.len() >= 100 { return StatusCode::TOO_MANY_REQUESTS; }
    times.push_back(Instant::now());
    StatusCode::OK
}"#, r#".route("/search", get(search))"#, "Gate::default()");
    }
}
