//! What a reader sees of a finding, at several widths.

use super::*;
use crate::facts::Span;
use crate::finding::{CellName, Place};

const STATE: &str = "use std::sync::atomic::AtomicU64;\n\npub struct AppState {\n\t/// Requests so far.\n\tpub hits: AtomicU64,\n}\n";
const ROUTES: &str = "pub fn router(state: Arc<AppState>) -> Router {\n    Router::new()\n        .route(\"/\", get(home))\n        .with_state(state)\n}\n\nasync fn home(State(state): State<Arc<AppState>>) -> String {\n    record(&state);\n    page()\n}\n\n\n\n\nfn record(state: &AppState) {\n    let seen = state.hits.fetch_add(1, Ordering::Relaxed); // one more request has been answered by this replica\n    tracing::debug!(seen);\n}\n";

fn place(path: &str, text: &str, what: &str) -> Place {
    let start = u32::try_from(text.find(what).unwrap()).unwrap();
    let end = start + u32::try_from(what.len()).unwrap();
    Place {
        path: path.to_owned(),
        span: Span { start, end },
    }
}

fn step(what: &str, message: &str) -> Evidence {
    Evidence {
        place: place("src/routes.rs", ROUTES, what),
        message: message.to_owned(),
    }
}

fn counter() -> Run {
    let finding = Finding {
        rule: "global-counter",
        level: Level::Error,
        confidence: Confidence::High,
        message: "`AppState.hits` counts requests in this process; with two replicas each shows its own share, and a restart starts it at zero".to_owned(),
        cell: CellName { name: "AppState.hits".to_owned(), kind: "field".to_owned(), item: "shop::state::AppState.hits".to_owned() },
        place: place("src/state.rs", STATE, "hits"),
        evidence: vec![
            step("get(home)", "`GET /` is answered by `home`"),
            step("record(&state)", "which calls `record`"),
            step("fetch_add", "which adds to the count"),
        ],
        services: vec!["shop".to_owned()],
        remedies: vec![
            Remedy { title: "count in Redis, where all replicas add to the same number".to_owned(), code: Some("let hits: u64 = redis.incr(\"hits\", 1).await?;".to_owned()) },
            Remedy { title: "export it as a metric and sum over the replicas".to_owned(), code: None },
        ],
        because: vec!["its value is an answer of `GET /stats`".to_owned()],
        fingerprint: "0".repeat(16),
    };
    let sources = [("src/state.rs", STATE), ("src/routes.rs", ROUTES)];
    Run {
        root: "/shop".to_owned(),
        sources: sources
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect(),
        findings: vec![finding],
        understanding: Understanding {
            files: 14,
            judged_files: 14,
            entry_points: 9,
            ..Understanding::default()
        },
        ..Run::default()
    }
}

fn plain(width: usize) -> View<'static> {
    View {
        width,
        color: false,
        pedantic: false,
        here: "",
    }
}

#[test]
fn a_finding_leads_from_the_state_over_the_way_to_the_remedy() {
    insta::assert_snapshot!(render(&counter(), &plain(120)));
}

#[test]
fn a_finding_fits_eighty_columns() {
    insta::assert_snapshot!(render(&counter(), &plain(80)));
}

