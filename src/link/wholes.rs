//! What has a part of a struct, or the payload of an enum, as its own: that is what changes. Follows no calls.

use std::collections::BTreeSet;

use super::cells::Cells;
use super::events::{Access, Origin, Src};
use super::ids::AdtId;
use super::index::Shape;
use super::types::Ty;

/// Parts of parts of parts: followed this deep.
const MAX_DEPTH: usize = 6;

impl Cells<'_, '_> {
    /// A plain part of a struct changes as part of the field that has it.
    pub(super) fn outermost(&self, cell: Src, depth: usize) -> Vec<Src> {
        let Src::Field(adt, _) = cell else {
            return vec![cell];
        };
        let Some(wholes) = self.shared.wholes(adt).filter(|_| depth < MAX_DEPTH) else {
            return vec![cell];
        };
        let others = wholes.iter().filter(|(owner, _)| *owner != adt);
        let (enums, structs): (BTreeSet<_>, BTreeSet<_>) =
            others.copied().partition(|(owner, _)| self.is_enum(*owner));
        let owners: BTreeSet<AdtId> = enums.iter().map(|(owner, _)| *owner).collect();
        let alone = structs.is_empty();
        let lasting = structs.into_iter().flat_map(|(owner, field)| {
            let kept = self.shared.cells_of_field(owner, field, false, true);
            match kept.is_empty() {
                false => kept,
                true if self.shared.is_one_of_the_start(owner) => vec![Src::Field(owner, field)],
                true => Vec::new(),
            }
        });
        lasting
            .flat_map(|whole| self.outermost(whole, depth + 1))
            .chain(
                owners
                    .iter()
                    .flat_map(|owner| self.around_enum(cell, *owner, alone, depth)),
            )
            .collect()
    }

    /// The enum has this cell as a part: what holds the enum changes. Where no field does, a variable holds it, and a part that
    /// nothing else has is told itself. `alone`: nothing else has it.
    fn around_enum(&self, cell: Src, owner: AdtId, alone: bool, depth: usize) -> Vec<Src> {
        if self.shared.is_message(owner) {
            // What a message carries is no store of its own; what holds the message is.
            return Vec::new();
        }
        let payload = Src::Field(owner, 0);
        let around = self.outermost(payload, depth + 1).into_iter();
        around
            .filter_map(|whole| {
                if whole == payload {
                    alone.then_some(cell)
                } else {
                    Some(whole)
                }
            })
            .collect()
    }

    /// What is in a variant is no store of its own: the variable or the field that has the enum is.
    pub(super) fn holders_of_payload(
        &self,
        adt: AdtId,
        origin: Origin,
        access: &Access,
        depth: usize,
    ) -> Vec<Src> {
        if self.shared.is_message(adt) {
            return Vec::new();
        }
        if let Some(holder @ Src::Local(var)) = origin.holder
            && matches!(self.tables.vars[var.index()].ty.peeled(self.types.catalog), Ty::Adt(own, _) if *own == adt)
        {
            return self.resolve_local(var, Origin::of(holder), access, depth + 1);
        }
        let mut holders = self.outermost(origin.src, 0);
        holders.retain(|holder| *holder != origin.src);
        holders
    }

    pub(super) fn is_enum(&self, adt: AdtId) -> bool {
        matches!(self.types.index.adts[adt.index()].shape, Shape::Enum(_))
    }
}
