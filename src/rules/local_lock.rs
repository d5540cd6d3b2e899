//! `local-lock`: exclusion that must hold across replicas. Decides by what the cell stores and what requests do to it; never prints.

use std::collections::BTreeSet;

use super::{Verdict, ask};
use crate::catalog::{Catalog, Effect, Kind};
use crate::finding::{Finding, Level, Place};
use crate::link::{Cell, OutsideCall, Program, Shape, Touch, When};

declare_rule! {
    /// # local-lock
    ///
    /// Exclusion that must hold across replicas.
    ///
    /// ## Why
    ///
    /// A set of work in flight, of idempotency keys already used, a barrier that two requests meet at: it excludes within one
    /// process. The same request sent to the other replica is not excluded.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static IN_FLIGHT: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Default::default);
    ///
    /// fn handle_charge(key: String) -> bool {
    ///     if !IN_FLIGHT.lock().unwrap().insert(key.clone()) {
    ///         return false;
    ///     }
    ///     charge(&key);
    ///     IN_FLIGHT.lock().unwrap().remove(&key)
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn handle_unique(words: &[String]) -> usize {
    ///     let mut seen = HashSet::new();
    ///     words.iter().filter(|word| seen.insert(word.as_str())).count()
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Exclude where all replicas look: `SET key value NX EX` in Redis, a unique key in the database, an advisory lock.
    ///
    /// ## Known limits
    ///
    /// Told by words such as in flight, idempotency, lock together with a set or map.
    LOCAL_LOCK { id: "local-lock", level: Error, summary: "exclusion that must hold across replicas" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let words = cell.words();
    let has = |word: &str| words.iter().any(|found| found.starts_with(word));
    let named = has("idempot") || has("nonce") || has("inflight") || has("dedup") || (has("in") && has("flight")) || has("locks") || has("processing");
    // A lock for each room, order, user: `HashMap<Id, Arc<Mutex<()>>>`.
    let keyed = ask::is_map(cell) && cell.stored.text.contains("Mutex<()>");
    let barrier = cell.stored.head == Shape::Known(Kind::Barrier);
    if !barrier && !keyed && (!ask::is_collection(cell) || !named) {
        return None;
    }
    Some(Verdict {
        level: Level::Error,
        message: format!("`{}` excludes repeated work in this process only; with two replicas, the same request sent to the other is done again", cell.name),
        remedies: vec![ask::remedy_with("exclude where all replicas look", "redis.set_options(&key, 1, SetOptions::default().conditional_set(ExistenceCheck::NX).with_expiration(SetExpiry::EX(60))).await?"), ask::remedy("with a unique key in the database")],
        because: vec![if barrier {
            "requests wait for each other at it".to_owned()
        } else if keyed {
            "it holds a lock for each key".to_owned()
        } else {
            "its name says that it excludes repeated or parallel work".to_owned()
        }],
    })
}

/// Locks with nothing in them that requests hold while they talk to a store all replicas share: what they keep apart lies
/// outside of this process. A lock that only bounds this process's own work is none.
pub(super) fn judge_bare_locks(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let mut bare = program.cells.iter().filter(|cell| cell.stored.prim == Some("()")).peekable();
    if bare.peek().is_none() {
        return Vec::new();
    }
    let shared = use_shared_stores(program, catalog);
    bare.filter_map(|cell| {
        let guards = |touch: &&Touch| {
            let direct = || {
                let mut calls = program.calls.iter().filter(|call| is_after(touch, &call.function, &call.place));
                calls.any(|call| is_shared(catalog, call))
            };
            // What only loads something once may guard the making of its copy: whoever asks and then acts goes there twice.
            let below = || {
                let links = program.links.iter().filter(|link| is_after(touch, &link.from, &link.place));
                links.filter(|link| shared.contains(link.to.as_str())).count() > 1
            };
            touch.effect == Effect::Enter && touch.when == When::Request && (direct() || below())
        };
        let held = cell.accesses.iter().find(guards)?;
        Some(super::finding(cell, &LOCAL_LOCK, bare_lock(cell), held))
    })
    .collect()
}

/// The functions that talk to a shared store, or call one that does: most keep their queries in functions of their own.
fn use_shared_stores<'p>(program: &'p Program, catalog: &Catalog) -> BTreeSet<&'p str> {
    let calls = program.calls.iter().filter(|call| is_shared(catalog, call));
    let mut known: BTreeSet<&str> = calls.map(|call| call.function.as_str()).collect();
    loop {
        let callers = program.links.iter().filter(|link| link.resolved.is_some() && known.contains(link.to.as_str()));
        let more: Vec<&str> = callers.map(|link| link.from.as_str()).filter(|from| !known.contains(from)).collect();
        if more.is_empty() {
            return known;
        }
        known.extend(more);
    }
}

fn is_after(touch: &Touch, function: &str, place: &Place) -> bool {
    *function == touch.function && place.path == touch.place.path && *place > touch.place
}

fn is_shared(catalog: &Catalog, call: &OutsideCall) -> bool {
    catalog.stores.iter().any(|store| store.clients.contains(&call.krate))
}

fn bare_lock(cell: &Cell) -> Verdict {
    Verdict {
        level: Level::Warning,
        message: format!("`{}` lets one request at a time through in this process; with two replicas, two go through at once", cell.name),
        remedies: vec![ask::remedy("let the database decide: a unique key, `SELECT .. FOR UPDATE`, an advisory lock")],
        because: vec!["the lock holds nothing and is held while a shared store is used".to_owned()],
    }
}
