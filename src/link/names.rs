//! What a path stands for, in the module it is written in. Knows modules, imports, globs, re-exports and crates;
//! never looks at types.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::ids::{FileId, ModId};
use super::index::{Def, Index, Shape};
use crate::discover::TargetKind;
use crate::facts::{Import, Path};

/// Which of several meanings of a name is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// A type, trait or module.
    Type,
    /// A function, static, const, or a type that can be called.
    Value,
    /// A module or type that something follows.
    Prefix,
}

/// A resolved path: what was found, and how many segments it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    /// What the first `used` segments stand for.
    pub def: Def,
    /// How many segments were used.
    pub used: usize,
}

/// From where a module's names are seen: what it imports for itself is its own and its children's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Within,
    Outside,
}

/// Looks names up.
#[derive(Debug)]
pub(super) struct Names<'a> {
    index: &'a Index<'a>,
    memo: RefCell<BTreeMap<(ModId, String, Seen), Vec<Def>>>,
}

/// Imports of imports end somewhere; this bounds those that do not.
const MAX_DEPTH: usize = 24;

impl<'a> Names<'a> {
    /// Names of this program.
    #[must_use]
    pub(super) fn new(index: &'a Index<'a>) -> Self {
        Names {
            index,
            memo: RefCell::default(),
        }
    }

    /// Resolves a written path as far as it leads through modules, imports and variants.
    #[must_use]
    pub(super) fn resolve(&self, module: ModId, path: &Path, want: Want) -> Option<Resolved> {
        let names: Vec<&str> = path
            .segments
            .iter()
            .map(|segment| segment.name.as_str())
            .collect();
        self.resolve_names(module, path.global, &names, want, 0)
    }

    /// As [`Names::resolve`], for bare names.
    #[must_use]
    pub(super) fn resolve_text(&self, module: ModId, names: &[&str], want: Want) -> Option<Resolved> {
        self.resolve_names(module, false, names, want, 0)
    }

    fn resolve_names(
        &self,
        module: ModId,
        global: bool,
        names: &[&str],
        want: Want,
        depth: usize,
    ) -> Option<Resolved> {
        let first = *names.first()?;
        if depth > MAX_DEPTH {
            return None;
        }
        let only = names.len() == 1;
        let start = self.first_segment(
            module,
            global,
            first,
            if only { want } else { Want::Prefix },
            depth,
        )?;
        Some(self.follow(start, names, 1, want, depth))
    }

    fn first_segment(
        &self,
        module: ModId,
        global: bool,
        first: &str,
        want: Want,
        depth: usize,
    ) -> Option<Def> {
        let real = self.real_module(module);
        match first {
            "crate" => return Some(Def::Mod(self.root(module))),
            "self" => return Some(Def::Mod(real)),
            "super" => {
                return self.index.modules[real.index()]
                    .parent
                    .map(|up| Def::Mod(self.real_module(up)));
            }
            _ => {}
        }
        if let Some(file) = file_of_crate(first) {
            return Some(Def::Mod(self.root_of_file(module, file)));
        }
        if !global && let Some(def) = self.lookup_outward(module, first, want, depth) {
            return Some(def);
        }
        // Before the edition of 2018 such a path began at the root of its own crate.
        let of_root = || {
            choose(
                &self.lookup(self.root(module), first, Seen::Within, depth + 1),
                want,
            )
        };
        let krate = self.crate_named(module, first);
        krate.or_else(|| if global { of_root() } else { None })
    }

    fn follow(&self, start: Def, names: &[&str], from: usize, want: Want, depth: usize) -> Resolved {
        let mut def = start;
        let mut used = from;
        while used < names.len() {
            let name = names[used];
            let last = used + 1 == names.len();
            let next = match &def {
                Def::Mod(module) if name == "super" => self.index.modules[module.index()]
                    .parent
                    .map(|up| Def::Mod(self.real_module(up))),
                Def::Mod(module) if name == "self" => Some(Def::Mod(*module)),
                Def::Mod(module) => {
                    let found = self.lookup(*module, name, Seen::Within, depth + 1);
                    choose(&found, if last { want } else { Want::Prefix })
                }
                Def::Adt(adt) => self.variant(*adt, name),
                Def::Ext(path) => Some(Def::Ext([path.as_slice(), &[name.to_owned()]].concat())),
                _ => None,
            };
            let Some(next) = next else { break };
            def = next;
            used += 1;
        }
        Resolved { def, used }
    }

    fn variant(&self, adt: super::ids::AdtId, name: &str) -> Option<Def> {
        let Shape::Enum(shape) = self.index.adts[adt.index()].shape else {
            return None;
        };
        let position = shape
            .variants
            .iter()
            .position(|variant| variant.name.text == name)?;
        Some(Def::Variant(adt, position))
    }

