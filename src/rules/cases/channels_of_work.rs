//! What the eleventh and the thirteenth round of judged services taught of channels, of messages that all replicas get, and of
//! what a job remembers of what it told: each mistake as a small service of its own.

use super::check_rule;

/// Horns and lamps, whose calls a macro writes: `told` is what it does with one.
fn signals(marks: &str, told: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, anyhow
use std::sync::Arc;
use anyhow::{{Context, Result}};
use axum::{{Router, extract::State, routing::{{get, post}}}};
use tokio::sync::broadcast;
struct Horn {{ calls: broadcast::Sender<String> }}{marks}
impl Horn {{
    fn new() -> Self {{ Horn {{ calls: broadcast::channel(16).0 }} }}
    async fn announce(&self, text: &str) -> Result<()> {{ self.calls.send(text.to_owned())?; Ok(()) }}
    fn listen(&self) -> broadcast::Receiver<String> {{ self.calls.subscribe() }}
}}
struct Lamp {{ flashes: broadcast::Sender<String> }}{marks}
impl Lamp {{
    fn new() -> Self {{ Lamp {{ flashes: broadcast::channel(16).0 }} }}
    async fn announce(&self, text: &str) -> Result<()> {{ self.flashes.send(text.to_owned())?; Ok(()) }}
    fn listen(&self) -> broadcast::Receiver<String> {{ self.flashes.subscribe() }}
}}
enum Kind {{ Horn(u32), Lamp(u32) }}
macro_rules! signals {{
    ($vis:vis struct $name:ident {{ $($field:ident => $ty:ident),* $(,)? }}) => {{
        $vis struct $name {{ $(pub $field: Option<$ty>,)* }}
        impl $name {{
            pub async fn announce(house: &House, kind: &Kind, text: &str) -> Result<()> {{
                match kind {{
                    $(Kind::$field(_number) => {{ {told} }}),*
                }}
            }}
        }}
    }};
}}
signals! {{ pub struct Signals {{ Horn => Horn, Lamp => Lamp }} }}
struct House {{ signals: Signals }}
async fn say(State(house): State<Arc<House>>, text: String) -> &'static str {{
    Signals::announce(&house, &Kind::Horn(1), &text).await.unwrap();
    "said"
}}
async fn hear(State(house): State<Arc<House>>) -> String {{
    let mut horn = house.signals.Horn.as_ref().unwrap().listen();
    let mut lamp = house.signals.Lamp.as_ref().unwrap().listen();
    tokio::select! {{ text = horn.recv() => text.unwrap(), text = lamp.recv() => text.unwrap() }}
}}
#[tokio::main]
async fn main() {{
    let house = Arc::new(House {{ signals: Signals {{ Horn: Some(Horn::new()), Lamp: Some(Lamp::new()) }} }});
    axum::serve(listener().await, Router::new().route("/say", post(say)).route("/hear", get(hear)).with_state(house)).await.unwrap();
}}
"#
    )
}

#[test]
fn the_variables_of_a_function_that_a_macro_writes_are_several() {
    let told = "house.signals.$field.as_ref().context(stringify!($field))?.announce(text).await";
    check_rule(&signals(" //~ local-broadcast", told));
}

