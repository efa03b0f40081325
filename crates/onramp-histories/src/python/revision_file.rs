use std::ops::Range;

use super::lines::{Line, Token, lines};

/// What a revision file says about itself at its top level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionFile {
    /// The revision's id.
    pub id: String,
    /// The ids of the revisions it follows: none for a first one, several for a merge.
    pub down: Vec<String>,
    /// The names of the branch that begins with it; where they are names of Python's, those.
    pub labels: Vec<String>,
    /// Whether `upgrade()` does nothing, or does not exist.
    pub upgrade_is_empty: bool,
    /// Whether `downgrade()` does nothing, or does not exist.
    pub downgrade_is_empty: bool,
    /// Whether `downgrade()` does nothing but raise an error.
    pub downgrade_raises: bool,
    /// The first line of the docstring.
    pub message: Option<String>,
    /// What the docstring says behind `Create Date:`.
    pub created: Option<String>,
}

impl RevisionFile {
    /// Reads a source. The error is a lower-case fragment that says what could not be read.
    pub fn parse(source: &str) -> Result<Self, String> {
        let lines = lines(source);
        let id = match value_of(&lines, "revision") {
            None => return Err("has no top-level `revision`".to_owned()),
            Some(Some(Value::Ids(ids))) if ids.len() == 1 => ids.into_iter().next().unwrap_or_default(),
            Some(_) => return Err("has a `revision` that is not one string".to_owned()),
        };
        let down = match value_of(&lines, "down_revision") {
            None => return Err("has no top-level `down_revision`".to_owned()),
            Some(Some(Value::None)) => Vec::new(),
            Some(Some(Value::Ids(ids))) => ids,
            Some(None) => {
                return Err("has a `down_revision` that is neither a string nor a tuple of them".to_owned());
            }
        };
        let labels = labels(&lines);
        let docstring = docstring(&lines).map_or("", |(text, _)| text);
        let said = docstring.lines().map(str::trim);
        Ok(Self {
            id,
            down,
            labels,
            upgrade_is_empty: body(&lines, "upgrade").into_iter().all(does_nothing),
            downgrade_is_empty: body(&lines, "downgrade").into_iter().all(does_nothing),
            downgrade_raises: raises(&lines),
            message: said.clone().find(|line| !line.is_empty()).map(str::to_owned),
            created: said
                .filter_map(|line| line.strip_prefix("Create Date:"))
                .map(|date| date.trim().to_owned())
                .next(),
        })
    }
}

impl RevisionFile {
    /// The line of a source, from 1, that assigns `name` at its top level; the last one, as Python would have it.
    pub fn line_of(source: &str, name: &str) -> Option<u32> {
        let lines = lines(source);
        let mut place = None;
        for line in lines.iter().filter(|line| line.indent == 0) {
            let mut begin = 0;
            for tokens in statements(&line.tokens) {
                if assigned(tokens, name).is_some() {
                    place = line.spans.get(begin).map(|span| span.start);
                }
                begin += tokens.len() + 1;
            }
        }
        let before = source.get(..place?)?;
        u32::try_from(before.matches('\n').count() + 1).ok()
    }
}

/// Where a source says which revisions it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownSpans {
    /// The one literal that stands for what it follows, with its quotes; `None` where several do.
    pub literal: Option<Range<usize>>,
    /// The module's docstring, with its quotes.
    pub docstring: Option<Range<usize>>,
}

impl DownSpans {
    /// Finds them in a source that [`RevisionFile::parse`] can read.
    pub fn of(source: &str) -> Self {
        let lines = lines(source);
        let docstring = docstring(&lines).map(|(_, span)| span);
        let mut literal = None;
        for line in lines.iter().filter(|line| line.indent == 0) {
            let mut begin = 0;
            for tokens in statements(&line.tokens) {
                if let Some(value) = assigned(tokens, "down_revision") {
                    let first = begin + tokens.len() - value.len();
                    let spans = &line.spans[first..first + value.len()];
                    let is_literal = |token: &Token| match token {
                        Token::Text(_) => true,
                        Token::Word(word) => word == "None",
                        Token::Sign(_) => false,
                    };
                    let first = value.iter().position(is_literal);
                    let last = value.iter().rposition(is_literal);
                    literal = first.zip(last).and_then(|(first, last)| {
                        // Literals beside one another are one text, with a comma between them they are several.
                        let is_one = value[first..=last].iter().all(is_literal);
                        is_one.then(|| spans[first].start..spans[last].end)
                    });
                }
                begin += tokens.len() + 1;
            }
        }
        Self { literal, docstring }
    }
}

/// The text that a source begins with, and where it stands.
fn docstring(lines: &[Line]) -> Option<(&str, Range<usize>)> {
    let first = lines.first()?;
    match first.tokens.as_slice() {
        [Token::Text(text)] => Some((text, first.spans.first()?.clone())),
        _ => None,
    }
}

