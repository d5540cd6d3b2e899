//! Runs rules on small programs written in one string, and the manuals' own examples.

mod actors_and_bots;
mod answers;
mod attributes;
mod background;
mod behind_traits;
mod boards_and_chats;
mod bots_and_daemons;
mod calls;
mod catalogue;
mod channels_of_work;
mod confidence;
mod config_urls;
mod conversions;
mod crates;
mod dispatch;
mod embedded_database;
mod ends_of_channels;
mod exclusions;
mod false_alarms;
mod files_and_keys;
mod files_schedules_queues;
mod flushes_and_jobs;
mod frameworks;
mod gateways_and_hubs;
mod gathered;
mod generics;
mod handed_on;
mod handed_state;
mod held_work;
mod hidden_captures;
mod hidden_containers;
mod hidden_swaps;
mod hidden_tasks;
mod invented;
mod jobs;
mod keys_files_and_clocks;
mod loops_and_inboxes;
mod macros;
mod macros_of_others;
mod made_by_hand;
mod modules;
mod moments;
mod names;
mod ninth_and_tenth;
mod options_and_workers;
mod pairs;
mod parts;
mod promised;
mod registries_and_mailboxes;
mod regressions;
mod roles;
mod rooms;
mod seventeenth_and_eighteenth;
mod shapes;
mod shared_clients;
mod shared_state;
mod shops_and_sign_in;
mod silence;
mod startup;
mod tested;
mod threads;
mod told;
mod traits;
mod typed_keys;
mod types;
mod understood;
mod unseen;
mod values;
mod views_and_payloads;
mod web_services;
mod workers_and_games;
mod written_by_others;

use std::collections::BTreeSet;

use super::{MODULES, all, judge};
use crate::catalog::Catalog;
use crate::discover::{Dependency, Package, Target, TargetKind, memory_urls};
use crate::facts;
use crate::finding::Finding;
use crate::link::{FileFacts, Program, expand, link};

const PRELUDE: &str = "use std::collections::*; use std::sync::*; use std::sync::atomic::*; use std::time::Instant; use tokio::sync::mpsc;\n";

/// A program that was checked: its files, what was understood of them, what was found.
pub(super) struct Checked {
    files: Vec<(String, String)>,
    pub(super) program: Program,
    pub(super) findings: Vec<Finding>,
}

/// Checks a program. `//# path` starts a file; without one, the text is `main.rs` of a crate with no Cargo.toml.
/// `//# app/src/main.rs uses: axum, db = store` makes `app` a package with these dependencies, one of them renamed; so does
/// a file in `app/src/bin`, and `//# store/src/lib.rs lib: storage` names the library. Crates that are not listed are
/// unknown, `tokio` too. `//# app/.env` is a file beside the code.
pub(super) fn check_program(text: &str) -> Checked {
    check_program_with(text, Catalog::embedded())
}

/// The same with a catalogue of one's own.
pub(super) fn check_program_with(text: &str, catalog: &Catalog) -> Checked {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut packages: Vec<Package> = Vec::new();
    for line in text.lines() {
        if let Some(header) = line.trim_start().strip_prefix("//# ") {
            let (head, uses) = header.split_once(" uses: ").unwrap_or((header, ""));
            let (path, lib) = head.split_once(" lib: ").unwrap_or((head, ""));
            add_package(&mut packages, path.trim(), lib.trim(), uses);
            files.push((path.trim().to_owned(), String::new()));
        } else {
            if files.is_empty() {
                files.push(("main.rs".to_owned(), PRELUDE.to_owned()));
            }
            if let Some((_, body)) = files.last_mut() {
                body.push_str(line);
                body.push('\n');
            }
        }
    }
    let (mut files, beside): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|(path, _)| path.rsplit('.').next() == Some("rs"));
    files.sort();
    for package in &mut packages {
        let own = beside.iter().filter(|(path, _)| path.starts_with(&package.dir));
        package.memory_urls = memory_urls(own.map(|(path, text)| (path.as_str(), text.as_str())));
    }
    packages.sort_by(|a, b| a.dir.cmp(&b.dir));
    let mut facts: Vec<FileFacts> = files
        .iter()
        .map(|(path, text)| FileFacts {
            path: path.clone(),
            judged: true,
            facts: facts::extract(text),
        })
        .collect();
    expand(&mut facts, catalog);
    let program = link(&packages, &facts, catalog);
    let findings = judge(&program, catalog);
    Checked {
        files,
        program,
        findings,
    }
}

fn add_package(packages: &mut Vec<Package>, path: &str, lib: &str, uses: &str) {
    let Some((dir, rest)) = path.split_once("/src/") else {
        return;
    };
    let kind = match rest {
        "main.rs" => TargetKind::Bin,
        "lib.rs" => TargetKind::Lib,
        _ if rest.starts_with("bin/") && rest.matches('/').count() == 1 => TargetKind::Bin,
        _ => return,
    };
    let name = match rest.strip_prefix("bin/") {
        Some(file) => file.trim_end_matches(".rs"),
        None if lib.is_empty() => dir,
        None => lib,
    };
    let target = Target {
        kind,
        name: name.replace('-', "_"),
        path: path.to_owned(),
    };
    let dependencies = uses
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|text| {
            let (text, version) = text
                .split_once('@')
                .map_or((text, None), |(text, version)| (text, Some(version)));
            let (name, package) = text.split_once(" = ").unwrap_or((text, text));
            Dependency {
                version: version.map(str::to_owned),
                name: name.replace('-', "_"),
                package: package.to_owned(),
                path: Some(package.to_owned()),
                ..Dependency::default()
            }
        });
    if let Some(known) = packages.iter_mut().find(|package| package.dir == dir) {
        known.targets.push(target);
        known.dependencies.extend(dependencies);
        return;
    }
    packages.push(Package {
        name: dir.to_owned(),
        dir: dir.to_owned(),
        targets: vec![target],
        dependencies: dependencies.collect(),
        ..Package::default()
    });
}

