//! The program as a user runs it: exit codes, bad input, and the JSON document.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(super) const MANIFEST: &str = "[package]\nname = 'shop'\nedition = '2024'\n";

pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

#[track_caller]
fn run_program(program: &str, dir: &Path, arguments: &[&str]) -> Ran {
    let output: Output = Command::new(program)
        .args(arguments)
        .current_dir(dir)
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!err.contains("panicked"), "{err}");
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err,
    }
}

#[track_caller]
pub(super) fn statelint(dir: &Path, arguments: &[&str]) -> Ran {
    run_program(env!("CARGO_BIN_EXE_statelint"), dir, arguments)
}

pub(super) fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// A service without any state.
fn clean() -> tempfile::TempDir {
    tree(&[("Cargo.toml", MANIFEST), ("src/main.rs", "fn main() {}\n")])
}

#[test]
fn a_service_without_state_exits_with_zero() {
    let dir = clean();
    for arguments in [&["check"][..], &["check", "src/main.rs"], &["check", ".", "src"]] {
        let ran = statelint(dir.path(), arguments);
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (0, ""),
            "{arguments:?}: {}",
            ran.out
        );
    }
}

#[test]
fn cargo_finds_the_same_program() {
    let dir = clean();
    let program = env!("CARGO_BIN_EXE_cargo-statelint");
    let through_cargo = run_program(program, dir.path(), &["statelint", "check"]);
    assert_eq!(through_cargo.out, statelint(dir.path(), &["check"]).out);
    assert_eq!(run_program(program, dir.path(), &["check"]).code, 0);
}

