//! Files that a request leaves on this replica's disk, and files that it takes away again, that are logs, or that it reads.

cases! {
    firing {
        an_avatar_read_back_later_is_an_error: axum!(r#"
async fn put_avatar(Path(user): Path<u64>, body: axum::body::Bytes) -> StatusCode {
    tokio::fs::write(format!("/data/avatars/{user}.png"), &body).await.unwrap(); //~ local-file(error)
    StatusCode::CREATED
}
async fn avatar(Path(user): Path<u64>) -> Vec<u8> { tokio::fs::read(format!("/data/avatars/{user}.png")).await.unwrap() }"#,
            r#".route("/avatars/{user}", get(avatar).put(put_avatar))"#, "()");
        a_form_that_nobody_reads_back_is_a_warning: r#"//# app/src/main.rs uses: actix_web
use actix_web::{App, HttpServer, web};
async fn complain(text: String) -> String {
    let name = format!("complaints/{}.txt", now());
    std::fs::write(&name, text).unwrap(); //~ local-file(warning)
    name
}
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().route("/", web::post().to(complain))).bind("0.0.0.0:80")?.run().await }
"#;
        a_temporary_upload_made_lasting_fires: r#"//# app/src/main.rs uses: rocket
use rocket::{form::Form, fs::TempFile, launch, post, routes};
#[derive(rocket::FromForm)]
struct Upload<'r> { name: String, file: TempFile<'r> }
#[post("/upload", data = "<upload>")]
async fn upload(mut upload: Form<Upload<'_>>) -> std::io::Result<()> {
    let target = format!("uploads/{}", upload.name);
    upload.file.persist_to(target).await //~ local-file
}
#[launch]
fn rocket() -> _ { rocket::build().mount("/", routes![upload]) }
"#;
        a_store_behind_a_trait_object_fires: axum!(r"
mod blobs;
use blobs::{Blobs, Folder};
async fn keep(State(blobs): State<Arc<dyn Blobs>>, Path(name): Path<String>, body: axum::body::Bytes) { blobs.put(&name, &body); }
async fn give(State(blobs): State<Arc<dyn Blobs>>, Path(name): Path<String>) -> Vec<u8> { blobs.get(&name) }",
            r#".route("/blobs/{name}", get(give).put(keep))"#, r#"Arc::new(Folder { root: "/var/blobs".into() }) as Arc<dyn Blobs>"#, r"//# app/src/blobs.rs
use std::{fs, path::PathBuf};
pub trait Blobs: Send + Sync { fn put(&self, name: &str, bytes: &[u8]); fn get(&self, name: &str) -> Vec<u8>; }
pub struct Folder { pub root: PathBuf }
impl Blobs for Folder {
    fn put(&self, name: &str, bytes: &[u8]) { fs::write(self.root.join(name), bytes).unwrap(); } //~ local-file
    fn get(&self, name: &str) -> Vec<u8> { fs::read(self.root.join(name)).unwrap() }
}
");
        a_file_written_beside_then_renamed_fires: axum!(r#"
async fn save(Path(name): Path<String>, text: String) -> std::io::Result<()> {
    let beside = format!("pages/.{name}.new");
    tokio::fs::write(&beside, text).await?; //~ local-file
    tokio::fs::rename(&beside, format!("pages/{name}.md")).await
}
async fn store(path: Path<String>, text: String) -> StatusCode {
    match save(path, text).await { Ok(()) => StatusCode::OK, Err(_) => StatusCode::INTERNAL_SERVER_ERROR }
}"#, r#".route("/pages/{name}", put(store))"#, "()");
        a_recording_of_a_connection_fires: r#"//# app/src/main.rs uses: tokio
use tokio::{fs::File, io::copy, net::{TcpListener, TcpStream}};
async fn record(mut stream: TcpStream, peer: std::net::SocketAddr) -> std::io::Result<u64> {
    let mut file = File::create(format!("recordings/{peer}.raw")).await?; //~ local-file
    copy(&mut stream, &mut file).await
}
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop {
        let (stream, peer) = listener.accept().await.unwrap();
        tokio::spawn(record(stream, peer));
    }
}
"#;
        a_report_of_a_grpc_service_fires: r#"//# app/src/main.rs uses: tonic, tokio
use tonic::{Request, Response, Status, transport::Server};
pub mod reports { tonic::include_proto!("reports"); }
use reports::{reports_server::{Reports, ReportsServer}, Name, Report};
#[derive(Default)]
struct Desk;
fn write_report(name: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create(format!("reports/{name}.csv"))?; //~ local-file
    fill(&mut file)
}
#[tonic::async_trait]
impl Reports for Desk {
    async fn make(&self, request: Request<Name>) -> Result<Response<Name>, Status> {
        write_report(&request.get_ref().name)?;
        Ok(Response::new(request.into_inner()))
    }
    async fn get(&self, request: Request<Name>) -> Result<Response<Report>, Status> {
        let text = std::fs::read_to_string(format!("reports/{}.csv", request.get_ref().name))?;
        Ok(Response::new(Report { text }))
    }
}
#[tokio::main]
async fn main() { Server::builder().add_service(ReportsServer::new(Desk)).serve(address()).await.unwrap(); }
"#;
        a_table_saved_as_a_whole_by_each_change_fires: r#"//# app/src/main.rs uses: poem, serde_json, tokio
use poem::{Route, Server, get, handler, listener::TcpListener};
const PLACE: &str = "settings.json";
fn load() -> Vec<String> { serde_json::from_str(&std::fs::read_to_string(PLACE).unwrap()).unwrap() }
fn save(names: &[String]) { std::fs::write(PLACE, serde_json::to_string(names).unwrap()).unwrap(); } //~ local-file
#[handler]
async fn add(name: String) { let mut names = load(); names.push(name); save(&names); }
#[handler]
async fn list() -> String { load().join(",") }
#[tokio::main]
async fn main() { Server::new(TcpListener::bind("0.0.0.0:80")).run(Route::new().at("/", get(list).post(add))).await.unwrap(); }
"#;
    }
    silent {
        a_temporary_file_removed_by_the_same_function_is_silent: axum!(r#"
async fn convert(body: axum::body::Bytes) -> Vec<u8> {
    let path = std::env::temp_dir().join(uuid::Uuid::new_v4().to_string());
    tokio::fs::write(&path, &body).await.unwrap();
    let output = std::process::Command::new("convert").arg(&path).output().unwrap();
    tokio::fs::remove_file(&path).await.unwrap();
    output.stdout
}"#, r#".route("/convert", post(convert))"#, "()");
        a_temporary_folder_of_one_request_is_silent: r#"//# app/src/main.rs uses: actix_web, tempfile
use actix_web::{App, HttpServer, web};
async fn compile(source: String) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.tex"), source).unwrap();
    typeset(folder.path())
}
#[actix_web::main]
async fn main() -> std::io::Result<()> { HttpServer::new(|| App::new().route("/", web::post().to(compile))).bind("0.0.0.0:80")?.run().await }
"#;
        an_upload_into_an_object_store_is_silent: axum!(r#"
async fn keep(State(bucket): State<aws_sdk_s3::Client>, Path(name): Path<String>, body: axum::body::Bytes) -> StatusCode {
    bucket.put_object().bucket("files").key(name).body(body.into()).send().await.unwrap();
    StatusCode::CREATED
}"#, r#".route("/files/{name}", put(keep))"#, "bucket().await");
        a_file_written_at_start_is_silent: r#"//# app/src/main.rs uses: rocket
use rocket::{get, launch, routes};
#[get("/")]
fn index() -> String { std::fs::read_to_string("schema.json").unwrap() }
#[launch]
fn rocket() -> _ {
    std::fs::write("schema.json", schema()).unwrap();
    std::fs::write("app.pid", std::process::id().to_string()).unwrap();
    rocket::build().mount("/", routes![index])
}
"#;
        lines_of_an_access_log_are_silent: axum!(r#"
fn log_access(line: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open("access.log").unwrap();
    std::io::Write::write_all(&mut file, line.as_bytes()).unwrap();
}
async fn index() -> &'static str { log_access("GET /"); "hello" }"#, r#".route("/", get(index))"#, "()");
        files_that_are_only_read_are_silent: r#"//# app/src/main.rs uses: poem, tokio
use poem::{Route, Server, get, handler, listener::TcpListener, web::Path};
#[handler]
async fn page(Path(name): Path<String>) -> String {
    let mut file = tokio::fs::OpenOptions::new().read(true).open(format!("pages/{name}")).await.unwrap();
    let mut text = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut file, &mut text).await.unwrap();
    text
}
#[tokio::main]
async fn main() { Server::new(TcpListener::bind("0.0.0.0:80")).run(Route::new().at("/:name", get(page))).await.unwrap(); }
"#;
        bytes_written_to_a_socket_are_silent: r#"//# app/src/main.rs uses: tokio
use std::io::Write;
use tokio::{io::AsyncWriteExt, net::TcpListener};
#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("0.0.0.0:6000").await.unwrap();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let mut text = Vec::new();
            write!(text, "hello").unwrap();
            stream.write_all(&text).await.unwrap();
        });
    }
}
"#;
        a_file_of_a_command_line_program_is_silent: r#"//# tool/src/main.rs uses: clap
fn shrink_file(path: &str) { std::fs::write(format!("{path}.out"), shrink(&std::fs::read(path).unwrap())).unwrap(); }
fn main() { for path in std::env::args().skip(1) { shrink_file(&path); } }
"#;
        a_build_script_is_silent: axum!(r#"
async fn index() -> &'static str { include_str!("page.html") }"#, r#".route("/", get(index))"#, "()", r#"//# app/build.rs
fn main() { std::fs::write("src/page.html", render()).unwrap(); }
"#);
    }
    mistakes {
        a_file_handler_of_a_command_line_program_is_silent because "known mistake: a function called handle_.. is taken for an entry where no framework is used": r#"//# tool/src/main.rs uses: clap
fn handle_file(path: &str) { std::fs::write(format!("{path}.out"), shrink(&std::fs::read(path).unwrap())).unwrap(); }
fn main() { for path in std::env::args().skip(1) { handle_file(&path); } }
"#;
    }
}