#[test]
fn what_such_a_function_only_writes_to_the_log_joins_nobody() {
    check_rule(&signals("", r#"tracing::info!("{text} {_number}"); Ok(())"#));
}

/// A post office whose letters a loop carries: `carried` is what each of two loops does with one.
fn post_office(marks: &str, carried: [&str; 2]) -> String {
    let [first, second] = carried;
    format!(
        r#"//# app/src/main.rs uses: rocket, lettre
use lettre::{{Message, SmtpTransport, Transport}};
use rocket::{{State, launch, post, routes}};
use rocket::tokio::sync::mpsc::{{self, Receiver}};
#[derive(Clone)]
struct Post {{ letters: mpsc::Sender<Message> }}
impl Post {{
    fn new(dry: bool) -> Post {{
        let (sender, waiting) = mpsc::channel(64);{marks}
        if dry {{
            rocket::tokio::spawn(Self::show(waiting));
        }} else {{
            rocket::tokio::spawn(Self::carry(waiting));
        }}
        Post {{ letters: sender }}
    }}
    async fn show(mut waiting: Receiver<Message>) {{
        let transport = SmtpTransport::relay("mail").unwrap().build();
        while let Some(letter) = waiting.recv().await {{ {first} }}
    }}
    async fn carry(mut waiting: Receiver<Message>) {{
        let transport = SmtpTransport::relay("mail").unwrap().build();
        while let Some(letter) = waiting.recv().await {{ {second} }}
    }}
    fn take(&self, letter: Message) {{ self.letters.try_send(letter).unwrap(); }}
}}
#[post("/letters", data = "<text>")]
async fn write(post: &State<Post>, text: String) -> &'static str {{ post.take(letter(text)); "taken" }}
#[launch]
fn rocket() -> _ {{ rocket::build().manage(Post::new(dry_run())).mount("/", routes![write]) }}
"#
    )
}

#[test]
fn of_two_loops_that_may_empty_a_channel_one_carries_the_letters() {
    let shows = r#"println!("{:?}", letter);"#;
    check_rule(&post_office(
        " //~ in-memory-queue",
        [shows, "let _ = transport.send(&letter);"],
    ));
}

#[test]
fn letters_that_are_only_shown_are_no_work() {
    let shows = r#"println!("{:?}", letter);"#;
    check_rule(&post_office("", [shows, shows]));
}

/// Orders that a loop writes down; `asks` is what another handler sends and waits for.
fn orders(marks: &str, asks: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx
use std::sync::Arc;
use axum::{{Router, extract::{{State, ws::{{WebSocket, WebSocketUpgrade}}}}, response::Response, routing::{{get, post}}}};
use tokio::sync::{{mpsc, oneshot}};
enum Order {{ Sell(String), Ask(u64) }}
struct Shop {{ orders: mpsc::UnboundedSender<Order> }}
async fn sell(State(shop): State<Arc<Shop>>, what: String) -> &'static str {{
    shop.orders.send(Order::Sell(what)).unwrap();
    "sold"
}}
async fn enter(State(shop): State<Arc<Shop>>, upgrade: WebSocketUpgrade) -> Response {{
    upgrade.on_upgrade(move |socket| talk(shop, socket))
}}
async fn talk(shop: Arc<Shop>, mut socket: WebSocket) {{ {asks} }}
async fn keep_books(pool: sqlx::PgPool, mut orders: mpsc::UnboundedReceiver<Order>) {{
    while let Some(order) = orders.recv().await {{
        sqlx::query("INSERT INTO sales (what) VALUES ($1)").bind(what(order)).execute(&pool).await.unwrap();
    }}
}}
#[tokio::main]
async fn main() {{
    let pool = sqlx::PgPool::connect("postgres://db").await.unwrap();
    let (orders, waiting) = mpsc::unbounded_channel::<Order>();{marks}
    tokio::spawn(async move {{ keep_books(pool, waiting).await; }});
    let app = Router::new().route("/sell", post(sell)).route("/shop", get(enter)).with_state(Arc::new(Shop {{ orders }}));
    axum::serve(listener().await, app).await.unwrap();
}}
"#
    )
}

#[test]
fn a_channel_of_one_socket_is_no_answer_to_what_everybody_sends() {
    let asks = "let (out, mut news) = mpsc::unbounded_channel(); join(out); shop.orders.send(Order::Sell(name(&socket))).unwrap(); while let Some(text) = news.recv().await { socket.send(text).await.unwrap(); }";
    check_rule(&orders(" //~ in-memory-queue", asks));
}

#[test]
fn whoever_makes_a_channel_for_one_answer_waits_for_it() {
    let asks = "let (tell, told) = oneshot::channel::<String>(); shop.orders.send(Order::Ask(leave(tell))).unwrap(); socket.send(told.await.unwrap().into()).await.unwrap();";
    check_rule(&orders("", asks));
}

