//! Which functions a method call can mean, by the receiver's type. Never evaluates code.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ids::{AdtId, FnId, ImplId, TraitId};
use super::index::{Def, Index, Owner};
use super::keys::Keys;
use super::names::Want;
use super::types::{Bound, Ty, Types};
use crate::finding::Confidence;

/// Who an impl is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Head {
    Adt(AdtId),
    Ext(Arc<str>, Arc<str>),
    /// `impl<T: Bound> Trait for T`.
    Any,
    /// A method of the trait itself.
    Trait(TraitId),
    Other,
}

/// One function that a call may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The function.
    pub id: FnId,
    /// How it was found.
    pub confidence: Confidence,
    /// The receiver's type after the wrappers were taken off.
    pub receiver: Ty,
}

/// All methods and trait impls, by name.
#[derive(Debug)]
pub(super) struct Methods<'a> {
    types: Types<'a>,
    by_name: BTreeMap<&'a str, Vec<(FnId, Head)>>,
    /// Traits of the workspace that a type implements.
    traits_of: BTreeMap<AdtId, BTreeSet<TraitId>>,
    /// The same for types of other crates.
    traits_of_others: BTreeMap<(Arc<str>, Arc<str>), BTreeSet<TraitId>>,
    /// Impls of each trait of the workspace.
    impls_of: BTreeMap<TraitId, Vec<ImplId>>,
    /// What a type derefs to.
    deref: BTreeMap<AdtId, Ty>,
    /// The types that are keys of maps.
    pub(super) keys: Keys,
}

impl<'a> Methods<'a> {
    /// Builds the tables.
    #[must_use]
    pub(super) fn new(types: Types<'a>) -> Self {
        let mut methods = Methods {
            types,
            by_name: BTreeMap::new(),
            traits_of: BTreeMap::new(),
            traits_of_others: BTreeMap::new(),
            impls_of: BTreeMap::new(),
            deref: BTreeMap::new(),
            keys: Keys::new(types),
        };
        for position in 0..types.index.impls.len() {
            methods.add_impl(ImplId::next(position));
        }
        for (position, definition) in types.index.traits.iter().enumerate() {
            for id in &definition.fns {
                methods.add(*id, Head::Trait(TraitId::next(position)));
            }
        }
        methods.add_derived_derefs();
        methods
    }

    fn add(&mut self, id: FnId, head: Head) {
        let name = self.types.index.fns[id.index()].item.name.text.as_str();
        self.by_name.entry(name).or_default().push((id, head));
    }

    fn add_impl(&mut self, id: ImplId) {
        let index: &Index<'a> = self.types.index;
        let block = &index.impls[id.index()];
        let scope = self.types.impl_scope(id);
        let self_ty = scope.self_ty.clone().unwrap_or_default();
        let head = match &self_ty {
            Ty::Adt(adt, _) => Head::Adt(*adt),
            Ty::Ext(ext, _) if ext.krate.is_empty() => Head::Other,
            Ty::Ext(ext, args) => match (
                self.types.catalog.kind(&ext.krate, &ext.name).is_transparent(),
                args.first(),
            ) {
                // `impl Trait for Arc<Store>` is an impl for Store.
                (true, Some(Ty::Adt(adt, _))) => Head::Adt(*adt),
                _ => Head::Ext(ext.krate.clone(), ext.name.clone()),
            },
            Ty::Param(_) => Head::Any,
            Ty::Bounds(bounds) => match bounds.first() {
                Some(Bound::Local(id, _)) if bounds.len() == 1 => Head::Trait(*id),
                _ => Head::Any,
            },
            _ => Head::Other,
        };
        for function in &block.fns {
            self.add(*function, head.clone());
        }
        let Some(path) = &block.item.of_trait else { return };
        let Some(resolved) = self.types.names.resolve(block.home.module, path, Want::Type) else {
            return;
        };
        match (resolved.def, &head) {
            (Def::Trait(owner), head) => {
                self.impls_of.entry(owner).or_default().push(id);
                match head {
                    Head::Adt(adt) => {
                        self.traits_of.entry(*adt).or_default().insert(owner);
                    }
                    Head::Ext(krate, name) => {
                        let of = self.traits_of_others.entry((krate.clone(), name.clone()));
                        of.or_default().insert(owner);
                    }
                    _ => {}
                }
            }
            (Def::Ext(names), Head::Adt(adt)) if names.last().is_some_and(|name| name == "Deref") => {
                if let Some(target) = scope.assoc.get("Target") {
                    self.deref.insert(*adt, target.clone());
                }
            }
            _ => {}
        }
    }

