//! Names and modules: where a name leads.

use super::check_rule;

#[test]
fn a_static_in_a_file_module_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
mod state;
use axum::{Router, routing::post};
async fn add() { *state::HITS.lock().unwrap() += 1; }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/add", post(add));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/state.rs
use std::sync::Mutex;
pub static HITS: Mutex<u64> = Mutex::new(0); //~ global-counter
"#,
    );
}

#[test]
fn a_path_attribute_names_the_file() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
#[path = "odd/place.rs"]
mod stock;
use axum::{Router, routing::post};
async fn put(name: String) { stock::ITEMS.lock().unwrap().push(name); }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/items", post(put));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/odd/place.rs
use std::sync::Mutex;
pub static ITEMS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
"#,
    );
}

#[test]
fn an_inline_module_is_reached_through_super_and_crate() {
    check_rule(
        r"
mod outer {
    use std::sync::Mutex;
    pub static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
    pub mod inner {
        pub fn keep(text: String) { super::NOTES.lock().unwrap().push(text); }
        pub fn all() -> usize { crate::outer::NOTES.lock().unwrap().len() }
    }
}
fn handle_note(text: String) { outer::inner::keep(text); }
fn handle_count() -> usize { self::outer::inner::all() }
fn main() { serve(handle_note); }
",
    );
}

#[test]
fn a_renamed_import_is_the_same_static() {
    check_rule(
        r"
mod data { pub static TOTAL: std::sync::Mutex<u64> = std::sync::Mutex::new(0); } //~ global-counter
use data::TOTAL as SUM;
fn handle_add(amount: u64) { *SUM.lock().unwrap() += amount; }
fn handle_total() -> u64 { *SUM.lock().unwrap() }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_glob_import_brings_the_static() {
    check_rule(
        r"
mod data {
    use std::sync::Mutex;
    pub static PLACES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
}
use data::*;
fn handle_add(name: String) { PLACES.lock().unwrap().push(name); }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_re_export_leads_to_the_static() {
    check_rule(
        r"
mod deep {
    pub mod store { pub static SEEN: std::sync::Mutex<Vec<u32>> = std::sync::Mutex::new(Vec::new()); } //~ in-memory-store
    pub use store::SEEN;
}
pub use deep::SEEN as KNOWN;
fn handle_add(id: u32) { crate::KNOWN.lock().unwrap().push(id); }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_renamed_import_of_a_table_only_read_is_silent() {
    check_rule(
        r"
mod data {
    use std::sync::{LazyLock, Mutex};
    pub static RATES: LazyLock<Mutex<Vec<f64>>> = LazyLock::new(|| Mutex::new(vec![1.0, 1.2]));
}
use data::RATES as TABLE;
fn handle_rate(at: usize) -> f64 { TABLE.lock().unwrap()[at] }
fn main() { serve(handle_rate); }
",
    );
}

#[test]
fn a_static_of_another_crate_of_the_workspace_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: store, axum
use axum::{Router, routing::post};
async fn create(name: String) -> String { store::save(name); "ok".into() }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/orders", post(create));
    axum::serve(listener().await, app).await.unwrap();
}
//# store/src/lib.rs
use std::sync::Mutex;
static ORDERS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
pub fn save(name: String) { ORDERS.lock().unwrap().push(name); }
"#,
    );
}

#[test]
fn a_static_of_another_crate_that_only_its_loader_fills_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: store, axum
use axum::{Router, routing::get};
async fn list() -> String { store::list().join(",") }
#[tokio::main]
async fn main() {
    store::load();
    let app: Router = Router::new().route("/words", get(list));
    axum::serve(listener().await, app).await.unwrap();
}
//# store/src/lib.rs
use std::sync::Mutex;
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());
pub fn load() { WORDS.lock().unwrap().push("one".to_owned()); }
pub fn list() -> Vec<String> { WORDS.lock().unwrap().clone() }
"#,
    );
}

#[test]
fn a_crate_re_exports_a_static_of_a_third() {
    check_rule(
        r#"//# app/src/main.rs uses: front, axum
use axum::{Router, routing::post};
use front::prelude::*;
async fn create(name: String) { GUESTS.lock().unwrap().push(name); }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/guests", post(create));
    axum::serve(listener().await, app).await.unwrap();
}
//# front/src/lib.rs uses: back
pub mod prelude { pub use back::guests::GUESTS; }
//# back/src/lib.rs
pub mod guests {
    use std::sync::Mutex;
    pub static GUESTS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
}
"#,
    );
}

