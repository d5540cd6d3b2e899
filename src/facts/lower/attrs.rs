//! Attributes, and what they say about tests. Never evaluates any other `cfg`.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{AttrStyle, Attribute, Meta, Token};

use super::{Cx, plain};
use crate::facts::{Attr, Span};

impl Cx<'_> {
    /// Outer attributes without doc comments.
    pub(super) fn attrs(&self, attrs: &[Attribute]) -> Vec<Attr> {
        attrs
            .iter()
            .filter(|attr| matches!(attr.style, AttrStyle::Outer) && !attr.path().is_ident("doc"))
            .map(|attr| self.attr(attr))
            .collect()
    }

    fn attr(&self, attr: &Attribute) -> Attr {
        let path = attr.path();
        let tokens = match &attr.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(pair) => pair.value.to_token_stream(),
        };
        let mut strings = Vec::new();
        collect_strings(tokens, &mut strings);
        let brackets = attr.bracket_token.span;
        Attr {
            path: path
                .segments
                .iter()
                .map(|segment| plain(&segment.ident))
                .collect(),
            text: self.attr_text(attr),
            strings,
            span: self.between(attr.pound_token.span, brackets.close()),
        }
    }

    /// What stands between the path and the closing bracket.
    fn attr_text(&self, attr: &Attribute) -> String {
        let Some(end_of_path) = attr.path().segments.last() else {
            return String::new();
        };
        let brackets = attr.bracket_token.span;
        let rest = Span {
            start: self.span(end_of_path.ident.span()).end,
            end: self.span(brackets.close()).start,
        };
        if let Some(text) = self.slice(rest).filter(|_| rest.start < rest.end) {
            return text.trim().to_owned();
        }
        match &attr.meta {
            Meta::Path(_) => String::new(),
            Meta::List(list) => format!("({})", list.tokens),
            Meta::NameValue(pair) => format!("= {}", pair.value.to_token_stream()),
        }
    }

    /// The attributes say that this is test code.
    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    pub(super) fn is_test(&self, attrs: &[Attribute]) -> bool {
        ask_for_tests(attrs)
    }

    /// The string of `#[name = ".."]`.
    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    pub(super) fn attr_value(&self, attrs: &[Attribute], name: &str) -> Option<String> {
        attrs.iter().find_map(|attr| {
            let Meta::NameValue(pair) = &attr.meta else {
                return None;
            };
            let syn::Expr::Lit(literal) = &pair.value else {
                return None;
            };
            match &literal.lit {
                syn::Lit::Str(text) if pair.path.is_ident(name) => Some(text.value()),
                _ => None,
            }
        })
    }
}

/// `#[cfg(test)]` before a statement.
pub(super) fn is_for_tests(stmt: &syn::Stmt) -> bool {
    match stmt {
        syn::Stmt::Local(local) => ask_for_tests(&local.attrs),
        syn::Stmt::Macro(call) => ask_for_tests(&call.attrs),
        syn::Stmt::Expr(expr, _) => ask_for_tests(before(expr)),
        syn::Stmt::Item(_) => false,
    }
}

/// The attributes before an expression that stands as a statement.
fn before(expr: &syn::Expr) -> &[Attribute] {
    match expr {
        syn::Expr::Assign(of) => before(&of.left),
        syn::Expr::Await(of) => &of.attrs,
        syn::Expr::Block(of) => &of.attrs,
        syn::Expr::Call(of) => &of.attrs,
        syn::Expr::ForLoop(of) => &of.attrs,
        syn::Expr::If(of) => &of.attrs,
        syn::Expr::Macro(of) => &of.attrs,
        syn::Expr::Match(of) => &of.attrs,
        syn::Expr::MethodCall(of) => &of.attrs,
        syn::Expr::Return(of) => &of.attrs,
        syn::Expr::Try(of) => &of.attrs,
        syn::Expr::Unsafe(of) => &of.attrs,
        _ => &[],
    }
}

/// What stands below these attributes is test code.
pub(in crate::facts) fn ask_for_tests(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            list.parse_args().is_ok_and(|cfg| asks_for_test(&cfg))
        }
        meta => meta.path().segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            matches!(
                name.as_str(),
                "test" | "bench" | "rstest" | "test_case" | "wasm_bindgen_test" | "quickcheck" | "test_log"
            )
        }),
    })
}

/// `test`, also inside `any(..)` and `all(..)`; `not(test)` asks for the opposite.
fn asks_for_test(cfg: &Meta) -> bool {
    match cfg {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("any") || list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|parts| parts.iter().any(asks_for_test)),
        _ => false,
    }
}

fn collect_strings(tokens: TokenStream, strings: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect_strings(group.stream(), strings),
            TokenTree::Literal(literal) => {
                if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                    strings.push(text.value());
                }
            }
            _ => {}
        }
    }
}
