//! One run from what the disk held to what is reported. Never reads the disk and never prints.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::catalog::Catalog;
use crate::config::{Config, SwitchedOff};
use crate::discover::Input;
use crate::facts;
use crate::finding::{Confidence, Finding, Level};
use crate::link::{self, FileFacts, Program, When};
use crate::remedy;
use crate::report::source::Lines;
use crate::rules;

/// The result of a check.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The folder all paths are relative to.
    pub root: String,
    /// Texts of the files that findings point into, by path.
    pub sources: BTreeMap<String, String>,
    /// In the order of [`Finding::sort_key`], notes included.
    pub findings: Vec<Finding>,
    /// What was read and understood.
    pub understanding: Understanding,
    /// Findings that a comment in the code allows.
    pub allowed: usize,
    /// Comments that allow nothing, or not as they are written.
    pub idle_allows: Vec<SkippedPart>,
    /// Rules that are switched off, with the findings they would have.
    pub switched_off: Vec<SwitchedOff>,
}

/// How much of the code a run understood. A run that understood little must not look clean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understanding {
    /// Files read.
    pub files: usize,
    /// Those of them that findings may lie in; the others were read to understand these.
    pub judged_files: usize,
    /// Files and parts of files that were not.
    pub skipped: Vec<SkippedPart>,
    /// Places where the outside world enters.
    pub entry_points: usize,
    /// Frameworks met, with the number of their entry points.
    pub frameworks: BTreeMap<String, usize>,
    /// Places that hold state, harmless ones included.
    pub cells: usize,
    /// Macro calls that were not looked into.
    pub macros_unread: usize,
    /// Fields of shared structs whose type is known.
    pub state_fields_resolved: usize,
    /// Fields of shared structs whose type is not.
    pub state_fields_unresolved: usize,
    /// Calls into this code whose target is known, where a request gets.
    pub calls_resolved: usize,
    /// Calls that may lead into this code and whose target is not known, where a request gets.
    pub calls_unresolved: usize,
    /// Frameworks that are a dependency while none of their entry points was found.
    pub frameworks_without_entry: Vec<String>,
}

/// A file, or a part of one, that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedPart {
    /// Relative to the root.
    pub path: String,
    /// The first line of the part; none for a whole file.
    pub line: Option<usize>,
    /// Why, in words for the user.
    pub reason: String,
}

/// A stage of the pipeline that can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Packages and files.
    Input,
    /// What each file says by itself.
    Facts,
    /// All facts joined.
    Program,
}

impl Understanding {
    /// How much of what requests do was followed, in percent: calls with a known target among all that may lead into this
    /// code. Nothing, where a framework is a dependency and none of its handlers was found.
    #[must_use]
    pub fn percent(&self) -> usize {
        if self.entry_points == 0 && !self.frameworks_without_entry.is_empty() {
            return 0;
        }
        let calls = self.calls_resolved + self.calls_unresolved;
        (self.calls_resolved * 100).checked_div(calls).unwrap_or(100)
    }
}

impl Run {
    /// The findings a report shows: notes on request only.
    pub fn shown(&self, pedantic: bool) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| pedantic || finding.level > Level::Note)
    }

    /// Notes that a report leaves out.
    #[must_use]
    pub fn hidden_notes(&self, pedantic: bool) -> usize {
        self.findings.len() - self.shown(pedantic).count()
    }

    /// A finding is at or above this level. A guess never fails a run.
    #[must_use]
    pub fn fails_at(&self, level: Level) -> bool {
        self.findings
            .iter()
            .any(|f| f.level >= level && f.confidence > Confidence::Low)
    }
}

/// Facts, program, findings.
#[must_use]
pub fn judge_input(input: Input, config: &Config) -> Run {
    let catalog = config.catalog();
    let files = expanded(&input, catalog);
    let program = link::link(&input.packages, &files, catalog);
    let judged: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.judged)
        .map(|file| file.path.as_str())
        .collect();
    let mut findings = rules::judge(&program, catalog);
    findings.retain(|finding| judged.contains(finding.place.path.as_str()));
    let (allowed, idle_allows) = allow(&mut findings, &input, &files);
    // After the comments, so that one for a rule that is off now does not look idle.
    let switched_off = config.apply(&mut findings);
    remedy::rank(&mut findings, &input.packages, catalog);
    let understanding = understanding(&input, &files, &program);
    Run {
        root: input.root,
        sources: input
            .files
            .into_iter()
            .map(|file| (file.path, file.text))
            .collect(),
        findings,
        understanding,
        allowed,
        idle_allows,
        switched_off,
    }
}

