//! Macros that the workspace defines itself are expanded where they are called, in bounded rounds.
//!
//! Works on facts before anything is linked: a definition is found by its name, nearest file first. Never looks at
//! types.

use std::collections::BTreeMap;

use super::ids::FileId;
use super::index::FileFacts;
use super::names::crate_of;
use crate::catalog::Catalog;
use crate::facts::{self, AssocFn, Block, Expr, ExprKind, Facts, Fn, Impl, Item, ItemKind, MacroRules, Stmt};

/// Macros that call macros are followed this deep: one that takes its input field by field calls itself for each.
const ROUNDS: usize = 32;

/// Expansions in one run; a program that wants more is read without the rest.
const MOST: usize = 20_000;

/// Expands what can be expanded in all files.
pub fn expand(files: &mut [FileFacts], catalog: &Catalog) {
    let definitions = Definitions::of(files);
    if definitions.by_name.is_empty() {
        return;
    }
    let mut left = MOST;
    for file in files {
        for _ in 0..ROUNDS {
            let mut expander = Expander {
                definitions: &definitions,
                catalog,
                path: &file.path,
                left: &mut left,
                changed: false,
            };
            expander.facts(&mut file.facts);
            if !expander.changed {
                break;
            }
        }
    }
}

struct Definitions {
    by_name: BTreeMap<String, Vec<Definition>>,
}

/// A definition, and where it stands.
#[derive(Clone)]
struct Definition {
    path: String,
    /// What `$crate` is in it.
    krate: String,
    rules: MacroRules,
}

impl Definitions {
    fn of(files: &[FileFacts]) -> Definitions {
        let mut by_name: BTreeMap<String, Vec<Definition>> = BTreeMap::new();
        for (position, file) in files.iter().enumerate() {
            definitions_in(&file.facts.items, &mut |definition| {
                by_name
                    .entry(definition.name.text.clone())
                    .or_default()
                    .push(Definition {
                        path: file.path.clone(),
                        krate: crate_of(FileId::next(position)),
                        rules: definition.clone(),
                    });
            });
        }
        Definitions { by_name }
    }

    /// The definition nearest to a file: in it, below the same folder, or the only one of that name.
    fn find(&self, name: &str, path: &str) -> Option<&Definition> {
        let all = self.by_name.get(name)?;
        let shared = |other: &str| {
            path.bytes()
                .zip(other.bytes())
                .take_while(|(a, b)| a == b)
                .count()
        };
        all.iter()
            .max_by_key(|definition| (definition.path == path, shared(&definition.path)))
    }
}

fn definitions_in(items: &[Item], found: &mut dyn FnMut(&MacroRules)) {
    for item in items {
        match &item.kind {
            ItemKind::MacroRules(definition) => found(definition),
            ItemKind::Mod(module) => definitions_in(module.items.as_deref().unwrap_or_default(), found),
            ItemKind::Fn(function) => definitions_of(function, found),
            ItemKind::Impl(block) => block
                .fns
                .iter()
                .for_each(|function| definitions_of(&function.item, found)),
            _ => {}
        }
    }
}

/// A function may define macros for itself.
fn definitions_of(function: &Fn, found: &mut dyn FnMut(&MacroRules)) {
    let mut inner = Vec::new();
    if let Some(body) = &function.body {
        super::walk::items_in_block(body, &mut inner);
    }
    for item in inner {
        definitions_in(std::slice::from_ref(item), found);
    }
}

struct Expander<'x> {
    definitions: &'x Definitions,
    catalog: &'x Catalog,
    path: &'x str,
    left: &'x mut usize,
    changed: bool,
}

