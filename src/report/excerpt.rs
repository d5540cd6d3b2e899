//! Pieces of source with labels, drawn by miette. Knows files and labels; never knows a finding.
//!
//! We cut the lines ourselves before miette sees them: it would neither shorten a long line nor wrap a label, and
//! it would pass control characters on to the terminal.

use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::View;
use super::paint::hanging;
use super::source::{Lines, push_visible};
use crate::facts::Span;

/// Labels at most so many lines apart share an excerpt; miette joins them just so.
const NEAR: usize = 3;
const TAB: usize = 4;
/// A label narrower than this is unreadable and goes below the excerpt.
const NARROWEST_LABEL: usize = 28;

/// What is said of one place of a file.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) span: Span,
    /// A short sign for where the text does not fit: `state`, `2`.
    pub(super) sign: String,
    pub(super) text: String,
}

/// A file and its labels.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    /// Relative to the root of the run.
    pub(super) path: &'a str,
    /// As the reader would type it.
    pub(super) shown: String,
    pub(super) text: &'a str,
    pub(super) labels: Vec<Label>,
}

impl Excerpt<'_> {
    /// The line of a place in this file.
    pub(super) fn line_of(&self, span: Span) -> usize {
        Lines::new(self.text).position(span).line
    }

    /// A label at this line would stand in the same excerpt.
    pub(super) fn is_near(&self, path: &str, line: usize) -> bool {
        self.path == path
            && self
                .labels
                .iter()
                .any(|label| self.line_of(label.span).abs_diff(line) <= NEAR)
    }

    /// Draws it.
    pub(super) fn draw(&self, view: &View<'_>) -> String {
        let lines = Lines::new(self.text);
        let placed: Vec<_> = self
            .labels
            .iter()
            .map(|label| (label, lines.position(label.span)))
            .collect();
        let Some(first) = placed.iter().map(|(_, at)| at.line).min() else {
            return String::new();
        };
        let last = placed.iter().map(|(_, at)| at.line).max().unwrap_or(first);
        let shown = with_context(&lines, first, last);
        let gutter = shown.end.to_string().len() + 4;
        let room = view.width.saturating_sub(gutter).max(20);

        let mut text = String::new();
        let mut marks: Vec<(Range<usize>, Vec<&Label>)> = Vec::new();
        for line in shown.clone() {
            let on_line: Vec<_> = placed
                .iter()
                .filter(|(_, at)| at.line == line)
                .map(|(label, _)| *label)
                .collect();
            cut_line(&lines, line, &on_line, room, &mut text, &mut marks);
        }
        let mut below = String::new();
        let drawn = marks
            .iter()
            .map(|(span, labels)| label_at(&text, span, labels, room, view, &mut below));
        let labels = drawn.collect();
        let (_, head) = placed[0];
        let name = format!(
            "{}:{}:{}",
            super::source::visible_line(&self.shown),
            head.line,
            head.column
        );
        let code = Code {
            name,
            text,
            first: shown.start - 1,
        };
        draw(&code, labels, view) + &below
    }
}

/// These lines and one more on each side, unless it is blank.
fn with_context(lines: &Lines<'_>, first: usize, last: usize) -> Range<usize> {
    let is_blank = |line: usize| lines.line(line).trim().is_empty();
    let start = if first > 1 && !is_blank(first - 1) {
        first - 1
    } else {
        first
    };
    let end = if last < lines.count() && !is_blank(last + 1) {
        last + 1
    } else {
        last
    };
    start..end + 1
}

