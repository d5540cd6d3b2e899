//! `runtime-flag`: a switch that a request flips. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::link::{Cell, Shape};

declare_rule! {
    /// # runtime-flag
    ///
    /// A switch that a request flips.
    ///
    /// ## Why
    ///
    /// A request flips a switch in the memory of the replica that it happened to reach. The others keep the old setting.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static MAINTENANCE: AtomicBool = AtomicBool::new(false);
    ///
    /// fn handle_admin(on: bool) {
    ///     MAINTENANCE.store(on, Ordering::Relaxed);
    /// }
    ///
    /// fn handle_request() -> bool {
    ///     MAINTENANCE.load(Ordering::Relaxed)
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// static VERBOSE: AtomicBool = AtomicBool::new(false);
    ///
    /// fn main() {
    ///     VERBOSE.store(std::env::args().count() > 1, Ordering::Relaxed);
    /// }
    ///
    /// fn handle_request() -> bool {
    ///     VERBOSE.load(Ordering::Relaxed)
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Keep the setting where all replicas read it: a row, a Redis key, a feature-flag service.
    ///
    /// ## Known limits
    ///
    /// Health, readiness and shutdown flags of the process are told by their names.
    RUNTIME_FLAG { id: "runtime-flag", level: Error, summary: "a switch that a request flips" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let atomic_flag = cell.stored.head == Shape::Flag;
    let config = cell.named(&["config", "settings", "feature"]) && !ask::is_collection(cell) && !ask::is_number(cell);
    if !atomic_flag && !config {
        return None;
    }
    if cell.named(&["shutdown", "shutting", "stop", "ready", "health", "alive", "running", "closed", "init", "started", "done", "cancel", "exit", "terminat"]) {
        return None;
    }
    Some(Verdict {
        level: ask::level_by_reads(cell),
        message: format!("`{}` is switched by {} in this process; with two replicas, the other keeps the old setting, and a restart brings it back", cell.name, ask::route(cell)),
        remedies: vec![ask::remedy("keep the setting where all replicas read it: a row, a Redis key, a feature-flag service")],
        because: vec![format!("`{}` is a setting that a request changes", cell.stored.text)],
    })
}
