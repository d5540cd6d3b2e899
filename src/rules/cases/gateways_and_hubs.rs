//! What gateways, job runners and hubs taught: workers behind statics, tables of commands, lists of listeners.

use super::check_rule;

/// A service whose runner is a task behind a handle. `handle` declares it, `desk` is how handlers get at it.
fn runner(marks: &str, handle: &str, desk: &str, start: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{{collections::HashMap, sync::{{LazyLock, OnceLock}}}};
use axum::{{extract::Path, routing::post, Router}};
use tokio::sync::mpsc;
enum Msg {{ Begin(String), End(String) }}
struct Run {{ output: Vec<String> }}
struct Desk {{ sender: mpsc::UnboundedSender<Msg> }}
impl Desk {{
    fn new() -> Self {{
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {{
            let mut runs: HashMap<String, Run> = HashMap::new();{marks}
            while let Some(msg) = receiver.recv().await {{
                match msg {{
                    Msg::Begin(id) => {{ runs.insert(id, Run {{ output: Vec::new() }}); }}
                    Msg::End(id) => {{ if let Some(run) = runs.remove(&id) {{ publish(run.output).await; }} }}
                }}
            }}
        }});
        Self {{ sender }}
    }}
}}
{handle}
async fn begin(Path(id): Path<String>) {{ {desk}.sender.send(Msg::Begin(id)).ok(); }}
async fn end(Path(id): Path<String>) {{ {desk}.sender.send(Msg::End(id)).ok(); }}
#[tokio::main]
async fn main() {{
    {start}
    let app = Router::new().route("/begin/{{id}}", post(begin)).route("/end/{{id}}", post(end));
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
    )
}

#[test]
fn a_worker_that_the_value_of_a_static_starts_runs_for_all_requests() {
    let marks = " //~ in-memory-store";
    let handles = [
        "static DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new());",
        "static DESK: LazyLock<Desk> = LazyLock::new(Desk::new);",
    ];
    for handle in handles {
        check_rule(&runner(marks, handle, "DESK", ""));
    }
}

#[test]
fn whoever_asks_first_starts_the_worker_for_all() {
    let marks = " //~ in-memory-store";
    let held = "static DESK: OnceLock<Desk> = OnceLock::new();";
    for make in ["Desk::new", "|| Desk::new()"] {
        let handle = format!("{held}\nfn desk() -> &'static Desk {{ DESK.get_or_init({make}) }}");
        check_rule(&runner(marks, &handle, "desk()", ""));
    }
}

#[test]
fn a_worker_of_one_request_keeps_nothing_for_others() {
    check_rule(&runner("", "", "Desk::new()", ""));
}

/// A service that keeps something in a map behind a static that is made when it is first needed.
fn lazy_map(mark: &str, held: &str, done: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, dashmap
use std::sync::{{Arc, LazyLock, Mutex}};
use axum::{{extract::Path, routing::get, Router}};
use dashmap::DashMap;
static BOOKS: LazyLock<DashMap<String, {held}>> = LazyLock::new(DashMap::new);{mark}
async fn page(Path(name): Path<String>) -> String {{
    if let Some(book) = BOOKS.get(&name) {{ {done} }}
    String::new()
}}
#[tokio::main]
async fn main() {{
    let app = Router::new().route("/page/{{name}}", get(page));
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
    )
}

#[test]
fn what_a_lazy_map_gives_lies_behind_the_static() {
    check_rule(&lazy_map(
        " //~ in-memory-store",
        "Arc<Mutex<Vec<String>>>",
        "book.lock().unwrap().push(name);",
    ));
}

#[test]
fn what_a_lazy_map_is_only_asked_for_stays() {
    check_rule(&lazy_map(
        "",
        "Arc<Mutex<Vec<String>>>",
        "return book.lock().unwrap().join(\",\");",
    ));
}

/// A server that is handed its state where it is made. `made` is what the call says.
fn handed_in_place(mark: &str, made: &str, kept: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: tokio
use std::{{collections::HashMap, sync::{{Arc, Mutex}}}};
use tokio::net::{{TcpListener, TcpStream}};
type Notes = Arc<Mutex<HashMap<u64, String>>>;
fn make() -> Notes {{ Arc::new(Mutex::new(HashMap::new())) }}
async fn talk(mut stream: TcpStream, notes: Notes) {{
    while let Some((id, text)) = read(&mut stream).await {{
        {kept}
        let known = notes.lock().unwrap().insert(id, text);
        answer(&mut stream, known).await;
    }}
}}
async fn serve(notes: Notes) {{
    let listener = TcpListener::bind("[::]:80").await.unwrap();
    loop {{
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(talk(stream, Arc::clone(&notes)));
    }}
}}
#[tokio::main]
async fn main() {{
    serve({made}).await;{mark}
}}
"#
    )
}