/// What `branch_labels` lists, as names or as expressions that stand for them.
fn labels(lines: &[Line]) -> Vec<String> {
    let top = lines.iter().filter(|line| line.indent == 0);
    let assigned =
        top.flat_map(|line| statements(&line.tokens)).filter_map(|tokens| assigned(tokens, "branch_labels"));
    let Some(tokens) = assigned.last() else { return Vec::new() };
    let items = split(unwrap_brackets(tokens), ',').map(|item| {
        let text = |token: &Token| match token {
            Token::Word(text) | Token::Text(text) => text.clone(),
            Token::Sign(sign) => sign.to_string(),
        };
        item.iter().map(text).collect::<String>()
    });
    items.filter(|label| !label.is_empty() && label != "None").collect()
}

enum Value {
    None,
    Ids(Vec<String>),
}

/// The value that is assigned to `name` at the top level, by the last such assignment as Python would have
/// it. The inner `None` is a value of another form.
fn value_of(lines: &[Line], name: &str) -> Option<Option<Value>> {
    let top = lines.iter().filter(|line| line.indent == 0);
    top.flat_map(|line| statements(&line.tokens))
        .filter_map(|tokens| assigned(tokens, name))
        .last()
        .map(value)
}

/// The tokens after `=` in `name = ...` or `name: annotation = ...`.
fn assigned<'a>(tokens: &'a [Token], name: &str) -> Option<&'a [Token]> {
    let (first, rest) = tokens.split_first()?;
    if *first != Token::Word(name.to_owned()) {
        return None;
    }
    match rest.first()? {
        Token::Sign('=') => {}
        Token::Sign(':') => {}
        _ => return None,
    }
    let equals = rest.iter().position(|token| *token == Token::Sign('='))?;
    let value = &rest[equals + 1..];
    (value.first() != Some(&Token::Sign('='))).then_some(value)
}

fn value(tokens: &[Token]) -> Option<Value> {
    let tokens = unwrap_brackets(tokens);
    if let [Token::Word(word)] = tokens {
        return (word == "None").then_some(Value::None);
    }
    let mut ids = Vec::new();
    for item in split(tokens, ',') {
        let mut id = String::new();
        for token in unwrap_brackets(item) {
            match token {
                Token::Text(text) => id.push_str(text),
                _ => return None,
            }
        }
        if item.is_empty() {
            continue;
        }
        ids.push(id);
    }
    Some(if ids.is_empty() { Value::None } else { Value::Ids(ids) })
}

/// The tokens within brackets that enclose all of them.
fn unwrap_brackets(tokens: &[Token]) -> &[Token] {
    match tokens {
        [Token::Sign('('), inner @ .., Token::Sign(')')]
        | [Token::Sign('['), inner @ .., Token::Sign(']')]
            if !inner.iter().any(|token| matches!(token, Token::Sign('(' | '['))) =>
        {
            unwrap_brackets(inner)
        }
        [Token::Sign('('), inner @ .., Token::Sign(')')] if split(inner, ',').count() == 1 => {
            unwrap_brackets(inner)
        }
        _ => tokens,
    }
}

fn statements(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    split(tokens, ';')
}

fn split(tokens: &[Token], sign: char) -> impl Iterator<Item = &[Token]> {
    tokens.split(move |token| *token == Token::Sign(sign))
}

/// Whether `downgrade()` does nothing but raise an error.
fn raises(all: &[Line]) -> bool {
    let mut statements = body(all, "downgrade").into_iter().filter(|statement| !does_nothing(statement));
    statements.next().and_then(<[Token]>::first) == Some(&Token::Word("raise".to_owned()))
        && statements.next().is_none()
}

/// The statements of a function; none where there is no such function.
fn body<'a>(all: &'a [Line], function: &str) -> Vec<&'a [Token]> {
    let is_head = |line: &Line| {
        let mut words = line.tokens.iter().filter(|token| **token != Token::Word("async".to_owned()));
        line.indent == 0
            && words.next() == Some(&Token::Word("def".to_owned()))
            && words.next() == Some(&Token::Word(function.to_owned()))
    };
    let Some(head) = all.iter().rposition(is_head) else { return Vec::new() };
    let body = all[head + 1..].iter().take_while(|line| line.indent > 0).map(|line| line.tokens.as_slice());
    std::iter::once(after_head(&all[head].tokens)).chain(body).flat_map(statements).collect()
}

/// What stands on the line of `def f(..) -> ..:` behind its colon.
fn after_head(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Sign(':') if depth == 0 => return &tokens[index + 1..],
            _ => {}
        }
    }
    &[]
}

