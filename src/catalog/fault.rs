//! What is wrong with a text that people write for us, the catalogue's or `statelint.toml`: file, line, column, what, and
//! what would be right. Reads nothing.

use std::fmt;

use toml::Spanned;

use crate::near;

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
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// The valid word that was meant, where one is near.
    pub meant: Option<String>,
    /// What would be right.
    pub valid: String,
}

impl Fault {
    /// A mistake in a value.
    pub(crate) fn at<T>(
        text: &Text<'_>,
        value: &Spanned<T>,
        what: String,
        valid: impl Into<String>,
    ) -> Fault {
        Fault::new(text, value.span().start, what, valid.into())
    }

    /// A word that is none of those that may stand there.
    pub(crate) fn unknown(text: &Text<'_>, word: &Spanned<String>, what: &str, known: &[&str]) -> Fault {
        let said = format!("`{}` is no {what}", word.as_ref());
        Fault {
            meant: near::nearest(word.as_ref(), known.iter().copied()).map(str::to_owned),
            ..Fault::at(text, word, said, known.join(", "))
        }
    }

    /// A text that does not have the form of its table.
    pub(crate) fn of_toml(text: &Text<'_>, error: &toml::de::Error) -> Fault {
        // "unknown field `x`, expected one of `a`, `b`": the second half is what would be right.
        let message = error.message().lines().collect::<Vec<_>>().join(" ");
        let (what, valid) = message.split_once(", expected ").unwrap_or((&message, ""));
        let meant = quoted(what)
            .next()
            .filter(|_| what.starts_with("unknown "))
            .and_then(|word| near::nearest(word, quoted(valid)));
        let start = error.span().map_or(0, |span| span.start);
        Fault {
            meant: meant.map(str::to_owned),
            ..Fault::new(
                text,
                start,
                what.to_owned(),
                valid.trim_start_matches("one of ").to_owned(),
            )
        }
    }

    /// What to write instead; empty where nobody knows.
    #[must_use]
    pub fn help(&self) -> String {
        near::advice(self.meant.as_deref(), "valid", &self.valid)
    }

    fn new(text: &Text<'_>, byte: usize, what: String, valid: String) -> Fault {
        let before = text.text.get(..byte).unwrap_or(text.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Fault {
            file: text.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            what,
            meant: None,
            valid,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.what)?;
        let help = self.help();
        if help.is_empty() {
            Ok(())
        } else {
            write!(f, "; {help}")
        }
    }
}

/// The words in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