#[test]
fn state_that_is_made_in_the_call_that_hands_it_over_outlives_requests() {
    let mark = " //~ in-memory-store";
    check_rule(&handed_in_place(mark, "Arc::new(Mutex::new(HashMap::new()))", ""));
    check_rule(&handed_in_place(mark, "make()", ""));
}

#[test]
fn a_map_of_one_connection_is_of_no_other() {
    let own = "let notes = make();";
    check_rule(&handed_in_place("", "Arc::new(Mutex::new(HashMap::new()))", own));
}

/// A service that looks up what to do. `table` is what keeps it, `made` its content, `pick` how a handler calls it.
fn commands(marks: &str, table: &str, made: &str, call: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{{collections::HashMap, sync::{{Arc, LazyLock, Mutex}}}};
use axum::{{extract::State, routing::post, Router}};
type Op = fn(&Stock, &str);
struct Stock {{ left: Mutex<HashMap<String, u64>> }}{marks}
struct App {{ stock: Stock, table: Table }}
{table}
fn put(stock: &Stock, name: &str) {{ stock.left.lock().unwrap().insert(name.into(), 1); }}
fn table() -> Table {{ {made} }}
async fn run(State(app): State<Arc<App>>, name: String) {{ {call} }}
#[tokio::main]
async fn main() {{
    let app = Arc::new(App {{ stock: Stock {{ left: Mutex::default() }}, table: table() }});
    let app = Router::new().route("/run", post(run)).with_state(app);
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
    )
}

const LEFT: &str = " //~ in-memory-store";
const BOXES: &str = "struct Table { ops: HashMap<String, Box<dyn Fn(&Stock, &str) + Send + Sync>> }";
const BOXED: &str = "let mut ops: HashMap<String, Box<dyn Fn(&Stock, &str) + Send + Sync>> = HashMap::new();
    ops.insert(\"put\".into(), Box::new(|stock, name| { stock.left.lock().unwrap().insert(name.into(), 1); }));
    Table { ops }";

#[test]
fn a_command_out_of_a_table_is_called_by_whoever_looks_it_up() {
    check_rule(&commands(
        LEFT,
        BOXES,
        BOXED,
        "if let Some(op) = app.table.ops.get(&name) { op(&app.stock, &name); }",
    ));
    check_rule(&commands(
        LEFT,
        "struct Table { ops: HashMap<&'static str, Op> }",
        "let mut ops: HashMap<&'static str, Op> = HashMap::new(); ops.insert(\"put\", put); Table { ops }",
        "if let Some(op) = app.table.ops.get(name.as_str()) { op(&app.stock, &name); }",
    ));
    check_rule(&commands(
        LEFT,
        "struct Table { hooks: Vec<Arc<dyn Fn(&Stock, &str) + Send + Sync>> }
impl Table { fn on(&mut self, hook: impl Fn(&Stock, &str) + Send + Sync + 'static) { self.hooks.push(Arc::new(hook)); } }",
        "let mut table = Table { hooks: Vec::new() }; table.on(|stock, name| put(stock, name)); table",
        "for hook in &app.table.hooks { hook(&app.stock, &name); }",
    ));
}

#[test]
fn a_static_table_of_commands_is_one_too() {
    for made in [
        "{ let mut ops: HashMap<&'static str, Op> = HashMap::new(); ops.insert(\"put\", put); ops }",
        "HashMap::from([(\"put\", put as Op)])",
    ] {
        let table = format!(
            "struct Table;\nstatic OPS: LazyLock<HashMap<&'static str, Op>> = LazyLock::new(|| {made});"
        );
        let call = "if let Some(op) = OPS.get(name.as_str()) { op(&app.stock, &name); }";
        check_rule(&commands(LEFT, &table, "Table", call));
    }
}

#[test]
fn a_command_that_a_function_chooses_is_called() {
    check_rule(&commands(
        LEFT,
        "struct Table;\nfn find(name: &str) -> Option<Op> { match name { \"put\" => Some(put), _ => None } }",
        "Table",
        "if let Some(op) = find(&name) { op(&app.stock, &name); }",
    ));
}

#[test]
fn a_table_that_nobody_looks_into_calls_nothing() {
    check_rule(&commands("", BOXES, BOXED, "log(app.table.ops.len());"));
}

/// A hub that a task keeps. `told` is what it does with its listeners when there is news.
fn hub(marks: &str, told: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::{{Arc, LazyLock}};
use axum::{{extract::State, routing::{{get, post}}, Router}};
use tokio::sync::mpsc;
enum Msg {{ News(String), Join(mpsc::UnboundedSender<String>) }}
struct Hub {{ sender: mpsc::UnboundedSender<Msg> }}
fn open() -> Hub {{
    let (sender, mut receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {{
        let mut listeners: Vec<mpsc::UnboundedSender<String>> = Vec::new();{marks}
        while let Some(msg) = receiver.recv().await {{
            match msg {{
                Msg::News(text) => {{ {told} }}
                Msg::Join(listener) => listeners.push(listener),
            }}
        }}
    }});
    Hub {{ sender }}
}}
async fn publish(State(hub): State<Arc<Hub>>, text: String) {{ hub.sender.send(Msg::News(text)).ok(); }}
async fn join(State(hub): State<Arc<Hub>>) {{
    let (sender, receiver) = mpsc::unbounded_channel();
    hub.sender.send(Msg::Join(sender)).ok();
    stream(receiver).await
}}
#[tokio::main]
async fn main() {{
    let app = Router::new().route("/news", post(publish)).route("/join", get(join)).with_state(Arc::new(open()));
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
    )
}

#[test]
fn listeners_that_stay_after_they_were_told_are_no_callers_that_wait() {
    check_rule(&hub(
        " //~ local-broadcast",
        "let mut live = Vec::new();
        for listener in listeners.drain(..) { if listener.send(text.clone()).is_ok() { live.push(listener); } }
        listeners = live;",
    ));
}

#[test]
fn callers_that_are_answered_once_wait_in_this_process() {
    check_rule(&hub(
        "",
        "for caller in listeners.drain(..) { caller.send(text.clone()).ok(); }",
    ));
}

#[test]
fn what_one_round_receives_and_how_long_the_next_waits_is_of_no_other() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
use axum::{extract::State, routing::post, Router};
use tokio::sync::mpsc;
async fn work(mut inbox: mpsc::Receiver<String>, backoff: Arc<AtomicU32>) {
    let mut batch = Vec::with_capacity(16);
    loop {
        if inbox.recv_many(&mut batch, 16).await == 0 { return; }
        if post_all(&batch).await.is_err() { backoff.fetch_add(1, Ordering::Relaxed); } else { backoff.store(0, Ordering::Relaxed); }
        batch.clear();
    }
}
async fn note(State(inbox): State<mpsc::Sender<String>>, text: String) { inbox.send(text).await.ok(); }
#[tokio::main]
async fn main() {
    let (sender, inbox) = mpsc::channel(16);
    let retry_backoff = Arc::new(AtomicU32::new(0));
    tokio::spawn(work(inbox, retry_backoff.clone()));
    let app = Router::new().route("/note", post(note)).with_state(sender);
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}
"#,
    );
}

#[test]
fn rates_that_a_library_measures_in_this_process_are_limits() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, pingora_limits
use std::{sync::LazyLock, time::Duration};
use axum::{routing::get, Router};
use pingora_limits::rate::Rate;
static RATES: LazyLock<Rate> = LazyLock::new(|| Rate::new(Duration::from_secs(1))); //~ local-rate-limit
async fn page(user: String) -> &'static str { if RATES.observe(&user, 1) > 100 { "too many" } else { "welcome" } }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(page));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
