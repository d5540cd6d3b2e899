//! What the linker knows of each item: plain entries of the index's tables. Follows nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::{AdtId, AliasId, CrateId, FileId, FnId, ImplId, ModId, StaticId, TraitId};
use crate::discover::{Package, TargetKind};
use crate::facts::{
    Alias, Attr, Enum, Facts, Fn, Generics, Impl, Import, MacroRules, Span, Static, Struct, Trait,
};

/// One file as the linker gets it.
#[derive(Debug)]
pub struct FileFacts {
    /// Relative to the root of the run.
    pub path: String,
    /// Findings in it are reported.
    pub judged: bool,
    /// What it says.
    pub facts: Facts,
}

/// A crate in the language's sense: one target of one package.
#[derive(Debug)]
pub(super) struct Crate<'a> {
    /// The name other crates use.
    pub name: String,
    /// The package, if there is a Cargo.toml.
    pub package: Option<&'a Package>,
    /// What kind of target.
    pub kind: TargetKind,
    /// The root module.
    pub root: ModId,
    /// Names of other local crates that this one can use.
    pub locals: BTreeMap<String, CrateId>,
}

/// A module.
#[derive(Debug)]
pub(super) struct Module<'a> {
    /// Its crate.
    pub krate: CrateId,
    /// The module it stands in.
    pub parent: Option<ModId>,
    /// Its name; empty for the root and for bodies.
    pub name: String,
    /// Its file.
    pub file: FileId,
    /// The items of a function's body: names not found here are looked for in the parent.
    pub block: bool,
    /// What it declares.
    pub names: BTreeMap<String, Vec<Def>>,
    /// What it imports by name.
    pub imports: Vec<&'a Import>,
    /// The names and globs it imports for others too: `pub use`.
    pub reexports: BTreeSet<crate::facts::Span>,
    /// What it imports with `*`.
    pub globs: Vec<&'a Import>,
    /// Crates it gives another name: `extern crate a as b`.
    pub crates: BTreeMap<String, String>,
    /// Macros it defines.
    pub macros: BTreeMap<String, &'a MacroRules>,
}

/// What a name can stand for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Def {
    /// A module.
    Mod(ModId),
    /// A struct, union or enum.
    Adt(AdtId),
    /// A variant of an enum.
    Variant(AdtId, usize),
    /// A trait.
    Trait(TraitId),
    /// A type alias.
    Alias(AliasId),
    /// A function.
    Fn(FnId),
    /// A static or const.
    Static(StaticId),
    /// Something of another crate, by its path: `["tokio", "sync", "Mutex"]`.
    Ext(Vec<String>),
}

/// Where an item stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home {
    /// The module names are looked up in.
    pub module: ModId,
    /// The file.
    pub file: FileId,
    /// Test code, or a target that is no service code.
    pub test: bool,
}

/// A struct, union or enum.
#[derive(Debug)]
pub(super) struct Adt<'a> {
    /// Its name.
    pub name: &'a str,
    /// The name's place.
    pub span: Span,
    /// Where it stands.
    pub home: Home,
    /// Its type parameters.
    pub generics: &'a Generics,
    /// Attributes.
    pub attrs: &'a [Attr],
    /// Its shape.
    pub shape: Shape<'a>,
}

/// Struct or enum.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'a> {
    /// A struct or union.
    Struct(&'a Struct),
    /// An enum.
    Enum(&'a Enum),
}

/// A trait.
#[derive(Debug)]
pub(super) struct TraitDef<'a> {
    /// Its attributes.
    pub attrs: &'a [Attr],
    /// The trait.
    pub item: &'a Trait,
    /// Where it stands.
    pub home: Home,
    /// Its functions.
    pub fns: Vec<FnId>,
}

/// A type alias.
#[derive(Debug)]
pub(super) struct AliasDef<'a> {
    /// The alias.
    pub item: &'a Alias,
    /// Where it stands.
    pub home: Home,
}

/// A `static` or `const`.
#[derive(Debug)]
pub(super) struct StaticDef<'a> {
    /// The item.
    pub item: &'a Static,
    /// Where it stands.
    pub home: Home,
    /// A `const`.
    pub constant: bool,
    /// The function it stands in, if any.
    pub inside: Option<FnId>,
}

/// An `impl` block.
#[derive(Debug)]
pub(super) struct ImplDef<'a> {
    /// The block.
    pub item: &'a Impl,
    /// Attributes.
    pub attrs: &'a [Attr],
    /// Where it stands.
    pub home: Home,
    /// Its functions.
    pub fns: Vec<FnId>,
}

/// Whose function it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// Nobody's.
    Free,
    /// Of an `impl`.
    Impl(ImplId),
    /// Of a trait.
    Trait(TraitId),
}

/// A function or method.
#[derive(Debug)]
pub(super) struct FnDef<'a> {
    /// The function.
    pub item: &'a Fn,
    /// Attributes.
    pub attrs: &'a [Attr],
    /// Where it stands.
    pub home: Home,
    /// Where names of its body are looked up.
    pub scope: ModId,
    /// Whose it is.
    pub owner: Owner,
    /// The whole function.
    pub span: Span,
}

impl Shape<'_> {
    /// Fields with the variant they belong to, in source order.
    #[must_use]
    pub(super) fn fields(&self) -> Vec<&crate::facts::FieldDef> {
        match self {
            Shape::Struct(shape) => shape.fields.iter().collect(),
            Shape::Enum(shape) => shape
                .variants
                .iter()
                .flat_map(|variant| &variant.fields)
                .collect(),
        }
    }

    /// Index of the first field of a variant among all fields.
    #[must_use]
    pub(super) fn offset(&self, variant: usize) -> usize {
        match self {
            Shape::Struct(_) => 0,
            Shape::Enum(shape) => shape
                .variants
                .iter()
                .take(variant)
                .map(|variant| variant.fields.len())
                .sum(),
        }
    }
}