#[test]
fn the_library_of_the_same_package_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, routing::post};
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/vote", post(app::vote));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/lib.rs
use std::sync::atomic::{AtomicU64, Ordering};
static VOTES: AtomicU64 = AtomicU64::new(0); //~ global-counter
pub async fn vote() { VOTES.fetch_add(1, Ordering::Relaxed); }
"#,
    );
}

#[test]
fn a_local_with_the_name_of_a_static_is_a_local() {
    check_rule(
        r"
static TABLE: Mutex<Vec<u32>> = Mutex::new(Vec::new());
fn handle_sum(numbers: &[u32]) -> u32 {
    #[allow(non_snake_case)]
    let mut TABLE = Vec::new();
    for number in numbers { TABLE.push(*number); }
    TABLE.iter().sum()
}
fn handle_len() -> usize { TABLE.lock().unwrap().len() }
fn main() { serve(handle_sum); }
",
    );
}

#[test]
fn a_lower_case_static_shadowed_by_a_parameter_is_silent() {
    check_rule(
        r"
#[allow(non_upper_case_globals)]
static names: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn note(names: &mut Vec<String>, name: String) { names.push(name); }
fn handle_request(name: String) -> usize {
    let mut list = Vec::new();
    note(&mut list, name);
    list.len() + names.lock().unwrap().len()
}
fn main() { serve(handle_request); }
",
    );
}

#[test]
fn a_static_inside_a_function_is_one_for_the_process() {
    check_rule(
        r#"
fn ticket() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0); //~ local-id-sequence
    LAST.fetch_add(1, Ordering::SeqCst) + 1
}
fn handle_queue_up() -> String { format!("ticket {}", ticket()) }
fn main() { serve(handle_queue_up); }
"#,
    );
}

#[test]
fn two_functions_have_statics_of_one_name() {
    check_rule(
        r"
fn handle_a() {
    static SEEN: AtomicU64 = AtomicU64::new(0); //~ global-counter
    SEEN.fetch_add(1, Ordering::Relaxed);
}
fn handle_b() -> u64 {
    static SEEN: AtomicU64 = AtomicU64::new(7);
    SEEN.load(Ordering::Relaxed)
}
fn main() { serve(handle_a); }
",
    );
}

#[test]
fn a_constant_is_copied_at_each_use() {
    check_rule(
        r"
const START: Mutex<Vec<u32>> = Mutex::new(Vec::new());
fn handle_add(id: u32) -> usize {
    let list = START;
    list.lock().unwrap().push(id);
    START.lock().unwrap().push(id);
    1
}
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn an_enum_variant_with_the_name_of_a_static_is_not_it() {
    check_rule(
        r"
mod kinds { pub enum Kind { Open, Closed } }
use kinds::Kind::*;
static OPEN: AtomicBool = AtomicBool::new(true);
fn handle_kind(open: bool) -> bool {
    let kind = if open { Open } else { Closed };
    matches!(kind, Open) && OPEN.load(Ordering::Relaxed)
}
fn main() { serve(handle_kind); }
",
    );
}

#[test]
fn a_local_import_inside_the_function_wins() {
    check_rule(
        r"
mod a { pub static LIST: std::sync::Mutex<Vec<u32>> = std::sync::Mutex::new(Vec::new()); }
mod b { pub static LIST: std::sync::Mutex<Vec<u32>> = std::sync::Mutex::new(Vec::new()); } //~ in-memory-store
use a::LIST;
fn handle_add(id: u32) {
    use b::LIST;
    LIST.lock().unwrap().push(id);
}
fn handle_len() -> usize { LIST.lock().unwrap().len() }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_type_of_the_service_called_mutex_is_no_lock() {
    check_rule(
        r#"
struct Mutex { name: &'static str }
impl Mutex { fn lock(&self) -> String { self.name.to_owned() } }
static LABEL: Mutex = Mutex { name: "a" };
fn handle_label() -> String {
    let mut text = LABEL.lock();
    text.push('!');
    text
}
fn main() { serve(handle_label); }
"#,
    );
}

#[test]
fn an_associated_function_is_reached_through_its_alias() {
    check_rule(
        r"
use std::sync::LazyLock as Late;
static MAP: Late<Mutex<HashMap<String, u32>>> = Late::new(Default::default); //~ in-memory-store
struct Board;
type Scores = Board;
impl Board { fn set(name: String, value: u32) { MAP.lock().unwrap().insert(name, value); } }
fn handle_score(name: String) { Scores::set(name, 3); }
fn main() { serve(handle_score); }
",
    );
}
