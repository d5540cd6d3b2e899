//! Who feeds the channels that loops wait at: a task whose channel only start-up code fills belongs to start-up. Knows
//! sends and calls; decides nothing about state.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::Tables;
use super::events::{BodyKind, Events, Src};
use super::finder::Entry;
use super::ids::BodyId;
use super::reach::{Edges, reached_from};
use super::types::Ty;
use crate::catalog::{Catalog, Effect, EntryKind};

/// Without the loops over messages that nothing sends but what runs without a request. Where we do not see who sends,
/// anybody may.
pub(super) fn fed(
    catalog: &Catalog,
    tables: &Tables,
    events: &Events,
    edges: &Edges,
    entries: Vec<Entry>,
) -> Vec<Entry> {
    let feeders: BTreeMap<BodyId, BTreeSet<BodyId>> = entries
        .iter()
        .filter_map(|entry| Some((entry.body, senders(catalog, tables, events, edges, entry)?)))
        .collect();
    let mut kept: Vec<Entry> = Vec::new();
    let mut open: Vec<Entry> = entries;
    loop {
        let (entered, waiting): (Vec<Entry>, Vec<Entry>) = {
            let starts: Vec<BodyId> = kept
                .iter()
                .filter(|entry| entry.kind != EntryKind::Timer)
                .map(|entry| entry.body)
                .collect();
            let reached = reached_from(edges, &starts);
            open.into_iter().partition(|entry| {
                feeders
                    .get(&entry.body)
                    .is_none_or(|senders| senders.iter().any(|body| reached.contains(body)))
            })
        };
        open = waiting;
        if entered.is_empty() {
            return kept;
        }
        kept.extend(entered);
    }
}

/// The code that sends to a loop, where all of it is known.
fn senders(
    catalog: &Catalog,
    tables: &Tables,
    events: &Events,
    edges: &Edges,
    entry: &Entry,
) -> Option<BTreeSet<BodyId>> {
    let body = &tables.bodies[entry.body.index()];
    let BodyKind::Loop(wait) = body.kind else {
        return None;
    };
    if catalog.waits[wait].wakes {
        let mut bodies = fillers(catalog, events, &reached_from(edges, &[entry.body]));
        let at = events.woken_at.get(&(body.file, body.span));
        let woken = events
            .woken
            .iter()
            .filter(|(src, _)| at.is_some_and(|at| at.contains(src)));
        bodies.extend(woken.map(|(_, body)| *body));
        return Some(bodies);
    }
    if catalog.waits[wait].outside || catalog.waits[wait].kind != EntryKind::Message {
        return None;
    }
    let received = events.received.get(&(body.file, body.span))?;
    let mut bodies: BTreeSet<BodyId> = BTreeSet::new();
    let mut seen = false;
    for src in received {
        let Src::Local(end) = src else { return None };
        let (sender, _) = events.channels.iter().find(|(_, known)| known == end)?;
        let ends = events.ends_of(*sender);
        let sending = sending(events, &ends);
        let known = !sending.is_empty() || ends.iter().any(|end| events.watched.contains(end));
        // Of one channel whose senders are lost, those of another tell nothing; that nothing is in a message, its type says.
        if !known && !carries_nothing(catalog, &tables.vars[end.index()].ty) {
            return None;
        }
        seen |= known;
        bodies.extend(sending);
        // Code that has a sending end at hand hands it to where we may lose sight of it.
        let held = events
            .captures
            .iter()
            .filter(|(var, _)| ends.contains(&Src::Local(*var)));
        bodies.extend(held.map(|(_, body)| *body));
    }
    seen.then_some(bodies)
}

/// The code that sends into one of these.
fn sending(events: &Events, ends: &BTreeSet<Src>) -> BTreeSet<BodyId> {
    let accesses = events.accesses.iter();
    let sends = accesses.filter(|access| access.effect == Effect::Send && ends.contains(&access.origin.src));
    sends.map(|access| access.body).collect()
}

/// `mpsc::Receiver<()>`: whoever closes it, too, says all there is to say.
fn carries_nothing(catalog: &Catalog, receiver: &Ty) -> bool {
    match receiver.peeled(catalog).args().first() {
        Some(Ty::Tuple(parts)) => parts.is_empty(),
        Some(ty) => *ty == Ty::Prim("()"),
        None => false,
    }
}

/// The code that puts something into what this code takes something out of, behind a lock.
fn fillers(catalog: &Catalog, events: &Events, own: &BTreeSet<BodyId>) -> BTreeSet<BodyId> {
    let behind_lock = |src: Src| matches!(src, Src::Static(_) | Src::Field(..));
    let changes = || {
        let inside = events.accesses.iter().filter(|access| access.origin.inside);
        inside.filter(|access| behind_lock(access.origin.src))
    };
    let emptied: BTreeSet<Src> = changes()
        .filter(|access| own.contains(&access.body) && catalog.habits.takes.contains(&access.op))
        .map(|access| access.origin.src)
        .collect();
    changes()
        .filter(|access| !own.contains(&access.body) && catalog.habits.puts.contains(&access.op))
        .filter(|access| emptied.contains(&access.origin.src))
        .map(|access| access.body)
        .collect()
}
