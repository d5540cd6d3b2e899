//! Reads patterns and bodies of `macro_rules!`, and writes bodies out.

use std::collections::BTreeMap;
use std::iter::Peekable;

use proc_macro2::{Group, Ident, Punct, Span as Place, TokenStream, TokenTree, token_stream};

use super::Node;

/// What a name of the pattern has matched.
#[derive(Clone)]
pub(super) enum Binding {
    /// Tokens.
    Tokens(TokenStream),
    /// One for each round of a repetition.
    Rounds(Vec<Binding>),
}

/// The names of a pattern.
pub(super) type Bindings = BTreeMap<String, Binding>;

/// What is read: a pattern, or a body in which `$crate` is written so.
#[derive(Clone, Copy)]
pub(super) enum Side<'k> {
    Pattern,
    Body { krate: &'k str },
}

/// Reads a pattern or a body.
pub(super) fn nodes(tokens: TokenStream, side: Side<'_>) -> Vec<Node> {
    let mut out = Vec::new();
    let mut tokens = super::without_place(tokens).into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '$' => {
                out.push(after_dollar(mark, &mut tokens, side));
            }
            TokenTree::Group(group) => {
                out.push(Node::Group(group.delimiter(), nodes(group.stream(), side)));
            }
            token => out.push(Node::Token(token)),
        }
    }
    out
}

fn after_dollar(dollar: Punct, tokens: &mut Peekable<token_stream::IntoIter>, side: Side<'_>) -> Node {
    match tokens.peek() {
        Some(TokenTree::Ident(name)) => {
            let name = name.to_string();
            tokens.next();
            if let (Side::Body { krate }, "crate") = (side, name.as_str()) {
                return Node::Token(TokenTree::Ident(Ident::new(krate, Place::call_site())));
            }
            let mut fragment = String::new();
            if matches!(side, Side::Pattern)
                && matches!(tokens.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == ':')
            {
                tokens.next();
                fragment = tokens.next().map(|word| word.to_string()).unwrap_or_default();
            }
            Node::Var(name, fragment)
        }
        Some(TokenTree::Group(group)) => {
            let inner = nodes(group.stream(), side);
            tokens.next();
            repeat(inner, tokens)
        }
        _ => Node::Token(TokenTree::Punct(dollar)),
    }
}

fn repeat(nodes: Vec<Node>, tokens: &mut Peekable<token_stream::IntoIter>) -> Node {
    let mut separator = Vec::new();
    let mut op = '*';
    for token in tokens.by_ref() {
        // `*` and `+` may separate too, but nobody writes that.
        if let TokenTree::Punct(mark) = &token
            && matches!(mark.as_char(), '*' | '+' | '?')
        {
            op = mark.as_char();
            break;
        }
        separator.push(token);
        if separator.len() > 3 {
            break;
        }
    }
    Node::Repeat { nodes, separator, op }
}

/// Writes a body; none where it gets too long or repeats nothing known.
pub(super) fn write(nodes: &[Node], bindings: &Bindings, budget: &mut usize) -> Option<TokenStream> {
    let mut out = TokenStream::new();
    for node in nodes {
        *budget = budget.checked_sub(1)?;
        match node {
            Node::Token(token) => out.extend([token.clone()]),
            Node::Group(delimiter, inner) => {
                let mut group = Group::new(*delimiter, write(inner, bindings, budget)?);
                group.set_span(Place::call_site());
                out.extend([TokenTree::Group(group)]);
            }
            Node::Var(name, _) => match bindings.get(name) {
                Some(Binding::Tokens(tokens)) => {
                    *budget = budget.checked_sub(count(tokens.clone()))?;
                    out.extend(tokens.clone());
                }
                Some(Binding::Rounds(_)) => return None,
                None => {
                    // A name of a nested definition.
                    let dollar = TokenTree::Punct(Punct::new('$', proc_macro2::Spacing::Alone));
                    let ident: TokenStream = name.parse().ok()?;
                    out.extend([dollar]);
                    out.extend(super::without_place(ident));
                }
            },
            Node::Repeat { nodes, separator, .. } => {
                write_rounds(nodes, separator, bindings, budget, &mut out)?;
            }
        }
    }
    Some(out)
}

fn write_rounds(
    nodes: &[Node],
    separator: &[TokenTree],
    bindings: &Bindings,
    budget: &mut usize,
    out: &mut TokenStream,
) -> Option<()> {
    let mut names = Vec::new();
    names_in(nodes, &mut names);
    let rounds = names.iter().filter_map(|name| match bindings.get(name) {
        Some(Binding::Rounds(rounds)) => Some((name, rounds)),
        _ => None,
    });
    let rounds: Vec<_> = rounds.collect();
    let count = rounds.iter().map(|(_, rounds)| rounds.len()).max()?;
    let mut inner = bindings.clone();
    for index in 0..count {
        for (name, rounds) in &rounds {
            inner.insert((*name).clone(), rounds.get(index)?.clone());
        }
        if index > 0 {
            out.extend(separator.iter().cloned());
        }
        out.extend(write(nodes, &inner, budget)?);
        *budget = budget.checked_sub(1)?;
    }
    Some(())
}

/// The names used in a part.
pub(super) fn names_in(nodes: &[Node], names: &mut Vec<String>) {
    for node in nodes {
        match node {
            Node::Token(_) => {}
            Node::Var(name, _) => names.push(name.clone()),
            Node::Group(_, inner) | Node::Repeat { nodes: inner, .. } => names_in(inner, names),
        }
    }
}

fn count(tokens: TokenStream) -> usize {
    let size = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(size).sum()
}
