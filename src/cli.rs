//! Arguments, what they ask for, and the exit code. The only place that knows the terminal and the environment.
//!
//! 0: clean. 1: findings at or above the failing level. 2: the job could not be done.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::finding::Level;
use crate::report::{Paint, View, inventory, json, manual, text, why};
use crate::rules::{self, Rule};
use crate::run::{Run, Stage, Understanding};

/// Columns where the width is not known, as in a pipe.
const USUAL_WIDTH: usize = 100;
/// Narrower than this nothing is readable, wider than that a line is hard to follow.
const WIDTHS: (usize, usize) = (40, 120);

/// Finds state in a Rust service that breaks on the day it runs as two replicas.
#[derive(Debug, Parser)]
#[command(name = "statelint", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour the output.
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    color: When,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check files, crates, workspaces or folders of Rust files.
    Check(Check),
    /// Say why the state at a place is reported, or why not: who touches it, and what decided.
    Why {
        /// `src/main.rs:12`, or the end of an item's path: `AppState.hits`.
        place: String,
        /// Where to look.
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
    },
    /// List all state, reported or not, with the reason; made to be committed and compared.
    Inventory(Inventory),
    /// Print the manual of a rule.
    Explain {
        /// The rule's id, as reports show it.
        rule: String,
    },
    /// List all rules.
    Rules,
}

#[derive(Debug, Args)]
struct Check {
    /// What to check. The workspace around it is read too, but not reported.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Exit with 0 even where there are findings.
    #[arg(long)]
    exit_zero: bool,
    /// Show notes too: findings on which reasonable people differ.
    #[arg(long)]
    pedantic: bool,
    /// The lowest level that makes the exit code 1. Findings of low confidence never do.
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    fail_on: FailOn,
    /// Exit with 2 where less was understood: the share, in percent, of the calls behind entry points that were followed.
    /// A framework without any entry point counts as 0.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_understanding: Option<u8>,
    /// Worker threads; as many as there are cores where none are given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print a stage of the pipeline instead of findings.
    #[arg(long, value_enum, hide = true, value_name = "STAGE")]
    dump: Option<DumpStage>,
}

#[derive(Debug, Args)]
struct Inventory {
    /// What to list.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Compare with this file instead; exit with 1 and show the difference where they differ.
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Also into a pipe.
    Always,
    /// Not at all.
    Never,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// One document for programs.
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Only where another request's answer depends on the state.
    Error,
    /// Also where state is stale, lost at a restart or repeated.
    #[default]
    Warning,
    /// Also where reasonable people differ.
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DumpStage {
    Input,
    Facts,
    Program,
}

/// What a command prints and how it ends.
struct Answer {
    out: String,
    problem: Option<Problem>,
    code: u8,
}

/// Why the job could not be done, and what to do about it.
struct Problem {
    what: String,
    help: String,
}

/// Runs the program with these arguments; the first one is its own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) => {
            let code = if usage.use_stderr() { 2 } else { 0 };
            // Nothing is left to do where even this cannot be printed.
            let _ = usage.print();
            return ExitCode::from(code);
        }
    };
    let answer = answer(&cli);
    if let Err(error) = print(&answer.out) {
        // The reader has seen enough, as in `statelint rules | head -1`.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return ExitCode::from(answer.code);
        }
        report(
            &Problem {
                what: format!("cannot print: {error}"),
                help: String::new(),
            },
            cli.color,
        );
        return ExitCode::from(2);
    }
    if let Some(problem) = &answer.problem {
        report(problem, cli.color);
    }
    ExitCode::from(answer.code)
}

fn answer(cli: &Cli) -> Answer {
    let color = wants_color(cli.color, io::stdout().is_terminal());
    let result = match &cli.command {
        Command::Check(check) => return checked(check, color),
        Command::Inventory(asked) => listed(asked),
        Command::Why { place, paths } => asked(place, paths),
        Command::Explain { rule } => explain(rule, color).map(|out| (out, 0)),
        Command::Rules => Ok((list(color), 0)),
    };
    match result {
        Ok((out, code)) => Answer {
            out,
            problem: None,
            code,
        },
        Err(problem) => Answer {
            out: String::new(),
            problem: Some(problem),
            code: 2,
        },
    }
}

