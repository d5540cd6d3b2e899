//! Registries that join the clients of one process, and channels that stay inside one request, connection or task.

cases! {
    firing {
        a_broadcast_channel_of_a_chat_fires: r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::{State, ws::{Message, WebSocket, WebSocketUpgrade}}, response::Response, routing::get};
use tokio::sync::broadcast;
#[derive(Clone)]
struct Chat {
    lines: broadcast::Sender<String>, //~ local-broadcast
}
async fn connect(upgrade: WebSocketUpgrade, State(chat): State<Chat>) -> Response { upgrade.on_upgrade(move |socket| talk(socket, chat)) }
async fn talk(mut socket: WebSocket, chat: Chat) {
    let mut others = chat.lines.subscribe();
    loop {
        tokio::select! {
            Some(Ok(Message::Text(text))) = socket.recv() => { let _ = chat.lines.send(text.to_string()); }
            Ok(line) = others.recv() => { let _ = socket.send(Message::Text(line.into())).await; }
            else => break,
        }
    }
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/ws", get(connect)).with_state(Chat { lines: broadcast::channel(64).0 });
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        senders_by_user_in_actix_fire: r#"//# app/src/main.rs uses: actix_web, tokio, dashmap
use actix_web::{App, HttpServer, web};
use dashmap::DashMap;
use tokio::sync::mpsc;
#[derive(Default)]
struct Online { by_user: DashMap<u64, mpsc::UnboundedSender<String>> } //~ local-broadcast
async fn events(online: web::Data<Online>, user: web::Path<u64>) -> String {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    online.by_user.insert(*user, sender);
    receiver.recv().await.unwrap_or_default()
}
async fn tell(online: web::Data<Online>, user: web::Path<u64>, text: String) -> String {
    if let Some(sender) = online.by_user.get(&user) { let _ = sender.send(text); }
    "told".to_owned()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let online = web::Data::new(Online::default());
    HttpServer::new(move || App::new().app_data(online.clone()).route("/{user}", web::get().to(events)).route("/{user}", web::post().to(tell)))
        .bind("0.0.0.0:80")?.run().await
}
"#;
        rooms_of_an_actor_fire: r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
use std::collections::HashMap;
#[derive(Message, Clone)]
#[rtype(result = "()")]
struct Line(String);
#[derive(Message)]
#[rtype(result = "()")]
struct Join { room: String, who: Recipient<Line> }
#[derive(Message)]
#[rtype(result = "()")]
struct Say { room: String, text: String }
#[derive(Default)]
struct Lobby { rooms: HashMap<String, Vec<Recipient<Line>>> } //~ local-broadcast
impl Actor for Lobby { type Context = Context<Self>; }
impl Handler<Join> for Lobby {
    type Result = ();
    fn handle(&mut self, join: Join, _: &mut Context<Self>) { self.rooms.entry(join.room).or_default().push(join.who); }
}
impl Handler<Say> for Lobby {
    type Result = ();
    fn handle(&mut self, say: Say, _: &mut Context<Self>) {
        for who in self.rooms.get(&say.room).into_iter().flatten() { who.do_send(Line(say.text.clone())); }
    }
}
#[actix::main]
async fn main() { Lobby::default().start(); }
"#;
        users_of_a_warp_chat_fire: r#"//# app/src/main.rs uses: warp, tokio, futures_util
use futures_util::{SinkExt, StreamExt};
use std::{collections::HashMap, sync::{Arc, atomic::{AtomicUsize, Ordering}}};
use tokio::sync::{RwLock, mpsc};
use warp::{Filter, ws::{Message, WebSocket}};
type Users = Arc<RwLock<HashMap<String, mpsc::UnboundedSender<Message>>>>;
async fn connected(socket: WebSocket, name: String, users: Users) {
    let (mut out, mut inbox) = socket.split();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move { while let Some(message) = receiver.recv().await { let _ = out.send(message).await; } });
    users.write().await.insert(name.clone(), sender);
    while let Some(Ok(message)) = inbox.next().await {
        for user in users.read().await.values() { let _ = user.send(message.clone()); }
    }
    users.write().await.remove(&name);
}
#[tokio::main]
async fn main() {
    let users = Users::default(); //~ local-broadcast
    let users = warp::any().map(move || users.clone());
    let chat = warp::path!("chat" / String).and(warp::ws()).and(users)
        .map(|name: String, ws: warp::ws::Ws, users| ws.on_upgrade(move |socket| connected(socket, name, users)));
    warp::serve(chat).run(([0, 0, 0, 0], 80)).await;
}
"#;
        peers_of_a_plain_server_fire: r#"//# app/src/main.rs uses: tokio
use std::{collections::HashMap, net::SocketAddr, sync::Arc};
use tokio::{io::{AsyncBufReadExt, BufReader}, net::{TcpListener, TcpStream}, sync::{Mutex, mpsc}};
#[derive(Default)]
struct Shared { peers: HashMap<SocketAddr, mpsc::UnboundedSender<String>> }
async fn talk(shared: Arc<Mutex<Shared>>, stream: TcpStream, address: SocketAddr) {
    let (sender, receiver) = mpsc::unbounded_channel();
    shared.lock().await.peers.insert(address, sender);
    let (reader, writer) = stream.into_split();
    tokio::spawn(write_all(writer, receiver));
    let mut lines = BufReader::new(reader).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        for peer in shared.lock().await.peers.values() { let _ = peer.send(line.clone()); }
    }
    shared.lock().await.peers.remove(&address);
}
#[tokio::main]
async fn main() {
    let shared = Arc::new(Mutex::new(Shared::default())); //~ local-broadcast
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop {
        let (stream, address) = listener.accept().await.unwrap();
        tokio::spawn(talk(shared.clone(), stream, address));
    }
}
"#;
        listeners_behind_a_trait_object_fire: axum!(r"
mod news;
use news::{Local, News};
async fn publish(State(news): State<Arc<dyn News>>, text: String) { news.tell(text); }
async fn next(State(news): State<Arc<dyn News>>) -> String { news.follow().recv().await.unwrap_or_default() }",
            r#".route("/news", get(next).post(publish))"#, "Arc::new(Local::default()) as Arc<dyn News>", r"//# app/src/news.rs
use std::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
pub trait News: Send + Sync { fn tell(&self, text: String); fn follow(&self) -> UnboundedReceiver<String>; }
#[derive(Default)]
pub struct Local { followers: Mutex<Vec<UnboundedSender<String>>> } //~ local-broadcast
impl News for Local {
    fn tell(&self, text: String) { self.followers.lock().unwrap().retain(|it| it.send(text.clone()).is_ok()); }
    fn follow(&self) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded_channel();
        self.followers.lock().unwrap().push(sender);
        receiver
    }
}
");
        a_queue_of_events_for_all_in_rocket_fires: r#"//# app/src/main.rs uses: rocket, tokio
