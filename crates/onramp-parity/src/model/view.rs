use crate::expression::{Token, tokens};

/// The names of the columns of a view in lower case, by its statement from behind its name. `None` where one of them is not
/// plain there: a star, or an expression that has been given no name.
pub(super) fn columns(definition: &str) -> Option<Vec<String>> {
    let tokens = tokens(definition);
    let mut rest = tokens.as_slice();
    if let Some((_, list)) = rest.split_first().filter(|(first, _)| first.is_symbol("(")) {
        let end = list.iter().position(|token| token.is_symbol(")"))?;
        return list[..end].split(|token| token.is_symbol(",")).map(name).collect();
    }
    for word in ["as", "select"] {
        rest = rest.split_first().filter(|(first, _)| first.is_word(word))?.1;
    }
    let mut depth = 0_usize;
    let end = rest.iter().position(|token| {
        depth = (depth + usize::from(token.is_symbol("("))).saturating_sub(usize::from(token.is_symbol(")")));
        depth == 0 && ["from", "union", "except", "intersect"].iter().any(|word| token.is_word(word))
    });
    let list = &rest[..end.unwrap_or(rest.len())];
    let mut depth = 0_usize;
    let columns = list.split(|token| {
        depth = (depth + usize::from(token.is_symbol("("))).saturating_sub(usize::from(token.is_symbol(")")));
        depth == 0 && token.is_symbol(",")
    });
    columns.map(name).collect()
}

/// The name that a column has for sure.
fn name(column: &[Token]) -> Option<String> {
    match column {
        [only] => only.name(),
        [.., before, last] if before.is_word("as") => last.name(),
        [_, dot, last] if dot.is_symbol(".") => last.name(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn plain_columns_have_their_names() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(columns(text).as_deref(), Some(expected.map_to_owned().as_slice()), "{text}");
        };
        check("AS SELECT id, r.Name, count(a, b) AS \"Many\" FROM run AS r", &["id", "name", "many"]);
        check("(a, B) AS SELECT 1, 2", &["a", "b"]);
        check("AS SELECT (SELECT x FROM y) AS one FROM z", &["one"]);
        for text in [
            "AS SELECT * FROM a",
            "AS SELECT a.* FROM a",
            "AS SELECT count(a) FROM b",
            "AS SELECT a b FROM c",
            "",
            "AS WITH a AS (SELECT 1) SELECT * FROM a",
        ] {
            assert_eq!(columns(text), None, "{text}");
        }
    }

    trait Owned {
        fn map_to_owned(&self) -> Vec<String>;
    }

    impl Owned for [&str] {
        fn map_to_owned(&self) -> Vec<String> {
            self.iter().map(|text| (*text).to_owned()).collect()
        }
    }
}
