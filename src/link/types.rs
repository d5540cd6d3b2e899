//! Types as the linker sees them, and how a written type becomes one. Never evaluates code.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ids::{AdtId, BodyId, FnId, ModId, TraitId};
use super::index::{Def, Index, Owner};
use super::names::{Names, Want};
use crate::catalog::{Catalog, Kind};
use crate::facts::{Generics, Path, TypeRef};

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Ty {
    /// Not known.
    #[default]
    Unknown,
    /// A struct or enum of the workspace.
    Adt(AdtId, Args),
    /// A type of another crate.
    Ext(Ext, Args),
    /// What some call into another crate gave back: we know only where it comes from.
    From(Ext),
    /// A tuple.
    Tuple(Args),
    /// A slice or array.
    Slice(Arc<Ty>),
    /// A function of the workspace.
    Fn(FnId),
    /// A closure or async block.
    Closure(BodyId),
    /// `dyn` or `impl` of these traits.
    Bounds(Arc<[Bound]>),
    /// A type parameter.
    Param(Arc<str>),
    /// A number, string, flag or unit.
    Prim(&'static str),
}

/// Type arguments.
pub(super) type Args = Arc<[Ty]>;

/// A type of another crate: the crate, the name and the path in between.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ext {
    /// The crate, as the catalogue knows it.
    pub krate: Arc<str>,
    /// The last name.
    pub name: Arc<str>,
}

/// A trait, local or not, with its type arguments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    /// A trait of the workspace.
    Local(TraitId, Args),
    /// Another crate's trait; the last argument of `Fn(A) -> B` is B.
    Ext(Ext, Args),
}

impl Ty {
    /// A type of another crate.
    #[must_use]
    pub(super) fn ext(krate: &str, name: &str, args: Vec<Ty>) -> Ty {
        Ty::Ext(
            Ext {
                krate: krate.into(),
                name: name.into(),
            },
            args.into(),
        )
    }

    /// Its kind in the catalogue.
    #[must_use]
    pub(super) fn kind(&self, catalog: &Catalog) -> Kind {
        match self {
            Ty::Ext(ext, _) => catalog.kind(&ext.krate, &ext.name),
            Ty::Slice(_) => Kind::List,
            _ => Kind::Unknown,
        }
    }

    /// Its type arguments.
    #[must_use]
    pub(super) fn args(&self) -> &[Ty] {
        match self {
            Ty::Adt(_, args) | Ty::Ext(_, args) | Ty::Tuple(args) => args,
            Ty::Slice(inner) => std::slice::from_ref(inner),
            _ => &[],
        }
    }

    /// The crate it comes from, for types of other crates.
    #[must_use]
    pub(super) fn krate(&self) -> Option<&str> {
        match self {
            Ty::Ext(ext, _) | Ty::From(ext) => Some(&ext.krate),
            _ => None,
        }
    }

    /// Without wrappers: `Arc<Option<T>>` is `T`.
    #[must_use]
    pub(super) fn peeled(&self, catalog: &Catalog) -> &Ty {
        let mut at = self;
        for _ in 0..16 {
            if !at.kind(catalog).is_transparent() {
                break;
            }
            let Some(inner) = at.args().first() else { break };
            at = inner;
        }
        at
    }

    /// The type with parameters replaced.
    #[must_use]
    pub(super) fn substituted(&self, env: &BTreeMap<Arc<str>, Ty>) -> Ty {
        if env.is_empty() {
            return self.clone();
        }
        let all = |args: &Args| -> Args { args.iter().map(|arg| arg.substituted(env)).collect() };
        match self {
            Ty::Param(name) => env.get(name).cloned().unwrap_or_else(|| self.clone()),
            Ty::Adt(id, args) => Ty::Adt(*id, all(args)),
            Ty::Ext(ext, args) => Ty::Ext(ext.clone(), all(args)),
            Ty::Tuple(args) => Ty::Tuple(all(args)),
            Ty::Slice(inner) => Ty::Slice(Arc::new(inner.substituted(env))),
            _ => self.clone(),
        }
    }
}

