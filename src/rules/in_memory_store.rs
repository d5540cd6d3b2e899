//! `in-memory-store`: the service's own data, kept in this process. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::Kind;
use crate::finding::Level;
use crate::link::{Cell, Shape};

declare_rule! {
    /// # in-memory-store
    ///
    /// The service's own data, kept in this process.
    ///
    /// ## Why
    ///
    /// The service's data in a map or list of the process: what is stored through one replica is missing on the other, and a
    /// restart loses it.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static NOTES: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Default::default);
    ///
    /// fn handle_add(note: String) {
    ///     NOTES.lock().unwrap().push(note);
    /// }
    ///
    /// fn handle_list() -> Vec<String> {
    ///     NOTES.lock().unwrap().clone()
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// static CITIES: LazyLock<Vec<String>> = LazyLock::new(read_cities);
    ///
    /// fn handle_list() -> Vec<String> {
    ///     CITIES.clone()
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Put the data into the database, or into Redis where it may be lost. A read model built from events belongs into a table
    /// too, or each replica must follow the whole stream of events.
    ///
    /// ## Known limits
    ///
    /// A collection that is filled the same way on every replica, by requests, is reported although it would agree.
    IN_MEMORY_STORE { id: "in-memory-store", level: Error, summary: "the service's own data, kept in this process" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    if let ([from, ..], None) = (cell.made_from.as_slice(), cell.request_writes().next()) {
        return Some(read_model(cell, from));
    }
    if !(ask::is_collection(cell) || ask::keeps_items(cell)) || matches!(cell.stored.head, Shape::Known(Kind::Sender)) {
        return None;
    }
    Some(Verdict {
        level: ask::level_by_reads(cell),
        message: format!(
            "`{}` keeps data in this process; with two replicas, what is stored through one is missing on the other{}{}",
            cell.name,
            // What start-up code reads again comes back; until then the other replica has not seen it.
            if cell.rebuilt { " until that starts anew" } else { ", and a restart loses it" },
            ask::growth(cell)
        ),
        remedies: vec![
            ask::remedy_with("keep it in a table of the database", "sqlx::query(\"INSERT INTO items (id, body) VALUES ($1, $2)\")"),
            ask::remedy("in a Redis hash, where losing it is bearable"),
        ],
        because: vec![format!("`{}` is a collection that {} changes", cell.stored.text, ask::route(cell))],
    })
}

/// What a timer makes of this process's own state.
fn read_model(cell: &Cell, from: &str) -> Verdict {
    Verdict {
        level: Level::Error,
        message: format!("`{}` is made from `{from}` of this process; with two replicas each shows only what was sent to itself, and a restart begins anew", cell.name),
        remedies: vec![
            ask::remedy("make it from a table or stream that all replicas share"),
            ask::remedy_with("keep what it is made from in the database", "sqlx::query(\"INSERT INTO reports (host, body) VALUES ($1, $2)\")"),
        ],
        because: vec![format!("a timer fills it from `{from}`, which requests change, and requests look at it")],
    }
}
