//! The report for programs: one JSON document with its own types and a version. Never holds source text.

use std::collections::BTreeMap;

use serde::Serialize;

use super::source::{Lines, Position};
use crate::config::SwitchedOff;
use crate::finding::{Finding, Place};
use crate::run::{Run, SkippedPart, Understanding};

/// Raised when a field goes or changes its meaning; a new field does not raise it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    root: &'a str,
    findings: Vec<JsonFinding<'a>>,
    understanding: JsonUnderstanding<'a>,
    allowed: usize,
    idle_allows: Vec<JsonSkipped<'a>>,
    switched_off: Vec<JsonSwitchedOff<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    level: &'a str,
    confidence: &'a str,
    message: &'a str,
    cell: JsonCell<'a>,
    place: JsonPlace<'a>,
    evidence: Vec<JsonEvidence<'a>>,
    services: &'a [String],
    remedies: Vec<JsonRemedy<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct JsonCell<'a> {
    name: &'a str,
    kind: &'a str,
    item: &'a str,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct JsonEvidence<'a> {
    path: &'a str,
    line: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonRemedy<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonUnderstanding<'a> {
    files: usize,
    skipped: Vec<JsonSkipped<'a>>,
    entry_points: usize,
    frameworks: &'a BTreeMap<String, usize>,
    cells: usize,
    macros_unread: usize,
    percent: usize,
    state_fields_resolved: usize,
    state_fields_unresolved: usize,
    calls_resolved: usize,
    calls_unresolved: usize,
    frameworks_without_entry: &'a [String],
}

#[derive(Serialize)]
struct JsonSkipped<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonSwitchedOff<'a> {
    rule: &'a str,
    by: &'a str,
    findings: usize,
}

/// The whole document, indented, with a line break at its end.
pub fn render(run: &Run, pedantic: bool) -> Result<String, serde_json::Error> {
    let mut files = Files {
        run,
        lines: BTreeMap::new(),
    };
    let document = Document {
        version: VERSION,
        root: &run.root,
        findings: run
            .shown(pedantic)
            .map(|finding| files.finding(finding))
            .collect(),
        understanding: understanding(&run.understanding),
        allowed: run.allowed,
        idle_allows: run.idle_allows.iter().map(skipped).collect(),
        switched_off: run.switched_off.iter().map(switched_off).collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// Line starts of the files, each found once.
struct Files<'a> {
    run: &'a Run,
    lines: BTreeMap<&'a str, Lines<'a>>,
}

impl<'a> Files<'a> {
    fn position(&mut self, place: &'a Place) -> Position {
        let text = self.run.sources.get(&place.path).map_or("", String::as_str);
        self.lines
            .entry(&place.path)
            .or_insert_with(|| Lines::new(text))
            .position(place.span)
    }

    fn finding(&mut self, finding: &'a Finding) -> JsonFinding<'a> {
        let at = self.position(&finding.place);
        let evidence = finding.evidence.iter().map(|step| JsonEvidence {
            path: &step.place.path,
            line: self.position(&step.place).line,
            message: &step.message,
        });
        let cell = &finding.cell;
        JsonFinding {
            rule: finding.rule,
            level: finding.level.name(),
            confidence: finding.confidence.name(),
            message: &finding.message,
            cell: JsonCell {
                name: &cell.name,
                kind: &cell.kind,
                item: &cell.item,
            },
            evidence: evidence.collect(),
            place: JsonPlace {
                path: &finding.place.path,
                line: at.line,
                column: at.column,
                end_line: at.end_line,
                end_column: at.end_column,
            },
            services: &finding.services,
            remedies: finding
                .remedies
                .iter()
                .map(|remedy| JsonRemedy {
                    title: &remedy.title,
                    code: remedy.code.as_deref(),
                })
                .collect(),
            fingerprint: &finding.fingerprint,
        }
    }
}

fn understanding(from: &Understanding) -> JsonUnderstanding<'_> {
    JsonUnderstanding {
        files: from.files,
        skipped: from.skipped.iter().map(skipped).collect(),
        entry_points: from.entry_points,
        frameworks: &from.frameworks,
        cells: from.cells,
        macros_unread: from.macros_unread,
        percent: from.percent(),
        state_fields_resolved: from.state_fields_resolved,
        state_fields_unresolved: from.state_fields_unresolved,
        calls_resolved: from.calls_resolved,
        calls_unresolved: from.calls_unresolved,
        frameworks_without_entry: &from.frameworks_without_entry,
    }
}

fn skipped(part: &SkippedPart) -> JsonSkipped<'_> {
    JsonSkipped {
        path: &part.path,
        line: part.line,
        reason: &part.reason,
    }
}

fn switched_off(off: &SwitchedOff) -> JsonSwitchedOff<'_> {
    JsonSwitchedOff {
        rule: off.rule,
        by: off.by.name(),
        findings: off.findings,
    }
}
