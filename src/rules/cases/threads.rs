//! Threads, tasks and loops that are reached only through crates nobody knows, channels and signals.

use super::check_rule;

#[test]
fn a_crate_nobody_knows_serves_what_a_build_script_makes_a_trait_of() {
    check_rule(
        r#"//# app/src/main.rs uses: homegrown_rpc, tokio
mod generated;
use std::{collections::HashMap, sync::{Arc, Mutex}};
use crate::generated::{create_price_api, PriceApi};
use homegrown_rpc::{Context, Reply, ServerBuilder};
#[derive(Clone, Default)]
struct Prices { offers: Arc<Mutex<HashMap<String, u64>>> } //~ in-memory-store
impl PriceApi for Prices {
    fn offer(&mut self, context: Context, item: String, reply: Reply<u64>) {
        let mut offers = self.offers.lock().unwrap();
        offers.insert(item, 4);
        reply.success(offers.len() as u64);
    }
}
#[tokio::main]
async fn main() {
    let service = create_price_api(Prices::default());
    let mut server = ServerBuilder::new(4).register_service(service).build().unwrap();
    server.start();
}
//# app/src/generated.rs
include!(concat!(env!("OUT_DIR"), "/mod.rs"));
"#,
    );
}

#[test]
fn a_program_that_only_calls_such_a_service_serves_nobody() {
    check_rule(
        r#"//# app/src/main.rs uses: homegrown_rpc, tokio
mod generated;
use std::{collections::HashMap, sync::{Arc, Mutex}};
use crate::generated::{PriceClient, PriceWatcher};
use homegrown_rpc::{ChannelBuilder, Context};
#[derive(Clone, Default)]
struct Prices { offers: Arc<Mutex<HashMap<String, u64>>> }
impl PriceWatcher for Prices {
    fn changed(&mut self, context: Context, item: String) {
        self.offers.lock().unwrap().insert(item, 4);
    }
}
#[tokio::main]
async fn main() {
    let client = PriceClient::new(ChannelBuilder::new(4).connect("prices:80"));
    client.watch(Prices::default()).await;
}
//# app/src/generated.rs
include!(concat!(env!("OUT_DIR"), "/mod.rs"));
"#,
    );
}

#[test]
fn a_loop_is_fed_by_whatever_holds_the_other_end_of_its_channel() {
    check_rule(
        r#"//# app/src/main.rs uses: ws, crossbeam-channel
use std::collections::HashMap;
use crossbeam_channel::{unbounded, Receiver, Sender};
struct Line { author: String, text: String }
struct Socket<T> { args: Option<T>, out: ws::Sender }
trait Speaks { fn greet(self, name: &str); }
impl Speaks for Sender<Line> {
    fn greet(self, name: &str) { let _ = self.send(Line { author: name.to_owned(), text: "hello".to_owned() }); }
}
impl<T: Speaks> ws::Handler for Socket<T> {
    fn on_open(&mut self, shake: ws::Handshake) -> ws::Result<()> {
        self.args.take().unwrap().greet(shake.request.resource());
        Ok(())
    }
}
struct Book { lines: HashMap<String, Vec<String>> } //~ in-memory-store
fn keep(lines: Receiver<Line>) {
    std::thread::spawn(move || {
        let mut book = Book { lines: HashMap::new() };
        while let Ok(line) = lines.recv() {
            let known = book.lines.entry(line.author).or_default();
            known.push(line.text);
            println!("{}", known.len());
        }
    });
}
fn main() {
    let (sender, receiver) = unbounded::<Line>();
    keep(receiver);
    let _ = sender.send(Line { author: "nobody".to_owned(), text: "start".to_owned() });
    let _ = ws::listen("0.0.0.0:80", move |out| Socket { args: Some(sender.clone()), out });
}
"#,
    );
}

#[test]
fn a_loop_that_only_start_up_code_feeds_belongs_to_start_up() {
    check_rule(
        r#"//# app/src/main.rs uses: ws, crossbeam-channel
use std::collections::HashMap;
use crossbeam_channel::{unbounded, Receiver};
struct Line { author: String, text: String }
struct Socket { out: ws::Sender }
impl ws::Handler for Socket {
    fn on_open(&mut self, _: ws::Handshake) -> ws::Result<()> { self.out.send("hello") }
}
struct Book { lines: HashMap<String, Vec<String>> }
fn keep(lines: Receiver<Line>) {
    std::thread::spawn(move || {
        let mut book = Book { lines: HashMap::new() };
        while let Ok(line) = lines.recv() {
            book.lines.entry(line.author).or_default().push(line.text);
        }
    });
}
fn main() {
    let (sender, receiver) = unbounded::<Line>();
    keep(receiver);
    let _ = sender.send(Line { author: "nobody".to_owned(), text: "start".to_owned() });
    let _ = ws::listen("0.0.0.0:80", move |out| Socket { out });
}
"#,
    );
}

const BOOK: &str = r#"
struct Book { open: HashMap<String, Sender<Word>> }
impl Book {
    fn enter(&mut self, name: &str) -> Sender<Word> {
        if let Some(known) = self.open.get(name) { return known.clone(); }
        let (sender, receiver) = unbounded();
        self.open.insert(name.to_owned(), sender.clone());
        run(receiver);
        sender
    }
}
async fn say(State(book): State<Arc<Mutex<Book>>>, Path(name): Path<String>, text: String) {
    let page = book.lock().unwrap().enter(&name);
    let _ = page.send(word(text));
}
#[tokio::main]
async fn main() {
    let book = Arc::new(Mutex::new(Book { open: HashMap::new() })); //~ in-memory-store
    let app = Router::new().route("/pages/:name", post(say)).with_state(book);
    axum::serve(listener().await, app).await.unwrap();
}
"#;