    /// The module itself, then, for the body of a function, the modules around it.
    fn lookup_outward(&self, module: ModId, name: &str, want: Want, depth: usize) -> Option<Def> {
        let mut at = module;
        loop {
            let found = self.lookup(at, name, Seen::Within, depth);
            if let Some(def) = choose(&found, want) {
                return Some(def);
            }
            let here = &self.index.modules[at.index()];
            if !here.block {
                return None;
            }
            at = here.parent?;
        }
    }

    /// All meanings of a name in a module.
    fn lookup(&self, module: ModId, name: &str, seen: Seen, depth: usize) -> Vec<Def> {
        let key = (module, name.to_owned(), seen);
        if let Some(found) = self.memo.borrow().get(&key) {
            return found.clone();
        }
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        // While it is being answered, the question answers itself with what is declared, as `use multi::multi` needs it:
        // cycles of globs end here.
        let declared = self.index.modules[module.index()].names.get(name).cloned();
        self.memo
            .borrow_mut()
            .insert(key.clone(), declared.unwrap_or_default());
        let found = self.lookup_fresh(module, name, seen, depth);
        self.memo.borrow_mut().insert(key, found.clone());
        found
    }

    fn lookup_fresh(&self, module: ModId, name: &str, seen: Seen, depth: usize) -> Vec<Def> {
        let here = &self.index.modules[module.index()];
        let visible = |import: &&&Import| seen == Seen::Within || here.reexports.contains(&import.span);
        let mut found = here.names.get(name).cloned().unwrap_or_default();
        for import in here
            .imports
            .iter()
            .filter(|import| import.name.as_deref() == Some(name))
            .filter(visible)
        {
            for want in [Want::Type, Want::Value] {
                if let Some(def) = self.imported(module, import, want, depth)
                    && !found.contains(&def)
                {
                    found.push(def);
                }
            }
        }
        if let Some(krate) = here.crates.get(name) {
            found.extend(self.crate_named(module, krate));
        }
        // `mod add; use add::*;`: a function may have the name of its module.
        if found.iter().all(|def| matches!(def, Def::Mod(_))) {
            let alone = found.is_empty();
            for glob in here.globs.iter().filter(visible) {
                let mut brought = self.through_glob(module, glob, name, depth);
                brought.retain(|def| alone || matches!(def, Def::Fn(_) | Def::Static(_)));
                found.extend(brought);
            }
        }
        found
    }

    fn imported(&self, module: ModId, import: &Import, want: Want, depth: usize) -> Option<Def> {
        let names: Vec<&str> = import.path.iter().map(String::as_str).collect();
        // `use tokio;` names the crate, not itself.
        if names.len() == 1 && import.name.as_deref() == Some(names[0]) {
            let of_root = || self.seen_from_the_root(module, &names, want, depth);
            let krate = self.crate_named(module, names[0]);
            return krate.or_else(|| of_root().map(|resolved| resolved.def));
        }
        let resolved = self.resolve_names(module, import.global, &names, want, depth + 1);
        let resolved = resolved.or_else(|| self.seen_from_the_root(module, &names, want, depth))?;
        (resolved.used == names.len()).then_some(resolved.def)
    }

    /// `use store::Store` in a module of a crate that has a module `store`: before the edition of 2018 the paths of `use` began
    /// at the root. Later ones do not build with a name that is neither near nor a crate.
    fn seen_from_the_root(
        &self,
        module: ModId,
        names: &[&str],
        want: Want,
        depth: usize,
    ) -> Option<Resolved> {
        let root = self.root(module);
        let resolved = self.follow(Def::Mod(root), names, 0, want, depth + 1);
        (root != module && resolved.used == names.len()).then_some(resolved)
    }

