//! What fields are lent: a view or a guard in a struct is the store that it was made over. Judges nothing.

use std::collections::BTreeSet;

use super::Eval;
use super::stores::Named;
use crate::facts::{Expr, ExprKind};
use crate::link::events::{Origin, Value};
use crate::link::ids::{AdtId, BodyId};
use crate::link::types::Ty;

impl<'a> Eval<'a, '_, '_> {
    /// `ShelfView { shelf: &mut guard }`: from then on that field is what lies behind the guard.
    pub(super) fn note_lent(&mut self, adt: AdtId, field: u32, value: &Value) {
        if !value.is_stored() || !self.m.types.is_lent(adt, field as usize) {
            return;
        }
        let lent = value.with_ty(Ty::Unknown);
        self.m.next.lent.entry((adt, field)).or_default().merge(&lent);
    }

    /// The stores that such a field was seen to be lent; none of one that holds its value itself. Who handed over the struct
    /// handed over them: whoever lent them may be done since long.
    pub(super) fn lent(&self, base: &Value, adt: AdtId, field: u32) -> Vec<Origin> {
        let handed_by: BTreeSet<Option<BodyId>> = base.from.iter().map(|origin| origin.through).collect();
        let through = match handed_by.first() {
            Some(only) if handed_by.len() == 1 => *only,
            _ => None,
        };
        let lent = self.m.flows.lent.get(&(adt, field)).into_iter();
        lent.flat_map(|lent| &lent.from)
            .map(|origin| Origin { through, ..*origin })
            .collect()
    }

    /// The store that an assignment to a field changes: of one that holds a reference or a pointer the field itself, which
    /// refers to something else from then on.
    pub(super) fn assigned_field(&mut self, left: &'a Expr) -> Option<Value> {
        let ExprKind::Field { base, name } = &left.kind else {
            return None;
        };
        let base = self.place(base);
        match self.field_target(&base, name) {
            Named::Field(base, adt, position) => Some(self.own_field_of(&base, adt, position, true)),
            Named::Other(other) => Some(other),
        }
    }

    /// `lease.sell(..)`, where `sell` is a method of what the lease derefs to.
    pub(super) fn as_receiver(&self, mut value: Value, wanted: &Ty) -> Value {
        let catalog = self.m.types.catalog;
        for _ in 0..4 {
            let Ty::Adt(adt, _) = *value.ty.peeled(catalog) else {
                break;
            };
            let same = matches!(wanted.peeled(catalog), Ty::Adt(other, _) if *other == adt);
            match self.m.methods.deref_target(adt) {
                Some(target) if !same => value = self.through_deref(&value, adt, target),
                _ => break,
            }
        }
        value
    }
}
