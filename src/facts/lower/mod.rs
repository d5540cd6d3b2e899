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

use super::{Expr, Facts, Name, Skipped, Span};

/// Values deeper than this are cut off, so that whoever walks them needs no large stack.
const MAX_DEPTH: u32 = 400;

/// Where the tokens come from.
enum Origin {
    /// A file's text, from this byte on.
    File(u32),
    /// A macro's expansion: the place of its call, and where the call's own text begins if it is known.
    Expansion { call: Span, text_start: Option<u32> },
}

/// What lowering needs to know beside the tree.
pub(super) struct Cx<'a> {
    text: &'a str,
    origin: Origin,
    depth: Cell<u32>,
    skipped: RefCell<Vec<Skipped>>,
}

impl<'a> Cx<'a> {
    /// For a tree parsed from `text[base..]`.
    pub(super) fn for_file(text: &'a str, base: usize) -> Self {
        Self::new(text, Origin::File(u32::try_from(base).unwrap_or(u32::MAX)))
    }

    /// For a tree made of the tokens of `text`, which stands at `call`, and of others that stand nowhere.
    pub(super) fn for_expansion(text: &'a str, call: Span) -> Self {
        let exact = (call.end.saturating_sub(call.start)) as usize == text.len();
        let text_start = exact.then_some(call.start);
        Self::new(text, Origin::Expansion { call, text_start })
    }

    fn new(text: &'a str, origin: Origin) -> Self {
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
            Origin::Expansion { call, .. } => call,
        }
    }

    pub(super) fn span(&self, place: Place) -> Span {
        let range = place.byte_range();
        let narrow = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        let (start, end) = (narrow(range.start), narrow(range.end));
        match self.origin {
            Origin::File(_) => self.shift(Span { start, end }),
            Origin::Expansion {
                text_start: Some(shift),
                ..
            } if start < end => Span {
                start: start.saturating_add(shift),
                end: end.saturating_add(shift),
            },
            Origin::Expansion { call, .. } => call,
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

    /// The exact text between two delimiters, and its place. In an expansion the text may be printed tokens; then
    /// its length differs from that of the place.
    pub(super) fn between_delimiters(
        &self,
        delimiters: &DelimSpan,
        tokens: &proc_macro2::TokenStream,
    ) -> (String, Span) {
        let (open, close) = (delimiters.open().byte_range(), delimiters.close().byte_range());
        let span = Span {
            start: self.span(delimiters.open()).end,
            end: self.span(delimiters.close()).start,
        };
        match self.origin {
            Origin::File(base) => {
                let base = base as usize;
                let text = self.text.get(open.end + base..close.start + base);
                (text.unwrap_or("").to_owned(), span)
            }
            Origin::Expansion { call, text_start } => {
                let exact = text_start.is_some() && !open.is_empty() && !close.is_empty();
                match self.text.get(open.end..close.start) {
                    Some(text) if exact => (text.to_owned(), span),
                    _ => (tokens.to_string(), call),
                }
            }
        }
    }

    /// The text of a span of this file, where there is one.
    pub(super) fn slice(&self, span: Span) -> Option<&str> {
        let base = match self.origin {
            Origin::File(_) => 0,
            Origin::Expansion { text_start, .. } => text_start?,
        };
        let start = span.start.checked_sub(base)? as usize;
        let end = span.end.checked_sub(base)? as usize;
        self.text.get(start..end)
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