fn checked(check: &Check, color: bool) -> Answer {
    let failed = |out: String, problem: Problem| Answer {
        out,
        problem: Some(problem),
        code: 2,
    };
    let options = crate::Options {
        threads: check.threads.map(usize::from),
    };
    if let Some(stage) = check.dump {
        return match crate::dump(&check.paths, stage.stage(), &options) {
            Ok(out) => Answer {
                out,
                problem: None,
                code: 0,
            },
            Err(error) => failed(String::new(), Problem::from(&error)),
        };
    }
    let run = match crate::check(&check.paths, &options) {
        Ok(run) => run,
        Err(error) => return failed(String::new(), Problem::from(&error)),
    };
    let out = match check.format {
        Format::Text => text::render(
            &run,
            &View {
                width: width(),
                color,
                pedantic: check.pedantic,
                here: &here(),
            },
        ),
        Format::Json => match json::render(&run, check.pedantic) {
            Ok(out) => out,
            Err(error) => {
                let what = format!("cannot write the report: {error}");
                return failed(
                    String::new(),
                    Problem {
                        what,
                        help: String::new(),
                    },
                );
            }
        },
    };
    if run.understanding.files == 0 {
        return failed(out, no_file_read());
    }
    if let Some(problem) = check
        .min_understanding
        .and_then(|wanted| too_little(&run.understanding, wanted))
    {
        return failed(out, problem);
    }
    Answer {
        out,
        problem: None,
        code: exit_code(&run, check),
    }
}

fn too_little(known: &Understanding, wanted: u8) -> Option<Problem> {
    if known.percent() >= usize::from(wanted) {
        return None;
    }
    let help = if known.frameworks_without_entry.is_empty() {
        format!(
            "{} calls have a target that was not found; `--dump program` lists them",
            known.calls_unresolved
        )
    } else {
        format!(
            "no entry point of {} was found",
            known.frameworks_without_entry.join(", ")
        )
    };
    Some(Problem {
        what: format!(
            "only {} % was understood, less than --min-understanding {wanted}",
            known.percent()
        ),
        help,
    })
}

fn asked(place: &str, paths: &[PathBuf]) -> Result<(String, u8), Problem> {
    let answers =
        crate::why(paths, place, &crate::Options::default()).map_err(|error| Problem::from(&error))?;
    if answers.is_empty() {
        return Err(Problem {
            what: format!("no state is known at `{}`", crate::report::source::visible_line(place)),
            help: "name the line of its name (`src/main.rs:12`) or its item (`AppState.hits`); `statelint inventory` lists all".to_owned(),
        });
    }
    Ok((why::text(&answers), 0))
}

/// The inventory, or what differs from a committed one.
fn listed(asked: &Inventory) -> Result<(String, u8), Problem> {
    let state =
        crate::inventory(&asked.paths, &crate::Options::default()).map_err(|error| Problem::from(&error))?;
    let present = match asked.format {
        Format::Text => inventory::text(&state),
        Format::Json => {
            inventory::json(&state).map_err(|error| plain(format!("cannot write the inventory: {error}")))?
        }
    };
    let Some(file) = &asked.check else {
        return Ok((present, 0));
    };
    let committed = crate::store::read(file).map_err(plain)?;
    let differences = inventory::differences(&committed, &present);
    let code = u8::from(!differences.is_empty());
    Ok((differences, code))
}

fn plain(what: String) -> Problem {
    Problem {
        what,
        help: String::new(),
    }
}

fn exit_code(run: &Run, check: &Check) -> u8 {
    u8::from(!check.exit_zero && run.fails_at(check.fail_on.level()))
}

fn no_file_read() -> Problem {
    Problem {
        what: "none of the Rust files could be read".to_owned(),
        help: "the lines above say why for each of them".to_owned(),
    }
}

