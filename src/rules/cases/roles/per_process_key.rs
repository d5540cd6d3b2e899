//! Keys drawn at random: at start they differ per process; as a default, for one request or in a test they are something else.

use crate::finding::Level;
use crate::rules::cases::check_program;

cases! {
    firing {
        a_cookie_key_drawn_at_start_is_found: r#"//# app/src/main.rs uses: axum, axum_extra
use axum::{Router, routing::get};
use axum_extra::extract::cookie::Key;
async fn index() {}
fn main() {
    let key = Key::generate(); //~ per-process-key
    serve(Router::new().route("/", get(index)).with_state(key));
}
"#;
        a_key_in_a_field_of_the_state_is_found: r#"//# app/src/main.rs uses: axum, jwt_simple
use axum::{Router, routing::get};
use jwt_simple::prelude::*;
use jwt_simple::algorithms::HS256Key;
struct App { tokens: HS256Key }
async fn index() {}
fn main() {
    let app = App { tokens: HS256Key::generate() }; //~ per-process-key
    serve(Router::new().route("/", get(index)).with_state(app));
}
"#;
        a_static_key_is_found_at_its_name: r#"//# app/src/main.rs uses: actix_web
use actix_web::{cookie::Key, get};
use std::sync::LazyLock;
static KEY: LazyLock<Key> = LazyLock::new(Key::generate); //~ per-process-key
#[get("/")]
async fn index() -> String { sign(&KEY) }
"#;
        a_closure_draws_a_static_key: r#"//# app/src/main.rs uses: actix_web, ring
use actix_web::get;
use std::sync::LazyLock;
static KEY: LazyLock<ring::hmac::Key> = LazyLock::new(|| ring::hmac::Key::generate(ring::hmac::HMAC_SHA256, &rng()).unwrap()); //~ per-process-key
#[get("/")]
async fn index() -> String { sign(&KEY) }
"#;
        random_bytes_in_a_static_called_secret_are_found: r#"//# app/src/main.rs uses: actix_web, rand
use actix_web::get;
use std::sync::LazyLock;
static JWT_SECRET: LazyLock<[u8; 32]> = LazyLock::new(|| rand::random()); //~ per-process-key
#[get("/")]
async fn index() -> String { sign(&*JWT_SECRET) }
"#;
        a_secret_of_random_letters_is_found: r#"//# app/src/main.rs uses: axum, rand
use axum::{Router, routing::get};
use rand::{Rng, distributions::Alphanumeric};
async fn index() {}
fn main() {
    let session_secret: String = rand::thread_rng().sample_iter(&Alphanumeric).take(64).map(char::from).collect(); //~ per-process-key
    serve(Router::new().route("/", get(index)).with_state(session_secret));
}
"#;
        bytes_filled_in_at_start_are_found: r#"//# app/src/main.rs uses: axum, rand
use axum::{Router, routing::get};
use rand::{RngCore, rngs::OsRng};
async fn index() {}
fn main() {
    let mut signing_key = [0u8; 32];
    OsRng.fill_bytes(&mut signing_key); //~ per-process-key
    serve(Router::new().route("/", get(index)).with_state(signing_key));
}
"#;
        a_signer_for_one_process_is_found: r#"//# app/src/main.rs uses: axum, oxide_auth
use axum::{Router, routing::get};
use oxide_auth::primitives::prelude::TokenSigner;
async fn index() {}
fn main() {
    let signer = TokenSigner::ephemeral(); //~ per-process-key
    serve(Router::new().route("/", get(index)).with_state(signer));
}
"#;
        a_key_drawn_by_a_helper_at_start_is_found: r#"//# app/src/main.rs uses: axum, cookie
use axum::{Router, routing::get};
mod keys { pub fn fresh() -> cookie::Key { cookie::Key::generate() } } //~ per-process-key
async fn index() {}
fn main() { serve(Router::new().route("/", get(index)).with_state(keys::fresh())); }
"#;
        a_key_drawn_once_by_the_first_request_is_found: r#"//# app/src/main.rs uses: axum, cookie
use axum::{Router, routing::get};
use std::sync::OnceLock;
static KEY: OnceLock<cookie::Key> = OnceLock::new(); //~ per-process-key
async fn index() -> String { sign(KEY.get_or_init(|| cookie::Key::generate())) }
fn main() { serve(Router::<()>::new().route("/", get(index))); }
"#;
    }
    silent {
        a_key_of_the_environment_is_silent: r#"//# app/src/main.rs uses: axum, axum_extra
use axum::{Router, routing::get};
use axum_extra::extract::cookie::Key;
async fn index() {}
fn main() {
    let key = Key::from(std::env::var("COOKIE_KEY").unwrap().as_bytes());
    serve(Router::new().route("/", get(index)).with_state(key));
}
"#;
        a_key_of_a_file_is_silent: r#"//# app/src/main.rs uses: axum, jwt_simple
use axum::{Router, routing::get};
use jwt_simple::prelude::HS256Key;
async fn index() {}
fn main() {
    let key = HS256Key::from_bytes(&std::fs::read("/run/secrets/jwt").unwrap());
    serve(Router::new().route("/", get(index)).with_state(key));
}
"#;
        a_key_for_one_request_is_silent: r#"//# app/src/main.rs uses: axum, aes_gcm, cookie
use axum::{Router, routing::post};
use aes_gcm::{Aes256Gcm, KeyInit, aead::OsRng};
async fn seal(body: String) -> String {
    let key = Aes256Gcm::generate_key(OsRng);
    let wrap = cookie::Key::generate();
    sealed(&key, &wrap, &body)
}
fn main() { serve(Router::<()>::new().route("/seal", post(seal))); }
"#;
        a_nonce_of_a_request_is_silent: r#"//# app/src/main.rs uses: axum, rand, uuid
use axum::{Router, routing::post};
async fn login(body: String) -> String {
    let secret_nonce: [u8; 12] = rand::random();
    let csrf_token = uuid::Uuid::new_v4();
    answer(&secret_nonce, &csrf_token)
}
fn main() { serve(Router::<()>::new().route("/login", post(login))); }
"#;
        a_key_made_below_a_handler_is_silent: r#"//# app/src/main.rs uses: axum, ring
use axum::{Router, routing::post};
fn one_time_key() -> ring::hmac::Key { ring::hmac::Key::generate(ring::hmac::HMAC_SHA256, &rng()).unwrap() }
async fn upload(body: String) -> String { sign(&one_time_key(), &body) }
fn main() { serve(Router::<()>::new().route("/upload", post(upload))); }
"#;
        keys_of_tests_are_silent: r#"//# app/src/main.rs uses: axum, cookie
use axum::{Router, routing::get};
async fn index() {}
fn main() { serve(Router::<()>::new().route("/", get(index))); }
#[cfg(test)]
mod tests {
    fn key() -> cookie::Key { cookie::Key::generate() }
    #[test]
    fn signs() { sign(&key()); }
}
"#;
        random_values_that_are_no_keys_are_silent: r#"//# app/src/main.rs uses: axum, rand, uuid
use axum::{Router, routing::get};
async fn index() {}
fn main() {
    let jitter: u64 = rand::random();
    let instance_id = uuid::Uuid::new_v4();
    let mut buffer = [0u8; 16];
    rand::rngs::OsRng.fill_bytes(&mut buffer);
    serve(Router::new().route("/", get(index)).with_state((jitter, instance_id, buffer)));
}
"#;
        a_key_that_a_program_without_requests_draws_is_silent: r#"//# keygen/src/main.rs uses: jwt_simple
use jwt_simple::prelude::HS256Key;
fn main() { let key = HS256Key::generate(); println!("{}", encode(key.to_bytes())); }
"#;
    }
}

