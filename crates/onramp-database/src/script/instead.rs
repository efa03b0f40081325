//! What a guest runs in place of statements about the roles of the whole server, which he cannot touch. A catalog knows
//! neither owners nor what a role may do beyond its database, so it comes out the same.

use crate::sql::{Piece, Token, TokenKind};

/// What is run in place of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// Itself.
    Itself,
    /// The same, with the guest as the owner.
    Own(String),
    /// Nothing.
    Nothing,
}

/// What is run in place of a statement.
pub(super) fn of(piece: &Piece<'_>) -> Instead {
    let tokens = &piece.tokens[..];
    if is_about_roles(tokens) || changes_user(tokens) {
        return Instead::Nothing;
    }
    let first = |word: &str| tokens.first().is_some_and(|token| token.is(word));
    if first("ALTER")
        // A column may have that name.
        && !tokens.iter().any(|token| token.is("RENAME"))
        && let Some(place) = tokens.windows(2).position(|pair| pair[0].is("OWNER") && pair[1].is("TO"))
        && let Some(name) = tokens.get(place + 2)
    {
        return Instead::Own(replaced(piece, name, name, "CURRENT_USER"));
    }
    if first("CREATE")
        && tokens.get(1).is_some_and(|token| token.is("SCHEMA"))
        && let Some(place) = tokens.iter().take(6).position(|token| token.is("AUTHORIZATION"))
        && let Some(name) = tokens.get(place + 1).filter(|name| !is_nobody(name))
    {
        // Without a name of its own, a schema has that of its owner.
        let before = &tokens[2..place];
        let has_name = !before.is_empty() && !before.last().is_some_and(|last| last.is("EXISTS"));
        let words = match has_name {
            true => "AUTHORIZATION CURRENT_USER".to_owned(),
            false => format!("{} AUTHORIZATION CURRENT_USER", name.text),
        };
        return Instead::Own(replaced(piece, &tokens[place], name, &words));
    }
    Instead::Itself
}

