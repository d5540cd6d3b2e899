//! Doubles that nobody makes, keys that a file or an operator keeps, files that are read back, counts of what is open, clocks
//! that hold up one job.

use super::{check_program, check_rule};
use crate::finding::{Confidence, Level};

/// A desk behind a trait, with a table and a memory for it; `start` makes the one that is used.
fn desk(memory: &str, start: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::post}};
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
trait Desk: Send + Sync {{ fn keep(&self, text: String); }}
struct Table {{ url: String }}
impl Desk for Table {{ fn keep(&self, text: String) {{ store(&self.url, text) }} }}
{memory}
impl Desk for Memory {{ fn keep(&self, text: String) {{ self.kept.lock().unwrap().insert(text, 1); }} }}
async fn put(State(desk): State<Arc<dyn Desk>>, text: String) {{ desk.keep(text); }}
#[tokio::main]
async fn main() {{
    {start}
    axum::serve(listener().await, Router::new().route("/put", post(put)).with_state(desk)).await.unwrap();
}}
"#
    )
}

const TABLE: &str = r#"let desk: Arc<dyn Desk> = Arc::new(Table { url: "postgres://db".into() });"#;

#[test]
fn a_double_that_nobody_makes_is_no_target_of_its_trait() {
    check_rule(&desk(
        "struct Memory { kept: Mutex<HashMap<String, usize>> }
impl Memory { fn new() -> Self { Memory { kept: Mutex::new(HashMap::new()) } } }",
        TABLE,
    ));
    check_rule(&desk(
        "#[derive(Default)]
struct Memory { kept: Mutex<HashMap<String, usize>> }
struct Engine { desk: Arc<dyn Desk> }
impl Engine { fn new() -> Self { Engine { desk: Arc::new(Memory::default()) } } }",
        TABLE,
    ));
    check_rule(&desk(
        "struct Memory { kept: Mutex<HashMap<String, usize>> }",
        TABLE,
    ));
}

#[test]
fn a_memory_that_a_setting_chooses_is_a_target_of_its_trait() {
    check_rule(&desk(
        "#[derive(Default)]
struct Memory { kept: Mutex<HashMap<String, usize>> } //~ in-memory-store",
        r#"let desk: Arc<dyn Desk> = if std::env::var("MEMORY").is_ok() { Arc::new(Memory::default()) } else { Arc::new(Table { url: "postgres://db".into() }) };"#,
    ));
    check_rule(&desk(
        "#[derive(Default)]
struct Memory { kept: Mutex<HashMap<String, usize>> } //~ in-memory-store
#[derive(Default)]
struct Parts { memory: Arc<Memory> }
fn table() -> Arc<dyn Desk> { Arc::new(Table { url: String::new() }) }",
        "let parts = Parts::default();
    let spare = table();
    let desk: Arc<dyn Desk> = parts.memory.clone();",
    ));
}

#[test]
fn a_double_that_only_a_tool_makes_is_no_target_of_the_service() {
    check_rule(
        r#"//# app/src/lib.rs
use std::{collections::HashMap, sync::{Arc, Mutex}};
pub trait Desk: Send + Sync { fn keep(&self, text: String); }
pub struct Table { pub url: String }
impl Desk for Table { fn keep(&self, text: String) { store(&self.url, text) } }
pub struct Memory { kept: Mutex<HashMap<String, usize>> }
impl Memory { pub fn new() -> Self { Memory { kept: Mutex::new(HashMap::new()) } } }
impl Desk for Memory { fn keep(&self, text: String) { self.kept.lock().unwrap().insert(text, 1); } }
//# app/src/bin/try_it.rs
use app::{Desk, Memory};
fn main() { Memory::new().keep("a".into()); }
//# app/src/main.rs uses: axum, tokio
use app::{Desk, Table};
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
async fn put(State(desk): State<Arc<dyn Desk>>, text: String) { desk.keep(text); }
#[tokio::main]
async fn main() {
    let desk: Arc<dyn Desk> = Arc::new(Table { url: "postgres://db".into() });
    axum::serve(listener().await, Router::new().route("/put", post(put)).with_state(desk)).await.unwrap();
}
"#,
    );
}

/// A service that signs, with the code that gets the key.
fn signer(key: &str, start: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, ed25519_dalek@2, rand, tokio
use axum::{{Router, routing::get}};
use ed25519_dalek::SigningKey;
use std::path::Path;
{key}
async fn hello() -> &'static str {{ "hello" }}
#[tokio::main]
async fn main() {{
    {start}
    axum::serve(listener().await, Router::new().route("/", get(hello))).await.unwrap();
}}
"#
    )
}

