//! The known word nearest to a misspelt one, for messages. Knows no rule, no key and no option itself.

/// The known word that was meant, if one is near enough to be sure.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (far, best) = known
        .into_iter()
        .map(|known| (distance(word, known), known))
        .min()?;
    // More than a third of the letters wrong is another word.
    (far <= best.chars().count().div_ceil(3)).then_some(best)
}

/// What would be right: "did you mean `b`? rules are: a, b".
#[must_use]
pub fn advice(meant: Option<&str>, what: &str, valid: &str) -> String {
    let question = meant.map(|meant| format!("did you mean `{meant}`?"));
    let list = (!valid.is_empty()).then(|| format!("{what}: {valid}"));
    let parts: Vec<String> = question.into_iter().chain(list).collect();
    parts.join(" ")
}

/// How many letters to add, drop or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [&str; 2] = ["global-counter", "local-lock"];

    #[test]
    fn a_misspelt_word_is_recognised() {
        assert_eq!(nearest("global-conter", RULES), Some("global-counter"));
        assert_eq!(nearest("local_lock", RULES), Some("local-lock"));
    }

    #[test]
    fn another_word_is_not_taken_for_a_known_one() {
        assert_eq!(nearest("xyzzy", RULES), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn advice_says_what_is_known() {
        let rules = RULES.join(", ");
        assert_eq!(
            advice(Some("local-lock"), "rules are", &rules),
            "did you mean `local-lock`? rules are: global-counter, local-lock"
        );
        assert_eq!(advice(None, "valid", "a"), "valid: a");
        assert_eq!(advice(None, "valid", ""), "");
    }
}
