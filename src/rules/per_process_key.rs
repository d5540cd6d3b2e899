//! `per-process-key`: a signing or cookie key drawn at random at start. Decides by what the cell stores and what requests do to it; never prints.

use super::Verdict;
use crate::link::Cell;

declare_rule! {
    /// # per-process-key
    ///
    /// A signing or cookie key drawn at random at start.
    ///
    /// ## Why
    ///
    /// A key drawn at random when the process starts signs cookies or tokens that no other replica accepts, and that are void
    /// after a restart.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// fn main() {
    ///     let key = cookie::Key::generate();
    ///     serve(key);
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ```rust
    /// static JWT_SECRET: LazyLock<[u8; 32]> = LazyLock::new(|| rand::random());
    ///
    /// fn handle_request() {
    ///     sign(&*JWT_SECRET);
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn main() {
    ///     let secret = std::env::var("COOKIE_KEY").expect("COOKIE_KEY");
    ///     serve(cookie::Key::from(secret.as_bytes()));
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ```rust
    /// fn handle_request() {
    ///     let wrap = cookie::Key::generate();
    ///     seal_this_answer(&wrap);
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Read the key from the configuration that all replicas share.
    ///
    /// ## Known limits
    ///
    /// A key drawn as a default for a missing setting is a note that names the setting. Bytes drawn from a random generator are
    /// taken for a key where the name of what gets them says so (`secret`, `key`, `jwt`); through a variable that holds the
    /// generator they are not seen.
    PER_PROCESS_KEY { id: "per-process-key", level: Error, summary: "a signing or cookie key drawn at random at start" }
}

fn judge(_cell: &Cell) -> Option<Verdict> {
    // Nobody declares such a key as changing state: the catalogue knows the calls that draw one.
    None
}