/// Appends one line of source, with its tabs spread and its control characters made visible, cut to the room there
/// is; and where its labels came to stand.
fn cut_line<'l>(
    lines: &Lines<'_>,
    number: usize,
    labels: &[&'l Label],
    room: usize,
    out: &mut String,
    marks: &mut Vec<(Range<usize>, Vec<&'l Label>)>,
) {
    let range = lines.range(number);
    let (cells, starts) = spread(lines.line(number));
    let column = |byte: usize| starts.partition_point(|&start| start + range.start < byte);
    let spans: Vec<_> = labels
        .iter()
        .map(|label| {
            let start = column((label.span.start as usize).clamp(range.start, range.end));
            let end = column((label.span.end as usize).clamp(range.start, range.end));
            start..end.max(start)
        })
        .collect();
    let window = window(cells.len(), &spans, room);

    let base = out.len();
    let mut offsets = Vec::with_capacity(window.len() + 1);
    if window.start > 0 {
        out.push('…');
    }
    for cell in &cells[window.clone()] {
        offsets.push(out.len());
        out.push(*cell);
    }
    offsets.push(out.len());
    if window.end < cells.len() {
        out.push('…');
    }
    for (label, span) in labels.iter().zip(spans) {
        let place = |at: usize| {
            let inside = at.clamp(window.start, window.end) - window.start;
            offsets.get(inside).copied().unwrap_or(base)
        };
        let mark = place(span.start)..place(span.end);
        match marks.iter_mut().find(|(known, _)| *known == mark) {
            Some((_, same)) => same.push(label),
            None => marks.push((mark, vec![label])),
        }
    }
    out.push('\n');
}

/// The characters a terminal shows for a line, and for each of them the byte of the source it came from.
fn spread(line: &str) -> (Vec<char>, Vec<usize>) {
    let mut cells = Vec::new();
    let mut starts = Vec::new();
    let mut picture = String::new();
    for (at, c) in line.char_indices() {
        picture.clear();
        if c == '\t' {
            picture.push_str(&" ".repeat(TAB - cells.len() % TAB));
        } else {
            push_visible(c, &mut picture);
        }
        for shown in picture.chars() {
            cells.push(shown);
            starts.push(at);
        }
    }
    (cells, starts)
}

/// The columns to show: all of a short line, else the part around its labels.
fn window(len: usize, spans: &[Range<usize>], room: usize) -> Range<usize> {
    if len <= room {
        return 0..len;
    }
    let room = room.saturating_sub(2);
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans
        .iter()
        .map(|span| span.end.min(span.start + room / 2))
        .max()
        .unwrap_or(0);
    let start = if last <= room {
        0
    } else {
        first.saturating_sub(room / 3)
    };
    start..(start + room).min(len)
}

/// The label as miette takes it; text that has no room beside the source is put below.
fn label_at(
    text: &str,
    span: &Range<usize>,
    labels: &[&Label],
    room: usize,
    view: &View<'_>,
    below: &mut String,
) -> LabeledSpan {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let middle = text[start..span.start].chars().count() + text[span.clone()].chars().count() / 2;
    let left = room.saturating_sub(middle + 4);
    let whole = labels
        .iter()
        .map(|label| label.text.as_str())
        .collect::<Vec<_>>()
        .join("; ");
    let words = if whole.chars().count() <= left {
        whole
    } else if left >= NARROWEST_LABEL {
        super::paint::wrap(&whole, left).join("\n")
    } else {
        for label in labels {
            below.push_str(&hanging("    ", "    ", &label.text, view.width));
        }
        labels
            .iter()
            .map(|label| label.sign.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    LabeledSpan::new(Some(words), span.start, span.len())
}

fn draw(code: &Code, labels: Vec<LabeledSpan>, view: &View<'_>) -> String {
    let styles = if view.color {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    let theme = GraphicalTheme {
        characters: ThemeCharacters::unicode(),
        styles,
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(view.width)
        .with_context_lines(1)
        .without_primary_span_start()
        .without_syntax_highlighting()
        .with_links(false);
    let mut out = String::new();
    let diagnostic = Labels { code, labels };
    // A String takes all that is written to it.
    let _ = handler.render_report(&mut out, &diagnostic);
    // The first line is miette's headline; the finding has its own. Blank lines of source come with a blank at their end.
    out.lines()
        .skip(1)
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect()
}

/// A few lines of a file under their real numbers.
#[derive(Debug)]
struct Code {
    name: String,
    text: String,
    /// Lines of the file before the first of these.
    first: usize,
}

impl SourceCode for Code {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first,
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// The least that miette takes for a diagnostic.
#[derive(Debug)]
struct Labels<'a> {
    code: &'a Code,
    labels: Vec<LabeledSpan>,
}

impl std::fmt::Display for Labels<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("excerpt")
    }
}

impl std::error::Error for Labels<'_> {}

impl miette::Diagnostic for Labels<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
