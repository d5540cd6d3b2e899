//! Macros of the workspace: what they declare, route and make.

use super::check_rule;

#[test]
fn a_macro_with_repetitions_declares_each_static() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::sync::Mutex;
macro_rules! shelves {
    ($($name:ident: $item:ty),* $(,)?) => { $(static $name: Mutex<Vec<$item>> = Mutex::new(Vec::new());)* };
}
shelves! {
    WORDS: String, //~ in-memory-store
    NUMBERS: u32,
}
async fn word(body: String) { WORDS.lock().unwrap().push(body); }
async fn sum() -> String { NUMBERS.lock().unwrap().iter().sum::<u32>().to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/words", post(word).get(sum));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_macro_that_declares_tables_only_read_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Path, routing::get};
use std::{collections::HashMap, sync::{LazyLock, RwLock}};
macro_rules! tables {
    ($($name:ident => $file:literal),+ $(,)?) => {
        $(static $name: LazyLock<RwLock<HashMap<String, String>>> = LazyLock::new(|| RwLock::new(read_table($file)));)+
    };
}
tables! {
    COLOURS => "colours.csv",
    SHAPES => "shapes.csv",
}
async fn colour(Path(name): Path<String>) -> String { COLOURS.read().unwrap().get(&name).or(SHAPES.read().unwrap().get(&name)).cloned().unwrap_or_default() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/{name}", get(colour));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_macro_declares_the_fields_of_the_state() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
macro_rules! state {
    ($name:ident { $($field:ident: $value:ty),* $(,)? }) => {
        #[derive(Default)]
        struct $name { $($field: Mutex<$value>),* }
    };
}
state! {
    App {
        pages: HashMap<String, String>, //~ in-memory-store
        names: Vec<String>,
    }
}
async fn page(State(app): State<Arc<App>>, body: String) -> String {
    app.pages.lock().unwrap().insert(body.clone(), body);
    app.names.lock().unwrap().join(",")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pages", post(page)).with_state(Arc::new(App::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_macro_declares_the_fields_of_a_request() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::sync::Mutex;
macro_rules! record {
    ($name:ident { $($field:ident: $value:ty),* $(,)? }) => {
        #[derive(Default)]
        struct $name { $($field: Mutex<$value>),* }
    };
}
record! { Work { steps: Vec<String>, errors: Vec<String> } }
async fn run(body: String) -> String {
    let work = Work::default();
    for line in body.lines() { work.steps.lock().unwrap().push(line.to_owned()); }
    let count = work.errors.lock().unwrap().len();
    count.to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/run", post(run));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn routes_from_a_macro_with_verbs_are_entry_points() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod books;
use axum::{Router, routing};
macro_rules! endpoints {
    ($($verb:ident $path:literal => $handler:path;)*) => { Router::new()$(.route($path, routing::$verb($handler)))* };
}
#[tokio::main]
async fn main() {
    let app: Router = endpoints! {
        get "/books" => books::list;
        post "/books" => books::add;
    };
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/books.rs
use std::sync::Mutex;
static BOOKS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub async fn list() -> String { BOOKS.lock().unwrap().join(",") }
pub async fn add(body: String) { BOOKS.lock().unwrap().push(body); }
"#,
    );
}

#[test]
fn a_macro_of_ours_that_is_called_routes_is_ours() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod books;
use axum::{Router, routing};
macro_rules! routes {
    ($($verb:ident $path:literal => $handler:path;)*) => { Router::new()$(.route($path, routing::$verb($handler)))* };
}
#[tokio::main]
async fn main() {
    let app: Router = routes! {
        get "/books" => books::list;
        post "/books" => books::add;
    };
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/books.rs
use std::sync::Mutex;
static BOOKS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub async fn list() -> String { BOOKS.lock().unwrap().join(",") }
pub async fn add(body: String) { BOOKS.lock().unwrap().push(body); }
"#,
    );
}

#[test]
fn a_function_that_no_macro_routes_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod books;
use axum::{Router, routing};
macro_rules! endpoints {
    ($($verb:ident $path:literal => $handler:path;)*) => { Router::new()$(.route($path, routing::$verb($handler)))* };
}
#[tokio::main]
async fn main() {
    let app: Router = endpoints! { get "/books" => books::list; };
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/books.rs
use std::sync::Mutex;
static BOOKS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub async fn list() -> String { BOOKS.lock().unwrap().join(",") }
pub async fn add(body: String) { BOOKS.lock().unwrap().push(body); }
"#,
    );
}

#[test]
fn a_macro_makes_the_whole_handler() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::sync::Mutex;
static BOOKS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static FILMS: Mutex<Vec<String>> = Mutex::new(Vec::new());
macro_rules! adder {
    ($name:ident, $list:ident) => { async fn $name(body: String) -> String { $list.lock().unwrap().push(body); "ok".to_owned() } };
}
macro_rules! lister {
    ($name:ident, $list:ident) => { async fn $name() -> String { $list.lock().unwrap().join(",") } };
}
adder!(add_book, BOOKS);
lister!(films, FILMS);
#[tokio::main]
async fn main() {
    let app = Router::new().route("/books", post(add_book).get(films));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_macro_of_another_crate_declares_the_static() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, kit, tokio
use axum::{Router, routing::post};
kit::shelf!(BOOKS, String); //~ in-memory-store
async fn add(body: String) { kit::put(&BOOKS, body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/books", post(add));
    axum::serve(listener().await, app).await.unwrap();
}
//# kit/src/lib.rs
pub use std::sync::Mutex;
#[macro_export]
macro_rules! shelf {
    ($name:ident, $item:ty) => { static $name: $crate::Mutex<Vec<$item>> = $crate::Mutex::new(Vec::new()); };
}
pub fn put(list: &Mutex<Vec<String>>, item: String) { list.lock().unwrap().push(item); }
"#,
    );
}

/// `$crate` is the crate of the macro, also where that one is unknown to the crate that calls: its `Slot` holds nothing, and
/// is not the `Slot` of the caller.
#[test]
fn a_name_of_the_macros_own_crate_is_not_the_callers() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, front, tokio
use axum::{Router, routing::post};
pub struct Slot(pub std::sync::Mutex<Vec<String>>);
impl Slot { pub const fn new() -> Slot { Slot(std::sync::Mutex::new(Vec::new())) } pub fn put(&self, word: String) { self.0.lock().unwrap().push(word); } }
front::slot!(WORDS);
async fn add(body: String) { WORDS.put(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/words", post(add));
    axum::serve(listener().await, app).await.unwrap();
}
//# front/src/lib.rs uses: kit
pub use kit::slot;
//# kit/src/lib.rs
pub struct Slot;
impl Slot { pub const fn new() -> Slot { Slot } pub fn put(&self, word: String) { drop(word); } }
#[macro_export]
macro_rules! slot { ($name:ident) => { static $name: $crate::Slot = $crate::Slot::new(); }; }
"#,
    );
}