use rocket::{State, get, launch, post, response::stream::{Event, EventStream}, routes, tokio::sync::broadcast::{Sender, channel}};
struct Feed { queue: Sender<String> } //~ local-broadcast
#[post("/message", data = "<text>")]
fn post(feed: &State<Feed>, text: String) { let _ = feed.queue.send(text); }
#[get("/events")]
fn events(feed: &State<Feed>) -> EventStream![] {
    let mut queue = feed.queue.subscribe();
    EventStream! { while let Ok(text) = queue.recv().await { yield Event::data(text); } }
}
#[launch]
fn rocket() -> _ { rocket::build().manage(Feed { queue: channel(1024).0 }).mount("/", routes![post, events]) }
"#;
        streams_of_a_grpc_service_fire: r#"//# app/src/main.rs uses: tonic, tokio, tokio-stream
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{RwLock, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, transport::Server};
pub mod alarm { tonic::include_proto!("alarm"); }
use alarm::{alarms_server::{Alarms, AlarmsServer}, Alarm, Empty, Region};
#[derive(Default)]
struct Desk { watchers: Arc<RwLock<HashMap<String, Vec<mpsc::Sender<Result<Alarm, Status>>>>>> } //~ local-broadcast
#[tonic::async_trait]
impl Alarms for Desk {
    type WatchStream = ReceiverStream<Result<Alarm, Status>>;
    async fn watch(&self, request: Request<Region>) -> Result<Response<Self::WatchStream>, Status> {
        let (sender, receiver) = mpsc::channel(8);
        self.watchers.write().await.entry(request.into_inner().name).or_default().push(sender);
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
    async fn raise(&self, request: Request<Alarm>) -> Result<Response<Empty>, Status> {
        let alarm = request.into_inner();
        for watcher in self.watchers.read().await.get(&alarm.region).into_iter().flatten() { let _ = watcher.send(Ok(alarm.clone())).await; }
        Ok(Response::new(Empty {}))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(AlarmsServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
    }
    silent {
        a_channel_inside_one_request_is_silent: axum!(r"
async fn fan_out(Json(urls): Json<Vec<String>>) -> String {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(16);
    for url in urls {
        let sender = sender.clone();
        tokio::spawn(async move { let _ = sender.send(reqwest::get(url).await.unwrap().text().await.unwrap()).await; });
    }
    drop(sender);
    let mut all = String::new();
    while let Some(text) = receiver.recv().await { all.push_str(&text); }
    all
}", r#".route("/fan-out", post(fan_out))"#, "()");
        a_broadcast_inside_one_request_is_silent: axum!(r#"
async fn both(body: String) -> String {
    let (rooms, _) = tokio::sync::broadcast::channel::<String>(4);
    let (mut first, mut second) = (rooms.subscribe(), rooms.subscribe());
    let _ = rooms.send(body);
    format!("{}{}", first.recv().await.unwrap(), second.recv().await.unwrap())
}"#, r#".route("/both", post(both))"#, "()");
        the_writer_of_one_connection_is_silent: r#"//# app/src/main.rs uses: axum, tokio, futures_util
use axum::{Router, extract::ws::{Message, WebSocket, WebSocketUpgrade}, response::Response, routing::get};
use futures_util::{SinkExt, StreamExt};
use std::collections::HashMap;
use tokio::sync::mpsc;
async fn connect(upgrade: WebSocketUpgrade) -> Response { upgrade.on_upgrade(talk) }
async fn talk(socket: WebSocket) {
    let (mut out, mut inbox) = socket.split();
    let (sender, mut receiver) = mpsc::channel::<Message>(8);
    let writer = tokio::spawn(async move { while let Some(message) = receiver.recv().await { let _ = out.send(message).await; } });
    let mut subscriptions: HashMap<String, mpsc::Sender<Message>> = HashMap::new();
    while let Some(Ok(Message::Text(topic))) = inbox.next().await {
        subscriptions.insert(topic.to_string(), sender.clone());
        let _ = sender.send(Message::Text("subscribed".into())).await;
    }
    writer.abort();
}
#[tokio::main]
async fn main() {
    let app: Router = Router::new().route("/ws", get(connect));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
        messages_published_through_redis_are_silent: axum!(r#"
#[derive(Clone)]
struct Rooms { redis: redis::Client }
impl Rooms {
    async fn send(&self, room: &str, text: &str) {
        let mut connection = self.redis.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("PUBLISH").arg(room).arg(text).exec_async(&mut connection).await.unwrap();
    }
}
async fn say(State(rooms): State<Rooms>, Path(room): Path<String>, text: String) { rooms.send(&room, &text).await; }"#,
            r#".route("/rooms/{room}", post(say))"#, "Rooms { redis: client() }");
        a_channel_that_stops_the_process_is_silent: axum!(r#"
use tokio::sync::broadcast;
async fn index() -> &'static str { "up" }
async fn sweep(mut shutdown: broadcast::Receiver<()>) { let _ = shutdown.recv().await; }
fn begin() -> broadcast::Sender<()> {
    let (shutdown, _) = broadcast::channel(1);
    tokio::spawn(sweep(shutdown.subscribe()));
    let stop = shutdown.clone();
    tokio::spawn(async move { tokio::signal::ctrl_c().await.unwrap(); let _ = stop.send(()); });
    shutdown
}"#, r#".route("/", get(index))"#, "begin()");
        callers_that_wait_for_a_reply_are_silent: r#"//# app/src/main.rs uses: actix_web, tokio
use actix_web::{App, HttpServer, web};
use std::{collections::HashMap, sync::Mutex};
use tokio::sync::oneshot;
#[derive(Default)]
struct Connections { waiting: Mutex<HashMap<u64, oneshot::Sender<Vec<u8>>>> }
async fn call(connections: web::Data<Connections>, id: web::Path<u64>) -> Vec<u8> {
    let (sender, receiver) = oneshot::channel();
    connections.waiting.lock().unwrap().insert(*id, sender);
    receiver.await.unwrap_or_default()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let connections = web::Data::new(Connections::default());
    HttpServer::new(move || App::new().app_data(connections.clone()).route("/{id}", web::get().to(call))).bind("0.0.0.0:80")?.run().await
}
"#;
        rooms_of_a_hotel_in_the_database_are_silent: r#"//# app/src/main.rs uses: rocket, sqlx
use rocket::{State, get, launch, routes};
struct Rooms { pool: sqlx::PgPool }
#[get("/rooms")]
async fn rooms(rooms: &State<Rooms>) -> String {
    let rooms: Vec<String> = sqlx::query_scalar("SELECT name FROM rooms").fetch_all(&rooms.pool).await.unwrap();
    rooms.join(",")
}
#[launch]
async fn rocket() -> _ { rocket::build().manage(Rooms { pool: pool().await }).mount("/", routes![rooms]) }
"#;
        listeners_registered_at_start_are_silent: axum!(r#"
type Listener = Box<dyn Fn(&str) + Send + Sync>;
#[derive(Default)]
struct Events { listeners: Vec<Listener> }
impl Events {
    fn on(&mut self, listener: Listener) { self.listeners.push(listener); }
    fn emit(&self, what: &str) { for listener in &self.listeners { listener(what); } }
}
fn events() -> Events {
    let mut events = Events::default();
    events.on(Box::new(|what| tracing::info!("{what}")));
    events
}
async fn order(State(events): State<Arc<Events>>, text: String) { events.emit(&text); }"#,
            r#".route("/orders", post(order))"#, "Arc::new(events())");
    }
}
