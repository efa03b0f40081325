//! What mends files. Each knows how to mend and how to tell.

mod byte_order_mark;
mod end_of_file;
mod line_endings;
mod trailing_whitespace;

use std::borrow::Cow;
use std::path::Path;

use crate::{Builtin, File, Finding, text};

/// The bytes as all fixers among `builtins` would have them; `None` if they are so already.
///
/// One pass is enough: what it returns has nothing left to be mended. Bytes that are no text are fine as they are.
pub fn fix(builtins: &[Builtin], path: &Path, bytes: &[u8]) -> Option<Vec<u8>> {
    if text::is_binary(bytes) {
        return None;
    }
    let mut all: Vec<&Builtin> = builtins.iter().filter(|builtin| builtin.is_fixer()).collect();
    all.sort_by_key(|builtin| rank(builtin));
    let mut fixed = Cow::Borrowed(bytes);
    for builtin in all {
        if let Some(new) = fix_one(builtin, path, &fixed) {
            fixed = Cow::Owned(new);
        }
    }
    match fixed {
        Cow::Owned(fixed) if fixed != bytes => Some(fixed),
        Cow::Owned(_) | Cow::Borrowed(_) => None,
    }
}

/// What a fixer would mend in a file that is text.
pub(crate) fn findings(builtin: &Builtin, file: &File<'_>) -> Vec<Finding> {
    match builtin {
        Builtin::TrailingWhitespace { hard_breaks } => trailing_whitespace::findings(*hard_breaks, file),
        Builtin::EndOfFile => end_of_file::findings(file),
        Builtin::LineEndings(target) => line_endings::findings(*target, file),
        Builtin::ByteOrderMark => byte_order_mark::findings(file),
        _ => Vec::new(),
    }
}

/// The place of a fixer in the pass. Blanks go before the end of the file is made, because an empty last line may
/// come out; the ends of lines are made the same last, because one may have been added.
fn rank(builtin: &Builtin) -> usize {
    match builtin {
        Builtin::ByteOrderMark => 0,
        Builtin::TrailingWhitespace { .. } => 1,
        Builtin::EndOfFile => 2,
        _ => 3,
    }
}

fn fix_one(builtin: &Builtin, path: &Path, bytes: &[u8]) -> Option<Vec<u8>> {
    match builtin {
        Builtin::TrailingWhitespace { hard_breaks } => trailing_whitespace::fix(*hard_breaks, path, bytes),
        Builtin::EndOfFile => end_of_file::fix(bytes),
        Builtin::LineEndings(target) => line_endings::fix(*target, bytes),
        Builtin::ByteOrderMark => byte_order_mark::fix(bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
