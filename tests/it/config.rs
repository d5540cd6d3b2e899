//! What a project decides for itself: `statelint.toml`, where it is looked for, what overrides it, and what is said of one
//! that is wrong.

use std::fs;
use std::path::Path;

use super::cli::{MANIFEST, Ran, assert_follows_the_schema, counting, statelint, tree};
use super::docs::{blocks, document};

/// A service with a counter (a warning by itself) and this configuration.
fn configured(text: &str) -> tempfile::TempDir {
    let dir = counting("");
    fs::write(dir.path().join("statelint.toml"), text).unwrap();
    dir
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(dir: &Path, options: &[&str]) -> Ran {
    statelint(dir, &[&["check"], options].concat())
}

#[track_caller]
fn assert_refused(ran: &Ran, said: &[&str]) {
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    for part in said {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
}

#[test]
fn the_file_sets_the_level_of_a_rule() {
    let dir = configured("[levels]\nglobal-counter = 'error'\n");
    let ran = check(dir.path(), &["--fail-on", "error"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.starts_with("error[global-counter]: "), "{}", ran.out);
    let why = "its level is set in statelint.toml, by itself it is warning";
    assert!(flat(&ran.out).contains(why), "{}", ran.out);
}

#[test]
fn a_rule_at_the_level_of_a_note_is_hidden_and_fails_nothing() {
    let dir = configured("[levels]\nglobal-counter = 'note'\n");
    let ran = check(dir.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("1 note hidden (--pedantic)"), "{}", ran.out);
    assert!(
        check(dir.path(), &["--pedantic"])
            .out
            .starts_with("note[global-counter]")
    );
}

#[test]
fn an_option_wins_over_the_file_and_the_last_one_over_the_others() {
    let dir = configured("[levels]\nglobal-counter = 'off'\n");
    let options = [
        "--level",
        "global-counter=error",
        "--level",
        "global-counter=warning",
    ];
    for (count, word) in [(2, "error"), (4, "warning")] {
        let ran = check(dir.path(), &options[..count]);
        assert_eq!(ran.code, 1);
        assert!(
            ran.out.starts_with(&format!("{word}[global-counter]")),
            "{}",
            ran.out
        );
    }
}

#[test]
fn what_is_switched_off_is_counted_with_who_did_it() {
    let dir = configured("[levels]\nglobal-counter = 'off'\nlocal-lock = 'off'\n");
    let ran = check(dir.path(), &[]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("no accidental state found"), "{}", ran.out);
    let said = "1 switched off in statelint.toml (global-counter)";
    assert!(flat(&ran.out).contains(said), "{}", ran.out);
    let by_option = check(dir.path(), &["--level", "global-counter=off"]);
    let said = "1 switched off by --level (global-counter)";
    assert!(flat(&by_option.out).contains(said), "{}", by_option.out);
    let ran = check(dir.path(), &["--format", "json"]);
    assert_follows_the_schema(&ran.out);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let off = |rule: &str, findings: usize| serde_json::json!({ "rule": rule, "by": "statelint.toml", "findings": findings });
    let expected = serde_json::json!([off("global-counter", 1), off("local-lock", 0)]);
    assert_eq!(document["switched_off"], expected);
    assert_eq!(document["version"], 1);
}

#[test]
fn a_comment_for_a_rule_that_is_off_is_not_idle() {
    let dir = counting("// statelint: allow(global-counter, reason = \"a debug aid\")");
    let ran = check(dir.path(), &["--level", "global-counter=off"]);
    assert!(ran.out.contains("1 allowed by a comment"), "{}", ran.out);
    assert!(
        !ran.out.contains("allows nothing") && !ran.out.contains("switched off"),
        "{}",
        ran.out
    );
}

#[test]
fn the_file_says_what_fails_and_what_is_shown_and_options_win() {
    let dir = configured("fail-on = 'note'\npedantic = true\n[levels]\nglobal-counter = 'note'\n");
    let ran = check(dir.path(), &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("note[global-counter]"), "{}", ran.out);
    let ran = check(dir.path(), &["--fail-on", "error", "--pedantic=false"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("1 note hidden"), "{}", ran.out);
}

#[test]
fn an_unknown_rule_is_refused_with_the_one_that_was_meant() {
    let dir = configured("# ours\n[levels]\nglobal-conter = 'off'\n");
    assert_refused(
        &check(dir.path(), &[]),
        &[
            "error: statelint.toml:3:1: `global-conter` is no rule\n  help: did you mean `global-counter`? valid: ",
            ", local-lock, ",
        ],
    );
    assert_refused(
        &check(clean_of_config().path(), &["--level", "global-conter=off"]),
        &["--level <RULE=LEVEL>", "did you mean `global-counter`?"],
    );
}

/// A service with a counter that decides nothing.
fn clean_of_config() -> tempfile::TempDir {
    counting("")
}

#[test]
fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
    let dir = configured("[level]\nglobal-counter = 'off'\n");
    for command in [
        &["check"][..],
        &["inventory"],
        &["why", "HITS"],
        &["check", "--dump", "input"],
    ] {
        assert_refused(
            &statelint(dir.path(), command),
            &[
                "error: statelint.toml:1:2: unknown field `level`\n  help: did you mean `levels`? valid: `fail-on`, ",
                "`backend`",
            ],
        );
    }
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let dir = configured("fail-on = 'warn'\n[levels]\nlocal-lock = 'offf'\n");
    let ran = check(dir.path(), &[]);
    assert_refused(
        &ran,
        &[
            "statelint.toml:1:11: `warn` is no level",
            "statelint.toml:3:14: `offf` is no level\n  help: did you mean `off`?",
        ],
    );
    // From another folder the file is named as it is typed there.
    let above = dir.path().parent().unwrap();
    let name = dir.path().file_name().unwrap().to_str().unwrap();
    assert_refused(
        &check(above, &[name]),
        &[&format!("error: {name}/statelint.toml:1:11: ")],
    );
}

#[test]
fn nothing_of_the_file_moves_the_cursor() {
    let dir = configured("[levels]\n\"a\\u001b[31m\" = 'off'\n");
    assert_refused(&check(dir.path(), &[]), &["`a\u{241b}[31m` is no rule"]);
}

const ENTRY: &str = "[[backend]]\npaths = ['house_sessions::Memory']\nrule = 'in-memory-session'\nkeeps = 'sessions'\n\
                     instead = 'the store on Redis'\nsource = 'our handbook'\n";

/// A service that keeps sessions in a store of the house, with this configuration.
fn with_house_sessions(text: &str) -> tempfile::TempDir {
    let manifest = format!("{MANIFEST}[dependencies]\naxum = '0.8'\nhouse_sessions = '1'\n");
    let main = "use axum::{Router, routing::get};\nasync fn index() {}\n\
                fn main() { serve(Router::new().route(\"/\", get(index)).with_state(house_sessions::Memory::new())) }\n";
    tree(&[
        ("Cargo.toml", &manifest),
        ("src/main.rs", main),
        ("statelint.toml", text),
    ])
}

#[test]
fn an_entry_of_ones_own_fires() {
    let silent = check(with_house_sessions("").path(), &[]);
    assert_eq!(silent.code, 0, "{}", silent.out);
    let dir = with_house_sessions(ENTRY);
    let ran = check(dir.path(), &[]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.starts_with("error[in-memory-session]: "), "{}", ran.out);
    assert!(flat(&ran.out).contains("the store on Redis"), "{}", ran.out);
    let listed = statelint(dir.path(), &["inventory"]);
    assert!(
        listed.out.starts_with("error[in-memory-session]"),
        "{}",
        listed.out
    );
}

#[test]
fn an_entry_that_is_wrong_is_refused_with_what_would_be_right() {
    for (old, new, said) in [
        (
            "house_sessions::Memory",
            "house-sessions::Memory",
            "statelint.toml:2:10: the path `house-sessions::Memory` is not a path",
        ),
        (
            "in-memory-session",
            "in-memory-sesion",
            "statelint.toml:3:8: `in-memory-sesion` is no rule\n  help: did you mean `in-memory-session`?",
        ),
        (
            "keeps",
            "keep",
            "statelint.toml:4:1: unknown field `keep`\n  help: did you mean `keeps`? valid: `paths`, ",
        ),
        (
            "source = 'our handbook'\n",
            "",
            "statelint.toml:1:1: missing field `source`",
        ),
    ] {
        let dir = with_house_sessions(&ENTRY.replace(old, new));
        assert_refused(&check(dir.path(), &[]), &[said]);
    }
}

#[test]
fn a_framework_whose_crate_no_code_can_name_is_refused() {
    let dir = configured("\n[[framework]]\nname = 'house'\ncrates = ['house-web']\n");
    assert_refused(
        &check(dir.path(), &[]),
        &["statelint.toml:2:1: `house-web` is no name of a crate\n  help: valid: as in code, with `_`"],
    );
}

#[test]
fn a_named_configuration_must_exist_and_is_the_only_one() {
    let dir = configured("[levels]\nglobal-counter = 'off'\n");
    fs::write(
        dir.path().join("strict.toml"),
        "[levels]\nglobal-counter = 'error'\n",
    )
    .unwrap();
    let ran = check(dir.path(), &["--config", "strict.toml"]);
    assert!(ran.out.starts_with("error[global-counter]"), "{}", ran.out);
    assert!(flat(&ran.out).contains("set in strict.toml"), "{}", ran.out);
    for command in [&["check"][..], &["inventory"], &["why", "HITS"]] {
        let ran = statelint(dir.path(), &[command, &["--config", "nowhere.toml"]].concat());
        assert_refused(&ran, &["`nowhere.toml` does not exist", "help: "]);
    }
    assert_refused(&check(dir.path(), &["--config", "src"]), &["cannot read `src`"]);
}

const OFF: &str = "[levels]\nglobal-counter = 'off'\n";

/// A service `shop` in a folder with this file and a configuration that switches its finding off.
fn below(file: &str, text: &str) -> tempfile::TempDir {
    let dir = counting("");
    let shop = dir.path().join("services/shop");
    fs::create_dir_all(&shop).unwrap();
    for name in ["src", "Cargo.toml"] {
        fs::rename(dir.path().join(name), shop.join(name)).unwrap();
    }
    fs::write(dir.path().join("statelint.toml"), OFF).unwrap();
    let path = dir.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    dir
}

#[test]
fn the_file_is_found_above_up_to_the_root_of_the_repository_or_workspace() {
    let workspace = "[workspace]\nmembers = ['services/*']\n";
    for (file, text, found) in [
        ("Cargo.toml", workspace, true),
        (".git/HEAD", "", true),
        ("readme.md", "", false),
        ("services/.git", "gitdir: elsewhere", false),
        ("services/statelint.toml", "", false),
        ("services/shop/statelint.toml", "", false),
    ] {
        let dir = below(file, text);
        for (place, path) in [
            (".", "services/shop"),
            ("services/shop", "."),
            ("services/shop/src", "main.rs"),
        ] {
            let ran = check(&dir.path().join(place), &[path]);
            assert_eq!(ran.code, i32::from(!found), "{file} from {place}: {}", ran.out);
        }
    }
}

#[test]
fn a_configuration_further_down_is_said_to_be_unused() {
    let dir = below("services/shop/statelint.toml", "no toml at all");
    let ran = check(dir.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said = "skipped services/shop/statelint.toml: not used: a run has one configuration";
    assert!(flat(&ran.out).contains(said), "{}", ran.out);
    assert!(!ran.out.contains("skipped statelint.toml"), "{}", ran.out);
}

#[test]
fn why_and_inventory_say_what_is_switched_off_and_what_has_another_level() {
    let dir = configured(OFF);
    let why = statelint(dir.path(), &["why", "HITS"]);
    let said = "not reported as [global-counter]: switched off in statelint.toml; otherwise: ";
    assert!(why.out.contains(said), "{}", why.out);
    let listed = statelint(dir.path(), &["inventory"]);
    let said =
        "off[global-counter] static shop::HITS: AtomicU64 (src/main.rs) -- switched off in statelint.toml";
    assert!(listed.out.starts_with(said), "{}", listed.out);
    let json = statelint(dir.path(), &["inventory", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(document["state"][0]["rule"], "global-counter");
    assert_eq!(document["state"][0].get("level"), None);
    for command in [&["why", "HITS"][..], &["inventory"]] {
        let ran = statelint(
            dir.path(),
            &[command, &["--level", "global-counter=error"]].concat(),
        );
        assert!(ran.out.contains("error[global-counter]"), "{}", ran.out);
        assert!(ran.out.contains("its level is set by --level"), "{}", ran.out);
    }
}

/// What the configuration in the README speaks of: a framework, a store and a counter of the house.
const HOUSE: &str = r#"use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use house_web::{Server, Shared};
static HITS: AtomicU64 = AtomicU64::new(0);
#[derive(Clone, Default)]
struct Desk { orders: Arc<Mutex<Vec<String>>> }
async fn order(Shared(desk): Shared<Desk>, name: String) -> usize {
    HITS.fetch_add(1, Ordering::Relaxed);
    let mut orders = desk.orders.lock().unwrap();
    orders.push(name);
    orders.len()
}
fn main() {
    let server = Server::new().on("/order", order).share(Desk::default());
    server.share(house_sessions::MemoryStore::new()).serve("0.0.0.0:80");
}
"#;

#[test]
fn the_configuration_in_the_readme_holds() {
    let readme = document("README.md");
    let [example] = blocks(&readme, "toml")[..] else {
        panic!("the README shows one configuration");
    };
    let manifest = format!("{MANIFEST}[dependencies]\nhouse_web = '1'\nhouse_sessions = '1'\n");
    let dir = tree(&[("Cargo.toml", &manifest), ("src/main.rs", HOUSE)]);
    let rules = |out: &str| {
        let document: serde_json::Value = serde_json::from_str(out).unwrap();
        let findings = document["findings"].as_array().unwrap().iter();
        let found =
            findings.map(|finding| format!("{}[{}]", finding["level"], finding["rule"]).replace('"', ""));
        found.collect::<Vec<_>>()
    };
    let without = check(dir.path(), &["--format", "json"]);
    // What a crate nobody knows calls is guessed; what its stores are for is not.
    assert_eq!(
        rules(&without.out),
        ["warning[global-counter]", "error[in-memory-store]"]
    );
    fs::write(dir.path().join("statelint.toml"), example).unwrap();
    let with = check(dir.path(), &["--format", "json"]);
    assert_eq!(with.code, 1, "{}", with.err);
    assert_follows_the_schema(&with.out);
    assert_eq!(
        rules(&with.out),
        ["note[global-counter]", "error[in-memory-session]"]
    );
    assert!(with.out.contains("\"by\": \"statelint.toml\""), "{}", with.out);
}