#[test]
fn a_macro_of_another_crate_that_makes_a_value_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, kit, tokio
use axum::{Router, routing::post};
use kit::list;
async fn join(body: String) -> String {
    let words = list![body, "end".to_owned()];
    kit::put(&words, "!".to_owned());
    let text = words.lock().unwrap().join(" ");
    text
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/join", post(join));
    axum::serve(listener().await, app).await.unwrap();
}
//# kit/src/lib.rs
pub use std::sync::Mutex;
#[macro_export]
macro_rules! list {
    ($($item:expr),* $(,)?) => { $crate::Mutex::new(vec![$($item),*]) };
}
pub fn put(list: &Mutex<Vec<String>>, item: String) { list.lock().unwrap().push(item); }
"#,
    );
}

#[test]
fn a_recursive_macro_declares_each_static() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::sync::{Mutex, atomic::{AtomicU64, Ordering}};
macro_rules! state {
    () => {};
    (list $name:ident; $($rest:tt)*) => { static $name: Mutex<Vec<String>> = Mutex::new(Vec::new()); state! { $($rest)* } };
    (count $name:ident; $($rest:tt)*) => { static $name: AtomicU64 = AtomicU64::new(0); state! { $($rest)* } };
}
state! {
    list WORDS;
    count HITS; //~ global-counter
}
async fn hit() -> String {
    HITS.fetch_add(1, Ordering::Relaxed);
    WORDS.lock().unwrap().join(",")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/hit", post(hit));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

/// What the definition itself names stands at the outermost call, which is all that the file shows of it.
#[test]
fn a_static_named_by_an_inner_macro_stands_at_the_call() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::sync::{Mutex, atomic::{AtomicU64, Ordering}};
macro_rules! declare {
    ($name:ident: $ty:ty = $init:expr) => { static $name: $ty = $init; };
}
macro_rules! state {
    ($($word:literal)* ; $list:ident) => {
        declare!(HITS: AtomicU64 = AtomicU64::new(0));
        declare!($list: Mutex<Vec<String>> = Mutex::new(vec![$($word.to_owned()),*]));
    };
}
state! { //~ global-counter
    "a" "b";
    WORDS
}
async fn hit() -> String {
    HITS.fetch_add(1, Ordering::Relaxed);
    WORDS.lock().unwrap().join(",")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/hit", post(hit));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_recursive_macro_over_expressions_is_silent() {
    check_rule(
        r"
static LIMITS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
macro_rules! largest {
    ($only:expr) => { $only };
    ($first:expr, $($rest:expr),+) => { { let rest = largest!($($rest),+); if $first > rest { $first } else { rest } } };
}
fn handle_largest(numbers: [u32; 3]) -> u32 {
    let mut list = LIMITS.lock().unwrap().clone();
    list.push(largest!(numbers[0], numbers[1], numbers[2]));
    list.len() as u32
}
fn main() { serve(handle_largest); }
",
    );
}

#[test]
fn a_macro_that_calls_itself_without_end_does_no_harm() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::post};
use std::sync::Mutex;
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
macro_rules! forever { ($($t:tt)*) => { forever!($($t)* $($t)* x) }; }
fn never() { forever!(a); }
async fn word(body: String) { WORDS.lock().unwrap().push(body); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/words", post(word));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_functions_own_macro_declares_is_there_for_the_next_statement() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
use tokio::{net::TcpListener, sync::RwLock};
struct Hall { locked: AtomicBool } //~ runtime-flag
struct Guest { hall: RwLock<Option<Arc<Hall>>> }
async fn lock(guest: Arc<Guest>, lock: bool) -> Option<bool> {
    macro_rules! enter {
        ($hall:ident) => {
            let $hall = guest.hall.read().await.as_ref().map(Arc::clone)?;
        };
    }
    enter!(hall);
    hall.locked.store(lock, Ordering::SeqCst);
    Some(hall.locked.load(Ordering::SeqCst))
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
    let hall = Arc::new(Hall { locked: AtomicBool::new(false) });
    let guest = Arc::new(Guest { hall: RwLock::new(Some(hall)) });
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let guest = guest.clone();
        tokio::spawn(async move { lock(guest, true).await; });
    }
}
"#,
    );
}

