//! Whether two version requirements leave a version that both allow. Never asks which versions exist.

use semver::{Comparator, Op, VersionReq};

/// Major, minor, patch.
type Number = (u64, u64, u64);

/// From the first version on, up to the second, which is not in it.
type Range = (Number, Number);

const END: Number = (u64::MAX, u64::MAX, u64::MAX);

/// Can a version that `required` allows be one that `held` speaks of? A requirement that cannot be read forbids nothing.
pub(super) fn overlap(held: &VersionReq, required: &str) -> bool {
    let Ok(required) = VersionReq::parse(required) else {
        return true;
    };
    let (from, to) = meet(range(held), range(&required));
    from < to
}

fn range(requirement: &VersionReq) -> Range {
    let all = ((0, 0, 0), END);
    requirement.comparators.iter().map(allowed).fold(all, meet)
}

fn meet(one: Range, other: Range) -> Range {
    (one.0.max(other.0), one.1.min(other.1))
}

fn allowed(comparator: &Comparator) -> Range {
    let Comparator {
        major, minor, patch, ..
    } = *comparator;
    let start = (major, minor.unwrap_or(0), patch.unwrap_or(0));
    // The first version that is larger in the last part that is written.
    let after = match (minor, patch) {
        (None, _) => (major + 1, 0, 0),
        (Some(minor), None) => (major, minor + 1, 0),
        (Some(minor), Some(patch)) => (major, minor, patch + 1),
    };
    match comparator.op {
        Op::Greater => (after, END),
        Op::GreaterEq => (start, END),
        Op::Less => ((0, 0, 0), start),
        Op::LessEq => ((0, 0, 0), after),
        Op::Tilde => (start, minor.map_or(after, |minor| (major, minor + 1, 0))),
        Op::Caret => (start, compatible(major, minor, patch)),
        _ => (start, after),
    }
}

/// The first version that breaks with this one: the leftmost part that is not zero counts.
fn compatible(major: u64, minor: Option<u64>, patch: Option<u64>) -> Number {
    match (major, minor, patch) {
        (0, Some(0), Some(patch)) => (0, 0, patch + 1),
        (0, Some(minor), _) => (0, minor + 1, 0),
        _ => (major + 1, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(held: &str, required: &str) -> bool {
        overlap(&VersionReq::parse(held).unwrap(), required)
    }

    #[test]
    fn a_requirement_below_or_above_does_not_meet() {
        assert!(meets(">=0.10", "0.12"));
        assert!(!meets(">=0.10", "0.9.4"));
        assert!(!meets("<0.8", "^0.8.1"));
        assert!(!meets(">=0.10, <0.12", "=0.12.0"));
        assert!(meets("<=0.12", "~0.12.3"));
        assert!(!meets(">2.1", "=2.1.9"));
        assert!(!meets("0.0.3", "0.0.4"));
    }

    #[test]
    fn a_wide_requirement_meets_a_part_of_it() {
        assert!(meets(">=1.5", "1"));
        assert!(meets("<0.3", "*"));
        assert!(meets("1.2", ">=1, <2"));
        assert!(meets("0.4", "0.*"));
    }

    #[test]
    fn what_cannot_be_read_forbids_nothing() {
        assert!(meets(">=1", "newest"));
        assert!(meets("<1", ""));
    }
}