#[test]
fn a_key_that_a_file_keeps_for_the_next_start_is_a_note() {
    let checked = |key: &str| {
        let checked = check_program(&signer(key, "let key = pair(\"server.key\");"));
        let levels: Vec<Level> = checked.findings.iter().map(|finding| finding.level).collect();
        assert_eq!(levels, [Level::Note], "{key}");
        checked.findings[0].message.clone()
    };
    checked(
        "fn pair(path: &str) -> SigningKey {
    match std::fs::read(path) {
        Ok(bytes) => SigningKey::from_bytes(bytes[..].try_into().unwrap()),
        Err(_) => {
            let key = SigningKey::generate(&mut rand::rngs::OsRng);
            std::fs::write(path, key.to_bytes()).unwrap();
            key
        }
    }
}",
    );
    let message = checked(
        r#"fn pair(_: &str) -> SigningKey {
    if let Ok(bytes) = std::fs::read("data/server.key") { return SigningKey::from_bytes(bytes[..].try_into().unwrap()); }
    let key = fresh();
    std::fs::write("data/server.key", key.to_bytes()).unwrap();
    key
}
fn fresh() -> SigningKey { SigningKey::generate(&mut rand::rngs::OsRng) }"#,
    );
    assert!(
        message.contains("where `data/server.key` is missing"),
        "{message}"
    );
    checked(
        "fn pair(path: &str) -> SigningKey {
    let path = Path::new(path);
    if path.exists() { load(path) } else { draw(path) }
}
fn load(path: &Path) -> SigningKey { SigningKey::from_bytes(std::fs::read(path).unwrap()[..].try_into().unwrap()) }
fn draw(path: &Path) -> SigningKey {
    let key = SigningKey::generate(&mut rand::rngs::OsRng);
    std::fs::write(path, key.to_bytes()).unwrap();
    key
}",
    );
}

#[test]
fn a_key_whose_public_half_is_written_down_is_drawn_at_each_start() {
    check_rule(&signer(
        r#"fn pair() -> SigningKey {
    let greeting = std::fs::read_to_string("greeting.txt").unwrap();
    let key = SigningKey::generate(&mut rand::rngs::OsRng); //~ per-process-key(error)
    std::fs::write("server.pub", key.verifying_key().to_bytes()).unwrap();
    key
}"#,
        "let key = pair();",
    ));
    check_rule(&signer(
        "",
        r#"let nodes = std::fs::read_to_string("nodes.json").unwrap();
    std::fs::rename("nodes.json", "nodes.bak").unwrap();
    let key = SigningKey::generate(&mut rand::rngs::OsRng); //~ per-process-key(error)"#,
    ));
}

#[test]
fn a_key_that_a_command_prints_for_the_operator_is_none_of_the_service() {
    let command = r#"if std::env::args().any(|arg| arg == "keygen") { new_pair(); return; }"#;
    check_rule(&signer(
        r#"fn new_pair() {
    let key = SigningKey::generate(&mut rand::rngs::OsRng);
    println!("{}", hex::encode(key.to_bytes()));
}"#,
        command,
    ));
    check_rule(&signer(
        r#"fn new_pair() -> Result<(), std::io::Error> {
    let key = SigningKey::generate(&mut rand::rngs::OsRng);
    std::fs::write("key.hex", hex::encode(key.to_bytes()))
}"#,
        command,
    ));
    check_rule(&signer(
        "static KEY: std::sync::OnceLock<SigningKey> = std::sync::OnceLock::new();
fn new_pair() {
    let key = SigningKey::generate(&mut rand::rngs::OsRng); //~ per-process-key
    KEY.set(key).unwrap();
}",
        "new_pair();",
    ));
}

#[test]
fn a_key_that_only_a_tool_draws_is_none_of_the_service() {
    let with = |start: &str| {
        format!(
            r#"//# app/src/lib.rs uses: rsa, rand
use rsa::RsaPrivateKey;
pub struct Soft {{ key: RsaPrivateKey }}
impl Soft {{
    pub fn new() -> Self {{
        let key = RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048).unwrap(); //~MARK
        Self {{ key }}
    }}
    pub fn bits(&self) -> usize {{ self.key.size() }}
}}
//# app/src/bin/try_keys.rs
fn main() {{ println!("{{}}", app::Soft::new().bits()); }}
//# app/src/main.rs uses: axum, tokio
use axum::{{Router, routing::get}};
async fn hello() -> &'static str {{ "hello" }}
#[tokio::main]
async fn main() {{
    {start}
    axum::serve(listener().await, Router::new().route("/", get(hello))).await.unwrap();
}}
"#
        )
    };
    check_rule(&with("").replace(" //~MARK", ""));
    check_rule(&with("let soft = app::Soft::new();").replace("//~MARK", "//~ per-process-key"));
}

