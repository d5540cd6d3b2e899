//! When a file does not parse as a whole: finds the items that do not, and blanks them so that the others keep
//! their places. Never drops a part without saying so.

use super::depth;
use super::scan::{Kind, Lexeme, scan};
use super::{Skipped, Span};

/// What is told about a text that is too deep for any parser.
pub(super) const TOO_DEEP: &str = "nested too deeply";

/// A text in which everything left parses, and what was taken out.
pub(super) struct Repaired {
    /// As long as the original, with blanks where parts were taken out.
    pub(super) text: String,
    /// The parts.
    pub(super) skipped: Vec<Skipped>,
}

/// Takes out of `text` the items that do not parse.
pub(super) fn repair(text: &str) -> Repaired {
    let mut work = Work {
        text,
        out: text.as_bytes().to_vec(),
        skipped: Vec::new(),
    };
    let lexemes = scan(text);
    let mut from = 0;
    for end in split(&lexemes, text, true) {
        work.piece(lexemes.get(from..end).unwrap_or(&[]), &Frame::FILE);
        from = end;
    }
    work.blank_tail(&lexemes);
    Repaired {
        text: String::from_utf8(work.out).unwrap_or_default(),
        skipped: work.skipped,
    }
}

/// What a piece is put between to be parsed on its own.
struct Frame {
    before: &'static str,
    after: &'static str,
}

impl Frame {
    const FILE: Self = Self {
        before: "",
        after: "",
    };
    const IMPL: Self = Self {
        before: "impl X {",
        after: "}",
    };
    const TRAIT: Self = Self {
        before: "trait X {",
        after: "}",
    };

    fn parse(&self, piece: &str) -> Result<(), String> {
        let whole = format!("{}{piece}{}", self.before, self.after);
        super::parse(&whole).map(drop)
    }
}

struct Work<'a> {
    text: &'a str,
    out: Vec<u8>,
    skipped: Vec<Skipped>,
}

impl Work<'_> {
    fn piece(&mut self, lexemes: &[Lexeme], frame: &Frame) {
        let (Some(first), Some(last)) = (lexemes.first(), lexemes.last()) else {
            return;
        };
        let source = self.text.get(first.start..last.end).unwrap_or("");
        if !depth::is_bounded(lexemes, self.text) {
            return self.skip(first.start, last.end, TOO_DEEP.to_owned());
        }
        let Err(reason) = frame.parse(source) else {
            return;
        };
        if !self.inside(lexemes) {
            self.skip(first.start, last.end, reason);
        }
    }

    /// A broken method must not cost its whole `impl`, nor a broken item its module.
    fn inside(&mut self, lexemes: &[Lexeme]) -> bool {
        let keyword = head(lexemes, self.text).0;
        let frame = match keyword {
            "impl" => Frame::IMPL,
            "trait" => Frame::TRAIT,
            "mod" => Frame::FILE,
            _ => return false,
        };
        let Some((open, close)) = body(lexemes) else {
            return false;
        };
        let header = self.text.get(lexemes[0].start..lexemes[open].end).unwrap_or("");
        if Frame::FILE.parse(&format!("{header}}}")).is_err() {
            return false;
        }
        let members = &lexemes[open + 1..close];
        let mut from = 0;
        for end in split(members, self.text, false) {
            self.piece(members.get(from..end).unwrap_or(&[]), &frame);
            from = end;
        }
        // Comments between the members stay; one that documents a member taken out would document the next.
        true
    }

    fn skip(&mut self, start: usize, end: usize, reason: String) {
        self.blank(start, end);
        self.skipped.push(Skipped {
            span: Span {
                start: u32::try_from(start).unwrap_or(u32::MAX),
                end: u32::try_from(end).unwrap_or(u32::MAX),
            },
            reason,
        });
        // A doc comment that is left without its item would not parse.
        let before = self.text.get(..start).unwrap_or("");
        let mut line_end = before.len();
        for line in before.split_inclusive('\n').rev() {
            let from = line_end - line.len();
            let words = line.trim();
            if !words.is_empty() && !words.starts_with("//") {
                break;
            }
            self.blank(from, line_end);
            line_end = from;
        }
    }

    fn blank(&mut self, start: usize, end: usize) {
        if let Some(bytes) = self.out.get_mut(start..end) {
            for byte in bytes.iter_mut().filter(|byte| **byte != b'\n') {
                *byte = b' ';
            }
        }
    }

    /// What follows the last lexeme is comments, one of which may be unclosed or a doc comment of nothing.
    fn blank_tail(&mut self, lexemes: &[Lexeme]) {
        let from = lexemes.last().map_or(0, |last| last.end);
        self.blank(from, self.text.len());
    }
}

