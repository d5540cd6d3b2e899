//! Parts of the shared state that handlers ask for by their type alone: axum's `FromRef`. Judges nothing.

use std::collections::BTreeSet;

use super::events::{Src, Value};
use super::types::{Ty, Types};
use super::{BodyId, compatible};

/// The field of what is handed to the framework that has this type, where there is only one.
pub(super) fn part_of_type<'e>(
    types: Types<'_>,
    wanted: &Ty,
    carried: impl Iterator<Item = &'e (BodyId, Value)>,
) -> Option<Src> {
    let mut found: BTreeSet<Src> = BTreeSet::new();
    for (_, value) in carried {
        let Ty::Adt(adt, args) = value.ty.peeled(types.catalog) else {
            continue;
        };
        for field in 0..types.index.adts[adt.index()].shape.fields().len() {
            let ty = types.field(*adt, field, args);
            let ty = ty.peeled(types.catalog);
            if ty.kind(types.catalog) == wanted.kind(types.catalog) && compatible(ty, wanted) {
                found.insert(Src::Field(*adt, u32::try_from(field).unwrap_or(u32::MAX)));
            }
        }
    }
    let only = found.len() == 1;
    found.into_iter().next().filter(|_| only)
}
