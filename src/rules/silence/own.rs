//! Book-keeping that each process does for itself alone: no other replica would know what to do with it. Decides no role.

use crate::catalog::{Effect, EntryKind, Kind};
use crate::link::{Cell, CellKind, Shape, Touch, Use, When, words_of};
use crate::rules::ask;

/// Why this is nobody else's business, where it is.
pub(super) fn reason(cell: &Cell) -> Option<&'static str> {
    if keeps_idle_connections(cell) {
        return Some("idle connections of this process");
    }
    if lends_objects(cell) {
        return Some("spare objects of this process, put back by whoever borrowed one");
    }
    if counts_what_it_lends(cell) {
        return Some("how many buffers of this process are in use");
    }
    if counts_open_connections(cell) {
        return Some("how many connections of this process are open to each address");
    }
    if counts_connections(cell) {
        return Some("how many connections of this process are open");
    }
    if counts_what_lasts(cell) {
        return Some("how many connections or guards of this process there are, that nothing shows");
    }
    if is_on_its_way_to_a_collector(cell) {
        return Some("figures of this process on their way to a collector");
    }
    if measures_its_own_memory(cell) {
        return Some("how much of this process's memory its own copies take");
    }
    if is_for_the_log(cell) {
        return Some("it only decides what this process writes to its log");
    }
    if is_filled_by_hand(cell) {
        return Some("it is made when it is first needed, the same in each process");
    }
    if times_its_own_sweep(cell) {
        return Some("when this process last swept its own memory");
    }
    if is_put_off(cell) {
        return Some("it says that a task of this process is about to do it");
    }
    if is_left_to_a_timer(cell) {
        return Some("something left to do, taken back by the timer that does it");
    }
    if is_handed_over_at_start(cell) {
        return Some("an end of a channel that start-up code leaves for whoever takes it");
    }
    if joins_two_halves_of_one_function(cell) {
        return Some("it joins two threads that one function starts");
    }
    if counts_its_own_tries(cell) {
        return Some("how long this process waits before it tries again");
    }
    if breaks_a_circuit(cell) {
        return Some("it says how this process gets on with another service");
    }
    if is_filled_from_outside(cell) {
        return Some("what one round of a loop has received, for that round");
    }
    if counts_what_is_under_way(cell) {
        return Some("it says whether requests of this process are under way, to whoever ends it");
    }
    None
}

/// One function puts a request in when it begins and takes it out when it ends; only the end of the program asks whether any
/// is left.
fn counts_what_is_under_way(cell: &Cell) -> bool {
    let writes = || cell.request_writes();
    let does = |op: &str| writes().any(|touch| touch.op == op);
    let mut functions: Vec<&str> = writes().map(|touch| touch.function.as_str()).collect();
    functions.dedup();
    let plain = writes()
        .all(|touch| ["insert", "remove"].contains(&touch.op.as_str()) && touch.usage == Use::Dropped);
    let mut read = cell.accesses.iter().filter(|touch| touch.effect == Effect::Read);
    let ends = |touch: &Touch| touch.when == When::Startup && matches!(touch.op.as_str(), "is_empty" | "len");
    plain && does("insert") && does("remove") && functions.len() == 1 && read.all(ends)
}

/// One, not one for each client: `connect_backoff`.
fn counts_its_own_tries(cell: &Cell) -> bool {
    !ask::is_collection(cell) && cell.words().contains("backoff")
}

/// A circuit breaker: each process learns by itself whether the other service answers it.
fn breaks_a_circuit(cell: &Cell) -> bool {
    cell.named(&["breaker"]) || cell.words().contains("circuit")
}

/// `inbox.recv_many(&mut batch, 16)`: the loop itself only empties it.
fn is_filled_from_outside(cell: &Cell) -> bool {
    let mut writes = cell.accesses.iter().filter(|touch| touch.is_write()).peekable();
    cell.kind == CellKind::Local
        && cell.stored.text.starts_with("Vec")
        && writes.peek().is_some()
        && writes.all(|touch| matches!(touch.op.as_str(), "clear" | "drain"))
}

fn goes_up_and_down(cell: &Cell) -> bool {
    by(cell, &["fetch_add", "+="]) && by(cell, &["fetch_sub", "-="])
}

fn by(cell: &Cell, ops: &[&str]) -> bool {
    cell.accesses.iter().any(|touch| ops.contains(&touch.op.as_str()))
}