fn explain(id: &str, color: bool) -> Result<String, Problem> {
    match rules::all().iter().find(|rule| rule.id == id) {
        Some(rule) => Ok(manual::render(rule.manual, Paint::new(color))),
        None => Err(unknown_rule(id, rules::all())),
    }
}

fn list(color: bool) -> String {
    let rows: Vec<_> = rules::all()
        .iter()
        .map(|rule| (rule.id, rule.level.name(), rule.summary))
        .collect();
    manual::list(&rows, width(), Paint::new(color))
}

fn unknown_rule(id: &str, known: &[Rule]) -> Problem {
    let what = format!("there is no rule `{}`", crate::report::source::visible_line(id));
    let nearest = known.iter().map(|rule| (distance(id, rule.id), rule.id)).min();
    let meant = match nearest {
        // More than a third of the letters wrong is another word.
        Some((far, rule)) if far <= rule.len().div_ceil(3) => format!("did you mean `{rule}`? "),
        _ => String::new(),
    };
    let ids: Vec<_> = known.iter().map(|rule| rule.id).collect();
    Problem {
        what,
        help: format!("{meant}rules are: {}", ids.join(", ")),
    }
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

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn report(problem: &Problem, color: When) {
    let paint = Paint::new(wants_color(color, io::stderr().is_terminal()));
    let what = crate::report::source::visible_line(&problem.what);
    let mut text = format!("{}: {what}\n", paint.bold("error"));
    if !problem.help.is_empty() {
        text.extend(["  ", &paint.good("help:"), " ", &problem.help, "\n"]);
    }
    // Where standard error is closed, the exit code still tells.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn width() -> usize {
    let (narrow, wide) = WIDTHS;
    let real = terminal_size::terminal_size_of(io::stdout());
    real.map_or(USUAL_WIDTH, |(width, _)| usize::from(width.0))
        .clamp(narrow, wide)
}

fn wants_color(when: When, terminal: bool) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && !is_set("NO_COLOR") && !is_dumb(),
    }
}

/// The folder the reader stands in, empty where the system does not tell.
#[expect(
    clippy::disallowed_methods,
    reason = "paths are shown as the reader would type them"
)]
fn here() -> String {
    let folder = std::env::current_dir().unwrap_or_default();
    folder.to_string_lossy().replace('\\', "/")
}

#[expect(
    clippy::disallowed_methods,
    reason = "NO_COLOR is how a reader asks every program for plain text"
)]
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

#[expect(
    clippy::disallowed_methods,
    reason = "TERM is how a terminal says that it has no colours"
)]
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|value| value == "dumb")
}

impl From<&crate::Error> for Problem {
    fn from(error: &crate::Error) -> Problem {
        Problem {
            what: error.to_string(),
            help: error.help().to_owned(),
        }
    }
}

impl FailOn {
    fn level(self) -> Level {
        match self {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Note => Level::Note,
        }
    }
}

impl DumpStage {
    fn stage(self) -> Stage {
        match self {
            DumpStage::Input => Stage::Input,
            DumpStage::Facts => Stage::Facts,
            DumpStage::Program => Stage::Program,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [Rule; 2] = [
        Rule {
            id: "global-counter",
            level: Level::Error,
            summary: "",
            manual: "",
            judge: |_| None,
        },
        Rule {
            id: "local-lock",
            level: Level::Error,
            summary: "",
            manual: "",
            judge: |_| None,
        },
    ];

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_misspelt_rule_is_recognised() {
        let problem = unknown_rule("global-conter", &RULES);
        assert_eq!(
            problem.help,
            "did you mean `global-counter`? rules are: global-counter, local-lock"
        );
    }

    #[test]
    fn another_word_is_not_taken_for_a_rule() {
        assert_eq!(
            unknown_rule("xyzzy", &RULES).help,
            "rules are: global-counter, local-lock"
        );
    }

    #[test]
    fn asking_for_colours_wins_over_the_pipe() {
        assert!(wants_color(When::Always, false));
        assert!(!wants_color(When::Never, true));
        assert!(!wants_color(When::Auto, false));
    }
}
