//! How a report may look: its width, its colours, and the breaking of lines. Knows nothing of what it says.

use crate::finding::Level;

/// What the reader's terminal can do and what the reader asked for.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Columns.
    pub width: usize,
    /// Colours are wanted.
    pub color: bool,
    /// Notes are shown.
    pub pedantic: bool,
    /// The folder the reader stands in: paths are shown so that they can be opened from there. Where it is empty, they
    /// stay relative to the root of the run.
    pub here: &'a str,
}

/// Colours text, or leaves it alone.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// Colours only where they are wanted.
    #[must_use]
    pub fn new(on: bool) -> Paint {
        Paint { on }
    }

    pub(super) fn level(self, level: Level, text: &str) -> String {
        match level {
            Level::Error => self.with("1;31", text),
            Level::Warning => self.with("1;33", text),
            Level::Note => self.with("1;36", text),
        }
    }

    /// Headings.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What helps: `help:`, a good end.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.with("1;32", text)
    }

    /// Names and code.
    #[must_use]
    pub fn name(self, text: &str) -> String {
        self.with("36", text)
    }

    /// What may be overlooked.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Breaks text between words so that no line is wider than `width`, where that can be done; never breaks a word.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let len = word.chars().count();
        if used > 0 && used + 1 + len > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += len;
    }
    lines.push(line);
    lines
}

/// A paragraph that hangs below its lead: `  help: take ..`, the next lines under `take`.
pub(super) fn hanging(lead: &str, painted_lead: &str, text: &str, width: usize) -> String {
    let indent = lead.chars().count();
    let lines = wrap(text, width.saturating_sub(indent).max(20));
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at == 0 {
            out.push_str(painted_lead);
        } else {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable word", 4), ["unbreakable", "word"]);
    }

    #[test]
    fn a_paragraph_hangs_below_its_lead() {
        assert_eq!(
            hanging("  help: ", "  help: ", "use the store of all replicas", 30),
            "  help: use the store of all\n        replicas\n"
        );
    }
}
