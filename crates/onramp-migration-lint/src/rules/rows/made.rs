use onramp_database::structure::Event;

use super::code::{Call, Unit, ways_of, words_of};
use crate::sql::{Cursor, Token};

/// What stands between `CREATE` and the kind of code.
const BEFORE_KIND: [&str; 5] = ["or", "replace", "temp", "temporary", "constraint"];

/// Whether a statement makes code: what that does is no matter of the statement.
pub(super) fn makes_code(tokens: &[Token]) -> bool {
    kind(&mut Cursor::new(tokens)).is_some()
}

/// The code that a statement makes.
pub(super) fn made(tokens: &[Token]) -> Option<Unit> {
    let mut cursor = Cursor::new(tokens);
    let kind = kind(&mut cursor)?;
    cursor.take(&["if", "not", "exists"]);
    let name = cursor.path()?.0.pop()?;
    if matches!(kind, "function" | "procedure") {
        let name = name.to_lowercase();
        let words = words(tokens);
        return Some(Unit { name: format!("function {name}"), call: Call::Name(name), words });
    }
    let events = [
        ("insert", Event::Insert),
        ("update", Event::Update),
        ("delete", Event::Delete),
        ("truncate", Event::Truncate),
    ];
    // A rule says `AS ON UPDATE TO t`, a trigger `AFTER UPDATE OF a ON t`.
    let is_table_next = |token: &Token| token.is(if kind == "rule" { "to" } else { "on" });
    let place = cursor.rest().iter().position(is_table_next)?;
    let (head, mut behind) = (&cursor.rest()[..place], Cursor::new(&cursor.rest()[place + 1..]));
    let has = |word: &str| head.iter().any(|token| token.is(word));
    let ways = events.iter().filter(|(word, _)| has(word)).flat_map(|(_, event)| ways_of(event)).copied();
    let table = behind.path()?.0.pop()?.to_lowercase();
    let call = Call::Change { table, ways: ways.collect() };
    Some(Unit { name: format!("{kind} {name}"), call, words: words(behind.rest()) })
}

/// Takes the words before the name of what is made.
fn kind(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    cursor.take(&["create"]).then_some(())?;
    while BEFORE_KIND.iter().any(|word| cursor.take(&[word])) {}
    ["function", "procedure", "trigger", "rule"].into_iter().find(|kind| cursor.take(&[kind]))
}

fn words(tokens: &[Token]) -> std::collections::BTreeSet<String> {
    tokens.iter().flat_map(|token| words_of(&token.text)).collect()
}
