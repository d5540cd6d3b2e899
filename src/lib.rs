//! statelint: finds state in a Rust service that breaks when the service runs as two replicas.
//!
//! The modules are the pipeline, in this order: [`discover`] reads the disk, [`facts`] turns one file's text into
//! plain values, [`link`] joins all facts into one program, [`rules`] judge it, [`report`] prints. See
//! ARCHITECTURE.md.

pub mod discover;
pub mod facts;
pub mod finding;
