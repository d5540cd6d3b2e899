//! Methods of traits that say how a value is read, written or waited for: they run for whoever made the value, though nothing
//! in sight calls them. Judges nothing.

use std::collections::BTreeMap;

use super::eval::Tables;
use super::events::{Call, Callee, Events};
use super::ids::{AdtId, FnId, ImplId};
use super::types::{Ty, Types};
use crate::facts::Span;
use crate::finding::Confidence;

/// Whoever makes such a value calls its methods.
pub(super) fn note(types: Types<'_>, tables: &Tables, events: &mut Events) {
    let driven = methods(types);
    let mut calls = Vec::new();
    for (adt, body) in &events.made {
        let code = &tables.bodies[body.index()];
        // What a method makes of its own struct is made for whoever has that.
        let own = code.function.map(|id| types.fn_scope(id).self_ty);
        let by_itself = matches!(own, Some(Some(Ty::Adt(of, _))) if of == *adt);
        for callee in driven.get(adt).into_iter().flatten().filter(|_| !by_itself) {
            calls.push(Call {
                body: *body,
                callee: Callee::Fn(*callee),
                span: Span {
                    start: code.span.start,
                    end: code.span.start + 1,
                },
                confidence: Confidence::Medium,
            });
        }
    }
    events.calls.extend(calls);
}

fn methods(types: Types<'_>) -> BTreeMap<AdtId, Vec<FnId>> {
    let mut found: BTreeMap<AdtId, Vec<FnId>> = BTreeMap::new();
    for (position, block) in types.index.impls.iter().enumerate() {
        let last = block.item.of_trait.as_ref().and_then(|path| path.segments.last());
        if !last.is_some_and(|last| types.catalog.habits.driven_traits.contains(&last.name)) {
            continue;
        }
        if let Some(Ty::Adt(adt, _)) = types.impl_scope(ImplId::next(position)).self_ty {
            found.entry(adt).or_default().extend(&block.fns);
        }
    }
    found
}
