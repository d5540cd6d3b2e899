//! What web services as teams deploy them taught: how the state of a service is made and handed to its handlers, and
//! handles that another request asks for.

use super::check_rule;

/// A service with one route that books a seat. `made` is how start-up code makes `desk`, `with` what the router gets.
fn desk(marks: &str, helpers: &str, made: &str, with: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, serde_json
use std::{{collections::HashMap, sync::{{Arc, RwLock}}}};
use axum::{{extract::State, routing::post, Router}};
#[derive(Default)]
struct Desk {{ seats: HashMap<String, u32>, closed: bool }}
impl Desk {{ fn book(&mut self, name: String) -> usize {{ self.seats.insert(name, 1); self.seats.len() }} }}
type Shared = Arc<RwLock<Desk>>;
async fn book(State(desk): State<Arc<RwLock<Desk>>>, name: String) -> String {{
    desk.write().unwrap().book(name).to_string()
}}
{helpers}
#[tokio::main]
async fn main() {{
    {made}{marks}
    let app = {with};
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
    )
}

const ROUTES: &str = r#"Router::new().route("/book", post(book)).with_state(desk)"#;
const FIRES: &str = " //~ in-memory-store";

#[test]
fn a_type_argument_says_what_a_function_gives() {
    let load = "async fn load<T: Default>(path: &str) -> T { read(path).unwrap_or_default() }";
    let made = "let desk = Arc::new(RwLock::new(load::<Desk>(\"desk.json\").await));";
    check_rule(&desk(FIRES, load, made, ROUTES));
    let method = "struct Disk; impl Disk { fn load<T: Default>(&self) -> Option<T> { read(self) } }";
    let made = "let desk = Arc::new(RwLock::new(Disk.load::<Desk>().unwrap_or_default()));";
    check_rule(&desk(FIRES, method, made, ROUTES));
}

#[test]
fn an_argument_tells_what_a_generic_function_shares() {
    let shared = "fn shared<T>(value: T) -> Arc<RwLock<T>> { Arc::new(RwLock::new(value)) }";
    check_rule(&desk(
        FIRES,
        shared,
        "let desk = shared(Desk::default());",
        ROUTES,
    ));
}

#[test]
fn handlers_tell_what_a_file_was_read_into() {
    let made = "let desk = Arc::new(RwLock::new(serde_json::from_str(&text()).unwrap()));";
    check_rule(&desk(FIRES, "", made, ROUTES));
    let load = "fn load<T: Read>(path: &str) -> Option<T> { serde_json::from_str(&text(path)).ok() }";
    let made = "let desk = Arc::new(RwLock::new(load(\"desk.json\").unwrap()));";
    check_rule(&desk(FIRES, load, made, ROUTES));
}

#[test]
fn what_only_the_call_holds_is_shared_by_all_that_it_starts() {
    let routes =
        "fn routes(desk: Shared) -> Router { Router::new().route(\"/book\", post(book)).with_state(desk) }";
    check_rule(&desk(
        FIRES,
        routes,
        "let app = routes(Shared::default());",
        "app",
    ));
    check_rule(&desk(FIRES, routes, "let app = routes(Arc::default());", "app"));
}

#[test]
fn what_a_request_reads_and_hands_on_is_its_own() {
    let helpers = r"fn read<T: Default>(text: &str) -> T { serde_json::from_str(text).unwrap_or_default() }
fn fill(desk: Shared, name: String) { desk.write().unwrap().book(name); }
async fn preview(text: String) -> String {
    let desk = Arc::new(RwLock::new(read::<Desk>(&text)));
    fill(desk.clone(), text.clone());
    fill(Shared::default(), text);
    desk.read().unwrap().seats.len().to_string()
}";
    check_rule(&desk(
        "",
        helpers,
        "let desk = 1;",
        "Router::new().route(\"/preview\", post(preview))",
    ));
}

#[test]
fn a_state_that_handlers_only_read_stays_silent() {
    let helpers =
        r"async fn closed(State(desk): State<Shared>) -> String { desk.read().unwrap().closed.to_string() }";
    let made = "let desk = Arc::new(RwLock::new(serde_json::from_str(&text()).unwrap()));";
    check_rule(&desk(
        "",
        helpers,
        made,
        "Router::new().route(\"/closed\", post(closed)).with_state(desk)",
    ));
}

#[test]
fn items_are_collected_in_what_handlers_ask_for() {
    let shelf = |marks: &str, read: &str| {
        format!(
            r#"//# app/src/main.rs uses: axum, tokio
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
use axum::{{extract::State, routing::post, Router}};
async fn add(State(shelf): State<Arc<Mutex<HashMap<String, u32>>>>, name: String) -> String {{
    {read}
}}
#[tokio::main]
async fn main() {{
    let shelf = Arc::new(Mutex::new(rows().await.into_iter().map(|row| (row.name, row.count)).collect()));{marks}
    let app = Router::new().route("/add", post(add)).with_state(shelf);
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
        )
    };
    let adds = "shelf.lock().unwrap().insert(name.clone(), 1); shelf.lock().unwrap().len().to_string()";
    check_rule(&shelf(FIRES, adds));
    check_rule(&shelf(
        "",
        "shelf.lock().unwrap().get(&name).copied().unwrap_or(0).to_string()",
    ));
}

/// A registry of handles: what `open` puts in, what `later` does with it.
fn registry(marks: &str, handle: &str, open: &str, later: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, tokio-util
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
use axum::{{extract::State, routing::post, Router}};
struct Desk {{ devices: Mutex<HashMap<String, {handle}>> }}{marks}
async fn open(State(desk): State<Arc<Desk>>, name: String) {{ {open} }}
async fn later(State(desk): State<Arc<Desk>>, name: String) -> String {{ {later} }}
#[tokio::main]
async fn main() {{
    let desk = Arc::new(Desk {{ devices: Mutex::default() }});
    let app = Router::new().route("/open", post(open)).route("/later", post(later)).with_state(desk);
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
    )
}

#[test]
fn a_task_that_another_request_asks_after_or_calls_off_is_told() {
    let begin = "desk.devices.lock().unwrap().insert(name, tokio::spawn(print()));";
    let asks =
        "desk.devices.lock().unwrap().get(&name).map(|job| job.is_finished()).unwrap_or(true).to_string()";
    check_rule(&registry(FIRES, "tokio::task::JoinHandle<()>", begin, asks));
    let begin = "desk.devices.lock().unwrap().insert(name, Default::default());";
    let stops =
        "if let Some(job) = desk.devices.lock().unwrap().remove(&name) { job.cancel(); } String::new()";
    check_rule(&registry(
        FIRES,
        "tokio_util::sync::CancellationToken",
        begin,
        stops,
    ));
}

#[test]
fn a_socket_that_another_request_writes_to_is_told() {
    let keep = "desk.devices.lock().unwrap().insert(name, accepted().await);";
    let writes = "desk.devices.lock().unwrap().get_mut(&name).unwrap().write_all(b\"go\").await.unwrap(); String::new()";
    check_rule(&registry(FIRES, "tokio::net::TcpStream", keep, writes));
}

#[test]
fn handles_for_the_end_and_sockets_that_are_connected_on_demand_stay_silent() {
    let begin = "desk.devices.lock().unwrap().insert(name, tokio::spawn(print()));";
    let counts = "desk.devices.lock().unwrap().len().to_string()";
    check_rule(&registry("", "tokio::task::JoinHandle<()>", begin, counts));
    let connects = r#"let mut devices = desk.devices.lock().unwrap();
    if !devices.contains_key(&name) { devices.insert(name.clone(), tokio::net::TcpStream::connect(&name).await.unwrap()); }
    devices.get_mut(&name).unwrap().write_all(b"go").await.unwrap();"#;
    check_rule(&registry("", "tokio::net::TcpStream", connects, "String::new()"));
}
