use super::lines::{Line, Token, lines};

/// What a migration of Django says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Migration {
    /// The migrations that it follows: application and name.
    pub(crate) dependencies: Vec<(String, String)>,
    /// The migrations that it takes the place of.
    pub(crate) replaces: Vec<(String, String)>,
    /// Whether it has a list of operations that is empty.
    pub(crate) is_empty: bool,
}

impl Migration {
    /// Reads a source; `None` where it has no class `Migration`.
    pub(crate) fn parse(source: &str) -> Option<Self> {
        let lines = lines(source);
        let is_head = |line: &Line| {
            line.indent == 0
                && line.tokens.first() == Some(&Token::Word("class".to_owned()))
                && line.tokens.get(1) == Some(&Token::Word("Migration".to_owned()))
        };
        let head = lines.iter().position(is_head)?;
        let body: Vec<&Line> = lines[head + 1..].iter().take_while(|line| line.indent > 0).collect();
        let indent = body.first().map(|line| line.indent).unwrap_or_default();
        let value = |name: &str| {
            let of_class = body.iter().filter(|line| line.indent == indent);
            of_class.filter_map(|line| assigned(&line.tokens, name)).next_back()
        };
        Some(Self {
            dependencies: value("dependencies").map(pairs).unwrap_or_default(),
            replaces: value("replaces").map(pairs).unwrap_or_default(),
            is_empty: value("operations")
                .is_some_and(|tokens| matches!(tokens, [Token::Sign('['), Token::Sign(']')])),
        })
    }
}

fn assigned<'a>(tokens: &'a [Token], name: &str) -> Option<&'a [Token]> {
    let (first, rest) = tokens.split_first()?;
    let is_it =
        *first == Token::Word(name.to_owned()) && matches!(rest.first(), Some(Token::Sign('=' | ':')));
    let equals = rest.iter().position(|token| *token == Token::Sign('=')).filter(|_| is_it)?;
    Some(&rest[equals + 1..])
}

/// Every `("a", "b")` in a list.
fn pairs(tokens: &[Token]) -> Vec<(String, String)> {
    let pair = |window: &[Token]| match window {
        [Token::Sign('('), Token::Text(app), Token::Sign(','), Token::Text(name), Token::Sign(')' | ',')] => {
            Some((app.clone(), name.clone()))
        }
        _ => None,
    };
    tokens.windows(5).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_and_what_is_replaced() {
        let source = "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    '''doc'''\n    \
                      replaces = [('shop', '0001_initial'), ('shop', '0002_b')]\n\n    dependencies = [\n        \
                      ('auth', '0001_initial'),  # who\n        (\"shop\", \"0003_c\",),\n        \
                      migrations.swappable_dependency(settings.AUTH_USER_MODEL),\n    ]\n    operations = []\n";
        let read = Migration::parse(source).unwrap();
        let pair = |app: &str, name: &str| (app.to_owned(), name.to_owned());
        assert_eq!(read.dependencies, [pair("auth", "0001_initial"), pair("shop", "0003_c")]);
        assert_eq!(read.replaces.len(), 2);
        assert!(read.is_empty);
        assert_eq!(Migration::parse("class A:\n    dependencies = []\n"), None);
        assert_eq!(Migration::parse("class Migration(m.Migration): pass"), Some(Migration::default()));
    }
}