/// The one finding of a service that gets its key so is a note and names the setting.
#[track_caller]
fn is_note(gets: &str, setting: &str) {
    let checked = check_program(&format!(
        "//# app/src/main.rs uses: axum, axum_extra
use axum::{{Router, routing::get}};
use axum_extra::extract::cookie::Key;
async fn index() {{}}
fn main() {{
    {gets}
    serve(Router::new().route(\"/\", get(index)).with_state(key));
}}
"
    ));
    let [finding] = checked.findings.as_slice() else {
        panic!("{gets}: {:#?}", checked.findings)
    };
    assert_eq!(
        (finding.rule, finding.level),
        ("per-process-key", Level::Note),
        "{gets}"
    );
    assert!(
        finding.message.contains(&format!("`{setting}`")),
        "{}",
        finding.message
    );
}

#[test]
fn a_key_for_a_missing_setting_is_a_note() {
    is_note(
        "let key = settings.cookie_key.map(|k| Key::from(&k)).unwrap_or_else(Key::generate);",
        "settings.cookie_key",
    );
    is_note(
        "let key = settings.cookie_key.as_deref().map_or_else(|| Key::generate(), |k| Key::from(k));",
        "settings.cookie_key",
    );
    is_note(
        "let key = match std::env::var(\"COOKIE_KEY\") { Ok(text) => Key::from(text.as_bytes()), Err(_) => Key::generate() };",
        "COOKIE_KEY",
    );
    is_note(
        "let key = if let Some(text) = &config.key { Key::from(text) } else { warn!(\"drawn\"); Key::generate() };",
        "config.key",
    );
    is_note(
        "let key = if cfg!(debug_assertions) { Key::generate() } else { Key::from(&read()) };",
        "cfg!",
    );
    is_note(
        "let Some(key) = config.key else { return run(Key::generate()) };",
        "config.key",
    );
}

