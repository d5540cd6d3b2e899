//! What is wrong with a text of the catalogue, for people: file, line, what, and what would be right. Reads nothing.

use std::fmt;

use toml::Spanned;

/// A text of the catalogue and the file it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The file, for messages.
    pub file: &'a str,
    /// The TOML.
    pub text: &'a str,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub valid: String,
}

impl Fault {
    /// A mistake in a value.
    pub(super) fn at<T>(
        text: &Text<'_>,
        value: &Spanned<T>,
        what: String,
        valid: impl Into<String>,
    ) -> Fault {
        Fault {
            file: text.file.to_owned(),
            line: line_of(text.text, value.span().start),
            what,
            valid: valid.into(),
        }
    }

    /// A text that is no table of the catalogue.
    pub(super) fn of_toml(text: &Text<'_>, error: &toml::de::Error) -> Fault {
        // "unknown field `x`, expected one of `a`, `b`": the second half is what would be right.
        let message = error.message().lines().collect::<Vec<_>>().join(" ");
        let (what, valid) = message.split_once(", expected ").unwrap_or((&message, ""));
        Fault {
            file: text.file.to_owned(),
            line: line_of(text.text, error.span().map_or(0, |span| span.start)),
            what: what.to_owned(),
            valid: valid.trim_start_matches("one of ").to_owned(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)?;
        if self.valid.is_empty() {
            Ok(())
        } else {
            write!(f, "; valid: {}", self.valid)
        }
    }
}

fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}
