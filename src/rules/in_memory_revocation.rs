//! `in-memory-revocation`: revoked tokens, known to this process only. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::link::Cell;

declare_rule! {
    /// # in-memory-revocation
    ///
    /// Revoked tokens, known to this process only.
    ///
    /// ## Why
    ///
    /// A token that carries its own proof can only be revoked by a list that every replica asks. A list in one process lets the
    /// revoked token pass on all others, and a restart lets it pass everywhere.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static REVOKED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Default::default);
    ///
    /// fn handle_logout(token: String) {
    ///     REVOKED.lock().unwrap().insert(token);
    /// }
    ///
    /// fn handle_request(token: &str) -> bool {
    ///     !REVOKED.lock().unwrap().contains(token)
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// static BLOCKED_WORDS: LazyLock<HashSet<String>> = LazyLock::new(read_words);
    ///
    /// fn handle_request(text: &str) -> bool {
    ///     BLOCKED_WORDS.contains(text)
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Keep the list in Redis, each entry with the token's remaining life as expiry.
    ///
    /// ## Known limits
    ///
    /// Told by words such as revoked, blacklist, denylist.
    IN_MEMORY_REVOCATION { id: "in-memory-revocation", level: Error, summary: "revoked tokens, known to this process only" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    if !ask::is_collection(cell) || !cell.named(&["revo", "blacklist", "denylist", "blocklist", "invalidated"]) {
        return None;
    }
    Some(Verdict {
        level: ask::level_by_reads(cell),
        message: format!("`{}` keeps revoked tokens in this process; with two replicas, a token revoked on one passes on the other, and a restart lets it pass everywhere", cell.name),
        remedies: vec![ask::remedy_with("keep the list in Redis, each entry as long as the token would live", "redis.set_ex(format!(\"revoked:{jti}\"), 1, seconds_left).await?;")],
        because: vec!["its name says that it holds what was revoked".to_owned()],
    })
}
