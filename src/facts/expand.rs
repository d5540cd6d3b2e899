//! Expands calls of simple `macro_rules!` macros: patterns are matched in order, the first that fits is written out.
//! No hygiene, no second round, never more than a bounded number of tokens.

mod matching;
mod template;

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Span as Place, TokenStream, TokenTree};
use syn::parse::Parser;

use self::template::Side;
use super::lower::Cx;
use super::{Block, CallText, Impl, Item, MacroRules};
use super::{depth, macros, scan};

/// Tokens that one expansion may have.
const MAX_TOKENS: usize = 200_000;

/// A part of a pattern or of what it becomes.
enum Node {
    /// A token that stands for itself; never a group.
    Token(TokenTree),
    /// A group.
    Group(Delimiter, Vec<Node>),
    /// `$name`, in a pattern with what it matches.
    Var(String, String),
    /// `$( .. ) separator op`.
    Repeat {
        /// What is repeated.
        nodes: Vec<Node>,
        /// The tokens between two rounds.
        separator: Vec<TokenTree>,
        /// `*`, `+` or `?`.
        op: char,
    },
}

pub(super) fn items(definition: &MacroRules, krate: &str, call: &CallText) -> Option<Vec<Item>> {
    let tokens = expand(definition, krate, &call.text)?;
    let items = macros::parse_items(tokens)?;
    Some(Cx::for_expansion(call).items(&items))
}

/// Adds what a macro among the members of an `impl` stands for. False where it cannot be expanded.
pub(super) fn members(definition: &MacroRules, krate: &str, call: &CallText, out: &mut Impl) -> bool {
    let members = expand(definition, krate, &call.text).and_then(macros::parse_members);
    members.is_some_and(|members| {
        Cx::for_expansion(call).members(&members, out);
        true
    })
}

pub(super) fn block(definition: &MacroRules, krate: &str, call: &CallText) -> Option<Block> {
    let tokens = expand(definition, krate, &call.text)?;
    let stmts = syn::Block::parse_within.parse2(tokens).ok()?;
    Some(Block {
        stmts: Cx::for_expansion(call).stmts(&stmts),
        span: call.span,
    })
}

fn expand(definition: &MacroRules, krate: &str, text: &str) -> Option<TokenStream> {
    let bounded = |text: &str| depth::is_bounded(&scan::scan(text), text);
    if !bounded(&definition.text) || !bounded(text) {
        return None;
    }
    let rules = TokenStream::from_str(&definition.text).ok()?;
    let call = TokenStream::from_str(text).ok()?;
    let mut tokens = rules.into_iter().peekable();
    while let Some(TokenTree::Group(pattern)) = tokens.next() {
        while matches!(tokens.peek(), Some(TokenTree::Punct(_))) {
            tokens.next();
        }
        let Some(TokenTree::Group(body)) = tokens.next() else {
            return None;
        };
        while matches!(tokens.peek(), Some(TokenTree::Punct(_))) {
            tokens.next();
        }
        let pattern = template::nodes(pattern.stream(), Side::Pattern);
        let Some(found) = matching::whole(&pattern, call.clone()) else {
            continue;
        };
        let mut budget = MAX_TOKENS;
        let body = template::nodes(body.stream(), Side::Body { krate });
        let out = template::write(&body, &found, &mut budget)?;
        return bounded(&out.to_string()).then_some(out);
    }
    None
}

/// The same tokens, standing nowhere.
fn without_place(tokens: TokenStream) -> TokenStream {
    let placeless = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), without_place(group.stream())));
        }
        token.set_span(Place::call_site());
        token
    };
    tokens.into_iter().map(placeless).collect()
}