/// Sockets that wait for their next use, taken out whole by whoever uses one.
fn keeps_idle_connections(cell: &Cell) -> bool {
    let handles = cell.stored.elements.contains(&Kind::Benign)
        && !cell.stored.elements.contains(&Kind::Sender)
        && !cell.stored.elements.contains(&Kind::Broadcast);
    let words = &cell.stored.element_words;
    let sockets = ["stream", "socket", "connection", "conn", "connections"]
        .iter()
        .any(|word| words.contains(*word));
    let taken = cell.accesses.iter().any(|touch| {
        matches!(touch.op.as_str(), "pop" | "pop_front" | "pop_back") && touch.usage != Use::Dropped
    });
    ask::is_collection(cell) && handles && sockets && taken && cell.named(&["pool", "idle", "spare"])
}

/// Taken out where one is needed, put back by what is called so or when the borrower is dropped. A port, an address or an id
/// that is lent is known by its value: no buffer.
fn lends_objects(cell: &Cell) -> bool {
    const BUFFERS: &[&str] = &["BytesMut", "Vec<u8>", "[u8]"];
    const BACK: &[&str] = &[
        "return", "release", "recycle", "reclaim", "restore", "drop", "free", "back",
    ];
    const IDS: &[&str] = &[
        "String",
        "Uuid",
        "IpAddr",
        "Ipv4Addr",
        "Ipv6Addr",
        "SocketAddr",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i32",
        "i64",
    ];
    let is_put = |touch: &&Touch| {
        matches!(
            touch.op.as_str(),
            "push" | "push_back" | "push_front" | "force_push" | "try_push"
        )
    };
    let function = |touch: &Touch| touch.function.rsplit("::").next().unwrap_or_default().to_owned();
    let puts = || cell.accesses.iter().filter(is_put);
    let back = |put: &Touch| {
        words_of(&function(put))
            .iter()
            .any(|word| BACK.contains(&word.as_str()))
    };
    let taken = cell.accesses.iter().any(|touch| {
        touch.op.starts_with("pop")
            && touch.usage > Use::Compared
            && puts().all(|put| put.function != touch.function)
    });
    let buffers = BUFFERS.iter().any(|text| cell.stored.text.contains(text));
    let inmost = cell
        .stored
        .text
        .trim_end_matches('>')
        .rsplit('<')
        .next()
        .unwrap_or_default();
    let dropped = puts().all(|put| function(put) == "drop") && !IDS.contains(&inmost);
    ask::is_collection(cell)
        && cell.named(&["pool", "spare", "recycle", "reuse", "buffer", "buffers", "arena"])
        && (buffers || dropped)
        && taken
        && puts().next().is_some()
        && puts().all(back)
}

/// One number, up when a buffer is lent and down when it comes back, that no request shows.
fn counts_what_it_lends(cell: &Cell) -> bool {
    let what = cell.named(&["buffer", "allocated", "allocation", "acquired", "borrowed"]);
    ask::is_number(cell)
        && what
        && goes_up_and_down(cell)
        && !cell
            .request_reads()
            .any(|touch| touch.effect == Effect::Read && touch.usage > Use::Compared)
}

/// `Map<SocketAddr, usize>`, up and down again: an address with its port is a server's, or one connection's.
fn counts_open_connections(cell: &Cell) -> bool {
    let text = cell.stored.text.as_str();
    let Some((key, value)) = text.split_once("Map<").and_then(|(_, of)| of.split_once(", ")) else {
        return false;
    };
    let number = value.trim_end_matches('>').rsplit('<').next().unwrap_or_default();
    let counts =
        number.starts_with("Atomic") || ["usize", "u64", "u32", "u16", "i64", "i32"].contains(&number);
    key == "SocketAddr" && counts && by(cell, &["fetch_sub", "-="])
}

/// One number, up and down again, that no request shows: `CONNECTION_COUNTER`.
fn counts_connections(cell: &Cell) -> bool {
    let words = cell.words();
    let has = |any: &[&str]| any.iter().any(|word| words.contains(*word));
    ask::is_number(cell)
        && has(&[
            "connection",
            "connections",
            "conn",
            "conns",
            "stream",
            "streams",
            "socket",
            "sockets",
        ])
        && has(&["count", "counter", "num", "number"])
        && goes_up_and_down(cell)
        && !cell
            .accesses
            .iter()
            .any(|touch| touch.effect == Effect::Read && touch.usage > Use::Compared)
}