/// Auctions whose clocks run out in Redis: `heard` is what each replica does about it.
fn auctions(mark: &str, heard: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, redis, sqlx, futures_util
use std::{{sync::Arc, time::Duration}};
use axum::{{Router, routing::get}};
use futures_util::StreamExt;
use tokio::sync::mpsc;
struct House {{ pool: sqlx::PgPool, redis: redis::aio::MultiplexedConnection, bell: mpsc::Sender<String> }}
async fn listen(house: &Arc<House>) -> redis::RedisResult<()> {{
    let client = redis::Client::open("redis://cache")?;
    let mut news = client.get_async_pubsub().await?;
    news.subscribe("__keyevent@0__:expired").await?;
    let mut stream = news.on_message();
    while let Some(message) = stream.next().await {{{mark}
        let lot: String = message.get_payload()?;
        close(house, lot).await;
    }}
    Ok(())
}}
async fn close(house: &Arc<House>, lot: String) {{ {heard} }}
async fn index() -> &'static str {{ "open" }}
#[tokio::main]
async fn main() {{
    let house = Arc::new(open_house().await);
    tokio::spawn(async move {{
        loop {{
            if listen(&house).await.is_err() {{ tracing::warn!("again"); }}
            tokio::time::sleep(Duration::from_secs(2)).await;
        }}
    }});
    axum::serve(listener().await, Router::new().route("/", get(index))).await.unwrap();
}}
"#
    )
}

const SELLS: &str =
    r#"sqlx::query("INSERT INTO sales (lot) VALUES ($1)").bind(lot).execute(&house.pool).await.unwrap();"#;

#[test]
fn what_all_replicas_hear_each_of_them_does() {
    check_rule(&auctions(" //~ per-replica-schedule", SELLS));
}

#[test]
fn the_replica_that_claims_the_message_does_it_alone() {
    check_rule(&auctions(
        "",
        &format!("if !house.redis.clone().set_nx(&lot, 1).await.unwrap_or(false) {{ return; }} {SELLS}"),
    ));
}

#[test]
fn each_replica_tells_its_own_connections_what_it_heard() {
    check_rule(&auctions("", "house.bell.send(lot).await.unwrap();"));
}

/// Machines that a loop looks at; `asked` stands before an alert goes out, `first` at the start of each round.
fn watch(marks: [&str; 3], first: &str, asked: &str) -> String {
    let [down, last, looks] = marks;
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, sqlx, reqwest, chrono
use std::{{collections::HashMap, sync::{{Arc, Mutex}}, time::Duration}};
use axum::{{Router, extract::State, routing::get}};
use chrono::{{DateTime, Utc}};
#[derive(Default)]
struct Machine {{ was_down: bool, alert_sent: bool }}
struct App {{
    pool: sqlx::PgPool,
    web: reqwest::Client,
    machines: Mutex<HashMap<String, Machine>>,{down}
    last_alert: Mutex<Option<DateTime<Utc>>>,{last}
}}
async fn look(app: Arc<App>) {{
    loop {{{looks}
        tokio::time::sleep(Duration::from_secs(30)).await;
        {first}
        for name in silent_machines(&app.pool).await {{ judge(&app, name).await; }}
    }}
}}
async fn judge(app: &App, name: String) {{
    {asked}
    app.web.post("https://chat/hook").body(name).send().await.unwrap();
}}
fn may_tell(app: &App, name: &str) -> bool {{
    let mut machines = app.machines.lock().unwrap();
    let machine = machines.entry(name.to_owned()).or_default();
    if machine.alert_sent {{ return false; }}
    machine.alert_sent = true;
    let mut last = app.last_alert.lock().unwrap();
    if last.is_some_and(|last| Utc::now() - last < chrono::Duration::minutes(5)) {{ return false; }}
    *last = Some(Utc::now());
    true
}}
async fn index(State(app): State<Arc<App>>) -> usize {{ app.pool.size() as usize }}
#[tokio::main]
async fn main() {{
    let app = Arc::new(App {{ pool: pool().await, web: reqwest::Client::new(), machines: Mutex::default(), last_alert: Mutex::new(None) }});
    tokio::spawn(look(app.clone()));
    axum::serve(listener().await, Router::new().route("/", get(index)).with_state(app)).await.unwrap();
}}
"#
    )
}