const LIMITS: &str = r#"//# app/src/main.rs uses: axum, tokio, governor
use std::{net::IpAddr, sync::Arc};
use axum::{Router, extract::State, routing::post};
macro_rules! limits {
    ($name:ident { $($rest:tt)* }) => { limits!(@fields $name [] $($rest)*); };
    (@fields $name:ident [$($field:ident: $ty:ty | $init:expr),*] $next:ident [$count:tt per $key:ty], $($rest:tt)*) => {
        limits!(@fields $name [$($field: $ty | $init,)* $next: governor::DefaultKeyedRateLimiter<$key> | governor::RateLimiter::keyed(quota($count))] $($rest)*);
    };
    (@fields $name:ident [$($field:ident: $ty:ty | $init:expr),*]) => {
        struct $name { $($field: $ty,)* }
        impl $name { fn new() -> Self { $name { $($field: $init,)* } } }
    };
}
limits! {
    Gates {
        sign_in[3 per IpAddr], //~ local-rate-limit
        sign_up[1 per IpAddr], //~ local-rate-limit
        search[50 per IpAddr], //~ local-rate-limit
        report[5 per IpAddr], //~ local-rate-limit
    }
}
async fn sign_in(State(gates): State<Arc<Gates>>) -> bool { gates.sign_in.check_key(&address()).is_ok() }
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/sign-in", post(sign_in)).with_state(Arc::new(Gates::new()))).await.unwrap();
}
"#;

#[test]
fn a_macro_that_calls_itself_for_each_field_is_followed_to_the_last() {
    check_rule(LIMITS);
}

#[test]
fn a_macro_that_calls_itself_without_end_is_left() {
    let endless = "    (@fields $name:ident [$($field:ident: $ty:ty | $init:expr),*]) => { limits!(@fields $name [$($field: $ty | $init),*]); };\n    (@never";
    let ends = "    (@fields $name:ident [$($field:ident: $ty:ty | $init:expr),*]) => {\n        struct";
    let program = LIMITS.replace(ends, &format!("{endless}) => {{\n        struct"));
    assert!(program != LIMITS);
    check_rule(
        &program
            .replace("$name { $($field: $ty,)* }", "Nothing {}")
            .replace(" //~ local-rate-limit", ""),
    );
}
