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
