//! The inventory: every place that holds state, reported or not, with the reason. One line a place, without line numbers,
//! so that it can be committed and compared. Judges nothing.

use std::fmt::Write as _;

use serde::Serialize;

use super::source::visible_line;
use crate::asked::Held;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    state: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    item: &'a str,
    kind: &'a str,
    stored: &'a str,
    package: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    reason: &'a str,
}

/// For people, and for a file in the repository.
#[must_use]
pub fn text(state: &[Held]) -> String {
    let mut out = String::new();
    for held in state {
        let verdict = match (held.rule, held.level) {
            (Some(rule), Some(level)) => format!("{}[{rule}]", level.name()),
            (Some(rule), None) => format!("off[{rule}]"),
            _ => "fine".to_owned(),
        };
        let stored = if held.stored.is_empty() {
            String::new()
        } else {
            format!(": {}", held.stored)
        };
        let line = format!(
            "{verdict} {} {}{stored} ({}) -- {}",
            held.kind, held.item, held.path, held.reason
        );
        out.push_str(&visible_line(&line));
        out.push('\n');
    }
    out
}

/// For programs.
///
/// # Errors
/// Those of the serializer; none is known.
pub fn json(state: &[Held]) -> Result<String, serde_json::Error> {
    let rows = state.iter().map(|held| Row {
        item: &held.item,
        kind: &held.kind,
        stored: &held.stored,
        package: &held.package,
        path: &held.path,
        rule: held.rule,
        level: held.level.map(crate::finding::Level::name),
        reason: &held.reason,
    });
    let document = Document {
        version: 1,
        state: rows.collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// What differs between a committed inventory and the present one, as lines with `-` and `+`; empty where nothing does.
#[must_use]
pub fn differences(committed: &str, present: &str) -> String {
    let diff = similar::TextDiff::from_lines(committed, present);
    let changed = diff
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal);
    let mut out = String::new();
    for change in changed {
        let _ = writeln!(out, "{}{}", change.tag(), visible_line(change.value().trim_end()));
    }
    out
}
