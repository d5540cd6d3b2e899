//! `in-memory-session`: data of one client: login, cart, form. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::Kind;
use crate::link::{Cell, words_of};

declare_rule! {
    /// # in-memory-session
    ///
    /// Data of one client: login, cart, form.
    ///
    /// ## Why
    ///
    /// Data that belongs to one client and is kept between its requests. With two replicas the next request may reach the other
    /// one, which has never heard of the client; a restart logs everybody out.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// struct SessionStore {
    ///     sessions: RwLock<HashMap<String, String>>,
    /// }
    ///
    /// static STORE: LazyLock<SessionStore> = LazyLock::new(|| SessionStore { sessions: RwLock::default() });
    ///
    /// fn handle_login(token: String, user: String) {
    ///     STORE.sessions.write().unwrap().insert(token, user);
    /// }
    ///
    /// fn handle_me(token: &str) -> Option<String> {
    ///     STORE.sessions.read().unwrap().get(token).cloned()
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// struct SessionStore {
    ///     redis: redis::Client,
    /// }
    ///
    /// static STORE: LazyLock<SessionStore> = LazyLock::new(connect);
    ///
    /// fn handle_me(token: &str) -> Option<String> {
    ///     redis::cmd("GET").arg(token).query(&mut STORE.redis.get_connection().ok()?).ok()
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Keep the data in Redis with an expiry or in the database, under a key that the client brings along; or hand it to the
    /// client itself in a signed cookie. Sticky sessions only hide the loss until the replica dies.
    ///
    /// ## Known limits
    ///
    /// A map keyed by user that holds the service's own data, not the client's, may be called a session.
    IN_MEMORY_SESSION { id: "in-memory-session", level: Error, summary: "data of one client: login, cart, form" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    if !(ask::is_collection(cell) || cell.stored.is_struct) {
        return None;
    }
    let ceremony = || words_of(&cell.stored.text).iter().any(|word| CEREMONIES.contains(&word.as_str()));
    let words = cell.speaks_of(SESSION_WORDS) || ceremony() || cell.stored.key_words.iter().any(|word| SESSION_WORDS.iter().any(|stem| word.starts_with(stem)));
    // What is only sent through is no data of a client.
    let changes = cell.request_writes().next().is_some() || !cell.made_from.is_empty();
    if !words || !changes || cell.stored.holds.contains(&Kind::Sender) && !cell.named(SESSION_WORDS) {
        return None;
    }
    let cart = cell.speaks_of(&["cart", "basket"]);
    let harm = if cart {
        "a cart filled on one replica is empty on the other, and a restart empties them all"
    } else {
        "a client known to one replica is a stranger to the other, and a restart forgets them all"
    };
    Some(Verdict {
        level: ask::level_by_reads(cell),
        message: format!("`{}` keeps data of clients in this process; with two replicas, {harm}{}", cell.name, ask::growth(cell)),
        remedies: vec![
            ask::remedy_with("keep it in Redis under the client's key, with an expiry", "redis.set_ex(format!(\"session:{id}\"), json, 3600).await?;"),
            ask::remedy("in a table of the database"),
        ],
        because: vec!["its name, key or content speaks of sessions, logins, carts or forms".to_owned()],
    })
}

const SESSION_WORDS: &[&str] = &["session", "login", "logged", "cart", "basket", "wizard", "draft", "checkout", "csrf", "otp", "sid", "captcha"];

/// What a client is in the middle of, by the types that a library keeps of it: `PasskeyRegistration`.
const CEREMONIES: &[&str] = &["passkey", "webauthn", "totp", "captcha"];
