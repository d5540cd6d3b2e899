//! Visits the expressions and statements of a body. Never judges them.

use crate::facts::{Block, Expr, ExprKind, Item, Stmt};

/// Calls `visit` for each direct part of an expression.
pub(super) fn children<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Path(_) | ExprKind::Lit(_) | ExprKind::Continue => {}
        ExprKind::Call { callee, args } => {
            visit(callee);
            args.iter().for_each(visit);
        }
        ExprKind::Method { receiver, args, .. } => {
            visit(receiver);
            args.iter().for_each(visit);
        }
        ExprKind::Field { base: inner, .. }
        | ExprKind::Deref(inner)
        | ExprKind::Unary(inner)
        | ExprKind::Ref { expr: inner, .. }
        | ExprKind::Await(inner)
        | ExprKind::Try(inner)
        | ExprKind::Let { expr: inner, .. }
        | ExprKind::Cast { expr: inner, .. } => visit(inner),
        ExprKind::Index {
            base: left,
            index: right,
        }
        | ExprKind::Assign { left, right }
        | ExprKind::Binary { left, right, .. }
        | ExprKind::Repeat {
            value: left,
            len: right,
        } => {
            visit(left);
            visit(right);
        }
        ExprKind::Block(block) | ExprKind::Loop(block) | ExprKind::Async { body: block, .. } => {
            in_block(block, visit);
        }
        ExprKind::Closure(closure) => visit(&closure.body),
        ExprKind::If {
            cond,
            then,
            otherwise,
        } => {
            visit(cond);
            in_block(then, visit);
            otherwise.iter().for_each(|other| visit(other));
        }
        ExprKind::Match { expr, arms } => {
            visit(expr);
            for arm in arms {
                arm.guard.iter().for_each(&mut *visit);
                visit(&arm.body);
            }
        }
        ExprKind::While { cond, body } => {
            visit(cond);
            in_block(body, visit);
        }
        ExprKind::For { iter, body, .. } => {
            visit(iter);
            in_block(body, visit);
        }
        ExprKind::Return(value) | ExprKind::Break(value) => value.iter().for_each(|value| visit(value)),
        ExprKind::Struct { fields, base, .. } => {
            fields.iter().for_each(|(_, value)| visit(value));
            base.iter().for_each(|base| visit(base));
        }
        ExprKind::Tuple(parts) | ExprKind::Array(parts) | ExprKind::Range(parts) | ExprKind::Other(parts) => {
            parts.iter().for_each(visit);
        }
        ExprKind::Macro(call) => call.args.iter().for_each(visit),
    }
}

/// Calls `visit` for each expression that stands directly in a block.
pub(super) fn in_block<'a>(block: &'a Block, visit: &mut dyn FnMut(&'a Expr)) {
    for stmt in &block.stmts {
        match stmt {
            Stmt::Let(local) => {
                local.init.iter().for_each(&mut *visit);
                local.otherwise.iter().for_each(&mut *visit);
            }
            Stmt::Expr { expr, .. } => visit(expr),
            Stmt::Item(_) => {}
        }
    }
}

/// Some expression in this one is so, or this one itself. What is `apart` is not looked into.
pub(super) fn any(expr: &Expr, apart: &dyn Fn(&Expr) -> bool, is_so: &dyn Fn(&Expr) -> bool) -> bool {
    if apart(expr) {
        return false;
    }
    let mut found = is_so(expr);
    children(expr, &mut |part| found = found || any(part, apart, is_so));
    found
}

/// Some expression in a block is so.
pub(super) fn any_in_block(
    block: &Block,
    apart: &dyn Fn(&Expr) -> bool,
    is_so: &dyn Fn(&Expr) -> bool,
) -> bool {
    let mut found = false;
    in_block(block, &mut |expr| found = found || any(expr, apart, is_so));
    found
}

/// All items declared anywhere inside a body, but not inside those items.
pub(super) fn items_in_block<'a>(block: &'a Block, out: &mut Vec<&'a Item>) {
    items_of(block, out);
    in_block(block, &mut |expr| items_in(expr, out));
}

fn items_in<'a>(expr: &'a Expr, out: &mut Vec<&'a Item>) {
    match &expr.kind {
        ExprKind::Block(block) | ExprKind::Loop(block) | ExprKind::Async { body: block, .. } => {
            return items_in_block(block, out);
        }
        ExprKind::If { then, .. } => items_of(then, out),
        ExprKind::While { body, .. } | ExprKind::For { body, .. } => items_of(body, out),
        _ => {}
    }
    children(expr, &mut |part| items_in(part, out));
}

fn items_of<'a>(block: &'a Block, out: &mut Vec<&'a Item>) {
    for stmt in &block.stmts {
        if let Stmt::Item(item) = stmt {
            out.push(item);
        }
    }
}