/// The positions of the braces around the last `{ .. }`.
fn body(lexemes: &[Lexeme]) -> Option<(usize, usize)> {
    let mut depth = 0usize;
    let mut open = None;
    for (index, lexeme) in lexemes.iter().enumerate() {
        match lexeme.kind {
            Kind::Open(bracket) => {
                if depth == 0 && bracket == b'{' {
                    open = Some(index);
                }
                depth += 1;
            }
            Kind::Close(_) => {
                depth = depth.checked_sub(1)?;
                if depth == 0 && index + 1 == lexemes.len() {
                    return open.map(|open| (open, index));
                }
            }
            _ => {}
        }
    }
    None
}

/// The ends of the items, as indices one past their last lexeme.
fn split(lexemes: &[Lexeme], text: &str, top: bool) -> Vec<usize> {
    let resync = top && !is_balanced(lexemes);
    let mut ends = Vec::new();
    let mut from = 0;
    let mut depth = 0usize;
    // Asked once an item: its head stands before its first brace.
    let mut brace_ends = None;
    for (index, lexeme) in lexemes.iter().enumerate() {
        if index == from {
            brace_ends = None;
        }
        if resync && depth > 0 && index > from && starts_item(lexeme, text) {
            ends.push(index);
            from = index;
            depth = 0;
            brace_ends = None;
        }
        match lexeme.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(bracket) => {
                let stray = depth == 0;
                depth = depth.saturating_sub(1);
                let closes = depth == 0 && bracket == b'}';
                let ends_here =
                    closes && *brace_ends.get_or_insert_with(|| ends_at_brace(&lexemes[from..index], text));
                if stray || ends_here {
                    ends.push(index + 1);
                    from = index + 1;
                }
            }
            Kind::Punct(b';') if depth == 0 => {
                ends.push(index + 1);
                from = index + 1;
            }
            _ => {}
        }
    }
    if from < lexemes.len() {
        ends.push(lexemes.len());
    }
    ends
}

fn is_balanced(lexemes: &[Lexeme]) -> bool {
    let mut open = Vec::new();
    for lexeme in lexemes {
        match lexeme.kind {
            Kind::Open(bracket) => open.push(bracket),
            Kind::Close(bracket) => {
                let fits = matches!(
                    (open.pop(), bracket),
                    (Some(b'('), b')') | (Some(b'['), b']') | (Some(b'{'), b'}')
                );
                if !fits {
                    return false;
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}

/// At the start of a line, a word that begins an item.
fn starts_item(lexeme: &Lexeme, text: &str) -> bool {
    let at_line_start = lexeme.start == 0 || text.as_bytes().get(lexeme.start - 1) == Some(&b'\n');
    at_line_start
        && matches!(
            lexeme.text(text),
            "pub"
                | "fn"
                | "async"
                | "struct"
                | "enum"
                | "impl"
                | "mod"
                | "use"
                | "static"
                | "const"
                | "trait"
                | "type"
                | "unsafe"
                | "extern"
                | "macro_rules"
                | "#"
        )
}

/// `use a::{b};` and `static X: T = T { .. };` go on after a brace, other items end there.
fn ends_at_brace(lexemes: &[Lexeme], text: &str) -> bool {
    let (word, next) = head(lexemes, text);
    match word {
        "use" | "static" | "type" => false,
        "const" => matches!(next, "fn" | "unsafe" | "async" | "extern"),
        "extern" => next != "crate",
        _ => true,
    }
}

/// The word that says what an item is, and the one after it.
fn head<'a>(lexemes: &[Lexeme], text: &'a str) -> (&'a str, &'a str) {
    let mut depth = 0usize;
    let mut words = lexemes.iter().filter_map(|lexeme| {
        match lexeme.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            Kind::Word if depth == 0 => return Some(lexeme.text(text)),
            _ => {}
        }
        None
    });
    let word = words.find(|word| !matches!(*word, "pub" | "unsafe" | "async" | "default" | "auto"));
    (word.unwrap_or(""), words.next().unwrap_or(""))
}
