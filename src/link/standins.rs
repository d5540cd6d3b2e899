//! Types that stand in for others behind a trait and that no program which serves anybody makes: a double for tests, a back end
//! that nobody chose. A call through the trait does not lead to them. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::finder::Finder;
use super::ids::{AdtId, BodyId, FnId, ImplId, VarId};
use super::index::{Def, Owner, Shape};
use super::methods::Methods;
use super::names::Want;
use super::types::Ty;

/// What is derived or said of a struct without giving others a way to make one.
const HARMLESS: &[&str] = &[
    "derive",
    "allow",
    "expect",
    "warn",
    "doc",
    "must_use",
    "repr",
    "deprecated",
    "non_exhaustive",
    "inline",
];
const DERIVED: &[&str] = &[
    "Debug",
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "Default",
    "Serialize",
];

/// The methods by which traits would lead to such types.
pub(super) fn methods_of_unmade(finder: &Finder<'_, '_>, methods: &Methods<'_>) -> BTreeSet<FnId> {
    let several: Vec<&[ImplId]> = methods.impls().filter(|impls| impls.len() > 1).collect();
    if several.is_empty() {
        return BTreeSet::new();
    }
    let (_, programs) = finder.find();
    let search = Search {
        finder,
        callers: callers(finder),
        served: programs.that_serve(finder),
    };
    let mut unmade = BTreeSet::new();
    for impls in several {
        let of_structs = || {
            impls
                .iter()
                .filter_map(|block| Some((*block, search.struct_of(*block)?)))
        };
        if !of_structs().any(|(_, adt)| search.is_made(adt)) {
            continue;
        }
        let idle = of_structs().filter(|(_, adt)| search.is_unmade(*adt));
        unmade.extend(idle.flat_map(|(block, _)| search.methods_of(block)));
    }
    unmade
}

struct Search<'f, 'a, 'x> {
    finder: &'f Finder<'a, 'x>,
    callers: BTreeMap<BodyId, BTreeSet<BodyId>>,
    /// All code of the programs that serve somebody.
    served: BTreeSet<BodyId>,
}

impl Search<'_, '_, '_> {
    fn struct_of(&self, block: ImplId) -> Option<AdtId> {
        match self.finder.types.impl_scope(block).self_ty? {
            Ty::Adt(adt, _) => Some(adt),
            _ => None,
        }
    }

    fn makers(&self, adt: AdtId) -> impl Iterator<Item = BodyId> {
        let made = self.finder.events.made.iter();
        made.filter(move |(of, _)| *of == adt).map(|(_, body)| *body)
    }

    fn is_made(&self, adt: AdtId) -> bool {
        self.makers(adt).any(|body| self.served.contains(&body))
    }

    /// All that makes one is in sight, and no program that serves runs it.
    fn is_unmade(&self, adt: AdtId) -> bool {
        let definition = &self.finder.index.adts[adt.index()];
        let said = definition.attrs.iter().all(|attr| {
            let name = attr.path.last().map_or("", String::as_str);
            let derives = || {
                attr.text
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|word| !word.is_empty())
            };
            HARMLESS.contains(&name)
                && (name != "derive" || derives().all(|word| DERIVED.contains(&word) || word == "derive"))
        });
        matches!(definition.shape, Shape::Struct(_))
            && said
            && self
                .makers(adt)
                .all(|body| self.is_of_itself(adt, body) || self.is_idle(body))
            && !self.is_held(adt)
    }

    /// A method of one that is there already: `fn twin(&self) -> Self`.
    fn is_of_itself(&self, adt: AdtId, body: BodyId) -> bool {
        let Some(id) = self.finder.tables.bodies[body.index()].function else {
            return false;
        };
        self.finder.index.fns[id.index()].item.receiver.is_some() && self.is_method_of(adt, id)
    }

    fn is_method_of(&self, adt: AdtId, id: FnId) -> bool {
        matches!(self.finder.types.fn_scope(id).self_ty, Some(Ty::Adt(of, _)) if of == adt)
    }

    /// No program that serves runs this, nor what calls it, and nobody calls that out of our sight.
    fn is_idle(&self, body: BodyId) -> bool {
        let mut around = BTreeSet::from([body]);
        let mut open = vec![body];
        while let Some(body) = open.pop() {
            if self.served.contains(&body) || self.may_be_called_by_others(body) {
                return false;
            }
            let callers = self.callers.get(&body).into_iter().flatten().copied();
            let parent = self.finder.tables.bodies[body.index()].parent;
            open.extend(callers.chain(parent).filter(|caller| around.insert(*caller)));
        }
        true
    }

    /// A method of another crate's trait, a function with an attribute that hands it on, the value of a static.
    fn may_be_called_by_others(&self, body: BodyId) -> bool {
        let Some(id) = self.finder.tables.bodies[body.index()].function else {
            return true;
        };
        let function = &self.finder.index.fns[id.index()];
        let main = function.item.name.text == "main" && function.owner == Owner::Free;
        let handed_on = function.attrs.iter().any(|attr| {
            let name = attr.path.last().map_or("", String::as_str);
            !HARMLESS.contains(&name)
        });
        let of_others = match function.owner {
            Owner::Impl(block) => self.implements_foreign_trait(block),
            _ => false,
        };
        !main && (handed_on || of_others)
    }

    /// Who calls `default` is in sight, or holds what it gives.
    fn implements_foreign_trait(&self, block: ImplId) -> bool {
        let block = &self.finder.index.impls[block.index()];
        let Some(path) = &block.item.of_trait else {
            return false;
        };
        let default = path.segments.last().is_some_and(|last| last.name == "Default");
        let resolved = self.finder.names.resolve(block.home.module, path, Want::Type);
        !default && !matches!(resolved.map(|resolved| resolved.def), Some(Def::Trait(_)))
    }

    /// Code that serves has a variable of this type, or of one that it is part of.
    fn is_held(&self, adt: AdtId) -> bool {
        let tables = self.finder.tables;
        let vars = (0..tables.vars.len())
            .map(VarId::next)
            .map(|var| &tables.vars[var.index()]);
        let mut holding = vars.filter(|var| self.served.contains(&var.body) && mentions(&var.ty, adt));
        holding.any(|var| {
            let function = tables.bodies[var.body.index()].function;
            !function.is_some_and(|id| self.is_method_of(adt, id))
        })
    }

    fn methods_of(&self, block: ImplId) -> impl Iterator<Item = FnId> {
        let index = self.finder.index;
        let fns = index.impls[block.index()].fns.iter().copied();
        fns.filter(|id| index.fns[id.index()].item.receiver.is_some())
    }
}

fn callers(finder: &Finder<'_, '_>) -> BTreeMap<BodyId, BTreeSet<BodyId>> {
    let mut callers: BTreeMap<BodyId, BTreeSet<BodyId>> = BTreeMap::new();
    for call in &finder.events.calls {
        if let Some(callee) = finder.target(call.callee) {
            callers.entry(callee).or_default().insert(call.body);
        }
    }
    callers
}

fn mentions(ty: &Ty, adt: AdtId) -> bool {
    matches!(ty, Ty::Adt(of, _) if *of == adt) || ty.args().iter().any(|arg| mentions(arg, adt))
}
