//! What an extension brings, as a server says that it is missing.

/// What the server's words begin with that tell of something absent. Relations, columns, databases, servers and roles are not
/// among them: of those a name that is not there is most likely wrong.
const KINDS: [&str; 17] = [
    "type ",
    "function ",
    "procedure ",
    "aggregate ",
    "operator ",
    "access method ",
    "collation ",
    "text search configuration ",
    "text search dictionary ",
    "text search parser ",
    "text search template ",
    "cast ",
    "transform ",
    "language ",
    "foreign-data wrapper ",
    "event trigger ",
    "conversion ",
];

/// How it says of a kind that it has none of that name.
const ABSENT: &str = "does not exist";

/// What it says of some of these in other words.
const IN_OTHER_WORDS: [(&str, &str); 6] = [
    ("unrecognized ", ""),
    ("data type ", "has no default operator class"),
    ("could not find a function named ", ""),
    ("could not find a procedure named ", ""),
    ("could not find an aggregate named ", ""),
    ("could not find a routine named ", ""),
];

/// The schemas that extensions make for what is theirs, wherever they are installed.
const SCHEMAS: [(&str, &str); 9] = [
    ("age", "ag_catalog"),
    ("pg_cron", "cron"),
    ("pg_graphql", "graphql"),
    ("pg_net", "net"),
    ("pgmq", "pgmq"),
    ("pgsodium", "pgsodium"),
    ("postgis_tiger_geocoder", "tiger"),
    ("postgis_topology", "topology"),
    ("supabase_vault", "vault"),
];

/// Whether what a server says is missing may come with extensions of these names.
pub(crate) fn may_be_brought(said: &str, extensions: &[&str]) -> bool {
    let said = said.strip_prefix("PostgreSQL: ").unwrap_or(said);
    let is_absent = |named: &str| said.starts_with(&format!("{named} {ABSENT}"));
    let is_own_schema = |extension: &&str| {
        let own = SCHEMAS.iter().filter(|(of, _)| of == extension);
        own.into_iter().any(|(_, schema)| is_absent(&format!("schema \"{schema}\"")))
    };
    said.contains(ABSENT) && KINDS.iter().any(|kind| said.starts_with(kind))
        || IN_OTHER_WORDS.iter().any(|(begin, behind)| said.starts_with(begin) && said.contains(behind))
        || extensions.iter().any(|extension| is_absent(&format!("extension \"{extension}\"")))
        || extensions.iter().any(is_own_schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_no_extension_brings_is_the_histories_own() {
        for (is_it, said) in [
            (true, "type \"vector\" does not exist"),
            (true, "function st_point(integer) does not exist"),
            (true, "operator does not exist: text <=> text"),
            (true, "operator class \"x\" does not exist for access method \"gist\""),
            (true, "operator family \"x\" does not exist for access method \"gist\""),
            (true, "access method \"hnsw\" does not exist"),
            (true, "collation \"x\" for encoding \"UTF8\" does not exist"),
            (true, "text search dictionary \"unaccent\" does not exist"),
            (true, "language \"plv8\" does not exist"),
            (true, "foreign-data wrapper \"x\" does not exist"),
            (true, "unrecognized configuration parameter \"cron.x\""),
            (true, "data type integer has no default operator class for access method \"gist\""),
            (true, "could not find a function named \"x\""),
            (true, "extension \"pg_cron\" does not exist"),
            (true, "schema \"cron\" does not exist"),
            (false, "extension \"pg_corn\" does not exist"),
            (false, "schema \"topology\" does not exist"),
            (false, "schema \"cro\" does not exist"),
            (false, "relation \"tt\" does not exist"),
            (false, "relation \"type \" does not exist"),
            (false, "table \"tt\" does not exist"),
            (false, "column \"type\" does not exist"),
            (false, "column \"type\" of relation \"t\" does not exist"),
            (false, "constraint \"function\" of relation \"t\" does not exist"),
            (false, "trigger \"x\" for table \"t\" does not exist"),
            (false, "role \"x\" does not exist"),
            (false, "database \"x\" does not exist"),
            (false, "server \"x\" does not exist"),
            (false, "type \"vector\" already exists"),
            (false, "syntax error at or near \"type \""),
        ] {
            for said in [said.to_owned(), format!("PostgreSQL: {said}")] {
                assert_eq!(may_be_brought(&said, &["vector", "pg_cron"]), is_it, "{said}");
            }
        }
    }
}
