//! Questions that several rules ask of a cell. Decides no role.

use crate::catalog::{Effect, Kind};
use crate::finding::{Confidence, Level, Remedy};
use std::collections::BTreeSet;

use crate::link::{Cell, Shape, Touch, Use, When, words_of};

/// Operations of arithmetic on a number.
const ARITHMETIC: &[&str] = &[
    "fetch_add",
    "fetch_sub",
    "+=",
    "-=",
    "fetch_update",
    "fetch_max",
    "fetch_min",
    "update",
    "*=",
];

/// The access that shows best that requests change the cell.
pub(super) fn decisive(cell: &Cell) -> Option<&Touch> {
    let channel = || cell.request_sends().chain(cell.request_takes());
    cell.best_write()
        .or_else(|| timer_write(cell))
        .or_else(|| channel().max_by_key(|touch| (touch.confidence, std::cmp::Reverse(touch.way.len()))))
}

/// A timer fills it from state that requests change, for requests to look at.
fn timer_write(cell: &Cell) -> Option<&Touch> {
    let shown = !cell.made_from.is_empty() && cell.request_reads().next().is_some();
    cell.accesses
        .iter()
        .find(|touch| shown && touch.when == When::Timer && touch.is_write())
}

/// The access in words.
pub(super) fn deed(touch: &Touch) -> String {
    match touch.op.as_str() {
        "=" => "is set here".to_owned(),
        "+=" => "is added to here".to_owned(),
        "-=" => "is subtracted from here".to_owned(),
        op if touch.effect == Effect::Send => format!("`{op}` sends here"),
        op if touch.effect == Effect::Enter => format!("`{op}` waits for it here"),
        op if touch.effect == Effect::Receive => format!("`{op}` takes from it here"),
        op => format!("`{op}` changes it here"),
    }
}

/// A bare number or atomic.
pub(super) fn is_number(cell: &Cell) -> bool {
    match cell.stored.head {
        Shape::Number => true,
        Shape::Known(kind) => kind == Kind::Atomic,
        _ => false,
    }
}

/// Requests count with it: up or down.
pub(super) fn is_counted(cell: &Cell) -> bool {
    cell.written_by(ARITHMETIC) || is_set_to_the_next(cell)
}

/// How sure the way to the change is, and what the change means. Of a number that goes up and down again, how many there are
/// now may be nobody's concern but this process's; so may a count that nothing shows.
pub(super) fn confidence(cell: &Cell, decisive: &Touch) -> Confidence {
    let goes = |ops: &[&str]| cell.written_by(ops);
    if is_number(cell) && goes(&["fetch_add", "+="]) && goes(&["fetch_sub", "-="]) {
        return decisive.confidence.min(Confidence::Medium);
    }
    if is_number(cell) && !cell.accesses.iter().any(Touch::is_read) {
        return decisive.confidence.min(Confidence::Medium);
    }
    decisive.confidence
}

/// `count.set(count.get() + 1)`: a `Cell` has no other way to count.
fn is_set_to_the_next(cell: &Cell) -> bool {
    let mut sets = cell.request_writes().filter(|touch| touch.op == "set");
    sets.any(|set| {
        let mut reads = cell
            .accesses
            .iter()
            .filter(|touch| touch.op == "get" && touch.function == set.function);
        reads.any(|get| get.place > set.place)
    })
}

/// Requests count up and use the number they get.
pub(super) fn hands_out_numbers(cell: &Cell) -> bool {
    cell.request_writes()
        .any(|touch| gives_the_number_before(touch) && touch.usage == Use::Used)
}

fn gives_the_number_before(touch: &Touch) -> bool {
    matches!(touch.op.as_str(), "fetch_add" | "fetch_update" | "update")
}

/// The name says that it counts, not that it numbers things: first that of the variable which holds the new number.
pub(super) fn is_named_like_a_count(cell: &Cell) -> bool {
    let held: BTreeSet<String> = cell
        .request_writes()
        .flat_map(|touch| words_of(&touch.held))
        .collect();
    let says = |words: &[&str]| held.iter().any(|word| words.contains(&word.as_str()));
    if says(&[
        "id", "ids", "seq", "sequence", "serial", "number", "ticket", "key",
    ]) {
        return false;
    }
    if says(&[
        "count", "total", "visits", "hits", "visitor", "visitors", "requests",
    ]) {
        return true;
    }
    cell.named(&["count", "visit", "hit", "total", "request", "num"])
        && !cell.named(&["id", "next", "seq", "serial"])
}

/// The number only chooses one of several: a round-robin cursor.
pub(super) fn only_chooses(cell: &Cell) -> bool {
    let counting = |touch: &&Touch| gives_the_number_before(touch);
    cell.request_writes().any(|touch| counting(&touch))
        && cell
            .request_writes()
            .filter(counting)
            .all(|touch| touch.usage == Use::Modulo)
}

/// Keyed storage: a map, a cache.
pub(super) fn is_map(cell: &Cell) -> bool {
    matches!(
        cell.stored.head,
        Shape::Known(Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache)
    )
}

