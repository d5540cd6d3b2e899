//! Actors that keep what clients meet in, those that one connection has for itself, and the feeds between them.

use super::check_rule;

#[test]
fn what_an_actor_of_a_document_has_in_parts_is_its_state_whoever_started_it() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, kameo, tokio
mod page;
use std::{collections::HashMap, sync::{Arc, Mutex}};
use axum::{Router, extract::{Path, State}, routing::post};
use kameo::actor::{ActorRef, Spawn};
use page::{Edit, Page};
#[derive(Clone, Default)]
struct Desk { pages: Arc<Mutex<HashMap<String, ActorRef<Page>>>> } //~ local-broadcast
async fn edit(State(desk): State<Desk>, Path(name): Path<String>, text: String) -> String {
    let page = desk.pages.lock().unwrap().entry(name.clone()).or_insert_with(|| Page::spawn(name)).clone();
    page.ask(Edit(text)).await.unwrap().to_string()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/pages/{name}", post(edit)).with_state(Desk::default());
    axum::serve(listener().await, app).await.unwrap();
}
//# app/src/page.rs
use std::convert::Infallible;
use kameo::{Actor, actor::ActorRef, message::{Context, Message}};
struct Sheet { lines: Vec<String> }
impl Sheet {
    fn add(&mut self, line: String) -> usize { self.lines.push(line); self.lines.len() }
}
pub struct Page {
    sheet: Sheet, //~ in-memory-store
}
pub struct Edit(pub String);
impl Actor for Page {
    type Args = String;
    type Error = Infallible;
    async fn on_start(name: String, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Page { sheet: Sheet { lines: vec![name] } })
    }
}
impl Message<Edit> for Page {
    type Reply = usize;
    async fn handle(&mut self, edit: Edit, _: &mut Context<Self, usize>) -> usize { self.sheet.add(edit.0) }
}
"#,
    );
}

#[test]
fn an_actor_that_is_started_with_an_end_of_a_connection_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: kameo, tokio
use std::{collections::HashMap, convert::Infallible};
use kameo::{Actor, actor::{ActorRef, Spawn}, message::{Context, Message}};
use tokio::io::{AsyncRead, AsyncWrite};
struct Visitor { name: Option<String>, sent: Vec<String>, answers: HashMap<String, String> }
struct Packet(String);
impl Actor for Visitor {
    type Args = (Box<dyn AsyncRead + Send + Unpin>, Box<dyn AsyncWrite + Send + Unpin>);
    type Error = Infallible;
    async fn on_start(_: Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Visitor { name: None, sent: Vec::new(), answers: HashMap::new() })
    }
}
impl Message<Packet> for Visitor {
    type Reply = usize;
    async fn handle(&mut self, Packet(text): Packet, _: &mut Context<Self, usize>) -> usize {
        self.name = Some(text.clone());
        self.answers.insert(text.clone(), text.clone());
        self.sent.push(text);
        self.sent.len()
    }
}
#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("[::]:7000").await.unwrap();
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let (reader, writer) = tokio::io::split(socket);
        Visitor::spawn((Box::new(reader), Box::new(writer)));
    }
}
"#,
    );
}

const FEED: &str = r#"//# app/src/main.rs uses: axum, async_channel, tokio
use axum::{Router, extract::State, routing::get};
use tokio::sync::watch;
#[derive(Clone)]
struct Feeds { price: watch::Receiver<u64> } //~ in-memory-queue
async fn follow(State(mut feeds): State<Feeds>) -> String {
    let _ = feeds.price.changed().await;
    String::new()
}
#[tokio::main]
async fn main() {
    let (prices, price) = watch::channel(0);
    tokio::spawn(async move { loop { let _ = prices.send(read_sensor().await); } });
    let app = Router::new().route("/price", get(follow)).with_state(Feeds { price });
    axum::serve(listener().await, app).await.unwrap();
}
"#;

