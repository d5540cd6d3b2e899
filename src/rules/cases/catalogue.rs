//! Every entry of the catalogue of back ends, in a small service generated from its paths: the maker fires the entry's rule,
//! the twin does not. And what is told to people whose own entry is wrong.

use std::collections::BTreeSet;

use super::{Checked, check_program, check_program_with};
use crate::catalog::{Backend, Catalog, Fault, Maker, Text};
use crate::finding::Level;
use crate::rules;

/// A service that holds one value of another crate.
fn service(krate: &str, attribute: &str, made: &str) -> Checked {
    check_program(&format!(
        "//# app/src/main.rs uses: axum, tokio, {krate}
use axum::{{Router, extract::State, routing::get}};
{attribute}
async fn load(name: &str) -> String {{ axum::fetch(name).await }}
async fn index(State(state): State<Shared>) -> String {{ load(\"a\").await }}
#[tokio::main]
async fn main() {{
    let secret = {made};
    let app = Router::new().route(\"/\", get(index)).with_state(secret);
    axum::serve(listener().await, app).await.unwrap();
}}
"
    ))
}

/// The call that a maker stands for, with what the entry tells it by.
fn call(backend: &Backend, maker: &Maker) -> String {
    let mut path = vec![maker.krate.clone()];
    path.extend(maker.modules.iter().cloned());
    path.extend(maker.owner.clone());
    path.push(maker.function.clone().unwrap_or_else(|| "new".to_owned()));
    let name = path.join("::");
    if backend.extension {
        return format!("axum::made().{}(place)", path.last().map_or("", String::as_str));
    }
    if let Some(method) = backend.only_with.first() {
        return format!(
            "{{ let socket: {}::Socket = one(); socket.{method}(place); {name}(place) }}",
            maker.krate
        );
    }
    match &backend.argument {
        None => format!("{name}(place)"),
        Some(text) if text.contains("::") => format!("{name}::<{text}>({text})"),
        Some(text) if text.starts_with(char::is_uppercase) => format!("{name}::<{}::{text}>()", maker.krate),
        Some(text) if text == "true" => format!("{name}(true)"),
        Some(text) if text == "<number>" => format!("{name}(1, 1)"),
        Some(text) => format!("{name}(\"{text}\")"),
    }
}

fn attribute(backend: &Backend, maker: &Maker) -> Checked {
    let name = maker
        .function
        .as_ref()
        .or(maker.owner.as_ref())
        .cloned()
        .unwrap_or_default();
    let path = format!("{}::{name}", maker.krate);
    match &backend.argument {
        None => service(&maker.krate, &format!("#[{path}]"), "Shared::of()"),
        Some(ty) if ty.contains("::") => {
            let krates = format!("{}, {}", maker.krate, ty.split("::").next().unwrap_or_default());
            service(
                &krates,
                &format!("#[{path}(\"main\")] struct Db({ty});"),
                "Shared::of()",
            )
        }
        Some(text) => {
            let function = format!("async fn started(#[{path}(scheme = \"{text}\")] given: Shared) {{}}");
            service(&maker.krate, &function, "Shared::of()")
        }
    }
}

#[test]
fn each_maker_fires_the_rule_of_its_entry() {
    let mut faults = Vec::new();
    for backend in &Catalog::embedded().backends {
        for maker in &backend.paths {
            let checked = if backend.attribute {
                attribute(backend, maker)
            } else {
                service(&crates(backend, maker), "", &call(backend, maker))
            };
            let found: Vec<&str> = checked.findings.iter().map(|finding| finding.rule).collect();
            if found != [backend.rule.as_str()] {
                faults.push(format!("{}: {} {found:?}", backend.source, call(backend, maker)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn crates(backend: &Backend, maker: &Maker) -> String {
    match backend.argument.as_ref().and_then(|text| text.split_once("::")) {
        Some((krate, _)) if krate.starts_with(char::is_lowercase) => format!("{}, {krate}", maker.krate),
        _ => maker.krate.clone(),
    }
}

#[test]
fn a_note_of_the_catalogue_is_a_note() {
    for backend in Catalog::embedded()
        .backends
        .iter()
        .filter(|backend| !backend.attribute)
    {
        let maker = &backend.paths[0];
        let checked = service(&crates(backend, maker), "", &call(backend, maker));
        let wanted = if backend.note { Level::Note } else { Level::Error };
        assert_eq!(checked.findings[0].level, wanted, "{}", backend.source);
    }
}

#[test]
fn no_twin_fires() {
    let twins: BTreeSet<&String> = Catalog::embedded()
        .backends
        .iter()
        .filter_map(|backend| backend.twin.as_ref())
        .collect();
    assert!(twins.len() > 30);
    for twin in twins {
        let path = if twin.contains("::") {
            twin.clone()
        } else {
            format!("{}::Store", twin.replace('-', "_"))
        };
        let last = path.rsplit("::").next().unwrap_or_default();
        let made = if last.starts_with(char::is_uppercase) {
            format!("{path}::new(url)")
        } else {
            format!("{path}(url)")
        };
        let krate = path.split("::").next().unwrap_or_default();
        let findings = service(krate, "", &made).findings;
        assert!(findings.is_empty(), "{twin}: {findings:#?}");
    }
}

#[test]
fn the_catalogue_is_large_and_says_where_it_is_from() {
    let backends = &Catalog::embedded().backends;
    assert!(backends.len() >= 90, "{}", backends.len());
    for backend in backends {
        assert!(backend.source.starts_with("docs.rs/"), "{}", backend.source);
    }
}

#[test]
fn the_embedded_entries_are_right() {
    let faults = Catalog::extended(&[], &rules::ids()).err();
    assert_eq!(faults, None);
}

#[test]
fn no_two_entries_speak_of_one_thing() {
    let mut seen = BTreeSet::new();
    for backend in &Catalog::embedded().backends {
        for maker in &backend.paths {
            let key = format!("{maker:?} {:?}", backend.argument);
            assert!(seen.insert(key), "{}: {maker:?} stands twice", backend.source);
        }
    }
}

const ENTRY: &str = r#"# ours

[[backend]]
paths = ["house_sessions::Memory", "house_sessions::in_memory"]
rule = "in-memory-session"
keeps = "sessions"
instead = "the store on Redis"
twin = "house_sessions::Redis"
versions = ">=2, <4"
source = "our handbook"
"#;

fn read(text: &str) -> Result<Catalog, Vec<Fault>> {
    Catalog::extended(
        &[Text {
            file: "statelint.toml",
            text,
        }],
        &rules::ids(),
    )
}

#[track_caller]
fn refused(old: &str, new: &str) -> String {
    assert!(ENTRY.contains(old), "{old}");
    let faults = read(&ENTRY.replace(old, new)).unwrap_err();
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines.into_iter().next().unwrap()
}

fn house(version: &str) -> Vec<&'static str> {
    let catalog = read(ENTRY).unwrap();
    let text = format!(
        "//# app/src/main.rs uses: axum, house_sessions{version}
use axum::{{Router, routing::get}};
async fn index() {{}}
fn main() {{
    let app = Router::new().route(\"/\", get(index)).with_state(house_sessions::Memory::new());
}}
"
    );
    check_program_with(&text, &catalog)
        .findings
        .iter()
        .map(|finding| finding.rule)
        .collect()
}

#[test]
fn an_entry_of_ones_own_holds_for_its_versions() {
    assert_eq!(house(""), ["in-memory-session"]);
    assert_eq!(house("@2.5"), ["in-memory-session"]);
    assert_eq!(house("@*"), ["in-memory-session"]);
    assert_eq!(house("@1.9"), [""; 0]);
    assert_eq!(house("@4"), [""; 0]);
}

#[test]
fn an_entry_of_ones_own_wins_over_ours() {
    let text = ENTRY.replace("house_sessions::Memory\"", "tower_sessions::MemoryStore\"");
    let catalog = read(&text.replace("\"sessions\"", "\"what our users have open\"")).unwrap();
    let program = "//# app/src/main.rs uses: axum, tower_sessions@2
use axum::{Router, routing::get};
async fn index() {}
fn main() { Router::new().route(\"/\", get(index)).with_state(tower_sessions::MemoryStore::new()); }
";
    let findings = check_program_with(program, &catalog).findings;
    assert!(
        findings[0].message.contains("what our users have open"),
        "{findings:#?}"
    );
}

#[test]
fn an_unknown_rule_is_refused_with_the_known_ones() {
    let said = refused("\"in-memory-session\"", "\"in-memory-sesion\"");
    assert!(
        said.starts_with("statelint.toml:5:8: `in-memory-sesion` is no rule; did you mean `in-memory-session`? valid: embedded-database, "),
        "{said}"
    );
    assert!(said.contains("in-memory-session"), "{said}");
}

#[test]
fn a_path_without_a_crate_is_refused() {
    let said = refused("\"house_sessions::in_memory\"", "\"in_memory\"");
    assert!(
        said.starts_with("statelint.toml:4:36: the path `in_memory` has no `::`"),
        "{said}"
    );
    assert!(said.contains("`crate::Type`"), "{said}");
}

#[test]
fn a_crate_with_a_hyphen_is_refused() {
    let said = refused("\"house_sessions::in_memory\"", "\"house-sessions::in_memory\"");
    assert!(said.contains("as in code, with `_`"), "{said}");
}

#[test]
fn a_type_in_place_of_a_crate_is_refused() {
    let said = refused("\"house_sessions::in_memory\"", "\"Sessions::in_memory\"");
    assert!(said.contains("a type where a crate or module belongs"), "{said}");
}

#[test]
fn a_bad_version_is_refused() {
    let said = refused("\">=2, <4\"", "\"two\"");
    assert!(
        said.starts_with("statelint.toml:9:12: `two` is no version requirement: "),
        "{said}"
    );
    assert!(said.contains("`>=0.10, <0.14`"), "{said}");
}

#[test]
fn an_empty_field_is_refused() {
    let said = refused("\"the store on Redis\"", "\" \"");
    assert_eq!(
        said,
        "statelint.toml:7:11: `instead` is empty; valid: what to use instead, as a phrase"
    );
    assert!(refused("\"our handbook\"", "\"\"").contains("`source` is empty"));
    assert!(
        refused(
            "[\"house_sessions::Memory\", \"house_sessions::in_memory\"]",
            "[]"
        )
        .contains("`paths` is empty")
    );
}

#[test]
fn an_unknown_or_missing_field_is_refused() {
    let said = refused("keeps =", "kept =");
    assert!(
        said.starts_with("statelint.toml:6:1: unknown field `kept`; did you mean `keeps`? valid: "),
        "{said}"
    );
    assert!(said.contains("`keeps`"), "{said}");
    let said = refused("keeps = \"sessions\"\n", "");
    assert!(
        said.starts_with("statelint.toml:3:1: missing field `keeps`"),
        "{said}"
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = ENTRY
        .replace("in-memory-session", "x")
        .replace("\"sessions\"", "\"\"")
        .replace(">=2, <4", "?");
    let faults = read(&text).unwrap_err();
    assert_eq!(
        faults.iter().map(|fault| fault.line).collect::<BTreeSet<_>>(),
        BTreeSet::from([5, 6, 9])
    );
}

#[test]
fn a_crate_that_re_exports_another_is_seen_through() {
    for made in [
        "axum_login::tower_sessions::MemoryStore::default()",
        "axum_sessions::async_session::MemoryStore::new()",
    ] {
        let krate = made.split("::").next().unwrap();
        let rules: Vec<_> = service(krate, "", made)
            .findings
            .iter()
            .map(|finding| finding.rule)
            .collect();
        assert_eq!(rules, ["in-memory-session"], "{made}");
    }
}

#[test]
fn modules_tell_two_things_of_one_name_apart() {
    let rule = |made: &str| {
        service("salvo", "", made)
            .findings
            .iter()
            .map(|finding| finding.rule)
            .collect::<Vec<_>>()
    };
    assert_eq!(rule("salvo::cache::MokaStore::new(100)"), ["in-memory-cache"]);
    assert_eq!(
        rule("salvo::rate_limiter::MokaStore::new()"),
        ["local-rate-limit"]
    );
    assert_eq!(rule("salvo::other::MokaStore::new()"), [""; 0]);
}
