//! The rules: each says what it is, when it fires and how to mend it. Never names syn and never reads the disk.
//!
//! A rule is one file: its manual (the doc comment), its decision, its cases. [`judge`] gives each cell to the rules
//! in the order of [`all`]; the first that recognises its role speaks, so the most telling stand first.

mod ask;
mod backend;
#[cfg(test)]
mod cases;
mod deeds;
mod silence;
mod told;

use crate::catalog::Catalog;
use crate::finding::{CellName, Confidence, Evidence, Finding, Level, Remedy, fingerprint};
use crate::link::{Cell, Program, Touch};

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Kebab-case id, as it stands in reports.
    pub id: &'static str,
    /// The level it reports at most.
    pub level: Level,
    /// One line for `statelint rules`.
    pub summary: &'static str,
    /// Markdown for `statelint explain`.
    pub manual: &'static str,
    /// Does this cell play the rule's role? None where it does not.
    pub(crate) judge: fn(&Cell) -> Option<Verdict>,
}

/// What a rule says of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    level: Level,
    message: String,
    remedies: Vec<Remedy>,
    because: Vec<String>,
}

/// Declares a rule: the doc comment is its manual.
macro_rules! declare_rule {
    ($(#[doc = $line:literal])* $name:ident { id: $id:literal, level: $level:ident, summary: $summary:literal }) => {
        $(#[doc = $line])*
        pub(super) const $name: crate::rules::Rule = crate::rules::Rule {
            id: $id,
            level: crate::finding::Level::$level,
            summary: $summary,
            manual: concat!($($line, "\n"),*),
            judge,
        };
    };
}

/// Names every rule once: its file, and its place in the order of judgement.
macro_rules! rules {
    ($($module:ident :: $name:ident),* $(,)?) => {
        $(mod $module;)*

        /// All rules, in the order in which they are asked.
        #[must_use]
        pub fn all() -> &'static [Rule] {
            const ALL: &[Rule] = &[$($module::$name),*];
            ALL
        }

        /// The files, for the test that compares them with the folder.
        #[cfg(test)]
        const MODULES: &[&str] = &[$(stringify!($module)),*];
    };
}

rules! {
    in_memory_revocation::IN_MEMORY_REVOCATION,
    local_rate_limit::LOCAL_RATE_LIMIT,
    local_broadcast::LOCAL_BROADCAST,
    local_lock::LOCAL_LOCK,
    in_memory_queue::IN_MEMORY_QUEUE,
    per_process_key::PER_PROCESS_KEY,
    embedded_database::EMBEDDED_DATABASE,
    local_file::LOCAL_FILE,
    runtime_flag::RUNTIME_FLAG,
    process_env::PROCESS_ENV,
    per_replica_schedule::PER_REPLICA_SCHEDULE,
    local_id_sequence::LOCAL_ID_SEQUENCE,
    global_counter::GLOBAL_COUNTER,
    in_memory_session::IN_MEMORY_SESSION,
    in_memory_workflow::IN_MEMORY_WORKFLOW,
    in_memory_cache::IN_MEMORY_CACHE,
    in_memory_store::IN_MEMORY_STORE,
    global_mutable::GLOBAL_MUTABLE,
}

/// The ids of all rules, sorted.
#[must_use]
pub fn ids() -> Vec<&'static str> {
    let mut ids: Vec<&'static str> = all().iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids
}

/// The rule with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.id == id)
}

/// Judges every cell and every call the catalogue knows, in the order of their places.
#[must_use]
pub fn judge(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let mut findings: Vec<Finding> = program
        .cells
        .iter()
        .filter(|cell| {
            !local_broadcast::only_the_start_listens(program, cell)
                && !silence::parts_tell_it(program, cell)
                && !silence::whole_tells_it(program, cell)
        })
        .filter_map(judge_cell)
        .collect();
    let calls = backend::judge(program, catalog)
        .into_iter()
        .chain(local_file::judge_calls(program, catalog))
        .chain(local_lock::judge_bare_locks(program, catalog))
        .chain(in_memory_queue::judge_work(program, catalog))
        .chain(per_replica_schedule::judge_loops(program, catalog))
        .chain(told::judge(program, catalog))
        .chain(process_env::judge_calls(program, catalog));
    for finding in calls {
        // A cell whose value such a call makes was judged already, by what is done to it.
        if !findings.iter().any(|known| known.place == finding.place) {
            findings.push(finding);
        }
    }
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    findings
}

/// Why no rule speaks of a cell.
#[must_use]
pub fn why_silent(program: &Program, cell: &Cell) -> &'static str {
    let by_parts = || {
        silence::parts_tell_it(program, cell).then_some("what changes is a part of it that is told by itself")
    };
    let by_whole = || {
        silence::whole_tells_it(program, cell)
            .then_some("it is told with the collection whose entries it is a part of")
    };
    silence::reason(cell)
        .or_else(by_parts)
        .or_else(by_whole)
        .unwrap_or("no rule knows its role")
}

fn judge_cell(cell: &Cell) -> Option<Finding> {
    if silence::reason(cell).is_some() {
        return None;
    }
    // What is fetched once is a copy, whatever its name says.
    let speaks = |rule: &&Rule| rule.id == in_memory_cache::IN_MEMORY_CACHE.id || !ask::is_fetched_once(cell);
    let asked = all().iter().filter(speaks);
    let mut roles = asked.filter_map(|rule| Some((rule, (rule.judge)(cell)?)));
    let (rule, mut verdict) = roles.next()?;
    let second = roles.find(|(other, _)| !GENERAL.contains(&other.id));
    verdict.because.extend(
        second.map(|(other, _)| format!("it plays a second role: {} (`{}`)", other.summary, other.id)),
    );
    Some(finding(cell, rule, verdict, ask::decisive(cell)?))
}

/// Roles that most others include: any collection is a store, any map that is asked before it is filled a cache, any number
/// that goes up a count.
const GENERAL: &[&str] = &[
    "in-memory-store",
    "in-memory-cache",
    "global-mutable",
    "global-counter",
];

fn finding(cell: &Cell, rule: &Rule, verdict: Verdict, decisive: &Touch) -> Finding {
    // What no special rule could name may be of the process alone.
    let named = rule.id != global_mutable::GLOBAL_MUTABLE.id;
    let sure = if named {
        Confidence::High
    } else {
        Confidence::Medium
    };
    Finding {
        rule: rule.id,
        level: verdict.level,
        confidence: ask::confidence(cell, decisive).min(sure),
        message: verdict.message,
        cell: CellName {
            name: cell.name.clone(),
            kind: cell.kind.name().to_owned(),
            item: cell.item.clone(),
        },
        place: cell.place.clone(),
        evidence: evidence(decisive),
        services: cell.services.clone(),
        remedies: verdict.remedies,
        because: verdict.because,
        fingerprint: fingerprint(&cell.package, &cell.item, rule.id),
    }
}

/// The way from the entry, then the change itself.
fn evidence(touch: &Touch) -> Vec<Evidence> {
    let hops = touch.way.iter().map(|hop| Evidence {
        place: hop.place.clone(),
        message: hop.text.clone(),
    });
    let last = Evidence {
        place: touch.place.clone(),
        message: ask::deed(touch),
    };
    hops.chain([last]).collect()
}