    /// `#[derive(Deref)]` on a newtype.
    fn add_derived_derefs(&mut self) {
        for (position, adt) in self.types.index.adts.iter().enumerate() {
            let derives = adt.attrs.iter().any(|attr| {
                attr.path.last().is_some_and(|last| last == "derive")
                    && attr
                        .text
                        .split(|c: char| !c.is_alphanumeric())
                        .any(|word| word == "Deref")
            });
            if derives && adt.shape.fields().len() == 1 {
                let id = AdtId::next(position);
                let target = self.types.field(id, 0, &[]);
                self.deref.insert(id, target);
            }
        }
    }

    /// The blocks that implement each trait of the workspace.
    pub(super) fn impls(&self) -> impl Iterator<Item = &[ImplId]> {
        self.impls_of.values().map(Vec::as_slice)
    }

    /// What a type derefs to by an impl of the workspace.
    #[must_use]
    pub(super) fn deref_target(&self, adt: AdtId) -> Option<&Ty> {
        self.deref.get(&adt)
    }

    /// The types that implement a trait of the workspace; of an impl for all that can be turned into a struct, that struct.
    #[must_use]
    pub(super) fn implementors(&self, id: TraitId) -> Vec<Ty> {
        let impls = self.impls_of.get(&id).into_iter().flatten();
        impls
            .filter_map(|block| self.types.impl_scope(*block).self_ty)
            .flat_map(|ty| match &ty {
                Ty::Bounds(bounds) => bounds
                    .iter()
                    .filter_map(|bound| Some(bound.converts_to()?.1.clone()))
                    .collect(),
                _ => vec![ty],
            })
            .filter(|ty| matches!(ty, Ty::Adt(..)))
            .collect()
    }

    /// The functions that `receiver.name()` can mean; empty when it is another crate's method.
    #[must_use]
    pub(super) fn find(&self, receiver: &Ty, name: &str) -> Vec<Target> {
        let Some(named) = self.by_name.get(name) else {
            return Vec::new();
        };
        let mut at = receiver.clone();
        for _ in 0..12 {
            let found = self.find_on(&at, named, name);
            if !found.is_empty() {
                return found;
            }
            let next = match &at {
                Ty::Adt(adt, _) => self.deref.get(adt).cloned(),
                Ty::Ext(..) if at.kind(self.types.catalog).is_transparent() => at.args().first().cloned(),
                Ty::Unknown | Ty::Param(_) | Ty::From(_) => return self.by_unique_name(named, name),
                // Of what is only known to turn into something, no more is known than of any type.
                Ty::Bounds(bounds) if bounds.iter().all(|bound| bound.converts_to().is_some()) => {
                    return self.by_unique_name(named, name);
                }
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => return Vec::new(),
            }
        }
        Vec::new()
    }

    fn find_on(&self, ty: &Ty, named: &[(FnId, Head)], name: &str) -> Vec<Target> {
        let with_head = |wanted: &Head| -> Vec<Target> {
            named
                .iter()
                .filter(|(_, head)| head == wanted)
                .map(|(id, _)| Target {
                    id: *id,
                    confidence: Confidence::High,
                    receiver: ty.clone(),
                })
                .collect()
        };
        // `impl<T: Bound> Trait for T`, for types that are not ours: not where they have such a method themselves.
        let blanket = || {
            if self.types.catalog.is_common_method(name) {
                Vec::new()
            } else {
                with_head(&Head::Any)
            }
        };
        let provided = |traits: Option<&BTreeSet<TraitId>>| -> Vec<Target> {
            let owners = traits.into_iter().flatten();
            let methods = owners.flat_map(|owner| with_head(&Head::Trait(*owner)));
            methods.filter(|target| self.has_body(target.id)).collect()
        };
        match ty {
            Ty::Adt(adt, _) => {
                let own = with_head(&Head::Adt(*adt));
                if !own.is_empty() {
                    return own;
                }
                let inherited = provided(self.traits_of.get(adt));
                if inherited.is_empty() {
                    with_head(&Head::Any)
                } else {
                    inherited
                }
            }
            Ty::Bounds(bounds) => bounds
                .iter()
                .flat_map(|bound| self.find_on_bound(bound, ty, named, name, 0))
                .collect(),
            Ty::Unknown | Ty::Param(_) | Ty::From(_) => Vec::new(),
            Ty::Ext(ext, _) => {
                let own = with_head(&Head::Ext(ext.krate.clone(), ext.name.clone()));
                if !own.is_empty() {
                    return own;
                }
                let traits = self.traits_of_others.get(&(ext.krate.clone(), ext.name.clone()));
                let inherited = provided(traits);
                if inherited.is_empty() {
                    blanket()
                } else {
                    inherited
                }
            }
            _ => blanket(),
        }
    }