#[test]
fn who_waits_for_another_latest_value_takes_nothing_from_others() {
    check_rule(&FEED.replace(" //~ in-memory-queue", ""));
}

#[test]
fn who_takes_from_a_channel_that_requests_share_takes_it_from_others() {
    let queue = FEED.replace("watch::channel(0)", "async_channel::bounded(8)");
    check_rule(
        &queue
            .replace("watch::Receiver", "async_channel::Receiver")
            .replace("changed()", "recv()"),
    );
}

#[test]
fn an_impl_that_a_macro_turns_into_message_handlers_is_entered() {
    check_rule(
        r#"//# app/src/main.rs uses: xtra, xtra_productivity, tokio
use xtra_productivity::xtra_productivity;
use std::collections::HashMap;
#[derive(xtra::Actor, Default)]
struct Stalls {
    offers: HashMap<String, u64>, //~ in-memory-store
}
struct Offer { stall: String, price: u64 }
#[xtra_productivity]
impl Stalls {
    async fn handle_offer(&mut self, offer: Offer) -> usize {
        self.offers.insert(offer.stall, offer.price);
        self.offers.len()
    }
}
#[tokio::main]
async fn main() {
    let stalls = xtra::spawn_tokio(Stalls::default(), xtra::Mailbox::unbounded());
    println!("{:?}", stalls.send(Offer { stall: "tea".into(), price: 3 }).await);
}
"#,
    );
}

const BOT: &str = r#"//# app/src/main.rs uses: matrix_sdk, tokio
use std::{collections::HashMap, sync::{Arc, Mutex}};
use matrix_sdk::{Client, Room, config::SyncSettings, event_handler::Ctx, ruma::events::room::message::OriginalSyncRoomMessageEvent};
#[derive(Clone, Default)]
struct Polls { votes: Arc<Mutex<HashMap<String, u32>>> } //~ in-memory-store
async fn on_message(event: OriginalSyncRoomMessageEvent, room: Room, polls: Ctx<Polls>) {
    let mut votes = polls.votes.lock().unwrap();
    *votes.entry(event.sender.to_string()).or_insert(0) += 1;
    let _ = (room, votes.len());
}
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Client::builder().homeserver_url("https://example.org").build().await?;
    client.add_event_handler_context(Polls::default());
    client.add_event_handler(on_message);
    client.sync(SyncSettings::default()).await?;
    Ok(())
}
"#;

#[test]
fn the_handlers_of_a_bot_in_rooms_are_entered() {
    check_rule(BOT);
}

#[test]
fn what_a_bot_in_rooms_fills_before_it_listens_is_silent() {
    let counts = "let mut votes = polls.votes.lock().unwrap();\n    *votes.entry(event.sender.to_string()).or_insert(0) += 1;";
    let reads = "let votes = polls.votes.lock().unwrap();\n    let _ = votes.get(event.sender.as_str());";
    check_rule(&BOT.replace(counts, reads).replace(" //~ in-memory-store", ""));
}

#[test]
fn a_loop_over_what_a_gateway_or_a_chat_network_sends_is_entered() {
    let bot = r"//# app/src/main.rs uses: twilight_gateway, irc, tokio, futures
use std::collections::HashMap;
use futures::StreamExt;
#[tokio::main]
async fn main() {
    let mut greeted: HashMap<String, u32> = HashMap::new(); //~ in-memory-store
    OPENS
    while let Some(event) = EVENTS.await {
        let times = greeted.entry(name_of(&event)).or_insert(0);
        *times += 1;
        answer(&event, *times).await;
    }
}
";
    let gateway = bot.replace(
        "OPENS",
        "let mut shard = twilight_gateway::Shard::new(id(), token(), intents());",
    );
    check_rule(&gateway.replace("EVENTS", "shard.next_event(types())"));
    let network = bot.replace("OPENS", "let mut client = irc::client::Client::from_config(config()).await.unwrap();\n    let mut stream = client.stream().unwrap();");
    check_rule(&network.replace("EVENTS", "stream.next()"));
}
