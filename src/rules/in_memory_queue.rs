//! `in-memory-queue`: accepted work held only in memory. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::{EntryKind, Kind};
use crate::finding::Level;
use crate::link::{Cell, Shape};

declare_rule! {
    /// # in-memory-queue
    ///
    /// Accepted work held only in memory.
    ///
    /// ## Why
    ///
    /// Work that was accepted from a client waits in a queue of the process. A restart loses it, and another replica never sees it.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static QUEUE: LazyLock<Mutex<VecDeque<String>>> = LazyLock::new(Default::default);
    ///
    /// fn handle_submit(job: String) -> u16 {
    ///     QUEUE.lock().unwrap().push_back(job);
    ///     202
    /// }
    ///
    /// fn handle_next() -> Option<String> {
    ///     QUEUE.lock().unwrap().pop_front()
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn handle_walk(start: String) -> usize {
    ///     let mut queue = VecDeque::new();
    ///     queue.push_back(start);
    ///     let mut seen = 0;
    ///     while let Some(_next) = queue.pop_front() {
    ///         seen += 1;
    ///     }
    ///     seen
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Put the work into a queue that outlives the process before the client is told that it is accepted: a table with
    /// `FOR UPDATE SKIP LOCKED`, a Redis list or stream, NATS JetStream.
    ///
    /// ## Known limits
    ///
    /// A channel that a task of the same process empties is not reported yet.
    IN_MEMORY_QUEUE { id: "in-memory-queue", level: Error, summary: "accepted work held only in memory" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let queue = matches!(cell.stored.head, Shape::Known(Kind::Queue | Kind::SharedQueue))
        || ask::is_collection(cell) && cell.named(&["queue", "backlog", "jobs", "outbox"]) && cell.written_by(&["push", "push_back"]);
    // A request takes from it what another request put in.
    let channel = matches!(cell.stored.head, Shape::Known(Kind::Receiver))
        && cell.request_takes().any(|touch| touch.entry_kind == EntryKind::Request);
    if !queue && !channel {
        return None;
    }
    Some(Verdict {
        level: Level::Error,
        message: format!("`{}` holds accepted work in this process; with two replicas, one never sees what the other accepted, and a restart loses it", cell.name),
        remedies: vec![ask::remedy("put the work into a table and take it with `FOR UPDATE SKIP LOCKED`"), ask::remedy("or into a Redis stream or NATS JetStream, before the client is told that it is accepted")],
        because: vec![format!("`{}` is a queue that {} feeds", cell.stored.text, ask::route(cell))],
    })
}
