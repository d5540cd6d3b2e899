//! Asking back: all state with the verdict on each place, and why it is so. Never reads the disk and never prints.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::discover::Input;
use crate::finding::{Finding, Level, Place};
use crate::link::{self, Cell, Touch, When};
use crate::report::source::Lines;
use crate::rules;
use crate::run::expanded;

/// A place that holds state, with what the rules make of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The path of the item.
    pub item: String,
    /// `static`, `field`, `local`, `call`, `loop`.
    pub kind: String,
    /// What it stores; empty where nothing is declared.
    pub stored: String,
    /// The package.
    pub package: String,
    /// The file.
    pub path: String,
    /// The rule that speaks of it, if one does.
    pub rule: Option<&'static str>,
    /// How bad that is; none where nothing is reported.
    pub level: Option<Level>,
    /// What decided.
    pub reason: String,
}

/// What is known of a place that holds state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The place and the verdict.
    pub held: Held,
    /// The line of its name.
    pub line: usize,
    /// Who reads and writes it, in words.
    pub touches: Vec<String>,
    /// What would change the verdict, in words.
    pub change: String,
}

/// All state of the judged files in the order of its items, reported or not.
#[must_use]
pub fn inventory(input: &Input, config: &Config) -> Vec<Held> {
    let mut all: Vec<Held> = ask(input, config, |_, _| true)
        .into_iter()
        .map(|asked| asked.held)
        .collect();
    all.sort();
    all.dedup();
    all
}

/// What is known of the state at a place: `path:line`, or the end of an item's path.
#[must_use]
pub fn why(input: &Input, place: &str, config: &Config) -> Vec<Asked> {
    let at = place
        .rsplit_once(':')
        .and_then(|(path, line)| Some((path.trim_start_matches("./"), line.parse::<usize>().ok()?)));
    let whole = at.and_then(|(path, _)| file_of(input, path));
    ask(input, config, |held, line| match at {
        Some((path, wanted)) => {
            line == wanted && whole.map_or_else(|| held.path.ends_with(path), |file| held.path == file)
        }
        None => held.item == place || held.item.ends_with(&format!("::{place}")),
    })
}

/// The file that a path leads to which says more than we keep: of those that it ends with, the longest.
fn file_of<'a>(input: &'a Input, path: &str) -> Option<&'a str> {
    let files = input.files.iter().map(|file| file.path.as_str());
    files
        .filter(|file| path == *file || path.ends_with(&format!("/{file}")))
        .max_by_key(|file| file.len())
}

/// Every place that holds state and that is wanted, with all that is known of it.
fn ask(input: &Input, config: &Config, wanted: impl Fn(&Held, usize) -> bool) -> Vec<Asked> {
    let catalog = config.catalog();
    let files = expanded(input, catalog);
    let program = link::link(&input.packages, &files, catalog);
    let judged: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.judged)
        .map(|file| file.path.as_str())
        .collect();
    let mut findings = rules::judge(&program, catalog);
    findings.iter_mut().for_each(|finding| config.set_level(finding));
    let texts: BTreeMap<&str, Lines<'_>> = input
        .files
        .iter()
        .map(|file| (file.path.as_str(), Lines::new(&file.text)))
        .collect();
    let line = |place: &Place| {
        texts
            .get(place.path.as_str())
            .map_or(0, |lines| lines.position(place.span).line)
    };
    let cell_at = |place: &Place| program.cells.iter().find(|cell| cell.place == *place);
    let fine = program
        .cells
        .iter()
        .filter(|cell| !findings.iter().any(|finding| finding.place == cell.place));
    let fine = fine.map(|cell| Asked {
        held: Held {
            item: cell.item.clone(),
            kind: cell.kind.name().to_owned(),
            stored: cell.stored.text.clone(),
            package: cell.package.clone(),
            path: cell.place.path.clone(),
            rule: None,
            level: None,
            reason: rules::why_silent(&program, cell).to_owned(),
        },
        line: line(&cell.place),
        touches: touches(cell, line),
        change:
            "a request that reaches a change of it, and answers that depend on it, would make it a finding"
                .to_owned(),
    });
    let bad = findings.iter().map(|finding| {
        let cell = cell_at(&finding.place);
        let titles: Vec<&str> = finding
            .remedies
            .iter()
            .map(|remedy| remedy.title.as_str())
            .collect();
        Asked {
            held: Held {
                item: finding.cell.item.clone(),
                kind: finding.cell.kind.clone(),
                stored: cell.map(|cell| cell.stored.text.clone()).unwrap_or_default(),
                package: cell.map(|cell| cell.package.clone()).unwrap_or_default(),
                path: finding.place.path.clone(),
                rule: Some(finding.rule),
                level: config.off(finding.rule).is_none().then_some(finding.level),
                reason: reason(finding, config),
            },
            line: line(&finding.place),
            touches: cell.map(|cell| touches(cell, line)).unwrap_or_default(),
            change: format!("what would mend it: {}", titles.join("; or ")),
        }
    });
    let all = fine
        .chain(bad)
        .filter(|asked| judged.contains(asked.held.path.as_str()));
    all.filter(|asked| wanted(&asked.held, asked.line)).collect()
}

/// What decided: the evidence, unless the project does not want to hear of it.
fn reason(finding: &Finding, config: &Config) -> String {
    let because = finding.because.join("; ");
    match config.off(finding.rule) {
        Some(by) => format!("switched off {by}; otherwise: {because}"),
        None => because,
    }
}

/// Who reads and writes a cell, in words: each change, then each function that only looks.
fn touches(cell: &Cell, line: impl Fn(&Place) -> usize) -> Vec<String> {
    let (changes, looks): (Vec<&Touch>, Vec<&Touch>) =
        cell.accesses.iter().partition(|touch| touch.is_write());
    let at = |touch: &Touch| format!("({}:{})", touch.place.path, line(&touch.place));
    let told = changes.iter().map(|touch| {
        format!(
            "changed by `{}` in `{}`, {} {}",
            touch.op,
            touch.function,
            when(touch),
            at(touch)
        )
    });
    let mut seen: BTreeSet<&str> = changes.iter().map(|touch| touch.function.as_str()).collect();
    let used = looks.iter().filter(|touch| seen.insert(touch.function.as_str()));
    let used: Vec<String> = used
        .map(|touch| format!("used in `{}`, {} {}", touch.function, when(touch), at(touch)))
        .collect();
    told.chain(used).collect()
}

fn when(touch: &Touch) -> String {
    match touch.when {
        When::Request if touch.entry.is_empty() => "for a request".to_owned(),
        When::Request => format!("for `{}`", touch.entry),
        When::Timer => "on a timer".to_owned(),
        When::Startup => "at start".to_owned(),
        When::Never => "by code that nothing is seen to reach".to_owned(),
    }
}
