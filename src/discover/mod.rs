//! From paths to packages, files and text. The only place that reads the checked tree; never looks at Rust syntax.

mod model;

pub use model::*;
