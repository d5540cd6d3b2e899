//! For each rule the programs that play its role and those that only look like it, in tables that a test counts.
//! A file is a rule; what the tool answers wrongly so far stands apart, with its cause, and does not count.

use std::collections::BTreeSet;

use super::super::all;

/// A name that is a sentence, and a program.
pub(super) type Case = (&'static str, &'static str);

/// The least number of cases of each kind that a rule has of its own.
const ENOUGH: usize = 8;

/// A program on axum: its items, its routes, the state that handlers share, further files.
macro_rules! axum {
    ($items:literal, $routes:literal, $state:literal $(, $files:literal)?) => {
        concat!(
            "//# app/src/main.rs uses: axum, tokio, serde, sqlx, redis, reqwest, dashmap, moka, parking_lot, uuid, chrono, rand, tracing, async_nats, lettre, aws_sdk_s3, rusqlite, rocksdb, tokio_util, etcd_client\n",
            "use axum::{Extension, Json, Router, extract::{Path, Query, State}, http::{HeaderMap, StatusCode}, routing::{delete, get, post, put}};\n",
            "use std::{collections::*, sync::{Arc, LazyLock, Mutex, OnceLock, RwLock, atomic::*}, time::{Duration, Instant}};\n",
            $items,
            "\n#[tokio::main]\nasync fn main() {\n    let state = ", $state, ";\n    let app = Router::new()", $routes, ".with_state(state);\n",
            "    let listener = tokio::net::TcpListener::bind(\"0.0.0.0:8080\").await.unwrap();\n    axum::serve(listener, app).await.unwrap();\n}\n",
            $($files)?
        )
    };
}
pub(super) use axum;

/// The cases of one rule or exclusion: a test for each, and tables. `mistakes` are answered wrongly, for the reason given.
macro_rules! cases {
    (
        firing { $($fires:ident: $firing:expr;)* }
        silent { $($stays:ident: $silent:expr;)* }
        $(mistakes { $($errs:ident because $cause:literal: $mistake:expr;)* })?
    ) => {
        pub(in crate::rules::cases) const FIRING: &[crate::rules::cases::roles::Case] = &[$((stringify!($fires), $firing)),*];
        pub(in crate::rules::cases) const SILENT: &[crate::rules::cases::roles::Case] = &[$((stringify!($stays), $silent)),*];
        $(#[test] fn $fires() { crate::rules::cases::check_rule($firing); })*
        $(#[test] fn $stays() { crate::rules::cases::check_rule($silent); })*
        $($(#[test] #[ignore = $cause] fn $errs() { crate::rules::cases::check_rule($mistake); })*)?
    };
}
pub(super) use cases;

/// The cases of one rule.
#[derive(Clone, Copy)]
struct Role {
    module: &'static str,
    firing: &'static [Case],
    silent: &'static [Case],
}

macro_rules! roles {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        const ROLES: &[Role] = &[$(Role { module: stringify!($module), firing: $module::FIRING, silent: $module::SILENT }),*];
    };
}

roles! {
    embedded_database,
    global_counter,
    global_mutable,
    in_memory_cache,
    in_memory_queue,
    in_memory_revocation,
    in_memory_session,
    in_memory_store,
    in_memory_workflow,
    local_broadcast,
    local_file,
    local_id_sequence,
    local_lock,
    local_rate_limit,
    per_process_key,
    per_replica_schedule,
    process_env,
    runtime_flag,
}

/// What a rule is short of, in words.
fn shortages(ids: impl Iterator<Item = &'static str>, roles: &[Role]) -> Vec<String> {
    ids.flat_map(|id| {
        let role = roles.iter().find(|role| role.module.replace('_', "-") == id);
        let firing = role.map_or(0, |role| programs(role.firing, |text| is_marked_with(text, id)));
        let silent = role.map_or(0, |role| programs(role.silent, |text| !text.contains("//~")));
        [(firing, "firing"), (silent, "silent")]
            .into_iter()
            .filter(|(count, _)| *count < ENOUGH)
            .map(move |(count, kind)| format!("{id}: {count} {kind} cases, wanted {ENOUGH}"))
    })
    .collect()
}

/// How many different programs of a table count.
fn programs(cases: &[Case], counts: impl Fn(&str) -> bool) -> usize {
    let texts: BTreeSet<&str> = cases.iter().map(|(_, text)| *text).collect();
    texts.into_iter().filter(|text| counts(text)).count()
}

fn is_marked_with(text: &str, id: &str) -> bool {
    super::marks("", text).any(|mark| mark.rule == id)
}

#[test]
fn each_rule_has_enough_cases_of_its_own() {
    let short = shortages(all().iter().map(|rule| rule.id), ROLES);
    assert!(short.is_empty(), "{}", short.join("\n"));
}

#[test]
fn a_short_table_is_told() {
    let whole = ROLES[0];
    let id = || std::iter::once("embedded-database");
    assert_eq!(whole.module, "embedded_database");
    let short = Role {
        firing: &whole.firing[..ENOUGH - 1],
        ..whole
    };
    assert_eq!(
        shortages(id(), &[short]),
        ["embedded-database: 7 firing cases, wanted 8"]
    );
    let swapped = Role {
        firing: whole.silent,
        silent: whole.firing,
        ..whole
    };
    assert_eq!(shortages(id(), &[swapped]).len(), 2, "marks decide what counts");
    assert_eq!(
        shortages(id(), &[]).len(),
        2,
        "a rule without a table has no cases"
    );
    let same = Role {
        silent: &[("one", "fn main() {}"); ENOUGH],
        ..whole
    };
    assert_eq!(
        shortages(id(), &[same]),
        ["embedded-database: 1 silent cases, wanted 8"]
    );
}
