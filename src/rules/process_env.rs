//! `process-env`: environment or working directory set while requests are served. Decides by the call; never prints.

use super::{Verdict, ask};
use crate::catalog::Catalog;
use crate::finding::{CellName, Evidence, Finding, Level, fingerprint};
use crate::link::{Cell, OutsideCall, Program, Use, When};

declare_rule! {
    /// # process-env
    ///
    /// Environment variables or the working directory set while requests are served.
    ///
    /// ## Why
    ///
    /// The environment belongs to one process. What a request sets there, requests on other replicas do not see, a restart
    /// forgets it, and other threads of the same process see it in the middle of their work.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// fn handle_language(language: String) {
    ///     unsafe { std::env::set_var("LANGUAGE", language) };
    /// }
    ///
    /// fn main() {
    ///     serve(handle_language);
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn handle_language() -> String {
    ///     std::env::var("LANGUAGE").unwrap_or_default()
    /// }
    ///
    /// fn main() {
    ///     unsafe { std::env::set_var("LANGUAGE", "en") };
    ///     serve(handle_language);
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Hand the value on as an argument, keep a setting where all replicas read it, and give a child process its own environment
    /// (`Command::env`, `Command::current_dir`).
    ///
    /// ## Known limits
    ///
    /// A variable that is set and taken back in the same request is reported all the same: other requests see it in between.
    PROCESS_ENV { id: "process-env", level: Error, summary: "environment or working directory set at run time" }
}

fn judge(_cell: &Cell) -> Option<Verdict> {
    // The environment is no cell that the program declares: `judge_calls` looks at the calls.
    None
}

/// One finding for each function that sets it while a request is handled.
pub(super) fn judge_calls(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let sets = |call: &&OutsideCall| call.when == When::Request && catalog.habits.sets_environment.contains(&call.path);
    for call in program.calls.iter().filter(sets).filter(|call| !fills_a_gap(program, catalog, call)) {
        if !findings.iter().any(|known| known.cell.item == call.item) {
            findings.push(finding(call));
        }
    }
    findings
}

/// `if env::var("URL").is_err() { env::set_var("URL", ..) }`: a default put in at first use, the same in every replica.
fn fills_a_gap(program: &Program, catalog: &Catalog, call: &OutsideCall) -> bool {
    let asks = |other: &OutsideCall| catalog.habits.reads_environment.contains(&other.path) && other.usage != Use::Dropped;
    let mut before = program.calls.iter().filter(|other| other.item == call.item && other.place < call.place);
    before.any(asks)
}

fn finding(call: &OutsideCall) -> Finding {
    let hops = call.way.iter().map(|hop| Evidence {
        place: hop.place.clone(),
        message: hop.text.clone(),
    });
    let last = Evidence {
        place: call.place.clone(),
        message: format!("`{}` sets it here", call.path),
    };
    Finding {
        rule: PROCESS_ENV.id,
        level: Level::Error,
        confidence: call.confidence,
        message: format!(
            "`{}` sets this process's environment for a request; with two replicas the other does not have it, and a restart forgets it",
            call.function
        ),
        cell: CellName {
            name: call.function.clone(),
            kind: "call".to_owned(),
            item: call.item.clone(),
        },
        place: call.place.clone(),
        evidence: hops.chain([last]).collect(),
        services: call.services.clone(),
        remedies: vec![
            ask::remedy("hand the value on as an argument"),
            ask::remedy_with("give a child process its own environment", "Command::new(\"convert\").env(\"LANGUAGE\", language).current_dir(folder)"),
        ],
        because: vec![format!("`{}` changes what belongs to the whole process, and a request reaches it", call.path)],
        fingerprint: fingerprint(&call.package, &call.item, PROCESS_ENV.id),
    }
}
