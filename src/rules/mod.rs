//! The rules: each says what it is, when it fires and how to mend it. Never names syn and never reads the disk.

use crate::finding::Level;

/// What the command line knows of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Kebab-case id, as it stands in reports.
    pub id: &'static str,
    /// The level it reports at most.
    pub level: Level,
    /// One line for `statelint rules`.
    pub summary: &'static str,
    /// Markdown for `statelint explain`.
    pub manual: &'static str,
}

/// All rules, in the order of the manual.
#[must_use]
pub fn all() -> &'static [Rule] {
    &[]
}

/// placeholder
#[must_use]
pub fn judge(program: &crate::link::Program, catalog: &crate::catalog::Catalog) -> Vec<crate::finding::Finding> {
    let _ = (program, catalog);
    Vec::new()
}
