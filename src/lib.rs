//! statelint: finds state in a Rust service that breaks when the service runs as two replicas.
//!
//! The modules are the pipeline, in this order: [`discover`] reads the disk, [`facts`] turns one file's text into
//! plain values, [`link`] joins all facts into one program, [`rules`] judge it, [`report`] prints. See
//! ARCHITECTURE.md.

pub mod asked;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod discover;
pub mod facts;
pub mod finding;
pub mod link;
pub mod near;
pub mod remedy;
pub mod report;
pub mod rules;
pub mod run;
pub mod store;

use std::fmt;
use std::path::{Path, PathBuf};

pub use config::Config;
pub use run::{Run, Stage};

/// How a check is done; what is shown of it is the report's matter.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Worker threads; as many as the machine has cores where none are given.
    pub threads: Option<usize>,
    /// What the project decided, as [`read_config`] gives it; by default nothing.
    pub config: Config,
}

/// Why a check could not be done.
#[derive(Debug)]
pub enum Error {
    /// The paths hold nothing we could work on.
    Discover(discover::DiscoverError),
    /// The system gave us no threads.
    Threads(String),
    /// The project's configuration has these mistakes.
    Config(Vec<catalog::Fault>),
}

/// Reads the configuration that holds for these paths: the named file, or the one that stands there or above. Without any,
/// nothing is decided.
pub fn read_config(paths: &[PathBuf], named: Option<&Path>) -> Result<Config, Error> {
    match discover::configuration(paths, named)? {
        Some(file) => Config::read(&file).map_err(Error::Config),
        None => Ok(Config::default()),
    }
}

/// Checks the code at these paths.
pub fn check(paths: &[PathBuf], options: &Options) -> Result<Run, Error> {
    on_threads(options, || {
        Ok(run::judge_input(discover::read(paths)?, &options.config))
    })
}

/// Shows one stage of a check as text.
pub fn dump(paths: &[PathBuf], stage: Stage, options: &Options) -> Result<String, Error> {
    on_threads(options, || {
        let input = discover::read(paths)?;
        Ok(run::dump_input(&input, stage, options.config.catalog()))
    })
}

/// Lists all state at these paths, reported or not.
pub fn inventory(paths: &[PathBuf], options: &Options) -> Result<Vec<asked::Held>, Error> {
    on_threads(options, || {
        Ok(asked::inventory(&discover::read(paths)?, &options.config))
    })
}

/// Why the state at a place (`src/main.rs:12`, or an item's path) is reported, or why not.
pub fn why(paths: &[PathBuf], place: &str, options: &Options) -> Result<Vec<asked::Asked>, Error> {
    on_threads(options, || {
        Ok(asked::why(&discover::read(paths)?, place, &options.config))
    })
}

fn on_threads<T: Send>(
    options: &Options,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    let threads = options.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::Threads(error.to_string()))?
        .install(work)
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Error::Discover(error) => error.help(),
            Error::Threads(_) => "ask for fewer with `--threads`",
            Error::Config(_) => "each mistake says what would be right",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Discover(error) => error.fmt(f),
            Error::Threads(why) => write!(f, "cannot start worker threads: {why}"),
            Error::Config(faults) => {
                let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<discover::DiscoverError> for Error {
    fn from(error: discover::DiscoverError) -> Error {
        Error::Discover(error)
    }
}