/// One number, up where a connection is taken and down where it ends, or down where a guard is dropped; somebody looks at it, and
/// only compares or logs it. What goes down without a guard for a request may be seats that are sold.
fn counts_what_lasts(cell: &Cell) -> bool {
    const UP: &[&str] = &["fetch_add", "+="];
    const DOWN: &[&str] = &[
        "fetch_sub",
        "-=",
        "compare_exchange",
        "compare_exchange_weak",
        "fetch_update",
    ];
    let changes = || cell.accesses.iter().filter(|touch| touch.is_write());
    let goes = |touch: &Touch, ops: &[&str]| ops.contains(&touch.op.as_str());
    let in_one_that_goes = |touch: &Touch, ops: &[&str]| {
        changes().any(|change| change.function == touch.function && goes(change, ops))
    };
    let plain = changes().all(|touch| goes(touch, UP) || goes(touch, DOWN));
    let turns = changes().any(|touch| goes(touch, UP)) && changes().any(|touch| goes(touch, DOWN));
    let of_connections = || {
        let mut of_requests = changes().filter(|touch| touch.when == When::Request).peekable();
        of_requests.peek().is_some() && of_requests.all(|touch| touch.entry_kind == EntryKind::Connection)
    };
    let by_guards = || {
        let dropped = |touch: &Touch| touch.function.ends_with("::drop");
        let mut down = changes().filter(|touch| goes(touch, DOWN));
        changes().any(|touch| goes(touch, DOWN) && dropped(touch))
            && down.all(|touch| dropped(touch) || in_one_that_goes(touch, UP))
    };
    // `if open.fetch_sub(1) == 1`: when the last one has left, something else is switched off.
    let ends = |touch: &Touch| goes(touch, &["fetch_sub", "-="]) && touch.usage > Use::Logged;
    let looks = |touch: &Touch| touch.is_read() && touch.usage > Use::Dropped;
    let shows =
        |touch: &Touch| touch.is_read() && touch.usage > Use::Compared && !in_one_that_goes(touch, DOWN);
    ask::is_number(cell)
        && plain
        && turns
        && (of_connections() || by_guards())
        && cell.accesses.iter().any(looks)
        && !changes().any(ends)
        && !cell.accesses.iter().any(shows)
}

/// What a `stats_logger` gathers and no request looks at.
fn is_on_its_way_to_a_collector(cell: &Cell) -> bool {
    const FIGURES: &[&str] = &["stats", "statsd", "metric", "metrics", "telemetry"];
    const SENDERS: &[&str] = &[
        "logger", "reporter", "exporter", "emitter", "pusher", "flusher", "sink",
    ];
    let mut parts = cell.item.split(['.', ':']);
    parts.next_back();
    let sends = |part: &str| {
        let words = words_of(part);
        let has = |any: &[&str]| any.iter().any(|word| words.contains(*word));
        has(FIGURES) && has(SENDERS)
    };
    let shown = |touch: &Touch| !touch.is_write() && touch.usage > Use::Compared;
    parts.any(sends) && !cell.request_reads().any(shown)
}

/// The size of a cache, grown and shrunk with what is in it.
fn measures_its_own_memory(cell: &Cell) -> bool {
    let of_copies = cell.named(&["cache", "cached", "eviction"]);
    let size = cell.named(&["size", "usage", "bytes", "weight", "memory", "len"]);
    ask::is_number(cell) && of_copies && size && by(cell, &["fetch_sub", "-="])
}

/// `if warned.insert(line) { warn!("line {line} is bad") }`: whoever changes it does nothing else but log.
fn is_for_the_log(cell: &Cell) -> bool {
    let mut later = cell
        .accesses
        .iter()
        .filter(|touch| touch.when < When::Startup)
        .peekable();
    later.peek().is_some() && later.all(|touch| touch.only_logs)
}

/// `if table.is_none() { *table = Some(read()) }`, by a function that nothing tells what to put in: a `OnceLock` written by
/// hand.
fn is_filled_by_hand(cell: &Cell) -> bool {
    const FILLS: &[&str] = &["=", "insert", "replace", "get_or_insert_with", "get_or_insert"];
    let fills =
        |touch: &Touch| FILLS.contains(&touch.op.as_str()) && touch.on == Kind::Option && touch.untold;
    let asks = |fill: &Touch| {
        let mut reads = cell.accesses.iter().filter(|touch| touch.effect == Effect::Read);
        fill.op.starts_with("get_or")
            || reads.any(|touch| touch.function == fill.function && touch.place < fill.place)
    };
    let mut writes = cell.request_writes().peekable();
    // When something was done last is no value that could be made again.
    let made = cell.stored.optional && !cell.stored.holds.contains(&Kind::Time);
    made && writes.peek().is_some() && writes.all(|touch| fills(touch) && asks(touch))
}

