//! The same program as `cargo statelint`: cargo passes its own word along, which is dropped here.

use std::process::ExitCode;

#[expect(
    clippy::disallowed_methods,
    reason = "a program's arguments are read once, where it starts"
)]
fn main() -> ExitCode {
    let arguments = std::env::args_os().enumerate();
    let own = arguments
        .filter(|(at, word)| *at != 1 || word != "statelint")
        .map(|(_, word)| word);
    statelint::cli::main(own)
}
