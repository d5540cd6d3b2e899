//! Cells that no rule speaks of, each for a reason that can be told. Names nothing of any one service.

mod own;
mod parts;
mod registries;

pub(super) use self::parts::{parts_tell_it, whole_tells_it};
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Effect, Kind};
use crate::link::{Cell, CellKind, Shape, Touch, Use, When, words_of};

/// Why this cell is left alone; none where a rule should look at it.
pub(super) fn reason(cell: &Cell) -> Option<&'static str> {
    let untouched = || {
        let untouched = super::ask::decisive(cell).is_none();
        untouched.then_some("nothing that a request reaches changes it")
    };
    of_each_replica(cell)
        .or_else(untouched)
        .or_else(|| of_no_other(cell))
}

/// Whoever changes it, no other replica would miss it.
pub(super) fn is_harmless(cell: &Cell) -> Option<&'static str> {
    of_each_replica(cell).or_else(|| of_no_other(cell))
}

fn of_each_replica(cell: &Cell) -> Option<&'static str> {
    is_pool_or_client(cell)
        .then_some("a pool, client, template, metric or other thing each replica has for itself")
}

fn of_no_other(cell: &Cell) -> Option<&'static str> {
    if is_opened_at_first_use(cell) {
        return Some("a connection that this process opens when it first needs it");
    }
    if is_signal_beside_an_entry(cell) {
        return Some("a flag that an entry shares with the task of its own connection");
    }
    if registries::is_figure_of_an_entry(cell) {
        return Some("a figure of one entry, which is told with what keeps the entries");
    }
    if is_kept_by_one_loop(cell) {
        return Some("a variable of one loop, for its own next round");
    }
    if is_set_once(cell) {
        return Some("it is set once");
    }
    if only_metrics(cell) {
        return Some("metrics of this process");
    }
    if waits_for_reply(cell) && !registries::is_answered_by_a_client(cell)
        || answers_what_it_takes_out(cell)
        || registries::wakes_who_waits(cell)
    {
        return Some("its entries are calls whose caller waits in this process");
    }
    if numbers_own_connections(cell) {
        return Some("its number only tells connections of this process apart");
    }
    if tells_of_its_own_life(cell) {
        return Some("it says how this process or its own connection is doing");
    }
    if measures_its_own_load(cell) {
        return Some("it measures what this process is doing at the moment");
    }
    if is_random_generator(cell) {
        return Some("a random generator");
    }
    if super::ask::only_chooses(cell) {
        return Some("its number only chooses one of several");
    }
    if numbers_log_lines(cell) {
        return Some("its number only reaches the log");
    }
    if is_pool_of_spares(cell) {
        return Some("spare values that are taken, used and put back");
    }
    if is_remainder(cell) {
        return Some("something left to do, taken back by whoever does it");
    }
    if is_scratch(cell) {
        return Some("a buffer that is emptied before each use");
    }
    registries::reason(cell).or_else(|| own::reason(cell))
}

/// The type itself, or everything it holds, is benign in the catalogue.
fn is_pool_or_client(cell: &Cell) -> bool {
    if matches!(cell.stored.head, Shape::Known(Kind::Benign)) {
        return true;
    }
    // A map of clients, a compiled pattern beside its source, a handle opened at first use: each replica makes its own.
    let content = if super::ask::is_collection(cell) {
        &cell.stored.elements
    } else {
        &cell.stored.holds
    };
    let carries = |kind: &Kind| matches!(kind, Kind::Sender | Kind::Broadcast | Kind::Time);
    let only_replaced = || {
        const OPS: &[&str] = &[
            "=",
            "replace",
            "insert",
            "get_or_insert_with",
            "get_or_insert",
            "set",
            "store",
            "take",
        ];
        cell.request_writes()
            .all(|touch| OPS.contains(&touch.op.as_str()))
    };
    cell.stored.itself.contains(&Kind::Benign)
        && !is_called_off_by_others(cell)
        && !is_written_to_by_others(cell)
        && !super::ask::writes_to_all(cell)
        && !super::ask::is_claimed_by_others(cell)
        && !content.iter().any(carries)
        && !super::ask::is_number(cell)
        // What counts beside the handle is no pool.
        && !super::ask::is_counted(cell)
        && !knows_clients_again(cell)
        && !counts_before_it_tells(cell)
        && (!cell.stored.is_struct || cell.stored.optional && only_replaced())
}

