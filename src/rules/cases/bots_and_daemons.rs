//! What bots, daemons and media servers taught: jobs that start when the bot is ready, futures written by hand, connections
//! that an accepting loop hands to a closure, and what a voice call has for itself.

use super::check_rule;

/// A bot whose loop begins where `begins` says: the name of a method of its handler.
fn gardener(begins: &str, marks: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: serenity, tokio
use std::time::Duration;
use serenity::{{async_trait, model::prelude::*, prelude::*}};
struct Gardener;
#[async_trait]
impl EventHandler for Gardener {{
    async fn {begins} {{
        tokio::spawn(async move {{
            loop {{{marks}
                remind(&ctx).await;
                tokio::time::sleep(Duration::from_secs(3600)).await;
            }}
        }});
    }}
}}
async fn remind(ctx: &Context) {{ ChannelId::new(1).say(&ctx.http, "water the plants").await.unwrap(); }}
#[tokio::main]
async fn main() {{
    let mut client = Client::builder(token(), GatewayIntents::all()).event_handler(Gardener).await.unwrap();
    client.start().await.unwrap();
}}
"#
    )
}

#[test]
fn a_job_that_starts_when_the_bot_is_ready_is_a_job_of_the_start() {
    let marks = " //~ per-replica-schedule";
    check_rule(&gardener("ready(&self, ctx: Context, _: Ready)", marks));
    check_rule(&gardener(
        "cache_ready(&self, ctx: Context, _: Vec<GuildId>)",
        marks,
    ));
}

#[test]
fn a_loop_that_one_message_starts_is_no_job_of_the_start() {
    check_rule(&gardener("message(&self, ctx: Context, _: Message)", ""));
}

/// Viewers of streams. `viewer` makes one: it is a future that somebody waits for, or nobody makes it.
fn relay(marks: &str, viewer: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: tokio
use std::{{collections::HashMap, future::Future, pin::Pin, sync::{{Arc, Mutex}}, task::{{Context, Poll}}}};
use tokio::{{net::{{TcpListener, TcpStream}}, sync::broadcast}};
#[derive(Default)]
struct Streams {{ known: Mutex<HashMap<String, broadcast::Sender<Vec<u8>>>> }}{marks}
impl Streams {{
    fn join(&self, name: &str) -> broadcast::Receiver<Vec<u8>> {{
        let mut known = self.known.lock().unwrap();
        known.entry(name.to_owned()).or_insert_with(|| broadcast::channel(16).0).subscribe()
    }}
}}
struct Viewer {{ socket: TcpStream, streams: Arc<Streams>, feed: Option<broadcast::Receiver<Vec<u8>>> }}
impl Viewer {{
    fn new(socket: TcpStream, streams: Arc<Streams>) -> (Self, u32) {{ (Viewer {{ socket, streams, feed: None }}, 1) }}
    fn greet(&mut self) {{ self.feed = Some(self.streams.join("main")); }}
}}
impl Future for Viewer {{
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {{ self.greet(); Poll::Ready(()) }}
}}
#[tokio::main]
async fn main() {{
    let streams = Arc::new(Streams::default());
    let listener = TcpListener::bind("[::]:80").await.unwrap();
    while let Ok((socket, _)) = listener.accept().await {{ {viewer} }}
}}
"#
    )
}

#[test]
fn a_future_written_by_hand_runs_for_whoever_calls_what_makes_it() {
    let waits = "let (viewer, _) = Viewer::new(socket, streams.clone()); tokio::spawn(viewer);";
    check_rule(&relay(" //~ local-broadcast", waits));
}

#[test]
fn a_future_that_nobody_makes_runs_for_nobody() {
    check_rule(&relay(
        "",
        "println!(\"{socket:?} {}\", streams.known.lock().unwrap().len());",
    ));
}

