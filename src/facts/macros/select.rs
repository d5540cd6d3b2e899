//! `select!` and `join!` of tokio, futures and crossbeam: branches become matches on awaited futures.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token, token};

use crate::facts::lower::{Cx, join};
use crate::facts::{Arm, Expr, ExprKind, Pat};

/// One branch; `else`, `default` and `complete` wait for nothing.
struct Branch {
    waits: Option<(Option<syn::Pat>, syn::Expr, bool)>,
    guard: Option<syn::Expr>,
    body: syn::Expr,
}

impl Cx<'_> {
    pub(super) fn select_args(&self, tokens: &TokenStream) -> Option<Vec<Expr>> {
        let branches = branches.parse2(tokens.clone()).ok()?;
        Some(
            branches
                .iter()
                .map(|branch| self.branch_of_select(branch))
                .collect(),
        )
    }

    fn branch_of_select(&self, branch: &Branch) -> Expr {
        let body = self.expr(&branch.body);
        let Some((pat, future, is_future)) = &branch.waits else {
            return body;
        };
        let mut value = self.expr(future);
        if *is_future {
            value = awaited(value);
        }
        Expr {
            span: join(value.span, body.span),
            kind: ExprKind::Match {
                expr: Box::new(value),
                arms: vec![Arm {
                    pat: pat.as_ref().map_or(Pat::Wild, |pat| self.pat(pat)),
                    guard: branch.guard.as_ref().map(|guard| self.expr(guard)),
                    body,
                }],
            },
        }
    }

    pub(super) fn join_args(&self, tokens: &TokenStream) -> Option<Vec<Expr>> {
        let values = |input: ParseStream| {
            biased(input)?;
            super::list(input)
        };
        let values = values.parse2(tokens.clone()).ok()?;
        Some(values.iter().map(|value| awaited(self.expr(value))).collect())
    }
}

fn awaited(future: Expr) -> Expr {
    Expr {
        span: future.span,
        kind: ExprKind::Await(Box::new(future)),
    }
}

fn biased(input: ParseStream) -> syn::Result<()> {
    let ahead = input.fork();
    if ahead.parse::<Ident>().is_ok_and(|ident| ident == "biased") && ahead.peek(Token![;]) {
        ahead.parse::<Token![;]>()?;
        input.advance_to(&ahead);
    }
    Ok(())
}

fn branches(input: ParseStream) -> syn::Result<Vec<Branch>> {
    biased(input)?;
    let mut out = Vec::new();
    while !input.is_empty() {
        let (waits, guard) = head(input)?;
        input.parse::<Token![=>]>()?;
        let body = body(input)?;
        input.parse::<Option<Token![,]>>()?;
        out.push(Branch { waits, guard, body });
    }
    Ok(out)
}

type Head = (Option<(Option<syn::Pat>, syn::Expr, bool)>, Option<syn::Expr>);

fn head(input: ParseStream) -> syn::Result<Head> {
    if is_fallback(input) {
        while !input.peek(Token![=>]) {
            input.parse::<proc_macro2::TokenTree>()?;
        }
        return Ok((None, None));
    }
    let ahead = input.fork();
    if let Ok(head) = future_head(&ahead) {
        input.advance_to(&ahead);
        return Ok(head);
    }
    // crossbeam: `recv(rx) -> msg => ..`
    let call: syn::Expr = input.parse()?;
    let mut pat = None;
    if input.parse::<Option<Token![->]>>()?.is_some() {
        pat = Some(syn::Pat::parse_single(input)?);
    }
    Ok((Some((pat, call, false)), None))
}

fn future_head(input: ParseStream) -> syn::Result<Head> {
    let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
    input.parse::<Token![=]>()?;
    let future: syn::Expr = input.parse()?;
    let mut guard = None;
    if input.peek(Token![,]) && input.peek2(Token![if]) {
        input.parse::<Token![,]>()?;
        input.parse::<Token![if]>()?;
        guard = Some(input.parse()?);
    }
    if !input.peek(Token![=>]) {
        return Err(input.error("expected `=>`"));
    }
    Ok((Some((Some(pat), future, true)), guard))
}

/// `else =>`, `default =>`, `default(timeout) =>`, `complete =>`.
fn is_fallback(input: ParseStream) -> bool {
    let ahead = input.fork();
    let Ok(word) = Ident::parse_any(&ahead) else {
        return false;
    };
    let named = word == "else" || word == "default" || word == "complete";
    if named && ahead.peek(token::Paren) {
        return ahead.parse::<proc_macro2::TokenTree>().is_ok() && ahead.peek(Token![=>]);
    }
    named && ahead.peek(Token![=>])
}

/// A body in braces ends there, whatever comes next.
fn body(input: ParseStream) -> syn::Result<syn::Expr> {
    if input.peek(token::Brace) {
        let ahead = input.fork();
        let block: syn::ExprBlock = ahead.parse()?;
        if !ahead.peek(Token![.]) && !ahead.peek(Token![?]) {
            input.advance_to(&ahead);
            return Ok(syn::Expr::Block(block));
        }
    }
    input.parse()
}
