//! Arguments, what they ask for, and the exit code. The only place that knows the terminal and the environment.
//!
//! 0: clean. 1: findings at or above the failing level. 2: the job could not be done.

mod args;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;

use self::args::{Check, Cli, Command, FailOn, Format, Inventory, Project, When, Why};
use crate::Options;
use crate::catalog::Fault;
use crate::finding::Level;
use crate::near;
use crate::report::source::{seen_from, visible_line};
use crate::report::{Paint, View, inventory, json, manual, text, why};
use crate::rules;
use crate::run::Understanding;

/// Columns where the width is not known, as in a pipe.
const USUAL_WIDTH: usize = 100;
/// Narrower than this nothing is readable, wider than that a line is hard to follow.
const WIDTHS: (usize, usize) = (40, 120);

/// What a command prints and how it ends.
struct Answer {
    out: String,
    problems: Vec<Problem>,
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
    let answer = answer(&cli).unwrap_or_else(|problems| Answer::failed(String::new(), problems));
    if let Err(error) = print(&answer.out) {
        // The reader has seen enough, as in `statelint rules | head -1`.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return ExitCode::from(answer.code);
        }
        report(&plain(format!("cannot print: {error}")), cli.color);
        return ExitCode::from(2);
    }
    for problem in &answer.problems {
        report(problem, cli.color);
    }
    ExitCode::from(answer.code)
}

impl Answer {
    fn done(out: String, code: u8) -> Answer {
        Answer {
            out,
            problems: Vec::new(),
            code,
        }
    }

    /// Printed as far as it got.
    fn failed(out: String, problems: Vec<Problem>) -> Answer {
        Answer {
            out,
            problems,
            code: 2,
        }
    }
}

fn answer(cli: &Cli) -> Result<Answer, Vec<Problem>> {
    let color = wants_color(cli.color, io::stdout().is_terminal());
    match &cli.command {
        Command::Check(check) => checked(check, color),
        Command::Inventory(asked) => listed(asked),
        Command::Why(question) => asked(question),
        Command::Explain { rule } => explain(rule, color),
        Command::Rules => Ok(Answer::done(list(color), 0)),
    }
}

/// What the project decided, and what these options say instead.
fn options(paths: &[PathBuf], project: &Project, threads: Option<u16>) -> Result<Options, Vec<Problem>> {
    let config = crate::read_config(paths, project.config.as_deref()).map_err(|error| problems(&error))?;
    Ok(Options {
        threads: threads.map(usize::from),
        config: config.overridden(&project.levels),
    })
}