fn does_nothing(statement: &[Token]) -> bool {
    match statement {
        [] => true,
        [Token::Word(word)] => word == "pass" || word == "return",
        [Token::Word(first), Token::Word(second)] => first == "return" && second == "None",
        tokens => {
            tokens.iter().all(|token| matches!(token, Token::Text(_)))
                || tokens.iter().all(|token| *token == Token::Sign('.'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(source: &str, expected: Expect) {
        let text = match RevisionFile::parse(source) {
            Ok(file) => format!(
                "{} <- {:?}{}{}{}",
                file.id,
                file.down,
                if file.upgrade_is_empty { ", upgrade empty" } else { "" },
                if file.downgrade_is_empty { ", downgrade empty" } else { "" },
                if file.downgrade_raises { ", downgrade raises" } else { "" }
            ),
            Err(error) => error,
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn as_alembic_writes_it() {
        check(
            "\"\"\"add a\n\nRevision ID: 1\nrevision = 'no'\n\"\"\"\nfrom typing import Union\n\
             revision: str = 'ae1027a6acf'\ndown_revision: Union[str, Sequence[str], None] = '1975ea83b712'\n\
             def upgrade() -> None:\n    \"\"\"Upgrade schema.\"\"\"\n    # ### commands auto generated ###\n\
             \x20   op.add_column('a', sa.Column('b'))\n    # ### end ###\n\n\
             def downgrade() -> None:\n    # ### commands ###\n    pass\n    # ### end ###\n",
            expect![[r#"ae1027a6acf <- ["1975ea83b712"], downgrade empty"#]],
        );
    }

    #[test]
    fn strange_but_valid_assignments() {
        check(
            "revision=(\n  # the id\n  \"a\" 'b'\n)\r\ndown_revision = None # first\r\n",
            expect![[r#"ab <- [], upgrade empty, downgrade empty"#]],
        );
        check(
            "revision = \\\n  r'a'\ndown_revision = (\"b\",\n 'c', # both\n)\n",
            expect![[r#"a <- ["b", "c"], upgrade empty, downgrade empty"#]],
        );
        check(
            "\u{feff}revision = \"\"\"a\"\"\"; down_revision = [u'b']",
            expect![[r#"a <- ["b"], upgrade empty, downgrade empty"#]],
        );
        check(
            "revision = 'a'\ndown_revision = ()\nrevision = 'z'\n",
            expect![[r#"z <- [], upgrade empty, downgrade empty"#]],
        );
        check(
            "revision = 'a'\ndown_revision = 'b', 'c'\n",
            expect![[r#"a <- ["b", "c"], upgrade empty, downgrade empty"#]],
        );
    }

    #[test]
    fn only_the_top_level_counts() {
        check(
            "class A:\n    revision = 'x'\nprint(revision == 'y')\n",
            expect!["has no top-level `revision`"],
        );
        check(
            "text = '''\nrevision = 'x'\n'''\nrevision = 'a'\ndown_revision = x(\n'b')\n",
            expect!["has a `down_revision` that is neither a string nor a tuple of them"],
        );
        check("revision = make()\n", expect!["has a `revision` that is not one string"]);
        check("revision = 'a'\n", expect!["has no top-level `down_revision`"]);
    }

    #[test]
    fn bodies() {
        let head = "revision = 'a'\ndown_revision = None\n";
        check(
            &format!("{head}def upgrade(): pass\ndef downgrade(): ...\n"),
            expect!["a <- [], upgrade empty, downgrade empty"],
        );
        check(
            &format!(
                "{head}def upgrade(engine: str = 'a'):\n    'doc'\n    return None\ndef downgrade(): op.x()\n"
            ),
            expect!["a <- [], upgrade empty"],
        );
        check(
            &format!(
                "{head}def upgrade():\n\tpass; op.x()\n\ndef downgrade():\n    with op.batch_alter_table('a') as b:\n        pass\n"
            ),
            expect!["a <- []"],
        );
        check(
            &format!(
                "{head}def upgrade():\n    '''doc'''\n    # nothing\n\n    pass\nx = 1\ndef downgrade():\n# odd comment\n    op.x()\n"
            ),
            expect!["a <- [], upgrade empty"],
        );
    }

    #[test]
    fn a_downgrade_that_refuses() {
        let head = "revision = 'a'\ndown_revision = None\ndef upgrade(): op.x()\ndef downgrade():\n";
        check(
            &format!("{head}    'no way'\n    raise NotImplementedError('no')\n"),
            expect!["a <- [], downgrade raises"],
        );
        check(&format!("{head}    op.x()\n    raise ValueError()\n"), expect!["a <- []"]);
    }

    #[test]
    fn nonsense_does_not_panic() {
        for source in [
            "",
            "'",
            "\"\"\"",
            "\\",
            "(((",
            ")))",
            "def",
            "def upgrade(",
            "revision =",
            "revision: =",
            "r'\\",
        ] {
            assert!(RevisionFile::parse(source).is_err(), "{source}");
        }
    }
}