/// `timers: HashMap<OrderId, JoinHandle<()>>`: what one request set going another one stops or asks after, if it meets the
/// same process.
fn is_called_off_by_others(cell: &Cell) -> bool {
    let tasks = ["JoinHandle<", "AbortHandle>", "CancellationToken>"];
    let begun = entries(cell, &["insert", "entry"]);
    let stopped = entries(cell, &["abort", "cancel"]);
    let asked = entries(cell, &["is_finished"]);
    let of_others = |of: &BTreeSet<&str>| !of.is_empty() && begun.is_disjoint(of);
    super::ask::is_map(cell)
        && tasks.iter().any(|handle| cell.stored.text.contains(handle))
        && !begun.is_empty()
        && (cell.written_by(&["remove"]) && of_others(&stopped) || of_others(&asked))
}

/// `devices: HashMap<DeviceId, TcpStream>`: one request leaves the socket there, and another one that names it writes to it.
/// What is connected where it is needed is put back by whoever took it.
fn is_written_to_by_others(cell: &Cell) -> bool {
    let sockets = ["TcpStream>", "OwnedWriteHalf>", "WriteHalf<TcpStream>"];
    let functions = |ops: &[&str]| -> BTreeSet<&str> {
        let of_requests = cell.accesses.iter().filter(|touch| touch.when == When::Request);
        let inside = of_requests.filter(|touch| touch.effect != Effect::Enter);
        let done = inside.filter(|touch| ops.contains(&touch.op.as_str()));
        done.map(|touch| touch.function.as_str()).collect()
    };
    let kept = functions(&["insert", "entry"]);
    let written = functions(&["write_all", "write", "try_write", "write_all_buf"]);
    super::ask::is_map(cell)
        && sockets.iter().any(|socket| cell.stored.text.contains(socket))
        && !cell.named(&[
            "pool", "idle", "spare", "upstream", "outbound", "outgoing", "backend",
        ])
        && !kept.is_empty()
        && !written.is_empty()
        && kept.is_disjoint(&written)
        && kept.is_disjoint(&functions(&["get", "get_mut", "contains_key"]))
}

/// The entries whose requests do one of these to it.
fn entries<'c>(cell: &'c Cell, ops: &[&str]) -> BTreeSet<&'c str> {
    let of_requests = cell.accesses.iter().filter(|touch| touch.when == When::Request);
    of_requests
        .filter(|touch| ops.contains(&touch.op.as_str()))
        .map(|touch| touch.entry.as_str())
        .collect()
}

/// By what an entry keeps beside its handle, a client that comes back is let in again, or its login is completed.
fn knows_clients_again(cell: &Cell) -> bool {
    let words = &cell.stored.element_words;
    let says = |any: &[&str]| any.iter().any(|word| words.contains(*word));
    // A login that began here ends only where these are known.
    let begun = ["nonce", "csrf", "pkce", "verifier"];
    says(&["reconnect", "resume", "resumption", "rejoin"]) && says(&["token", "secret"])
        || super::ask::is_map(cell) && says(&begun)
}

/// Beside the handle through which somebody is told, an entry keeps how often there was reason to.
fn counts_before_it_tells(cell: &Cell) -> bool {
    super::ask::is_map(cell)
        && super::told::says_what_was_told(cell)
        && cell.written_by(&["+="])
        && !cell.written_by(&["-="])
}

/// An `Option` of a handle of another crate, that is only ever replaced as a whole.
fn is_opened_at_first_use(cell: &Cell) -> bool {
    let named = cell.named(&[
        "connection",
        "connected",
        "conn",
        "client",
        "pool",
        "channel",
        "stream",
        "handle",
        "provider",
    ]);
    let whole = cell.request_writes().all(|touch| {
        matches!(
            touch.op.as_str(),
            "=" | "replace" | "take" | "insert" | "get_or_insert_with"
        )
    });
    let said_by_type = || {
        let of = cell.stored.text.rsplit_once("Result<").map(|(_, of)| of);
        let handle = of.and_then(|of| of.split([',', '<', '>']).next());
        handle.is_some_and(|handle| handle.contains("Client") || handle.contains("Connection"))
    };
    let named = named || said_by_type();
    let may_be_none = cell.stored.optional || cell.stored.holds.contains(&Kind::Option) || said_by_type();
    // A secret of a pool of connections is no connection.
    let data = cell.stored.text.contains("Option<String>");
    named && whole && may_be_none && !data && cell.stored.head == Shape::Other && !cell.stored.is_struct
}

