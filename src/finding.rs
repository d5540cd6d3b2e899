//! What a rule reports, as plain data.
//!
//! A finding knows places and words. It never knows how it is printed, and it holds nothing of the program it
//! was found in.

use std::fmt;

use crate::facts::Span;

/// How bad it is when the service runs as two replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Reasonable people differ; shown on request only.
    Note,
    /// Stale, lost at a restart, unread so far, or repeated by each replica.
    Warning,
    /// A request writes it and another request's answer depends on it.
    Error,
}

/// How sure the path and the role are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The path or the role is guessed. Never fails a run.
    Low,
    /// A step rests on a unique method name or on a framework's habit.
    Medium,
    /// Each step was resolved by name and type.
    High,
}

impl Level {
    /// The word the user reads and types.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    /// The level of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Level> {
        [Level::Note, Level::Warning, Level::Error]
            .into_iter()
            .find(|level| level.name() == name)
    }
}

impl Confidence {
    /// The word the user reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A range of bytes in one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path relative to the root of the run, with `/`.
    pub path: String,
    /// Bytes of the file's text.
    pub span: Span,
}

impl Place {
    /// The other stands in it, or is it.
    #[must_use]
    pub fn holds(&self, inner: &Place) -> bool {
        self.path == inner.path && self.span.start <= inner.span.start && inner.span.end <= self.span.end
    }
}

/// The state a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellName {
    /// The short name: `REQUESTS`, `AppState.sessions`.
    pub name: String,
    /// What it is: `static`, `field`, `local`, `call` ….
    pub kind: String,
    /// The full item path: `shop::state::AppState.sessions`.
    pub item: String,
}

/// One step of the way from the route to the write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Where the step stands.
    pub place: Place,
    /// What happens there, in a few words.
    pub message: String,
}

/// One way to mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// What to do, in one line.
    pub title: String,
    /// Code that shows it, where we have some.
    pub code: Option<String>,
}

/// One piece of accidental state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule that speaks.
    pub rule: &'static str,
    /// Severity by consequence.
    pub level: Level,
    /// Certainty of path and role.
    pub confidence: Confidence,
    /// The headline: mechanism as fact, harm as condition. Lower case, no final dot.
    pub message: String,
    /// The state.
    pub cell: CellName,
    /// The cell's name in the source.
    pub place: Place,
    /// From the route to the write, in order.
    pub evidence: Vec<Evidence>,
    /// Programs of the workspace that hold the cell.
    pub services: Vec<String>,
    /// What to do instead, best first.
    pub remedies: Vec<Remedy>,
    /// What decided role and level, in order of weight.
    pub because: Vec<String>,
    /// Hash of package, item path and rule: outlives moved lines.
    pub fingerprint: String,
}

impl Finding {
    /// The order in which findings are printed.
    #[must_use]
    pub fn sort_key(&self) -> (&Place, &str, &str) {
        (&self.place, self.rule, &self.cell.item)
    }
}

/// Hash of what identifies a finding across moved lines.
#[must_use]
pub fn fingerprint(package: &str, item: &str, rule: &str) -> String {
    let text = format!("{package}\0{item}\0{rule}");
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}