fn checked(check: &Check, color: bool) -> Result<Answer, Vec<Problem>> {
    let options = options(&check.paths, &check.project, check.threads)?;
    if let Some(stage) = check.dump {
        let dumped = crate::dump(&check.paths, stage.stage(), &options);
        return dumped
            .map(|out| Answer::done(out, 0))
            .map_err(|error| problems(&error));
    }
    let run = crate::check(&check.paths, &options).map_err(|error| problems(&error))?;
    let pedantic = check.pedantic.or(options.config.pedantic).unwrap_or(false);
    let out = match check.format {
        Format::Text => {
            let view = View {
                width: width(),
                color,
                pedantic,
                here: &here(),
            };
            text::render(&run, &view)
        }
        Format::Json => json::render(&run, pedantic)
            .map_err(|error| vec![plain(format!("cannot write the report: {error}"))])?,
    };
    let wanted = check.min_understanding;
    let problem = if run.understanding.files == 0 {
        Some(no_file_read())
    } else {
        wanted.and_then(|wanted| too_little(&run.understanding, wanted))
    };
    if let Some(problem) = problem {
        return Ok(Answer::failed(out, vec![problem]));
    }
    let asked = check.fail_on.map(FailOn::level);
    let fail_on = asked.or(options.config.fail_on).unwrap_or(Level::Warning);
    let fails = !check.exit_zero && run.fails_at(fail_on);
    Ok(Answer::done(out, u8::from(fails)))
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

fn asked(question: &Why) -> Result<Answer, Vec<Problem>> {
    let Why {
        place,
        paths,
        project,
    } = question;
    let options = options(paths, project, None)?;
    let answers = crate::why(paths, place, &options).map_err(|error| problems(&error))?;
    if answers.is_empty() {
        return Err(vec![Problem {
            what: format!("no state is known at `{place}`"),
            help: "name the line of its name (`src/main.rs:12`) or its item (`AppState.hits`); `statelint inventory` lists all".to_owned(),
        }]);
    }
    Ok(Answer::done(why::text(&answers), 0))
}

/// The inventory, or what differs from a committed one.
fn listed(asked: &Inventory) -> Result<Answer, Vec<Problem>> {
    let options = options(&asked.paths, &asked.project, None)?;
    let state = crate::inventory(&asked.paths, &options).map_err(|error| problems(&error))?;
    let present = match asked.format {
        Format::Text => inventory::text(&state),
        Format::Json => inventory::json(&state)
            .map_err(|error| vec![plain(format!("cannot write the inventory: {error}"))])?,
    };
    let Some(file) = &asked.check else {
        return Ok(Answer::done(present, 0));
    };
    let committed = crate::store::read(file).map_err(|what| vec![plain(what)])?;
    let differences = inventory::differences(&committed, &present);
    let code = u8::from(!differences.is_empty());
    Ok(Answer::done(differences, code))
}

fn plain(what: String) -> Problem {
    Problem {
        what,
        help: String::new(),
    }
}

fn no_file_read() -> Problem {
    Problem {
        what: "none of the Rust files could be read".to_owned(),
        help: "the lines above say why for each of them".to_owned(),
    }
}

fn explain(id: &str, color: bool) -> Result<Answer, Vec<Problem>> {
    let rule = rules::by_id(id).ok_or_else(|| vec![unknown_rule(id)])?;
    Ok(Answer::done(manual::render(rule.manual, Paint::new(color)), 0))
}

fn list(color: bool) -> String {
    let rows: Vec<_> = rules::all()
        .iter()
        .map(|rule| (rule.id, rule.level.name(), rule.summary))
        .collect();
    manual::list(&rows, width(), Paint::new(color))
}

fn unknown_rule(id: &str) -> Problem {
    let known: Vec<_> = rules::all().iter().map(|rule| rule.id).collect();
    let meant = near::nearest(id, known.iter().copied());
    Problem {
        what: format!("there is no rule `{id}`"),
        help: near::advice(meant, "rules are", &known.join(", ")),
    }
}

/// Each mistake of a configuration is a problem of its own.
fn problems(error: &crate::Error) -> Vec<Problem> {
    if let crate::Error::Config(faults) = error {
        return faults.iter().map(mistake).collect();
    }
    vec![Problem {
        what: error.to_string(),
        help: error.help().to_owned(),
    }]
}

fn mistake(fault: &Fault) -> Problem {
    let (folder, name) = fault.file.rsplit_once('/').unwrap_or(("", &fault.file));
    let path = seen_from(&here(), folder, name);
    Problem {
        what: format!("{path}:{}:{}: {}", fault.line, fault.column, fault.what),
        help: fault.help(),
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn report(problem: &Problem, color: When) {
    let paint = Paint::new(wants_color(color, io::stderr().is_terminal()));
    let what = visible_line(&problem.what);
    let mut text = format!("{}: {what}\n", paint.bold("error"));
    if !problem.help.is_empty() {
        let help = visible_line(&problem.help);
        text.extend(["  ", &paint.good("help:"), " ", &help, "\n"]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn asking_for_colours_wins_over_the_pipe() {
        assert!(wants_color(When::Always, false));
        assert!(!wants_color(When::Never, true));
        assert!(!wants_color(When::Auto, false));
    }
}
