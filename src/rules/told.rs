//! What a job of this process remembers of what it told others: when the last alert went out, for whom one did. Gives
//! findings to the rules whose roles these are; never prints.

use super::deeds::{self, Deed};
use super::in_memory_workflow::IN_MEMORY_WORKFLOW;
use super::local_rate_limit::LOCAL_RATE_LIMIT;
use super::{Rule, ask, per_replica_schedule, silence};
use crate::catalog::{Catalog, Effect, Kind};
use crate::finding::{CellName, Confidence, Evidence, Finding, Level, fingerprint};
use crate::link::{Cell, Program, Shape, TimerLoop, Touch, Use, When, words_of};

/// One finding for each memory that decides whether a job of the start tells something again.
pub(super) fn judge(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let own = |timer: &&TimerLoop| timer.at_startup && !timer.ends;
    let alone = |timer: &&TimerLoop| per_replica_schedule::is_unclaimed(catalog, timer);
    let timers = program.timers.iter().filter(own).filter(alone);
    let telling: Vec<(&TimerLoop, Deed<'_>)> = timers
        .filter_map(|timer| {
            Some((
                timer,
                deeds::worst_of(catalog, &timer.calls, &timer.functions, |act| act.leaves)?,
            ))
        })
        .collect();
    let cells = program.cells.iter().filter(|cell| is_memory(cell));
    cells
        .filter_map(|cell| {
            telling
                .iter()
                .find_map(|(timer, deed)| finding(cell, timer, deed))
        })
        .collect()
}

/// No request changes it, and it speaks of what was told.
fn is_memory(cell: &Cell) -> bool {
    says_what_was_told(cell)
        && ask::decisive(cell).is_none()
        && silence::is_harmless(cell).is_none()
        && !matches!(
            cell.stored.head,
            Shape::Known(Kind::Sender | Kind::Broadcast | Kind::Receiver)
        )
}

/// Its name or content says that something was told.
pub(super) fn says_what_was_told(cell: &Cell) -> bool {
    const TOLD: &[&str] = &[
        "alert",
        "alerts",
        "alerted",
        "alarm",
        "alarms",
        "notified",
        "notification",
        "notifications",
        "sent",
        "warned",
        "reported",
        "reminded",
        "reminder",
        "announced",
        "announcement",
        "cooldown",
        "cooldowns",
        "debounce",
        "published",
        "posted",
        "paged",
        "escalated",
        "escalation",
    ];
    let says = |word: &String| TOLD.contains(&word.as_str());
    // Of a struct its own name counts, and of what a collection keeps the fields.
    let content = if cell.stored.is_struct {
        words_of(&cell.stored.text)
    } else {
        cell.stored.element_words.clone()
    };
    cell.words().iter().any(says) || content.iter().any(says)
}

fn finding(cell: &Cell, timer: &TimerLoop, deed: &Deed<'_>) -> Option<Finding> {
    let by_job = |touch: &&Touch| {
        matches!(touch.when, When::Timer | When::Startup) && timer.functions.contains(&touch.function)
    };
    let asked =
        |touch: &&Touch| touch.effect == Effect::InsertOrGet || touch.is_read() && touch.usage > Use::Logged;
    let known = cell.accesses.iter().filter(by_job).find(asked)?;
    let is_change = |touch: &&Touch| touch.is_write();
    let changed = cell
        .accesses
        .iter()
        .filter(by_job)
        .filter(is_change)
        .find(|touch| touch.place != known.place)
        .or(cell.accesses.iter().filter(by_job).find(is_change))?;
    let moment = cell.stored.holds.contains(&Kind::Time) && !ask::is_map(cell) && !cell.stored.is_struct;
    let rule: &Rule = if moment {
        &LOCAL_RATE_LIMIT
    } else {
        &IN_MEMORY_WORKFLOW
    };
    let what = if moment {
        "when it was told last"
    } else {
        "what was told already"
    };
    Some(Finding {
        rule: rule.id,
        level: Level::Warning,
        confidence: deed.confidence.min(Confidence::Medium),
        message: format!(
            "`{}` remembers in this process {what}; a restart forgets it, and with two replicas each tells it again",
            cell.name
        ),
        cell: CellName {
            name: cell.name.clone(),
            kind: cell.kind.name().to_owned(),
            item: cell.item.clone(),
        },
        place: cell.place.clone(),
        evidence: vec![
            Evidence {
                place: timer.place.clone(),
                message: format!("every replica starts this loop, in `{}`", timer.function),
            },
            Evidence {
                place: known.place.clone(),
                message: "what is known decides here".to_owned(),
            },
            Evidence {
                place: changed.place.clone(),
                message: ask::deed(changed),
            },
        ],
        services: cell.services.clone(),
        remedies: vec![
            ask::remedy(
                "keep it beside what it is about: a column with the time of the last alert, changed where it still has the old value",
            ),
            ask::remedy_with(
                "let one replica tell it: a key in Redis that is set once",
                "let first: bool = redis.set_nx(&key, 1).await?; // with an expiry",
            ),
        ],
        because: vec![format!(
            "a loop of the start that {} decides by it",
            deed.act.does
        )],
        fingerprint: fingerprint(&cell.package, &cell.item, rule.id),
    })
}
