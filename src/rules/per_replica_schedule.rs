//! `per-replica-schedule`: a periodic job that each replica repeats. Decides by what the job does to the outside; never prints.

use std::collections::BTreeMap;

use super::deeds::{self, Deed};
use super::{Verdict, ask};
use crate::catalog::{Act, Catalog};
use crate::finding::{CellName, Confidence, Evidence, Finding, Level, fingerprint};
use crate::link::{Cell, OutsideCall, Program, TimerLoop, Touch, Use, When, words_of};

declare_rule! {
    /// # per-replica-schedule
    ///
    /// A periodic job that each replica repeats.
    ///
    /// ## Why
    ///
    /// A loop that start-up code begins runs in every replica. What it sends, charges or inserts happens once a replica:
    /// customers get the same mail twice.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// fn main() {
    ///     std::thread::spawn(|| loop {
    ///         std::thread::sleep(std::time::Duration::from_secs(86_400));
    ///         lettre::SmtpTransport::relay("mail").unwrap().build().send(&reminder());
    ///     });
    ///     serve(handle_request);
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// static NAMES: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Default::default);
    ///
    /// fn main() {
    ///     std::thread::spawn(|| loop {
    ///         std::thread::sleep(std::time::Duration::from_secs(60));
    ///         *NAMES.lock().unwrap() = reqwest::blocking::get("http://names").unwrap().json().unwrap();
    ///     });
    ///     serve(handle_request);
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ## How to fix
    ///
    /// Let one replica do it: take an advisory lock first, claim the rows with `FOR UPDATE SKIP LOCKED`, give each run a unique key
    /// in the database, or hand the schedule to the platform (a cron job of the cluster).
    ///
    /// ## Known limits
    ///
    /// A claim made by the other side (an idempotency key of a payment service) is not seen. What a job does through a client
    /// that the catalogue does not know is told by names alone (`notify`, `place_order`), or not at all.
    PER_REPLICA_SCHEDULE { id: "per-replica-schedule", level: Warning, summary: "a periodic job that each replica repeats" }
}

fn judge(_cell: &Cell) -> Option<Verdict> {
    // A loop is no cell: `judge_loops` looks at what it does.
    None
}

/// One finding for each loop of start-up whose worst deed nothing claims.
pub(super) fn judge_loops(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let started = program.timers.iter().filter(|timer| timer.at_startup && !timer.ends);
    let alone = started.filter(|timer| is_unclaimed(catalog, timer) && !empties_its_own(program, timer) && !flushes_what_it_takes(program, timer) && !writes_down_its_own(program, timer));
    // Jobs that one function starts together are one schedule: the worst of them speaks.
    let mut worst_of: BTreeMap<&str, (&TimerLoop, Deed<'_>)> = BTreeMap::new();
    for timer in alone {
        let Some(deed) = worst_for_others(catalog, timer) else { continue };
        let known = worst_of.entry(&timer.item).or_insert((timer, deed.clone()));
        if known.1.act.note && !deed.act.note {
            *known = (timer, deed);
        }
    }
    let loops = worst_of.into_values().filter_map(|(timer, deed)| finding(timer, &deed));
    let reactions = program.reactions.iter().filter_map(|reaction| of_reaction(program, catalog, reaction));
    loops.chain(program.calls.iter().filter_map(|call| registration(catalog, call))).chain(reactions).collect()
}

/// Every replica hears the same message, and each does what is to be done about it.
fn of_reaction(program: &Program, catalog: &Catalog, reaction: &TimerLoop) -> Option<Finding> {
    let owner = |item: &str| item.rsplit_once("::").map(|(owner, _)| owner.to_owned());
    let near = |call: &&OutsideCall| call.item == reaction.item || owner(&call.item) == owner(&reaction.item);
    let heard = program.calls.iter().filter(near).find(|call| subscribes(catalog, call))?;
    if !is_unclaimed(catalog, reaction) {
        return None;
    }
    let deed = deeds::worst_of(catalog, &reaction.calls, &reaction.functions[1..], |act| !act.note)?;
    let mut finding = finding(reaction, &deed)?;
    finding.confidence = finding.confidence.min(Confidence::Medium);
    finding.message = format!("`{}` {} for each message that all replicas get, and nothing claims the message; with two replicas, it happens twice", reaction.function, deed.act.does);
    finding.because = vec![format!("every replica subscribes, and each {}", deed.act.does)];
    finding.evidence.insert(0, Evidence {
        place: heard.place.clone(),
        message: "every replica subscribes here, and each gets every message".to_owned(),
    });
    finding.remedies = vec![
        ask::remedy("claim the message first: `SET key value NX EX 60` in Redis, a row with a unique key in the database"),
        ask::remedy("let one consumer get each message: a Redis stream with a consumer group, a NATS queue group, a shared MQTT subscription"),
    ];
    Some(finding)
}

fn subscribes(catalog: &Catalog, call: &OutsideCall) -> bool {
    let name = call.last_name();
    catalog.broadcasts.iter().any(|known| {
        let is_shared = || call.texts.iter().any(|said| known.shared.iter().any(|word| said.text.contains(word)));
        known.crates.contains(&call.krate) && known.names.iter().any(|known| known == name) && !is_shared()
    })
}

/// A call that sets up a timer by itself: nothing of the service goes round.
fn registration(catalog: &Catalog, call: &OutsideCall) -> Option<Finding> {
    let act = catalog.acts.iter().find(|act| act.by_itself && deeds::is_done(act, call))?;
    let verdict = verdict(&call.function, act);
    Some(Finding {
        rule: PER_REPLICA_SCHEDULE.id,
        level: verdict.level,
        confidence: Confidence::High,
        message: verdict.message,
        cell: CellName {
            name: call.function.clone(),
            kind: "schedule".to_owned(),
            item: call.item.clone(),
        },
        place: call.named.clone(),
        evidence: vec![Evidence {
            place: call.named.clone(),
            message: format!("every replica sets up this schedule, in `{}`", call.function),
        }],
        services: call.services.clone(),
        remedies: verdict.remedies,
        because: verdict.because,
        fingerprint: fingerprint(&call.package, &call.item, PER_REPLICA_SCHEDULE.id),
    })
}

/// What it does but for saying that this process is alive.
fn worst_for_others<'a>(catalog: &'a Catalog, timer: &TimerLoop) -> Option<Deed<'a>> {
    const SAYS: &[&str] = &["send", "post", "push", "emit", "publish", "report", "write", "update", "record"];
    let only_beats = |name: &String| {
        let words = words_of(name.rsplit("::").next().unwrap_or(name));
        words.iter().any(|word| catalog.claims.beats.contains(word)) && (words.len() == 1 || SAYS.iter().any(|word| words.contains(*word)))
    };
    let calls = timer.calls.iter().filter(|call| !only_beats(&call.function));
    let functions = timer.functions[1..].iter().filter(|name| !only_beats(name));
    deeds::worst(catalog, calls, functions)
}

