//! A small scanner that knows what hides brackets in Rust text: strings, characters, lifetimes and comments.
//! It never fails: what it cannot read is a punctuation mark.

/// What a lexeme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `(`, `[`, `{`.
    Open(u8),
    /// `)`, `]`, `}`.
    Close(u8),
    /// Any other single mark.
    Punct(u8),
    /// An identifier or keyword.
    Word,
    /// A lifetime or label.
    Lifetime,
    /// A number.
    Number,
    /// A string, byte string or character.
    Text,
}

/// One lexeme; comments and white space are none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexeme {
    /// What it is.
    pub(super) kind: Kind,
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
}

impl Lexeme {
    /// Its text.
    pub(super) fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// Splits a text into lexemes.
pub(super) fn scan(text: &str) -> Vec<Lexeme> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
    };
    let mut lexemes = Vec::new();
    while let Some(lexeme) = scanner.next() {
        lexemes.push(lexeme);
    }
    lexemes
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn next(&mut self) -> Option<Lexeme> {
        self.skip_trivia();
        if self.at >= self.bytes.len() {
            return None;
        }
        let start = self.at;
        let kind = self.read();
        // Always forward, and never into the middle of a character.
        self.at = self.at.clamp(start + 1, self.bytes.len());
        while self.bytes.get(self.at).is_some_and(|byte| byte & 0xC0 == 0x80) {
            self.at += 1;
        }
        Some(Lexeme {
            kind,
            start,
            end: self.at,
        })
    }

    fn skip_trivia(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x0C, _) => self.at += 1,
                (b'/', b'/') => {
                    while self.at < self.bytes.len() && self.peek(0) != b'\n' {
                        self.at += 1;
                    }
                }
                (b'/', b'*') => self.skip_block_comment(),
                _ => return,
            }
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    fn read(&mut self) -> Kind {
        let byte = self.peek(0);
        match byte {
            b'(' | b'[' | b'{' => {
                self.at += 1;
                Kind::Open(byte)
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                Kind::Close(byte)
            }
            b'"' => self.quoted(b'"'),
            b'\'' => self.quote_or_lifetime(),
            b'0'..=b'9' => self.number(),
            _ if is_word(byte) => self.word(),
            _ => {
                self.at += 1;
                Kind::Punct(byte)
            }
        }
    }

    fn quoted(&mut self, quote: u8) -> Kind {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        Kind::Text
    }

    /// `'a'` and `'\n'` are characters, `'a` without a closing mark is a lifetime.
    fn quote_or_lifetime(&mut self) -> Kind {
        if self.peek(1) == b'\\' {
            return self.quoted(b'\'');
        }
        let mut width = 1;
        while self.peek(1 + width) & 0xC0 == 0x80 {
            width += 1;
        }
        if self.peek(1 + width) == b'\'' && self.peek(1) != b'\'' {
            self.at += width + 2;
            return Kind::Text;
        }
        self.at += 1;
        while is_word(self.peek(0)) {
            self.at += 1;
        }
        Kind::Lifetime
    }

    fn number(&mut self) -> Kind {
        while is_word(self.peek(0)) || (self.peek(0) == b'.' && self.peek(1).is_ascii_digit()) {
            self.at += 1;
        }
        Kind::Number
    }

    fn word(&mut self) -> Kind {
        let start = self.at;
        while is_word(self.peek(0)) {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).unwrap_or(&[]);
        match (word, self.peek(0)) {
            (b"b" | b"c", b'"') => self.quoted(b'"'),
            (b"b", b'\'') => self.quoted(b'\''),
            (b"r" | b"br" | b"cr", b'"' | b'#') => self.raw(),
            _ => Kind::Word,
        }
    }

    fn raw(&mut self) -> Kind {
        let mut hashes = 0;
        while self.peek(hashes) == b'#' {
            hashes += 1;
        }
        if self.peek(hashes) != b'"' {
            // `r#type`: a raw identifier.
            self.at += hashes;
            while is_word(self.peek(0)) {
                self.at += 1;
            }
            return Kind::Word;
        }
        self.at += hashes + 1;
        while self.at < self.bytes.len() {
            if self.peek(0) == b'"' && (1..=hashes).all(|ahead| self.peek(ahead) == b'#') {
                self.at += hashes + 1;
                break;
            }
            self.at += 1;
        }
        Kind::Text
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}
