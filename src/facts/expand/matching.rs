//! Matches the tokens of a call against a pattern of `macro_rules!`.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Lifetime, Token};

use super::Node;
use super::template::{Binding, Bindings, names_in};

/// The bindings, where the pattern fits all of the tokens.
pub(super) fn whole(nodes: &[Node], tokens: TokenStream) -> Option<Bindings> {
    let parser = |input: ParseStream| {
        let mut found = Bindings::new();
        sequence(nodes, input, &mut found)?;
        Ok(found)
    };
    parser.parse2(tokens).ok()
}

fn sequence(nodes: &[Node], input: ParseStream, found: &mut Bindings) -> syn::Result<()> {
    for node in nodes {
        match node {
            Node::Token(token) => same(token, input)?,
            Node::Group(delimiter, inner) => {
                let group: Group = input.parse()?;
                if group.delimiter() != *delimiter {
                    return Err(input.error("another bracket"));
                }
                let inner = whole(inner, group.stream()).ok_or_else(|| input.error("no match"))?;
                found.extend(inner);
            }
            Node::Var(name, fragment) => {
                let tokens = self::fragment(fragment, input)?;
                found.insert(name.clone(), Binding::Tokens(tokens));
            }
            Node::Repeat { nodes, separator, op } => rounds(nodes, separator, *op, input, found)?,
        }
    }
    Ok(())
}

fn rounds(
    nodes: &[Node],
    separator: &[TokenTree],
    op: char,
    input: ParseStream,
    found: &mut Bindings,
) -> syn::Result<()> {
    let mut rounds: Vec<Bindings> = Vec::new();
    while !input.is_empty() && (op != '?' || rounds.is_empty()) {
        let ahead = input.fork();
        let before = ahead.cursor();
        let mut round = Bindings::new();
        let separated = rounds.is_empty() || separator.iter().all(|token| same(token, &ahead).is_ok());
        // A round that takes nothing would go on for ever.
        if !separated || sequence(nodes, &ahead, &mut round).is_err() || ahead.cursor() == before {
            break;
        }
        input.advance_to(&ahead);
        rounds.push(round);
    }
    if op == '+' && rounds.is_empty() {
        return Err(input.error("expected at least one"));
    }
    let mut names = Vec::new();
    names_in(nodes, &mut names);
    for name in names {
        let of_rounds = rounds
            .iter()
            .filter_map(|round| round.get(&name).cloned())
            .collect();
        found.insert(name, Binding::Rounds(of_rounds));
    }
    Ok(())
}

fn same(token: &TokenTree, input: ParseStream) -> syn::Result<()> {
    let next: TokenTree = input.parse()?;
    let equal = match (token, &next) {
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (a, b) => a.to_string() == b.to_string(),
    };
    if equal {
        Ok(())
    } else {
        Err(input.error("another token"))
    }
}

fn fragment(kind: &str, input: ParseStream) -> syn::Result<TokenStream> {
    fn read<T: syn::parse::Parse + ToTokens>(input: ParseStream) -> syn::Result<TokenStream> {
        Ok(input.parse::<T>()?.into_token_stream())
    }
    match kind {
        "ident" => {
            Ok(syn::ext::IdentExt::parse_any(input).map(|ident: syn::Ident| ident.into_token_stream())?)
        }
        "ty" => read::<syn::Type>(input),
        "expr" | "expr_2021" => Ok(grouped(read::<syn::Expr>(input)?)),
        "literal" if input.peek(Token![-]) => {
            let mut out = read::<Token![-]>(input)?;
            out.extend(read::<syn::Lit>(input)?);
            Ok(out)
        }
        "literal" => read::<syn::Lit>(input),
        "path" => read::<syn::Path>(input),
        "block" => read::<syn::Block>(input),
        "item" => read::<syn::Item>(input),
        "pat" => Ok(syn::Pat::parse_multi_with_leading_vert(input)?.into_token_stream()),
        "pat_param" => Ok(syn::Pat::parse_single(input)?.into_token_stream()),
        "stmt" => read::<syn::Stmt>(input).or_else(|_| read::<syn::Expr>(input)),
        "vis" => read::<syn::Visibility>(input),
        "lifetime" => read::<Lifetime>(input),
        "meta" => read::<syn::Meta>(input),
        "tt" => token_tree(input),
        _ => Err(input.error("an unknown kind of fragment")),
    }
}

/// An expression keeps its precedence where it is put.
fn grouped(tokens: TokenStream) -> TokenStream {
    let mut parts = tokens.clone().into_iter();
    if parts.next().is_some() && parts.next().is_none() {
        return tokens;
    }
    TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
}

/// A lifetime and an operator of several marks are one token tree.
fn token_tree(input: ParseStream) -> syn::Result<TokenStream> {
    if input.peek(Lifetime) {
        return Ok(input.parse::<Lifetime>()?.into_token_stream());
    }
    let first: TokenTree = input.parse()?;
    let mut operator = match &first {
        TokenTree::Punct(mark) if mark.spacing() == Spacing::Joint => mark.as_char().to_string(),
        _ => String::new(),
    };
    let mut out = TokenStream::from(first);
    while !operator.is_empty() {
        let ahead = input.fork();
        let Ok(TokenTree::Punct(next)) = ahead.parse::<TokenTree>() else {
            break;
        };
        operator.push(next.as_char());
        let known = [
            "=>", "->", "::", "==", "!=", "<=", ">=", "&&", "||", "..", "..=", "...", "<<", ">>",
        ];
        let assigns = operator.len() == 2 && operator.ends_with('=');
        if !known.contains(&operator.as_str()) && !assigns && operator != "<<=" && operator != ">>=" {
            break;
        }
        input.advance_to(&ahead);
        let goes_on = next.spacing() == Spacing::Joint;
        out.extend([TokenTree::Punct(next)]);
        if !goes_on {
            break;
        }
    }
    Ok(out)
}
