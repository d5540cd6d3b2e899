//! Environment and working directory: what a request sets, and what start-up may.

/// A service on axum with this handler and these helpers.
macro_rules! service {
    ($handler:literal) => {
        concat!(
            "//# app/src/main.rs uses: axum, tokio, tokio-stream\nuse axum::{Router, routing::post};\nuse std::env;\nuse std::process::Command;\n",
            $handler,
            "\n#[tokio::main]\nasync fn main() {\n    let app: Router = Router::new().route(\"/\", post(handle));\n    axum::serve(listener().await, app).await.unwrap();\n}\n"
        )
    };
}

cases! {
    firing {
        a_variable_set_by_a_handler_fires: service!("async fn handle(name: String) { unsafe { std::env::set_var(\"NAME\", name) }; } //~ process-env");
        a_variable_set_through_an_import_fires: service!("async fn handle(name: String) { env::set_var(\"NAME\", name); } //~ process-env");
        a_variable_set_by_a_helper_fires: service!("fn remember(name: &str) { env::set_var(\"NAME\", name); } //~ process-env\nasync fn handle(name: String) { remember(&name); }");
        a_variable_removed_by_a_handler_fires: service!("async fn handle() { env::remove_var(\"TOKEN\"); } //~ process-env");
        the_working_directory_set_by_a_handler_fires: service!("async fn handle(dir: String) -> String { env::set_current_dir(dir).unwrap(); ls() } //~ process-env");
        a_variable_set_and_taken_back_fires: service!("async fn handle(key: String) -> String { env::set_var(\"KEY\", key); let answer = ask(); env::remove_var(\"KEY\"); answer } //~ process-env");
        a_variable_set_in_a_blocking_task_fires: service!("async fn handle(zone: String) { tokio::task::spawn_blocking(move || { env::set_var(\"TZ\", zone) }).await.unwrap(); } //~ process-env");
        a_variable_set_through_a_function_import_fires: service!("use std::env::set_var;\nasync fn handle(name: String) { set_var(\"NAME\", name); } //~ process-env");
    }
    silent {
        a_variable_read_by_a_handler_is_silent: service!("async fn handle() -> String { env::var(\"NAME\").unwrap_or_default() }");
        a_variable_of_a_child_is_silent: service!("async fn handle(name: String) -> bool { Command::new(\"convert\").env(\"NAME\", name).status().unwrap().success() }");
        the_directory_of_a_child_is_silent: service!("async fn handle(dir: String) -> bool { Command::new(\"ls\").current_dir(dir).status().unwrap().success() }");
        the_directory_read_by_a_handler_is_silent: service!("async fn handle() -> String { env::current_dir().unwrap().display().to_string() }");
        a_set_var_of_our_own_is_silent: service!("mod template { pub fn set_var(_: &str, _: &str) {} }\nasync fn handle(name: String) { template::set_var(\"name\", &name); }");
        a_variable_set_by_a_test_is_silent: service!("async fn handle() -> String { env::var(\"NAME\").unwrap_or_default() }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn reads() { std::env::set_var(\"NAME\", \"ann\"); }\n}");
        a_missing_variable_filled_in_is_silent: service!("async fn handle() -> String { if env::var(\"URL\").is_err() { env::set_var(\"URL\", \"http://db\"); } ask() }");
        a_helper_that_nobody_calls_is_silent: service!("fn unused(name: &str) { env::set_var(\"NAME\", name); }\nasync fn handle() {}");
        a_variable_set_at_start_is_silent: r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, routing::get};
fn configure() { unsafe { std::env::set_var("RUST_LOG", "info") }; }
async fn level() -> String { std::env::var("RUST_LOG").unwrap_or_default() }
#[tokio::main]
async fn main() {
    configure();
    let app: Router = Router::new().route("/", get(level));
    axum::serve(listener().await, app).await.unwrap();
}
"#;
    }
}
