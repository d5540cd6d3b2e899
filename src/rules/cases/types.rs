//! Types: what a cell stores and how requests get at it.

use super::check_rule;

#[test]
fn an_alias_hides_the_map() {
    check_rule(
        r"
type Shelf = LazyLock<Mutex<BTreeMap<u32, String>>>;
static SHELF: Shelf = LazyLock::new(Default::default); //~ in-memory-store
fn handle_put(id: u32, title: String) { SHELF.lock().unwrap().insert(id, title); }
fn handle_get(id: u32) -> Option<String> { SHELF.lock().unwrap().get(&id).cloned() }
fn main() { serve(handle_put); }
",
    );
}

#[test]
fn a_generic_store_is_followed() {
    check_rule(
        r"
struct Store<T> { items: Mutex<Vec<T>> } //~ in-memory-store
impl<T: Clone> Store<T> {
    const fn new() -> Self { Store { items: Mutex::new(Vec::new()) } }
    fn add(&self, item: T) { self.items.lock().unwrap().push(item); }
    fn all(&self) -> Vec<T> { self.items.lock().unwrap().clone() }
}
static BOOKS: Store<String> = Store::new();
fn handle_add(title: String) { BOOKS.add(title); }
fn handle_list() -> Vec<String> { BOOKS.all() }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_newtype_with_deref_leads_inside() {
    check_rule(
        r"
struct Names(Mutex<Vec<String>>); //~ in-memory-store
impl std::ops::Deref for Names {
    type Target = Mutex<Vec<String>>;
    fn deref(&self) -> &Self::Target { &self.0 }
}
static NAMES: Names = Names(Mutex::new(Vec::new()));
fn handle_add(name: String) { NAMES.lock().unwrap().push(name); }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_trait_object_leads_to_its_only_implementor() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
trait Repo: Send + Sync { fn save(&self, id: u32, name: String); }
struct MemRepo { rows: Mutex<HashMap<u32, String>> } //~ in-memory-store
impl Repo for MemRepo { fn save(&self, id: u32, name: String) { self.rows.lock().unwrap().insert(id, name); } }
async fn create(State(repo): State<Arc<dyn Repo>>, name: String) { repo.save(1, name); }
#[tokio::main]
async fn main() {
    let repo: Arc<dyn Repo> = Arc::new(MemRepo { rows: Mutex::default() });
    let app = Router::new().route("/rows", post(create)).with_state(repo);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_trait_object_over_the_database_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
trait Repo: Send + Sync { fn save(&self, id: u32, name: String); }
struct PgRepo { pool: sqlx::PgPool }
impl Repo for PgRepo { fn save(&self, id: u32, name: String) { insert(&self.pool, id, name); } }
async fn create(State(repo): State<Arc<dyn Repo>>, name: String) { repo.save(1, name); }
#[tokio::main]
async fn main() {
    let repo: Arc<dyn Repo> = Arc::new(PgRepo { pool: connect().await });
    let app = Router::new().route("/rows", post(create)).with_state(repo);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_generic_service_finds_its_store() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
trait Store { fn add(&self, name: String); }
#[derive(Default)]
struct Memory { names: Mutex<Vec<String>> } //~ in-memory-store
impl Store for Memory { fn add(&self, name: String) { self.names.lock().unwrap().push(name); } }
struct Service<S: Store> { store: S }
impl<S: Store> Service<S> { fn create(&self, name: String) { self.store.add(name); } }
async fn create(State(service): State<Arc<Service<Memory>>>, name: String) { service.create(name); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/names", post(create)).with_state(Arc::new(Service { store: Memory::default() }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn nested_state_is_peeled_to_the_inner_struct() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
#[derive(Default)]
struct Inner { games: HashMap<u32, String>, motto: String }
#[derive(Clone, Default)]
struct AppState { inner: Arc<RwLock<Inner>> } //~ in-memory-store
async fn start(State(state): State<AppState>, name: String) { state.inner.write().await.games.insert(1, name); }
async fn motto(State(state): State<AppState>) -> String { state.inner.read().await.motto.clone() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/games", post(start).get(motto)).with_state(AppState::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_helper_gives_out_the_static() {
    check_rule(
        r"
fn shelf() -> &'static Mutex<Vec<String>> {
    static SHELF: OnceLock<Mutex<Vec<String>>> = OnceLock::new(); //~ in-memory-store
    SHELF.get_or_init(|| Mutex::new(Vec::new()))
}
fn handle_add(title: String) { shelf().lock().unwrap().push(title); }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_helper_that_gives_out_a_table_is_silent() {
    check_rule(
        r#"
fn table() -> &'static HashMap<String, u32> {
    static TABLE: OnceLock<HashMap<String, u32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut map = HashMap::new();
        map.insert("a".to_owned(), 1);
        map
    })
}
fn handle_look_up(key: &str) -> Option<u32> { table().get(key).copied() }
fn main() { serve(handle_look_up); }
"#,
    );
}

#[test]
fn a_guard_handed_to_a_helper_is_the_map() {
    check_rule(
        r"
static STOCK: LazyLock<Mutex<HashMap<String, u32>>> = LazyLock::new(Default::default); //~ in-memory-store
fn add(map: &mut HashMap<String, u32>, name: String, count: u32) { map.insert(name, count); }
fn handle_stock(name: String, count: u32) {
    let mut guard = STOCK.lock().unwrap();
    add(&mut guard, name, count);
}
fn main() { serve(handle_stock); }
",
    );
}

#[test]
fn the_same_helper_on_a_local_map_is_silent() {
    check_rule(
        r"
static STOCK: LazyLock<Mutex<HashMap<String, u32>>> = LazyLock::new(Default::default);
fn add(map: &mut HashMap<String, u32>, name: String, count: u32) { map.insert(name, count); }
fn handle_sum(name: String, count: u32) -> usize {
    let mut sums = STOCK.lock().unwrap().clone();
    add(&mut sums, name, count);
    sums.len()
}
fn main() { serve(handle_sum); }
",
    );
}

#[test]
fn a_guard_from_if_let_is_a_guard() {
    check_rule(
        r"
static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn handle_line(line: String) {
    if let Ok(mut log) = LOG.lock() {
        log.push(line);
    }
}
fn main() { serve(handle_line); }
",
    );
}

#[test]
fn a_value_from_let_else_is_changed_in_place() {
    check_rule(
        r"
#[derive(Default)]
struct Player { score: u32 }
static PLAYERS: LazyLock<Mutex<HashMap<u32, Player>>> = LazyLock::new(Default::default); //~ in-memory-store
fn handle_point(id: u32) -> bool {
    let mut players = PLAYERS.lock().unwrap();
    let Some(player) = players.get_mut(&id) else { return false };
    player.score += 1;
    true
}
fn main() { serve(handle_point); }
",
    );
}

#[test]
fn a_tuple_struct_field_is_a_cell() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct Board(Arc<Mutex<Vec<String>>>, u32); //~ in-memory-store
async fn pin(State(board): State<Board>, text: String) { board.0.lock().unwrap().push(text); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pins", post(pin)).with_state(Board::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_dashmap_changes_through_a_shared_reference() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
#[derive(Default)]
struct App { profiles: dashmap::DashMap<u32, String> } //~ in-memory-store
async fn save(State(app): State<Arc<App>>, text: String) { app.profiles.insert(1, text); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/profile", post(save)).with_state(Arc::new(App::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_dashmap_filled_at_start_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap
use axum::{Router, extract::State, routing::get};
use std::sync::Arc;
#[derive(Default)]
struct App { labels: dashmap::DashMap<u32, String> }
async fn label(State(app): State<Arc<App>>) -> String { app.labels.get(&1).map(|it| it.clone()).unwrap_or_default() }
#[tokio::main]
async fn main() {
    let state = App::default();
    state.labels.insert(1, "one".to_owned());
    let app = Router::new().route("/label", get(label)).with_state(Arc::new(state));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_moka_cache_is_a_cache() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, moka
use axum::{Router, extract::State, routing::get};
use moka::future::Cache;
#[derive(Clone)]
struct App { pages: Cache<u32, String> } //~ in-memory-cache
async fn page(State(app): State<App>) -> String { app.pages.get_with(1, async { render(1).await }).await }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/page", get(page)).with_state(App { pages: Cache::new(100) });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_parking_lot_lock_needs_no_unwrap() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, parking_lot
use axum::{Router, routing::post};
use parking_lot::RwLock;
static POSTS: RwLock<Vec<String>> = RwLock::new(Vec::new()); //~ in-memory-store
async fn publish(text: String) { POSTS.write().push(text); }
async fn list() -> String { POSTS.read().join(",") }
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/posts", post(publish).get(list));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_thread_local_is_reached_with_a_closure() {
    check_rule(
        r"
thread_local! {
    static NOTES: std::cell::RefCell<Vec<String>> = std::cell::RefCell::new(Vec::new()); //~ in-memory-store
}
fn handle_note(text: String) -> usize {
    NOTES.with(|notes| notes.borrow_mut().push(text));
    NOTES.with_borrow(|notes| notes.len())
}
fn main() { serve(handle_note); }
",
    );
}

#[test]
fn a_once_lock_is_set_once() {
    check_rule(
        r#"
static CONFIG: OnceLock<String> = OnceLock::new();
fn handle_config() -> &'static str { CONFIG.get_or_init(|| std::env::var("NAME").unwrap_or_default()) }
fn main() { serve(handle_config); }
"#,
    );
}

#[test]
fn an_atomic_flag_in_state_is_a_switch() {
    check_rule(
        r#"//# app/src/main.rs uses: axum
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
struct App { signups_open: AtomicBool } //~ runtime-flag
async fn close(State(app): State<Arc<App>>) { app.signups_open.store(false, Ordering::SeqCst); }
async fn sign_up(State(app): State<Arc<App>>) -> String { app.signups_open.load(Ordering::SeqCst).to_string() }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/close", post(close)).route("/up", post(sign_up)).with_state(Arc::new(App { signups_open: AtomicBool::new(true) }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn types_that_deref_to_each_other_end() {
    check_rule(
        r"
struct One(u32);
struct Other(u32);
impl std::ops::Deref for One { type Target = Other; fn deref(&self) -> &Other { todo!() } }
impl std::ops::Deref for Other { type Target = One; fn deref(&self) -> &One { todo!() } }
static ONE: One = One(1);
fn handle_add(name: String) { ONE.insert(name); }
fn main() { serve(handle_add); }
",
    );
}
