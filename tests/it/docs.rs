//! The documents say what is true: commands that exist, files that are there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OUTPUT_START: &str = "<!-- output -->\n```text\n";
const OUTPUT_END: &str = "```\n<!-- end of output -->";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// Commands of our program in code of a document: what follows `statelint ` or `cargo run -- `.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("    ")) {
        for lead in ["cargo run -- ", "cargo statelint ", "statelint "] {
            if let Some(rest) = line.trim().strip_prefix(lead) {
                found.extend(rest.split_whitespace().next().map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn commands_of_the_readme_exist() {
    let commands = commands(&document("README.md"));
    assert!(commands.len() >= 2, "{commands:?}");
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_statelint"))
            .args([&command, "--help"])
            .output()
            .unwrap();
        assert!(output.status.success(), "README names `statelint {command}`");
    }
}

#[test]
fn a_command_that_does_not_exist_is_seen() {
    assert_eq!(commands("text\n    statelint chekc src\n"), ["chekc"]);
}

#[test]
fn options_of_the_readme_exist() {
    let readme = document("README.md");
    let output = Command::new(env!("CARGO_BIN_EXE_statelint"))
        .args(["check", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--format json",
        "--exit-zero",
        "--pedantic",
        "--fail-on",
        "--min-understanding",
        "--config FILE",
        "--level RULE=LEVEL",
    ] {
        let name = option.split(' ').next().unwrap();
        assert!(readme.contains(option) && help.contains(name), "{option}");
    }
}

#[test]
fn the_output_in_the_readme_is_what_the_program_prints() {
    let readme = document("README.md");
    let (before, rest) = readme.split_once(OUTPUT_START).unwrap();
    let (shown, after) = rest.split_once(OUTPUT_END).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_statelint"))
        .args(["check", "fixtures/request-counter/accidental"])
        .current_dir(root())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1") {
        let updated = [before, OUTPUT_START, &printed, OUTPUT_END, after].concat();
        fs::write(root().join("README.md"), updated).unwrap();
    } else {
        assert_eq!(shown, printed, "where this is right: UPDATE_EXPECT=1 cargo test");
    }
}

/// The code blocks of a document in one language.
pub(super) fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn the_model_is_what_the_program_dumps() {
    let page = document("docs/model.md");
    let [main, desk] = blocks(&page, "rust")[..] else {
        panic!("the page shows two files");
    };
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let manifest = "[package]\nname = \"desk\"\n[dependencies]\naxum = \"0.8\"\ntokio = \"1\"\n";
    for (path, text) in [
        ("Cargo.toml", manifest),
        ("src/main.rs", main),
        ("src/desk.rs", desk),
    ] {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_statelint"))
        .args(["check", "--dump", "program", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let (before, rest) = page.split_once("```text\n").unwrap();
    let (shown, after) = rest.split_once("```").unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1") {
        let updated = [before, "```text\n", &printed, "```", after].concat();
        fs::write(root().join("docs/model.md"), updated).unwrap();
    } else {
        assert_eq!(shown, printed, "where this is right: UPDATE_EXPECT=1 cargo test");
    }
}

#[test]
fn the_repository_has_one_address() {
    let address = format!("{}\n", env!("CARGO_PKG_REPOSITORY"));
    for name in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        ".pre-commit-hooks.yaml",
    ] {
        for rest in document(name).split("https://github.com/").skip(1) {
            let found = format!("https://github.com/{rest} ").replace(' ', "\n");
            assert!(found.starts_with(&address), "{name} names another repository");
        }
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/model.md",
    ] {
        let broken = broken_links(&document(name), &root());
        assert!(broken.is_empty(), "{name}: {broken:?}");
    }
}

#[test]
fn a_broken_link_is_seen() {
    assert_eq!(
        broken_links("see [there](NOWHERE.md) and [web](https://a.b)", &root()),
        ["NOWHERE.md"]
    );
}

fn broken_links(text: &str, root: &Path) -> Vec<String> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next());
    let local = targets.filter(|target| !target.is_empty() && !target.contains("://"));
    local
        .filter(|target| !root.join(target).exists())
        .map(str::to_owned)
        .collect()
}
