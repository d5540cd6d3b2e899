//! What going through a shared map hands out: pairs that stand for their value.

use super::check_rule;

#[test]
fn the_value_of_a_pair_of_a_shared_map_is_followed() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap, tokio
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::post};
use dashmap::DashMap;
struct Table { seats: Mutex<Vec<String>> } //~ in-memory-store
impl Table {
    fn sit(&self, guest: &str) { self.seats.lock().unwrap().push(guest.to_owned()); }
}
struct Hall { tables: DashMap<u32, Arc<Table>> }
impl Hall {
    fn seat(&self, guest: &str) {
        for entry in &self.tables {
            let table = entry.value();
            table.sit(guest);
        }
    }
}
async fn arrive(State(hall): State<Arc<Hall>>, guest: String) { hall.seat(&guest); }
#[tokio::main]
async fn main() {
    let hall = Hall { tables: DashMap::new() };
    for row in 0..9 { hall.tables.insert(row, Arc::new(Table { seats: Mutex::default() })); }
    let app = Router::new().route("/guests", post(arrive)).with_state(Arc::new(hall));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pair_of_a_shared_map_stands_for_its_value() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap, tokio
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::post};
use dashmap::DashMap;
struct Table { seats: Mutex<Vec<String>>, name: Arc<Mutex<String>> } //~ in-memory-store global-mutable
impl Table {
    fn sit(&self, guest: &str) { self.seats.lock().unwrap().push(guest.to_owned()); }
}
struct Hall { tables: DashMap<u32, Table> }
async fn arrive(State(hall): State<Arc<Hall>>, guest: String) {
    hall.tables.iter().for_each(|entry| entry.sit(&guest));
    for entry in hall.tables.iter() { *entry.name.lock().unwrap() = guest.clone(); }
}
#[tokio::main]
async fn main() {
    let hall = Hall { tables: DashMap::new() };
    for row in 0..9 { hall.tables.insert(row, Table { seats: Mutex::default(), name: Arc::default() }); }
    let app = Router::new().route("/guests", post(arrive)).with_state(Arc::new(hall));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn the_key_of_a_pair_is_not_its_value() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, dashmap, tokio
use std::sync::Arc;
use axum::{Router, extract::State, routing::get};
use dashmap::DashMap;
struct Price { cents: u64 }
struct Menu { prices: DashMap<String, Price> }
async fn list(State(menu): State<Arc<Menu>>) -> String {
    let mut total = 0;
    for entry in &menu.prices { total += entry.value().cents; }
    let mut names: Vec<String> = menu.prices.iter().map(|entry| entry.key().clone()).collect();
    names.push(total.to_string());
    names.join(" ")
}
#[tokio::main]
async fn main() {
    let menu = Menu { prices: DashMap::new() };
    menu.prices.insert("tea".to_owned(), Price { cents: 250 });
    let app = Router::new().route("/menu", get(list)).with_state(Arc::new(menu));
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