#[test]
fn a_default_that_nobody_asks_for_calls_no_constructor() {
    let with = |start: &str| {
        format!(
            r#"//# app/src/main.rs uses: axum, rsa, rand, tokio
use axum::{{Router, routing::get}};
use rsa::RsaPrivateKey;
pub struct Soft {{ key: RsaPrivateKey }}
impl Soft {{
    pub fn new() -> Self {{
        let key = RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048).unwrap(); //~MARK
        Self {{ key }}
    }}
}}
impl Default for Soft {{ fn default() -> Self {{ Self::new() }} }}
#[derive(Default)]
struct Parts {{ soft: std::sync::Arc<Soft> }}
async fn hello() -> &'static str {{ "hello" }}
#[tokio::main]
async fn main() {{
    {start}
    axum::serve(listener().await, Router::new().route("/", get(hello))).await.unwrap();
}}
"#
        )
    };
    check_rule(&with("").replace(" //~MARK", ""));
    check_rule(&with("let parts = Parts::default();").replace("//~MARK", "//~ per-process-key"));
}

#[test]
fn a_default_that_is_put_where_a_file_was_missing_is_no_file_of_a_request() {
    let with = |arm: &str| {
        format!(
            r#"//# app/src/main.rs uses: axum, ed25519_compact, reqwest, tokio
use axum::{{Router, routing::get}};
use ed25519_compact::Seed;
#[derive(Default)]
struct Settings {{ url: String }}
async fn read() -> Settings {{
    match std::fs::read_to_string("config/web.toml") {{
        Ok(text) => Settings {{ url: text }},
        Err(_) => {{
            {arm}
        }}
    }}
}}
async fn url() -> String {{ read().await.url }}
#[tokio::main]
async fn main() {{
    axum::serve(listener().await, Router::new().route("/url", get(url))).await.unwrap();
}}
"#
        )
    };
    check_rule(&with(
        "let settings = Settings::default();
            let _ = std::fs::write(\"config/web.toml\", &settings.url);
            settings",
    ));
    check_rule(&with(
        "let url = format!(\"https://{}\", Seed::generate());
            let _ = std::fs::write(\"config/web.toml\", &url); //~ local-file
            Settings { url }",
    ));
    check_rule(&with(
        "let url = reqwest::get(\"https://settings\").await.unwrap().text().await.unwrap();
            let _ = std::fs::write(\"config/web.toml\", &url); //~ local-file
            Settings { url }",
    ));
}

#[test]
fn a_history_that_requests_read_back_is_no_log_of_the_program() {
    let with = |history: &str| {
        format!(
            r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, routing::{{get, post}}}};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
struct Logger {{ dir: String }}
impl Logger {{
    async fn append(&self, who: &str, text: &str) {{
        let path = format!("{{}}/logs/{{who}}.log", self.dir);
        let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(&path).await.unwrap(); //~MARK
        file.write_all(text.as_bytes()).await.unwrap();
    }}
    async fn history(&self, who: &str) -> String {{ {history} }}
}}
async fn say(State(log): State<Arc<Logger>>, text: String) {{ log.append("me", &text).await; }}
async fn past(State(log): State<Arc<Logger>>) -> String {{ log.history("me").await }}
#[tokio::main]
async fn main() {{
    let log = Arc::new(Logger {{ dir: "data".into() }});
    axum::serve(listener().await, Router::new().route("/say", post(say)).route("/past", get(past)).with_state(log)).await.unwrap();
}}
"#
        )
    };
    let read =
        "tokio::fs::read_to_string(format!(\"{}/logs/{who}.log\", self.dir)).await.unwrap_or_default()";
    check_rule(&with(read).replace("//~MARK", "//~ local-file(error)"));
    check_rule(&with("String::new()").replace("//~MARK", ""));
}

#[test]
fn how_many_connections_are_open_is_nobody_elses_business() {
    let with = |after: &str| {
        format!(
            r#"//# app/src/main.rs uses: tokio
use std::sync::{{Arc, atomic::{{AtomicUsize, Ordering}}}};
use tokio::net::{{TcpListener, TcpStream}};
async fn serve(_stream: TcpStream, _number: usize) {{}}
#[tokio::main]
async fn main() {{
    let open = Arc::new(AtomicUsize::new(0)); //~MARK
    let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
    while let Ok((stream, _)) = listener.accept().await {{
        {after}
    }}
}}
"#
        )
    };
    let capped = "if open.fetch_add(1, Ordering::Relaxed) >= 512 {
            open.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let open = open.clone();
        tokio::spawn(async move {
            serve(stream, 0).await;
            open.fetch_sub(1, Ordering::Relaxed);
        });";
    check_rule(&with(capped).replace("//~MARK", ""));
}

#[test]
fn what_a_guard_takes_down_again_is_how_many_guards_there_are() {
    let with = |sold: &str| {
        format!(
            r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::State, http::StatusCode, routing::post}};
use std::sync::{{Arc, atomic::{{AtomicUsize, Ordering}}}};
#[derive(Default)]
struct Hall {{ taken: AtomicUsize }} //~MARK
struct Seat(Arc<Hall>);
{sold}
async fn sit(State(hall): State<Arc<Hall>>) -> StatusCode {{
    if hall.taken.fetch_add(1, Ordering::Relaxed) >= 40 {{
        hall.taken.fetch_sub(1, Ordering::Relaxed);
        return StatusCode::SERVICE_UNAVAILABLE;
    }}
    let seat = Seat(hall.clone());
    work().await;
    StatusCode::OK
}}
#[tokio::main]
async fn main() {{
    axum::serve(listener().await, Router::new().route("/sit", post(sit)).with_state(Arc::new(Hall::default()))).await.unwrap();
}}
"#
        )
    };
    let guard = "impl Drop for Seat { fn drop(&mut self) { self.0.taken.fetch_sub(1, Ordering::Relaxed); } }";
    check_rule(&with(guard).replace("//~MARK", ""));
    let last = "impl Drop for Seat {
    fn drop(&mut self) { if self.0.taken.fetch_sub(1, Ordering::Relaxed) == 1 { lights_out(); } }
}";
    check_rule(&with(last).replace("//~MARK", "//~ global-counter"));
    // Seats that are sold stay sold.
    check_rule(&with("").replace("//~MARK", "//~ global-counter"));
}