/// Takes out what comments in judged files allow. Gives how many that were, and the comments that did not work.
fn allow(findings: &mut Vec<Finding>, input: &Input, files: &[FileFacts]) -> (usize, Vec<SkippedPart>) {
    let before = findings.len();
    let mut idle = Vec::new();
    for (file, source) in files.iter().zip(&input.files).filter(|(file, _)| file.judged) {
        for comment in &file.facts.allows {
            let speaks_of = |finding: &Finding| {
                let at = finding.place.span.start;
                finding.place.path == file.path
                    && comment.target.start <= at
                    && at < comment.target.end
                    && comment.rules.iter().any(|rule| rule == finding.rule)
            };
            let fault = if comment.reason.is_empty() {
                Some("this comment allows nothing without `reason = \"…\"`".to_owned())
            } else if let Some(unknown) = comment.rules.iter().find(|rule| rules::by_id(rule).is_none()) {
                Some(format!(
                    "there is no rule `{unknown}`; `statelint rules` lists them"
                ))
            } else if !findings.iter().any(speaks_of) {
                Some("this comment allows nothing: no such finding is here".to_owned())
            } else {
                findings.retain(|finding| !speaks_of(finding));
                None
            };
            idle.extend(fault.map(|reason| SkippedPart {
                path: file.path.clone(),
                line: Some(Lines::new(&source.text).position(comment.span).line),
                reason,
            }));
        }
    }
    (before - findings.len(), idle)
}

/// Each file by itself, on all threads; the order is that of the input.
fn extract_all(input: &Input) -> Vec<FileFacts> {
    input
        .files
        .par_iter()
        .map(|file| FileFacts {
            path: file.path.clone(),
            judged: file.judged,
            facts: facts::extract(&file.text),
        })
        .collect()
}

/// All facts, with the workspace's own macros expanded.
pub(crate) fn expanded(input: &Input, catalog: &Catalog) -> Vec<FileFacts> {
    let mut files = extract_all(input);
    link::expand(&mut files, catalog);
    files
}

fn understanding(input: &Input, files: &[FileFacts], program: &Program) -> Understanding {
    let mut skipped: Vec<SkippedPart> = input
        .unread
        .iter()
        .map(|unread| SkippedPart {
            path: unread.path.clone(),
            line: None,
            reason: unread.reason.clone(),
        })
        .collect();
    for (file, source) in files.iter().zip(&input.files) {
        let lines = Lines::new(&source.text);
        skipped.extend(file.facts.skipped.iter().map(|part| SkippedPart {
            path: file.path.clone(),
            line: Some(lines.position(part.span).line),
            reason: part.reason.clone(),
        }));
    }
    skipped.sort();
    let counts = &program.counts;
    let missing = counts
        .used_frameworks
        .iter()
        .filter(|name| !counts.frameworks.contains_key(*name));
    let followed = |known: bool| {
        let links = program.links.iter().filter(|link| link.when == When::Request);
        links.filter(|link| link.resolved.is_some() == known).count()
    };
    Understanding {
        files: files.len(),
        judged_files: files.iter().filter(|file| file.judged).count(),
        skipped,
        entry_points: judged_entries(files, program),
        frameworks: counts.frameworks.clone(),
        cells: program.cells.len(),
        macros_unread: counts.unread_macros,
        state_fields_resolved: counts.fields_resolved,
        state_fields_unresolved: counts.fields_unresolved,
        calls_resolved: followed(true),
        calls_unresolved: followed(false),
        frameworks_without_entry: if program.entries.is_empty() {
            missing.cloned().collect()
        } else {
            Vec::new()
        },
    }
}

/// Entry points in the judged files; where these have none of their own, all that may lead into them.
fn judged_entries(files: &[FileFacts], program: &Program) -> usize {
    let judged: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.judged)
        .map(|file| file.path.as_str())
        .collect();
    let own = program
        .entries
        .iter()
        .filter(|entry| judged.contains(entry.place.path.as_str()))
        .count();
    if own > 0 { own } else { program.entries.len() }
}

/// One stage of the pipeline as stable, readable text.
#[must_use]
pub fn dump_input(input: &Input, stage: Stage, catalog: &Catalog) -> String {
    match stage {
        Stage::Input => dump_packages_and_files(input),
        Stage::Facts => extract_all(input)
            .iter()
            .fold(String::new(), |text, file| text + &format!("{file:#?}\n")),
        Stage::Program => {
            let files = expanded(input, catalog);
            let program = link::link(&input.packages, &files, catalog);
            let texts: BTreeMap<&str, Lines<'_>> = input
                .files
                .iter()
                .map(|file| (file.path.as_str(), Lines::new(&file.text)))
                .collect();
            link::dump(&program, |place| {
                texts
                    .get(place.path.as_str())
                    .map_or(0, |lines| lines.position(place.span).line)
            })
        }
    }
}

fn dump_packages_and_files(input: &Input) -> String {
    let packages = input.packages.iter().map(|package| format!("{package:#?}\n"));
    let files = input.files.iter().map(|file| {
        let judged = if file.judged { "judged" } else { "read  " };
        format!("{judged} {} ({} bytes)\n", file.path, file.text.len())
    });
    let unread = input
        .unread
        .iter()
        .map(|unread| format!("unread {}: {}\n", unread.path, unread.reason));
    packages.chain(files).chain(unread).collect()
}
