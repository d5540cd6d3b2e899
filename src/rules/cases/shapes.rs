//! Types on the way to a cell: aliases, generics, associated types, wrappers, traits.

use super::check_rule;

#[test]
fn an_alias_with_a_parameter_hides_the_lock() {
    check_rule(
        r"
type Shared<T> = LazyLock<RwLock<T>>;
static TITLES: Shared<HashMap<u64, String>> = LazyLock::new(Default::default); //~ in-memory-store
fn handle_title(id: u64, title: String) { TITLES.write().unwrap().insert(id, title); }
fn handle_read(id: u64) -> Option<String> { TITLES.read().unwrap().get(&id).cloned() }
fn main() { serve(handle_title); }
",
    );
}

#[test]
fn an_alias_with_a_parameter_around_a_result_is_silent() {
    check_rule(
        r"
type Answer<T> = std::result::Result<Vec<T>, String>;
static LIMIT: OnceLock<usize> = OnceLock::new();
fn collect(words: &str) -> Answer<String> {
    let mut answer: Answer<String> = Ok(Vec::new());
    for word in words.split(' ') {
        if let Ok(list) = &mut answer { list.push(word.to_owned()); }
    }
    answer
}
fn handle_words(words: &str) -> usize { collect(words).unwrap().len().min(*LIMIT.get().unwrap()) }
fn main() { LIMIT.set(5).unwrap(); serve(handle_words); }
",
    );
}

#[test]
fn an_alias_of_an_alias_in_another_module_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod types;
use axum::{Router, extract::{Path, State}, routing::put};
async fn put_one(State(db): State<types::Db>, Path(id): Path<u32>, body: String) { db.write().await.insert(id, body); }
#[tokio::main]
async fn main() {
    let db = types::Db::default(); //~ in-memory-store
    let app = Router::new().route("/{id}", put(put_one)).with_state(db);
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/types.rs
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
type Rows<V> = HashMap<u32, V>;
type Guarded<T> = Arc<RwLock<T>>;
pub type Db = Guarded<Rows<String>>;
"#,
    );
}

#[test]
fn an_alias_of_an_alias_for_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
mod types;
use axum::{Router, routing::post};
async fn group(body: String) -> String {
    let groups: types::Groups = types::Groups::default();
    for word in body.split(' ') { groups.lock().unwrap().entry(word.len()).or_default().push(word.to_owned()); }
    groups.lock().unwrap().len().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/group", post(group));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/types.rs
use std::{collections::BTreeMap, sync::{Arc, Mutex}};
type ByLength<V> = BTreeMap<usize, Vec<V>>;
pub type Groups = Arc<Mutex<ByLength<String>>>;
"#,
    );
}

