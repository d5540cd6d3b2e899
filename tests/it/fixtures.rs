//! The services under `fixtures/`: what their markers say is found, and nothing else; how it reads; exit codes.
//!
//! `UPDATE_EXPECT=1 cargo test` rewrites each `expected.txt` and the output in README.md; then read the diff.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use statelint::finding::{Finding, Level};
use statelint::report::{View, json, text};
use statelint::{Options, Run, check};

/// One service, checked by its folder.
struct Fixture {
    /// Path below `fixtures/`, as `request-counter/accidental`.
    name: String,
    dir: PathBuf,
    run: Run,
}

/// File below the fixture, line, rule.
type Mark = (String, usize, String);

/// Each check reads the whole workspace of fixtures, so it is done once for all tests.
static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| services(&root()).into_iter().map(open).collect());

#[test]
fn findings_are_exactly_the_marked_lines() {
    let mut wrong = String::new();
    for fixture in FIXTURES.iter() {
        wrong += &difference(&fixture.name, &marks(&fixture.dir), &found(fixture));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_missed_marker_and_an_unmarked_finding_are_seen() {
    let mark = |line, rule: &str| ("src/main.rs".to_owned(), line, rule.to_owned());
    let marked = BTreeSet::from([mark(3, "global-counter")]);
    assert_eq!(difference("shop", &marked, &marked), "");
    for found in [
        BTreeSet::new(),
        BTreeSet::from([mark(3, "global-counter"), mark(9, "local-lock")]),
        BTreeSet::from([mark(4, "global-counter")]),
        BTreeSet::from([mark(3, "in-memory-cache")]),
    ] {
        assert!(difference("shop", &marked, &found).contains("shop"), "{found:?}");
    }
}

#[test]
fn markers_are_read_from_the_ends_of_lines() {
    let source = "let a = \"//\";\nstatic A: X = 0; //~ global-counter\nstatic B: X = 0; //~ local-lock runtime-flag\n";
    let read: Vec<_> = marks_of("a.rs", source).collect();
    let rules = read.iter().map(|(_, line, rule)| (*line, rule.as_str()));
    assert_eq!(
        rules.collect::<Vec<_>>(),
        [(2, "global-counter"), (3, "local-lock"), (3, "runtime-flag")]
    );
}

#[test]
fn each_accidental_service_has_a_marker_and_no_other_has_any() {
    assert!(FIXTURES.len() >= 43, "the fixtures were not found");
    for fixture in FIXTURES.iter() {
        let marked = !marks(&fixture.dir).is_empty();
        assert_eq!(marked, is_accidental(fixture), "{}", fixture.name);
    }
}

#[test]
fn each_accidental_service_has_a_twin() {
    let names: BTreeSet<&str> = FIXTURES.iter().map(|fixture| fixture.name.as_str()).collect();
    for name in names.iter().filter_map(|name| name.strip_suffix("/accidental")) {
        assert!(names.contains(format!("{name}/externalized").as_str()), "{name}");
    }
}

#[test]
fn the_report_of_each_accidental_service_reads_as_it_did() {
    let view = View {
        width: 100,
        color: false,
        pedantic: false,
        here: "",
    };
    let update = std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1");
    let mut changed = Vec::new();
    for fixture in FIXTURES.iter().filter(|fixture| is_accidental(fixture)) {
        let path = fixture.dir.join("expected.txt");
        let report = text::render(&fixture.run, &view);
        if update {
            fs::write(&path, &report).unwrap();
        } else if fs::read_to_string(&path).ok().as_deref() != Some(report.as_str()) {
            changed.push(format!("{} now reads:\n\n{report}", path.display()));
        }
    }
    assert!(
        changed.is_empty(),
        "{}\nwhere this is right: UPDATE_EXPECT=1 cargo test",
        changed.join("\n")
    );
}

#[test]
fn the_exit_code_tells_accidental_from_externalized() {
    let code = |name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_statelint"));
        let output = command.arg("check").arg(root().join(name)).output().unwrap();
        output.status.code().unwrap()
    };
    assert_eq!(code("request-counter/accidental"), 1);
    assert_eq!(code("request-counter/externalized"), 0);
    assert_eq!(code("request-counter-bare/accidental"), 1);
    assert_eq!(code("request-counter-bare/externalized"), 0);
}

#[test]
fn a_count_that_nothing_reads_is_a_warning() {
    let fixture = FIXTURES
        .iter()
        .find(|fixture| fixture.name == "request-counter-bare/accidental");
    let findings = &fixture.unwrap().run.findings;
    let judged = findings.iter().map(|finding| (finding.rule, finding.level));
    assert_eq!(judged.collect::<Vec<_>>(), [("global-counter", Level::Warning)]);
}

#[test]
fn neither_threads_nor_a_second_run_change_the_document() {
    let document = |threads| {
        let options = Options {
            threads: Some(threads),
            ..Options::default()
        };
        json::render(&check(&[root()], &options).unwrap(), true).unwrap()
    };
    let one = document(1);
    assert!(one.contains("global-counter"));
    assert_eq!(one, document(8));
    assert_eq!(one, document(8));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The folders that hold a package, in the order of their names.
fn services(root: &Path) -> Vec<PathBuf> {
    let below = walkdir::WalkDir::new(root)
        .min_depth(1)
        .max_depth(2)
        .sort_by_file_name();
    // The harness plays with the services; it is none of them.
    let folders = below
        .into_iter()
        .filter_entry(|entry| entry.file_name() != "target" && entry.file_name() != "harness");
    let paths = folders.map(|entry| entry.unwrap().into_path());
    paths.filter(|path| path.join("Cargo.toml").is_file()).collect()
}

fn open(dir: PathBuf) -> Fixture {
    let name = dir.strip_prefix(root()).unwrap();
    Fixture {
        name: name.to_string_lossy().replace('\\', "/"),
        run: check(std::slice::from_ref(&dir), &Options::default()).unwrap(),
        dir,
    }
}

fn is_accidental(fixture: &Fixture) -> bool {
    fixture.name.ends_with("/accidental")
}

fn marks(dir: &Path) -> BTreeSet<Mark> {
    let mut all = BTreeSet::new();
    for entry in walkdir::WalkDir::new(dir.join("src")) {
        let entry = entry.unwrap();
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            let text = fs::read_to_string(entry.path()).unwrap();
            let path = entry.path().strip_prefix(dir).unwrap().to_string_lossy();
            all.extend(marks_of(&path.replace('\\', "/"), &text));
        }
    }
    all
}

fn marks_of(path: &str, text: &str) -> impl Iterator<Item = Mark> {
    text.lines().enumerate().flat_map(move |(at, line)| {
        let rules = line.split_once("//~").map(|(_, rules)| rules.split_whitespace());
        rules
            .into_iter()
            .flatten()
            .map(move |rule| (path.to_owned(), at + 1, rule.to_owned()))
    })
}

/// Everything that was found, notes and guesses included.
fn found(fixture: &Fixture) -> BTreeSet<Mark> {
    let root = Path::new(&fixture.run.root);
    let dir = fixture.dir.canonicalize().unwrap();
    let mark = |finding: &Finding| {
        let path = root.join(&finding.place.path);
        let path = path.strip_prefix(&dir).unwrap().to_string_lossy();
        let source = &fixture.run.sources[&finding.place.path];
        let line = source[..finding.place.span.start as usize].matches('\n').count() + 1;
        (path.replace('\\', "/"), line, finding.rule.to_owned())
    };
    // Notes are not shown unless somebody asks for them.
    let shown = fixture
        .run
        .findings
        .iter()
        .filter(|finding| finding.level != Level::Note);
    shown.map(mark).collect()
}

fn difference(name: &str, marked: &BTreeSet<Mark>, found: &BTreeSet<Mark>) -> String {
    let mut out = String::new();
    let mut list = |what: &str, marks: Vec<&Mark>| {
        for (path, line, rule) in marks {
            let _ = writeln!(out, "{name}: {what} {path}:{line} {rule}");
        }
    };
    list("marked, not found:", marked.difference(found).collect());
    list("found, not marked:", found.difference(marked).collect());
    out
}
