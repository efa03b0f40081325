//! Scripts that no server could run as they stand.

use crate::replay::TABLES_OF_TOOLS;

/// Why a script may have failed without being wrong, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Excuse {
    why: &'static str,
    next: &'static str,
}

impl Excuse {
    /// In words, with what the server said.
    pub(crate) fn tell(self, said: &str) -> String {
        format!("{}: {said}; {}", self.why, self.next)
    }
}

const RIGHTS: Excuse = Excuse {
    why: "it asks for rights that a scratch database does not give",
    next: "what is beyond its database is for the operator to do, outside of the history",
};
const FILE: Excuse =
    Excuse { why: "it opens another file", next: "a script that has all of it in itself can be replayed" };
const CLIENT: Excuse = Excuse {
    why: "it has commands for a client",
    next: "only what the server itself understands is replayed",
};
const MODULE: Excuse = Excuse {
    why: "it needs an extension that is not installed",
    next: "nothing behind it is tried, for SQLite has those that are built in alone",
};
const PLACEHOLDER: Excuse = Excuse {
    why: "its tool replaces placeholders in it",
    next: "a copy of the folder in which they are replaced can be replayed",
};
const TABLE: Excuse =
    Excuse { why: "it uses the table of its tool", next: "a copy without these statements can be replayed" };
const ROLE: Excuse = Excuse {
    why: "it needs a role that is not made here: none is on a server that is given, nor under a name that the server has \
          for itself",
    next: "CREATE ROLE makes it on the server that is given; without its URL, a server of Onramp's own is started",
};
const ROLE_IN_BLOCK: Excuse = Excuse {
    why: "it makes a role within a block, where it cannot be left out",
    next: "outside of a block, or behind a look into pg_roles, it can",
};

/// What a server says where something is missing that no history brings along.
const MISSING: [(&str, Excuse); 11] = [
    ("permission denied to create role", ROLE_IN_BLOCK),
    ("must be member of role", ROLE),
    ("must be able to SET ROLE", ROLE),
    ("permission denied to set role", ROLE),
    ("permission denied", RIGHTS),
    ("must be superuser", RIGHTS),
    ("must have admin option", RIGHTS),
    ("must be owner of", RIGHTS),
    ("no such module", MODULE),
    ("not authorized", FILE),
    ("authorization denied", FILE),
];

/// What placeholders begin with.
const PLACEHOLDERS: [&str; 2] = ["${", "{{"];

/// Why a script may have failed without being wrong; `None` where nothing speaks for that.
pub(crate) fn of(text: &str, said: &str) -> Option<Excuse> {
    let has_placeholders = PLACEHOLDERS.iter().any(|begin| text.contains(begin));
    // They may be meant: as long as a server takes them for what they are, they explain nothing.
    let is_about_one = || said.contains("syntax error") || said.contains("unrecognized token");
    if has_placeholders && (is_about_one() || PLACEHOLDERS.iter().any(|begin| said.contains(begin))) {
        return Some(PLACEHOLDER);
    }
    // `:SCHEMA.jobs`, as psql has them.
    if said.contains("syntax error at or near \":\"") && has_variable(text) {
        return Some(PLACEHOLDER);
    }
    let is_absent = said.contains("does not exist") || said.contains("no such table");
    if is_absent && TABLES_OF_TOOLS.iter().any(|table| said.contains(table)) {
        return Some(TABLE);
    }
    if said.contains("role \"") && said.contains("does not exist") {
        return Some(ROLE);
    }
    if said.contains("alone knows the command") {
        return Some(CLIENT);
    }
    MISSING.iter().find(|(words, _)| said.contains(words)).map(|(_, excuse)| *excuse)
}

/// Whether a text has `:NAME`, which is neither a cast nor an assignment.
fn has_variable(text: &str) -> bool {
    text.as_bytes().windows(3).any(|letters| {
        letters[0] != b':'
            && letters[1] == b':'
            && (letters[2].is_ascii_alphabetic() || matches!(letters[2], b'_' | b'"' | b'\''))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_could_run_is_excused() {
        assert_eq!(of("CREATE TABLE ${schema}.a ()", "syntax error"), Some(PLACEHOLDER));
        assert_eq!(of("INSERT INTO a VALUES (${n})", "SQLite: unrecognized token: \"{\""), Some(PLACEHOLDER));
        assert_eq!(
            of("SELECT '{{id}}'::uuid", "invalid input syntax for type uuid: \"{{id}}\""),
            Some(PLACEHOLDER)
        );
        let colon = "PostgreSQL: syntax error at or near \":\"";
        assert_eq!(of("CREATE TABLE :SCHEMA.a ()", colon), Some(PLACEHOLDER));
        assert_eq!(of("SELECT a::text, b : c", colon), None);
        let violated = "PostgreSQL: column \"b\" of relation \"t\" contains null values";
        assert_eq!(of("ALTER TABLE t ALTER b SET NOT NULL, ALTER c SET DEFAULT '${name}'", violated), None);
        assert_eq!(of("\\connect other\n", "psql alone knows the command `\\connect other`"), Some(CLIENT));
        assert_eq!(of("GRANT SELECT ON a TO app", "PostgreSQL: role \"app\" does not exist"), Some(ROLE));
        assert_eq!(of("DO", "PostgreSQL: permission denied to create role"), Some(ROLE_IN_BLOCK));
        assert_eq!(of("VACUUM INTO 'b'", "SQLite: authorization denied"), Some(FILE));
        assert_eq!(
            of("LOCK _sqlx_migrations", "PostgreSQL: relation \"_sqlx_migrations\" does not exist"),
            Some(TABLE)
        );
        assert_eq!(of("DROP TABLE a", "PostgreSQL: table \"a\" does not exist"), None);
        assert_eq!(of("SELECT '\\d'", "no such table"), None);
    }
}
