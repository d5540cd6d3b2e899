//! The one integration binary. Each module looks at the product from one side:
//!
//! - `cli`: the program as a user runs it, with good and bad input
//! - `config`: what a project decides for itself, in a file and by options
//! - `docs`: the documents say what is true
//! - `fixtures`: what is found in real services, and how it reads
//! - `tidy`: the boundaries between the parts hold
#![expect(
    clippy::disallowed_methods,
    reason = "tests look at files and start the program"
)]
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows test functions, but not their helpers here"
)]

mod cli;
mod config;
mod docs;
mod fixtures;
mod tidy;