const HEAD: &str = "//# app/src/main.rs uses: axum, tokio, crossbeam-channel
use std::{collections::HashMap, sync::{Arc, Mutex}, thread};
use axum::{Router, extract::{Path, State}, routing::post};
use crossbeam_channel::{unbounded, Receiver, Sender};
";

#[test]
fn a_task_that_a_request_starts_and_others_address_keeps_what_is_theirs() {
    let page = r"
enum Word { Join { name: String, out: Sender<String> }, Say(String) }
struct Page { said: Vec<String>, greeting: String } //~ in-memory-store
fn run(words: Receiver<Word>) {
    thread::spawn(move || {
        let mut page = Page { said: Vec::new(), greeting: String::new() };
        while let Ok(word) = words.recv() {
            match word {
                Word::Join { name, out } => { for line in &page.said { let _ = out.send(line.clone()); } drop((name, &page.greeting)); }
                Word::Say(line) => page.said.push(line),
            }
        }
    });
}
fn word(text: String) -> Word { Word::Say(text) }
";
    check_rule(&format!("{HEAD}{page}{BOOK}"));
}

#[test]
fn a_task_that_writes_to_one_connection_keeps_what_is_of_that_connection() {
    let page = r"
struct Word { text: String }
struct Writer { sent: Vec<String> }
fn run(words: Receiver<Word>) {
    thread::spawn(move || {
        let mut writer = Writer { sent: Vec::new() };
        while let Ok(word) = words.recv() { writer.sent.push(word.text); }
    });
}
fn word(text: String) -> Word { Word { text } }
";
    check_rule(&format!("{HEAD}{page}{BOOK}"));
}

#[test]
fn a_signal_beside_connections_makes_the_loop_no_less_a_servers() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::sync::{Mutex, atomic::{AtomicU64, Ordering}};
use tokio::{net::TcpListener, signal::unix::{signal, SignalKind}};
static SERVED: AtomicU64 = AtomicU64::new(0); //~ global-counter
static GREETING: Mutex<String> = Mutex::new(String::new());
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("[::]:80").await.unwrap();
    let mut hangup = signal(SignalKind::hangup()).unwrap();
    loop {
        tokio::select! {
            _ = hangup.recv() => { *GREETING.lock().unwrap() = std::fs::read_to_string("greeting").unwrap(); }
            accepted = listener.accept() => {
                let (socket, _) = accepted.unwrap();
                SERVED.fetch_add(1, Ordering::Relaxed);
                let greeting = GREETING.lock().unwrap().clone();
                tokio::spawn(async move { greet(socket, greeting).await; });
            }
        }
    }
}
"#,
    );
}

#[test]
fn whoever_makes_a_stream_has_it_read() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, homegrown_http
use std::{pin::Pin, sync::atomic::{AtomicU64, Ordering}, task::{Context, Poll}};
use tokio::io::{AsyncRead, ReadBuf};
static READ: AtomicU64 = AtomicU64::new(0); //~ global-counter
static LOADED: AtomicU64 = AtomicU64::new(0);
struct Counted<S>(S);
impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        READ.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.get_mut().0).poll_read(cx, buf)
    }
}
struct Loading<S>(S);
impl<S: AsyncRead + Unpin> AsyncRead for Loading<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        LOADED.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.get_mut().0).poll_read(cx, buf)
    }
}
#[tokio::main]
async fn main() {
    let words = homegrown_http::read(Loading(tokio::fs::File::open("words").await.unwrap())).await;
    let listener = tokio::net::TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await {
        homegrown_http::answer(Counted(socket), &words).await;
    }
}
"#,
    );
}

#[test]
fn what_a_function_gathers_from_a_socket_is_handled_by_the_loop_that_asks_it() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::{collections::HashMap, net::SocketAddr, time::Duration};
use tokio::net::UdpSocket;
enum Event { Said(SocketAddr, Vec<u8>) }
struct Wire { socket: UdpSocket }
impl Wire {
    async fn events(&mut self) -> std::io::Result<Vec<Event>> {
        let mut buffer = [0u8; 1500];
        loop {
            self.socket.readable().await?;
            let mut events = Vec::new();
            while let Ok((length, from)) = self.socket.try_recv_from(&mut buffer) {
                events.push(Event::Said(from, buffer[..length].to_vec()));
            }
            if !events.is_empty() { return Ok(events); }
        }
    }
}
struct Relay { wire: Wire, rooms: HashMap<SocketAddr, Vec<u8>> } //~ local-broadcast
impl Relay {
    async fn run(&mut self) -> std::io::Result<()> {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                events = self.wire.events() => for event in events? { self.handle(event); },
                _ = tick.tick() => println!("{} rooms", self.rooms.len()),
            }
        }
    }
    fn handle(&mut self, event: Event) {
        let Event::Said(from, text) = event;
        self.rooms.insert(from, text);
    }
}
#[tokio::main]
async fn main() {
    let socket = UdpSocket::bind("0.0.0.0:80").await.unwrap();
    let mut relay = Relay { wire: Wire { socket }, rooms: HashMap::new() };
    relay.run().await.unwrap();
}
"#,
    );
}
