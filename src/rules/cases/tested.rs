//! Services with tests of their own: what a test makes, shares or changes says nothing of the service.

use super::check_rule;

/// An actor that owns its data, fed by handlers; what stands behind it is the tests' matter.
const HOUSE: &str = r#"//# app/src/main.rs uses: axum, tokio
use std::collections::HashMap;
use axum::{Router, extract::State, routing::post};
use tokio::sync::mpsc;
pub struct House { lamps: HashMap<String, u32> } //~ in-memory-store
pub enum Command { Set(String, u32), Show(tokio::sync::oneshot::Sender<Vec<u32>>) }
pub fn furnish(house: House) -> mpsc::Sender<Command> {
    let (sender, commands) = mpsc::channel(8);
    tokio::spawn(live(house, commands));
    sender
}
async fn live(mut house: House, mut commands: mpsc::Receiver<Command>) {
    while let Some(command) = commands.recv().await {
        match command {
            Command::Set(lamp, level) => { switch(&mut house, lamp, level); }
            Command::Show(answer) => { let _ = answer.send(house.lamps.values().copied().collect()); }
        }
    }
}
fn switch(house: &mut House, lamp: String, level: u32) { house.lamps.insert(lamp, level); }
async fn set(State(house): State<mpsc::Sender<Command>>, lamp: String) {
    let _ = house.send(Command::Set(lamp, 3)).await;
}
#[tokio::main]
async fn main() {
    let house = House { lamps: HashMap::new() };
    let app = Router::new().route("/set", post(set)).with_state(furnish(house));
    axum::serve(listener().await, app).await.unwrap();
}
"#;

#[test]
fn an_actor_that_its_unit_tests_build_too_is_found() {
    let tests = r#"
#[cfg(test)]
mod tests {
    use super::*;
    fn house() -> House { House { lamps: HashMap::new() } }
    #[test]
    fn a_lamp_is_switched() {
        let mut house = house();
        switch(&mut house, "kitchen".to_owned(), 3);
        assert_eq!(house.lamps["kitchen"], 3);
    }
}
"#;
    check_rule(HOUSE);
    check_rule(&format!("{HOUSE}{tests}"));
}

#[test]
fn a_struct_that_each_request_makes_for_itself_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::collections::HashMap;
use axum::{Router, extract::State, routing::post};
pub struct House { lamps: HashMap<String, u32> }
fn switch(house: &mut House, lamp: String, level: u32) { house.lamps.insert(lamp, level); }
async fn set(lamp: String) -> String {
    let mut house = House { lamps: HashMap::new() };
    switch(&mut house, lamp, 3);
    house.lamps.len().to_string()
}
#[tokio::main]
async fn main() {
    let mut model = House { lamps: HashMap::new() };
    switch(&mut model, "hall".to_owned(), 1);
    let app = Router::new().route("/set", post(set));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn settings_that_a_request_copies_or_reads_and_changes_are_its_own() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, toml
use std::sync::{Arc, RwLock};
use axum::{Router, extract::State, routing::{get, put}};
#[derive(Clone, serde::Deserialize)]
pub struct Settings { host: String, prefix: String }
#[derive(Default)]
pub struct Overrides { host: String }
impl Overrides {
    fn apply(&self, settings: &mut Settings) { settings.host = self.host.clone(); }
}
impl Settings {
    fn read(text: &str) -> Self {
        let mut settings: Settings = toml::from_str(text).unwrap();
        settings.prefix = settings.prefix.trim().to_owned();
        settings
    }
}
pub struct App { settings: Arc<Settings>, overrides: RwLock<Overrides> }
impl App {
    fn effective(&self) -> Settings {
        let mut settings = self.settings.as_ref().clone();
        self.overrides.read().unwrap().apply(&mut settings);
        settings
    }
}
async fn show(State(app): State<Arc<App>>) -> String { app.effective().host }
async fn try_out(text: String) -> String { Settings::read(&text).prefix }
#[tokio::main]
async fn main() {
    let settings = Arc::new(Settings { host: String::new(), prefix: String::new() });
    let app = Arc::new(App { settings, overrides: RwLock::default() });
    let app = Router::new().route("/", get(show)).route("/try", put(try_out)).with_state(app);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn settings_that_a_request_changes_behind_a_lock_are_found() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::sync::{Arc, RwLock};
use axum::{Router, extract::State, routing::{get, put}};
#[derive(Clone)]
pub struct Settings { host: String }
pub struct App { settings: Arc<RwLock<Settings>> } //~ runtime-flag
async fn show(State(app): State<Arc<App>>) -> String { app.settings.as_ref().read().unwrap().host.clone() }
async fn change(State(app): State<Arc<App>>, host: String) {
    app.settings.as_ref().write().unwrap().host = host;
}
#[tokio::main]
async fn main() {
    let app = Arc::new(App { settings: Arc::new(RwLock::new(Settings { host: String::new() })) });
    let app = Router::new().route("/", get(show)).route("/", put(change)).with_state(app);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
