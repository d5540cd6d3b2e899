//! Arguments of `format!`, logging macros and other lists whose parts need not all be expressions.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token};

use crate::facts::lower::{Cx, plain};
use crate::facts::{Expr, ExprKind, Lit, Path, Segment, Span};

/// One argument, with its name in `name = value`.
struct Arg {
    name: Option<String>,
    value: syn::Expr,
}

impl Cx<'_> {
    /// The arguments, and the names that the format string captures.
    pub(super) fn format_args(&self, tokens: &TokenStream) -> Vec<Expr> {
        let args = args.parse2(tokens.clone()).unwrap_or_default();
        let named: Vec<&str> = args.iter().filter_map(|arg| arg.name.as_deref()).collect();
        let mut out: Vec<Expr> = args.iter().map(|arg| self.expr(&arg.value)).collect();
        let format = out.iter().find_map(|arg| match &arg.kind {
            ExprKind::Lit(Lit::Str(text)) => Some((text.clone(), arg.span)),
            _ => None,
        });
        if let Some((text, span)) = format {
            let captured = captures(&text)
                .into_iter()
                .filter(|name| !named.contains(&name.as_str()));
            out.extend(captured.map(|name| lone_path(name, span)));
        }
        out
    }

    /// The arguments that are expressions.
    pub(super) fn loose_args(&self, tokens: &TokenStream) -> Vec<Expr> {
        let args = args.parse2(tokens.clone()).unwrap_or_default();
        args.iter().map(|arg| self.expr(&arg.value)).collect()
    }
}

fn lone_path(name: String, span: Span) -> Expr {
    let segment = Segment {
        name,
        span,
        ..Segment::default()
    };
    let path = Path {
        segments: vec![segment],
        span,
        ..Path::default()
    };
    Expr {
        kind: ExprKind::Path(path),
        span,
    }
}

/// Every part between commas that is an expression once its label is gone.
fn args(input: ParseStream) -> syn::Result<Vec<Arg>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        if let Some(arg) = arg(input) {
            out.push(arg);
        }
        while !input.is_empty() && !input.peek(Token![,]) && !input.peek(Token![;]) {
            input.parse::<TokenTree>()?;
        }
        if !input.is_empty() {
            input.parse::<TokenTree>()?;
        }
    }
    Ok(out)
}

fn arg(input: ParseStream) -> Option<Arg> {
    let name = label(input);
    if input.peek(Token![%]) || input.peek(Token![?]) {
        input.parse::<TokenTree>().ok()?;
    }
    let ahead = input.fork();
    let value: syn::Expr = ahead.parse().ok()?;
    // `"..." as col`, `a => b`: what follows the expression belongs to it in a way we do not know.
    input.advance_to(&ahead);
    Some(Arg { name, value })
}

/// Takes `name =`, `user.id =`, `"name" =`, `target:`.
fn label(input: ParseStream) -> Option<String> {
    let ahead = input.fork();
    let mut name = None;
    if ahead.peek(syn::LitStr) {
        ahead.parse::<syn::LitStr>().ok()?;
    } else {
        let first = Ident::parse_any(&ahead).ok()?;
        name = Some(plain(&first));
        while ahead.peek(Token![.]) && !ahead.peek(Token![..]) {
            ahead.parse::<Token![.]>().ok()?;
            Ident::parse_any(&ahead).ok()?;
        }
    }
    let equals = ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>]);
    let colon = ahead.peek(Token![:]) && !ahead.peek(Token![::]);
    if !equals && !colon {
        return None;
    }
    ahead.parse::<TokenTree>().ok()?;
    input.advance_to(&ahead);
    Some(name.unwrap_or_default())
}

/// The names in `{name}`, `{name:?}`, `{:width$}` and `{:.precision$}`.
fn captures(format: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        let is_name = word
            .chars()
            .next()
            .is_some_and(|first| first == '_' || first.is_alphabetic())
            && word
                .chars()
                .all(|letter| letter == '_' || letter.is_alphanumeric());
        if is_name && !out.iter().any(|known| known == word) {
            out.push(word.to_owned());
        }
    };
    let plain = format.replace("{{", "").replace("}}", "\u{0}");
    for part in plain.split('{').skip(1) {
        // `{x}}}` has become `{x\0}` or `{x}\0`.
        let inside = part.split(['}', '\u{0}']).next().unwrap_or("");
        let (name, spec) = inside.split_once(':').unwrap_or((inside, ""));
        add(name.trim());
        for count in spec.split('$').rev().skip(1) {
            let word = count
                .rsplit(|letter: char| letter != '_' && !letter.is_alphanumeric())
                .next();
            add(word.unwrap_or(""));
        }
    }
    out
}
