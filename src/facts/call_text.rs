//! The text of a macro's call, and where its parts stand once expansions have put it together.

use std::str::FromStr;

use proc_macro2::{Delimiter, Span as Place, TokenStream, TokenTree};
use serde::{Deserialize, Serialize};

use super::Span;

/// What stands between the delimiters of a macro call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallText {
    /// The exact text, or the tokens of an expansion, printed.
    pub text: String,
    /// Where it stands; of printed tokens the call that they were made for.
    pub span: Span,
    /// The pieces of it that stand in the file as they are, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a text that stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its first byte in the text.
    pub from: u32,
    /// Its bytes.
    pub len: u32,
    /// Its first byte in the file.
    pub at: u32,
}

impl CallText {
    /// A text that stands in the file as a whole.
    #[must_use]
    pub fn of_file(text: String, span: Span) -> CallText {
        let whole = Piece {
            from: 0,
            len: span.end.saturating_sub(span.start),
            at: span.start,
        };
        CallText {
            text,
            span,
            pieces: vec![whole],
        }
    }

    /// The place of a part of the text, from where its first byte stands to where its last one does.
    pub(super) fn place(&self, start: u32, end: u32) -> Option<Span> {
        let last = end.checked_sub(1).filter(|last| *last >= start)?;
        let span = Span {
            start: self.byte(start)?,
            end: self.byte(last)? + 1,
        };
        (span.start < span.end).then_some(span)
    }

    fn byte(&self, byte: u32) -> Option<u32> {
        let after = self.pieces.partition_point(|piece| piece.from <= byte);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        let inside = byte - piece.from;
        (inside < piece.len).then(|| piece.at + inside)
    }

    /// The text at a place in the file, where one piece has all of it.
    pub(super) fn slice(&self, span: Span) -> Option<&str> {
        let has = |piece: &&Piece| piece.at <= span.start && span.end <= piece.at + piece.len;
        let piece = self.pieces.iter().find(has)?;
        let start = (piece.from + (span.start - piece.at)) as usize;
        self.text
            .get(start..start + (span.end.checked_sub(span.start)?) as usize)
    }

    /// A part of the text, as a text of its own.
    pub(super) fn part(&self, start: u32, end: u32) -> CallText {
        let cut = |piece: &Piece| {
            let (from, to) = (piece.from.max(start), (piece.from + piece.len).min(end));
            (from < to).then(|| Piece {
                from: from - start,
                len: to - from,
                at: piece.at + (from - piece.from),
            })
        };
        CallText {
            text: self
                .text
                .get(start as usize..end as usize)
                .unwrap_or_default()
                .to_owned(),
            span: self.place(start, end).unwrap_or(self.span),
            pieces: self.pieces.iter().filter_map(cut).collect(),
        }
    }

    /// Tokens of this text and others, printed. Each token of this text keeps its place.
    pub(super) fn printed(&self, tokens: &TokenStream) -> CallText {
        let text = tokens.to_string();
        let again = TokenStream::from_str(&text).unwrap_or_default();
        let (mut here, mut there) = (Vec::new(), Vec::new());
        ranges(tokens.clone(), &mut here);
        ranges(again, &mut there);
        let same = here.len() == there.len();
        let pairs = here.into_iter().zip(there).filter(|_| same);
        let pieces = pairs
            .filter_map(|(here, there)| self.moved(here, there))
            .collect();
        CallText {
            text,
            span: self.span,
            pieces,
        }
    }

    /// The place of a token that stood here and now stands there.
    fn moved(&self, here: (u32, u32), there: (u32, u32)) -> Option<Piece> {
        let span = self.place(here.0, here.1)?;
        let len = there.1 - there.0;
        (span.end - span.start == len).then_some(Piece {
            from: there.0,
            len,
            at: span.start,
        })
    }
}

/// Where the tokens stand, brackets on their own.
fn ranges(tokens: TokenStream, out: &mut Vec<(u32, u32)>) {
    let note = |place: Place, out: &mut Vec<(u32, u32)>| {
        let range = place.byte_range();
        let narrow = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        out.push((narrow(range.start), narrow(range.end)));
    };
    for token in tokens {
        match token {
            // Printing drops what only keeps an expression together.
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => ranges(group.stream(), out),
            TokenTree::Group(group) => {
                note(group.span_open(), out);
                ranges(group.stream(), out);
                note(group.span_close(), out);
            }
            token => note(token.span(), out),
        }
    }
}