#[test]
fn a_finding_fits_fifty_columns() {
    let text = render(&counter(), &plain(50));
    let widest = text
        .lines()
        .filter(|line| !line.contains("redis.incr"))
        .map(|line| line.chars().count())
        .max();
    assert!(widest.unwrap() <= 50, "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn colours_change_nothing_but_colours() {
    let colored = render(
        &counter(),
        &View {
            color: true,
            ..plain(80)
        },
    );
    assert!(colored.contains("\u{1b}[1;31merror[global-counter]\u{1b}[0m"));
    let mut bare = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        bare.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    bare.push_str(rest);
    assert_eq!(bare, render(&counter(), &plain(80)));
}

#[test]
fn a_long_way_is_cut_in_its_middle() {
    let mut run = counter();
    let finding = &mut run.findings[0];
    let last = finding.evidence.pop().unwrap();
    finding
        .evidence
        .extend((0..6).map(|at| step("page()", &format!("which calls `f{at}`"))));
    finding.evidence.push(last);
    let text = render(&run, &plain(100));
    assert!(
        text.contains("  … 4. which calls `f1`, 5. which calls `f2`, "),
        "{text}"
    );
    assert!(
        text.contains("╰── 9. which adds") && !text.contains("── 4. which"),
        "{text}"
    );
}

#[test]
fn control_characters_of_the_source_never_reach_the_terminal() {
    let mut run = counter();
    let evil = "static A: u8 = 0; // \u{1b}[2J\u{202e}\u{7}\n".to_owned();
    run.sources.insert("src/state.rs".to_owned(), evil.clone());
    run.findings[0].place = place("src/state.rs", &evil, "A");
    run.findings[0].message = "bad \u{1b}]0;title\u{7}".to_owned();
    let text = render(&run, &plain(100));
    assert!(
        text.contains("␛[2J\\u{202e}␇") && text.contains("bad ␛]0;title␇"),
        "{text}"
    );
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn a_very_long_line_is_shown_around_its_label() {
    let mut run = counter();
    let long = format!(
        "{}static A: u8 = 0;{}",
        "fn f() {} ".repeat(5000),
        " fn g() {}".repeat(5000)
    );
    run.findings[0].place = place("src/state.rs", &long, "A:");
    run.sources.insert("src/state.rs".to_owned(), long);
    let text = render(&run, &plain(80));
    assert!(text.contains("static A: u8 = 0;"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn places_outside_the_text_do_not_break_the_report() {
    for span in [(0, 0), (0, 900), (4000, 5000), (37, 36), (90, 100)] {
        let mut run = counter();
        run.findings[0].place.span = Span {
            start: span.0,
            end: span.1,
        };
        run.sources.insert(
            "src/state.rs".to_owned(),
            "\u{feff}\tżó\r\n\r\n語\u{1b}".to_owned(),
        );
        assert!(render(&run, &plain(60)).contains("src/state.rs:"));
    }
    let mut run = counter();
    run.sources.insert("src/state.rs".to_owned(), String::new());
    assert!(render(&run, &plain(60)).contains("src/state.rs:1:1"));
}

#[test]
fn the_summary_counts_levels_services_and_hidden_notes() {
    let mut run = counter();
    let mut note = run.findings[0].clone();
    note.level = Level::Note;
    run.findings.push(note);
    let text = render(&run, &plain(120));
    let last = text.lines().last().unwrap();
    assert_eq!(
        last,
        "1 finding (1 error) in 1 service · 14 files, 9 entry points understood · 1 note hidden (--pedantic)"
    );
    let text = render(
        &run,
        &View {
            pedantic: true,
            ..plain(120)
        },
    );
    assert!(
        text.lines()
            .last()
            .unwrap()
            .starts_with("2 findings (1 error, 1 note) in 1 service")
    );
}

#[test]
fn a_clean_run_says_so_in_one_line() {
    let run = Run {
        findings: Vec::new(),
        ..counter()
    };
    assert_eq!(
        render(&run, &plain(100)),
        "no accidental state found · 14 files, 9 entry points understood\n"
    );
}

#[test]
fn a_run_on_a_part_says_how_much_was_judged() {
    let mut run = Run {
        findings: Vec::new(),
        ..counter()
    };
    run.understanding.judged_files = 3;
    let text = render(&run, &plain(100));
    assert!(text.contains("3 of 14 files judged, 9 entry points"), "{text}");
}

#[test]
fn paths_can_be_opened_from_where_the_reader_stands() {
    let view = View {
        here: "/shop/src",
        ..plain(100)
    };
    assert!(render(&counter(), &view).contains("╭─[state.rs:"));
}

#[test]
fn a_run_that_understood_nothing_never_looks_clean() {
    let mut run = Run {
        findings: Vec::new(),
        ..counter()
    };
    run.understanding.entry_points = 0;
    let text = render(&run, &plain(100));
    assert!(!text.contains("no accidental state"), "{text}");
    assert!(
        text.starts_with("warning: no entry point was understood"),
        "{text}"
    );
}

#[test]
fn skipped_parts_are_named_with_their_reason() {
    let mut run = counter();
    run.understanding.skipped = (0..12)
        .map(|at| crate::run::SkippedPart {
            path: format!("src/f{at}.rs"),
            line: Some(3),
            reason: "does not parse".to_owned(),
        })
        .collect();
    let text = render(&run, &plain(100));
    assert!(text.contains("skipped src/f0.rs:3: does not parse"), "{text}");
    assert!(text.contains("skipped 2 more"), "{text}");
}

#[test]
fn a_guess_is_marked() {
    let mut run = counter();
    run.findings[0].confidence = Confidence::Low;
    assert!(render(&run, &plain(100)).contains("note: low confidence"));
    assert!(!run.fails_at(Level::Note));
}