    /// A call through a trait leads to every implementor.
    fn find_on_bound(
        &self,
        bound: &Bound,
        ty: &Ty,
        named: &[(FnId, Head)],
        name: &str,
        depth: usize,
    ) -> Vec<Target> {
        let Bound::Local(id, _) = bound else {
            return Vec::new();
        };
        let owner = &self.types.index.traits[id.index()];
        let declares = owner
            .item
            .fns
            .iter()
            .any(|function| function.item.name.text == name);
        if !declares {
            let scope = Types::scope(owner.home.module);
            return owner
                .item
                .bounds
                .iter()
                .filter(|_| depth < 4)
                .filter_map(|bound| match self.types.lower(bound, &scope) {
                    Ty::Bounds(bounds) => bounds.first().cloned(),
                    _ => None,
                })
                .flat_map(|bound| self.find_on_bound(&bound, ty, named, name, depth + 1))
                .collect();
        }
        let impls = self.impls_of.get(id).map(Vec::as_slice).unwrap_or_default();
        // Which of several it is, nobody sees from here.
        let confidence = if impls.len() > 1 {
            Confidence::Medium
        } else {
            Confidence::High
        };
        named
            .iter()
            .filter(
                |(function, head)| match (self.types.index.fns[function.index()].owner, head) {
                    (Owner::Impl(block), _) => impls.contains(&block),
                    (Owner::Trait(found), Head::Trait(_)) => found == *id && self.has_body(*function),
                    _ => false,
                },
            )
            .map(|(function, _)| Target {
                id: *function,
                confidence,
                receiver: ty.clone(),
            })
            .collect()
    }

    /// What the trait says that a function found through a bound gives back.
    #[must_use]
    pub(super) fn declared(&self, target: &Target) -> Option<Ty> {
        let Ty::Bounds(bounds) = &target.receiver else {
            return None;
        };
        let index = self.types.index;
        let name = &index.fns[target.id.index()].item.name.text;
        let traits = bounds.iter().filter_map(|bound| match bound {
            Bound::Local(id, _) => Some(&index.traits[id.index()]),
            Bound::Ext(..) => None,
        });
        let mut fns = traits.flat_map(|owner| &owner.fns);
        let id = fns.find(|id| index.fns[id.index()].item.name.text == *name)?;
        let output = index.fns[id.index()].item.output.as_ref()?;
        Some(self.types.lower(output, &self.types.fn_scope(*id))).filter(|ty| *ty != Ty::Unknown)
    }

    fn has_body(&self, id: FnId) -> bool {
        self.types.index.fns[id.index()].item.body.is_some()
    }

    /// The receiver is not known, but only one function of the workspace has this name, and std has none.
    fn by_unique_name(&self, named: &[(FnId, Head)], name: &str) -> Vec<Target> {
        let bodies: Vec<&(FnId, Head)> = named.iter().filter(|(id, _)| self.has_body(*id)).collect();
        let [(id, _)] = bodies.as_slice() else {
            return Vec::new();
        };
        if self.types.catalog.is_common_method(name)
            || self.types.index.fns[id.index()].item.receiver.is_none()
        {
            return Vec::new();
        }
        let receiver = self.types.fn_scope(*id).self_ty.unwrap_or_default();
        vec![Target {
            id: *id,
            confidence: Confidence::Medium,
            receiver,
        }]
    }

    /// Some function of the workspace has this name, and std has none: a call of it on an unknown receiver is ours.
    #[must_use]
    pub(super) fn is_ours(&self, name: &str) -> bool {
        self.by_name.contains_key(name) && !self.types.catalog.is_common_method(name)
    }

    /// `Type::name` as a function.
    #[must_use]
    pub(super) fn associated(&self, ty: &Ty, name: &str) -> Vec<Target> {
        match ty {
            Ty::Unknown | Ty::Param(_) => Vec::new(),
            _ => self.find(ty, name),
        }
    }
}
