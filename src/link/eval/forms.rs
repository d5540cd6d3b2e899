//! The same value in another form: unwrapped, copied, behind another pointer. Judges nothing.

use super::Eval;
use crate::catalog::Kind;
use crate::link::events::Value;
use crate::link::types::Ty;

impl Eval<'_, '_, '_> {
    pub(super) fn same_in_other_form(&self, value: &Value, name: &str) -> Value {
        let catalog = self.m.types.catalog;
        let unwraps = matches!(
            name,
            "unwrap"
                | "expect"
                | "unwrap_or_default"
                | "unwrap_or_else"
                | "unwrap_or"
                | "upgrade"
                | "ok_or"
                | "ok_or_else"
                | "next"
                | "into_inner"
        );
        match &value.ty {
            Ty::Ext(_, args) if unwraps && value.ty.kind(catalog) == Kind::Option => {
                value.with_ty(args.first().cloned().unwrap_or_default())
            }
            Ty::Ext(_, args)
                if matches!(name, "as_ref" | "as_mut" | "deref" | "deref_mut")
                    && value.ty.kind(catalog) == Kind::Wrapper =>
            {
                value.with_ty(args.first().cloned().unwrap_or_default())
            }
            // What is made at first use cannot be doubled itself: its content is.
            Ty::Ext(_, args)
                if name == "clone"
                    && value.ty.kind(catalog) == Kind::Lazy
                    && args.first().is_some_and(|inner| self.m.types.is_plain(inner)) =>
            {
                Value::made(args.first().cloned().unwrap_or_default(), self.body)
            }
            // A copy of plain data is the copier's own.
            _ if matches!(name, "clone" | "cloned" | "copied" | "to_owned")
                && value.is_stored()
                && self.m.types.is_plain(&value.ty) =>
            {
                Value::made(value.ty.clone(), self.body)
            }
            // So is a struct; what it holds behind a pointer is known by the fields.
            Ty::Adt(..) if matches!(name, "clone" | "cloned" | "to_owned") && !value.is_inside() => {
                Value::made(value.ty.clone(), self.body)
            }
            ty if matches!(name, "clone" | "cloned" | "to_owned" | "to_vec") && self.m.types.is_data(ty) => {
                value.copied()
            }
            _ => value.clone(),
        }
    }
}