#[test]
fn a_generic_struct_shows_its_parameter() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
struct Shared<T>(Arc<Mutex<T>>);
impl<T> Clone for Shared<T> { fn clone(&self) -> Self { Shared(self.0.clone()) } }
impl<T> Shared<T> {
    fn new(value: T) -> Self { Shared(Arc::new(Mutex::new(value))) }
    fn change<R>(&self, with: impl FnOnce(&mut T) -> R) -> R { with(&mut self.0.lock().unwrap()) }
}
#[derive(Clone)]
struct App {
    messages: Shared<Vec<String>>, //~ in-memory-store
}
async fn say(State(app): State<App>, body: String) -> String {
    app.messages.change(|messages| { messages.push(body); messages.len() }).to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/say", post(say)).with_state(App { messages: Shared::new(Vec::new()) });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_generic_struct_around_a_client_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, redis, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
struct Shared<T>(Arc<Mutex<T>>);
impl<T> Clone for Shared<T> { fn clone(&self) -> Self { Shared(self.0.clone()) } }
impl<T> Shared<T> {
    fn change<R>(&self, with: impl FnOnce(&mut T) -> R) -> R { with(&mut self.0.lock().unwrap()) }
}
#[derive(Clone)]
struct App { redis: Shared<redis::Connection> }
async fn say(State(app): State<App>, body: String) -> String {
    app.redis.change(|redis| redis::cmd("RPUSH").arg("messages").arg(body).query::<u64>(redis).unwrap()).to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/say", post(say)).with_state(App { redis: Shared(Arc::new(Mutex::new(open()))) });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_associated_type_of_self_is_followed() {
    check_rule(
        r"
trait Backend { type Store; fn store(&self) -> &Self::Store; }
#[derive(Default)]
struct MemStore {
    rows: Mutex<Vec<String>>, //~ in-memory-store
}
impl MemStore { fn add(&self, row: String) { self.rows.lock().unwrap().push(row); } }
struct Local { store: MemStore }
impl Backend for Local {
    type Store = MemStore;
    fn store(&self) -> &Self::Store { &self.store }
}
static BACKEND: LazyLock<Local> = LazyLock::new(|| Local { store: MemStore::default() });
fn handle_row(row: String) { BACKEND.store().add(row); }
fn main() { serve(handle_row); }
",
    );
}

#[test]
fn an_associated_type_of_a_parameter_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
trait Backend { type Store: Default + Send + Sync; }
struct Local;
impl Backend for Local { type Store = MemStore; }
#[derive(Default)]
struct MemStore {
    rows: Mutex<Vec<String>>, //~ in-memory-store
}
impl MemStore { fn add(&self, row: String) { self.rows.lock().unwrap().push(row); } }
struct Service<B: Backend> { store: B::Store }
async fn add(State(service): State<Arc<Service<Local>>>, row: String) { service.store.add(row); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/rows", post(add)).with_state(Arc::new(Service::<Local> { store: MemStore::default() }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_associated_type_that_is_a_pool_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
trait Backend { type Store: Store; fn store(&self) -> &Self::Store; }
trait Store { fn add(&self, row: String); }
struct Database { pool: sqlx::PgPool }
impl Store for Database { fn add(&self, row: String) { insert(&self.pool, row); } }
struct Remote { database: Database }
impl Backend for Remote { type Store = Database; fn store(&self) -> &Self::Store { &self.database } }
#[derive(Default)]
struct Log { lines: Mutex<Vec<String>> }
impl Store for Log { fn add(&self, row: String) { self.lines.lock().unwrap().push(row); } }
async fn add(State(remote): State<Arc<Remote>>, row: String) { remote.store().add(row); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/rows", post(add)).with_state(Arc::new(Remote { database: Database { pool: pool().await } }));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_newtype_with_deref_mut_behind_a_lock_is_changed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, ops::{Deref, DerefMut}, sync::Arc};
use tokio::sync::Mutex;
#[derive(Default)]
struct Seats(HashMap<u32, String>);
impl Deref for Seats { type Target = HashMap<u32, String>; fn deref(&self) -> &Self::Target { &self.0 } }
impl DerefMut for Seats { fn deref_mut(&mut self) -> &mut Self::Target { &mut self.0 } }
#[derive(Clone, Default)]
struct App {
    seats: Arc<Mutex<Seats>>, //~ in-memory-store
}
async fn book(State(app): State<App>, name: String) { app.seats.lock().await.insert(1, name); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/book", post(book)).with_state(App::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_newtype_with_deref_mut_of_one_request_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, ops::{Deref, DerefMut}, sync::Arc};
#[derive(Clone, Default)]
struct Seats(HashMap<u32, String>);
impl Deref for Seats { type Target = HashMap<u32, String>; fn deref(&self) -> &Self::Target { &self.0 } }
impl DerefMut for Seats { fn deref_mut(&mut self) -> &mut Self::Target { &mut self.0 } }
async fn plan(State(template): State<Arc<Seats>>, name: String) -> String {
    let mut seats = Seats::clone(&template);
    seats.insert(1, name);
    seats.values().cloned().collect()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/plan", post(plan)).with_state(Arc::new(Seats::default()));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pinned_boxed_future_returned_by_the_store_writes() {
    check_rule(
        r"
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
fn save(name: String) -> std::pin::Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        let mut names = NAMES.lock().unwrap();
        names.push(name);
        names.len()
    })
}
async fn handle_name(name: String) -> usize { save(name).await }
fn main() { serve(handle_name); }
",
    );
}

#[test]
fn a_pinned_boxed_future_that_reads_is_silent() {
    check_rule(
        r"
static NAMES: LazyLock<Mutex<Vec<String>>> = LazyLock::new(|| Mutex::new(read_names()));
fn find(start: String) -> std::pin::Pin<Box<dyn Future<Output = Vec<String>> + Send>> {
    Box::pin(async move {
        let names = NAMES.lock().unwrap();
        let mut found = Vec::new();
        for name in names.iter().filter(|name| name.starts_with(&start)) { found.push(name.clone()); }
        found
    })
}
async fn handle_find(start: String) -> usize { find(start).await.len() }
fn main() { serve(handle_find); }
",
    );
}

#[test]
fn a_shared_list_that_may_be_missing_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone)]
struct App {
    journal: Option<Arc<Mutex<Vec<String>>>>, //~ in-memory-store
}
async fn act(State(app): State<App>, body: String) {
    let Some(journal) = &app.journal else { return };
    journal.lock().unwrap().push(body);
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/act", post(act)).with_state(App { journal: Some(Arc::default()) });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_borrowed_or_owned_text_changed_for_one_answer_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
use std::{borrow::Cow, sync::{LazyLock, RwLock}};
static WORDS: LazyLock<RwLock<Vec<String>>> = LazyLock::new(|| RwLock::new(read_words()));
async fn words(extra: String) -> String {
    let words = WORDS.read().unwrap();
    let mut shown: Cow<'_, [String]> = Cow::Borrowed(words.as_slice());
    if !extra.is_empty() { shown.to_mut().push(extra); }
    shown.join(" ")
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/words", get(words));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn only_the_implementor_with_state_is_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, async-trait, tokio
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, Mutex}};
#[async_trait::async_trait]
trait Users: Send + Sync { async fn add(&self, id: u64, name: String); }
struct InDatabase { pool: sqlx::PgPool, table: String }
#[async_trait::async_trait]
impl Users for InDatabase { async fn add(&self, id: u64, name: String) { insert(&self.pool, &self.table, id, name).await; } }
#[derive(Default)]
struct InMemory {
    users: Mutex<HashMap<u64, String>>, //~ in-memory-store
}
#[async_trait::async_trait]
impl Users for InMemory { async fn add(&self, id: u64, name: String) { self.users.lock().unwrap().insert(id, name); } }
async fn add(State(users): State<Arc<dyn Users>>, name: String) { users.add(1, name).await; }
#[tokio::main]
async fn main() {
    let users: Arc<dyn Users> = match std::env::var("DATABASE_URL") {
        Ok(url) => Arc::new(InDatabase { pool: connect(&url).await, table: "users".to_owned() }),
        Err(_) => Arc::new(InMemory::default()),
    };
    let app = Router::new().route("/users", post(add)).with_state(users);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn an_implementor_that_only_tests_make_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, async-trait, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
#[async_trait::async_trait]
trait Users: Send + Sync { async fn add(&self, id: u64, name: String); }
struct InDatabase { pool: sqlx::PgPool }
#[async_trait::async_trait]
impl Users for InDatabase { async fn add(&self, id: u64, name: String) { insert(&self.pool, id, name).await; } }
async fn add(State(users): State<Arc<dyn Users>>, name: String) { users.add(1, name).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/users", post(add)).with_state(Arc::new(InDatabase { pool: pool().await }) as Arc<dyn Users>);
    axum::serve(listener().await, app).await.unwrap();
}
#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::HashMap, sync::Mutex};
    #[derive(Default)]
    struct Fake { users: Mutex<HashMap<u64, String>> }
    #[async_trait::async_trait]
    impl Users for Fake { async fn add(&self, id: u64, name: String) { self.users.lock().unwrap().insert(id, name); } }
    #[tokio::test]
    async fn adds() { let fake = Arc::new(Fake::default()); add(State(fake.clone()), "a".to_owned()).await; assert_eq!(fake.users.lock().unwrap().len(), 1); }
}
"#,
    );
}

