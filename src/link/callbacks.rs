//! Entry points of frameworks that nobody named: methods of traits from elsewhere which nothing in the workspace calls,
//! so that whoever declared the trait must, and functions that are handed to crates nobody knows. Names no framework; never looks at state.

use std::collections::BTreeSet;

use super::events::{Callee, Route};
use super::finder::{Entry, Finder};
use super::ids::{BodyId, CrateId, FnId, ImplId};
use super::index::{Def, ImplDef};
use super::names::{Resolved, Want};
use super::programs::Programs;
use super::reach::{Edges, reached_from};
use crate::catalog::EntryKind;
use crate::facts::Path;
use crate::finding::Confidence;

impl Finder<'_, '_> {
    /// Methods that only another crate can call. `entries`: those known so far.
    pub(super) fn called_from_elsewhere(
        &self,
        edges: &Edges,
        programs: &Programs,
        entered: &BTreeSet<CrateId>,
        entries: &[Entry],
    ) -> Vec<Entry> {
        let mut starts = self.mains();
        starts.extend(entries.iter().map(|entry| entry.body));
        let reached = reached_from(edges, &starts);
        let is_served = |body: BodyId| {
            self.crate_of(body)
                .is_some_and(|krate| programs.is_served(self, krate, entered))
        };
        let impls = (0..self.index.impls.len()).map(ImplId::next);
        let methods = impls
            .filter_map(|id| Some((id, self.called_by(&self.index.impls[id.index()])?)))
            .flat_map(|(id, caller)| self.callbacks(id, &caller))
            .filter(|entry| !reached.contains(&entry.body));
        let known: BTreeSet<BodyId> = entries.iter().map(|entry| entry.body).collect();
        let handed = self.handed().filter(|entry| !known.contains(&entry.body));
        let kept = self
            .handed_on()
            .filter(|entry| !known.contains(&entry.body) && !reached.contains(&entry.body));
        methods
            .chain(handed)
            .chain(kept)
            .filter(|entry| is_served(entry.body))
            .collect()
    }

    /// Function values that start-up code hands to crates nobody knows.
    fn handed(&self) -> impl Iterator<Item = Entry> {
        let handed = self.events.handed.iter();
        handed.filter_map(|(callee, handed)| self.called_later(*callee, &handed.route, &handed.krate))
    }

    /// `table.on(LOGIN, log_in)`: a function that the workspace keeps in a table of its own, behind a trait that a macro implements
    /// for all functions. Only those that nothing is seen to call.
    fn handed_on(&self) -> impl Iterator<Item = Entry> {
        let kept = self.events.handed_on.iter().map(|id| Callee::Fn(*id));
        kept.filter_map(|callee| self.called_later(callee, &Route::default(), "a table of the service's own"))
    }

    /// Whoever keeps a function calls it when something comes.
    fn called_later(&self, callee: Callee, route: &Route, framework: &str) -> Option<Entry> {
        Some(Entry {
            body: self.target(callee)?,
            kind: EntryKind::Message,
            label: self.label(route, callee),
            framework: framework.to_owned(),
            confidence: Confidence::Medium,
            on_self: false,
            owned: Vec::new(),
            opens: false,
            reaches_all: false,
        })
    }

    /// The crate whose trait this is an impl of, where that crate calls what others implement and the catalogue does not
    /// know which of it. A trait that a macro or a build script makes has no crate.
    fn called_by(&self, block: &ImplDef<'_>) -> Option<String> {
        let path = block.item.of_trait.as_ref()?;
        let last = &path.segments.last()?.name;
        let calls_back = |krate: &&String| self.catalog.may_call_traits(krate);
        match self.trait_of(block, path) {
            Some(Def::Ext(names)) => names.first().filter(calls_back).cloned(),
            // A macro of another crate stands on it: what that makes of the trait calls the methods.
            Some(Def::Trait(id)) => {
                let definition = &self.index.traits[id.index()];
                definition.attrs.iter().find_map(|attr| {
                    let names: Vec<&str> = attr.path.iter().map(String::as_str).collect();
                    let resolved = self
                        .names
                        .resolve_text(definition.home.module, &names, Want::Value)?;
                    let Def::Ext(path) = resolved.def else { return None };
                    path.first().filter(calls_back).cloned()
                })
            }
            None if !self.catalog.habits.data_traits.contains(last) => Some(String::new()),
            _ => None,
        }
    }

    fn trait_of(&self, block: &ImplDef<'_>, path: &Path) -> Option<Def> {
        let resolved = self.names.resolve(block.home.module, path, Want::Type);
        resolved.map(|Resolved { def, .. }| def)
    }

    fn callbacks(&self, id: ImplId, caller: &str) -> Vec<Entry> {
        let block = &self.index.impls[id.index()];
        let own = super::implemented::type_text(&block.item.self_ty);
        let framework = if caller.is_empty() {
            "a trait made elsewhere"
        } else {
            caller
        };
        let callback = |function: &FnId| {
            let item = self.index.fns[function.index()].item;
            // What takes `self` away is called once: it runs the program, it does not answer for it.
            item.receiver
                .as_ref()
                .filter(|own| own.by_ref || own.ty.is_some())?;
            Some(Entry {
                body: *self.body_of.get(function)?,
                kind: EntryKind::Message,
                label: format!("{own}::{}()", item.name.text),
                framework: framework.to_owned(),
                confidence: Confidence::Medium,
                on_self: true,
                owned: Vec::new(),
                opens: false,
                reaches_all: false,
            })
        };
        block.fns.iter().filter_map(callback).collect()
    }
}
