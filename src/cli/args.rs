//! The arguments, as clap reads them and `--help` shows them. Decides nothing and prints nothing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Assignment;
use crate::finding::Level;
use crate::run::Stage;

/// Finds state in a Rust service that breaks on the day it runs as two replicas.
#[derive(Debug, Parser)]
#[command(name = "statelint", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to colour the output.
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    pub(super) color: When,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check files, crates, workspaces or folders of Rust files.
    Check(Check),
    /// Say why the state at a place is reported, or why not: who touches it, and what decided.
    Why(Why),
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
pub(super) struct Check {
    /// What to check. What dependencies join to it in its workspace is read too, but not reported.
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Exit with 0 even where there are findings.
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Show notes too: findings on which reasonable people differ. `--pedantic=false` hides them where the configuration
    /// shows them.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) pedantic: Option<bool>,
    /// The lowest level that makes the exit code 1; `warning` where the configuration says none. Findings of low confidence
    /// never do.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,
    /// Exit with 2 where less was understood: the share, in percent, of the calls behind entry points that were followed.
    /// A framework without any entry point counts as 0.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(super) min_understanding: Option<u8>,
    /// Worker threads; as many as there are cores where none are given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Print a stage of the pipeline instead of findings.
    #[arg(long, value_enum, hide = true, value_name = "STAGE")]
    pub(super) dump: Option<DumpStage>,
    #[command(flatten)]
    pub(super) project: Project,
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// `src/main.rs:12`, or the end of an item's path: `AppState.hits`.
    pub(super) place: String,
    /// Where to look.
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) project: Project,
}

#[derive(Debug, Args)]
pub(super) struct Inventory {
    /// What to list.
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Compare with this file instead; exit with 1 and show the difference where they differ.
    #[arg(long, value_name = "FILE")]
    pub(super) check: Option<PathBuf>,
    #[command(flatten)]
    pub(super) project: Project,
}

/// What a project decides, for all commands that judge.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct Project {
    /// Read this file instead of the `statelint.toml` in the folder or above it, up to the root of the repository.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Report every finding of a rule at this level: error, warning, note, or off. Wins over the file; can be repeated.
    #[arg(long = "level", value_name = "RULE=LEVEL", value_parser = Assignment::parse)]
    pub(super) levels: Vec<Assignment>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Also into a pipe.
    Always,
    /// Not at all.
    Never,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Text,
    /// One document for programs.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Only where another request's answer depends on the state.
    Error,
    /// Also where state is stale, lost at a restart or repeated.
    Warning,
    /// Also where reasonable people differ.
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DumpStage {
    Input,
    Facts,
    Program,
}

impl FailOn {
    pub(super) fn level(self) -> Level {
        match self {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Note => Level::Note,
        }
    }
}

impl DumpStage {
    pub(super) fn stage(self) -> Stage {
        match self {
            DumpStage::Input => Stage::Input,
            DumpStage::Facts => Stage::Facts,
            DumpStage::Program => Stage::Program,
        }
    }
}