    fn through_glob(&self, module: ModId, glob: &Import, name: &str, depth: usize) -> Vec<Def> {
        let names: Vec<&str> = glob.path.iter().map(String::as_str).collect();
        let resolved = self.resolve_names(module, glob.global, &names, Want::Prefix, depth + 1);
        let Some(resolved) =
            resolved.or_else(|| self.seen_from_the_root(module, &names, Want::Prefix, depth))
        else {
            return Vec::new();
        };
        match resolved.def {
            Def::Mod(other) if other != module => {
                let seen = if self.is_below(module, other) {
                    Seen::Within
                } else {
                    Seen::Outside
                };
                self.lookup(other, name, seen, depth + 1)
            }
            Def::Adt(adt) => self.variant(adt, name).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The module stands in the other one.
    fn is_below(&self, module: ModId, other: ModId) -> bool {
        let mut at = Some(module);
        while let Some(here) = at {
            if here == other {
                return true;
            }
            at = self.index.modules[here.index()].parent;
        }
        false
    }

    /// Crates whose names come in through `use some_crate::..::*`, nearest first.
    #[must_use]
    pub(super) fn glob_crates(&self, module: ModId) -> Vec<Vec<String>> {
        let mut crates = Vec::new();
        let mut at = Some(module);
        while let Some(id) = at {
            let here = &self.index.modules[id.index()];
            for glob in &here.globs {
                let names: Vec<&str> = glob.path.iter().map(String::as_str).collect();
                match self
                    .resolve_names(id, glob.global, &names, Want::Prefix, 1)
                    .map(|resolved| resolved.def)
                {
                    Some(Def::Ext(path)) => crates.push(path),
                    // `use super::*` brings the parent's imports along.
                    Some(Def::Mod(other)) if other != id && crates.len() < 16 => {
                        for glob in &self.index.modules[other.index()].globs {
                            if let [first, ..] = glob.path.as_slice()
                                && !matches!(first.as_str(), "crate" | "self" | "super")
                                && matches!(self.crate_named(other, first), Some(Def::Ext(_)))
                            {
                                crates.push(glob.path.clone());
                            }
                        }
                    }
                    _ => {}
                }
            }
            at = here.block.then_some(here.parent).flatten();
        }
        crates
    }

    fn crate_named(&self, module: ModId, name: &str) -> Option<Def> {
        let krate = &self.index.crates[self.index.modules[module.index()].krate.index()];
        // `extern crate a as b` at the root holds in the whole crate.
        let of_root = self.index.modules[krate.root.index()].crates.get(name);
        let name = of_root.map_or(name, String::as_str);
        if let Some(local) = krate.locals.get(name) {
            return Some(Def::Mod(self.index.crates[local.index()].root));
        }
        if matches!(name, "std" | "core" | "alloc") {
            return Some(Def::Ext(vec!["std".to_owned()]));
        }
        let known = match krate.package {
            None => name.chars().next().is_some_and(char::is_lowercase),
            Some(package) => {
                package
                    .dependencies
                    .iter()
                    .chain(&package.dev_dependencies)
                    .any(|dependency| dependency.name == name || is_library_of(&dependency.name, name))
                    || package.name.replace('-', "_") == name
            }
        };
        let renamed = krate.package.and_then(|package| {
            package
                .dependencies
                .iter()
                .find(|dependency| dependency.name == name)
                .map(|it| it.package.replace('-', "_"))
        });
        // A dependency that a feature or a macro brings in may be missing from Cargo.toml: the path still names it.
        known.then(|| Def::Ext(vec![renamed.unwrap_or_else(|| name.to_owned())]))
    }

    fn real_module(&self, module: ModId) -> ModId {
        let mut at = module;
        while self.index.modules[at.index()].block {
            let Some(parent) = self.index.modules[at.index()].parent else {
                break;
            };
            at = parent;
        }
        at
    }

    /// The root of the crate that a file is part of: of several the one that asks, else a library.
    fn root_of_file(&self, module: ModId, file: FileId) -> ModId {
        let own = self.root(module);
        let modules = self.index.modules.iter().filter(|other| other.file == file);
        let crates = modules.map(|other| &self.index.crates[other.krate.index()]);
        let nearest = crates.max_by_key(|krate| (krate.root == own, krate.kind == TargetKind::Lib));
        nearest.map_or(own, |krate| krate.root)
    }

    fn root(&self, module: ModId) -> ModId {
        self.index.crates[self.index.modules[module.index()].krate.index()].root
    }
}

/// How an expansion writes `$crate` where the macro is defined in this file. No code has such a name.
#[must_use]
pub(super) fn crate_of(file: FileId) -> String {
    format!("{CRATE_OF}{}", file.index())
}

/// The file of [`crate_of`].
fn file_of_crate(name: &str) -> Option<FileId> {
    let position = name.strip_prefix(CRATE_OF)?.parse().ok()?;
    Some(FileId::next(position))
}

const CRATE_OF: &str = "__crate_of_file_";

fn choose(found: &[Def], want: Want) -> Option<Def> {
    let fits = |def: &&Def| match want {
        Want::Type => matches!(
            def,
            Def::Mod(_) | Def::Adt(_) | Def::Trait(_) | Def::Alias(_) | Def::Ext(_) | Def::Variant(..)
        ),
        Want::Prefix => matches!(
            def,
            Def::Mod(_) | Def::Adt(_) | Def::Trait(_) | Def::Alias(_) | Def::Ext(_)
        ),
        Want::Value => matches!(
            def,
            Def::Fn(_) | Def::Static(_) | Def::Variant(..) | Def::Adt(_) | Def::Ext(_) | Def::Alias(_)
        ),
    };
    found
        .iter()
        .find(fits)
        .or_else(|| if want == Want::Prefix { None } else { found.first() })
        .cloned()
}

/// `use snowflake::..` of the package `rs-snowflake`: the library leaves out what says that it is one of Rust.
fn is_library_of(package: &str, name: &str) -> bool {
    let before = package
        .strip_prefix("rs_")
        .or_else(|| package.strip_prefix("rust_"));
    let after = package
        .strip_suffix("_rs")
        .or_else(|| package.strip_suffix("_rust"));
    before == Some(name) || after == Some(name)
}
