//! The boundaries between the parts hold. Each check is a function over files, and a second test shows it a broken
//! tree, so that a check which sees nothing is noticed.

use std::fs;
use std::path::Path;

/// A source file as the checks see it: its path below `src/`, and its text.
struct File {
    path: String,
    text: String,
}

#[test]
fn syn_stays_inside_facts() {
    assert_none(syn::violations(&sources()));
}

#[test]
fn a_rule_that_names_syn_is_seen() {
    assert_one(syn::violations(&[file("rules/a.rs", "use syn::Item;\n")]));
    assert_one(syn::violations(&[file(
        "report/a.rs",
        "fn f(x: &syn::File) {}\n",
    )]));
    assert_none(syn::violations(&[
        file("facts/a.rs", "use syn::Item;\n"),
        file("remedy/print.rs", "use syn::File;\n"),
    ]));
}

mod syn {
    use super::{File, names_crate, offending_lines};

    pub(super) fn violations(files: &[File]) -> Vec<String> {
        let outside = |path: &str| !path.starts_with("facts/") && !path.starts_with("remedy/print");
        offending_lines(files, outside, |line| names_crate(line, "syn"))
    }
}

#[test]
fn only_discover_and_store_touch_the_disk() {
    assert_none(disk::violations(&sources()));
}

#[test]
fn a_rule_that_reads_a_file_is_seen() {
    assert_one(disk::violations(&[file(
        "rules/a.rs",
        "let text = std::fs::read_to_string(path);\n",
    )]));
    assert_one(disk::violations(&[file("link/a.rs", "use walkdir::WalkDir;\n")]));
    assert_one(disk::violations(&[file("run.rs", "use std::{fs, io};\n")]));
    assert_one(disk::violations(&[file(
        "run.rs",
        "log(\"a\", std::fs::read(\"b\"));\n",
    )]));
    assert_none(disk::violations(&[
        file("discover/a.rs", "use std::fs;\n"),
        file("rules/a.rs", "// std::fs is far\n"),
        file("rules/a.rs", "const WRITES: &str = \"std::fs::write\";\n"),
    ]));
}

mod disk {
    use super::{File, names_crate, offending_lines};

    pub(super) fn violations(files: &[File]) -> Vec<String> {
        let outside = |path: &str| !path.starts_with("discover/") && !path.starts_with("store/");
        let touches = |line: &str| {
            line.contains("std::fs")
                || (line.contains("use std::{") && line.contains("fs"))
                || line.contains("File::open")
                || names_crate(line, "walkdir")
                || names_crate(line, "ignore")
        };
        offending_lines(files, outside, touches)
    }
}

#[test]
fn facts_know_nothing_that_comes_after_them() {
    assert_none(facts::violations(&sources()));
}

#[test]
fn facts_that_name_a_rule_are_seen() {
    assert_one(facts::violations(&[file(
        "facts/a.rs",
        "use crate::rules::Rule;\n",
    )]));
    assert_one(facts::violations(&[file(
        "facts/a.rs",
        "let p: crate::link::Program;\n",
    )]));
    assert_none(facts::violations(&[file(
        "rules/a.rs",
        "use crate::link::Program;\n",
    )]));
}

mod facts {
    use super::{File, offending_lines};

    pub(super) fn violations(files: &[File]) -> Vec<String> {
        let later = [
            "link", "rules", "catalog", "report", "remedy", "discover", "store",
        ];
        let names = |line: &str| later.iter().any(|part| line.contains(&format!("crate::{part}")));
        offending_lines(files, |path| path.starts_with("facts/"), names)
    }
}

#[test]
fn rules_and_report_do_not_know_each_other() {
    assert_none(report::violations(&sources()));
}

#[test]
fn a_report_that_asks_a_rule_is_seen() {
    assert_one(report::violations(&[file(
        "report/a.rs",
        "use crate::rules::all;\n",
    )]));
    assert_one(report::violations(&[file(
        "rules/a.rs",
        "use crate::report::text;\n",
    )]));
}

mod report {
    use super::{File, offending_lines};

