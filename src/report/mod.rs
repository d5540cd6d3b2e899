//! From a run to what the user reads: one file a format, each with its own output types. Never decides anything
//! and never knows a rule.

mod excerpt;
pub mod inventory;
pub mod json;
pub mod manual;
mod paint;
pub mod source;
pub mod text;
pub mod why;

pub use paint::{Paint, View};
