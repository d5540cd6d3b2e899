//! State that services reach through traits: by an impl for all that can be turned into a part, and by handles of a type
//! that only bounds speak of.

use super::check_rule;

#[test]
fn a_part_that_a_trait_for_all_finds_by_a_conversion_is_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::Arc};
use axum::{Router, Json, extract::State, routing::{get, post}};
use tokio::sync::RwLock;
#[derive(Default)]
struct Shelf { boxes: RwLock<HashMap<String, u64>> } //~ in-memory-store
struct House { shelf: Shelf }
impl<'a> From<&'a House> for &'a Shelf {
    fn from(house: &'a House) -> &'a Shelf { &house.shelf }
}
trait Shelves {
    async fn put(&self, name: String, weight: u64);
    async fn weigh(&self) -> HashMap<String, u64>;
}
impl<T> Shelves for T where for<'a> &'a T: Into<&'a Shelf>, T: Sync {
    async fn put(&self, name: String, weight: u64) {
        self.into().boxes.write().await.insert(name, weight);
    }
    async fn weigh(&self) -> HashMap<String, u64> { self.into().boxes.read().await.clone() }
}
async fn put<S: Shelves>(State(house): State<Arc<S>>, Json((name, weight)): Json<(String, u64)>) {
    Shelves::put(&*house, name, weight).await;
}
async fn weigh<S: Shelves>(State(house): State<Arc<S>>) -> Json<HashMap<String, u64>> {
    Json(house.weigh().await)
}
#[tokio::main]
async fn main() {
    let house = Arc::new(House { shelf: Shelf::default() });
    let app = Router::new().route("/", post(put::<House>)).route("/", get(weigh::<House>)).with_state(house);
    axum::serve(tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap(), app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_part_that_start_up_alone_fills_through_such_a_trait_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::Arc};
use axum::{Router, Json, extract::State, routing::get};
use tokio::sync::RwLock;
#[derive(Default)]
struct Shelf { boxes: RwLock<HashMap<String, u64>> }
struct House { shelf: Shelf }
impl<'a> From<&'a House> for &'a Shelf {
    fn from(house: &'a House) -> &'a Shelf { &house.shelf }
}
trait Shelves {
    async fn put(&self, name: String, weight: u64);
    async fn weigh(&self) -> HashMap<String, u64>;
}
impl<T> Shelves for T where for<'a> &'a T: Into<&'a Shelf>, T: Sync {
    async fn put(&self, name: String, weight: u64) {
        self.into().boxes.write().await.insert(name, weight);
    }
    async fn weigh(&self) -> HashMap<String, u64> { self.into().boxes.read().await.clone() }
}
async fn weigh<S: Shelves>(State(house): State<Arc<S>>) -> Json<HashMap<String, u64>> {
    Json(house.weigh().await)
}
#[tokio::main]
async fn main() {
    let house = Arc::new(House { shelf: Shelf::default() });
    house.put("first".to_owned(), 1).await;
    let app = Router::new().route("/", get(weigh::<House>)).with_state(house);
    axum::serve(tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap(), app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_function_with_the_name_of_its_module_comes_in_by_a_glob() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, Json, extract::State, routing::post};
mod put;
mod weigh;
use {put::*, weigh::*};
type Boxes = Arc<Mutex<HashMap<String, u64>>>;
#[derive(Clone)]
struct Shelf { boxes: Boxes } //~ in-memory-store
async fn store(State(shelf): State<Shelf>, Json((name, weight)): Json<(String, u64)>) -> Json<u64> {
    put(&shelf, name, weight);
    Json(weigh(&shelf))
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", post(store)).with_state(Shelf { boxes: Boxes::default() });
    axum::serve(tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap(), app).await.unwrap();
}
//# app/src/put.rs
use super::Shelf;
pub fn put(shelf: &Shelf, name: String, weight: u64) { shelf.boxes.lock().unwrap().insert(name, weight); }
//# app/src/weigh.rs
use super::Shelf;
pub fn weigh(shelf: &Shelf) -> u64 { shelf.boxes.lock().unwrap().values().sum() }
"#,
    );
}

#[test]
fn a_function_declared_beside_the_glob_hides_the_one_it_brings() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, Json, extract::State, routing::post};
mod put;
use put::*;
type Boxes = Arc<Mutex<HashMap<String, u64>>>;
#[derive(Clone)]
struct Shelf { boxes: Boxes }
fn put(shelf: &Shelf, name: &str) -> Option<u64> { shelf.boxes.lock().unwrap().get(name).copied() }
async fn look(State(shelf): State<Shelf>, name: String) -> Json<Option<u64>> { Json(put(&shelf, &name)) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/", post(look)).with_state(Shelf { boxes: Boxes::default() });
    axum::serve(tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap(), app).await.unwrap();
}
//# app/src/put.rs
use super::Shelf;
pub fn put(shelf: &Shelf, name: &str) { shelf.boxes.lock().unwrap().insert(name.to_owned(), 1); }
"#,
    );
}

#[test]
fn a_loop_that_waits_for_a_heartbeat_only_tells_that_it_is_alive() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::time::Duration;
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(30);
const REPORT_INTERVAL: Duration = Duration::from_secs(3600);
async fn ping() {}
fn announce() {
    tokio::spawn(async {
        loop {
            reqwest::Client::new().post("http://registry/").send().await.unwrap();
            tokio::time::sleep(HEARTBEAT_INTERVAL).await;
        }
    });
}
fn tell() {
    tokio::spawn(async {
        loop { //~ per-replica-schedule
            reqwest::Client::new().post("http://office/").send().await.unwrap();
            tokio::time::sleep(REPORT_INTERVAL).await;
        }
    });
}
#[tokio::main]
async fn main() {
    announce();
    tell();
    let app = axum::Router::new().route("/", axum::routing::get(ping));
    axum::serve(tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap(), app).await.unwrap();
}
"#,
    );
}
