//! What the lint knows of other people's crates, as data. Reads the embedded TOML; never decides anything.

mod backend;
mod fault;
mod habits;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;
use toml::Spanned;

mod model;

pub use backend::{Backend, Maker, SharedStore};
pub use fault::{Fault, Text};
pub use habits::{Habits, Wait};

pub use model::{
    Act, Broadcast, Claims, Effect, EntryKind, EntryTrait, FileCalls, FileWriter, Framework, Gives,
    HandsSelf, Keeper, Kind, Pool, Promises, TraitAttribute, TypeKeys,
};

#[derive(Deserialize)]
struct TypeEntry {
    kind: Kind,
    names: Vec<String>,
    #[serde(default)]
    what: String,
}

#[derive(Deserialize)]
struct MethodEntry {
    kinds: Vec<Kind>,
    names: Vec<String>,
    effect: Effect,
    gives: Gives,
}

#[derive(Deserialize)]
struct Tables {
    #[serde(default, rename = "wait")]
    waits: Vec<Spanned<Wait>>,
    #[serde(default)]
    habits: Habits,
    #[serde(default, rename = "act")]
    acts: Vec<Act>,
    #[serde(default)]
    claims: Claims,
    #[serde(default)]
    promises: Promises,
    #[serde(default, rename = "broadcast")]
    broadcasts: Vec<Broadcast>,
    #[serde(default, rename = "pool")]
    pools: Vec<Pool>,
    #[serde(default, rename = "store")]
    stores: Vec<SharedStore>,
    #[serde(default)]
    files: Option<FileCalls>,
    #[serde(default, rename = "type")]
    types: Vec<TypeEntry>,
    #[serde(default, rename = "method")]
    methods: Vec<MethodEntry>,
    #[serde(default, rename = "key")]
    keys: Vec<TypeKeys>,
    #[serde(default, rename = "framework")]
    frameworks: Vec<Spanned<Framework>>,
    #[serde(default, rename = "backend")]
    backends: Vec<backend::Entry>,
}

/// All tables, ready to be asked.
#[derive(Debug, Default)]
pub struct Catalog {
    types: BTreeMap<String, BTreeMap<String, (Kind, String)>>,
    methods: BTreeMap<Kind, BTreeMap<String, (Effect, Gives)>>,
    method_names: BTreeSet<String>,
    crates: BTreeMap<String, usize>,
    /// The frameworks.
    pub frameworks: Vec<Framework>,
    maker_crates: BTreeSet<String>,
    /// What makes a type the key of a map from types to values.
    pub keys: Vec<TypeKeys>,
    /// Memory stores and keys of libraries.
    pub backends: Vec<Backend>,
    /// Calls that keep, read or drop files.
    pub files: FileCalls,
    /// Stores that all replicas share.
    pub stores: Vec<SharedStore>,
    /// Calls at which a loop waits.
    pub waits: Vec<Wait>,
    /// Names that mean the same in every crate.
    pub habits: Habits,
    /// What periodic jobs may do to the world outside.
    pub acts: Vec<Act>,
    /// What shows that only one replica does a job.
    pub claims: Claims,
    /// What shows that a client was told that its work will be done.
    pub promises: Promises,
    /// Calls after which every replica gets each message.
    pub broadcasts: Vec<Broadcast>,
    /// Threads that do work for others.
    pub pools: Vec<Pool>,
}