/// Every line marked `//~ rule` has exactly that finding, and no other line has one. `//~ rule(note)` also says its level.
#[track_caller]
pub(super) fn check_rule(text: &str) {
    let wrong = check_program(text).differs_from_marks();
    assert!(wrong.is_empty(), "{wrong}");
}

impl Checked {
    /// What the marks say against what was found; empty if they agree.
    pub(super) fn differs_from_marks(&self) -> String {
        let marks: Vec<Mark<'_>> = self
            .files
            .iter()
            .flat_map(|(path, text)| marks(path, text))
            .collect();
        let wanted: BTreeSet<(&str, usize, &str)> = marks.iter().map(Mark::spot).collect();
        let found: BTreeSet<(&str, usize, &str)> =
            self.findings.iter().map(|finding| self.spot(finding)).collect();
        let missed = wanted
            .difference(&found)
            .map(|spot| format!("missed: {spot:?}\n"));
        let extra = found
            .difference(&wanted)
            .map(|spot| format!("not wanted: {spot:?}\n"));
        let levels = self.findings.iter().filter_map(|finding| {
            let level = format!("{:?}", finding.level).to_lowercase();
            let mark = marks.iter().find(|mark| mark.spot() == self.spot(finding))?;
            let wanted = mark.level.filter(|wanted| *wanted != level)?;
            Some(format!("a {level}, wanted a {wanted}: {:?}\n", mark.spot()))
        });
        missed.chain(extra).chain(levels).collect()
    }

    fn spot<'a>(&'a self, finding: &'a Finding) -> (&'a str, usize, &'a str) {
        let text = self.files.iter().find(|(path, _)| *path == finding.place.path);
        let before = text.map_or("", |(_, text)| &text[..finding.place.span.start as usize]);
        (&finding.place.path, before.lines().count().max(1), finding.rule)
    }
}

/// What a line says should be found there.
struct Mark<'a> {
    path: &'a str,
    line: usize,
    rule: &'a str,
    level: Option<&'a str>,
}

impl<'a> Mark<'a> {
    fn spot(&self) -> (&'a str, usize, &'a str) {
        (self.path, self.line, self.rule)
    }
}

fn marks<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Mark<'a>> {
    text.lines().enumerate().flat_map(move |(number, line)| {
        let marks = line.split_once("//~ ").map_or("", |(_, marks)| marks);
        marks.split_whitespace().map(move |mark| {
            let (rule, level) = mark.split_once('(').unwrap_or((mark, ""));
            let level = level.strip_suffix(')');
            Mark {
                path,
                line: number + 1,
                rule,
                level,
            }
        })
    })
}

/// The code blocks below a heading of a manual.
fn blocks<'a>(manual: &'a str, heading: &str) -> Vec<String> {
    let section = manual
        .split("## ")
        .find(|section| section.trim_start().starts_with(heading))
        .unwrap_or_default();
    section
        .split("```rust")
        .skip(1)
        .filter_map(|block: &'a str| block.split("```").next())
        .map(|block| {
            block
                .lines()
                .map(|line| line.strip_prefix(' ').unwrap_or(line))
                .collect::<Vec<_>>()
                .join("\n")
        })
        .collect()
}

#[test]
fn each_manual_fires_and_stays_silent_as_it_says() {
    for rule in all() {
        let fires = blocks(rule.manual, "Fires");
        let silent = blocks(rule.manual, "Stays silent");
        assert!(
            !fires.is_empty() && !silent.is_empty(),
            "{}: an example is missing",
            rule.id
        );
        for block in fires {
            let findings = check_program(&block).findings;
            let rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
            assert_eq!(rules, [rule.id], "{}:\n{block}", rule.id);
        }
        for block in silent {
            let findings = check_program(&block).findings;
            assert!(findings.is_empty(), "{}: {findings:#?}\n{block}", rule.id);
        }
    }
}

#[test]
fn manuals_have_all_headings() {
    for rule in all() {
        for heading in [
            "## Why",
            "## Fires",
            "## Stays silent",
            "## How to fix",
            "## Known limits",
        ] {
            assert!(rule.manual.contains(heading), "{}: {heading} is missing", rule.id);
        }
        assert!(
            rule.manual.trim_start().starts_with(&format!("# {}", rule.id)),
            "{}: wrong title",
            rule.id
        );
    }
}

#[test]
fn files_list_and_ids_agree() {
    let ids: Vec<String> = all().iter().map(|rule| rule.id.replace('-', "_")).collect();
    assert_eq!(ids, MODULES);
    let others = ["mod", "ask", "backend", "deeds", "silence", "told"];
    let mut files: Vec<String> = walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules"))
        .max_depth(1)
        .into_iter()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            entry
                .file_name()
                .to_str()
                .and_then(|name| name.strip_suffix(".rs"))
                .map(str::to_owned)
        })
        .filter(|name| !others.contains(&name.as_str()))
        .collect();
    files.sort();
    let mut modules = MODULES.to_vec();
    modules.sort_unstable();
    assert_eq!(files, modules);
}