/// `waits: Arc<AtomicBool>` of an entry: the task that made the entry holds the other end, and what keeps the entries is told by
/// itself. A flag that lies in the entry is part of what all see of it: a room that is locked.
fn is_signal_beside_an_entry(cell: &Cell) -> bool {
    cell.of_an_entry && cell.stored.head == Shape::Flag && cell.stored.text.starts_with("Arc<")
}

/// A flag that one function keeps for itself.
fn is_kept_by_one_loop(cell: &Cell) -> bool {
    let functions: BTreeSet<&str> = cell
        .accesses
        .iter()
        .map(|touch| touch.function.as_str())
        .collect();
    cell.kind == CellKind::Local && cell.stored.prim == Some("bool") && functions.len() == 1
}

fn is_set_once(cell: &Cell) -> bool {
    cell.stored.once
        && !super::ask::is_fetched_once(cell)
        && cell
            .request_writes()
            .all(|touch| touch.effect == Effect::Init || touch.on == Kind::Once)
}

fn only_metrics(cell: &Cell) -> bool {
    // A list of what happened, which goes on growing and which requests look at, is kept by hand.
    let list = super::ask::is_collection(cell)
        && cell.accesses.iter().any(|touch| {
            matches!(touch.op.as_str(), "push" | "push_back" | "push_front") && touch.when < When::Startup
        })
        && cell.request_reads().next().is_some();
    cell.named(&["metric", "prometheus", "histogram", "telemetry", "tracing"])
        && !super::ask::is_map(cell)
        && !list
}

/// `oneshot::Sender`s are replies.
fn waits_for_reply(cell: &Cell) -> bool {
    cell.stored.text.contains("oneshot")
}

/// Its values can send, and whoever sends through one takes it out first: an answer, not a message to all.
fn answers_what_it_takes_out(cell: &Cell) -> bool {
    // What is looked up by a key may be the answer of somebody who entered elsewhere.
    const TAKES: &[&str] = &[
        "pop",
        "pop_front",
        "pop_back",
        "drain",
        "take",
        "extract_if",
        "drain_filter",
    ];
    const LOOKS: &[&str] = &[
        "remove",
        "get",
        "get_mut",
        "iter",
        "iter_mut",
        "values",
        "values_mut",
        "first",
        "last",
        "into_iter",
        "for_each",
        "index",
        "entry",
        "retain",
    ];
    let by = |ops: &[&str]| {
        cell.accesses
            .iter()
            .any(|touch| ops.contains(&touch.op.as_str()) && touch.usage != Use::Dropped)
    };
    super::ask::is_collection(cell)
        && cell.stored.elements.contains(&Kind::Sender)
        && by(TAKES)
        && !by(LOOKS)
        && !is_put_back(cell)
}

/// `for listener in listeners.drain(..) { if told(&listener) { live.push(listener) } } listeners = live;`: all were told, and
/// whoever is still there stays.
fn is_put_back(cell: &Cell) -> bool {
    const DRAINS: &[&str] = &["drain", "take", "extract_if", "drain_filter"];
    let drains = || {
        cell.accesses
            .iter()
            .filter(|touch| DRAINS.contains(&touch.op.as_str()))
    };
    let whole = cell
        .accesses
        .iter()
        .filter(|touch| matches!(touch.op.as_str(), "=" | "extend" | "append"));
    let mut back = whole.filter(|touch| touch.when < When::Startup);
    back.any(|touch| drains().any(|drain| drain.function == touch.function && drain.place < touch.place))
}

/// The next number of a connection, a listener, a task: a key of this process's own tables.
fn numbers_own_connections(cell: &Cell) -> bool {
    const OWN: &[&str] = &[
        "conn",
        "connection",
        "listener",
        "subscriber",
        "subscription",
        "socket",
        "watcher",
        "waiter",
        "stream",
        "thread",
        "worker",
        "callback",
        "peer",
    ];
    let numbers = cell.named(&[
        "id", "ids", "next", "seq", "sequence", "counter", "serial", "last",
    ]);
    let counted = super::ask::is_number(cell) && super::ask::is_counted(cell);
    let words = cell.words();
    let has = |word: &str| words.contains(word);
    let probes = has("ping") || has("heartbeat") || has("keepalive") || has("keep") && has("alive");
    // Whoever registers as a worker is told its number, and says it again with all it asks.
    let told = has("worker")
        && cell.request_writes().any(|touch| {
            let words = words_of(&touch.entry);
            ["register", "enroll", "enlist"]
                .iter()
                .any(|word| words.contains(*word))
        });
    counted
        && numbers
        && !told
        && (cell.named(OWN) || probes)
        && !cell
            .request_writes()
            .any(|touch| touch.op == "fetch_sub" || touch.op == "-=")
}

