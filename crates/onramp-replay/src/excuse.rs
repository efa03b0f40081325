//! Scripts that no server could run as they stand.

use crate::replay::TABLES_OF_TOOLS;

/// What a server says where something is missing that no history brings along.
const MISSING: [(&str, &str); 9] = [
    ("permission denied", "it asks for rights that a scratch database does not give"),
    ("must be superuser", "it asks for rights that a scratch database does not give"),
    ("must be owner of", "it asks for rights that a scratch database does not give"),
    ("could not open extension control file", "it needs an extension that is not installed"),
    ("is not available", "it needs an extension that is not installed"),
    ("no such module", "it needs an extension that is not installed"),
    ("not authorized", "it opens another file"),
    ("authorization denied", "it opens another file"),
    ("alone knows the command", "it has commands for a client"),
];

/// What placeholders begin with.
const PLACEHOLDERS: [&str; 2] = ["${", "{{"];

/// Why a script may have failed without being wrong; `None` where nothing speaks for that.
pub(crate) fn of(text: &str, said: &str) -> Option<&'static str> {
    let has_placeholders = PLACEHOLDERS.iter().any(|begin| text.contains(begin));
    // They may be meant: as long as a server takes them for what they are, they explain nothing.
    let is_about_one = || said.contains("syntax error") || said.contains("unrecognized token");
    if has_placeholders && (is_about_one() || PLACEHOLDERS.iter().any(|begin| said.contains(begin))) {
        return Some("its tool replaces placeholders in it");
    }
    let is_absent = said.contains("does not exist") || said.contains("no such table");
    if is_absent && TABLES_OF_TOOLS.iter().any(|table| said.contains(table)) {
        return Some("it uses the table of its tool");
    }
    let is_role = said.contains("role \"") && said.contains("does not exist")
        || ["must be member of role", "must be able to SET ROLE", "permission denied to set role"]
            .iter()
            .any(|words| said.contains(words));
    if is_role {
        return Some(
            "it needs a role that is made neither on a server that is given nor under a name of the server's own \
             (CREATE ROLE makes it there)",
        );
    }
    if said.contains("permission denied to create role") {
        return Some("it makes a role where it cannot be left out, within a block (outside of one it is)");
    }
    MISSING.iter().find(|(words, _)| said.contains(words)).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_could_run_is_excused() {
        assert!(of("CREATE TABLE ${schema}.a ()", "syntax error").is_some());
        assert!(of("INSERT INTO a VALUES (${n})", "SQLite: unrecognized token: \"{\"").is_some());
        assert!(of("SELECT '{{id}}'::uuid", "invalid input syntax for type uuid: \"{{id}}\"").is_some());
        let violated = "PostgreSQL: column \"b\" of relation \"t\" contains null values";
        assert!(of("ALTER TABLE t ALTER b SET NOT NULL, ALTER c SET DEFAULT '${name}'", violated).is_none());
        assert!(of("\\connect other\n", "psql alone knows the command `\\connect other`").is_some());
        assert!(of("GRANT SELECT ON a TO app", "PostgreSQL: role \"app\" does not exist").is_some());
        assert!(of("VACUUM INTO 'b'", "SQLite: authorization denied").is_some());
        assert!(
            of("LOCK _sqlx_migrations", "PostgreSQL: relation \"_sqlx_migrations\" does not exist").is_some()
        );
        assert!(of("DROP TABLE a", "PostgreSQL: table \"a\" does not exist").is_none());
        assert!(of("SELECT '\\d'", "no such table").is_none());
    }
}
