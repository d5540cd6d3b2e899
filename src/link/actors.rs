//! Tasks that requests start and all requests may address: one a room, a document, a topic, their sending ends kept in a
//! collection. Who asks them gets an answer, or is told of what others do. Judges nothing.

use std::collections::BTreeSet;

use super::eval::Tables;
use super::events::{BodyKind, Events};
use super::ids::{AdtId, VarId};
use super::types::{Ty, Types};
use crate::catalog::{EntryKind, Kind};

/// Types in types deeper than this are not looked at.
const DEEPEST: usize = 6;

/// Variables with the struct that such a task keeps from one message to the next.
pub(super) fn addressed(types: Types<'_>, tables: &Tables, events: &Events) -> BTreeSet<VarId> {
    let kept = kept_messages(types);
    let of_loop = |(var, body): &(VarId, super::ids::BodyId)| {
        let waits = &types.catalog.waits;
        let BodyKind::Loop(wait) = tables.bodies[body.index()].kind else {
            return false;
        };
        let known = &tables.vars[var.index()];
        if waits[wait].kind != EntryKind::Message || waits[wait].outside {
            return false;
        }
        let owned = matches!(known.ty, Ty::Adt(..)) && known.fresh && known.param.is_none();
        let mut others = events.captures.iter().filter(|(_, other)| other == body);
        owned
            && others.any(|(other, _)| {
                let ty = tables.vars[other.index()].ty.peeled(types.catalog);
                let message = ty
                    .args()
                    .first()
                    .filter(|_| ty.kind(types.catalog) == Kind::Receiver);
                matches!(message, Some(Ty::Adt(adt, _)) if kept.contains(adt))
            })
    };
    let captures = events.captures.iter().filter(|capture| of_loop(capture));
    captures.map(|(var, _)| *var).collect()
}

/// Messages that carry a way to answer, and whose sending ends some struct or static collects.
fn kept_messages(types: Types<'_>) -> BTreeSet<AdtId> {
    let mut kept = BTreeSet::new();
    for (position, definition) in types.index.adts.iter().enumerate() {
        if definition.home.test {
            continue;
        }
        for field in 0..definition.shape.fields().len() {
            let ty = types.field(AdtId::next(position), field, &[]);
            collect(types, &ty, false, 0, &mut kept);
        }
    }
    kept.retain(|adt| carries_a_sender(types, &Ty::Adt(*adt, [].into()), 0));
    kept
}

/// Types whose senders lie in a collection here.
fn collect(types: Types<'_>, ty: &Ty, many: bool, depth: usize, kept: &mut BTreeSet<AdtId>) {
    let kind = ty.kind(types.catalog);
    if many && kind == Kind::Sender {
        kept.extend(ty.args().iter().filter_map(|arg| match arg {
            Ty::Adt(adt, _) => Some(*adt),
            _ => None,
        }));
    }
    if depth < DEEPEST && !matches!(ty, Ty::Adt(..)) {
        let many = many || kind.is_collection();
        ty.args()
            .iter()
            .for_each(|arg| collect(types, arg, many, depth + 1, kept));
    }
}

fn carries_a_sender(types: Types<'_>, ty: &Ty, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    if ty.kind(types.catalog) == Kind::Sender {
        return true;
    }
    let inside = || {
        ty.args()
            .iter()
            .any(|arg| carries_a_sender(types, arg, depth + 1))
    };
    match ty {
        Ty::Adt(adt, _) => {
            let fields = types.index.adts[adt.index()].shape.fields().len();
            (0..fields).any(|field| carries_a_sender(types, &types.field(*adt, field, &[]), depth + 1))
        }
        _ => inside(),
    }
}
