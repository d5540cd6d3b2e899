//! `in-memory-queue`: accepted work held only in memory. Decides by what the cell stores and what requests do to it; never prints.

use std::collections::BTreeSet;

use super::{Verdict, ask, deeds, in_memory_workflow};
use crate::catalog::{Catalog, EntryKind, Kind, Pool};
use crate::finding::{CellName, Confidence, Evidence, Finding, Level, Place, fingerprint};
use crate::link::{Cell, CellKind, Channel, Hop, OutsideCall, Program, Shape, Task, Touch, Use, When, words_of};

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
    /// `FOR UPDATE SKIP LOCKED`, a Redis list or stream, NATS `JetStream`.
    ///
    /// ## Known limits
    ///
    /// That a client was promised its work is told by the answer's status, by words such as `queued`, by a turn that the task
    /// waits for, by progress that the task keeps for other requests, and by names. Where nothing says so, a detached task is a note.
    IN_MEMORY_QUEUE { id: "in-memory-queue", level: Error, summary: "accepted work held only in memory" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let queue = matches!(cell.stored.head, Shape::Known(Kind::Queue | Kind::SharedQueue))
        || ask::is_collection(cell) && cell.named(&["queue", "backlog", "jobs", "outbox"]) && cell.written_by(&["push", "push_back"]);
    // A request takes from it what another request put in.
    let channel = matches!(cell.stored.head, Shape::Known(Kind::Receiver))
        && cell.request_takes().any(|touch| touch.entry_kind == EntryKind::Request);
    let batch = is_written_out_in_batches(cell);
    if !queue && !channel && !batch {
        return None;
    }
    Some(Verdict {
        level: if batch { Level::Warning } else { Level::Error },
        message: format!("`{}` holds accepted work in this process; with two replicas, one never sees what the other accepted, and a restart loses it", cell.name),
        remedies: remedies(),
        because: vec![format!("`{}` is a queue that {} feeds", cell.stored.text, ask::route(cell))],
    })
}

/// `batch.push(received)`, and when it is long enough or a while has passed the loop hands all of it on.
fn is_written_out_in_batches(cell: &Cell) -> bool {
    const FILLS: &[&str] = &["push", "push_back", "append", "extend"];
    const EMPTIES: &[&str] = &["take", "drain", "clear", "split_off", "truncate"];
    let list = matches!(cell.stored.head, Shape::Known(Kind::List | Kind::Queue));
    let does = |ops: &[&str]| cell.accesses.iter().any(|touch| touch.is_write() && ops.contains(&touch.op.as_str()));
    let mut looks = cell.request_reads().filter(|touch| !touch.is_write());
    let only_how_many = looks.all(|touch| matches!(touch.op.as_str(), "len" | "is_empty" | "capacity"));
    let of_a_loop = cell.accesses.iter().all(|touch| touch.entry_kind == EntryKind::Message || touch.when > When::Request);
    let ops_known = cell.request_writes().all(|touch| FILLS.contains(&touch.op.as_str()) || EMPTIES.contains(&touch.op.as_str()));
    cell.kind == CellKind::Local && list && of_a_loop && ops_known && only_how_many && does(FILLS) && does(EMPTIES)
}

/// Work that goes on after the answer: in a task, behind a channel, in a pool of threads.
pub(super) fn judge_work(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let tasks = program.tasks.iter().filter_map(|task| of_task(program, catalog, task));
    // Several loops may take from one channel: the first that does something with it speaks.
    let mut emptied = BTreeSet::new();
    let channels = program.channels.iter().filter_map(|channel| of_channel(program, catalog, channel));
    let channels = channels.filter(|finding| emptied.insert(finding.place.clone()));
    let pools = catalog.pools.iter().flat_map(|pool| of_pool(program, pool));
    tasks.chain(channels).chain(pools).collect()
}