/// `ready`, `is_connected`, `shutting_down`: a flag about this process or a connection that it keeps itself.
fn tells_of_its_own_life(cell: &Cell) -> bool {
    const OWN: &[&str] = &[
        "connected",
        "disconnected",
        "ready",
        "healthy",
        "alive",
        "shutdown",
        "closing",
        "closed",
        "initialized",
        "initialised",
        "init",
        "terminated",
        "stopping",
        "stopped",
        "exiting",
        "exit",
        "quit",
        "draining",
        "subscribed",
        "authenticated",
        "received",
        "dirty",
        "started",
        "cancelled",
        "canceled",
        "stop",
        "reconnect",
        "reconnecting",
    ];
    let words = cell.words();
    cell.stored.head == Shape::Flag && OWN.iter().any(|own| words.contains(*own))
}

/// Connections that are open, requests under way: counted up when one begins and down when it ends.
fn measures_its_own_load(cell: &Cell) -> bool {
    let what = cell.named(&[
        "connection",
        "conns",
        "request",
        "task",
        "job",
        "stream",
        "call",
        "permit",
        "build",
        "worker",
        "session",
    ]);
    let now = cell.named(&[
        "active",
        "inflight",
        "flight",
        "pending",
        "running",
        "open",
        "current",
        "busy",
        "concurrent",
    ]);
    let by = |ops: &[&str]| cell.accesses.iter().any(|touch| ops.contains(&touch.op.as_str()));
    // `Upstream.in_flight` needs no word for what flies.
    let flies = cell.named(&["inflight"]) || cell.named(&["flight"]) && cell.named(&["in"]);
    super::ask::is_number(cell) && (what && now || flies) && by(&["fetch_sub", "-="])
        || counts_own_workers(cell)
        || is_gauge_by_label(cell)
}

/// `RequestMetrics.active: Map<String, usize>`: one number for each label, up and down again, that only those look at who
/// change it.
fn is_gauge_by_label(cell: &Cell) -> bool {
    let owner = cell
        .item
        .rsplit_once('.')
        .map_or("", |(owner, _)| owner.rsplit("::").next().unwrap_or(owner));
    let words = words_of(owner);
    let measures = ["metric", "metrics", "gauge", "gauges"]
        .iter()
        .any(|word| words.contains(*word));
    let changes = |op: &'static str| cell.accesses.iter().filter(move |touch| touch.op == op);
    let own = |touch: &Touch| {
        changes("+=")
            .chain(changes("-="))
            .any(|change| change.function == touch.function)
    };
    measures
        && super::ask::is_map(cell)
        && ["usize", "u64", "u32", "i64", "i32"]
            .iter()
            .any(|number| cell.stored.text.contains(&format!(", {number}>")))
        && changes("+=").next().is_some()
        && changes("-=").next().is_some()
        && cell.accesses.iter().all(own)
}

/// How busy each of its own workers is: counts by what another crate numbers them with.
fn counts_own_workers(cell: &Cell) -> bool {
    const NUMBERS: &[&str] = &["usize", "u64", "u32", "u16", "i64", "i32", "f64", "f32"];
    const DATA: &[&str] = &["String", "str", "Uuid", "_"];
    let text = cell.stored.text.as_str();
    let Some((key, value)) = text.split_once("Map<").and_then(|(_, of)| of.split_once(", ")) else {
        return false;
    };
    let value = value.trim_end_matches('>');
    let counts = NUMBERS.contains(&value)
        || value
            .rsplit('<')
            .next()
            .is_some_and(|of| of.starts_with("Atomic"));
    let foreign = cell.stored.key_words.is_empty()
        && key.starts_with(char::is_uppercase)
        && !key.contains(['<', '('])
        && !DATA.contains(&key);
    let words = cell.words();
    let has = |any: &[&str]| any.iter().any(|word| words.contains(*word));
    counts
        && foreign
        && has(&["worker", "workers", "thread", "threads", "core", "cores"])
        && has(&["load", "loads", "count", "counts", "usage", "busy", "active"])
}