#[test]
fn a_job_remembers_what_it_told_and_when() {
    let marks = [
        " //~ in-memory-workflow",
        " //~ local-rate-limit",
        " //~ per-replica-schedule",
    ];
    check_rule(&watch(marks, "", "if !may_tell(app, &name) { return; }"));
}

#[test]
fn the_leader_alone_remembers_what_it_told() {
    let first = r#"if !lead(&app.pool, "SELECT pg_try_advisory_lock(7)").await { continue; } sqlx::query("SELECT pg_try_advisory_lock(7)").execute(&app.pool).await.unwrap();"#;
    check_rule(&watch(
        ["", "", ""],
        first,
        "if !may_tell(app, &name) { return; }",
    ));
}

#[test]
fn what_only_the_log_is_told_may_be_told_again() {
    let quiet = "if may_tell(app, &name) { tracing::warn!(name); } if true { return; }";
    let text = watch(["", "", ""], "", quiet).replace(
        r#"app.web.post("https://chat/hook").body(name).send().await.unwrap();"#,
        "",
    );
    check_rule(&text);
}

#[test]
fn how_many_alerts_went_out_decides_nothing() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::{sync::{Arc, atomic::{AtomicU64, Ordering}}, time::Duration};
use axum::{Router, extract::State, routing::get};
struct App { web: reqwest::Client, alerts_sent: AtomicU64 }
async fn look(app: Arc<App>) {
    loop { //~ per-replica-schedule
        tokio::time::sleep(Duration::from_secs(30)).await;
        app.web.post("https://chat/hook").send().await.unwrap();
        app.alerts_sent.fetch_add(1, Ordering::Relaxed);
    }
}
async fn index(State(app): State<Arc<App>>) -> &'static str { "up" }
#[tokio::main]
async fn main() {
    let app = Arc::new(App { web: reqwest::Client::new(), alerts_sent: AtomicU64::new(0) });
    tokio::spawn(look(app.clone()));
    axum::serve(listener().await, Router::new().route("/", get(index)).with_state(app)).await.unwrap();
}
"#,
    );
}

/// Doors that an actor hears of; `entry` is what it keeps of each beside the client that tells its owner.
fn doors(mark: &str, [entry, made]: [&str; 2], heard: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio, reqwest
use std::{{collections::HashMap, sync::Arc}};
use axum::{{Router, extract::State, routing::post}};
use tokio::sync::mpsc;
struct Door {{ alert_to: reqwest::Client, {entry} }}
struct Watch {{ doors: HashMap<String, Door>,{mark}
    heard: mpsc::Receiver<String> }}
impl Watch {{
    fn add(&mut self, name: String) {{ self.doors.insert(name, Door {{ alert_to: reqwest::Client::new(), {made} }}); }}
    async fn run(mut self) {{
        while let Some(door) = self.heard.recv().await {{ self.hear(door).await; }}
    }}
    async fn hear(&mut self, door: String) {{
        let Some(known) = self.doors.get_mut(&door) else {{ return }};
        {heard}
    }}
}}
async fn slam(State(tell): State<mpsc::Sender<String>>, door: String) {{ let _ = tell.send(door).await; }}
#[tokio::main]
async fn main() {{
    let (tell, heard) = mpsc::channel(16);{queue}
    let mut watch = Watch {{ doors: HashMap::new(), heard }};
    watch.add("front".to_owned());
    tokio::spawn(watch.run());
    axum::serve(listener().await, Router::new().route("/slam", post(slam)).with_state(tell)).await.unwrap();
}}
"#,
        queue = " //~ in-memory-queue"
    )
}

#[test]
fn beside_its_client_an_entry_counts_until_somebody_is_told() {
    let heard = r#"known.slams += 1; if known.slams > 3 { known.slams = 0; known.alert_to.post("https://owner").send().await.unwrap(); }"#;
    check_rule(&doors(" //~ in-memory-store", ["slams: u32", "slams: 0"], heard));
}

#[test]
fn clients_that_nothing_is_counted_beside_are_clients() {
    let heard = "known.alert_to.post(known.owner.clone()).send().await.unwrap();";
    check_rule(&doors("", ["owner: String", "owner: owner()"], heard));
}
