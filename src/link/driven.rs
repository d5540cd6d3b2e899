//! Methods of traits that say how a value is read, written or waited for: they run for whoever made the value, though nothing
//! in sight calls them. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::Tables;
use super::events::{Call, Callee, Events};
use super::ids::{AdtId, BodyId, FnId, ImplId};
use super::types::{Ty, Types};
use crate::facts::Span;
use crate::finding::Confidence;

/// Whoever makes such a value calls its methods.
pub(super) fn note(types: Types<'_>, tables: &Tables, events: &mut Events) {
    let driven = methods(types);
    let mut calls = Vec::new();
    for (adt, body) in &events.made {
        let Some(methods) = driven.get(adt) else { continue };
        for body in users(types, tables, events, *adt, *body) {
            let code = &tables.bodies[body.index()];
            calls.extend(methods.iter().map(|callee| Call {
                body,
                callee: Callee::Fn(*callee),
                span: Span {
                    start: code.span.start,
                    end: code.span.start + 1,
                },
                confidence: Confidence::Medium,
            }));
        }
    }
    events.calls.extend(calls);
}

/// What a method makes of its own struct is made for whoever calls that method.
fn users(types: Types<'_>, tables: &Tables, events: &Events, adt: AdtId, maker: BodyId) -> BTreeSet<BodyId> {
    let own_method = |body: BodyId| {
        let id = tables.bodies[body.index()].function?;
        let own = types.fn_scope(id).self_ty;
        matches!(own, Some(Ty::Adt(of, _)) if of == adt).then_some(id)
    };
    let Some(first) = own_method(maker) else {
        return BTreeSet::from([maker]);
    };
    let mut makers = BTreeSet::from([first]);
    let mut open = vec![first];
    let mut found = BTreeSet::new();
    while let Some(method) = open.pop() {
        let callers = events
            .calls
            .iter()
            .filter(|call| call.callee == Callee::Fn(method));
        for call in callers {
            match own_method(call.body) {
                Some(own) if makers.insert(own) => open.push(own),
                Some(_) => {}
                None => {
                    found.insert(call.body);
                }
            }
        }
    }
    found
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
