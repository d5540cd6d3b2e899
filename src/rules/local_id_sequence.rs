//! `local-id-sequence`: ids from this process's own sequence. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::finding::Level;
use crate::link::Cell;

declare_rule! {
    /// # local-id-sequence
    ///
    /// Ids from this process's own sequence.
    ///
    /// ## Why
    ///
    /// A sequence in a `static` hands out 1, 2, 3 in each process. Two replicas give the same id to different things, and a
    /// restart starts again at one.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    ///
    /// fn handle_create(name: String) -> User {
    ///     let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    ///     User { id, name }
    /// }
    ///
    /// struct User {
    ///     id: u64,
    ///     name: String,
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// static NEXT: AtomicUsize = AtomicUsize::new(0);
    ///
    /// fn handle_request(upstreams: &[String]) -> String {
    ///     let chosen = NEXT.fetch_add(1, Ordering::Relaxed) % upstreams.len();
    ///     upstreams[chosen].clone()
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Let the database number its rows (`BIGSERIAL`, `INSERT .. RETURNING id`), take `INCR` in Redis, or use ids that need no
    /// sequence: `Uuid::now_v7()`.
    ///
    /// ## Known limits
    ///
    /// A sequence whose numbers never leave the process is reported too, unless they only choose one of several.
    LOCAL_ID_SEQUENCE { id: "local-id-sequence", level: Error, summary: "ids from this process's own sequence" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    if !ask::is_number(cell) || !ask::hands_out_numbers(cell) && !is_called_an_id(cell) {
        return None;
    }
    // A count whose new value is shown is a count, unless its name says that it numbers things.
    if ask::is_named_like_a_count(cell) {
        return None;
    }
    Some(Verdict {
        level: Level::Error,
        message: format!("`{}` numbers things in this process; two replicas hand out the same number twice, and a restart starts again", cell.name),
        remedies: vec![
            ask::remedy("let the database number its rows: `INSERT .. RETURNING id`"),
            ask::remedy_with("use ids that need no sequence", "let id = uuid::Uuid::now_v7();"),
            ask::remedy_with("take the next number from Redis", "let id: u64 = redis.incr(\"next_id\", 1).await?;"),
        ],
        because: vec![format!("{} counts up and uses the number it gets", ask::route(cell))],
    })
}

/// `next_id += 1`: of a plain number nobody sees where it goes, but its name says that it numbers things.
fn is_called_an_id(cell: &Cell) -> bool {
    let words = cell.words();
    let numbers = ["id", "ids", "seq", "sequence", "serial"].iter().any(|word| words.contains(*word));
    let mut writes = cell.request_writes().peekable();
    numbers && writes.peek().is_some() && writes.all(|touch| touch.op == "+=")
}
