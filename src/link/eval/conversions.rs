//! `.into()`, `parse()` and `?`: calls that name no function, but lead to the workspace's own `From` and `FromStr` where
//! the type that is wanted is known.

use super::{Eval, Unit};
use crate::catalog::Kind;
use crate::facts::{Block, Expr, ExprKind, Name, Span, Stmt, TypeRef};
use crate::link::compatible;
use crate::link::events::{BodyKind, Use, Value};
use crate::link::methods::Target;
use crate::link::types::{Bound, Ty};

impl Eval<'_, '_, '_> {
    /// A conversion that gives this expression's value is to give this type.
    pub(super) fn expect(&mut self, expr: &Expr, ty: &Ty) {
        match &expr.kind {
            ExprKind::Method {
                receiver, name, args, ..
            } => {
                if made_by(&name.text).is_some() && args.is_empty() {
                    self.wanted
                        .insert(expr.span, ty.peeled(self.m.types.catalog).clone());
                } else if self.m.types.catalog.habits.forms.contains(&name.text) {
                    self.expect(receiver, ty);
                }
            }
            ExprKind::Try(inner) | ExprKind::Await(inner) | ExprKind::Ref { expr: inner, .. } => {
                self.expect(inner, ty);
            }
            ExprKind::Call { callee, args } => {
                if let (ExprKind::Path(path), [inner]) = (&callee.kind, args.as_slice())
                    && path
                        .segments
                        .last()
                        .is_some_and(|last| matches!(last.name.as_str(), "Ok" | "Some"))
                {
                    self.expect(inner, ty);
                }
            }
            ExprKind::Block(block) => self.expect_of_block(block, ty),
            ExprKind::If { then, otherwise, .. } => {
                self.expect_of_block(then, ty);
                otherwise.iter().for_each(|otherwise| self.expect(otherwise, ty));
            }
            ExprKind::Match { arms, .. } => arms.iter().for_each(|arm| self.expect(&arm.body, ty)),
            _ => {}
        }
    }

    pub(super) fn expect_of_block(&mut self, block: &Block, ty: &Ty) {
        if let Some(Stmt::Expr { expr, semi: false }) = block.stmts.last() {
            self.expect(expr, ty);
        }
    }

    /// The type that `return` and `?` give here: not known in a closure or a task.
    pub(super) fn output(&self) -> Option<Ty> {
        let Unit::Fn(id) = self.unit else { return None };
        if matches!(
            self.m.tables.bodies[self.body.index()].kind,
            BodyKind::Closure | BodyKind::Async
        ) {
            return None;
        }
        let output = self.m.types.index.fns[id.index()].item.output.as_ref()?;
        Some(self.m.types.lower(output, &self.scope))
    }

    /// `word.into()`, `text.parse::<Word>()`.
    pub(super) fn converted(
        &mut self,
        span: Span,
        name: &Name,
        generics: &[TypeRef],
        value: &Value,
        usage: Use,
    ) -> Option<Value> {
        if let Some(converted) = by_bound(name, value) {
            self.wanted.remove(&span);
            return Some(converted);
        }
        let function = made_by(&name.text)?;
        let expected = self.wanted.remove(&span);
        let wanted = match generics {
            [written] => self.m.types.lower(written, &self.scope),
            _ => expected?,
        };
        let targets = self.conversions(&wanted, function, &value.ty);
        if targets.is_empty() {
            return None;
        }
        let since = self.m.events.calls.len();
        let result = self.call_fn(name.span, &targets, None, std::slice::from_ref(value));
        self.note_results(name.span, since, usage);
        Some(result)
    }

    /// `load()?`: an error of another type becomes the function's own.
    pub(super) fn convert_error(&mut self, span: Span, tried: &Expr, value: &Value) {
        let Some(error) = self.error_of(tried, value) else {
            return;
        };
        let output = self.output();
        let Some(Ty::Ext(_, args)) = output else { return };
        let Some(wanted) = args.get(1).filter(|wanted| **wanted != error) else {
            return;
        };
        let targets = self.conversions(wanted, "from", &error);
        if !targets.is_empty() {
            self.call_fn(span, &targets, None, &[Value::of(error)]);
        }
    }

    /// The type of the error; of what another crate gave, that crate.
    fn error_of(&self, tried: &Expr, value: &Value) -> Option<Ty> {
        const MAKES_THE_ERROR: &[&str] = &[
            "map_err",
            "ok_or",
            "ok_or_else",
            "or_else",
            "context",
            "with_context",
        ];
        if matches!(&tried.kind, ExprKind::Method { name, .. } if MAKES_THE_ERROR.contains(&name.text.as_str()))
        {
            return None;
        }
        match &value.ty {
            Ty::Ext(_, args) if value.ty.kind(self.m.types.catalog) == Kind::Option => args.get(1).cloned(),
            Ty::From(_) => Some(value.ty.clone()),
            _ => None,
        }
    }

    /// The impls for the wanted type that take a value of this one.
    fn conversions(&self, wanted: &Ty, function: &str, given: &Ty) -> Vec<Target> {
        if !matches!(wanted, Ty::Adt(..) | Ty::Ext(..)) {
            return Vec::new();
        }
        let all = self.m.methods.associated(wanted, function);
        // A text is parsed, whatever holds it.
        let takes = |target: &Target| function == "from_str" || self.takes(target, given);
        all.into_iter().filter(takes).collect()
    }

    /// `Ticket::from(order)`: of several impls of `From` the one for the argument, where its type tells.
    pub(super) fn fitting(&self, targets: Vec<Target>, name: &str, args: &[Value]) -> Vec<Target> {
        let [given] = args else { return targets };
        if !matches!(name, "from" | "try_from") {
            return targets;
        }
        let takes = |target: &&Target| self.takes(target, &given.ty);
        let fitting: Vec<Target> = targets.iter().filter(takes).cloned().collect();
        if fitting.is_empty() { targets } else { fitting }
    }

    /// The function's first parameter may be given such a value.
    fn takes(&self, target: &Target, given: &Ty) -> bool {
        let params = self.param_types(target.id);
        let Some(param) = params.first() else { return false };
        let catalog = self.m.types.catalog;
        match (param, given) {
            (Ty::Bounds(_), _) | (_, Ty::Bounds(_)) => true,
            (Ty::Ext(..), Ty::From(ext)) => param.krate() == Some(&*ext.krate),
            (_, Ty::From(_)) => false,
            (Ty::Prim(one), Ty::Prim(other)) => one == other || is_number(one) && is_number(other),
            _ => compatible(param.peeled(catalog), given.peeled(catalog)),
        }
    }
}

/// `self.into()` where `&Self: Into<&Store>`: the bound says what the value has inside it.
fn by_bound(name: &Name, value: &Value) -> Option<Value> {
    let Ty::Bounds(bounds) = &value.ty else {
        return None;
    };
    let mut conversions = bounds.iter().filter_map(Bound::converts_to);
    let (_, ty) = conversions.find(|(method, _)| *method == name.text)?;
    matches!(ty, Ty::Adt(..)).then(|| value.with_ty(ty.clone()))
}

/// A literal does not say which number it is.
fn is_number(prim: &str) -> bool {
    !matches!(prim, "str" | "bool" | "char" | "()" | "!")
}

/// The function of the wanted type that a conversion calls.
fn made_by(method: &str) -> Option<&'static str> {
    match method {
        "into" => Some("from"),
        "try_into" => Some("try_from"),
        "parse" => Some("from_str"),
        _ => None,
    }
}