fn is_random_generator(cell: &Cell) -> bool {
    // A struct of much else may have one too.
    let alone = !cell.stored.holds.contains(&Kind::Map) || !cell.stored.holds.contains(&Kind::Sender);
    alone && cell.stored.words.contains("rng")
        || cell.words().iter().any(|word| word == "rng" || word == "rand")
}

/// A number drawn so that lines of the log can be told apart. A count that is logged is a count.
fn numbers_log_lines(cell: &Cell) -> bool {
    let mut writes = cell.request_writes().peekable();
    let logged = writes.peek().is_some() && writes.all(|touch| touch.usage == Use::Logged);
    logged
        && super::ask::is_number(cell)
        && !super::ask::is_named_like_a_count(cell)
        && cell.request_reads().all(|touch| touch.usage == Use::Logged)
}

/// Whoever puts something in has taken something out before: the content is as good as new.
fn is_pool_of_spares(cell: &Cell) -> bool {
    let is_put = |touch: &&Touch| {
        matches!(
            touch.op.as_str(),
            "push" | "push_back" | "push_front" | "force_push"
        )
    };
    let takes = |put: &Touch| {
        let taken = |touch: &&Touch| {
            touch.op.starts_with("pop")
                && touch.usage > Use::Logged
                && touch.function == put.function
                && touch.place < put.place
        };
        cell.accesses.iter().any(|touch| taken(&touch))
    };
    let mut puts = cell.request_writes().filter(is_put).peekable();
    let called_so = cell.named(&[
        "spare", "pool", "free", "idle", "recycle", "reuse", "buffer", "buf", "bufs",
    ]);
    called_so && puts.peek().is_some() && (puts.all(takes) || is_stack_of_buffers(cell))
}

/// Room for bytes, put in and taken out at the same end, whatever order the bytes had: nobody waits for what was in it.
fn is_stack_of_buffers(cell: &Cell) -> bool {
    const BYTES: &[&str] = &["<Vec<u8>>", "<BytesMut>", "<Box<[u8]>>"];
    const BACK: &[&str] = &["push", "push_back", "pop", "pop_back"];
    const FRONT: &[&str] = &["push_front", "pop_front"];
    const SIZES: &[&str] = &[
        "clear",
        "truncate",
        "shrink_to_fit",
        "copy_from_slice",
        "resize",
        "extend_from_slice",
    ];
    const LOOKS: &[&str] = &[
        "iter",
        "front",
        "back",
        "first",
        "last",
        "peek",
        "drain",
        "into_iter",
    ];
    let within = |ends: &[&str]| {
        let mut writes = cell.accesses.iter().filter(|touch| touch.is_write());
        writes.all(|touch| ends.contains(&touch.op.as_str()) || SIZES.contains(&touch.op.as_str()))
    };
    let does = |ops: &[&str]| cell.accesses.iter().any(|touch| ops.contains(&touch.op.as_str()));
    let bytes = BYTES.iter().any(|bytes| cell.stored.text.contains(bytes));
    // Whatever puts one back takes one too.
    let taken = entries(cell, &["pop", "pop_back", "pop_front"]);
    let put = entries(cell, &["push", "push_back", "push_front"]);
    bytes && !taken.is_empty() && put.is_subset(&taken) && !does(LOOKS) && (within(BACK) || within(FRONT))
}

/// Wherever it is touched, the first thing done is to empty it: nothing stays from one request to the next.
fn is_scratch(cell: &Cell) -> bool {
    let mut first: BTreeMap<&str, &Touch> = BTreeMap::new();
    for touch in cell
        .accesses
        .iter()
        .filter(|touch| touch.is_write() || touch.is_read())
    {
        let known = first.entry(touch.function.as_str()).or_insert(touch);
        if touch.place < known.place {
            *known = touch;
        }
    }
    !first.is_empty()
        && first.values().all(|touch| touch.op == "clear")
        && cell.request_writes().count() > first.len()
}

/// "Something is left to do": whoever looks at it takes it back when it is done.
fn is_remainder(cell: &Cell) -> bool {
    let mut reads = cell
        .accesses
        .iter()
        .filter(|touch| touch.is_read() && !touch.is_write())
        .peekable();
    let takes_back = |read: &Touch| {
        cell.accesses
            .iter()
            .any(|touch| touch.is_write() && touch.function == read.function && touch.place > read.place)
    };
    cell.stored.head == Shape::Flag && reads.peek().is_some() && reads.all(takes_back)
}
