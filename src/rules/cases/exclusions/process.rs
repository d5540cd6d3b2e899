//! What each process has for itself: pools, metrics, generators, scratch, callers that wait in it.

use crate::rules::cases::roles::{axum, cases};

pub(super) mod pools_and_clients {
    super::cases! {
        firing {
            clients_of_the_service_kept_like_a_pool_fire: super::axum!(r"
#[derive(Clone)]
struct App {
    pool: sqlx::PgPool,
    clients: Arc<RwLock<HashMap<String, String>>>, //~ in-memory-store
}
async fn greet(State(app): State<App>, Path((id, name)): Path<(String, String)>) -> String {
    app.clients.write().unwrap().insert(id, name);
    app.clients.read().unwrap().len().to_string()
}", r#".route("/{id}/{name}", post(greet))"#, "App { pool: pool().await, clients: Arc::default() }");
        }
        silent {
            clients_opened_by_region_are_silent: super::axum!(r"
#[derive(Clone)]
struct App { pool: sqlx::PgPool, http: reqwest::Client, regions: Arc<RwLock<HashMap<String, aws_sdk_s3::Client>>> }
impl App {
    async fn region(&self, name: &str) -> aws_sdk_s3::Client {
        if let Some(client) = self.regions.read().unwrap().get(name) { return client.clone(); }
        let client = aws_sdk_s3::Client::new(&settings_of(name).await);
        self.regions.write().unwrap().insert(name.to_owned(), client.clone());
        client
    }
}
async fn files(State(app): State<App>, Path(region): Path<String>) -> String { list(&app.region(&region).await).await }",
                r#".route("/{region}", get(files))"#, "App { pool: pool().await, http: reqwest::Client::new(), regions: Arc::default() }");
        }
    }
}

pub(super) mod metrics_and_tracing {
    super::cases! {
        firing {
            a_number_shown_on_the_page_beside_metrics_fires: r#"//# app/src/main.rs uses: actix_web, prometheus
use actix_web::{App, HttpServer, web};
use std::sync::atomic::{AtomicU64, Ordering};
struct Page {
    served: prometheus::IntCounter,
    signatures: AtomicU64, //~ global-counter
}
async fn sign(page: web::Data<Page>) -> String {
    page.served.inc();
    page.signatures.fetch_add(1, Ordering::Relaxed);
    "thank you".to_owned()
}
async fn shown(page: web::Data<Page>) -> String { page.signatures.load(Ordering::Relaxed).to_string() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let page = web::Data::new(Page { served: served(), signatures: AtomicU64::new(0) });
    HttpServer::new(move || App::new().app_data(page.clone()).route("/", web::post().to(sign)).route("/", web::get().to(shown))).bind("0.0.0.0:80")?.run().await
}
"#;
        }
        silent {
            counters_and_spans_of_this_process_are_silent: r#"//# app/src/main.rs uses: actix_web, prometheus, tracing
use actix_web::{App, HttpServer, web};
use prometheus::{HistogramVec, IntCounter, Registry};
struct Metrics { registry: Registry, served: IntCounter, seconds: HistogramVec }
#[tracing::instrument(skip(metrics))]
async fn index(metrics: web::Data<Metrics>) -> String {
    metrics.served.inc();
    metrics.seconds.with_label_values(&["index"]).observe(0.1);
    tracing::info!("served");
    "hello".to_owned()
}
async fn scrape(metrics: web::Data<Metrics>) -> String { text(metrics.registry.gather()) }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let metrics = web::Data::new(metrics());
    HttpServer::new(move || App::new().app_data(metrics.clone()).route("/", web::get().to(index)).route("/metrics", web::get().to(scrape))).bind("0.0.0.0:80")?.run().await
}
"#;
        }
    }
}

pub(super) mod semaphores_and_flags_of_the_process {
    super::cases! {
        firing {
            a_flag_that_an_admin_sets_fires: super::axum!(r"
#[derive(Clone)]
struct App {
    slots: Arc<tokio::sync::Semaphore>,
    read_only: Arc<AtomicBool>, //~ runtime-flag
}
async fn freeze(State(app): State<App>, Path(on): Path<bool>) { app.read_only.store(on, Ordering::SeqCst); }
async fn write(State(app): State<App>, body: String) -> StatusCode {
    let _slot = app.slots.acquire().await.unwrap();
    if app.read_only.load(Ordering::SeqCst) { return StatusCode::LOCKED; }
    save(&body).await
}", r#".route("/", put(write)).route("/freeze/{on}", post(freeze))"#, "App { slots: Arc::new(tokio::sync::Semaphore::new(8)), read_only: Arc::default() }");
        }
        silent {
            slots_and_a_drain_of_this_process_are_silent: super::axum!(r"
use tokio_util::sync::CancellationToken;
#[derive(Clone)]
struct App { slots: Arc<tokio::sync::Semaphore>, shutting_down: Arc<AtomicBool>, stop: CancellationToken }
async fn work(State(app): State<App>, body: String) -> StatusCode {
    if app.shutting_down.load(Ordering::SeqCst) { return StatusCode::SERVICE_UNAVAILABLE; }
    let _slot = app.slots.acquire().await.unwrap();
    tokio::select! { () = app.stop.cancelled() => StatusCode::SERVICE_UNAVAILABLE, code = save(&body) => code }
}
async fn drain(State(app): State<App>) { app.shutting_down.store(true, Ordering::SeqCst); app.stop.cancel(); }
async fn healthy(State(app): State<App>) -> StatusCode { if app.shutting_down.load(Ordering::SeqCst) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK } }",
                r#".route("/", put(work)).route("/internal/drain", post(drain)).route("/health", get(healthy))"#,
                "App { slots: Arc::new(tokio::sync::Semaphore::new(8)), shutting_down: Arc::default(), stop: CancellationToken::new() }");
        }
    }
}

pub(super) mod object_pools_and_scratch {
    super::cases! {
        firing {
            buffers_that_keep_what_came_before_fire: super::axum!(r"
#[derive(Clone, Default)]
struct Ink { spare: Arc<Mutex<Vec<String>>> } //~ in-memory-store
async fn give(State(ink): State<Ink>, text: String) { ink.spare.lock().unwrap().push(text); }
async fn take(State(ink): State<Ink>) -> String { ink.spare.lock().unwrap().pop().unwrap_or_default() }",
                r#".route("/", get(take).post(give))"#, "Ink::default()");
        }
        silent {
            buffers_taken_used_and_put_back_are_silent: super::axum!(r"
#[derive(Clone, Default)]
struct Buffers { spare: Arc<Mutex<Vec<Vec<u8>>>> }
async fn encode(State(buffers): State<Buffers>, body: String) -> Vec<u8> {
    let mut buffer = buffers.spare.lock().unwrap().pop().unwrap_or_default();
    buffer.clear();
    encode_into(&body, &mut buffer);
    let answer = buffer.to_vec();
    buffers.spare.lock().unwrap().push(buffer);
    answer
}", r#".route("/", post(encode))"#, "Buffers::default()");
            scratch_of_a_thread_is_silent: r#"//# app/src/main.rs uses: rocket
use rocket::{launch, post, routes};
use std::cell::RefCell;
thread_local! { static WORDS: RefCell<Vec<String>> = RefCell::new(Vec::with_capacity(1024)); }
#[post("/", data = "<text>")]
fn sorted(text: String) -> String {
    WORDS.with_borrow_mut(|words| {
        words.clear();
        words.extend(text.split(' ').map(str::to_owned));
        words.sort();
        words.join(" ")
    })
}
#[launch]
fn rocket() -> _ { rocket::build().mount("/", routes![sorted]) }
"#;
        }
    }
}

pub(super) mod circuit_breakers {
    super::cases! {
        firing {
            failed_sign_ins_of_each_visitor_fire: super::axum!(r#"
#[derive(Clone, Default)]
struct Door {
    failures: Arc<Mutex<HashMap<String, u32>>>, //~ in-memory-store
}
async fn enter(State(door): State<Door>, name: String) -> &'static str {
    let mut failures = door.failures.lock().unwrap();
    let count = failures.entry(name).or_insert(0);
    *count += 1;
    if *count > 5 { "later" } else { "come in" }
}"#, r#".route("/enter", post(enter))"#, "Door::default()");
        }
        silent {
            a_breaker_in_front_of_another_service_is_silent: super::axum!(r#"
#[derive(Clone, Copy, PartialEq)]
enum Stage { Closed, Open }
struct CircuitBreaker { stage: Mutex<Stage>, failures: std::sync::atomic::AtomicU32 }
impl CircuitBreaker {
    fn failed(&self) {
        if self.failures.fetch_add(1, Ordering::Relaxed) > 5 { *self.stage.lock().unwrap() = Stage::Open; }
    }
    fn lets_through(&self) -> bool { *self.stage.lock().unwrap() == Stage::Closed }
}
async fn forward(State(breaker): State<Arc<CircuitBreaker>>) -> &'static str {
    if !breaker.lets_through() { return "later"; }
    if ask_upstream().await.is_err() { breaker.failed(); }
    "done"
}"#, r#".route("/forward", post(forward))"#, "Arc::new(breaker())");
            breakers_of_several_services_are_silent: super::axum!(r#"
#[derive(Clone, Default)]
struct Gateway { breakers: Arc<Mutex<HashMap<String, u32>>> }
async fn forward(State(gateway): State<Gateway>, upstream: String) {
    if ask(&upstream).await.is_err() { *gateway.breakers.lock().unwrap().entry(upstream).or_insert(0) += 1; }
}"#, r#".route("/forward", post(forward))"#, "Gateway::default()");
        }
    }
}

pub(super) mod random_generators {
    super::cases! {
        firing {
            numbers_drawn_and_remembered_fire: super::axum!(r"
#[derive(Clone)]
struct Raffle {
    generator: Arc<Mutex<rand::rngs::StdRng>>,
    drawn: Arc<Mutex<BTreeSet<u32>>>, //~ in-memory-store
}
async fn draw(State(raffle): State<Raffle>) -> String {
    loop {
        let number = rand::Rng::random_range(&mut *raffle.generator.lock().unwrap(), 1..1000);
        if raffle.drawn.lock().unwrap().insert(number) { return number.to_string(); }
    }
}", r#".route("/draw", post(draw))"#, "Raffle { generator: generator(), drawn: Arc::default() }");
        }
        silent {
            a_generator_in_the_state_of_poem_is_silent: r#"//# app/src/main.rs uses: poem, rand, tokio
use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener, web::Data};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use std::sync::{Arc, Mutex};
#[derive(Clone)]
struct Dice { source: Arc<Mutex<SmallRng>> }
#[handler]
async fn roll(dice: Data<&Dice>) -> String { dice.source.lock().unwrap().random_range(1..=6).to_string() }
#[tokio::main]
async fn main() {
    let dice = Dice { source: Arc::new(Mutex::new(SmallRng::from_os_rng())) };
    Server::new(TcpListener::bind("0.0.0.0:80")).run(Route::new().at("/", get(roll)).data(dice)).await.unwrap();
}
"#;
        }
    }
}

pub(super) mod callers_that_wait {
    super::cases! {
        firing {
            answers_kept_until_somebody_asks_fire: super::axum!(r"
#[derive(Clone, Default)]
struct Answers { done: Arc<Mutex<HashMap<u32, String>>> } //~ in-memory-store
async fn ask(State(answers): State<Answers>, Path(id): Path<u32>, text: String) { answers.done.lock().unwrap().insert(id, think(&text).await); }
async fn fetch(State(answers): State<Answers>, Path(id): Path<u32>) -> String { answers.done.lock().unwrap().remove(&id).unwrap_or_default() }",
                r#".route("/{id}", get(fetch).post(ask))"#, "Answers::default()");
        }
        silent {
            replies_of_a_device_that_callers_wait_for_are_silent: r#"//# app/src/main.rs uses: tonic, tokio, dashmap
use dashmap::DashMap;
use std::sync::Arc;
use tokio::sync::oneshot;
use tonic::{Request, Response, Status, transport::Server};
pub mod device { tonic::include_proto!("device"); }
use device::{gate_server::{Gate, GateServer}, Answer, Question};
#[derive(Default, Clone)]
struct Desk { in_flight: Arc<DashMap<u64, oneshot::Sender<String>>> }
#[tonic::async_trait]
impl Gate for Desk {
    async fn ask(&self, request: Request<Question>) -> Result<Response<Answer>, Status> {
        let (reply, answer) = oneshot::channel();
        let id = request.get_ref().id;
        self.in_flight.insert(id, reply);
        write_to_device(request.into_inner()).await;
        answer.await.map(|text| Response::new(Answer { text })).map_err(|_| Status::unavailable("gone"))
    }
}
async fn read(desk: Desk) {
    while let Some((id, text)) = read_from_device().await {
        if let Some((_, reply)) = desk.in_flight.remove(&id) { let _ = reply.send(text); }
    }
}
#[tokio::main]
async fn main() {
    let desk = Desk::default();
    tokio::spawn(read(desk.clone()));
    Server::builder().add_service(GateServer::new(desk)).serve(address()).await.unwrap();
}
"#;
        }
    }
}

pub(super) mod own_housekeeping {
    super::cases! {
        firing {
            a_sweep_of_rows_with_a_mail_to_each_fires: super::axum!(r#"
use lettre::Transport;
async fn index() -> &'static str { "hello" }
async fn sweep(pool: sqlx::PgPool, relay: lettre::SmtpTransport) {
    let mut every = tokio::time::interval(Duration::from_secs(3600));
    loop { //~ per-replica-schedule(warning)
        every.tick().await;
        for address in expired(&pool).await { relay.send(&letter(address)).unwrap(); }
    }
}"#, r#".route("/", get(index))"#, "{ tokio::spawn(sweep(pool().await, relay())); }");
        }
        silent {
            a_sweep_of_a_map_that_start_up_filled_is_silent: super::axum!(r"
#[derive(Clone)]
struct Offers { offers: Arc<Mutex<HashMap<String, Instant>>> }
async fn sweep(offers: Offers) {
    let mut every = tokio::time::interval(Duration::from_secs(60));
    loop {
        every.tick().await;
        offers.offers.lock().unwrap().retain(|_, until| *until > Instant::now());
    }
}
async fn open(State(offers): State<Offers>) -> String { offers.offers.lock().unwrap().len().to_string() }",
                r#".route("/", get(open))"#, "{ let offers = Offers { offers: Arc::new(Mutex::new(read_offers())) }; tokio::spawn(sweep(offers.clone())); offers }");
        }
    }
}
