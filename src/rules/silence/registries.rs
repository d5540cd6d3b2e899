//! Registries, channels and numbers that belong to the connections of one process. Decides no role.

use std::collections::BTreeSet;

use crate::catalog::{Effect, EntryKind, Kind};
use crate::link::{Cell, Shape, Touch, Use, When};
use crate::rules::ask;

/// Why this is nobody else's business, where it is.
pub(super) fn reason(cell: &Cell) -> Option<&'static str> {
    if passes_on_what_all_hear(cell) {
        return Some("it passes on to its own clients what every replica hears");
    }
    if numbers_a_line(cell) {
        return Some("its number only tells apart what goes over one line to another program");
    }
    if is_wiring(cell) {
        return Some("a function of this process, put in whole for its own code to call");
    }
    None
}

/// Beside a pipe or a socket, or calls that wait by such numbers, and drawn one after the other: a position that is set as well
/// is more than a number.
fn numbers_a_line(cell: &Cell) -> bool {
    let drawn = |touch: &Touch| touch.op == "fetch_add" || touch.when == When::Startup;
    cell.of_a_line && ask::hands_out_numbers(cell) && cell.accesses.iter().all(drawn)
}

/// Requests come and go, but all that is sent comes from a broker that told each replica the same: what the remedy of
/// `local-broadcast` asks for.
fn passes_on_what_all_hear(cell: &Cell) -> bool {
    let sends = || cell.accesses.iter().filter(|touch| touch.effect == Effect::Send);
    let heard = |touch: &Touch| touch.in_all || touch.when == When::Startup;
    has_only_ends(cell) && sends().any(|touch| touch.in_all) && sends().all(heard)
}

/// A sending end, or a collection of such that keeps nothing beside them that could change.
fn has_only_ends(cell: &Cell) -> bool {
    let is_end = |kind: Kind| matches!(kind, Kind::Sender | Kind::Broadcast);
    if !ask::is_collection(cell) {
        return matches!(cell.stored.head, Shape::Known(kind) if is_end(kind));
    }
    let elements = &cell.stored.elements;
    let keeps_more = elements.iter().any(|kind| kind.is_collection() || kind.is_cell());
    let bare = cell.stored.element_words.is_empty();
    elements.iter().any(|kind| is_end(*kind)) && (bare || !keeps_more)
}

/// Who asks first makes the channel, others wait at it too; the answer comes in over a connection of this process, takes the
/// entry out and wakes them.
pub(super) fn wakes_who_waits(cell: &Cell) -> bool {
    let mut sends = cell
        .accesses
        .iter()
        .filter(|touch| touch.effect == Effect::Send)
        .peekable();
    let taken_out = |send: &Touch| {
        cell.accesses.iter().any(|touch| {
            touch.op == "remove"
                && touch.usage != Use::Dropped
                && touch.function == send.function
                && touch.place < send.place
        })
    };
    let answers = |send: &Touch| send.entry_kind == EntryKind::Message && taken_out(send);
    ask::is_map(cell)
        && cell.stored.elements.contains(&Kind::Broadcast)
        && sends.peek().is_some()
        && sends.all(answers)
}

/// `on_event: RwLock<Option<Box<dyn Fn(Event)>>>`: a callback is code, not data.
fn is_wiring(cell: &Cell) -> bool {
    const WHOLE: &[&str] = &["=", "replace", "insert", "set", "take", "store"];
    cell.stored.head == Shape::Other
        && cell.stored.text.contains("dyn Fn")
        && cell
            .accesses
            .iter()
            .filter(|touch| touch.is_write())
            .all(|touch| WHOLE.contains(&touch.op.as_str()))
}

/// `SESSIONS: Map<Id, Arc<Figures>>`: how much went over one connection belongs to that connection. Numbers that go out are
/// more than figures.
pub(super) fn is_figure_of_an_entry(cell: &Cell) -> bool {
    cell.of_an_entry && ask::is_number(cell) && !ask::hands_out_numbers(cell)
}

/// `approvals: Map<Ticket, oneshot::Sender<bool>>`: one client waits, and another one's request takes the end out and answers.
pub(super) fn is_answered_by_a_client(cell: &Cell) -> bool {
    let requests = || {
        let of_requests = cell.accesses.iter().filter(|touch| touch.when == When::Request);
        of_requests.filter(|touch| touch.entry_kind == EntryKind::Request)
    };
    let puts = requests().filter(|touch| matches!(touch.op.as_str(), "insert" | "entry"));
    let waiting: BTreeSet<&str> = puts.map(|touch| touch.entry.as_str()).collect();
    let mut answered = requests().filter(|touch| {
        matches!(touch.op.as_str(), "remove" | "remove_entry") && touch.usage != Use::Dropped
    });
    ask::is_map(cell)
        && !waiting.is_empty()
        && answered.any(|touch| touch.entry.contains('/') && !waiting.contains(touch.entry.as_str()))
}