impl Expander<'_> {
    fn facts(&mut self, facts: &mut Facts) {
        self.items(&mut facts.items);
    }

    fn definition(&mut self, name: &str) -> Option<Definition> {
        let definition = self.definitions.find(name, self.path)?.clone();
        *self.left = self.left.checked_sub(1)?;
        Some(definition)
    }

    fn items(&mut self, items: &mut Vec<Item>) {
        let mut out = Vec::with_capacity(items.len());
        for mut item in std::mem::take(items) {
            if let Some(expanded) = self.expanded_item(&item) {
                out.extend(expanded);
                self.changed = true;
                continue;
            }
            self.item(&mut item);
            out.push(item);
        }
        *items = out;
    }

    fn expanded_item(&mut self, item: &Item) -> Option<Vec<Item>> {
        let ItemKind::MacroCall(call) = &item.kind else {
            return None;
        };
        let definition = self.definition(call.path.last()?)?;
        let mut expanded = facts::expand_items(&definition.rules, &definition.krate, &call.text)?;
        for inner in &mut expanded {
            inner.test |= item.test;
        }
        Some(expanded)
    }

    fn item(&mut self, item: &mut Item) {
        match &mut item.kind {
            ItemKind::Fn(function) => self.function(function),
            ItemKind::Static(value) | ItemKind::Const(value) => {
                if let Some(init) = &mut value.init {
                    self.expr(init);
                }
            }
            ItemKind::Mod(module) => {
                if let Some(items) = &mut module.items {
                    self.items(items);
                }
            }
            ItemKind::Impl(block) => {
                self.members(block);
                self.assoc(&mut block.fns);
            }
            ItemKind::Trait(definition) => self.assoc(&mut definition.fns),
            _ => {}
        }
    }

    fn members(&mut self, block: &mut Impl) {
        for call in std::mem::take(&mut block.macros) {
            let definition = call.path.last().and_then(|name| self.definition(name));
            match definition {
                Some(definition)
                    if facts::expand_members(&definition.rules, &definition.krate, &call.text, block) =>
                {
                    self.changed = true;
                }
                _ => block.macros.push(call),
            }
        }
    }

    fn assoc(&mut self, fns: &mut [AssocFn]) {
        for function in fns {
            self.function(&mut function.item);
        }
    }

    fn function(&mut self, function: &mut Fn) {
        if let Some(body) = &mut function.body {
            self.block(body);
        }
    }

    fn block(&mut self, block: &mut Block) {
        for mut stmt in std::mem::take(&mut block.stmts) {
            let is_call = matches!(&stmt, Stmt::Expr { expr, .. } if matches!(expr.kind, ExprKind::Macro(_)));
            self.stmt(&mut stmt);
            match stmt {
                Stmt::Expr {
                    expr:
                        Expr {
                            kind: ExprKind::Block(written),
                            ..
                        },
                    semi: true,
                } if is_call && written.stmts.iter().any(|stmt| matches!(stmt, Stmt::Let(_))) => {
                    // What a macro declares where a statement stands is there for the statements behind it.
                    block.stmts.extend(written.stmts);
                }
                stmt => block.stmts.push(stmt),
            }
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Let(local) => {
                if let Some(init) = &mut local.init {
                    self.expr(init);
                }
                if let Some(otherwise) = &mut local.otherwise {
                    self.expr(otherwise);
                }
            }
            Stmt::Expr { expr, .. } => self.expr(expr),
            Stmt::Item(item) => self.item(item),
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        if let ExprKind::Macro(call) = &expr.kind
            && !call.text.text.is_empty()
            && let [first, .., last] | [first @ last] = call.path.segments.as_slice()
            // A framework's own macro is known by the catalogue, also beside its source.
            && self.catalog.framework_of(&first.name).is_none()
            && let Some(definition) = self.definition(&last.name)
            && let Some(block) = facts::expand_block(&definition.rules, &definition.krate, &call.text)
        {
            expr.kind = ExprKind::Block(block);
            self.changed = true;
            return;
        }
        self.parts(expr);
    }

    /// One arm a kind of expression, and nothing else: long, but flat.
    fn parts(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Call { callee: first, args }
            | ExprKind::Method {
                receiver: first,
                args,
                ..
            } => {
                self.expr(first);
                self.all(args);
            }
            ExprKind::Field { base: inner, .. }
            | ExprKind::Deref(inner)
            | ExprKind::Unary(inner)
            | ExprKind::Ref { expr: inner, .. }
            | ExprKind::Await(inner)
            | ExprKind::Try(inner)
            | ExprKind::Let { expr: inner, .. }
            | ExprKind::Cast { expr: inner, .. } => self.expr(inner),
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
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Block(block) | ExprKind::Loop(block) | ExprKind::Async { body: block, .. } => {
                self.block(block);
            }
            ExprKind::Closure(closure) => self.expr(&mut closure.body),
            ExprKind::If {
                cond,
                then,
                otherwise,
            } => {
                self.expr(cond);
                self.block(then);
                if let Some(otherwise) = otherwise {
                    self.expr(otherwise);
                }
            }
            ExprKind::Match { expr, arms } => {
                self.expr(expr);
                for arm in arms {
                    if let Some(guard) = &mut arm.guard {
                        self.expr(guard);
                    }
                    self.expr(&mut arm.body);
                }
            }
            ExprKind::While { cond: first, body }
            | ExprKind::For {
                iter: first, body, ..
            } => {
                self.expr(first);
                self.block(body);
            }
            ExprKind::Return(Some(value)) | ExprKind::Break(Some(value)) => self.expr(value),
            ExprKind::Path(_)
            | ExprKind::Lit(_)
            | ExprKind::Return(None)
            | ExprKind::Break(None)
            | ExprKind::Continue => {}
            ExprKind::Struct { fields, base, .. } => {
                for (_, value) in fields {
                    self.expr(value);
                }
                if let Some(base) = base {
                    self.expr(base);
                }
            }
            ExprKind::Tuple(parts)
            | ExprKind::Array(parts)
            | ExprKind::Range(parts)
            | ExprKind::Other(parts) => {
                self.all(parts);
            }
            ExprKind::Macro(call) => self.all(&mut call.args),
        }
    }

    fn all(&mut self, exprs: &mut [Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }
}