/// What names mean while a type is read: the module, `Self` and type parameters.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// Where names are looked up.
    pub module: ModId,
    /// `Self`.
    pub self_ty: Option<Ty>,
    /// Type parameters with what is known of them: themselves, an argument or their bounds.
    pub params: BTreeMap<Arc<str>, Ty>,
    /// Associated types of the impl around: `Self::Item`.
    pub assoc: BTreeMap<Arc<str>, Ty>,
}

/// Reads written types.
#[derive(Debug, Clone, Copy)]
pub(super) struct Types<'a> {
    /// The items.
    pub index: &'a Index<'a>,
    /// The names.
    pub names: &'a Names<'a>,
    /// The catalogue.
    pub catalog: &'a Catalog,
}

/// Types nested deeper than this are not read.
pub(super) const MAX_DEPTH: usize = 20;

impl Types<'_> {
    /// The scope of a module with nothing else in it.
    #[must_use]
    pub(super) fn scope(module: ModId) -> Scope {
        Scope {
            module,
            self_ty: None,
            params: BTreeMap::new(),
            assoc: BTreeMap::new(),
        }
    }

    /// The scope of a function's signature and body.
    #[must_use]
    pub(super) fn fn_scope(&self, id: FnId) -> Scope {
        let function = &self.index.fns[id.index()];
        let mut scope = match function.owner {
            Owner::Free => Types::scope(function.home.module),
            Owner::Impl(block) => self.impl_scope(block),
            Owner::Trait(owner) => self.trait_scope(owner),
        };
        scope.module = function.scope;
        self.add_params(&mut scope, &function.item.generics);
        scope
    }

    /// The scope of an impl block.
    #[must_use]
    pub(super) fn impl_scope(&self, block: super::ids::ImplId) -> Scope {
        let block = &self.index.impls[block.index()];
        let mut scope = Types::scope(block.home.module);
        self.add_params(&mut scope, &block.item.generics);
        scope.self_ty = Some(self.lower(&block.item.self_ty, &scope));
        for assoc in &block.item.types {
            if let Some(ty) = &assoc.ty {
                let ty = self.lower(ty, &scope);
                scope.assoc.insert(assoc.name.as_str().into(), ty);
            }
        }
        scope
    }

    fn trait_scope(&self, id: TraitId) -> Scope {
        let owner = &self.index.traits[id.index()];
        let mut scope = Types::scope(owner.home.module);
        self.add_params(&mut scope, &owner.item.generics);
        scope.self_ty = Some(Ty::Bounds([Bound::Local(id, Args::default())].into()));
        scope
    }

    /// Adds type parameters: bounded ones stand for their bounds.
    pub(super) fn add_params(&self, scope: &mut Scope, generics: &Generics) {
        for param in &generics.params {
            scope
                .params
                .insert(param.name.as_str().into(), Ty::Param(param.name.as_str().into()));
        }
        for param in &generics.params {
            let bounds: Vec<Bound> = param
                .bounds
                .iter()
                .filter_map(|bound| self.lower_bound(bound, scope, 0))
                .collect();
            if !bounds.is_empty() {
                scope
                    .params
                    .insert(param.name.as_str().into(), Ty::Bounds(bounds.into()));
            }
        }
        for (subject, bounds) in &generics.wheres {
            self.add_conversions(scope, subject, bounds);
        }
    }

    /// Reads a type.
    #[must_use]
    pub(super) fn lower(&self, ty: &TypeRef, scope: &Scope) -> Ty {
        self.lower_at(ty, scope, 0)
    }

    pub(super) fn lower_at(&self, ty: &TypeRef, scope: &Scope, depth: usize) -> Ty {
        if depth > MAX_DEPTH {
            return Ty::Unknown;
        }
        match ty {
            TypeRef::Path(path) => self.lower_path(path, scope, depth),
            TypeRef::Ref { inner, .. } | TypeRef::Ptr(inner) => self.lower_at(inner, scope, depth + 1),
            TypeRef::Tuple(parts) if parts.is_empty() => Ty::Prim("()"),
            TypeRef::Tuple(parts) => Ty::Tuple(
                parts
                    .iter()
                    .map(|part| self.lower_at(part, scope, depth + 1))
                    .collect(),
            ),
            TypeRef::Slice(inner) => Ty::Slice(Arc::new(self.lower_at(inner, scope, depth + 1))),
            TypeRef::Impl(bounds) | TypeRef::Dyn(bounds) => self.lower_bounds(bounds, scope, depth),
            TypeRef::Never => Ty::Prim("!"),
            TypeRef::Fn { .. } | TypeRef::Infer | TypeRef::Unknown => Ty::Unknown,
        }
    }

    fn lower_bounds(&self, bounds: &[TypeRef], scope: &Scope, depth: usize) -> Ty {
        // `impl Future<Output = T>`: a future is what it will give.
        for bound in bounds {
            if let TypeRef::Path(path) = bound
                && let Some(last) = path.segments.last()
                && last.name == "Future"
                && let Some((_, output)) = last.bindings.iter().find(|(name, _)| name == "Output")
            {
                return self.lower_at(output, scope, depth + 1);
            }
        }
        let bounds: Vec<Bound> = bounds
            .iter()
            .filter_map(|bound| self.lower_bound(bound, scope, depth))
            .collect();
        if bounds.is_empty() {
            Ty::Unknown
        } else {
            Ty::Bounds(bounds.into())
        }
    }

    pub(super) fn lower_bound(&self, bound: &TypeRef, scope: &Scope, depth: usize) -> Option<Bound> {
        let TypeRef::Path(path) = bound else { return None };
        let mut args: Vec<Ty> = path
            .segments
            .last()
            .map(|last| {
                last.args
                    .iter()
                    .map(|arg| self.lower_at(arg, scope, depth + 1))
                    .collect()
            })
            .unwrap_or_default();
        if let Some(last) = path.segments.last() {
            args.extend(
                last.bindings
                    .iter()
                    .map(|(_, ty)| self.lower_at(ty, scope, depth + 1)),
            );
        }
        let resolved = self.names.resolve(scope.module, path, Want::Type);
        match resolved.map(|resolved| resolved.def) {
            Some(Def::Trait(id)) => Some(Bound::Local(id, args.into())),
            Some(Def::Ext(names)) => Some(Bound::Ext(self.ext(&names), args.into())),
            _ => {
                let name = &path.segments.last()?.name;
                if matches!(
                    name.as_str(),
                    "Send" | "Sync" | "Sized" | "Unpin" | "Clone" | "Copy"
                ) {
                    return None;
                }
                Some(Bound::Ext(self.guess_ext(scope.module, name), args.into()))
            }
        }
    }

    fn lower_path(&self, path: &Path, scope: &Scope, depth: usize) -> Ty {
        let segments = &path.segments;
        let Some(first) = segments.first() else {
            return Ty::Unknown;
        };
        if path.qself.is_none() && first.name == "Self" {
            return match (segments.get(1), &scope.self_ty) {
                (Some(assoc), owner) => match (scope.assoc.get(assoc.name.as_str()), owner) {
                    (Some(known), _) => known.clone(),
                    (None, Some(owner)) => self.associated_type(owner, &assoc.name, depth),
                    (None, None) => Ty::Unknown,
                },
                (None, Some(ty)) => ty.clone(),
                (None, None) => Ty::Unknown,
            };
        }
        if path.qself.is_some() {
            let last = segments.last().map(|last| last.name.as_str()).unwrap_or_default();
            let known = scope.assoc.get(last).cloned();
            return known.unwrap_or_else(|| self.qualified_type(path, scope, depth));
        }
        if segments.len() == 1
            && let Some(param) = scope.params.get(first.name.as_str())
        {
            return param.clone();
        }
        if let [_, assoc] = segments.as_slice()
            && let Some(param) = scope.params.get(first.name.as_str())
        {
            return self.associated_type(param, &assoc.name, depth);
        }
        let args: Vec<Ty> = segments
            .last()
            .map(|last| {
                last.args
                    .iter()
                    .map(|arg| self.lower_at(arg, scope, depth + 1))
                    .collect()
            })
            .unwrap_or_default();
        if let Some(prim) = primitive(path) {
            return Ty::Prim(prim);
        }
        match self
            .names
            .resolve(scope.module, path, Want::Type)
            .map(|resolved| resolved.def)
        {
            Some(Def::Adt(id) | Def::Variant(id, _)) => Ty::Adt(id, args.into()),
            Some(Def::Alias(id)) => self.lower_alias(id, &args, depth),
            Some(Def::Trait(id)) => Ty::Bounds([Bound::Local(id, args.into())].into()),
            Some(Def::Ext(names)) => Ty::Ext(self.ext(&names), args.into()),
            Some(Def::Fn(_) | Def::Static(_) | Def::Mod(_)) => Ty::Unknown,
            None => {
                let name = segments.last().map(|last| last.name.as_str()).unwrap_or_default();
                Ty::Ext(self.guess_ext(scope.module, name), args.into())
            }
        }
    }

    fn lower_alias(&self, id: super::ids::AliasId, args: &[Ty], depth: usize) -> Ty {
        let alias = &self.index.aliases[id.index()];
        let mut scope = Types::scope(alias.home.module);
        for (position, param) in alias.item.generics.params.iter().enumerate() {
            let ty = args.get(position).cloned().or_else(|| {
                param
                    .default
                    .as_ref()
                    .map(|default| self.lower_at(default, &scope, depth + 1))
            });
            scope
                .params
                .insert(param.name.as_str().into(), ty.unwrap_or_default());
        }
        self.lower_at(&alias.item.ty, &scope, depth + 1)
    }

    /// The crate and name that a path into another crate ends in. Crates that re-export others are seen through.
    #[must_use]
    pub(super) fn ext(&self, names: &[String]) -> Ext {
        let name = names.last().map(String::as_str).unwrap_or_default();
        let parents = &names[..names.len().saturating_sub(1)];
        // `rocket::tokio::sync::Mutex` and `actix_web::rt::..`: the nearest crate that knows the name speaks.
        let known = parents.iter().rev().find(|krate| {
            self.catalog.kind(krate, name) != Kind::Unknown && !self.catalog.is_of_any_crate(name)
        });
        let krate = known.or(names.first()).map(String::as_str).unwrap_or_default();
        // A broadcast, watch or oneshot sender is told from the others by its module.
        let module = parents.last().map(String::as_str).unwrap_or_default();
        if matches!(module, "broadcast" | "watch" | "oneshot") && name == "Sender" {
            return Ext {
                krate: "tokio".into(),
                name: format!("{module}_Sender").into(),
            };
        }
        Ext {
            krate: krate.into(),
            name: name.into(),
        }
    }

    /// A name that no import explains: the prelude, or a glob import of a crate that knows it.
    #[must_use]
    pub(super) fn guess_ext(&self, module: ModId, name: &str) -> Ext {
        if PRELUDE.contains(&name) {
            return Ext {
                krate: "std".into(),
                name: name.into(),
            };
        }
        let globs = self.names.glob_crates(module);
        for path in &globs {
            let mut path = path.clone();
            path.push(name.to_owned());
            let ext = self.ext(&path);
            if self.catalog.kind(&ext.krate, name) != Kind::Unknown {
                return ext;
            }
        }
        let krate = globs
            .first()
            .and_then(|path| path.first())
            .map_or("", String::as_str);
        Ext {
            krate: krate.into(),
            name: name.into(),
        }
    }

    /// The type of a field, with the arguments of the struct put in.
    #[must_use]
    pub(super) fn field(&self, adt: AdtId, field: usize, args: &[Ty]) -> Ty {
        let def = &self.index.adts[adt.index()];
        let fields = def.shape.fields();
        let Some(field) = fields.get(field) else {
            return Ty::Unknown;
        };
        let mut scope = Types::scope(def.home.module);
        self.add_params(&mut scope, def.generics);
        for (position, param) in def.generics.params.iter().enumerate() {
            if let Some(arg) = args.get(position)
                && *arg != Ty::Unknown
            {
                scope.params.insert(param.name.as_str().into(), arg.clone());
            }
        }
        self.lower(&field.ty, &scope)
    }

    /// `struct Shared<T>(Arc<Mutex<T>>)`: the field with the lock, where all that lies behind it is the user's choice.
    /// Such a struct is a kind of lock: what it holds belongs to whoever holds it.
    #[must_use]
    pub(super) fn generic_lock(&self, adt: AdtId) -> Option<usize> {
        let definition = &self.index.adts[adt.index()];
        if definition.generics.params.is_empty() {
            return None;
        }
        (0..definition.shape.fields().len()).find(|position| {
            let ty = self.field(adt, *position, &[]);
            let lock = ty.peeled(self.catalog);
            let kind = lock.kind(self.catalog);
            kind.is_cell() && matches!(lock.args(), [Ty::Param(_) | Ty::Bounds(_)])
        })
    }

    /// Some field of it has a lock of its own: it is shared as it is, not copied or replaced.
    #[must_use]
    pub(super) fn has_locks(&self, adt: AdtId) -> bool {
        let count = self.index.adts[adt.index()].shape.fields().len();
        (0..count).any(|field| {
            let ty = self.field(adt, field, &[]);
            ty.peeled(self.catalog).kind(self.catalog).is_cell()
        })
    }

    /// The struct holds the field's value itself: not through a reference or a shared pointer, and not as a type that a
    /// caller chooses.
    #[must_use]
    pub(super) fn owns(&self, adt: AdtId, field: usize) -> bool {
        let fields = self.index.adts[adt.index()].shape.fields();
        let written = fields.get(field);
        let direct = written.is_some_and(|field| {
            matches!(field.ty, TypeRef::Path(_) | TypeRef::Tuple(_) | TypeRef::Slice(_))
        });
        direct && self.is_own(&self.field(adt, field, &[]), 0)
    }

    fn is_own(&self, ty: &Ty, depth: usize) -> bool {
        match ty {
            Ty::Ext(ext, args) if ty.kind(self.catalog) == Kind::Wrapper => {
                matches!(&*ext.name, "Box" | "Pin" | "Cell")
                    && depth < 8
                    && args.first().is_some_and(|inner| self.is_own(inner, depth + 1))
            }
            Ty::Ext(_, args) if ty.kind(self.catalog) == Kind::Option => {
                depth < 8 && args.iter().all(|inner| self.is_own(inner, depth + 1))
            }
            // A plain value such as a `String`; what has type arguments may share what it wraps.
            Ty::Ext(_, args) if ty.kind(self.catalog) == Kind::Unknown => args.is_empty(),
            // Clones of a shared cache are the same cache.
            Ty::Ext(..) => !matches!(
                ty.kind(self.catalog),
                Kind::Sender | Kind::Broadcast | Kind::SharedCache
            ),
            Ty::Adt(..) | Ty::Prim(_) | Ty::Tuple(_) | Ty::Slice(_) => true,
            _ => false,
        }
    }
}

const PRELUDE: &[&str] = &[
    "Vec",
    "String",
    "Option",
    "Result",
    "Box",
    "Some",
    "None",
    "Ok",
    "Err",
    "ToString",
    "Iterator",
    "Default",
    "Fn",
    "FnMut",
    "FnOnce",
    "IntoIterator",
    "From",
    "Into",
    "Drop",
    "Clone",
    "Copy",
    "AsRef",
    "Send",
    "Sync",
];

/// Types of the language itself.
const NAMES: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    "bool", "char", "str",
];

fn primitive(path: &Path) -> Option<&'static str> {
    let [segment] = path.segments.as_slice() else {
        return None;
    };
    NAMES.iter().find(|name| **name == segment.name).copied()
}
