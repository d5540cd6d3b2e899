//! Files that a user keeps for us, such as a committed inventory. Touches the disk; never knows what is in them.

use std::path::Path;

/// The text of a file.
///
/// # Errors
/// That of the system, with the path.
#[expect(clippy::disallowed_methods, reason = "this is where files are read")]
pub fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}
