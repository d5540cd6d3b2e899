//! Files that libraries write themselves, parts of the state that handlers ask for by type, pools of buffers, keys that
//! nobody uses: what the eleventh and the thirteenth round of judged services taught.

use super::{check_program, check_rule};
use crate::finding::Level;

#[test]
fn one_actor_keeps_a_file_for_each_of_two_messages() {
    check_rule(
        r#"//# app/src/main.rs uses: actix, actix_web, tokio
use actix::{Actor, Addr, Context, Handler, Message, ResponseFuture};
use actix_web::{App, HttpServer, web};
#[derive(Message)]
#[rtype(result = "()")]
struct Portrait { user: u64, bytes: Vec<u8> }
#[derive(Message)]
#[rtype(result = "String")]
struct Banner { room: String, bytes: Vec<u8> }
struct Shelf;
impl Actor for Shelf { type Context = Context<Self>; }
impl Handler<Portrait> for Shelf {
    type Result = ();
    fn handle(&mut self, message: Portrait, _: &mut Self::Context) {
        std::fs::write(format!("pictures/{}.png", message.user), &message.bytes).unwrap(); //~ local-file
    }
}
impl Handler<Banner> for Shelf {
    type Result = ResponseFuture<String>;
    fn handle(&mut self, message: Banner, _: &mut Self::Context) -> Self::Result {
        Box::pin(async move {
            let place = format!("banners/{}.png", message.room);
            tokio::fs::write(&place, &message.bytes).await.unwrap(); //~ local-file
            place
        })
    }
}
async fn hang(shelf: web::Data<Addr<Shelf>>, bytes: web::Bytes) -> String {
    shelf.do_send(Portrait { user: 1, bytes: bytes.to_vec() });
    shelf.send(Banner { room: "hall".to_owned(), bytes: bytes.to_vec() }).await.unwrap()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let shelf = web::Data::new(Shelf.start());
    HttpServer::new(move || App::new().app_data(shelf.clone()).route("/", web::post().to(hang))).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn a_picture_that_its_library_saves_is_a_file_and_one_that_is_sent_is_none() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, image, tokio
use std::path::PathBuf;
use axum::{Router, body::Bytes, extract::State, routing::post};
#[derive(Clone)]
struct Gallery { folder: PathBuf }
impl Gallery {
    fn hang(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let picture = image::load_from_memory(bytes).map_err(|error| error.to_string())?;
        let small = picture.thumbnail(64, 64);
        let place = self.folder.join(name);
        small.save_with_format(place, image::ImageFormat::Png).map_err(|error| error.to_string())?; //~ local-file
        Ok(())
    }
}
async fn hang(State(gallery): State<Gallery>, bytes: Bytes) { gallery.hang("one.png", &bytes).unwrap(); }
async fn shrink(bytes: Bytes) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let picture = image::load_from_memory(&bytes).unwrap().thumbnail(64, 64);
    picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}
#[tokio::main]
async fn main() {
    let app = Router::new().route("/hang", post(hang)).route("/shrink", post(shrink)).with_state(Gallery { folder: "pictures".into() });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_copy_of_the_database_is_a_file_and_a_tidied_database_is_none() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, rusqlite, tokio
use std::sync::{Arc, Mutex};
use axum::{Router, extract::State, routing::post};
use rusqlite::{Connection, params};
type Shelf = Arc<Mutex<Connection>>;
async fn copy(State(shelf): State<Shelf>) -> String {
    let place = format!("copy-{}.db", now());
    let connection = shelf.lock().unwrap();
    connection.execute("VACUUM INTO ?1", params![place.clone()]).unwrap(); //~ local-file
    place
}
async fn tidy(State(shelf): State<Shelf>) { shelf.lock().unwrap().execute("VACUUM", params![]).unwrap(); }
#[tokio::main]
async fn main() {
    let shelf: Shelf = Arc::new(Mutex::new(open()));
    let app = Router::new().route("/copy", post(copy)).route("/tidy", post(tidy)).with_state(shelf);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_timer_writes_and_a_request_reads_back_is_a_file_and_a_snapshot_for_the_next_start_is_none() {
    let program = |reads: &str, mark: &str| {
        format!(
            r#"//# app/src/main.rs uses: axum, tokio, serde_json
use axum::{{Router, routing::post}};
use std::time::Duration;
struct Settings {{ names_file: String }}
static SETTINGS: std::sync::LazyLock<Settings> = std::sync::LazyLock::new(load);
async fn names() -> String {{ tokio::fs::read_to_string(&SETTINGS.names_file).await.unwrap() }}
async fn reload() -> String {{ {reads} }}
#[tokio::main]
async fn main() {{
    let first = names().await;
    tokio::spawn(async move {{
        let mut beat = tokio::time::interval(Duration::from_secs(60));
        loop {{
            beat.tick().await;
            tokio::fs::write(&SETTINGS.names_file, summary()).await.unwrap(); {mark}
        }}
    }});
    axum::serve(listener(first).await, Router::new().route("/reload", post(reload))).await.unwrap();
}}
"#
        )
    };
    check_rule(&program("names().await", "//~ local-file"));
    check_rule(&program("\"nothing to do\".to_owned()", ""));
}

#[test]
fn handlers_that_ask_for_a_part_of_the_state_by_its_type_have_that_very_part() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, moka, tokio
use std::time::Duration;
use axum::{Router, extract::{FromRef, Path, State}, routing::{get, post}};
use moka::future::Cache;
type Answers<K> = Cache<K, Option<String>>;
#[derive(FromRef, Clone)]
struct Library {
    by_title: Answers<String>, //~ in-memory-cache
    by_number: Answers<u64>, //~ in-memory-cache
    idle: Answers<i8>,
}
async fn title(State(answers): State<Answers<String>>, Path(title): Path<String>) -> Option<String> {
    answers.get_with(title.clone(), async move { look_up(title).await }).await
}
async fn number(State(answers): State<Answers<u64>>, Path(number): Path<u64>) -> Option<String> {
    answers.get_with(number, async move { look_up_number(number).await }).await
}
async fn forget(State(answers): State<Answers<String>>) { answers.invalidate_all(); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/title/{title}", get(title)).route("/number/{number}", get(number)).route("/forget", post(forget)).with_state(Library {
        by_title: Cache::builder().max_capacity(100).time_to_live(Duration::from_secs(7200)).build(),
        by_number: Cache::builder().max_capacity(100).build(),
        idle: Cache::builder().build(),
    });
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_login_under_way_is_no_handle_though_it_keeps_its_client() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, openidconnect, reqwest, tokio
use std::{collections::HashMap, sync::Arc};
use axum::{Router, extract::{Path, State}, routing::{get, post}};
use openidconnect::{CsrfToken, Nonce, PkceCodeVerifier, core::CoreClient};
use tokio::sync::Mutex;
struct Begun { client: CoreClient, issuer: String, verifier: PkceCodeVerifier, token: CsrfToken, nonce: Nonce }
struct Partner { client: reqwest::Client, address: String, token: String }
#[derive(Clone, Default)]
struct Door {
    pending_logins: Arc<Mutex<HashMap<String, Begun>>>, //~ in-memory-session
    partners: Arc<Mutex<HashMap<String, Partner>>>,
}
async fn begin(State(door): State<Door>, name: String) { door.pending_logins.lock().await.insert(name, discover().await); }
async fn finish(State(door): State<Door>, Path(name): Path<String>) -> bool {
    match door.pending_logins.lock().await.remove(&name) { Some(begun) => exchange(begun).await, None => false }
}
async fn ask(State(door): State<Door>, Path(name): Path<String>) { door.partners.lock().await.insert(name, dial().await); }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/begin", post(begin)).route("/finish/{name}", get(finish)).route("/ask/{name}", get(ask)).with_state(Door::default());
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}

#[test]
fn a_pool_of_buffers_is_of_this_process_and_a_pool_of_ports_is_not() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio, bytes, crossbeam_queue
use std::{collections::HashMap, sync::{Arc, LazyLock, Mutex, atomic::{AtomicUsize, Ordering}}};
use bytes::BytesMut;
use crossbeam_queue::ArrayQueue;
use tokio::net::{TcpListener, TcpStream};
static POOL: LazyLock<BufferPool> = LazyLock::new(|| BufferPool(Arc::new(ArrayQueue::new(64))));
static BUFFERS_LENT: AtomicUsize = AtomicUsize::new(0);
static FREE_PORTS: Mutex<Vec<u16>> = Mutex::new(Vec::new()); //~ in-memory-store
struct BufferPool(Arc<ArrayQueue<BytesMut>>);
impl BufferPool {
    fn lend(&self) -> Lent {
        BUFFERS_LENT.fetch_add(1, Ordering::Relaxed);
        Lent(Some(self.0.pop().unwrap_or_else(|| BytesMut::with_capacity(4096))))
    }
    fn give_back(&self, lent: &mut Lent) {
        if let Some(mut bytes) = lent.0.take() {
            BUFFERS_LENT.fetch_sub(1, Ordering::Relaxed);
            bytes.clear();
            let _ = self.0.push(bytes);
        }
    }
}
struct Lent(Option<BytesMut>);
impl Drop for Lent { fn drop(&mut self) { POOL.give_back(self); } }
fn lend_port() -> Option<u16> { FREE_PORTS.lock().unwrap().pop() }
fn release_port(port: u16) { FREE_PORTS.lock().unwrap().push(port); }
async fn serve(stream: TcpStream) {
    let mut buffer = POOL.lend();
    let port = lend_port().unwrap();
    relay(&stream, port, &mut buffer).await;
    release_port(port);
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    while BUFFERS_LENT.load(Ordering::Relaxed) < 1000 {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(serve(stream));
    }
}
"#,
    );
}

