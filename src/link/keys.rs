//! Types that are keys of maps from types to values, and what is stored behind them. Reads the catalogue; follows no code.

use std::collections::BTreeMap;

use super::cells::Cells;
use super::events::{Access, Events, Src};
use super::ids::{AdtId, ModId};
use super::index::Def;
use super::names::Want;
use super::reach::Reach;
use super::shared::Walker;
use super::types::{Ty, Types};
use crate::catalog::{TypeKeys, matches_path};
use crate::facts::Path;

/// A key: what is stored behind it.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// The type of the value.
    pub value: Ty,
    /// What makes it a key: a position in the catalogue's table.
    pub by: usize,
}

/// All keys of the workspace.
#[derive(Debug, Default)]
pub(super) struct Keys {
    of: BTreeMap<AdtId, Key>,
}

impl Keys {
    /// Reads the impls of the catalogue's traits.
    #[must_use]
    pub(super) fn new(types: Types<'_>) -> Keys {
        let mut keys = Keys::default();
        if types.catalog.keys.is_empty() {
            return keys;
        }
        for (position, block) in types.index.impls.iter().enumerate() {
            let Some(path) = &block.item.of_trait else {
                continue;
            };
            let Some(by) = maker(types, block.home.module, path) else {
                continue;
            };
            let scope = types.impl_scope(super::ids::ImplId::next(position));
            let value = scope.assoc.get(types.catalog.keys[by].value.as_str());
            if let (Some(Ty::Adt(adt, _)), Some(value)) = (&scope.self_ty, value) {
                let value = value.clone();
                keys.of.insert(*adt, Key { value, by });
            }
        }
        keys
    }

    /// What is known of a key.
    #[must_use]
    pub(super) fn get(&self, adt: AdtId) -> Option<&Key> {
        self.of.get(&adt)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (AdtId, &Key)> {
        self.of.iter().map(|(adt, key)| (*adt, key))
    }
}

/// The entry of the catalogue whose trait this is. A trait that no import explains is known by its name and by what the
/// package depends on.
fn maker(types: Types<'_>, module: ModId, path: &Path) -> Option<usize> {
    let last = &path.segments.last()?.name;
    let named = |keys: &TypeKeys| {
        keys.traits
            .iter()
            .any(|known| known.rsplit("::").next() == Some(last))
    };
    if !types.catalog.keys.iter().any(named) {
        return None;
    }
    let resolved = types.names.resolve(module, path, Want::Type);
    let is_of =
        |keys: &TypeKeys, krate: &str| keys.traits.iter().any(|known| matches_path(known, krate, last));
    let entries = || types.catalog.keys.iter().enumerate();
    match resolved.map(|resolved| resolved.def) {
        Some(Def::Ext(parts)) => entries()
            .find(|(_, keys)| parts.iter().any(|part| is_of(keys, part)))
            .map(|(position, _)| position),
        Some(_) => None,
        None => {
            let depends = |known: &String| {
                known
                    .rsplit_once("::")
                    .is_some_and(|(krate, name)| name == last && types.index.depends_on(module, krate))
            };
            entries()
                .find(|(_, keys)| keys.traits.iter().any(depends))
                .map(|(position, _)| position)
        }
    }
}

impl Cells<'_, '_> {
    /// What lies behind the key is there for all handlers: there is one map, or start-up code puts it in.
    pub(super) fn is_shared_key(&self, adt: AdtId) -> bool {
        let shared = |key: &Key| self.types.catalog.keys[key.by].shared || self.is_put_at_startup(adt);
        self.methods.keys.get(adt).is_some_and(shared)
    }

    /// Putting it in for the first time is no change, also where a first event does that.
    pub(super) fn only_puts_in(&self, adt: AdtId, access: &Access) -> bool {
        let puts = |key: &Key| self.types.catalog.keys[key.by].puts.contains(&access.op);
        self.methods.keys.get(adt).is_some_and(puts) && !self.is_put_at_startup(adt)
    }

    fn is_put_at_startup(&self, adt: AdtId) -> bool {
        is_put_at_startup(self.events, self.reach, adt)
    }
}

/// Code that no request reaches puts it in.
fn is_put_at_startup(events: &Events, reach: &Reach, adt: AdtId) -> bool {
    let mut puts = events.keyed.iter().filter(|(key, _)| *key == adt);
    puts.any(|(_, body)| reach.at_startup(*body) && !reach.by_request(*body))
}

/// What lies behind shared keys lives longer than a request.
pub(super) fn add_roots(walker: &mut Walker<'_, '_>, events: &Events, reach: &Reach) {
    let (types, methods) = (walker.types, walker.methods);
    for (adt, key) in methods.keys.iter() {
        if types.catalog.keys[key.by].shared || is_put_at_startup(events, reach, adt) {
            walker.add_kept(&key.value, Src::Key(adt));
        }
    }
}
