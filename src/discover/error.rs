//! Why a run could not start: what, where, and what to do. Never used for one bad file among many; those are
//! [`super::Unread`].

use std::fmt;
use std::path::PathBuf;

/// The checked paths hold nothing we could work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiscoverError {
    /// Nothing stands at this path.
    Missing(PathBuf),
    /// A file that is not Rust.
    NotRust(PathBuf),
    /// A folder without a single Rust file.
    NoRustFiles(PathBuf),
    /// The system refuses to read it, or it is no text.
    Unreadable(PathBuf, String),
}

impl DiscoverError {
    /// What the user can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            DiscoverError::Missing(_) => {
                "check the spelling; a path is taken relative to the folder you are in"
            }
            DiscoverError::NotRust(_) => "name a `.rs` file, a crate, a workspace or a folder of Rust files",
            DiscoverError::NoRustFiles(_) => {
                "name the folder of a crate; files that .gitignore names, hidden files and `target/` are not read"
            }
            DiscoverError::Unreadable(..) => {
                "make it readable, as UTF-8 text of at most 5 MB, or leave it out"
            }
        }
    }
}

impl fmt::Display for DiscoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DiscoverError::Missing(path) => write!(f, "`{}` does not exist", path.display()),
            DiscoverError::NotRust(path) => write!(f, "`{}` is not a Rust file", path.display()),
            DiscoverError::NoRustFiles(path) => write!(f, "no Rust file in `{}`", path.display()),
            DiscoverError::Unreadable(path, why) => write!(f, "cannot read `{}`: {why}", path.display()),
        }
    }
}

impl std::error::Error for DiscoverError {}
