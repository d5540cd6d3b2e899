//! A rule's manual and the list of rules, lightly formatted for a terminal. Takes text; never looks a rule up.

use std::fmt::Write as _;

use super::Paint;
use super::paint::wrap;

/// Markdown for the terminal: headings and code stand out; plain text stays as written where there are no colours.
#[must_use]
pub fn render(markdown: &str, paint: Paint) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in markdown.trim().lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            let _ = writeln!(out, "{}", format!("    {}", paint.name(line)).trim_end());
        } else if let Some(heading) = line.strip_prefix('#') {
            let _ = writeln!(out, "{}", paint.bold(heading.trim_start_matches('#').trim()));
        } else {
            let _ = writeln!(out, "{}", inline_code(line, paint));
        }
    }
    out
}

/// `id  level  summary`, one rule a line; summaries wrap below themselves.
#[must_use]
pub fn list(rules: &[(&str, &str, &str)], width: usize, paint: Paint) -> String {
    let widest = rules.iter().map(|(id, ..)| id.len()).max().unwrap_or(0);
    let indent = widest + 2 + "warning".len() + 2;
    let mut out = String::new();
    for (id, level, summary) in rules {
        let lines = wrap(summary, width.saturating_sub(indent).max(30));
        let padded = format!("{id:widest$}");
        let _ = writeln!(out, "{}  {level:7}  {}", paint.name(&padded), lines[0]);
        for line in &lines[1..] {
            let _ = writeln!(out, "{}{line}", " ".repeat(indent));
        }
    }
    out
}

fn inline_code(line: &str, paint: Paint) -> String {
    let parts = line.split('`').enumerate();
    let odd_ticks = line.matches('`').count() % 2 == 1;
    if odd_ticks {
        return line.to_owned();
    }
    parts
        .map(|(at, part)| {
            if at % 2 == 1 {
                paint.name(&format!("`{part}`"))
            } else {
                part.to_owned()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lose_their_marks_and_code_is_indented() {
        let text = render(
            "# Why\nUse `INCR`.\n```rust\nlet a = 1;\n```\n",
            Paint::new(false),
        );
        assert_eq!(text, "Why\nUse `INCR`.\n    let a = 1;\n");
    }

    #[test]
    fn colours_are_used_where_they_are_wanted() {
        assert!(render("# Why", Paint::new(true)).contains("\u{1b}[1m"));
    }

    #[test]
    fn rules_stand_in_columns() {
        let text = list(
            &[("a-b", "error", "one"), ("c", "warning", "two")],
            80,
            Paint::new(false),
        );
        assert_eq!(text, "a-b  error    one\nc    warning  two\n");
    }
}
