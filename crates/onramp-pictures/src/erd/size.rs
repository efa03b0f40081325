use super::short_type::short_type;
use super::{Entity, EntityKind};
use crate::{shortened, width_in_letters};

/// The height of a row, of the head, and of the space below the last row.
pub(super) const ROW: f64 = 20.0;
pub(super) const HEAD: f64 = 32.0;
pub(super) const FOOT: f64 = 6.0;

/// How wide a letter is in the font of rows, and in that of heads.
const LETTER: f64 = 7.25;
const HEAD_LETTER: f64 = 8.0;

/// How many letters of names and types are shown.
const NAME: usize = 34;
const TYPE: usize = 30;

/// Where the sign of a change begins, how wide it is, and how wide the name of a key is.
pub(super) const SIGN: f64 = 10.0;
const SIGNS: f64 = 14.0;
const KEY: f64 = 20.0;

/// The space between columns of a box, and that of the word `null`.
const BETWEEN: f64 = 14.0;
const NULL: f64 = 30.0;

/// Where what is written in a box begins, from its left side.
#[derive(Clone, Debug)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) keys: f64,
    pub(super) names: f64,
    pub(super) types: f64,
    pub(super) head: String,
}

/// What is shown of a name.
pub(super) fn name(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    visible(&shortened(text, NAME))
}

/// What is shown of a type.
pub(super) fn type_name(text: &str) -> String {
    visible(&shortened(&short_type(text), TYPE))
}

/// What turns the direction of a line is not obeyed, and spaces stay as many as they are.
fn visible(text: &str) -> String {
    without_turns(text).chars().map(|c| if c.is_whitespace() { '\u{a0}' } else { c }).collect()
}

/// A text that does not turn what stands beside it.
pub(super) fn without_turns(text: &str) -> String {
    let is_turn =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if is_turn(c) { '\u{fffd}' } else { c }).collect()
}

/// The size of a box. The name of its schema is left out where a frame has it; signs have room where anything has one.
pub(super) fn size(entity: &Entity, has_frame: bool, has_signs: bool) -> Size {
    let full = match entity.path.last() {
        Some(own) if has_frame => own.clone(),
        _ => entity.name(),
    };
    let head = name(&full);
    let keys_of = |row: &super::Row| {
        [row.keys.primary, row.keys.foreign, row.keys.unique && !row.keys.primary]
            .iter()
            .filter(|is| **is)
            .count()
    };
    let most = entity.rows.iter().map(keys_of).max().unwrap_or(0);
    let keys = SIGN + if has_signs { SIGNS } else { 0.0 };
    let names = keys + most as f64 * KEY + if most > 0 { 4.0 } else { 0.0 };
    let widest = |of: &dyn Fn(&super::Row) -> String| {
        entity.rows.iter().map(|row| width_in_letters(&of(row))).max().unwrap_or(0) as f64 * LETTER
    };
    let types = names + widest(&|row| name(&row.name)) + BETWEEN;
    let type_width = widest(&|row| type_name(&row.type_name));
    let null = if entity.rows.iter().any(|row| row.nullable) { NULL } else { 0.0 };
    let body = match entity.kind {
        EntityKind::Enum => types,
        _ if entity.rows.is_empty() => 0.0,
        _ => types + type_width + BETWEEN + null,
    };
    let hidden = if entity.hidden > 0 { names + 12.0 * LETTER + BETWEEN } else { 0.0 };
    let label = width_in_letters(entity.kind.label()) as f64 * 6.2;
    let title = SIGN + SIGNS + width_in_letters(&head) as f64 * HEAD_LETTER + label + BETWEEN + 8.0;
    let lines = entity.rows.len() + usize::from(entity.hidden > 0);
    let below = if lines > 0 { lines as f64 * ROW + FOOT } else { 0.0 };
    Size {
        width: body.max(title).max(hidden).max(110.0).round(),
        height: HEAD + below,
        keys,
        names,
        types,
        head,
    }
}

/// The middle of a row, from the top of its box; that of the head where it is not shown.
pub(super) fn middle(row: Option<usize>) -> f64 {
    row.map_or(HEAD / 2.0, |row| HEAD + 2.0 + (row as f64 + 0.5) * ROW)
}
