//! Five frameworks that do not exist, told to the lint by a few lines of TOML each: nothing else has to change.

use super::check_program_with;
use crate::catalog::{Catalog, Text};

/// The program gives exactly its marks, and its entry points are those of the framework that only the TOML knows.
#[track_caller]
fn check_invented(framework: &str, entry: &str, program: &str) {
    let rules: Vec<&str> = crate::rules::all().iter().map(|rule| rule.id).collect();
    let text = Text {
        file: "invented.toml",
        text: entry,
    };
    let catalog = Catalog::extended(&[text], &rules).expect("the entry can be read");
    let checked = check_program_with(program, &catalog);
    let wrong = checked.differs_from_marks();
    assert!(wrong.is_empty(), "{wrong}");
    let frameworks: Vec<&str> = checked
        .program
        .entries
        .iter()
        .map(|entry| entry.framework.as_str())
        .collect();
    assert!(
        !frameworks.is_empty() && frameworks.iter().all(|name| *name == framework),
        "{frameworks:?}"
    );
    // Without the entry nobody would know.
    let unknown = check_program_with(program, Catalog::embedded());
    assert!(unknown.findings.is_empty(), "{:#?}", unknown.findings);
}

#[test]
fn one_with_a_routing_call() {
    check_invented(
        "quayside",
        r#"
[[framework]]
name = "quayside"
crates = ["quayside"]
startup_calls = ["moor"]
extractors = ["quayside::Hold"]
carriers = ["load"]
"#,
        r#"//# app/src/main.rs uses: quayside
mod cargo;
use quayside::{Hold, Quay};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
pub struct Manifest { crates: Arc<Mutex<Vec<String>>> } //~ in-memory-store
async fn unload(Hold(manifest): Hold<Manifest>, name: String) { cargo::note(&manifest, name); }
async fn weigh(name: String) -> usize {
    let manifest = Manifest::default();
    cargo::note(&manifest, name);
    cargo::size(&manifest)
}
fn main() {
    let quay = Quay::new().berth("/unload", unload).berth("/weigh", weigh).load(Manifest::default());
    quay.moor("0.0.0.0:80");
}
//# app/src/cargo.rs
use crate::Manifest;
pub fn note(manifest: &Manifest, name: String) { manifest.crates.lock().unwrap().push(name); }
pub fn size(manifest: &Manifest) -> usize { manifest.crates.lock().unwrap().len() }
"#,
    );
}

#[test]
fn one_with_an_attribute() {
    check_invented(
        "lantern",
        r#"
[[framework]]
name = "lantern"
crates = ["lantern"]
attributes = ["beam"]
"#,
        r#"//# app/src/main.rs uses: lantern
use std::sync::atomic::{AtomicU64, Ordering};
static SEEN: AtomicU64 = AtomicU64::new(0); //~ global-counter
#[lantern::beam("/seen")]
async fn seen() -> String {
    SEEN.fetch_add(1, Ordering::Relaxed);
    let once = AtomicU64::new(0);
    once.fetch_add(1, Ordering::Relaxed);
    once.into_inner().to_string()
}
fn main() { lantern::shine(); }
"#,
    );
}

#[test]
fn one_with_a_trait() {
    check_invented(
        "foundry",
        r#"
[[framework]]
name = "foundry"
crates = ["foundry"]
traits = [{ path = "foundry::Furnace", methods = ["pour"] }]
"#,
        r"//# app/src/main.rs uses: foundry
use foundry::{Furnace, Ingot};
use std::sync::Mutex;
#[derive(Default)]
struct Works { poured: Mutex<Vec<String>> } //~ in-memory-store
impl Furnace for Works {
    fn pour(&self, ingot: Ingot) -> usize {
        let mut marks = Vec::new();
        marks.push(ingot.mark());
        self.poured.lock().unwrap().extend(marks);
        self.poured.lock().unwrap().len()
    }
}
fn main() { foundry::heat(Works::default()); }
",
    );
}

#[test]
fn one_with_actor_messages() {
    check_invented(
        "troupe",
        r#"
[[framework]]
name = "troupe"
crates = ["troupe"]
startup_calls = ["stage"]
traits = [{ path = "troupe::Player", methods = ["cue"], owns = "Props" }]
kind = "message"
"#,
        r"//# app/src/main.rs uses: troupe
use std::collections::HashMap;
use troupe::{Player, Stage};
struct Actor { lines: Vec<String> } //~ in-memory-store
struct Chest { hats: HashMap<String, u32> } //~ in-memory-store
impl Player for Actor {
    type Props = Chest;
    type Cue = String;
    fn cue(&mut self, cue: String, props: &mut Chest) -> usize {
        *props.hats.entry(cue.clone()).or_insert(0) += 1;
        self.lines.push(cue);
        let mut seen = HashMap::new();
        for line in &self.lines { seen.insert(line, true); }
        seen.len()
    }
}
fn main() { troupe::stage(Actor { lines: Vec::new() }, Chest { hats: HashMap::new() }); }
",
    );
}

#[test]
fn one_with_a_receive_loop() {
    check_invented(
        "pigeon post",
        r#"
[[wait]]
framework = "pigeon post"
kind = "message"
crates = ["pigeon"]
names = ["landing"]
outside = true
"#,
        r#"//# app/src/main.rs uses: pigeon
use std::collections::HashMap;
fn main() {
    let loft = pigeon::Loft::open("roof");
    let mut letters: HashMap<String, String> = HashMap::new(); //~ in-memory-store
    while let Some(bird) = loft.landing() {
        let mut words = HashMap::new();
        for word in bird.letter().split(' ') { words.insert(word.to_owned(), true); }
        letters.insert(bird.ring(), format!("{} words", words.len()));
    }
}
"#,
    );
}