/// The first request that needs it gets it from another server, and it stays.
pub(super) fn is_fetched_once(cell: &Cell) -> bool {
    cell.stored.once && cell.request_writes().any(|touch| touch.fetched)
}

/// Any container.
pub(super) fn is_collection(cell: &Cell) -> bool {
    matches!(cell.stored.head, Shape::Known(kind) if kind.is_collection())
}

/// A struct of our own in which requests keep several things: what they do to it is done to a collection.
pub(super) fn keeps_items(cell: &Cell) -> bool {
    cell.stored.is_struct && cell.request_writes().any(|touch| touch.on.is_collection())
}

/// `clients: Vec<TcpStream>`: a request goes over all sockets that others left there, and writes to each.
pub(super) fn writes_to_all(cell: &Cell) -> bool {
    const SOCKETS: &[&str] = &["TcpStream", "UnixStream", "WriteHalf"];
    const OTHER_SERVERS: &[&str] = &[
        "pool", "idle", "spare", "upstream", "outbound", "outgoing", "backend", "server",
    ];
    const EACH: &[&str] = &[
        "iter",
        "iter_mut",
        "values",
        "values_mut",
        "retain",
        "for_each",
        "into_iter",
    ];
    const WRITES: &[&str] = &[
        "write_all",
        "write",
        "try_write",
        "write_all_buf",
        "writeln",
        "send",
    ];
    let by_requests = |ops: &'static [&'static str]| {
        let of_requests = cell.accesses.iter().filter(|touch| touch.when == When::Request);
        of_requests.filter(move |touch| ops.contains(&touch.op.as_str()))
    };
    let mut written = by_requests(WRITES);
    let to_each = |write: &Touch| {
        by_requests(EACH).any(|each| each.function == write.function && each.place <= write.place)
    };
    is_collection(cell)
        && SOCKETS.iter().any(|socket| cell.stored.text.contains(socket))
        && !cell.named(OTHER_SERVERS)
        && by_requests(&["insert", "entry", "push", "push_back"])
            .next()
            .is_some()
        && written.any(to_each)
}

/// `lookups: HashMap<Ticket, JoinHandle<Answer>>`: one request begins the work, and another one that names it takes what came
/// of it.
pub(super) fn is_claimed_by_others(cell: &Cell) -> bool {
    let entries = |ops: &[&str]| -> BTreeSet<&str> {
        let of_requests = cell.accesses.iter().filter(|touch| touch.when == When::Request);
        let done = of_requests.filter(|touch| ops.contains(&touch.op.as_str()));
        let asked = done.filter(|touch| !touch.is_removal() || touch.usage > Use::Compared);
        asked.map(|touch| touch.entry.as_str()).collect()
    };
    let begun = entries(&["insert", "entry"]);
    let claimed = entries(&["remove", "remove_entry", "take"]);
    let gives = cell.stored.text.split_once("JoinHandle<").map(|(_, gives)| gives);
    is_map(cell)
        && gives.is_some_and(|gives| !gives.starts_with("()") && !gives.starts_with("Result<()"))
        && !begun.is_empty()
        && !claimed.is_empty()
        && begun.is_disjoint(&claimed)
}

/// A library type that is a cache.
pub(super) fn is_cache_type(cell: &Cell) -> bool {
    matches!(cell.stored.head, Shape::Known(Kind::Cache | Kind::SharedCache))
}

/// Error where an answer depends on it, warning where so far nobody reads it.
pub(super) fn level_by_reads(cell: &Cell) -> Level {
    if cell.request_reads().next().is_some() {
        Level::Error
    } else {
        Level::Warning
    }
}

/// The route that changes the cell, for messages: "`POST /login` writes it".
pub(super) fn route(cell: &Cell) -> String {
    match decisive(cell) {
        Some(touch) if touch.entry.contains('/') => format!("`{}`", touch.entry),
        Some(touch) if touch.entry.ends_with("()") => format!("`{}`", touch.entry.trim_end_matches("()")),
        Some(touch) if !touch.entry.is_empty() && touch.entry != "closure" => touch.entry.clone(),
        _ => "a request".to_owned(),
    }
}

/// A map that requests fill and nothing empties.
pub(super) fn growth(cell: &Cell) -> &'static str {
    let grows = is_collection(cell)
        && !is_cache_type(cell)
        && cell.written_by(&[
            "insert",
            "push",
            "entry",
            "push_back",
            "or_insert",
            "or_insert_with",
            "or_default",
        ]);
    if grows && !cell.forgets() {
        "; nothing removes from it, so its memory grows with use"
    } else {
        ""
    }
}

/// A remedy of one line.
pub(super) fn remedy(title: &str) -> Remedy {
    Remedy {
        title: title.to_owned(),
        code: None,
    }
}

/// A remedy with code.
pub(super) fn remedy_with(title: &str, code: &str) -> Remedy {
    Remedy {
        title: title.to_owned(),
        code: Some(code.to_owned()),
    }
}
