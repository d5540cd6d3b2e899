//! Comments that allow a finding: `// statelint: allow(RULE, reason = "…")`. Reads comments only; knows no rule.

use serde::{Deserialize, Serialize};

use super::Span;
use super::scan::{Kind, Lexeme, scan};

const START: &str = "statelint: allow(";

/// A comment that allows findings at the code it stands above, or behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allow {
    /// The rules it names.
    pub rules: Vec<String>,
    /// Why; empty where the comment does not say.
    pub reason: String,
    /// The comment.
    pub span: Span,
    /// The line of code it speaks of.
    pub target: Span,
}

/// All such comments of a text.
pub(super) fn find(text: &str) -> Vec<Allow> {
    if !text.contains(START) {
        return Vec::new();
    }
    let lexemes = scan(text);
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(at) = comment_in(line, line_start, &lexemes)
            && let Some(allow) = read(text, line_start, at, &lexemes)
        {
            found.push(allow);
        }
        line_start += line.len();
    }
    found
}

/// Where a line's comment begins: at `//` outside of any lexeme.
fn comment_in(line: &str, line_start: usize, lexemes: &[Lexeme]) -> Option<usize> {
    let slashes = line.match_indices("//").map(|(at, _)| line_start + at);
    let mut free = slashes.filter(|at| {
        !lexemes
            .iter()
            .any(|lexeme| lexeme.start <= *at && *at < lexeme.end)
    });
    free.next()
}

fn read(text: &str, line_start: usize, at: usize, lexemes: &[Lexeme]) -> Option<Allow> {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let said = text[at..end].trim_start_matches('/').trim();
    let inside = said.strip_prefix(START)?.rsplit_once(')')?.0;
    let (names, reason) = match inside.split_once("reason") {
        Some((names, rest)) => (
            names,
            rest.trim_start().trim_start_matches('=').trim().trim_matches('"'),
        ),
        None => (inside, ""),
    };
    let behind = lexemes
        .iter()
        .any(|lexeme| line_start <= lexeme.start && lexeme.end <= at);
    let target = if behind {
        line_start
    } else {
        code_after(text, end, lexemes)?
    };
    Some(Allow {
        rules: names
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
        reason: reason.to_owned(),
        span: span(at, end),
        target: span(
            target,
            text[target..]
                .find('\n')
                .map_or(text.len(), |length| target + length),
        ),
    })
}

/// The code that comes next, but for its attributes.
fn code_after(text: &str, from: usize, lexemes: &[Lexeme]) -> Option<usize> {
    let mut rest = lexemes.iter().skip_while(|lexeme| lexeme.start < from).peekable();
    while rest.peek().is_some_and(|lexeme| lexeme.text(text) == "#") {
        rest.next();
        let mut depth = 0_usize;
        for lexeme in rest.by_ref() {
            match lexeme.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && !matches!(lexeme.kind, Kind::Punct(_)) {
                break;
            }
        }
    }
    rest.next().map(|lexeme| lexeme.start)
}

fn span(start: usize, end: usize) -> Span {
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        start: small(start),
        end: small(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> (Allow, &str) {
        let mut found = find(text);
        assert_eq!(found.len(), 1, "{found:#?}");
        let allow = found.remove(0);
        let target = &text[allow.target.start as usize..allow.target.end as usize];
        (allow, target)
    }

    #[test]
    fn a_comment_above_speaks_of_the_code_below_its_attributes() {
        let text = "// statelint: allow(global-counter, reason = \"for operators only\")\n#[allow(dead_code)]\n/// Hits.\nstatic HITS: u8 = 0;\n";
        let (allow, target) = only(text);
        assert_eq!(
            (allow.rules, allow.reason.as_str()),
            (vec!["global-counter".to_owned()], "for operators only")
        );
        assert_eq!(target, "static HITS: u8 = 0;");
    }

    #[test]
    fn a_comment_behind_speaks_of_its_own_line() {
        let (_, target) = only(
            "let a = 1;\nlet b = 2; // statelint: allow(local-file, reason = \"scratch\")\nlet c = 3;\n",
        );
        assert!(target.starts_with("let b = 2;"));
    }

    #[test]
    fn several_rules_and_no_reason_are_read_as_written() {
        let (allow, _) = only("// statelint: allow(local-file, local-lock)\nfn f() {}\n");
        assert_eq!((allow.rules.len(), allow.reason.as_str()), (2, ""));
    }

    #[test]
    fn a_text_that_looks_like_one_is_none() {
        assert!(find("const A: &str = \"// statelint: allow(local-file, reason = 1)\";\n").is_empty());
    }
}
