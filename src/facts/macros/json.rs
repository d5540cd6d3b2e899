//! The values of `json!`. Never looks at the keys, except those in parentheses.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Token, token};

use crate::facts::Expr;
use crate::facts::lower::Cx;

impl Cx<'_> {
    pub(super) fn json_args(&self, tokens: &TokenStream) -> Vec<Expr> {
        let values = |input: ParseStream| {
            let mut values = Vec::new();
            array(input, &mut values)?;
            Ok(values)
        };
        let values = values.parse2(tokens.clone()).unwrap_or_default();
        values.iter().map(|value| self.expr(value)).collect()
    }
}

fn array(input: ParseStream, values: &mut Vec<syn::Expr>) -> syn::Result<()> {
    while !input.is_empty() {
        value(input, values)?;
        to_comma(input)?;
    }
    Ok(())
}

fn object(input: ParseStream, values: &mut Vec<syn::Expr>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(token::Paren)
            && let Ok(key) = input.fork().parse::<syn::ExprParen>()
        {
            values.push(*key.expr);
        }
        // A path in a key has two colons, the value begins behind a single one.
        while !input.is_empty() && (!input.peek(Token![:]) || input.peek(Token![::])) {
            if input.peek(Token![::]) {
                input.parse::<Token![::]>()?;
            } else {
                input.parse::<TokenTree>()?;
            }
        }
        input.parse::<Option<Token![:]>>()?;
        value(input, values)?;
        to_comma(input)?;
    }
    Ok(())
}

fn value(input: ParseStream, values: &mut Vec<syn::Expr>) -> syn::Result<()> {
    if input.peek(token::Brace) {
        let content;
        syn::braced!(content in input);
        return object(&content, values);
    }
    let ahead = input.fork();
    if input.peek(token::Bracket) {
        let content;
        syn::bracketed!(content in ahead);
        if ahead.is_empty() || ahead.peek(Token![,]) {
            input.advance_to(&ahead);
            return array(&content, values);
        }
    }
    let ahead = input.fork();
    if let Ok(expr) = ahead.parse::<syn::Expr>() {
        input.advance_to(&ahead);
        let is_null = matches!(&expr, syn::Expr::Path(path) if path.path.is_ident("null"));
        if !is_null {
            values.push(expr);
        }
    }
    Ok(())
}

fn to_comma(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() {
        if input.parse::<Option<Token![,]>>()?.is_some() {
            break;
        }
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