impl Catalog {
    /// The tables that come with the program.
    ///
    /// # Panics
    /// Never in a released build: a test reads the embedded tables.
    #[must_use]
    pub fn embedded() -> &'static Catalog {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| Catalog::build(EMBEDDED, None).unwrap_or_default())
    }

    /// Builds the tables from TOML texts. `rules` are the ids that an entry may name.
    ///
    /// # Errors
    /// Everything that does not fit, in the order of the texts.
    pub fn from_texts(texts: &[Text<'_>], rules: &[&str]) -> Result<Catalog, Vec<Fault>> {
        Catalog::build(texts, Some(rules))
    }

    fn build(texts: &[Text<'_>], rules: Option<&[&str]>) -> Result<Catalog, Vec<Fault>> {
        let mut catalog = Catalog::default();
        let mut faults = Vec::new();
        for text in texts {
            match toml::from_str::<Tables>(text.text) {
                Ok(tables) => faults.extend(catalog.add(tables, text, rules)),
                Err(error) => faults.push(Fault::of_toml(text, &error)),
            }
        }
        if faults.is_empty() {
            Ok(catalog)
        } else {
            Err(faults)
        }
    }

    /// The embedded tables and some more, which win where both speak of one thing.
    ///
    /// # Errors
    /// As [`Catalog::from_texts`].
    pub fn extended(texts: &[Text<'_>], rules: &[&str]) -> Result<Catalog, Vec<Fault>> {
        let mut catalog = Catalog::from_texts(&[EMBEDDED, texts].concat(), rules)?;
        // Of the entries that fit a call equally well the first one speaks.
        catalog.backends.rotate_left(Catalog::embedded().backends.len());
        Ok(catalog)
    }

    fn add(&mut self, tables: Tables, text: &Text<'_>, rules: Option<&[&str]>) -> Vec<Fault> {
        for entry in tables.types {
            for name in entry.names {
                let (krate, name) = name.split_once("::").unwrap_or(("", &name));
                let of_crate = self.types.entry(krate.to_owned()).or_default();
                of_crate.insert(name.to_owned(), (entry.kind, entry.what.clone()));
            }
        }
        for entry in tables.methods {
            for kind in &entry.kinds {
                for name in &entry.names {
                    let of_kind = self.methods.entry(*kind).or_default();
                    of_kind.entry(name.clone()).or_insert((entry.effect, entry.gives));
                    self.method_names.insert(name.clone());
                }
            }
        }
        self.keys.extend(tables.keys);
        let mut faults = Vec::new();
        for framework in tables.frameworks {
            faults.extend(wrong_crates(text, &framework, &framework.as_ref().crates));
            let framework = framework.into_inner();
            for name in &framework.crates {
                self.crates.insert(name.clone(), self.frameworks.len());
            }
            self.frameworks.push(framework);
        }
        for wait in tables.waits {
            faults.extend(wrong_crates(text, &wait, &wait.as_ref().crates));
            self.waits.push(wait.into_inner());
        }
        self.habits.add(tables.habits);
        self.acts.extend(tables.acts);
        self.claims.literals.extend(tables.claims.literals);
        self.claims.calls.extend(tables.claims.calls);
        self.claims.words.extend(tables.claims.words);
        self.claims.crates.extend(tables.claims.crates);
        self.claims.beats.extend(tables.claims.beats);
        self.claims.agents.extend(tables.claims.agents);
        self.promises.names.extend(tables.promises.names);
        self.promises.texts.extend(tables.promises.texts);
        self.promises.words.extend(tables.promises.words);
        self.promises.turns.extend(tables.promises.turns);
        self.promises.takes.extend(tables.promises.takes);
        self.broadcasts.extend(tables.broadcasts);
        self.pools.extend(tables.pools);
        self.stores.extend(tables.stores);
        if let Some(files) = tables.files {
            self.files.keep.extend(files.keep);
            self.files.moves.extend(files.moves);
            self.files.opens.extend(files.opens);
            self.files.creates.extend(files.creates);
            self.files.adds.extend(files.adds);
            self.files.overwrites.extend(files.overwrites);
            self.files.saves.extend(files.saves);
            self.files.keep_methods.extend(files.keep_methods);
            self.files.read.extend(files.read);
            self.files.scratch.extend(files.scratch);
            self.files.removes.extend(files.removes);
            self.files.looks.extend(files.looks);
            self.files.runs.extend(files.runs);
            self.files.told.extend(files.told);
            self.files.goes_on.extend(files.goes_on);
            self.files.store.extend(files.store);
            self.files.writer.extend(files.writer);
            self.files.program.extend(files.program);
        }
        for entry in tables.backends {
            match entry.check(text, rules) {
                Ok(backend) => {
                    let crates = backend.paths.iter().map(|maker| maker.krate.clone());
                    self.maker_crates.extend(crates);
                    self.backends.push(backend);
                }
                Err(found) => faults.extend(found),
            }
        }
        faults
    }

    /// What `crate::Name` means. Any path in between does not matter.
    #[must_use]
    pub fn kind(&self, krate: &str, name: &str) -> Kind {
        if self.is_extractor(krate, name) {
            return Kind::Wrapper;
        }
        let is_client = || {
            !krate.is_empty()
                && CLIENTS
                    .iter()
                    .any(|end| name.len() > end.len() && name.ends_with(end))
        };
        match self.entry(krate, name) {
            Some(found) => found.0,
            None if is_client() => Kind::Benign,
            None => Kind::Unknown,
        }
    }

    /// Why a benign type is benign.
    #[must_use]
    pub fn what(&self, krate: &str, name: &str) -> Option<&str> {
        self.entry(krate, name)
            .map(|found| found.1.as_str())
            .filter(|what| !what.is_empty())
    }

    fn entry(&self, krate: &str, name: &str) -> Option<&(Kind, String)> {
        let of_crate = self.types.get(krate).and_then(|names| names.get(name));
        of_crate.or_else(|| self.types.get(ANY_CRATE)?.get(name))
    }

    /// A type of this name means the same in whatever crate it stands: a `Result` is one.
    #[must_use]
    pub fn is_of_any_crate(&self, name: &str) -> bool {
        self.types
            .get(ANY_CRATE)
            .is_some_and(|names| names.contains_key(name))
    }

    /// What makes a loop go round that waits at this call, told by the name alone: a position in `waits`.
    #[must_use]
    pub fn wait_by_name(&self, name: &str, args: usize) -> Option<usize> {
        let fits = |wait: &Wait| {
            wait.crates.is_empty() && wait.types.is_empty() && !wait.receivers && wait.is_call(name, args)
        };
        self.waits.iter().position(fits)
    }

    /// The same, told by the receiver: its type, and what kind that is.
    #[must_use]
    pub fn wait_by_type(&self, krate: &str, ty: &str, kind: Kind, name: &str, args: usize) -> Option<usize> {
        let fits = |wait: &Wait| {
            let receiver = wait.receivers && kind == Kind::Receiver;
            let typed = wait.types.iter().any(|path| matches_path(path, krate, ty));
            (receiver || typed || wait.crates.contains(krate)) && wait.is_call(name, args)
        };
        self.waits.iter().position(fits)
    }

    /// Effect and result of a method on a type of exactly this kind.
    #[must_use]
    pub fn own_method(&self, kind: Kind, name: &str) -> Option<(Effect, Gives)> {
        self.methods.get(&kind)?.get(name).copied()
    }

    /// A name that methods of std or of well-known crates have: it tells nothing about the receiver.
    #[must_use]
    pub fn is_common_method(&self, name: &str) -> bool {
        self.habits.common_methods.contains(name) || self.method_names.contains(name)
    }

    /// The framework a crate belongs to.
    #[must_use]
    pub fn framework_of(&self, krate: &str) -> Option<&Framework> {
        self.crates.get(krate).map(|index| &self.frameworks[*index])
    }

    /// A crate that nothing is known of: it may call what it is given.
    #[must_use]
    pub fn may_call_back(&self, krate: &str) -> bool {
        !self.habits.data_crates.contains(krate) && self.framework_of(krate).is_none()
    }

    /// A crate that may call what implements its traits: one that nothing is known of, or a framework of whose traits nothing is.
    #[must_use]
    pub fn may_call_traits(&self, krate: &str) -> bool {
        let says_which = |framework: &Framework| {
            !framework.traits.is_empty()
                || !framework.impl_attributes.is_empty()
                || !framework.trait_attributes.is_empty()
        };
        !self.habits.data_crates.contains(krate)
            && self
                .framework_of(krate)
                .is_none_or(|framework| !says_which(framework))
    }

    /// A call of a crate nobody knows with one of these words in its name or its type's serves others: `Server::new`, `serve`.
    #[must_use]
    pub fn may_serve(&self, krate: &str, words: &BTreeSet<String>) -> bool {
        self.may_call_back(krate)
            && !self.habits.local_servers.contains(krate)
            && words.iter().any(|word| self.habits.servers.contains(word))
    }

    /// Something enters through this crate: a framework, or a consumer that loops wait at.
    #[must_use]
    pub fn enters(&self, krate: &str) -> bool {
        self.crates.contains_key(krate) || self.waits.iter().any(|wait| wait.crates.contains(krate))
    }

    /// A type that hands shared state to a handler.
    #[must_use]
    pub fn is_extractor(&self, krate: &str, name: &str) -> bool {
        self.framework_of(krate).is_some_and(|framework| {
            framework
                .extractors
                .iter()
                .any(|path| matches_path(path, krate, name))
        })
    }
}

/// `pattern` is `crate::Name` or `Name`.
#[must_use]
pub fn matches_path(pattern: &str, krate: &str, name: &str) -> bool {
    match pattern.rsplit_once("::") {
        Some((first, last)) => last == name && first == krate,
        None => pattern == name,
    }
}

/// Names that no code can spell, so that the entry would never hold.
fn wrong_crates<'a, T>(
    text: &Text<'_>,
    entry: &Spanned<T>,
    crates: impl IntoIterator<Item = &'a String>,
) -> Vec<Fault> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let wrong = crates.into_iter().filter(|name| !is_name(name));
    wrong
        .map(|name| {
            let what = format!("`{name}` is no name of a crate");
            Fault::at(text, entry, what, "as in code, with `_`: `actix_web`")
        })
        .collect()
}