#[test]
fn a_limiter_that_holds_up_the_job_that_makes_it_limits_no_client() {
    let with = |handler: &str, start: &str| {
        format!(
            "//# app/src/main.rs uses: axum, ratelimit, tokio
use axum::{{Router, extract::State, routing::get}};
use ratelimit::Ratelimiter;
use std::{{sync::Arc, time::Duration}};
{handler}
#[tokio::main]
async fn main() {{
    {start}
}}
"
        )
    };
    check_rule(&with(
        r#"fn start_copies() {
    std::thread::spawn(|| {
        let pace = Ratelimiter::builder(1, Duration::from_secs(3600)).build().unwrap();
        for page in pages() {
            if let Err(wait) = pace.try_wait() { std::thread::sleep(wait); }
            copy(page);
        }
    });
}
async fn hello() -> &'static str { "hello" }"#,
        "start_copies();
    axum::serve(listener().await, Router::new().route(\"/\", get(hello))).await.unwrap();",
    ));
    check_rule(&with(
        r#"async fn hello(State(pace): State<Arc<Ratelimiter>>) -> &'static str {
    if pace.try_wait().is_err() { return "later"; }
    "hello"
}"#,
        "let pace = Arc::new(Ratelimiter::builder(1, Duration::from_secs(60)).build().unwrap()); //~ local-rate-limit
    axum::serve(listener().await, Router::new().route(\"/\", get(hello)).with_state(pace)).await.unwrap();",
    ));
}

#[test]
fn a_handler_that_no_route_names_is_hardly_ever_met() {
    let with = |routes: &str| {
        format!(
            r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, extract::{{State, ws::{{WebSocket, WebSocketUpgrade}}}}, response::Response, routing::get}};
use std::{{collections::HashMap, sync::Arc}};
use tokio::sync::{{Mutex, mpsc}};
#[derive(Clone, Default)]
struct Rooms {{ members: Arc<Mutex<HashMap<u64, mpsc::Sender<String>>>> }}
pub async fn enter(ws: WebSocketUpgrade, State(rooms): State<Rooms>) -> Response {{
    ws.on_upgrade(move |socket| serve(socket, rooms))
}}
async fn serve(_socket: WebSocket, rooms: Rooms) {{
    let (tx, _rx) = mpsc::channel(10);
    rooms.members.lock().await.insert(1, tx);
}}
async fn hello() -> &'static str {{ "hello" }}
#[tokio::main]
async fn main() {{
    let app = Router::new().route("/", get(hello)){routes}.with_state(Rooms::default());
    axum::serve(listener().await, app).await.unwrap();
}}
"#
        )
    };
    let confidence = |routes: &str| check_program(&with(routes)).findings[0].confidence;
    assert_eq!(confidence(""), Confidence::Low);
    assert_eq!(confidence(r#".route("/enter", get(enter))"#), Confidence::High);
}
