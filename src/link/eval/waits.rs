//! What a loop waits for itself, told by the names of what it calls. Judges nothing.

use std::collections::BTreeSet;

use super::loops::{is_loop, root_of};
use crate::catalog::{Catalog, Kind};
use crate::facts::{Block, Expr, ExprKind, Pat, Stmt};
use crate::link::walk;

/// The first of the catalogue; not what code waits for that the loop spawns, nor what loops within it wait for at what each
/// round of this one opens.
pub(super) fn told_by_names(catalog: &Catalog, conditions: &[&Expr], body: &Block) -> Option<usize> {
    let mut search = Search {
        catalog,
        opened: opened_in(catalog, body),
        within: 0,
        found: None,
    };
    for condition in conditions {
        search.look_at(condition);
    }
    walk::in_block(body, &mut |expr| search.look_at(expr));
    search.found
}

/// Looks for what a loop waits for, told by names.
struct Search<'c> {
    catalog: &'c Catalog,
    /// Names of what the loop opens anew in each of its own rounds.
    opened: BTreeSet<&'c str>,
    /// Loops within this one, around what is looked at.
    within: usize,
    found: Option<usize>,
}

impl<'c> Search<'c> {
    fn look_at(&mut self, expr: &'c Expr) {
        let wait = match &expr.kind {
            ExprKind::Closure(_) | ExprKind::Async { .. } => return,
            // `loop { let mut line = Line::open(); while let Some(order) = line.recv() { .. } }`: the inner loop waits.
            ExprKind::Method { receiver, .. } if self.within > 0 && self.is_opened(receiver) => None,
            ExprKind::Method { name, args, .. } => self.catalog.wait_by_name(&name.text, args.len()),
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Path(path) => path
                    .segments
                    .last()
                    .and_then(|last| self.catalog.wait_by_name(&last.name, args.len())),
                _ => None,
            },
            _ => None,
        };
        if let Some(wait) = wait
            && self.found.is_none_or(|known| wait < known)
        {
            self.found = Some(wait);
        }
        let deeper = usize::from(is_loop(expr));
        self.within += deeper;
        walk::children(expr, &mut |part| self.look_at(part));
        self.within -= deeper;
    }

    fn is_opened(&self, receiver: &Expr) -> bool {
        root_of(receiver).is_some_and(|root| self.opened.contains(root))
    }
}

/// Names that a loop gives to what it opens or connects to in each round: not to a part of something, nor to what lies behind
/// a lock.
fn opened_in<'c>(catalog: &Catalog, body: &'c Block) -> BTreeSet<&'c str> {
    let mut names = BTreeSet::new();
    for stmt in &body.stmts {
        if let Stmt::Let(local) = stmt
            && local.init.as_ref().is_some_and(|init| opens(catalog, init))
        {
            names_of(&local.pat, &mut names);
        }
    }
    walk::in_block(body, &mut |expr| opened_by(catalog, expr, &mut names));
    names
}

fn opened_by<'c>(catalog: &Catalog, expr: &'c Expr, names: &mut BTreeSet<&'c str>) {
    match &expr.kind {
        ExprKind::Closure(_) | ExprKind::Async { .. } => return,
        _ if is_loop(expr) => return,
        ExprKind::Let { pat, expr } if opens(catalog, expr) => names_of(pat, names),
        ExprKind::Match { expr, arms } if opens(catalog, expr) => {
            arms.iter().for_each(|arm| names_of(&arm.pat, names));
        }
        ExprKind::Block(block) => names.extend(opened_in(catalog, block)),
        ExprKind::If { then, .. } => names.extend(opened_in(catalog, then)),
        _ => {}
    }
    walk::children(expr, &mut |part| opened_by(catalog, part, names));
}

/// A function makes it, or another one is waited for that does.
fn opens(catalog: &Catalog, init: &Expr) -> bool {
    match &init.kind {
        ExprKind::Await(inner) | ExprKind::Try(inner) => opens(catalog, inner),
        ExprKind::Call { callee, .. } => matches!(callee.kind, ExprKind::Path(_)),
        ExprKind::Method { receiver, name, .. } if catalog.habits.forms.contains(&name.text) => {
            opens(catalog, receiver)
        }
        ExprKind::Method { name, .. } => {
            let enters = |kind| catalog.own_method(kind, &name.text).is_some();
            ![Kind::Lock, Kind::Option, Kind::Any].into_iter().any(enters)
        }
        _ => false,
    }
}

fn names_of<'c>(pat: &'c Pat, names: &mut BTreeSet<&'c str>) {
    match pat {
        Pat::Bind { name, .. } => drop(names.insert(&name.text)),
        Pat::Tuple(parts) | Pat::Slice(parts) | Pat::Or(parts) | Pat::TupleStruct { fields: parts, .. } => {
            parts.iter().for_each(|part| names_of(part, names));
        }
        Pat::Struct { fields, .. } => fields.iter().for_each(|(_, part)| names_of(part, names)),
        Pat::Ref(inner) | Pat::Typed(inner, _) => names_of(inner, names),
        Pat::Path(_) | Pat::Lit(_) | Pat::Rest | Pat::Wild => {}
    }
}
