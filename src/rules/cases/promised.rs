//! Work that a client may ask about, keys drawn beside the start, and what connections share: each mistake of a first
//! run as a small service of its own.

use super::check_rule;

#[test]
fn names_that_connections_take_and_give_back_when_they_drop_are_shared() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
mod guest;
use std::{collections::HashSet, sync::{Arc, Mutex}};
#[tokio::main]
async fn main() {
    let taken = Arc::new(Mutex::new(HashSet::new())); //~ in-memory-store
    let listener = tokio::net::TcpListener::bind("[::]:23").await.unwrap();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (socket, _) = accepted.unwrap();
                tokio::spawn(arrive(socket, taken.clone()));
            }
        }
    }
}
async fn arrive(socket: tokio::net::TcpStream, taken: Arc<Mutex<HashSet<String>>>) {
    if let Err(error) = until_gone(socket, taken).await { eprintln!("{error}"); }
}
async fn until_gone(socket: tokio::net::TcpStream, taken: Arc<Mutex<HashSet<String>>>) -> std::io::Result<()> {
    tokio::select! {
        done = guest::welcome(socket, taken) => done,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
//# app/src/guest.rs
use std::{collections::HashSet, sync::{Arc, Mutex}};
use tokio::net::TcpStream;
pub struct Guest { socket: TcpStream, seat: Option<(String, Arc<Mutex<HashSet<String>>>)> }
impl Guest {
    fn sit(&mut self, name: &str, taken: Arc<Mutex<HashSet<String>>>) -> bool {
        {
            let mut taken = taken.lock().unwrap();
            if taken.contains(name) { return false; }
            taken.insert(name.to_owned());
        }
        self.seat = Some((name.to_owned(), taken));
        true
    }
}
impl Drop for Guest {
    fn drop(&mut self) {
        if let Some((name, taken)) = &self.seat { taken.lock().unwrap().remove(name); }
    }
}
pub async fn welcome(socket: TcpStream, taken: Arc<Mutex<HashSet<String>>>) -> std::io::Result<()> {
    let mut guest = Guest { socket, seat: None };
    ask_name(&mut guest, taken).await;
    Ok(())
}
async fn ask_name(guest: &mut Guest, taken: Arc<Mutex<HashSet<String>>>) {
    while !guest.sit("anna", taken.clone()) {}
}
"#,
    );
}
