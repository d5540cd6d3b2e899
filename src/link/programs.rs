//! The programs of a workspace: what each one runs, whether it serves anybody, and which entry points are its own.
//! Knows calls and crates; never looks at state.

use std::collections::{BTreeMap, BTreeSet};

use super::finder::{Entry, Finder};
use super::ids::{BodyId, CrateId};
use super::program::words_of;
use super::reach::{Edges, of_statics, reached_from, reached_up_to};
use crate::catalog::EntryKind;
use crate::discover::TargetKind;

/// One binary.
#[derive(Debug)]
struct Program {
    krate: CrateId,
    name: String,
    /// All code that it may run, handlers included.
    runs: BTreeSet<BodyId>,
    serves: bool,
}

/// All binaries.
#[derive(Debug)]
pub(super) struct Programs {
    all: Vec<Program>,
    /// Code that the entry points of each program reach, in the same order.
    entered: Vec<BTreeSet<BodyId>>,
    edges: Edges,
}

impl Programs {
    /// Follows each binary from its `main`. `entries`: those that are known without looking at loops.
    pub(super) fn new(finder: &Finder<'_, '_>, edges: Edges, entries: &[Entry]) -> Programs {
        let serving = Serving::new(finder, entries);
        let mains = finder.mains();
        let crates = finder.index.crates.iter().enumerate();
        let all = crates
            .filter(|(_, krate)| matches!(krate.kind, TargetKind::Bin | TargetKind::Example))
            .map(|(position, krate)| {
                let id = CrateId::next(position);
                let own: Vec<BodyId> = mains
                    .iter()
                    .copied()
                    .filter(|body| finder.crate_of(*body) == Some(id))
                    .collect();
                let runs = serving.reached(&edges, &own);
                Program {
                    krate: id,
                    name: krate.name.clone(),
                    serves: runs.iter().any(|body| serving.bodies.contains(body))
                        || serving.crates.contains(&id),
                    runs,
                }
            })
            .collect();
        Programs {
            all,
            entered: Vec::new(),
            edges,
        }
    }

    /// A crate in which a loop over messages may serve somebody: one that something enters, or that is part of a program
    /// which something enters. A command-line tool beside the server is none.
    pub(super) fn is_served(
        &self,
        finder: &Finder<'_, '_>,
        krate: CrateId,
        entered: &BTreeSet<CrateId>,
    ) -> bool {
        let index = finder.index;
        let mut users = self
            .all
            .iter()
            .filter(|program| index.uses(program.krate, krate))
            .peekable();
        if users.peek().is_some() {
            return users.any(|program| program.serves);
        }
        entered
            .iter()
            .any(|other| index.uses(krate, *other) || index.uses(*other, krate))
    }

    /// Sorts the entry points by program.
    pub(super) fn enter(&mut self, finder: &Finder<'_, '_>, entries: &[Entry]) {
        let mut registered: BTreeMap<BodyId, Vec<BodyId>> = BTreeMap::new();
        for registration in &finder.events.registrations {
            if let Some(target) = finder.target(registration.target) {
                registered.entry(target).or_default().push(registration.body);
            }
        }
        self.entered = self
            .all
            .iter()
            .map(|program| {
                let own: Vec<BodyId> = entries
                    .iter()
                    .filter(|entry| program.is_entered_by(finder, entry, &registered))
                    .map(|entry| entry.body)
                    .collect();
                reached_from(&self.edges, &own)
            })
            .collect();
    }

    /// The programs whose entry points reach some of this code; where none do, those that are seen to run it.
    pub(super) fn of(&self, bodies: &[BodyId]) -> Vec<String> {
        let has_some = |code: &BTreeSet<BodyId>| bodies.iter().any(|body| code.contains(body));
        let pairs = || self.all.iter().zip(&self.entered);
        let mut names: BTreeSet<&str> = pairs()
            .filter(|(_, entered)| has_some(entered))
            .map(|(program, _)| program.name.as_str())
            .collect();
        if names.is_empty() {
            let running = self.all.iter().filter(|program| has_some(&program.runs));
            names = running.map(|program| program.name.as_str()).collect();
        }
        names.into_iter().map(str::to_owned).collect()
    }

    /// All code of the programs that serve somebody, with the values of statics.
    pub(super) fn that_serve(&self, finder: &Finder<'_, '_>) -> BTreeSet<BodyId> {
        let pairs = self.all.iter().zip(&self.entered);
        let serving = pairs.filter(|(program, _)| program.serves);
        let mut code: BTreeSet<BodyId> = serving
            .flat_map(|(program, entered)| program.runs.iter().chain(entered))
            .copied()
            .collect();
        if !code.is_empty() {
            let begun = finder
                .events
                .begun
                .iter()
                .filter_map(|callee| finder.target(*callee));
            let started: Vec<BodyId> = of_statics(&finder.tables.bodies).chain(begun).collect();
            code.extend(reached_from(&self.edges, &started));
        }
        code
    }