macro_rules! embedded {
    ($file:literal) => {
        Text {
            file: concat!("src/catalog/", $file),
            text: include_str!($file),
        }
    };
}

const EMBEDDED: &[Text<'_>] = &[
    embedded!("types.toml"),
    embedded!("methods.toml"),
    embedded!("frameworks.toml"),
    embedded!("backends.toml"),
    embedded!("files.toml"),
    embedded!("stores.toml"),
    embedded!("habits.toml"),
    embedded!("acts.toml"),
];

/// Stands for any crate where types are named.
const ANY_CRATE: &str = "*";

/// How types of other crates end that reach another server: `PostboxServiceClient`. `Client` alone may be whoever is served.
const CLIENTS: &[&str] = &["Client", "Pool"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_tables_can_be_read() {
        let catalog = Catalog::build(EMBEDDED, None).unwrap();
        assert_eq!(catalog.kind("tokio", "Mutex"), Kind::Lock);
        assert_eq!(catalog.kind("axum", "State"), Kind::Wrapper);
        assert_eq!(
            catalog.own_method(Kind::Atomic, "fetch_add").unwrap().0,
            Effect::Write
        );
    }

    #[test]
    fn a_crate_belongs_to_one_framework() {
        let catalog = Catalog::build(EMBEDDED, None).unwrap();
        let named: usize = catalog
            .frameworks
            .iter()
            .map(|framework| framework.crates.len())
            .sum();
        assert_eq!(named, catalog.crates.len());
    }
}