/// Nothing keeps the other replicas from doing the same, and it is their concern too.
pub(super) fn is_unclaimed(catalog: &Catalog, timer: &TimerLoop) -> bool {
    !is_claimed(catalog, timer) && !is_about_itself(catalog, timer)
}

/// It speaks for this very process, or for the machine on which the program runs once by intention.
fn is_about_itself(catalog: &Catalog, timer: &TimerLoop) -> bool {
    let is_agent = |name: &String| words_of(name).iter().any(|word| catalog.claims.agents.contains(word));
    let is_beat = |name: &String| words_of(name).iter().any(|word| catalog.claims.beats.contains(word));
    // `sleep(HEARTBEAT_INTERVAL)`: what the loop itself waits for, or calls, says it too.
    let own = timer.calls.iter().filter(|call| call.function == timer.function);
    let beats = is_beat(&timer.function) || own.flat_map(|call| &call.names).any(is_beat);
    beats || is_agent(&timer.package) || !timer.services.is_empty() && timer.services.iter().all(is_agent)
}

/// It takes what requests left in this process: another replica has other things to take.
fn empties_its_own(program: &Program, timer: &TimerLoop) -> bool {
    const TAKES: &[&str] = &["drain", "take", "pop", "pop_front", "pop_back", "swap", "replace"];
    let is_run = |touch: &Touch| timer.functions.contains(&touch.function);
    // `mem::swap` gives nothing back: what was inside lies in the other variable.
    let is_gone = |cell: &Cell, touch: &Touch| touch.usage != Use::Dropped || touch.op == "swap" && ask::is_collection(cell);
    let takes = |cell: &Cell, touch: &Touch| touch.when == When::Timer && TAKES.contains(&touch.op.as_str()) && is_gone(cell, touch) && is_run(touch);
    // What is swept is told by the sweep: to whom it is said that an entry is gone, too, is about that entry.
    let sweeps = words_of(&timer.function).iter().any(|word| SWEEPS.contains(&word.as_str()));
    let removes = |cell: &Cell, touch: &Touch| sweeps && touch.op == "remove" && ask::is_map(cell) && is_run(touch);
    program.cells.iter().any(|cell| {
        let own = |touch: &Touch| takes(cell, touch) || removes(cell, touch);
        cell.request_writes().next().is_some() && cell.accesses.iter().any(own)
    })
}

/// It gathers messages of this process, and now and then flushes what it has.
fn flushes_what_it_takes(program: &Program, timer: &TimerLoop) -> bool {
    // What a loop flushes that gets its messages, that loop has.
    let own = |name: &String| match (name.rsplit_once("::"), timer.function.rsplit_once("::")) {
        (Some((owner, _)), Some((own, _))) => owner == own,
        (of_a_struct, _) => of_a_struct.is_none(),
    };
    receives_too(program, timer) && timer.functions[1..].iter().any(|name| words_of(name).contains("flush") && own(name))
}