    /// Programs run it, and none of them serves anybody, as another one does.
    pub(super) fn is_of_tools(&self, body: BodyId) -> bool {
        let runs = |program: &Program| program.runs.contains(&body);
        let serving = || self.all.iter().filter(|program| program.serves);
        serving().next().is_some() && self.all.iter().any(runs) && !serving().any(runs)
    }

    /// All code that runs once this does.
    pub(super) fn run_by(&self, body: BodyId) -> BTreeSet<BodyId> {
        self.run_by_any(&[body])
    }

    /// All code that runs once one of these does.
    pub(super) fn run_by_any(&self, bodies: &[BodyId]) -> BTreeSet<BodyId> {
        reached_from(&self.edges, bodies)
    }

    /// The same, up to where something else is waited for.
    pub(super) fn run_by_up_to(&self, body: BodyId, apart: &BTreeSet<BodyId>) -> BTreeSet<BodyId> {
        reached_up_to(&self.edges, &[body], apart)
    }

    /// The programs that this crate is part of.
    pub(super) fn with(&self, finder_index: &super::index::Index<'_>, krate: CrateId) -> Vec<String> {
        let part = self
            .all
            .iter()
            .filter(|program| finder_index.uses(program.krate, krate));
        let names: BTreeSet<String> = part.map(|program| program.name.clone()).collect();
        names.into_iter().collect()
    }
}

impl Program {
    fn is_entered_by(
        &self,
        finder: &Finder<'_, '_>,
        entry: &Entry,
        registered: &BTreeMap<BodyId, Vec<BodyId>>,
    ) -> bool {
        if self.runs.contains(&entry.body) {
            return self.serves || entry.kind == EntryKind::Timer;
        }
        // Not seen to be run: what another crate calls (trait methods, attributes) is entered where it is linked in,
        // unless we see that some program registers it and this one does not.
        let linked = finder
            .crate_of(entry.body)
            .is_some_and(|krate| finder.index.uses(self.krate, krate));
        self.serves && linked && !registered.contains_key(&entry.body)
    }
}

/// What shows that a program serves somebody.
struct Serving {
    /// Code that registers a handler, waits for connections, or calls the framework of an entry point.
    bodies: BTreeSet<BodyId>,
    /// Crates that declare handlers by attribute or trait.
    crates: BTreeSet<CrateId>,
    /// Handlers by the code that registers them.
    handlers: BTreeMap<BodyId, Vec<BodyId>>,
}

impl Serving {
    fn new(finder: &Finder<'_, '_>, entries: &[Entry]) -> Serving {
        let mut bodies = BTreeSet::new();
        let mut handlers: BTreeMap<BodyId, Vec<BodyId>> = BTreeMap::new();
        for registration in &finder.events.registrations {
            bodies.insert(registration.body);
            if let Some(target) = finder.target(registration.target) {
                handlers.entry(registration.body).or_default().push(target);
            }
        }
        let frameworks: BTreeSet<&str> = entries.iter().map(|entry| entry.framework.as_str()).collect();
        for call in &finder.events.ext_calls {
            let framework = finder.catalog.framework_of(&call.krate);
            // A client of the same library serves nobody.
            if finder.catalog.is_client(&call.name) {
                continue;
            }
            // Of a function that nothing explains the crate is a guess, its own name.
            let named_so =
                || call.krate != call.name && finder.catalog.may_serve(&call.krate, &words_of(&call.name));
            if framework.is_some_and(|framework| frameworks.contains(framework.name.as_str())) || named_so() {
                bodies.insert(call.body);
            }
        }
        bodies.extend(finder.loops_on_outside());
        let declared = entries.iter().filter(|entry| entry.kind != EntryKind::Timer);
        Serving {
            bodies,
            crates: declared.filter_map(|entry| finder.crate_of(entry.body)).collect(),
            handlers,
        }
    }

    /// All that runs from here, with the handlers that it registers.
    fn reached(&self, edges: &Edges, starts: &[BodyId]) -> BTreeSet<BodyId> {
        let mut runs = reached_from(edges, starts);
        loop {
            let more: Vec<BodyId> = runs
                .iter()
                .filter_map(|body| self.handlers.get(body))
                .flatten()
                .copied()
                .filter(|handler| !runs.contains(handler))
                .collect();
            if more.is_empty() {
                return runs;
            }
            runs.extend(reached_from(edges, &more));
        }
    }
}
