//! Functions that the workspace keeps in tables of its own, and what libraries call of the values that other servers send.

use super::check_rule;

const TABLE: &str = r#"//# app/src/main.rs uses: tokio
use std::{collections::HashMap, future::Future, pin::Pin, sync::{Arc, Mutex}};
use tokio::net::TcpListener;
type Answer = Pin<Box<dyn Future<Output = Vec<u8>> + Send>>;
trait Handles<Args>: Send + Sync + 'static { fn handle(&self, state: Shared, packet: Vec<u8>) -> Answer; }
macro_rules! handles { ($($arg:ident),*) => {
    impl<F, Fut, $($arg,)*> Handles<($($arg,)*)> for F where F: Fn($($arg),*) -> Fut + Send + Sync + 'static, Fut: Future<Output = Vec<u8>> + Send + 'static {
        fn handle(&self, state: Shared, packet: Vec<u8>) -> Answer { forward(self, state, packet) }
    }
} }
handles!(A);
handles!(A, B);
struct Names { given: Mutex<HashMap<String, u32>> } //~ in-memory-store
type Shared = Arc<Names>;
#[derive(Default)]
struct Table { kept: HashMap<u16, Box<dyn std::any::Any + Send + Sync>> }
impl Table {
    fn on<H: Handles<Args>, Args: 'static>(&mut self, component: u16, handler: H) { self.kept.insert(component, Box::new(handler)); }
}
async fn take_name(names: Shared, name: String) -> Vec<u8> {
    let mut given = names.given.lock().unwrap();
    *given.entry(name.clone()).or_insert(0) += 1;
    vec![given.len() as u8]
}
#[tokio::main]
async fn main() {
    let names: Shared = Arc::new(Names { given: Mutex::new(HashMap::new()) });
    let mut table = Table::default();
    table.on(7, take_name);
    let listener = TcpListener::bind("0.0.0.0:7000").await.unwrap();
    while let Ok((stream, _)) = listener.accept().await { tokio::spawn(answer(stream, names.clone())); }
}
"#;

#[test]
fn a_function_kept_behind_a_trait_that_a_macro_implements_is_entered() {
    check_rule(TABLE);
}

#[test]
fn a_function_handed_on_that_start_up_calls_is_no_entry() {
    let kept = "fn on<H: Handles<Args>, Args: 'static>(&mut self, component: u16, handler: H) { self.kept.insert(component, Box::new(handler)); }";
    let called = "fn on<H: Fn(Shared, String) -> F, F: Future<Output = Vec<u8>>>(&mut self, component: u16, handler: H) { handler(shared(), String::new()); }";
    check_rule(&TABLE.replace(kept, called).replace(" //~ in-memory-store", ""));
}

#[test]
fn what_another_server_sends_is_received_for_it() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, activitypub_federation, async_trait
use std::{collections::HashSet, sync::{Arc, Mutex}};
use activitypub_federation::{axum::inbox::{ActivityData, receive_activity}, config::Data, traits::ActivityHandler};
use axum::{Router, routing::post};
#[derive(Clone)]
struct State { seen: Arc<Mutex<HashSet<String>>> } //~ in-memory-store
struct Note { id: String }
#[async_trait::async_trait]
impl ActivityHandler for Note {
    type DataType = State;
    type Error = anyhow::Error;
    fn id(&self) -> &str { &self.id }
    async fn receive(self, data: &Data<State>) -> Result<(), anyhow::Error> {
        if !data.seen.lock().unwrap().insert(self.id.clone()) { return Ok(()); }
        notify(&self.id).await
    }
}
async fn inbox(data: Data<State>, activity: ActivityData) -> Result<(), anyhow::Error> {
    receive_activity::<Note, Person, State>(activity, &data).await
}
#[tokio::main]
async fn main() {
    let state = State { seen: Arc::new(Mutex::new(HashSet::new())) };
    let app = Router::new().route("/inbox", post(inbox)).layer(federation_of(state.clone())).with_state(state);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

const WINDOW: &str = r#"//# app/src/main.rs uses: axum, tokio, winit
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::State, routing::get};
use winit::{application::ApplicationHandler, event_loop::EventLoop};
type Keys = Arc<Mutex<HashMap<String, u32>>>;
struct Window { keys: Keys }
impl ApplicationHandler for Window {
    fn window_event(&mut self, name: String) { *self.keys.lock().unwrap().entry(name).or_insert(0) += 1; }
}
async fn pressed(State(keys): State<Keys>) -> usize { keys.lock().unwrap().len() }
#[tokio::main]
async fn main() {
    let keys = Keys::default();
    let mut window = Window { keys: keys.clone() };
    std::thread::spawn(move || EventLoop::new().unwrap().run_app(&mut window));
    axum::serve(listener().await, Router::new().route("/pressed", get(pressed)).with_state(keys)).await.unwrap();
}
"#;

#[test]
fn what_a_window_tells_its_own_program_is_no_request() {
    check_rule(WINDOW);
}

#[test]
fn what_a_trait_of_a_crate_nobody_knows_is_told_may_be_a_request() {
    let window = "struct Window { keys: Keys }";
    check_rule(
        &WINDOW
            .replace("winit", "courier_bus")
            .replace(window, "struct Window { keys: Keys } //~ in-memory-store"),
    );
}