#[test]
fn an_enum_of_stores_leads_to_the_one_with_state() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
mod store;
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
use store::Store;
async fn save(State(store): State<Arc<Store>>, body: String) { store.save(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/save", post(save)).with_state(Arc::new(Store::open().await));
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/store.rs
use tokio::sync::Mutex;
pub struct Memory {
    lines: Mutex<Vec<String>>, //~ in-memory-store
}
impl Memory { async fn save(&self, line: String) { self.lines.lock().await.push(line); } }
pub struct Database { pool: sqlx::PgPool }
impl Database { async fn save(&self, line: String) { insert(&self.pool, line).await; } }
pub enum Store { Memory(Memory), Database(Database) }
impl Store {
    pub async fn open() -> Self {
        match std::env::var("DATABASE_URL") {
            Ok(url) => Store::Database(Database { pool: connect(&url).await }),
            Err(_) => Store::Memory(Memory { lines: Mutex::new(Vec::new()) }),
        }
    }
    pub async fn save(&self, line: String) {
        match self {
            Store::Memory(memory) => memory.save(line).await,
            Store::Database(database) => database.save(line).await,
        }
    }
}
"#,
    );
}

#[test]
fn an_enum_of_clients_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, redis, sqlx, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::Arc;
struct Redis { client: redis::Client }
impl Redis { async fn save(&self, line: String) { push(&self.client, line).await; } }
struct Database { pool: sqlx::PgPool }
impl Database { async fn save(&self, line: String) { insert(&self.pool, line).await; } }
enum Store { Redis(Redis), Database(Database) }
impl Store {
    async fn save(&self, line: String) {
        let mut lines = Vec::new();
        lines.push(line.clone());
        match self {
            Store::Redis(redis) => redis.save(lines.concat()).await,
            Store::Database(database) => database.save(line).await,
        }
    }
}
async fn save(State(store): State<Arc<Store>>, body: String) { store.save(body).await; }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/save", post(save)).with_state(Arc::new(Store::Redis(Redis { client: client() })));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
