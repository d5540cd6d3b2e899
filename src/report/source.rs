//! Bytes of a file as lines and columns, and text as it may safely be shown. Never reads a file.

use crate::facts::Span;

/// A place as people count: lines and columns from 1, columns in characters, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column one past the last character.
    pub end_column: usize,
}

/// Where the lines of a text start.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Looks at each line break once.
    #[must_use]
    pub fn new(text: &'a str) -> Lines<'a> {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Lines {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// Line and column of both ends. A span beyond the text counts as its end.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let (line, column) = self.line_column(span.start);
        let (end_line, end_column) = self.line_column(span.end.max(span.start));
        Position {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of a line, without its end.
    pub(super) fn range(&self, line: usize) -> std::ops::Range<usize> {
        let Some(&start) = self.starts.get(line.saturating_sub(1)) else {
            return self.text.len()..self.text.len();
        };
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') {
            end - 1
        } else {
            end
        };
        start..end
    }

    /// The text of a line, without its end.
    pub(super) fn line(&self, line: usize) -> &'a str {
        &self.text[self.range(line)]
    }

    fn line_column(&self, byte: u32) -> (usize, usize) {
        let byte = self.floor(byte as usize);
        let line = self.starts.partition_point(|&start| start <= byte);
        let start = self.starts[line - 1];
        (line, self.text[start..byte].chars().count() + 1)
    }

    /// The nearest boundary of a character at or before this byte.
    pub(super) fn floor(&self, byte: usize) -> usize {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    }
}

/// Text with everything made visible that could move the cursor, recolour the terminal or reorder what is read.
/// Line breaks and tabs stay.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(c, &mut out);
    }
    out
}

/// The same on one line: breaks and tabs become spaces.
#[must_use]
pub fn visible_line(text: &str) -> String {
    let flat: String = text
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
        .collect();
    visible(&flat)
}

/// A path of a run as it is typed in the folder `here`. Both folders are absolute and use `/`.
#[must_use]
pub fn seen_from(here: &str, root: &str, path: &str) -> String {
    if here.is_empty() {
        return path.to_owned();
    }
    let here: Vec<&str> = parts(here).collect();
    let whole: Vec<&str> = parts(root).chain(parts(path)).collect();
    let shared = here.iter().zip(&whole).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return format!("{}/{path}", root.trim_end_matches('/'));
    }
    let up = std::iter::repeat_n("..", here.len() - shared);
    let down = whole[shared..].iter().copied();
    up.chain(down).collect::<Vec<_>>().join("/")
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Appends the character, or a picture of it.
pub(super) fn push_visible(c: char, out: &mut String) {
    match c {
        '\n' | '\t' => out.push(c),
        // The block of control pictures mirrors the control characters.
        '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\u{7f}' => out.push('\u{2421}'),
        '\u{80}'..='\u{9f}' => escape(c, out),
        _ if reorders_or_hides(c) => escape(c, out),
        _ => out.push(c),
    }
}

fn escape(c: char, out: &mut String) {
    out.extend(c.escape_unicode());
}

/// Bidirectional controls, separators that terminals take for line breaks, and characters that have no width and
/// no place in source code.
fn reorders_or_hides(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, start: u32, end: u32) -> (usize, usize, usize, usize) {
        let p = Lines::new(text).position(Span { start, end });
        (p.line, p.column, p.end_line, p.end_column)
    }

    #[test]
    fn a_path_is_shown_as_it_is_typed() {
        let path = "src/main.rs";
        assert_eq!(seen_from("", "/home/shop", path), path);
        assert_eq!(seen_from("/home/shop", "/home/shop", path), path);
        assert_eq!(seen_from("/home", "/home/shop", path), "shop/src/main.rs");
        assert_eq!(seen_from("/home/shop/src", "/home/shop", path), "main.rs");
        assert_eq!(
            seen_from("/home/other", "/home/shop", path),
            "../shop/src/main.rs"
        );
        assert_eq!(seen_from("/srv", "/home/shop", path), "/home/shop/src/main.rs");
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(at("ab\nĸ€x = 1", 3, 9), (2, 1, 2, 4));
    }

    #[test]
    fn windows_line_ends_do_not_shift_lines() {
        assert_eq!(at("a\r\nbc\r\n", 4, 5), (2, 2, 2, 3));
        assert_eq!(Lines::new("a\r\nbc\r\n").line(2), "bc");
    }

    #[test]
    fn a_span_beyond_the_text_is_its_end() {
        assert_eq!(at("ab", 7, 9), (1, 3, 1, 3));
        assert_eq!(at("", 0, 0), (1, 1, 1, 1));
    }

    #[test]
    fn a_span_inside_a_character_is_its_start() {
        assert_eq!(at("€", 1, 2), (1, 1, 1, 1));
    }

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(visible("a\u{1b}[31m\u{7}\u{7f}"), "a␛[31m␇␡");
        assert_eq!(visible("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(visible("a\r\n\tb"), "a␍\n\tb");
    }

    #[test]
    fn reordering_characters_become_their_number() {
        assert_eq!(
            visible("/*\u{202e} } \u{2066}if*/"),
            "/*\\u{202e} } \\u{2066}if*/"
        );
        assert_eq!(visible("żółć 語 👩‍💻"), "żółć 語 👩‍💻");
    }
}