#[test]
fn paths_that_cannot_be_checked_say_what_where_and_what_to_do() {
    let dir = tree(&[("notes.txt", "hello"), ("empty/readme.md", "")]);
    for (path, what) in [
        ("nowhere", "`nowhere` does not exist"),
        ("notes.txt", "`notes.txt` is not a Rust file"),
        ("empty", "no Rust file in `empty`"),
    ] {
        let ran = statelint(dir.path(), &["check", path]);
        assert_eq!(ran.code, 2, "{path}");
        assert!(
            ran.err.contains(what) && ran.err.contains("help: "),
            "{}",
            ran.err
        );
    }
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    let dir = clean();
    for arguments in [
        &["check", "--frobnicate"][..],
        &["chekc"],
        &[],
        &["check", "--threads", "0"],
    ] {
        let ran = statelint(dir.path(), arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(
            ran.err.contains("Usage") || ran.err.contains("--help"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let dir = clean();
    assert!(statelint(dir.path(), &["--help"]).out.contains("check"));
    assert_eq!(statelint(dir.path(), &["--version"]).code, 0);
}

#[test]
fn an_unknown_rule_lists_the_known_ones() {
    let ran = statelint(clean().path(), &["explain", "no-such-rule"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("no rule `no-such-rule`") && ran.err.contains("rules are:"),
        "{}",
        ran.err
    );
}

#[test]
fn bytes_that_are_no_text_are_skipped_and_named() {
    let dir = clean();
    fs::write(dir.path().join("src/bad.rs"), b"\xff\xfe fn").unwrap();
    let ran = statelint(dir.path(), &["check"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("skipped src/bad.rs: not UTF-8"), "{}", ran.out);
    // Asked for that very file there is nothing else to do.
    assert_eq!(statelint(dir.path(), &["check", "src/bad.rs"]).code, 2);
}

#[test]
fn a_file_that_does_not_parse_does_not_stop_the_run() {
    let dir = clean();
    fs::write(dir.path().join("src/broken.rs"), "fn f( {{{ \" ").unwrap();
    assert_eq!(statelint(dir.path(), &["check"]).code, 0);
}

#[test]
fn a_run_that_read_nothing_prints_its_document_and_fails() {
    let dir = tree(&[("Cargo.toml", MANIFEST)]);
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("src/main.rs"), b"\xff").unwrap();
    let ran = statelint(dir.path(), &["check", "--format", "json", "--exit-zero"]);
    assert_eq!(ran.code, 2);
    assert_follows_the_schema(&ran.out);
    assert!(
        ran.err.contains("none of the Rust files could be read"),
        "{}",
        ran.err
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = clean();
    let locked = dir.path().join("src/locked.rs");
    fs::write(&locked, "").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&locked).is_ok() {
        // The superuser reads everything.
        return;
    }
    let ran = statelint(dir.path(), &["check"]);
    assert!(ran.out.contains("skipped src/locked.rs: "), "{}", ran.out);
    assert_eq!(statelint(dir.path(), &["check", "src/locked.rs"]).code, 2);
}

#[test]
fn a_broken_manifest_is_named_and_the_code_is_read() {
    let dir = tree(&[("Cargo.toml", "[package\n"), ("src/main.rs", "fn main() {}")]);
    let ran = statelint(dir.path(), &["check"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out
            .contains("skipped Cargo.toml: not a valid Cargo.toml: line 1"),
        "{}",
        ran.out
    );
}

#[test]
fn piped_output_is_plain_unless_asked() {
    let dir = clean();
    assert!(!statelint(dir.path(), &["check"]).out.contains('\u{1b}'));
    assert!(
        statelint(dir.path(), &["check", "--color", "always"])
            .out
            .contains('\u{1b}')
    );
}

#[test]
fn the_document_follows_its_schema() {
    let ran = statelint(clean().path(), &["check", "--format", "json"]);
    assert_follows_the_schema(&ran.out);
}

#[test]
fn a_document_with_a_finding_follows_its_schema() {
    use statelint::facts::Span;
    use statelint::finding::{CellName, Confidence, Evidence, Finding, Level, Place, Remedy};
    let place = Place {
        path: "src/main.rs".to_owned(),
        span: Span { start: 7, end: 8 },
    };
    let finding = Finding {
        rule: "global-counter",
        level: Level::Error,
        confidence: Confidence::High,
        message: "counts".to_owned(),
        cell: CellName {
            name: "A".to_owned(),
            kind: "static".to_owned(),
            item: "shop::A".to_owned(),
        },
        place: place.clone(),
        evidence: vec![Evidence {
            place,
            message: "adds".to_owned(),
        }],
        services: vec!["shop".to_owned()],
        remedies: vec![Remedy {
            title: "count in Redis".to_owned(),
            code: None,
        }],
        because: Vec::new(),
        fingerprint: "0123456789abcdef".to_owned(),
    };
    let mut run = statelint::Run {
        findings: vec![finding],
        root: "/shop".to_owned(),
        ..statelint::Run::default()
    };
    run.sources
        .insert("src/main.rs".to_owned(), "static A: u8 = 0;".to_owned());
    let text = statelint::report::json::render(&run, false).unwrap();
    assert_follows_the_schema(&text);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected =
        serde_json::json!({ "path": "src/main.rs", "line": 1, "column": 8, "end_line": 1, "end_column": 9 });
    assert_eq!(document["findings"][0]["place"], expected);
}

#[test]
fn the_schema_refuses_what_the_document_must_not_be() {
    let mut document: serde_json::Value =
        serde_json::from_str(&statelint(clean().path(), &["check", "--format", "json"]).out).unwrap();
    document["version"] = 2.into();
    assert!(!schema().is_valid(&document));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let dir = clean();
    let mut child = Command::new(env!("CARGO_BIN_EXE_statelint"))
        .args(["check", "--format", "json"])
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let dir = clean();
    let with = |n: &str| statelint(dir.path(), &["check", "--format", "json", "--threads", n]).out;
    assert_eq!(with("1"), with("8"));
}

fn schema() -> jsonschema::Validator {
    let schema: serde_json::Value = serde_json::from_str(include_str!("schema-v1.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
pub(super) fn assert_follows_the_schema(text: &str) {
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    let problems: Vec<_> = schema()
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(problems.is_empty(), "{problems:#?}\n{text}");
}

/// A service on a framework whose handlers stand in a macro that nobody can read.
fn not_understood() -> tempfile::TempDir {
    let manifest = format!("{MANIFEST}[dependencies]\naxum = '0.8'\n");
    let main = "all_routes_of_the_shop!(GET / => { count });\nfn main() { start() }\n";
    tree(&[("Cargo.toml", &manifest), ("src/main.rs", main)])
}

#[test]
fn a_run_that_understood_nothing_never_looks_clean() {
    let ran = statelint(not_understood().path(), &["check"]);
    let out = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        out.contains("this is not a clean result (depends on axum)"),
        "{out}"
    );
    assert!(
        out.contains("nothing judged") && !out.contains("no accidental state"),
        "{out}"
    );
    assert_eq!(ran.code, 0);
}

#[test]
fn a_run_that_understood_less_than_asked_for_fails() {
    let dir = not_understood();
    let ran = statelint(dir.path(), &["check", "--min-understanding", "1"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("only 0 % was understood, less than --min-understanding 1"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("no entry point of axum was found"),
        "{}",
        ran.err
    );
    // The document is printed all the same, and `--exit-zero` does not hide that the job was not done.
    let ran = statelint(
        dir.path(),
        &[
            "check",
            "--min-understanding",
            "1",
            "--format",
            "json",
            "--exit-zero",
        ],
    );
    assert_eq!(ran.code, 2);
    assert_follows_the_schema(&ran.out);
}

#[test]
fn a_run_that_understood_enough_passes() {
    let main = "use axum::{Router, routing::get};\nasync fn hi() -> &'static str { hello() }\nfn hello() -> &'static str { \"hi\" }\n\
                fn main() { serve(Router::new().route(\"/\", get(hi))) }\n";
    let manifest = format!("{MANIFEST}[dependencies]\naxum = '0.8'\n");
    let dir = tree(&[("Cargo.toml", &manifest), ("src/main.rs", main)]);
    let ran = statelint(dir.path(), &["check", "--min-understanding", "100"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

#[test]
fn a_share_that_is_none_is_a_usage_error() {
    let ran = statelint(clean().path(), &["check", "--min-understanding", "101"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("0..=100"), "{}", ran.err);
}

/// A service that counts, with this line above the counter.
pub(super) fn counting(line: &str) -> tempfile::TempDir {
    let main = format!(
        "use std::sync::atomic::{{AtomicU64, Ordering}};\n{line}\nstatic HITS: AtomicU64 = AtomicU64::new(0);\n\
         fn handle_request() {{ HITS.fetch_add(1, Ordering::Relaxed); }}\nfn main() {{ serve(handle_request); }}\n"
    );
    tree(&[("Cargo.toml", MANIFEST), ("src/main.rs", &main)])
}

#[test]
fn a_comment_with_a_reason_allows_its_finding_and_is_counted() {
    let dir = counting("// statelint: allow(global-counter, reason = \"a debug aid, read by nobody\")");
    let ran = statelint(dir.path(), &["check"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("1 allowed by a comment"), "{}", ran.out);
    let ran = statelint(dir.path(), &["check", "--format", "json"]);
    assert_follows_the_schema(&ran.out);
    assert!(ran.out.contains("\"allowed\": 1"), "{}", ran.out);
}

#[test]
fn a_comment_that_does_not_work_says_why_and_hides_nothing() {
    for (line, why) in [
        (
            "// statelint: allow(global-counter)",
            "allows nothing without `reason",
        ),
        (
            "// statelint: allow(global-conter, reason = \"typo\")",
            "there is no rule `global-conter`",
        ),
        (
            "// statelint: allow(local-lock, reason = \"another\")",
            "no such finding is here",
        ),
    ] {
        let ran = statelint(counting(line).path(), &["check"]);
        assert_eq!(ran.code, 1, "{}", ran.out);
        let out = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.contains("src/main.rs:2: ") && out.contains(why), "{out}");
        assert!(!out.contains("allowed by a comment"), "{out}");
    }
}

#[test]
fn the_inventory_lists_what_is_reported_and_what_is_not() {
    let main = "use std::sync::atomic::{AtomicU64, Ordering};\nstatic HITS: AtomicU64 = AtomicU64::new(0);\nstatic LIMIT: AtomicU64 = AtomicU64::new(0);\n\
                fn handle_request() -> u64 { HITS.fetch_add(1, Ordering::Relaxed); LIMIT.load(Ordering::Relaxed) }\n\
                fn main() { LIMIT.store(5, Ordering::Relaxed); serve(handle_request); }\n";
    let dir = tree(&[("Cargo.toml", MANIFEST), ("src/main.rs", main)]);
    let ran = statelint(dir.path(), &["inventory"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.out);
    assert!(
        lines[0].starts_with("warning[global-counter] static shop::HITS: AtomicU64 (src/main.rs) -- "),
        "{}",
        ran.out
    );
    assert!(
        lines[1].starts_with("fine static shop::LIMIT: AtomicU64 (src/main.rs) -- nothing that a request"),
        "{}",
        ran.out
    );
    let json = statelint(dir.path(), &["inventory", "--format", "json"]);
    assert!(json.out.contains("\"rule\": \"global-counter\""), "{}", json.out);
}

#[test]
fn an_inventory_is_compared_with_the_committed_one() {
    let dir = counting("");
    let listed = statelint(dir.path(), &["inventory"]);
    fs::write(dir.path().join("state.txt"), &listed.out).unwrap();
    let same = statelint(dir.path(), &["inventory", "--check", "state.txt"]);
    assert_eq!((same.code, same.out.as_str()), (0, ""), "{}", same.err);
    fs::write(
        dir.path().join("state.txt"),
        "fine static shop::OLD: u8 (src/main.rs) -- gone\n",
    )
    .unwrap();
    let other = statelint(dir.path(), &["inventory", "--check", "state.txt"]);
    assert_eq!(other.code, 1);
    assert!(
        other.out.starts_with("-fine static shop::OLD") && other.out.contains("\n+warning[global-counter]"),
        "{}",
        other.out
    );
    let none = statelint(dir.path(), &["inventory", "--check", "nowhere.txt"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("cannot read `nowhere.txt`"), "{}", none.err);
}

#[test]
fn why_tells_who_touches_a_place_and_what_decided() {
    let dir = counting("");
    for place in ["src/main.rs:3", "HITS", "shop::HITS"] {
        let ran = statelint(dir.path(), &["why", place]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(
            ran.out.starts_with(
                "static shop::HITS: AtomicU64 (src/main.rs:3)\n  reported as warning[global-counter]: "
            ),
            "{}",
            ran.out
        );
        assert!(
            ran.out.contains(
                "changed by `fetch_add` in `handle_request`, for `handle_request()` (src/main.rs:4)"
            ),
            "{}",
            ran.out
        );
        assert!(
            ran.out.contains("what would mend it: count in Redis"),
            "{}",
            ran.out
        );
    }
}

#[test]
fn why_knows_a_place_by_a_path_that_leads_there_from_anywhere() {
    let dir = counting("");
    let root = dir.path().to_str().expect("a name in UTF-8");
    let place = format!("{root}/src/main.rs:3");
    let ran = statelint(Path::new("/"), &["why", &place, root]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("static shop::HITS"), "{}", ran.out);
}

#[test]
fn why_tells_why_not() {
    let main = "static NAMES: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());\nfn handle_request() -> usize { NAMES.lock().unwrap().len() }\n\
                fn main() { NAMES.lock().unwrap().push(String::new()); serve(handle_request); }\n";
    let dir = tree(&[("Cargo.toml", MANIFEST), ("src/main.rs", main)]);
    let ran = statelint(dir.path(), &["why", "NAMES"]);
    assert!(
        ran.out
            .contains("not reported: nothing that a request reaches changes it"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("changed by `push` in `main`, at start (src/main.rs:3)"),
        "{}",
        ran.out
    );
}

#[test]
fn why_of_nothing_says_how_to_ask() {
    let ran = statelint(counting("").path(), &["why", "src/main.rs:99"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("no state is known at `src/main.rs:99`") && ran.err.contains("statelint inventory"),
        "{}",
        ran.err
    );
}
