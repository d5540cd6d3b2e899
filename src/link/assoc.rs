//! Associated types: what `Self::Item`, `B::Store` and `<B as Backend>::Store` stand for. Never evaluates code.

use super::ids::{AdtId, ModId, TraitId};
use super::index::{Def, ImplDef};
use super::names::Want;
use super::types::{Bound, MAX_DEPTH, Scope, Ty, Types};
use crate::facts::{Generics, Path, TypeRef};

/// What one associated type costs of the depth that types are read to: they may lead to each other, and in circles.
const COST: usize = 4;

impl Types<'_> {
    /// `B::Store`: what the traits that bound `B` say, or another impl of the very type.
    pub(super) fn associated_type(&self, owner: &Ty, name: &str, depth: usize) -> Ty {
        let bounds = match owner {
            Ty::Bounds(bounds) => bounds,
            Ty::Adt(adt, _) => {
                return self
                    .type_of_own_impl(*adt, owner, name, depth)
                    .unwrap_or_default();
            }
            _ => return Ty::Unknown,
        };
        bounds
            .iter()
            .find_map(|bound| self.type_of_bound(bound, name, depth))
            .unwrap_or_default()
    }

    /// `<B as Backend>::Store`: what the trait says.
    pub(super) fn qualified_type(&self, path: &Path, scope: &Scope, depth: usize) -> Ty {
        let Some((last, of_trait)) = path.segments.split_last() else {
            return Ty::Unknown;
        };
        let names: Vec<&str> = of_trait.iter().map(|segment| segment.name.as_str()).collect();
        let resolved = self.names.resolve_text(scope.module, &names, Want::Type);
        match resolved.map(|resolved| resolved.def) {
            Some(Def::Trait(id)) => self.type_of_trait(id, &last.name, depth).unwrap_or_default(),
            _ => Ty::Unknown,
        }
    }

    /// `Self::Context` in one impl, said in another of the same type: the only one that says it.
    fn type_of_own_impl(&self, adt: AdtId, owner: &Ty, name: &str, depth: usize) -> Option<Ty> {
        if depth > MAX_DEPTH {
            return None;
        }
        let own = &self.index.adts[adt.index()].name;
        let mut given = self.index.impls.iter().filter_map(|block| {
            let said = block.item.types.iter().find(|assoc| assoc.name == name)?;
            let TypeRef::Path(path) = &block.item.self_ty else {
                return None;
            };
            path.segments.last().filter(|last| last.name == *own)?;
            let resolved = self.names.resolve(block.home.module, path, Want::Type)?;
            (resolved.def == Def::Adt(adt)).then_some((block, said.ty.as_ref()?))
        });
        let (Some((block, said)), None) = (given.next(), given.next()) else {
            return None;
        };
        let mut scope = plain_scope(block.home.module, &block.item.generics);
        scope.self_ty = Some(owner.clone());
        Some(self.lower_at(said, &scope, depth + COST))
    }

    fn type_of_bound(&self, bound: &Bound, name: &str, depth: usize) -> Option<Ty> {
        match bound {
            Bound::Local(id, _) => self.type_of_trait(*id, name, depth),
            Bound::Ext(..) => None,
        }
    }

    /// The type that the only impl gives; where there are more, any that has the traits it must have.
    fn type_of_trait(&self, id: TraitId, name: &str, depth: usize) -> Option<Ty> {
        if depth > MAX_DEPTH {
            return None;
        }
        let depth = depth + COST;
        let owner = &self.index.traits[id.index()];
        let scope = plain_scope(owner.home.module, &owner.item.generics);
        let Some(declared) = owner.item.types.iter().find(|assoc| assoc.name == name) else {
            let above = owner.item.bounds.iter();
            let mut above = above.filter_map(|bound| self.lower_bound(bound, &scope, depth));
            return above.find_map(|bound| self.type_of_bound(&bound, name, depth));
        };
        self.type_of_only_impl(id, name, depth).or_else(|| {
            let bounds = declared.bounds.iter();
            let bounds: Vec<Bound> = bounds
                .filter_map(|bound| self.lower_bound(bound, &scope, depth))
                .collect();
            let ours = bounds.iter().any(|bound| matches!(bound, Bound::Local(..)));
            ours.then(|| Ty::Bounds(bounds.into()))
        })
    }

    fn type_of_only_impl(&self, id: TraitId, name: &str, depth: usize) -> Option<Ty> {
        let mut impls = self.index.impls.iter().filter(|block| self.is_impl_of(block, id));
        let (Some(only), None) = (impls.next(), impls.next()) else {
            return None;
        };
        let given = only.item.types.iter().find(|assoc| assoc.name == name)?;
        let scope = plain_scope(only.home.module, &only.item.generics);
        let ty = self.lower_at(given.ty.as_ref()?, &scope, depth);
        (!matches!(ty, Ty::Unknown | Ty::Param(_))).then_some(ty)
    }

    fn is_impl_of(&self, block: &ImplDef<'_>, id: TraitId) -> bool {
        let Some(path) = &block.item.of_trait else {
            return false;
        };
        let name = &self.index.traits[id.index()].item.name.text;
        // Most impls are told by the name alone; an import may rename the trait, which nobody does where it is implemented.
        let named = path.segments.last().is_some_and(|last| last.name == *name);
        let resolved = || self.names.resolve(block.home.module, path, Want::Type);
        named && resolved().is_some_and(|resolved| resolved.def == Def::Trait(id))
    }
}

/// Parameters stand for nothing but themselves: what their bounds say would lead around in circles.
fn plain_scope(module: ModId, generics: &Generics) -> Scope {
    let mut scope = Types::scope(module);
    let params = generics.params.iter().map(|param| param.name.as_str());
    scope
        .params
        .extend(params.map(|name| (name.into(), Ty::Param(name.into()))));
    scope
}
