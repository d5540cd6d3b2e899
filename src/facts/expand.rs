//! placeholder
use super::{Block, Item, MacroRules, Span};
pub(super) fn items(_: &MacroRules, _: &str, _: Span) -> Option<Vec<Item>> {
    None
}
pub(super) fn block(_: &MacroRules, _: &str, _: Span) -> Option<Block> {
    None
}
