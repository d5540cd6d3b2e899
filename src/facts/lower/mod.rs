//! syn's tree of one text becomes the model. Knows where each token stands; never keeps a syn value.

mod attrs;
mod exprs;
mod items;
mod pats;
mod types;

use std::cell::{Cell, RefCell};

use proc_macro2::Span as Place;
use proc_macro2::extra::DelimSpan;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

pub(super) use attrs::ask_for_tests;

use super::{CallText, Expr, Facts, Name, Skipped, Span};

/// Values deeper than this are cut off, so that whoever walks them needs no large stack.
const MAX_DEPTH: u32 = 400;

/// Where the tokens come from.
enum Origin<'a> {
    /// A file's text, from this byte on.
    File(u32),
    /// A macro's expansion: the text of its call.
    Expansion(&'a CallText),
}

/// What lowering needs to know beside the tree.
pub(super) struct Cx<'a> {
    text: &'a str,
    origin: Origin<'a>,
    depth: Cell<u32>,
    skipped: RefCell<Vec<Skipped>>,
}

impl<'a> Cx<'a> {
    /// For a tree parsed from `text[base..]`.
    pub(super) fn for_file(text: &'a str, base: usize) -> Self {
        Self::new(text, Origin::File(u32::try_from(base).unwrap_or(u32::MAX)))
    }

    /// For a tree made of the tokens of a call's text, and of others that stand nowhere.
    pub(super) fn for_expansion(call: &'a CallText) -> Self {
        Self::new(&call.text, Origin::Expansion(call))
    }

    fn new(text: &'a str, origin: Origin<'a>) -> Self {
        Self {
            text,
            origin,
            depth: Cell::new(0),
            skipped: RefCell::new(Vec::new()),
        }
    }

    /// The facts of a whole file.
    pub(super) fn file(&self, file: &syn::File) -> Facts {
        let items = self.items(&file.items);
        Facts {
            allows: Vec::new(),
            items,
            skipped: self.skipped.take(),
            generated: false,
            test: self.is_test(&file.attrs),
        }
    }

    /// A span of the parsed text as one of the file.
    pub(super) fn shift(&self, span: Span) -> Span {
        match self.origin {
            Origin::File(base) => Span {
                start: span.start.saturating_add(base),
                end: span.end.saturating_add(base),
            },
            Origin::Expansion(call) => call.span,
        }
    }

    pub(super) fn span(&self, place: Place) -> Span {
        let range = place.byte_range();
        let (start, end) = (narrow(range.start), narrow(range.end));
        match self.origin {
            Origin::File(_) => self.shift(Span { start, end }),
            Origin::Expansion(call) => call.place(start, end).unwrap_or(call.span),
        }
    }

    /// From the first token of a syntax tree to its last.
    pub(super) fn span_of(&self, node: &impl Spanned) -> Span {
        self.span(node.span())
    }

    pub(super) fn between(&self, open: Place, close: Place) -> Span {
        join(self.span(open), self.span(close))
    }

    pub(super) fn name(&self, ident: &syn::Ident) -> Name {
        Name {
            text: plain(ident),
            span: self.span(ident.span()),
        }
    }

    /// The text between two delimiters, with its place: exact, but for tokens that come from a macro's definition.
    pub(super) fn between_delimiters(
        &self,
        delimiters: &DelimSpan,
        tokens: &proc_macro2::TokenStream,
    ) -> CallText {
        let (open, close) = (delimiters.open().byte_range(), delimiters.close().byte_range());
        match self.origin {
            Origin::File(base) => {
                let base = base as usize;
                let text = self.text.get(open.end + base..close.start + base);
                let span = Span {
                    start: self.span(delimiters.open()).end,
                    end: self.span(delimiters.close()).start,
                };
                CallText::of_file(text.unwrap_or("").to_owned(), span)
            }
            Origin::Expansion(call) if open.is_empty() || close.is_empty() => call.printed(tokens),
            Origin::Expansion(call) => call.part(narrow(open.end), narrow(close.start)),
        }
    }

    /// The text of a span of this file, where there is one.
    pub(super) fn slice(&self, span: Span) -> Option<&str> {
        match self.origin {
            Origin::File(_) => self.text.get(span.start as usize..span.end as usize),
            Origin::Expansion(call) => call.slice(span),
        }
    }

    /// Runs `read` one level deeper, or gives none where the value would get too deep.
    pub(super) fn deeper<T>(&self, read: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let value = read();
        self.depth.set(depth);
        Some(value)
    }

    pub(super) fn skip(&self, span: Span, reason: &str) {
        self.skipped.borrow_mut().push(Skipped {
            span,
            reason: reason.to_owned(),
        });
    }
}

/// From the start of the first to the end of the last, whichever order they come in.
pub(super) fn join(a: Span, b: Span) -> Span {
    Span {
        start: a.start.min(b.start),
        end: a.end.max(b.end),
    }
}

/// From the first expression to the last, or `other` where there is none.
pub(super) fn join_all(exprs: &[Expr], other: Span) -> Span {
    exprs.iter().map(|expr| expr.span).reduce(join).unwrap_or(other)
}

/// An identifier without `r#`.
pub(super) fn plain(ident: &syn::Ident) -> String {
    ident.unraw().to_string()
}

fn narrow(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}
