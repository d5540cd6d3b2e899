//! The program `statelint`: its arguments in, its exit code out, nothing else.

use std::process::ExitCode;

#[expect(
    clippy::disallowed_methods,
    reason = "a program's arguments are read once, where it starts"
)]
fn main() -> ExitCode {
    statelint::cli::main(std::env::args_os())
}
