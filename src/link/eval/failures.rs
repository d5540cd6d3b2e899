//! Code that runs only because something failed: what it does is taking back. Follows no values.

use super::Eval;
use crate::facts::{Expr, ExprKind, Pat};

impl Eval<'_, '_, '_> {
    /// Evaluates a branch; what it calls is called where something failed, if `failed`.
    pub(super) fn where_failed<T>(&mut self, failed: bool, inside: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.failed;
        self.failed |= failed;
        let value = inside(self);
        self.failed = around;
        value
    }
}

/// `if let Err(error) = ..`, `if written.is_err()`.
pub(super) fn asks_for_failure(cond: &Expr) -> bool {
    match &cond.kind {
        ExprKind::Let { pat, .. } => is_failure(pat),
        ExprKind::Method { name, .. } => name.text == "is_err",
        _ => false,
    }
}

/// `Err(error)`.
pub(super) fn is_failure(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct { path, .. } => path.segments.last().is_some_and(|last| last.name == "Err"),
        Pat::Or(pats) => pats.iter().all(is_failure),
        _ => false,
    }
}
