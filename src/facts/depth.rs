//! Bounds how deep a text can make a parser recurse, before one sees it. Counts brackets and the runs that nest
//! without any; never judges whether the text is Rust.

use super::scan::{Kind, Lexeme};

/// Brackets inside brackets.
const MAX_BRACKETS: usize = 128;
/// Brackets plus everything that nests without them.
const MAX_NESTING: usize = 640;
/// Links of chains that a parser reads in a loop but whose tree is as deep as they are long.
const MAX_CHAIN: usize = 10_000;

/// Counts of one bracket level.
#[derive(Default, Clone)]
struct Level {
    /// Prefix operators, assignments, keywords: what recurses to the right.
    run: usize,
    /// Pipes that open closures, whose parameters may hold commas.
    pipes: usize,
    /// Between the pipes of a closure.
    in_params: bool,
    /// `||` between operands; some of them may be the pipes of two closures.
    ors: usize,
    /// `<` not yet closed.
    angles: usize,
    /// Links of a chain.
    chain: usize,
    /// Inside a `use`, where `::` recurses too.
    in_use: bool,
    /// The last lexeme can be the left side of an operator.
    operand: bool,
    /// Marks that may still belong to the operator before them.
    joined: usize,
}

impl Level {
    fn nesting(&self) -> usize {
        self.run + self.pipes + self.angles + self.ors / 4
    }
}

/// Whether a parser can be trusted with these lexemes on a large stack.
pub(super) fn is_bounded(lexemes: &[Lexeme], text: &str) -> bool {
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let (mut outer_nesting, mut outer_chain) = (0, 0);
    for (index, lexeme) in lexemes.iter().enumerate() {
        match lexeme.kind {
            Kind::Open(bracket) => {
                if level.operand && bracket != b'{' {
                    level.chain += 1;
                }
                outer_nesting += level.nesting() + 1;
                outer_chain += level.chain;
                outer.push(std::mem::take(&mut level));
                if outer.len() > MAX_BRACKETS {
                    return false;
                }
            }
            Kind::Close(bracket) => {
                level = outer.pop().unwrap_or_default();
                outer_nesting = outer_nesting.saturating_sub(level.nesting() + 1);
                outer_chain = outer_chain.saturating_sub(level.chain);
                after_close(&mut level, bracket, lexemes.get(index + 1), text);
            }
            Kind::Punct(mark) => {
                let near = Near::new(lexemes, index);
                punct(&mut level, mark, &near);
            }
            Kind::Word => word(&mut level, lexeme.text(text)),
            Kind::Lifetime => level.operand = false,
            Kind::Number | Kind::Text => level.operand = true,
        }
        if outer_nesting + level.nesting() > MAX_NESTING || outer_chain + level.chain > MAX_CHAIN {
            return false;
        }
    }
    true
}

/// A `}` ends a statement or item, unless the text goes on as one expression.
fn after_close(level: &mut Level, bracket: u8, next: Option<&Lexeme>, text: &str) {
    level.operand = true;
    level.joined = 0;
    if bracket != b'}' {
        return;
    }
    let ends = next.is_none_or(|next| match next.kind {
        Kind::Word => !matches!(next.text(text), "else" | "as"),
        Kind::Punct(mark) => mark == b'#',
        Kind::Open(_) => false,
        _ => true,
    });
    if ends {
        *level = Level::default();
    }
}

/// What stands directly beside a mark.
struct Near {
    after_number: bool,
    before_number: bool,
    previous: u8,
    next: u8,
}

impl Near {
    fn new(lexemes: &[Lexeme], index: usize) -> Self {
        let here = lexemes.get(index);
        let previous = index.checked_sub(1).and_then(|before| lexemes.get(before));
        let next = lexemes.get(index + 1);
        let mark = |other: Option<&Lexeme>| match (other, here) {
            (Some(other), Some(here)) if other.end == here.start || here.end == other.start => {
                match other.kind {
                    Kind::Punct(mark) => mark,
                    _ => 0,
                }
            }
            _ => 0,
        };
        let number = |other: Option<&Lexeme>| other.is_some_and(|other| other.kind == Kind::Number);
        Self {
            after_number: number(previous),
            before_number: number(next),
            previous: mark(previous),
            next: mark(next),
        }
    }
}

fn punct(level: &mut Level, mark: u8, near: &Near) {
    match mark {
        b';' => *level = Level::default(),
        b',' => {
            level.run = 0;
            level.chain = 0;
            level.operand = false;
        }
        b'>' if near.previous == b'=' => *level = Level::default(),
        b'>' if near.previous == b'-' => {
            level.run += 1;
            level.operand = false;
        }
        b'>' => {
            level.angles = level.angles.saturating_sub(1);
            level.chain += 1;
            // `A<B>` may be followed by a call; a comparison by a prefix operator that then goes uncounted once.
            level.operand = level.operand && near.next != b'=';
        }
        b'<' => {
            if !near.after_number && !near.before_number {
                level.angles += 1;
            }
            level.operand = false;
        }
        b'|' if level.in_params => {
            level.in_params = false;
            level.operand = false;
            level.joined = 0;
        }
        b'|' if !level.operand => {
            if continues(level, near) {
                level.ors += 1;
            } else {
                level.pipes += 1;
                level.in_params = true;
            }
        }
        b'?' => level.chain += 1,
        b':' => {
            level.run += usize::from(level.in_use);
            level.operand = false;
        }
        b'#' | b'$' => {}
        _ => operator(level, mark, near),
    }
}

/// The second mark of `&&`, `==`, `..=` is no operator of its own.
fn continues(level: &mut Level, near: &Near) -> bool {
    if near.previous == 0 || level.joined == 0 {
        return false;
    }
    level.joined -= 1;
    true
}

fn operator(level: &mut Level, mark: u8, near: &Near) {
    if level.operand {
        level.chain += 1;
        level.operand = false;
        level.joined = 1;
        let assigns = mark == b'=' && near.next != b'=' && near.next != b'>';
        let compound = near.next == b'=' && b"+-*/%^&|".contains(&mark);
        level.run += usize::from(assigns || compound || mark == b'@');
        return;
    }
    if !continues(level, near) {
        level.run += 1;
    }
}

fn word(level: &mut Level, word: &str) {
    let prefix = matches!(
        word,
        "if" | "match"
            | "while"
            | "for"
            | "in"
            | "loop"
            | "return"
            | "break"
            | "yield"
            | "move"
            | "async"
            | "unsafe"
            | "const"
            | "static"
            | "dyn"
            | "impl"
            | "fn"
            | "box"
            | "else"
            | "let"
            | "as"
            | "try"
            | "become"
    );
    level.run += usize::from(prefix && word != "let" && word != "as");
    level.chain += usize::from(word == "as");
    level.in_use |= word == "use";
    level.operand = !prefix && !matches!(word, "mut" | "ref" | "raw" | "where" | "use");
    level.joined = 0;
}
