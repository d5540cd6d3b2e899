//! Expressions, statements and literals. Parentheses, groups, `unsafe` and `const` blocks disappear.

use quote::ToTokens;
use syn::spanned::Spanned;

use super::attrs::is_for_tests;
use super::{Cx, join, join_all};
use crate::facts::{Arm, Block, Closure, Expr, ExprKind, Lit, Local, Name, Pat, Path, Span, Stmt};

impl Cx<'_> {
    pub(in crate::facts) fn expr(&self, expr: &syn::Expr) -> Expr {
        self.deeper(|| self.expr_here(expr)).unwrap_or_else(|| Expr {
            kind: ExprKind::Other(Vec::new()),
            span: self.shallow_span(expr),
        })
    }

    /// A place for an expression too deep to be read.
    fn shallow_span(&self, expr: &syn::Expr) -> Span {
        match expr {
            syn::Expr::Path(path) => self.span_of(path),
            syn::Expr::Lit(literal) => self.span_of(literal),
            syn::Expr::MethodCall(call) => self.span(call.method.span()),
            syn::Expr::Call(call) => self.span(call.paren_token.span.close()),
            syn::Expr::Await(awaited) => self.span(awaited.await_token.span),
            syn::Expr::Field(field) => self.span(field.dot_token.span()),
            syn::Expr::Binary(binary) => self.span_of(&binary.op),
            _ => self.span_of(expr),
        }
    }

    pub(in crate::facts) fn boxed(&self, expr: &syn::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    fn exprs<'b>(&self, exprs: impl IntoIterator<Item = &'b syn::Expr>) -> Vec<Expr> {
        exprs.into_iter().map(|expr| self.expr(expr)).collect()
    }

    fn maybe(&self, expr: Option<&syn::Expr>) -> Option<Box<Expr>> {
        expr.map(|expr| self.boxed(expr))
    }

    fn expr_here(&self, expr: &syn::Expr) -> Expr {
        match expr {
            syn::Expr::Group(group) => self.expr(&group.expr),
            syn::Expr::Paren(paren) => self.expr(&paren.expr),
            syn::Expr::Call(_)
            | syn::Expr::MethodCall(_)
            | syn::Expr::Field(_)
            | syn::Expr::Index(_)
            | syn::Expr::Await(_)
            | syn::Expr::Try(_) => self.postfix(expr),
            syn::Expr::Assign(_) | syn::Expr::Binary(_) | syn::Expr::Cast(_) | syn::Expr::Range(_) => {
                self.operator(expr)
            }
            syn::Expr::Unary(_)
            | syn::Expr::Reference(_)
            | syn::Expr::RawAddr(_)
            | syn::Expr::Let(_)
            | syn::Expr::Return(_)
            | syn::Expr::Break(_)
            | syn::Expr::Continue(_)
            | syn::Expr::Yield(_) => self.prefix(expr),
            syn::Expr::If(_)
            | syn::Expr::Match(_)
            | syn::Expr::While(_)
            | syn::Expr::ForLoop(_)
            | syn::Expr::Loop(_)
            | syn::Expr::Block(_)
            | syn::Expr::Unsafe(_)
            | syn::Expr::Const(_)
            | syn::Expr::TryBlock(_)
            | syn::Expr::Async(_)
            | syn::Expr::Closure(_) => self.with_body(expr),
            _ => self.primary(expr),
        }
    }

    fn postfix(&self, expr: &syn::Expr) -> Expr {
        match expr {
            syn::Expr::Call(call) => {
                let callee = self.boxed(&call.func);
                let span = join(callee.span, self.span(call.paren_token.span.close()));
                let args = self.exprs(&call.args);
                at(span, ExprKind::Call { callee, args })
            }
            syn::Expr::MethodCall(call) => {
                let receiver = self.boxed(&call.receiver);
                let span = join(receiver.span, self.span(call.paren_token.span.close()));
                let kind = ExprKind::Method {
                    receiver,
                    name: self.name(&call.method),
                    generics: self.turbofish(call.turbofish.as_ref()),
                    args: self.exprs(&call.args),
                };
                at(span, kind)
            }
            syn::Expr::Field(field) => {
                let base = self.boxed(&field.base);
                let name = self.field_name(&field.member, base.span);
                at(join(base.span, name.span), ExprKind::Field { base, name })
            }
            syn::Expr::Index(index) => {
                let base = self.boxed(&index.expr);
                let span = join(base.span, self.span(index.bracket_token.span.close()));
                let index = self.boxed(&index.index);
                at(span, ExprKind::Index { base, index })
            }
            syn::Expr::Await(awaited) => {
                let base = self.boxed(&awaited.base);
                at(
                    join(base.span, self.span(awaited.await_token.span)),
                    ExprKind::Await(base),
                )
            }
            syn::Expr::Try(tried) => {
                let base = self.boxed(&tried.expr);
                at(
                    join(base.span, self.span(tried.question_token.span())),
                    ExprKind::Try(base),
                )
            }
            other => self.primary(other),
        }
    }

    /// In `x.0.1` both numbers have the place of the token `0.1`.
    fn field_name(&self, member: &syn::Member, base: Span) -> Name {
        let mut name = self.member(member);
        let width = u32::try_from(name.text.len()).unwrap_or(0);
        let wide = self.slice(name.span).is_some_and(|text| text.contains('.'));
        if wide && matches!(member, syn::Member::Unnamed(_)) {
            name.span.start = name.span.start.max(base.end.saturating_add(1));
            name.span.end = name.span.start + width;
        }
        name
    }

    fn operator(&self, expr: &syn::Expr) -> Expr {
        match expr {
            syn::Expr::Assign(assign) => {
                let (left, right) = (self.boxed(&assign.left), self.boxed(&assign.right));
                at(join(left.span, right.span), ExprKind::Assign { left, right })
            }
            syn::Expr::Binary(binary) => {
                let (left, right) = (self.boxed(&binary.left), self.boxed(&binary.right));
                let op = binary.op.to_token_stream().to_string().replace(' ', "");
                at(join(left.span, right.span), ExprKind::Binary { op, left, right })
            }
            syn::Expr::Cast(cast) => {
                let value = self.boxed(&cast.expr);
                let span = join(value.span, self.span_of(&cast.ty));
                let ty = self.ty(&cast.ty);
                at(span, ExprKind::Cast { expr: value, ty })
            }
            syn::Expr::Range(range) => {
                let ends = [range.start.as_deref(), range.end.as_deref()];
                let ends = self.exprs(ends.into_iter().flatten());
                let span = join_all(&ends, self.span_of(&range.limits));
                at(join(span, self.span_of(&range.limits)), ExprKind::Range(ends))
            }
            other => self.primary(other),
        }
    }

    fn prefix(&self, expr: &syn::Expr) -> Expr {
        match expr {
            syn::Expr::Unary(unary) => {
                let value = self.boxed(&unary.expr);
                let span = join(self.span_of(&unary.op), value.span);
                match unary.op {
                    syn::UnOp::Deref(_) => at(span, ExprKind::Deref(value)),
                    _ => at(span, ExprKind::Unary(value)),
                }
            }
            syn::Expr::Reference(reference) => {
                let value = self.boxed(&reference.expr);
                let span = join(self.span(reference.and_token.span()), value.span);
                let mutable = reference.mutability.is_some();
                at(span, ExprKind::Ref { mutable, expr: value })
            }
            syn::Expr::RawAddr(raw) => {
                let value = self.boxed(&raw.expr);
                let span = join(self.span(raw.and_token.span()), value.span);
                let mutable = matches!(raw.mutability, syn::PointerMutability::Mut(_));
                at(span, ExprKind::Ref { mutable, expr: value })
            }
            syn::Expr::Let(condition) => {
                let value = self.boxed(&condition.expr);
                let span = join(self.span(condition.let_token.span), value.span);
                let pat = Box::new(self.pat(&condition.pat));
                at(span, ExprKind::Let { pat, expr: value })
            }
            syn::Expr::Return(leave) => {
                let value = self.maybe(leave.expr.as_deref());
                self.leaving(leave.return_token.span, value, ExprKind::Return)
            }
            syn::Expr::Break(leave) => {
                let value = self.maybe(leave.expr.as_deref());
                self.leaving(leave.break_token.span, value, ExprKind::Break)
            }
            syn::Expr::Yield(leave) => {
                let value = self.maybe(leave.expr.as_deref());
                self.leaving(leave.yield_token.span, value, ExprKind::Break)
            }
            syn::Expr::Continue(again) => {
                // With a label it may leave the loop that it stands in.
                let kind = match again.label {
                    Some(_) => ExprKind::Break(None),
                    None => ExprKind::Continue,
                };
                at(self.span(again.continue_token.span), kind)
            }
            other => self.primary(other),
        }
    }

    fn leaving(
        &self,
        keyword: proc_macro2::Span,
        value: Option<Box<Expr>>,
        kind: impl FnOnce(Option<Box<Expr>>) -> ExprKind,
    ) -> Expr {
        let keyword = self.span(keyword);
        let span = value.as_ref().map_or(keyword, |value| join(keyword, value.span));
        at(span, kind(value))
    }

    fn with_body(&self, expr: &syn::Expr) -> Expr {
        match expr {
            syn::Expr::If(branch) => self.branch(branch),
            syn::Expr::Match(choice) => {
                let span = self.between(choice.match_token.span, choice.brace_token.span.close());
                let kind = ExprKind::Match {
                    expr: self.boxed(&choice.expr),
                    arms: choice
                        .arms
                        .iter()
                        .filter(|arm| !self.is_test(&arm.attrs))
                        .map(|arm| self.arm(arm))
                        .collect(),
                };
                at(span, kind)
            }
            syn::Expr::While(repeat) => {
                let (cond, body) = (self.boxed(&repeat.cond), self.block(&repeat.body));
                at(
                    join(self.span(repeat.while_token.span), body.span),
                    ExprKind::While { cond, body },
                )
            }
            syn::Expr::ForLoop(repeat) => {
                let body = self.block(&repeat.body);
                let span = join(self.span(repeat.for_token.span), body.span);
                let (pat, iter) = (Box::new(self.pat(&repeat.pat)), self.boxed(&repeat.expr));
                at(span, ExprKind::For { pat, iter, body })
            }
            syn::Expr::Loop(repeat) => {
                let body = self.block(&repeat.body);
                at(
                    join(self.span(repeat.loop_token.span), body.span),
                    ExprKind::Loop(body),
                )
            }
            syn::Expr::Block(block) => self.block_expr(&block.block),
            syn::Expr::Unsafe(block) => self.transparent(&block.block),
            syn::Expr::Const(block) => self.transparent(&block.block),
            syn::Expr::TryBlock(block) => self.block_expr(&block.block),
            syn::Expr::Async(task) => {
                let body = self.block(&task.block);
                let span = join(self.span(task.async_token.span), body.span);
                let is_move = task.capture.is_some();
                at(span, ExprKind::Async { is_move, body })
            }
            syn::Expr::Closure(closure) => self.closure(closure),
            other => self.primary(other),
        }
    }

    fn branch(&self, branch: &syn::ExprIf) -> Expr {
        let then = self.block(&branch.then_branch);
        let otherwise = self.maybe(branch.else_branch.as_ref().map(|(_, otherwise)| &**otherwise));
        let end = otherwise.as_ref().map_or(then.span, |otherwise| otherwise.span);
        let span = join(self.span(branch.if_token.span), end);
        let cond = self.boxed(&branch.cond);
        at(
            span,
            ExprKind::If {
                cond,
                then,
                otherwise,
            },
        )
    }

    fn arm(&self, arm: &syn::Arm) -> Arm {
        let (pat, guard) = match &arm.pat {
            syn::Pat::Guard(guarded) => (&*guarded.pat, Some(self.expr(&guarded.guard))),
            pat => (pat, None),
        };
        Arm {
            pat: self.pat(pat),
            guard,
            body: self.expr(&arm.body),
        }
    }

    fn block_expr(&self, block: &syn::Block) -> Expr {
        let block = self.block(block);
        at(block.span, ExprKind::Block(block))
    }

    /// `unsafe { x }` is `x`.
    fn transparent(&self, block: &syn::Block) -> Expr {
        match block.stmts.as_slice() {
            [syn::Stmt::Expr(value, None)] => self.expr(value),
            _ => self.block_expr(block),
        }
    }

    fn closure(&self, closure: &syn::ExprClosure) -> Expr {
        let param = |pat: &syn::Pat| match pat {
            syn::Pat::Type(typed) => (self.pat(&typed.pat), Some(self.ty(&typed.ty))),
            pat => (self.pat(pat), None),
        };
        let body = self.expr(&closure.body);
        let start = closure.asyncness.map(|word| word.span);
        let start = start.or(closure.capture.map(|word| word.span));
        let start = start.unwrap_or(closure.inputs_begin.span());
        let span = join(self.span(start), body.span);
        let closure = Closure {
            params: closure.inputs.iter().map(param).collect::<Vec<(Pat, _)>>(),
            output: self.output(&closure.output),
            is_async: closure.asyncness.is_some(),
            is_move: closure.capture.is_some(),
            body,
        };
        at(span, ExprKind::Closure(Box::new(closure)))
    }

    fn primary(&self, expr: &syn::Expr) -> Expr {
        match expr {
            syn::Expr::Path(path) => {
                let path = self.path(path.qself.as_ref(), &path.path);
                at(path.span, ExprKind::Path(path))
            }
            syn::Expr::Lit(literal) => at(
                self.span(literal.lit.span()),
                ExprKind::Lit(self.lit(&literal.lit)),
            ),
            syn::Expr::Macro(call) => self.expr_macro(&call.mac),
            syn::Expr::Tuple(tuple) => {
                let delimiters = tuple.paren_token.span;
                let span = self.between(delimiters.open(), delimiters.close());
                at(span, ExprKind::Tuple(self.exprs(&tuple.elems)))
            }
            syn::Expr::Array(array) => {
                let delimiters = array.bracket_token.span;
                let span = self.between(delimiters.open(), delimiters.close());
                at(span, ExprKind::Array(self.exprs(&array.elems)))
            }
            syn::Expr::Repeat(repeat) => {
                let delimiters = repeat.bracket_token.span;
                let span = self.between(delimiters.open(), delimiters.close());
                let (value, len) = (self.boxed(&repeat.expr), self.boxed(&repeat.len));
                at(span, ExprKind::Repeat { value, len })
            }
            syn::Expr::Struct(value) => self.struct_literal(value),
            other => at(self.span_of(other), ExprKind::Other(Vec::new())),
        }
    }

    fn struct_literal(&self, value: &syn::ExprStruct) -> Expr {
        let path: Path = self.path(value.qself.as_ref(), &value.path);
        let span = join(path.span, self.span(value.brace_token.span.close()));
        let fields = value
            .fields
            .iter()
            .map(|field| (self.member(&field.member), self.expr(&field.expr)));
        let kind = ExprKind::Struct {
            path,
            fields: fields.collect(),
            base: self.maybe(value.rest.as_deref()),
        };
        at(span, kind)
    }

    pub(in crate::facts) fn block(&self, block: &syn::Block) -> Block {
        let delimiters = block.brace_token.span;
        Block {
            stmts: self.stmts(&block.stmts),
            span: self.between(delimiters.open(), delimiters.close()),
        }
    }

    pub(in crate::facts) fn stmts(&self, stmts: &[syn::Stmt]) -> Vec<Stmt> {
        let mut out = Vec::new();
        for stmt in stmts.iter().filter(|stmt| !is_for_tests(stmt)) {
            match stmt {
                syn::Stmt::Local(local) => out.push(Stmt::Let(Box::new(self.local(local)))),
                syn::Stmt::Item(item) => {
                    let mut items = Vec::new();
                    self.item(item, &mut items);
                    out.extend(items.into_iter().map(|item| Stmt::Item(Box::new(item))));
                }
                syn::Stmt::Expr(expr, semi) => out.push(Stmt::Expr {
                    expr: self.expr(expr),
                    semi: semi.is_some(),
                }),
                syn::Stmt::Macro(call) => self.stmt_macro(call, &mut out),
            }
        }
        out
    }

    fn local(&self, local: &syn::Local) -> Local {
        let (pat, ty) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(self.ty(&typed.ty))),
            pat => (pat, None),
        };
        let otherwise = local.init.as_ref().and_then(|init| init.diverge.as_ref());
        Local {
            pat: self.pat(pat),
            ty,
            init: local.init.as_ref().map(|init| self.expr(&init.expr)),
            otherwise: otherwise.map(|(_, otherwise)| self.expr(otherwise)),
            span: self.between(local.let_token.span, local.semi_token.span),
        }
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    pub(in crate::facts) fn lit(&self, lit: &syn::Lit) -> Lit {
        match lit {
            syn::Lit::Str(text) => Lit::Str(text.value()),
            syn::Lit::CStr(text) => Lit::Str(text.value().to_string_lossy().into_owned()),
            syn::Lit::ByteStr(_) => Lit::Bytes,
            syn::Lit::Int(number) => Lit::Int(number.base10_digits().to_owned(), number.suffix().to_owned()),
            syn::Lit::Float(number) => Lit::Float(number.to_string()),
            syn::Lit::Bool(value) => Lit::Bool(value.value),
            _ => Lit::Char,
        }
    }
}

/// An expression at its place.
pub(super) fn at(span: Span, kind: ExprKind) -> Expr {
    Expr { kind, span }
}