/// A statement that makes, changes, drops or lends roles, or is about what another one than the guest owns or will own.
fn is_about_roles(tokens: &[Token<'_>]) -> bool {
    let is_at = |place: usize, words: &[&str]| {
        tokens.get(place).is_some_and(|token| words.iter().any(|word| token.is(word)))
    };
    let roles = ["ROLE", "USER", "GROUP"];
    is_at(0, &["CREATE", "ALTER", "DROP"]) && is_at(1, &roles) && !is_at(2, &["MAPPING"])
        || is_at(0, &["COMMENT"]) && is_at(1, &["ON"]) && is_at(2, &["ROLE"])
        || is_at(0, &["REASSIGN"])
        || is_at(0, &["DROP"]) && is_at(1, &["OWNED"])
        || is_at(0, &["ALTER"])
            && is_at(1, &["DEFAULT"])
            && is_at(2, &["PRIVILEGES"])
            && is_at(3, &["FOR"])
            && !tokens.get(5).is_some_and(is_nobody)
        || is_at(0, &["GRANT", "REVOKE"]) && !tokens.iter().any(|token| token.is("ON"))
}

/// A statement that goes on as somebody else.
fn changes_user(tokens: &[Token<'_>]) -> bool {
    let rest = match tokens {
        [set, scope, rest @ ..] if set.is("SET") && (scope.is("LOCAL") || scope.is("SESSION")) => {
            // `SET SESSION AUTHORIZATION` has the word as a part of its name.
            if rest.first().is_some_and(|next| next.is("AUTHORIZATION")) {
                return true;
            }
            rest
        }
        [set, rest @ ..] if set.is("SET") || set.is("RESET") => rest,
        _ => return false,
    };
    match rest {
        [role, ..] if role.is("ROLE") => true,
        [session, authorization, ..] => session.is("SESSION") && authorization.is("AUTHORIZATION"),
        _ => false,
    }
}

/// The text of a piece with other words from one of its tokens to another.
fn replaced(piece: &Piece<'_>, from: &Token<'_>, to: &Token<'_>, words: &str) -> String {
    let (before, behind) = (from.start - piece.start, to.end() - piece.start);
    format!("{}{words}{}", &piece.text[..before], &piece.text[behind..])
}

/// The roles that a statement names, which must be there before it runs.
pub(super) fn named_roles(tokens: &[Token<'_>]) -> Vec<String> {
    let is_at = |place: usize, words: &[&str]| {
        tokens.get(place).is_some_and(|token| words.iter().any(|word| token.is(word)))
    };
    let lists: &[&[&str]] = match () {
        () if is_at(0, &["GRANT", "REVOKE"]) => &[&["TO"], &["FROM"]],
        () if is_at(0, &["CREATE", "ALTER"]) && is_at(1, &["POLICY"]) => &[&["TO"]],
        () if is_at(0, &["ALTER"]) && is_at(1, &["DEFAULT"]) && is_at(2, &["PRIVILEGES"]) => {
            &[&["TO"], &["FROM"]]
        }
        () => return Vec::new(),
    };
    let mut names = Vec::new();
    for place in 0..tokens.len() {
        let behind = lists.iter().find_map(|words| {
            let is_here = words.iter().enumerate().all(|(number, word)| is_at(place + number, &[word]));
            is_here.then_some(place + words.len())
        });
        names.extend(behind.into_iter().flat_map(|behind| list(&tokens[behind..])));
    }
    names.sort();
    names.dedup();
    names
}

/// The names of a list with commas.
fn list(tokens: &[Token<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = tokens.iter().filter(|token| !token.is("GROUP")).peekable();
    while let Some(token) = rest.next() {
        match token.kind {
            TokenKind::Name => names.push(token.value().into_owned()),
            TokenKind::Word if is_nobody(token) => {}
            TokenKind::Word => names.push(token.text.to_lowercase()),
            _ => break,
        }
        if rest.next_if(|next| next.is(",")).is_none() {
            break;
        }
    }
    names
}

/// Words that stand for whoever is there.
fn is_nobody(token: &Token<'_>) -> bool {
    ["PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"].iter().any(|word| token.is(word))
}

/// The extension that a statement is about.
pub(super) fn extension(tokens: &[Token<'_>]) -> Option<String> {
    let rest = match tokens {
        [verb, extension, rest @ ..]
            if ["CREATE", "ALTER", "DROP"].iter().any(|word| verb.is(word)) && extension.is("EXTENSION") =>
        {
            rest
        }
        [comment, on, extension, rest @ ..]
            if comment.is("COMMENT") && on.is("ON") && extension.is("EXTENSION") =>
        {
            rest
        }
        _ => return None,
    };
    let is_guard = |token: &&Token<'_>| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is(word));
    let name = rest.iter().find(|token| !is_guard(token))?;
    Some(match name.kind {
        TokenKind::Name => name.value().into_owned(),
        _ => name.text.to_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use onramp_core::Dialect;

    use super::*;
    use crate::sql::split;

    fn told(statement: &str) -> String {
        let pieces = split(statement, Dialect::Postgresql);
        match of(&pieces[0]) {
            Instead::Itself => "itself".to_owned(),
            Instead::Own(text) => text,
            Instead::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn what_is_about_the_server_is_passed_over() {
        for statement in [
            "CREATE ROLE app LOGIN",
            "create user \"App\" PASSWORD 'x'",
            "ALTER ROLE app SET search_path = a",
            "DROP ROLE IF EXISTS app",
            "COMMENT ON ROLE app IS 'x'",
            "GRANT app TO other",
            "REVOKE app FROM other",
            "SET ROLE app",
            "SET LOCAL ROLE app",
            "SET SESSION ROLE 'app'",
            "SET role TO app",
            "RESET ROLE",
            "SET SESSION AUTHORIZATION app",
            "RESET SESSION AUTHORIZATION",
            "REASSIGN OWNED BY a TO b",
            "DROP OWNED BY a, b CASCADE",
            "ALTER DEFAULT PRIVILEGES FOR ROLE a, b IN SCHEMA s GRANT SELECT ON TABLES TO c",
        ] {
            assert_eq!(told(statement), "nothing", "{statement}");
        }
        for statement in [
            "CREATE USER MAPPING FOR app SERVER s",
            "GRANT SELECT ON t TO app",
            "REVOKE ALL ON t FROM app",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO c",
            "ALTER DEFAULT PRIVILEGES FOR USER CURRENT_USER GRANT SELECT ON TABLES TO c",
            "CREATE SCHEMA AUTHORIZATION CURRENT_USER",
            "CREATE SCHEMA s AUTHORIZATION session_user",
            "SET search_path = role",
            "SET SESSION search_path = a",
            "CREATE TABLE role (owner text)",
            "ALTER TABLE t RENAME COLUMN owner TO keeper",
            "SELECT 1",
        ] {
            assert_eq!(told(statement), "itself", "{statement}");
        }
    }

    #[test]
    fn the_guest_is_the_owner() {
        assert_eq!(
            told("ALTER TABLE IF EXISTS public.t OWNER TO \"My App\""),
            "ALTER TABLE IF EXISTS public.t OWNER TO CURRENT_USER"
        );
        assert_eq!(
            told("/* ä */ ALTER TABLE t OWNER TO app, ADD b int"),
            "ALTER TABLE t OWNER TO CURRENT_USER, ADD b int"
        );
        assert_eq!(told("CREATE SCHEMA s AUTHORIZATION app"), "CREATE SCHEMA s AUTHORIZATION CURRENT_USER");
        assert_eq!(
            told("CREATE SCHEMA IF NOT EXISTS AUTHORIZATION \"A\""),
            "CREATE SCHEMA IF NOT EXISTS \"A\" AUTHORIZATION CURRENT_USER"
        );
    }

    #[test]
    fn roles_are_read_from_where_they_stand() {
        let roles = |statement: &str| named_roles(&split(statement, Dialect::Postgresql)[0].tokens);
        assert_eq!(
            roles("GRANT SELECT ON a, b TO App, \"Other\", public WITH GRANT OPTION"),
            ["Other", "app"]
        );
        assert_eq!(roles("REVOKE ALL ON t FROM GROUP g CASCADE"), ["g"]);
        assert_eq!(
            roles("CREATE POLICY p ON t FOR SELECT TO reader, writer USING (true)"),
            ["reader", "writer"]
        );
        assert_eq!(
            roles("ALTER DEFAULT PRIVILEGES FOR ROLE CURRENT_USER IN SCHEMA s GRANT SELECT ON TABLES TO c"),
            ["c"]
        );
        assert_eq!(roles("ALTER TABLE t RENAME TO app"), [""; 0]);
        assert_eq!(roles("GRANT SELECT ON t TO current_user"), [""; 0]);
    }

    #[test]
    fn extensions_are_known_by_their_statements() {
        let of = |statement: &str| extension(&split(statement, Dialect::Postgresql)[0].tokens);
        assert_eq!(of("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" SCHEMA x").as_deref(), Some("uuid-ossp"));
        assert_eq!(of("COMMENT ON EXTENSION Vector IS 'x'").as_deref(), Some("vector"));
        assert_eq!(of("CREATE TABLE extension ()"), None);
    }
}
