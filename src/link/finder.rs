//! What entry points are, and what is needed to find them. Finds none itself.

use std::collections::BTreeMap;

use super::eval::Tables;
use super::events::{BodyKind, Callee, Events};
use super::ids::{BodyId, CrateId, FnId};
use super::index::Index;
use super::names::Names;
use super::reach::body_of_callee;
use super::types::{Ty, Types};
use crate::catalog::{Catalog, EntryKind};
use crate::finding::Confidence;

/// The label of a handler without route or name.
pub(super) const CLOSURE: &str = "closure";

/// One way into the program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The code that runs.
    pub body: BodyId,
    /// What enters.
    pub kind: EntryKind,
    /// `GET /users`, or the handler's name.
    pub label: String,
    /// The framework's name.
    pub framework: String,
    /// How sure.
    pub confidence: Confidence,
    /// It is a method on a value that lives on: the type of `self` is shared.
    pub on_self: bool,
    /// What it owns beside `self`.
    pub owned: Vec<Ty>,
    /// It says that the framework is ready: once in the life of each process.
    pub opens: bool,
    /// What enters reaches every replica: it was published, not handed to one of them.
    pub reaches_all: bool,
}

/// Finds all entry points.
pub(super) struct Finder<'a, 'x> {
    pub(super) types: Types<'a>,
    pub(super) index: &'a Index<'a>,
    pub(super) names: &'a Names<'a>,
    pub(super) catalog: &'a Catalog,
    pub(super) tables: &'x Tables,
    pub(super) events: &'x Events,
    pub(super) body_of: &'x BTreeMap<FnId, BodyId>,
}

impl Finder<'_, '_> {
    /// The crate that code stands in.
    pub(super) fn crate_of(&self, body: BodyId) -> Option<CrateId> {
        let home = self.index.fns[self.tables.bodies[body.index()].function?.index()].home;
        Some(self.index.modules[home.module.index()].krate)
    }

    /// The target of a registration, as code.
    pub(super) fn target(&self, callee: Callee) -> Option<BodyId> {
        body_of_callee(callee, self.body_of)
    }

    /// Loops that wait for what another process sends.
    pub(super) fn loops_on_outside(&self) -> impl Iterator<Item = BodyId> {
        let bodies = self.tables.bodies.iter().enumerate();
        bodies
            .filter(|(_, body)| matches!(body.kind, BodyKind::Loop(wait) if self.catalog.waits[wait].outside))
            .map(|(position, _)| BodyId::next(position))
    }
}