/// What holds the work, for the finding.
struct Holder<'a> {
    name: &'a str,
    kind: &'a str,
    item: &'a str,
    package: &'a str,
    services: &'a [String],
    place: &'a Place,
    way: &'a [Hop],
    confidence: Confidence,
}

fn of_task(program: &Program, catalog: &Catalog, task: &Task) -> Option<Finding> {
    if task.loops || task.answers || task.entry_kind == EntryKind::Connection {
        return None;
    }
    let promises = &catalog.promises;
    let has_word = |name: &String, words: &BTreeSet<String>| words_of(name).iter().any(|word| words.contains(word));
    // What was taken off a queue outside is nowhere else now.
    let taken = task.after.iter().any(|name| has_word(name, &promises.takes));
    if task.when != When::Request && !(taken && task.when == When::Startup) {
        return None;
    }
    let waits = task.own_calls.iter().find(|call| promises.turns.contains(&call.name));
    let deed = deeds::worst(catalog, &task.calls, &task.functions);
    if waits.is_none() && deed.is_none() {
        return None;
    }
    let (is_promised, why, place) = if let Some(turn) = waits {
        (true, "the task waits for its turn, and the work is nowhere else".to_owned(), Some(&turn.place))
    } else if let Some(place) = &task.promised {
        (true, "the answer says that the work will be done".to_owned(), Some(place))
    } else if taken {
        (true, "the work was taken off its queue".to_owned(), None)
    } else if has_word(&task.function, &promises.words) {
        (true, format!("`{}` keeps work for later", task.function), None)
    } else if let Some(progress) = progress_of(program, task) {
        (true, format!("requests ask `{}` how far the work is", progress.name), Some(&progress.place))
    } else {
        (false, "it goes on after the answer".to_owned(), None)
    };
    let does = deed.as_ref().map_or("works on", |deed| deed.act.does.as_str());
    let message = format!("a task started by `{}` {does} after the answer, and only this process holds its work; a restart loses it", task.function);
    let mut evidence = vec![Evidence {
        place: task.place.clone(),
        message: "starts the task; nothing waits for it".to_owned(),
    }];
    evidence.extend(place.map(|place| Evidence {
        place: place.clone(),
        message: why.clone(),
    }));
    let holder = Holder {
        name: &task.function,
        kind: "task",
        item: &task.item,
        package: &task.package,
        services: &task.services,
        place: &task.place,
        way: &task.way,
        confidence: task.confidence.min(deed.map_or(Confidence::High, |deed| deed.confidence)),
    };
    Some(finding(&holder, if is_promised { Level::Warning } else { Level::Note }, message, evidence, why))
}

/// Where the task writes down how far it is, for other requests to look at.
fn progress_of<'a>(program: &'a Program, task: &Task) -> Option<&'a Cell> {
    let in_task = |touch: &Touch| {
        task.place.holds(&touch.place) || touch.function != task.function && task.functions.contains(&touch.function)
    };
    let mut cells = program.cells.iter();
    cells.find(|cell| {
        is_progress(cell)
            && cell.accesses.iter().any(|touch| touch.is_write() && in_task(touch))
            && cell.request_reads().any(|touch| !in_task(touch))
    })
}

/// It tells requests how far something is.
fn is_progress(cell: &Cell) -> bool {
    (in_memory_workflow::IN_MEMORY_WORKFLOW.judge)(cell).is_some()
}