#[test]
fn what_a_task_of_one_connection_counts_is_its_own_though_a_trait_hides_the_socket() {
    check_rule(
        r#"//# app/src/main.rs uses: tokio
use std::{collections::HashMap, future::Future, net::SocketAddr, sync::{Arc, Mutex}, time::Duration};
use tokio::{net::{TcpListener, TcpStream}, sync::mpsc};
struct Note { text: String }
#[derive(Clone, Default)]
struct Hub { members: Arc<Mutex<HashMap<SocketAddr, mpsc::Sender<Note>>>> } //~ local-broadcast
impl Hub {
    fn join(&self, address: SocketAddr) -> mpsc::Receiver<Note> {
        let (sender, receiver) = mpsc::channel(8);
        self.members.lock().unwrap().insert(address, sender);
        receiver
    }
    fn tell(&self, text: &str) {
        for member in self.members.lock().unwrap().values() { let _ = member.try_send(Note { text: text.to_owned() }); }
    }
}
trait Wire: Send + Sized + 'static { fn read(&mut self) -> impl Future<Output = Option<String>> + Send; }
trait Door: Send + Sized {
    type Stream: Wire;
    fn open() -> impl Future<Output = Self> + Send;
    fn accept(&mut self) -> impl Future<Output = Result<(Self::Stream, SocketAddr), ()>> + Send;
    fn serve(hub: Hub) -> impl Future<Output = ()> + Send {
        async move {
            let mut door = Self::open().await;
            while let Ok((mut wire, address)) = door.accept().await {
                let hub = hub.clone();
                let mut inbox = hub.join(address);
                tokio::spawn(async move {
                    let mut beat = tokio::time::interval(Duration::from_secs(1));
                    let mut idle = 0;
                    loop {
                        tokio::select! {
                            Some(text) = wire.read() => { idle = 0; hub.tell(&text); }
                            Some(note) = inbox.recv() => { show(note.text).await; }
                            _ = beat.tick() => {
                                idle += 1;
                                if idle >= 30 { break; }
                            }
                        }
                    }
                });
            }
        }
    }
}
impl Wire for TcpStream { async fn read(&mut self) -> Option<String> { read_line(self).await } }
struct Tcp { listener: TcpListener }
impl Door for Tcp {
    type Stream = TcpStream;
    async fn open() -> Tcp { Tcp { listener: TcpListener::bind("0.0.0.0:6000").await.unwrap() } }
    async fn accept(&mut self) -> Result<(TcpStream, SocketAddr), ()> { self.listener.accept().await.map_err(|_| ()) }
}
#[tokio::main]
async fn main() { Tcp::serve(Hub::default()).await; }
"#,
    );
}

