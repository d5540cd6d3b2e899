//! `global-counter`: a count kept by hand in this process. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::finding::Level;
use crate::link::Cell;

declare_rule! {
    /// # global-counter
    ///
    /// A count kept by hand in this process.
    ///
    /// ## Why
    ///
    /// A count in a `static` or in shared state counts what this process did. With two replicas each shows its own share,
    /// and a restart starts it at zero. The documents that this lint was made for open with exactly this case.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static REQUESTS: AtomicU64 = AtomicU64::new(0);
    ///
    /// fn handle_request() -> String {
    ///     REQUESTS.fetch_add(1, Ordering::Relaxed);
    ///     process()
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn handle_request(redis: &mut redis::Connection) -> redis::RedisResult<String> {
    ///     redis::cmd("INCR").arg("request_count").exec(redis)?;
    ///     Ok(process())
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Count where all replicas add to the same number: `INCR` in Redis, a row in the database. If the number is for operators
    /// only, export it as a metric: the collector sums over replicas.
    ///
    /// ## Known limits
    ///
    /// A count that is only exported through a hand-written metrics route is reported like any other.
    GLOBAL_COUNTER { id: "global-counter", level: Error, summary: "a count kept by hand in this process" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    if !ask::is_number(cell) || !ask::is_counted(cell) {
        return None;
    }
    let level = ask::level_by_reads(cell);
    let harm = match level {
        Level::Error => "with two replicas each answers with its own share",
        _ => "with two replicas no process holds the total",
    };
    Some(Verdict {
        level,
        message: format!("`{}` counts in this process; {harm}, and a restart starts it at zero", cell.name),
        remedies: vec![
            ask::remedy_with("count in Redis, where all replicas add to the same number", "let total: u64 = redis.incr(\"request_count\", 1).await?;"),
            ask::remedy("if only operators read it, export it as a metric and sum over the replicas"),
        ],
        because: vec![format!("it is a number (`{}`), and {} adds to it or takes from it", cell.stored.text, ask::route(cell))],
    })
}