fn of_channel(program: &Program, catalog: &Catalog, channel: &Channel) -> Option<Finding> {
    if channel.answered || channel.empty {
        return None;
    }
    let deed = deeds::worst(catalog, &channel.calls, &channel.functions);
    let is_watched = |cell: &Cell| {
        let by_loop = |touch: &Touch| touch.is_write() && channel.functions.contains(&touch.function);
        is_progress(cell) && cell.accesses.iter().any(by_loop) && cell.request_reads().any(|touch| touch.entry_kind == EntryKind::Request)
    };
    let watched = || program.cells.iter().find(|cell| is_watched(cell));
    let does = match (&deed, watched) {
        (Some(deed), _) => deed.act.does.clone(),
        (None, watched) => format!("works on it and notes in `{}` how far it is", watched()?.name),
    };
    let message = format!("`{}` holds work of requests until a loop of this process {does}; a restart loses what waits in it", channel.name);
    let evidence = vec![
        Evidence {
            place: channel.sent.clone(),
            message: "a request sends here and goes on".to_owned(),
        },
        Evidence {
            place: channel.emptied.clone(),
            message: "this loop takes it out".to_owned(),
        },
    ];
    let holder = Holder {
        name: &channel.name,
        kind: "channel",
        item: &channel.item,
        package: &channel.package,
        services: &channel.services,
        place: &channel.place,
        way: &channel.way,
        confidence: channel.confidence.min(deed.map_or(Confidence::High, |deed| deed.confidence)),
    };
    let why = format!("{} sends into it, and the loop that empties it {does}", if channel.entry.is_empty() { "a request" } else { &channel.entry });
    // Who sent was answered, and nobody else has the work: that is a promise, whatever the answer says.
    Some(finding(&holder, Level::Warning, message, evidence, why))
}

/// A pool that requests hand work to: the finding is at the call that makes it.
fn of_pool<'a>(program: &'a Program, pool: &'a Pool) -> impl Iterator<Item = Finding> + 'a {
    let last = |call: &OutsideCall| call.name.rsplit("::").next().unwrap_or(&call.name).to_owned();
    let of_pool = |call: &&OutsideCall| pool.crates.contains(&call.krate);
    let hands = move |call: &&OutsideCall| {
        of_pool(call)
            && call.when == When::Request
            && call.entry_kind != EntryKind::Connection
            && call.usage == Use::Dropped
            && pool.runs.contains(&last(call))
    };
    let handed = program.calls.iter().find(hands);
    let makers = program.calls.iter().filter(move |call| of_pool(call) && call.when != When::Request && pool.makers.contains(&last(call)));
    makers.filter_map(move |maker| {
        let handed = handed.or_else(|| pool.runs.is_empty().then_some(maker))?;
        let name = maker.into.as_ref().map_or(maker.name.as_str(), |(name, _)| name.as_str());
        let holder = Holder {
            name,
            kind: "pool",
            item: &maker.item,
            package: &maker.package,
            services: &maker.services,
            place: &maker.named,
            way: &handed.way,
            confidence: handed.confidence,
        };
        let evidence = vec![Evidence {
            place: handed.place.clone(),
            message: "a request hands work over here and goes on".to_owned(),
        }];
        let message = format!("`{name}` does work that requests hand over, and only this process holds what waits; a restart loses it");
        Some(finding(&holder, Level::Warning, message, evidence, "requests hand work over and do not wait for it".to_owned()))
    })
}

fn finding(holder: &Holder<'_>, level: Level, message: String, evidence: Vec<Evidence>, why: String) -> Finding {
    let hops = holder.way.iter().map(|hop| Evidence {
        place: hop.place.clone(),
        message: hop.text.clone(),
    });
    Finding {
        rule: IN_MEMORY_QUEUE.id,
        level,
        confidence: holder.confidence,
        message,
        cell: CellName {
            name: holder.name.to_owned(),
            kind: holder.kind.to_owned(),
            item: holder.item.to_owned(),
        },
        place: holder.place.clone(),
        evidence: hops.chain(evidence).collect(),
        services: holder.services.to_vec(),
        remedies: remedies(),
        because: vec![why],
        fingerprint: fingerprint(holder.package, holder.item, IN_MEMORY_QUEUE.id),
    }
}

fn remedies() -> Vec<crate::finding::Remedy> {
    vec![
        ask::remedy("put the work into a table and take it with `FOR UPDATE SKIP LOCKED`"),
        ask::remedy("into a Redis stream or NATS `JetStream`, before the client is told that it is accepted"),
    ]
}