    pub(super) fn violations(files: &[File]) -> Vec<String> {
        let mut found = offending_lines(
            files,
            |path| path.starts_with("report/"),
            |line| line.contains("crate::rules"),
        );
        let rules = |path: &str| path.starts_with("rules/");
        found.extend(offending_lines(files, rules, |line| {
            line.contains("crate::report")
        }));
        found
    }
}

#[test]
fn linking_depends_on_no_thread_and_no_hash_order() {
    assert_none(order::violations(&sources()));
}

#[test]
fn a_hash_map_in_the_linker_is_seen() {
    assert_one(order::violations(&[file(
        "link/a.rs",
        "for x in files.par_iter() {}\n",
    )]));
    assert_one(order::violations(&[file("rules/a.rs", "use std::thread;\n")]));
}

mod order {
    use super::{File, names_crate, offending_lines};

    /// That no hash map is walked in its own order is clippy's to see (`iter_over_hash_type`).
    pub(super) fn violations(files: &[File]) -> Vec<String> {
        let pure = |path: &str| {
            ["link/", "rules/", "catalog/"]
                .iter()
                .any(|part| path.starts_with(part))
        };
        let unsteady = |line: &str| {
            ["par_iter", "std::thread", "std::time", "SystemTime", "thread_rng"]
                .iter()
                .any(|w| line.contains(w))
                || names_crate(line, "rayon")
        };
        offending_lines(files, pure, unsteady)
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    assert_none(heads::violations(&sources()));
}

#[test]
fn a_module_without_a_head_is_seen() {
    assert_one(heads::violations(&[file("rules/a.rs", "use std::fmt;\n")]));
    assert_none(heads::violations(&[file("rules/a.rs", "//! One rule.\n")]));
}

mod heads {
    use super::File;

    pub(super) fn violations(files: &[File]) -> Vec<String> {
        let headless = files.iter().filter(|file| !file.text.starts_with("//! "));
        headless
            .map(|file| format!("src/{}: opens without `//!`", file.path))
            .collect()
    }
}

/// Lines of code that break a boundary, in the files it holds for. Comments may name anything.
fn offending_lines(
    files: &[File],
    holds_for: impl Fn(&str) -> bool,
    breaks: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| holds_for(&file.path)) {
        for (at, line) in file.text.lines().enumerate() {
            let code = without_strings(line);
            let code = code.split("//").next().unwrap_or_default();
            if breaks(code) {
                found.push(format!("src/{}:{}: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    found
}

/// A line without the text of its strings: a rule may know the name of a function that it must not call.
fn without_strings(line: &str) -> String {
    let line = line.replace("'\"'", "").replace("\\\"", "");
    line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

/// `syn::`, `use syn;`, `extern crate syn`, but not `async::` or a variable called so.
fn names_crate(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let starts_word =
        |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let in_path = code
        .match_indices(&path)
        .any(|(at, _)| starts_word(at) || code[..at].trim_end().ends_with(" ::"));
    in_path || code.trim() == format!("use {name};") || code.contains(&format!("extern crate {name}"))
}

/// Our own sources without their tests, which may set up whatever they need.
fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path();
        // Unit tests in files of their own: `tests.rs`, `text_tests.rs`, the folder `cases/`.
        let is_test = path.strip_prefix(&root).unwrap().components().any(|part| {
            let part = part.as_os_str().to_string_lossy();
            let stem = part.trim_end_matches(".rs");
            stem == "tests" || stem == "cases" || stem.ends_with("_tests")
        });
        if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            let path = path
                .strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            files.push(File {
                text: fs::read_to_string(entry.path()).unwrap(),
                path,
            });
        }
    }
    assert!(files.len() > 10, "the sources were not found");
    files
}

fn file(path: &str, text: &str) -> File {
    File {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[track_caller]
fn assert_none(violations: impl AsRef<[String]>) {
    let violations = violations.as_ref();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[track_caller]
fn assert_one(violations: impl AsRef<[String]>) {
    assert_eq!(violations.as_ref().len(), 1, "{:#?}", violations.as_ref());
}