#[test]
fn a_key_drawn_by_what_only_tests_call_signs_nothing() {
    check_rule(
        r#"//# seals/src/lib.rs uses: rsa, rand
use rsa::{RsaPrivateKey, RsaPublicKey};
pub fn draw_pair() -> (RsaPrivateKey, RsaPublicKey) {
    let mut rng = rand::thread_rng();
    let private_key = RsaPrivateKey::new(&mut rng, 2048).unwrap();
    let public_key = RsaPublicKey::from(&private_key);
    (private_key, public_key)
}
pub fn draw_for_the_day() -> RsaPrivateKey {
    let mut rng = rand::thread_rng();
    RsaPrivateKey::new(&mut rng, 2048).unwrap() //~ per-process-key
}
pub fn check(seal: &str, key: &str) -> bool { seal == key }
#[cfg(test)]
mod tests {
    #[test]
    fn a_seal_holds() { let (private, public) = super::draw_pair(); assert!(super::check(&sign(&private), &text(&public))); }
}
//# app/src/main.rs uses: axum, tokio, seals
use axum::{Router, extract::State, routing::get};
async fn check(State(key): State<String>) -> &'static str { if seals::check("seal", &key) { "good" } else { "bad" } }
#[tokio::main]
async fn main() {
    let key = text(&seals::draw_for_the_day());
    axum::serve(listener().await, Router::new().route("/", get(check)).with_state(key)).await.unwrap();
}
"#,
    );
}

