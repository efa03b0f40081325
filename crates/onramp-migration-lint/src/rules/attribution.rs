use super::Found;
use crate::lint::Step;
use crate::sql::{Parsed, TokenKind};

/// Puts what was found by the catalogs at the statement that does it: the last one that names all of `names`, or else the
/// first of them; where a table is made anew, the one that drops the old one.
pub(super) fn put(found: &mut Found, steps: &[Step<'_>], names: &[&str]) {
    let speaks_of = |step: &&Step<'_>, name: &str| {
        let mut tokens = step.piece.tokens.iter();
        tokens.any(|token| {
            matches!(token.kind, TokenKind::Word | TokenKind::Name) && token.text.eq_ignore_ascii_case(name)
        })
    };
    let changes =
        |step: &&Step<'_>| !matches!(step.parsed, Parsed::CopyRows { .. } | Parsed::CreateTable { .. });
    let changing = || steps.iter().filter(changes);
    let of_all = |names: &[&str]| changing().rfind(|step| names.iter().all(|name| speaks_of(step, name)));
    // What a block of code does, its text says.
    let is_block = |step: &&Step<'_>| step.piece.tokens.first().is_some_and(|first| first.is("do"));
    let of_block = || {
        let has = |text: &str, name: &str| {
            let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
            text.split(|letter| !is_part(letter)).any(|word| word.eq_ignore_ascii_case(name))
        };
        steps.iter().filter(is_block).find(|step| names.iter().all(|name| has(&step.piece.text, name)))
    };
    // The table may have another name by then.
    let of_parts = || names.get(1..).filter(|parts| parts.len() > 1).and_then(of_all);
    let step = of_all(names).or_else(of_block).or_else(of_parts).or_else(|| {
        let table = names.first()?;
        let drops = |step: &&Step<'_>| matches!(step.parsed, Parsed::DropTable { .. });
        let of_table = || changing().filter(|step| speaks_of(step, table));
        of_table().find(drops).or_else(|| of_table().next_back())
    });
    if let Some(step) = step {
        found.statement = Some(step.index);
        found.line = step.line();
    }
}