/// Two servers over one accepting loop. `meters` says where the meters of the second one come from.
fn ingest(marks: &str, start: &str, meter: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: tokio
use std::{{future::Future, pin::Pin, sync::{{Arc, Mutex}}}};
use tokio::{{io::AsyncReadExt, net::{{TcpListener, TcpStream}}, sync::mpsc}};
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;
struct Meter {{ seen: Mutex<Vec<u8>> }}{marks}
impl Meter {{
    fn new() -> Meter {{ Meter {{ seen: Mutex::new(Vec::new()) }} }}
    fn add(&self, byte: u8) -> usize {{ let mut seen = self.seen.lock().unwrap(); seen.push(byte); seen.len() }}
}}
async fn measure(meter: Arc<Meter>, mut bytes: mpsc::Receiver<u8>) {{
    while let Some(byte) = bytes.recv().await {{ println!("{{}}", meter.add(byte)); }}
}}
struct Core {{ listener: TcpListener }}
impl Core {{
    async fn run(&self, on_accept: impl Fn(TcpStream) -> Work) {{
        loop {{
            if let Ok((socket, _)) = self.listener.accept().await {{ self.accepted(socket, &on_accept).await; }}
        }}
    }}
    async fn accepted(&self, socket: TcpStream, on_accept: &(impl Fn(TcpStream) -> Work + ?Sized)) {{
        let work = on_accept(socket);
        tokio::spawn(async move {{ work.await; }});
    }}
}}
async fn text(mut socket: TcpStream) {{ println!("{{:?}}", socket.read_u8().await); }}
async fn video(mut socket: TcpStream, meter: Arc<Meter>) {{
    let (sender, bytes) = mpsc::channel(16);
    tokio::spawn(measure(meter, bytes));
    while let Ok(byte) = socket.read_u8().await {{ sender.send(byte).await.unwrap(); }}
}}
async fn serve_text(core: Core) {{ core.run(|socket| Box::pin(text(socket))).await; }}
async fn serve_video(core: Core) {{
    {start}
    core.run(move |socket| Box::pin(video(socket, {meter}))).await;
}}
#[tokio::main]
async fn main() {{
    let texts = tokio::spawn(serve_text(Core {{ listener: TcpListener::bind("[::]:80").await.unwrap() }}));
    serve_video(Core {{ listener: TcpListener::bind("[::]:81").await.unwrap() }}).await;
    texts.await.unwrap();
}}
"#
    )
}

#[test]
fn what_a_closure_makes_for_an_accepted_connection_is_of_that_connection() {
    check_rule(&ingest("", "", "Arc::new(Meter::new())"));
}

#[test]
fn what_stands_before_the_closure_is_of_all_connections() {
    let start = "let meter = Arc::new(Meter::new());";
    check_rule(&ingest(" //~ in-memory-store", start, "meter.clone()"));
}

#[test]
fn what_a_call_is_heard_through_is_of_that_call() {
    check_rule(
        r"//# app/src/main.rs uses: serenity, songbird, tokio
use serenity::{async_trait, model::prelude::*, prelude::*};
use songbird::{Event, EventContext, EventHandler as VoiceHandler, TrackEvent};
use std::sync::{Arc, Mutex};
struct Ear { heard: Arc<Mutex<Vec<u32>>> }
#[async_trait]
impl VoiceHandler for Ear {
    async fn act(&self, _: &EventContext<'_>) -> Option<Event> { self.heard.lock().unwrap().push(1); None }
}
struct Bot { calls: Mutex<Vec<u64>> } //~ in-memory-store
#[async_trait]
impl EventHandler for Bot {
    async fn message(&self, ctx: Context, msg: Message) {
        let call = songbird::get(&ctx).await.unwrap().join(msg.guild_id.unwrap(), msg.channel_id).await.unwrap();
        call.lock().await.add_global_event(TrackEvent::End.into(), Ear { heard: Arc::default() });
        let mut calls = self.calls.lock().unwrap();
        calls.push(msg.id.get());
        msg.channel_id.say(&ctx.http, calls.len().to_string());
    }
}
#[tokio::main]
async fn main() {
    let bot = Bot { calls: Mutex::default() };
    let mut client = Client::builder(token(), GatewayIntents::all()).event_handler(bot).await.unwrap();
    client.start().await.unwrap();
}
",
    );
}

/// A daemon that waits for what it has begun before it ends; `asks` is what a message does beside.
fn teller(marks: &str, asks: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: nostr_sdk, tokio
use nostr_sdk::{{Client, EventId, Keys, RelayPoolNotification}};
use std::{{collections::HashSet, sync::Arc, time::Duration}};
use tokio::sync::RwLock;
#[tokio::main]
async fn main() {{
    let begun = Arc::new(RwLock::new(HashSet::new()));{marks}
    tokio::spawn(listen(begun.clone()));
    tokio::signal::ctrl_c().await.unwrap();
    loop {{
        if begun.read().await.is_empty() {{ break; }}
        tokio::time::sleep(Duration::from_secs(1)).await;
    }}
}}
async fn listen(begun: Arc<RwLock<HashSet<EventId>>>) {{
    let client = Client::new(Keys::generate());
    let mut notifications = client.notifications();
    while let Ok(notification) = notifications.recv().await {{
        let RelayPoolNotification::Event {{ event, .. }} = notification else {{ continue }};
        {asks}
        let (begun, client) = (begun.clone(), client.clone());
        tokio::spawn(async move {{
            begun.write().await.insert(event.id);
            client.send_private_msg(event.pubkey, "paid", []).await.unwrap();
            begun.write().await.remove(&event.id);
        }});
    }}
}}
"#
    )
}

#[test]
fn what_is_under_way_until_the_program_ends_is_silent() {
    check_rule(&teller("", ""));
}

#[test]
fn what_is_under_way_and_keeps_others_out_is_not() {
    let asks = "if begun.read().await.contains(&event.id) { continue; }";
    check_rule(&teller(" //~ in-memory-store", asks));
}