const WRITTEN_OVER: &str = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, body::Bytes, extract::Path, routing::put};
use tokio::{fs::OpenOptions, io::AsyncWriteExt};
async fn keep(Path(name): Path<String>, body: Bytes) {
    let mut file = OpenOptions::new().create(true).write(true).open(format!("notes/{name}")).await.unwrap(); //~ local-file
    file.write_all(&body).await.unwrap();
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/notes/{name}", put(keep))).await.unwrap();
}
"#;

#[test]
fn a_file_that_is_opened_and_written_over_is_kept() {
    check_rule(WRITTEN_OVER);
}

#[test]
fn a_file_that_is_opened_for_writing_and_not_written_to_is_silent() {
    let writes = "file.write_all(&body).await.unwrap();";
    check_rule(
        &WRITTEN_OVER
            .replace(writes, "hold(&mut file, body.len());")
            .replace(" //~ local-file", ""),
    );
}

const TAKEN_BACK: &str = r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, body::Bytes, extract::Path, routing::put};
async fn keep(Path(name): Path<String>, body: Bytes) -> Result<(), String> {
    let place = format!("pictures/{name}");
    if let Err(error) = tokio::fs::write(&place, &body).await { //~ local-file
        let _ = tokio::fs::remove_file(&place).await;
        return Err(error.to_string());
    }
    note(&place).await
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/pictures/{name}", put(keep))).await.unwrap();
}
"#;

#[test]
fn a_file_removed_only_where_it_could_not_be_written_is_kept() {
    check_rule(TAKEN_BACK);
}

#[test]
fn a_file_removed_when_it_was_used_is_scratch() {
    let failed = "        let _ = tokio::fs::remove_file(&place).await;\n";
    let used = "note(&place).await";
    let program = TAKEN_BACK.replace(failed, "").replace(
        used,
        "let noted = note(&place).await;\n    let _ = tokio::fs::remove_file(&place).await;\n    noted",
    );
    check_rule(&program.replace(" //~ local-file", ""));
}

#[test]
fn a_file_that_its_function_only_caches_is_a_note() {
    let program = WRITTEN_OVER.replace("keep", "cache_page");
    let checked = check_program(&program.replace(" //~ local-file", ""));
    let of_file: Vec<_> = checked
        .findings
        .iter()
        .filter(|finding| finding.rule == "local-file")
        .collect();
    assert!(!of_file.is_empty() && of_file.iter().all(|finding| finding.level == Level::Note));
}

const SAVED: &str = r#"//# app/src/main.rs uses: axum, tokio, blazon
use axum::{Router, extract::Path, routing::post};
use blazon::Shield;
async fn draw(Path(name): Path<String>) {
    let place = format!("shields/{name}.png");
    Shield::of(&name).picture().save(place).unwrap(); //~ local-file
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/shields/{name}", post(draw))).await.unwrap();
}
"#;

#[test]
fn what_any_library_saves_under_the_name_of_a_file_is_kept() {
    check_rule(SAVED);
}

#[test]
fn what_a_library_saves_under_another_name_is_silent() {
    check_rule(
        &SAVED
            .replace("shields/{name}.png", "shield of {name}")
            .replace(" //~ local-file", ""),
    );
}