/// `if now - LAST_PRUNE.load() < MINUTE { return }`: what is thrown out then is this process's own.
fn times_its_own_sweep(cell: &Cell) -> bool {
    const SWEEPS: &[&str] = &[
        "prune",
        "pruned",
        "pruning",
        "sweep",
        "swept",
        "evict",
        "evicted",
        "eviction",
        "gc",
        "purge",
        "purged",
        "cleanup",
        "clean",
        "cleaned",
        "cleaning",
        "clear",
        "cleared",
        "clearing",
        "vacuum",
        "compaction",
    ];
    const TIMES: &[&str] = &["last", "next", "time", "at", "since"];
    let words = cell.words();
    let time = ask::is_number(cell)
        || cell.stored.head == Shape::Known(Kind::Time)
        || cell.stored.head == Shape::Known(Kind::Option);
    let functions = cell.request_writes().map(|touch| touch.function.as_str());
    let alone = functions.collect::<std::collections::BTreeSet<_>>().len() == 1;
    let says = |any: &[&str]| any.iter().any(|word| words.contains(*word));
    let past = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "swept" | "pruned" | "purged" | "evicted" | "cleaned"
        )
    });
    time && (says(TIMES) && says(SWEEPS) || past) && alone && !ask::is_counted(cell)
}

/// `if PENDING.swap(true) { return } spawn(.. PENDING.store(false); flush())`: one function, nobody else looks.
fn is_put_off(cell: &Cell) -> bool {
    let mut functions = cell.accesses.iter().map(|touch| &touch.function);
    let first = functions.next();
    let alone = functions.all(|function| Some(function) == first);
    let asked = cell.request_writes().any(|touch| {
        matches!(
            touch.op.as_str(),
            "swap" | "compare_exchange" | "compare_exchange_weak" | "fetch_or"
        ) && touch.usage != Use::Dropped
    });
    let named = cell.named(&["pending", "scheduled", "queued", "debounce"]);
    cell.stored.head == Shape::Flag && alone && asked && named && by(cell, &["store", "swap"])
}

/// Requests raise the flag; only what no request reaches looks at it, and lowers it when it has done what was left.
fn is_left_to_a_timer(cell: &Cell) -> bool {
    let aside = |touch: &&Touch| touch.when != When::Request;
    let mut reads = cell
        .accesses
        .iter()
        .filter(|touch| touch.is_read() && !touch.is_write())
        .peekable();
    let lowered = cell
        .accesses
        .iter()
        .filter(aside)
        .any(|touch| touch.is_write() && touch.when != When::Startup);
    // `if urgent.swap(false) { flush() }`: whoever looks at it lowers it.
    let taken_back = || {
        let asks = |touch: &&Touch| {
            let at_once = ["swap", "compare_exchange", "compare_exchange_weak"].contains(&touch.op.as_str());
            at_once && touch.usage != Use::Dropped
        };
        let by_its_loop = |touch: &Touch| aside(&touch) || touch.entry_kind == EntryKind::Message;
        let mut asked = cell.accesses.iter().filter(asks).peekable();
        asked.peek().is_some() && asked.all(by_its_loop)
    };
    let seen = reads.peek().is_some();
    cell.stored.head == Shape::Flag
        && reads.all(|touch| matches!(touch.when, When::Timer | When::Never))
        && (seen && lowered || !seen && taken_back())
}

/// Start-up code puts in what receives or answers, and whoever needs it takes it out: nothing is put in later.
fn is_handed_over_at_start(cell: &Cell) -> bool {
    const TAKES: &[&str] = &["take", "pop", "pop_front", "pop_back", "drain", "remove"];
    let ends = |kind: &Kind| matches!(kind, Kind::Receiver | Kind::Sender);
    let content = if ask::is_collection(cell) {
        &cell.stored.elements
    } else {
        &cell.stored.holds
    };
    let single = cell.stored.optional || cell.stored.holds.contains(&Kind::Option);
    let receives = content.contains(&Kind::Receiver);
    let mut later = cell
        .accesses
        .iter()
        .filter(|touch| touch.is_write() && touch.when != When::Startup)
        .peekable();
    let filled = cell
        .accesses
        .iter()
        .any(|touch| touch.is_write() && touch.when == When::Startup && !touch.is_removal());
    let holds_an_end = receives || single && !ask::is_collection(cell) && content.iter().any(ends);
    holds_an_end
        && filled
        && cell.request_sends().next().is_none()
        && later.peek().is_some()
        && later.all(|touch| TAKES.contains(&touch.op.as_str()) && touch.usage != Use::Dropped)
}

/// A broadcast that one function makes and sends into, and that nobody subscribes to: its own threads have both ends. Of a
/// `watch`, handlers hold clones of the receiving end.
fn joins_two_halves_of_one_function(cell: &Cell) -> bool {
    let maker = cell.item.rsplit_once("::").map(|(maker, _)| maker);
    let inside = |touch: &Touch| maker.is_some_and(|maker| maker.ends_with(&touch.function));
    cell.kind == CellKind::Local
        && cell.stored.head == Shape::Known(Kind::Broadcast)
        && cell.stored.text.contains("broadcast")
        && cell
            .accesses
            .iter()
            .all(|touch| touch.effect == Effect::Send && inside(touch))
}
