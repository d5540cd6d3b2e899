//! Files that something else writes for the handler: a program that it runs, a method of the framework's body.

use super::check_rule;

fn fetcher(mark: &str, run: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{{Router, routing::post}};
use tokio::process::Command;
async fn fetch(address: String) -> String {{
    {run}{mark}
}}
#[tokio::main]
async fn main() {{
    axum::serve(listener().await, Router::new().route("/fetch", post(fetch))).await.unwrap();
}}
"#
    )
}

#[test]
fn a_program_told_where_to_write_keeps_a_file() {
    check_rule(&fetcher(
        " //~ local-file",
        r#"Command::new("/usr/bin/curl").args(["--silent", "--output"]).arg(picture_of(&address)).arg(&address).status().await.unwrap().to_string()"#,
    ));
}

#[test]
fn a_program_that_writes_to_its_caller_keeps_none() {
    check_rule(&fetcher(
        "",
        r#"Command::new("curl").args(["--silent", "--output", "-"]).arg(&address).status().await.unwrap().to_string()"#,
    ));
    check_rule(&fetcher(
        "",
        r#"Command::new("curl").args(["--silent"]).arg(&address).status().await.unwrap().to_string()"#,
    ));
}

/// A drawer whose files a match opens; `other` is another arm.
fn drawer(mark: &str, other: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: rocket, tempfile
use rocket::{{post, routes}};
use std::{{fs::{{File, OpenOptions}}, io::Write}};
enum Drawer {{ Real, Other }}
impl Drawer {{
    fn open(&self) -> File {{
        match self {{
            Drawer::Real => {{
                let mut options = OpenOptions::new();
                options.create(true).write(true).truncate(true);
                options.open("notes.txt").unwrap(){mark}
            }}
            {other}
        }}
    }}
}}
#[post("/note", data = "<text>")]
fn note(text: String) {{ Drawer::Real.open().write_all(text.as_bytes()).unwrap(); }}
fn main() {{ rocket::ignite().mount("/", routes![note]).launch(); }}
"#
    )
}

#[test]
fn an_arm_for_tests_says_nothing_of_the_file() {
    check_rule(&drawer(
        " //~ local-file",
        "#[cfg(test)] Drawer::Other => tempfile::tempfile().unwrap(),",
    ));
}

#[test]
fn a_body_streamed_to_a_file_is_kept() {
    check_rule(
        r#"//# app/src/main.rs uses: rocket
use rocket::{Data, post, routes};
#[post("/paste", data = "<paste>")]
fn paste(paste: Data) { paste.stream_to_file(name_of_it()).unwrap(); } //~ local-file
fn main() { rocket::ignite().mount("/", routes![paste]).launch(); }
"#,
    );
}
