//! One file's text becomes [`Facts`]. The only place that knows syn; never reads the disk, never sees a second file.

mod model;

pub use model::*;