/// Of a `select!`, only the arm of the timer is what the timer drives: the other takes messages.
fn receives_too(program: &Program, timer: &TimerLoop) -> bool {
    program.calls.iter().any(|call| call.item == timer.item && call.method && is_taking(&call.name))
}

/// It writes down what others gathered in this process, and then forgets it; or only what they marked as not yet written down.
fn writes_down_its_own(program: &Program, timer: &TimerLoop) -> bool {
    const ALL: &[&str] = &["iter", "iter_mut", "values", "values_mut", "into_iter", "clone", "keys"];
    let is_run = |touch: &&Touch| timer.functions.contains(&touch.function);
    let receives = receives_too(program, timer);
    program.cells.iter().any(|cell| {
        let by_loop = || cell.accesses.iter().filter(is_run);
        let fills = |touch: &Touch| touch.is_write() && !touch.is_removal() && touch.when != When::Timer && (receives || !is_run(&touch));
        let forgets = |touch: &Touch| {
            let looks = |other: &Touch| other.function == touch.function && ALL.contains(&other.op.as_str()) && other.usage > Use::Compared;
            let tells = timer.calls.iter().any(|call| call.function == touch.function && !call.krate.is_empty());
            touch.op == "clear" && tells && by_loop().any(looks)
        };
        let is_marked = || ask::is_collection(cell) && cell.stored.element_words.contains("dirty") && by_loop().any(|touch| ALL.contains(&touch.op.as_str()));
        cell.accesses.iter().any(fills) && (by_loop().any(forgets) || is_marked())
    })
}

/// What a loop is called that closes what has been left alone for too long.
const SWEEPS: &[&str] = &["close", "expire", "expired", "evict", "sweep", "reap", "prune", "purge", "cleanup", "clean", "gc", "stale", "old", "idle"];

/// It also waits for messages, and which of the two makes it do the deed is not known.
fn also_takes_messages(timer: &TimerLoop) -> bool {
    let own = timer.calls.iter().filter(|call| call.function == timer.function && call.method);
    own.map(|call| call.name.rsplit("::").next().unwrap_or_default()).any(is_taking)
}

fn is_taking(name: &str) -> bool {
    ["recv", "recv_async", "recv_many"].contains(&name.rsplit("::").next().unwrap_or(name))
}

/// Something on the way makes sure that only one replica does it.
fn is_claimed(catalog: &Catalog, timer: &TimerLoop) -> bool {
    let claims = &catalog.claims;
    let by_call = timer.calls.iter().any(|call| {
        claims.crates.contains(&call.krate)
            || call.method && claims.calls.contains(call.name.rsplit("::").next().unwrap_or_default())
            || call.texts.iter().any(|said| claims.literals.iter().any(|known| said.text.to_uppercase().contains(&known.to_uppercase())))
    });
    let names_it = |name: &String| {
        let words = words_of(name);
        claims.words.iter().any(|phrase| phrase.split(' ').all(|word| words.contains(word)))
    };
    let by_name = || timer.functions.iter().any(names_it);
    by_call || by_name()
}

fn finding(timer: &TimerLoop, deed: &Deed<'_>) -> Option<Finding> {
    let act = deed.act;
    let first = timer.functions.first()?;
    let verdict = verdict(&timer.function, act);
    let guessed = act.unsure || also_takes_messages(timer);
    Some(Finding {
        rule: PER_REPLICA_SCHEDULE.id,
        level: verdict.level,
        confidence: if guessed { deed.confidence.min(Confidence::Medium) } else { deed.confidence },
        message: verdict.message,
        cell: CellName {
            name: timer.function.clone(),
            kind: "loop".to_owned(),
            item: timer.item.clone(),
        },
        place: timer.place.clone(),
        evidence: vec![
            Evidence {
                place: timer.place.clone(),
                message: format!("every replica starts this loop, in `{first}`"),
            },
            Evidence {
                place: deed.place.clone().unwrap_or_else(|| timer.place.clone()),
                message: match deed.place {
                    Some(_) => format!("`{}` {} here", deed.by, act.does),
                    None => format!("by its name, `{}`, which it runs, {}", deed.by, act.does),
                },
            },
        ],
        services: timer.services.clone(),
        remedies: verdict.remedies,
        because: verdict.because,
        fingerprint: fingerprint(&timer.package, &timer.item, PER_REPLICA_SCHEDULE.id),
    })
}

fn verdict(function: &str, act: &Act) -> Verdict {
    let harm = if act.note { "each does it, which is mostly harmless" } else { "it happens twice" };
    Verdict {
        level: if act.note { Level::Note } else { Level::Warning },
        message: format!("`{function}` {} on a timer of this process, and nothing claims the run; with two replicas, {harm}", act.does),
        remedies: vec![
            ask::remedy_with("take an advisory lock in the database first", "let leads: bool = sqlx::query_scalar(\"SELECT pg_try_advisory_lock(42)\").fetch_one(&pool).await?;"),
            ask::remedy("hand the schedule to the platform: one cron job for the deployment"),
        ],
        because: vec![format!("a timer drives it, start-up code begins it, and it {}", act.does)],
    }
}
