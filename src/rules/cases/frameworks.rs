//! One file of source text a framework and version, in `frameworks/`: a counter behind a helper in another module fires,
//! the same shape for one request is silent. A further framework costs an entry in the catalogue and a file there.

use std::collections::BTreeSet;
use std::fs;

use super::check_program_with;
use crate::catalog::{Catalog, EntryKind};

/// The parts of a fixture: its first line names the framework, or what a loop waits for, as the catalogue does;
/// `//= fires` and `//= silent` start its programs. One under `//= pending: reason` says what is wanted but not yet
/// understood; it is not run.
struct Fixture {
    file: String,
    framework: String,
    programs: Vec<(bool, String)>,
    /// Nothing of it is understood yet.
    pending: bool,
}

#[expect(clippy::disallowed_methods, reason = "fixtures are files beside the test")]
fn fixtures() -> Vec<Fixture> {
    walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/cases/frameworks"))
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("a fixture is readable");
            Fixture::read(&entry.file_name().to_string_lossy(), &text)
        })
        .collect()
}

impl Fixture {
    fn read(file: &str, text: &str) -> Fixture {
        let (head, body) = text.split_once('\n').expect("a fixture has a head line");
        let framework = head
            .strip_prefix("//! framework: ")
            .expect("the head line names a framework");
        let mut sections: Vec<(&str, String)> = Vec::new();
        for line in body.lines() {
            if let Some(title) = line.strip_prefix("//= ") {
                sections.push((title, String::new()));
            } else if let Some((_, program)) = sections.last_mut() {
                program.push_str(line);
                program.push('\n');
            }
        }
        let waits = |title: &str| title.starts_with("pending");
        let pending = !sections.is_empty() && sections.iter().all(|(title, _)| waits(title));
        let run = sections.into_iter().filter(|(title, _)| !waits(title));
        Fixture {
            file: file.to_owned(),
            framework: framework.trim().to_owned(),
            programs: run
                .map(|(title, program)| (title.starts_with("fires"), program))
                .collect(),
            pending,
        }
    }

    /// What is wrong with the fixture, or with what the lint makes of it.
    fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let mut faults = Vec::new();
        for (fires, text) in &self.programs {
            let checked = check_program_with(text, catalog);
            let title = format!("{} ({})", self.file, if *fires { "fires" } else { "silent" });
            if *fires == checked.findings.is_empty() {
                faults.push(format!("{title}: {} findings", checked.findings.len()));
            }
            let wrong = checked.differs_from_marks();
            if !wrong.is_empty() {
                faults.push(format!("{title}:\n{wrong}"));
            }
            let entered = |entry: &crate::link::EntryPoint| entry.framework == self.framework;
            if !checked.program.entries.iter().any(entered) {
                faults.push(format!("{title}: no entry point of {}", self.framework));
            }
        }
        for wanted in [true, false] {
            if !self.pending && !self.programs.iter().any(|(fires, _)| *fires == wanted) {
                faults.push(format!("{}: no program where fires is {wanted}", self.file));
            }
        }
        faults
    }
}

#[test]
fn each_framework_is_entered_and_its_state_is_found() {
    let faults: Vec<String> = fixtures()
        .iter()
        .flat_map(|fixture| fixture.faults(Catalog::embedded()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_framework_has_a_fixture_and_each_fixture_an_entry() {
    let shown: BTreeSet<String> = fixtures().into_iter().map(|fixture| fixture.framework).collect();
    let catalog = Catalog::embedded();
    let frameworks = catalog.frameworks.iter().map(|framework| &framework.name);
    let waits = catalog.waits.iter().map(|wait| &wait.framework);
    // What only start-up code waits for has no entry points, and the rest of a family is there so that it is not lost.
    let startup = |name: &String| {
        catalog
            .waits
            .iter()
            .any(|wait| wait.framework == *name && wait.kind == EntryKind::Startup)
    };
    let known: BTreeSet<String> = frameworks
        .chain(waits)
        .filter(|name| !name.starts_with("other ") && !startup(name))
        .cloned()
        .collect();
    assert_eq!(shown, known);
}

#[test]
fn a_fixture_that_finds_nothing_is_a_fault() {
    let text = "//! framework: axum\n//= fires\nfn main() {} //~ global-counter\n//= silent\nfn main() {}\n";
    let faults = Fixture::read("broken.txt", text).faults(Catalog::embedded());
    assert!(
        faults.iter().any(|fault| fault.contains("0 findings")),
        "{faults:#?}"
    );
    assert!(faults.iter().any(|fault| fault.contains("missed")), "{faults:#?}");
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("no entry point of axum")),
        "{faults:#?}"
    );
}
