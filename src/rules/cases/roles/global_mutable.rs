//! State of no more special kind that requests change, and values that only look like it.

cases! {
    firing {
        the_last_message_in_shared_state_fires: axum!(r"
#[derive(Clone, Default)]
struct Board { last: Arc<RwLock<String>> } //~ global-mutable
async fn write(State(board): State<Board>, text: String) { *board.last.write().unwrap() = text; }
async fn read(State(board): State<Board>) -> String { board.last.read().unwrap().clone() }",
            r#".route("/", get(read).put(write))"#, "Board::default()");
        a_game_in_the_data_of_actix_fires: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::sync::Mutex;
#[derive(Default)]
struct Game { score: (u8, u8), over: bool }
struct Table { game: Mutex<Game> } //~ global-mutable
async fn goal(table: web::Data<Table>) -> String {
    let mut game = table.game.lock().unwrap();
    game.score.0 += 1;
    game.over = game.score.0 == 10;
    format!("{}:{}", game.score.0, game.score.1)
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let table = web::Data::new(Table { game: Mutex::default() });
    HttpServer::new(move || App::new().app_data(table.clone()).route("/goal", web::post().to(goal))).bind("0.0.0.0:80")?.run().await
}
"#;
        a_temperature_of_a_room_in_rocket_fires: r#"//# app/src/main.rs uses: rocket, parking_lot
use parking_lot::RwLock;
use rocket::{State, get, launch, put, routes};
#[derive(Default)]
struct Reading { celsius: f32, sensor: String }
struct Room(RwLock<Reading>); //~ global-mutable
#[put("/<celsius>/<sensor>")]
fn measure(room: &State<Room>, celsius: f32, sensor: String) { *room.0.write() = Reading { celsius, sensor }; }
#[get("/")]
fn shown(room: &State<Room>) -> String { room.0.read().celsius.to_string() }
#[launch]
fn rocket() -> _ { rocket::build().manage(Room(RwLock::default())).mount("/", routes![measure, shown]) }
"#;
        the_leader_of_a_vote_behind_a_trait_object_fires: axum!(r"
mod vote;
use vote::{Local, Vote};
async fn choose(State(vote): State<Arc<dyn Vote>>, name: String) { vote.set(name); }
async fn leader(State(vote): State<Arc<dyn Vote>>) -> String { vote.leader().unwrap_or_default() }",
            r#".route("/", get(leader).post(choose))"#, "Arc::new(Local::default()) as Arc<dyn Vote>", r"//# app/src/vote.rs
use std::sync::Mutex;
pub trait Vote: Send + Sync { fn set(&self, name: String); fn leader(&self) -> Option<String>; }
#[derive(Default)]
pub struct Local { chosen: Mutex<Option<String>> } //~ global-mutable
impl Vote for Local {
    fn set(&self, name: String) { *self.chosen.lock().unwrap() = Some(name); }
    fn leader(&self) -> Option<String> { self.chosen.lock().unwrap().clone() }
}
");
        the_position_of_a_lift_of_an_actor_fires: r#"//# app/src/main.rs uses: actix
use actix::prelude::*;
#[derive(Default)]
struct Floor { level: i8, open: bool }
struct Lift { floor: Floor } //~ global-mutable
#[derive(Message)]
#[rtype(result = "i8")]
struct Call(Floor);
impl Actor for Lift { type Context = Context<Self>; }
impl Handler<Call> for Lift {
    type Result = i8;
    fn handle(&mut self, call: Call, _: &mut Context<Self>) -> i8 {
        let before = self.floor.level;
        self.floor = call.0;
        before
    }
}
#[actix::main]
async fn main() { Lift { floor: Floor::default() }.start(); }
"#;
        a_static_mut_fires: axum!(r"
struct Weather { text: String }
static mut WEATHER: Option<Weather> = None; //~ global-mutable
async fn tell(text: String) { unsafe { WEATHER = Some(Weather { text }); } }
async fn ask() -> String { unsafe { WEATHER.as_ref().map(|it| it.text.clone()).unwrap_or_default() } }",
            r#".route("/", get(ask).put(tell))"#, "()");
        a_document_edited_by_a_grpc_service_fires: r#"//# app/src/main.rs uses: tonic, tokio
use std::sync::Arc;
use tokio::sync::Mutex;
use tonic::{Request, Response, Status, transport::Server};
pub mod doc { tonic::include_proto!("doc"); }
use doc::{editor_server::{Editor, EditorServer}, Edit, Text};
#[derive(Default)]
struct Desk { text: Arc<Mutex<String>> } //~ global-mutable
#[tonic::async_trait]
impl Editor for Desk {
    async fn append(&self, request: Request<Edit>) -> Result<Response<Text>, Status> {
        let mut text = self.text.lock().await;
        text.push_str(&request.into_inner().text);
        Ok(Response::new(Text { text: text.clone() }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(EditorServer::new(Desk::default())).serve(address()).await.unwrap(); }
"#;
        the_pixel_of_a_screen_of_a_plain_server_fires: r#"//# app/src/main.rs uses: tokio
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
struct Screen { pixels: [u32; 64] }
async fn talk(mut stream: TcpStream, screen: Arc<Mutex<Screen>>) {
    while let Some((place, colour)) = read_command(&mut stream).await {
        screen.lock().unwrap().pixels[place] = colour;
        let picture = screen.lock().unwrap().pixels;
        show(&mut stream, &picture).await;
    }
}
#[tokio::main]
async fn main() {
    let screen = Arc::new(Mutex::new(Screen { pixels: [0; 64] })); //~ global-mutable
    let listener = TcpListener::bind("0.0.0.0:1234").await.unwrap();
    loop { let (stream, _) = listener.accept().await.unwrap(); tokio::spawn(talk(stream, screen.clone())); }
}
"#;
    }
    silent {
        a_value_of_one_request_behind_a_lock_is_silent: axum!(r"
#[derive(Default)]
struct Report { text: String, pages: u32 }
async fn report(body: String) -> String {
    let report = Arc::new(RwLock::new(Report::default()));
    for line in body.lines() {
        let mut report = report.write().unwrap();
        report.text.push_str(line);
        report.pages += 1;
    }
    let text = report.read().unwrap().text.clone();
    text
}", r#".route("/report", post(report))"#, "()");
        the_state_of_one_connection_is_silent: r#"//# app/src/main.rs uses: tokio
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
#[derive(Default)]
struct Terminal { folder: String, colour: u8 }
async fn talk(mut stream: TcpStream) {
    let terminal = Arc::new(Mutex::new(Terminal::default()));
    while let Some(line) = read_line(&mut stream).await {
        if let Some(folder) = line.strip_prefix("cd ") { terminal.lock().unwrap().folder = folder.to_owned(); }
        let folder = terminal.lock().unwrap().folder.clone();
        answer(&mut stream, &folder).await;
    }
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop { let (stream, _) = listener.accept().await.unwrap(); tokio::spawn(talk(stream)); }
}
"#;
        a_value_set_once_before_serving_is_silent: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
use std::sync::OnceLock;
struct Site { name: String }
static SITE: OnceLock<Site> = OnceLock::new();
async fn index() -> String { SITE.get().unwrap().name.clone() }
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let _ = SITE.set(Site { name: std::env::var("SITE").unwrap() });
    HttpServer::new(|| App::new().route("/", web::get().to(index))).bind("0.0.0.0:80")?.run().await
}
"#;
        a_client_put_in_at_first_use_is_silent: axum!(r#"
#[derive(Clone, Default)]
struct App { http: Arc<tokio::sync::OnceCell<reqwest::Client>> }
async fn index(State(app): State<App>) -> String {
    let client = app.http.get_or_init(|| async { reqwest::Client::new() }).await;
    client.get("http://pages/").send().await.unwrap().text().await.unwrap()
}"#, r#".route("/", get(index))"#, "App::default()");
        a_copy_of_shared_settings_changed_for_one_answer_is_silent: r#"//# app/src/main.rs uses: rocket
use rocket::{State, get, launch, routes};
#[derive(Clone)]
struct Style { colour: String, size: u8 }
#[get("/?<colour>")]
fn page(style: &State<Style>, colour: Option<String>) -> String {
    let mut style = style.inner().clone();
    if let Some(colour) = colour { style.colour = colour; }
    draw(&style)
}
#[launch]
fn rocket() -> _ { rocket::build().manage(Style { colour: "red".into(), size: 12 }).mount("/", routes![page]) }
"#;
        a_value_in_the_database_is_silent: axum!(r#"
#[derive(Clone)]
struct Position { pool: sqlx::PgPool }
impl Position {
    async fn set(&self, x: f64) { sqlx::query("UPDATE ball SET x = $1").bind(x).execute(&self.pool).await.unwrap(); }
}
async fn kick(State(position): State<Position>, Path(x): Path<f64>) { position.set(x).await; }"#,
            r#".route("/kick/{x}", post(kick))"#, "Position { pool: pool().await }");
        scratch_of_a_thread_emptied_before_use_is_silent: r"//# app/src/main.rs uses: warp, tokio
use std::cell::RefCell;
use warp::Filter;
thread_local! { static TEXT: RefCell<String> = const { RefCell::new(String::new()) }; }
fn shout(name: String) -> String {
    TEXT.with(|text| {
        let mut text = text.borrow_mut();
        text.clear();
        text.push_str(&name);
        text.push('!');
        text.to_uppercase()
    })
}
#[tokio::main]
async fn main() { warp::serve(warp::path!(String).map(shout)).run(([0, 0, 0, 0], 80)).await; }
";
        the_world_of_a_game_on_a_desktop_is_silent: r"//# game/src/main.rs uses: winit
use std::sync::Mutex;
struct World { x: f32, y: f32 }
static WORLD: Mutex<World> = Mutex::new(World { x: 0.0, y: 0.0 });
fn pressed(key: char) {
    let mut world = WORLD.lock().unwrap();
    match key { 'a' => world.x -= 1.0, 'd' => world.x += 1.0, _ => world.y += 1.0 }
}
fn main() {
    let events = winit::event_loop::EventLoop::new().unwrap();
    events.run(|event, _| if let Some(key) = key_of(&event) { pressed(key) }).unwrap();
}
";
    }
    mistakes {
        a_key_handler_of_a_desktop_game_is_silent because "known mistake: a function called handle_.. is taken for an entry where no framework is used": r"//# game/src/main.rs uses: winit
use std::sync::Mutex;
struct World { x: f32, y: f32 }
static WORLD: Mutex<World> = Mutex::new(World { x: 0.0, y: 0.0 });
fn handle_key(key: char) {
    let mut world = WORLD.lock().unwrap();
    match key { 'a' => world.x -= 1.0, 'd' => world.x += 1.0, _ => world.y += 1.0 }
}
fn main() {
    let events = winit::event_loop::EventLoop::new().unwrap();
    events.run(|event, _| if let Some(key) = key_of(&event) { handle_key(key) }).unwrap();
}
";
    }
}
