use std::fmt;

use onramp_core::Dialect;

use crate::{Level, Tool};

/// A rule.
#[derive(PartialEq, Eq)]
pub struct Rule {
    /// Its name, which stays.
    pub code: &'static str,
    /// How much it matters where nobody says otherwise.
    pub level: Level,
    /// The one dialect that it is about; `None` for all.
    pub dialect: Option<Dialect>,
    /// Why it matters, a lower-case fragment with places for the words of a tool.
    why: &'static str,
    /// What to do instead, the same.
    instead: &'static str,
    /// The codes of Atlas' analysers for much the same.
    pub atlas: &'static [&'static str],
    /// The names of squawk's rules for much the same.
    pub squawk: &'static [&'static str],
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Rule {
    /// Why it matters, a lower-case fragment in the words of a tool; without one in those of all.
    pub fn why(&self, tool: Option<Tool>) -> String {
        in_words_of(self.why, tool)
    }

    /// What to do instead, as that tool has it; without one in words that are of none.
    pub fn instead(&self, tool: Option<Tool>) -> String {
        in_words_of(self.instead, tool)
    }
}

/// A text with what a tool calls things, and how it does them.
fn in_words_of(text: &str, tool: Option<Tool>) -> String {
    let outside = tool.map_or_else(|| "outside of a transaction".to_owned(), Tool::outside);
    let before = format!(
        "with Alembic {}; in a file of SQL by what its tool has to run it in no transaction",
        Tool::Alembic.before()
    );
    let words: [(&str, &str); 5] = match tool {
        Some(tool) => [
            ("{revision}", tool.noun()),
            ("{outside}", &outside),
            ("{before}", tool.before()),
            ("{rename}", tool.rename()),
            ("{concurrently}", tool.concurrently()),
        ],
        None => [
            ("{revision}", Tool::Alembic.noun()),
            ("{outside}", &outside),
            ("{before}", &before),
            (
                "{rename}",
                "`ALTER TABLE .. RENAME ..`, with Alembic `op.alter_column(.., new_column_name=..)`",
            ),
            ("{concurrently}", "CONCURRENTLY"),
        ],
    };
    words.iter().fold(text.to_owned(), |text, (place, word)| text.replace(place, word))
}

const PG: Option<Dialect> = Some(Dialect::Postgresql);
const SQLITE: Option<Dialect> = Some(Dialect::Sqlite);

macro_rules! rules {
    ($($name:ident = $code:literal, $level:ident, $dialect:expr, [$($atlas:literal),*], [$($squawk:literal),*],
       $why:literal, $instead:literal;)*) => {
        $(pub(crate) static $name: Rule = Rule {
            code: $code,
            level: Level::$level,
            dialect: $dialect,
            why: $why,
            instead: $instead,
            atlas: &[$($atlas),*],
            squawk: &[$($squawk),*],
        };)*

        /// Every rule: those about data first, then those about locks, then those about transactions.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    DROP_TABLE = "drop-table", Error, None, ["DS102"], ["ban-drop-table"],
        "the rows of the table are lost, and what still reads it fails",
        "deploy what no longer uses the table first, then allow this with the reason";
    DROP_COLUMN = "drop-column", Error, None, ["DS103"], ["ban-drop-column"],
        "the values of the column are lost, and what still reads it fails",
        "deploy what no longer uses the column first, then allow this with the reason";
    DROP_SCHEMA = "drop-schema", Error, PG, ["DS101"], ["ban-drop-schema"],
        "all that lies in the schema is lost",
        "move what is still used elsewhere first, then allow this with the reason";
    DROP_OBJECT = "drop-object", Warning, None, [],
        [
            "ban-drop-view", "ban-drop-function", "ban-drop-trigger", "ban-drop-policy", "ban-drop-sequence", "ban-drop-type",
            "ban-drop-domain", "ban-drop-extension"
        ],
        "what still uses the view, function, trigger, policy, type or sequence fails, or does no longer what it did",
        "deploy what no longer uses it first, then allow this with the reason";
    RENAME_AS_DROP = "rename-as-drop-and-add", Error, None, [], [],
        "what goes and what comes have the same definition, so a rename may be meant; the values are lost",
        "rename it ({rename}), or copy the values before the drop";
    DROP_ENUM_VALUE = "drop-enum-value", Error, PG, [], [],
        "rows that have the value stop the {revision}, or lose it",
        "change the rows in a {revision} before this one";
    NARROW_TYPE = "narrow-type", Error, PG, [], ["changing-column-type"],
        "values that do not fit into the new type stop the {revision}, or are cut",
        "add a check of the new limit first, and mend the rows that break it";
    TRUNCATE = "truncate", Error, PG, [], ["ban-truncate-cascade"],
        "all rows of the table are lost, and nobody can read it meanwhile",
        "delete what has to go by a condition, in parts";
    DELETE_ALL = "delete-all-rows", Error, None, [], [],
        "a DELETE without a condition, or with one that is always true: all rows of the table are lost",
        "say which rows have to go";
    CONDITION_OF_ALL = "delete-meets-all-rows", Warning, None, [], [],
        "a DELETE with a condition that was true of every row that was there: perhaps it is true of all of yours; the rows \
         are made from the schema",
        "look at the condition, and allow this with the reason where it means what it says";
    ROWS_LOST = "rows-lost", Error, None, [], [],
        "rows that were in the table before are gone behind the {revision}, and no DELETE says so: a copy that leaves some out, a \
         block of code, a key that cascades",
        "copy all rows, or say by a DELETE which have to go";
    VALUES_LOST = "values-lost", Error, None, [], ["ban-drop-column"],
        "the column is there before and after, and its values are gone: they are NULL, or the same in all rows",
        "alter the column as it is; where the table is made anew, copy the column too; to empty it on purpose, say so by an \
         UPDATE";
    UPDATE_ALL = "update-all-rows", Warning, None, [], [],
        "an UPDATE without a condition, or with one that is always true, writes every row in one transaction, and holds its lock to the end",
        "update in parts, each in a transaction of its own, outside of the {revision}";
    DROP_FOREIGN_KEY = "drop-foreign-key", Warning, None, ["CD101"], [],
        "nothing keeps rows any more from referring to what does not exist",
        "replace it in the same {revision}, or allow this with the reason";
    DROP_PRIMARY_KEY = "drop-primary-key", Error, None, [], [],
        "nothing tells the rows apart any more: an upsert by its columns (`ON CONFLICT`) fails, foreign keys have nothing to refer \
         to, a published table takes no UPDATE or DELETE for want of a replica identity, and ORMs need one",
        "replace it in the same {revision}; where the table is made anew, declare the key there too; where it is to have none, allow \
         this with the reason";
    REPLACE_PRIMARY_KEY = "replace-primary-key", Warning, None, [], [],
        "programs that run while this is deployed find rows by the old key, upsert by it (`ON CONFLICT`), and take for granted that \
         it is unique; foreign keys to it have nothing to refer to, and a published table has another replica identity",
        "keep the old columns unique by an index of their own, and drop that in a later {revision}";
    REQUIRED_COLUMN = "required-column", Error, None, ["MF103"],
        ["adding-required-field", "adding-not-nullable-field"],
        "a new column that takes no null and has no default: the {revision} fails where the table has rows, and so do \
         inserts of a program that does not know it yet",
        "give it a default, or add it nullable, fill it, and require it in a later {revision}";
    UNIQUE_ON_ROWS = "unique-on-existing-rows", Warning, None, ["MF101", "MF102"], [],
        "two rows with the same values stop the {revision}",
        "look for such rows first, and allow this with the reason";
    SET_NOT_NULL = "set-not-null", Warning, None, ["MF104"], ["adding-not-nullable-field"],
        "the column takes no null any more: a row that has one stops the {revision}, and PostgreSQL reads the whole table \
         to find it while nobody else can",
        "add `CHECK (column IS NOT NULL) NOT VALID`, validate it in a later {revision}, and set the column to NOT NULL \
         behind that; from PostgreSQL 18 on `ADD CONSTRAINT name NOT NULL column NOT VALID`, validated later, is enough";
    RENAME_TABLE = "rename-table", Warning, None, ["BC101"], ["renaming-table", "ban-set-schema"],
        "programs that run while this is deployed know the old name",
        "leave a view of the old name until they have ended";
    RENAME_COLUMN = "rename-column", Warning, None, ["BC102"], ["renaming-column"],
        "programs that run while this is deployed know the old name",
        "add the new column, have both written, and drop the old one in a later {revision}";
    INDEX_BLOCKS_WRITES = "index-without-concurrently", Error, PG, [], ["require-concurrent-index-creation"],
        "nobody can write to the table while the index is built",
        "create it {concurrently}, {outside}";
    DROP_INDEX_BLOCKS = "drop-index-without-concurrently", Warning, PG, [], ["require-concurrent-index-deletion", "ban-drop-index"],
        "nobody can read or write the table until the transaction ends, and it waits for all that do",
        "drop it CONCURRENTLY, {outside}";
    FOREIGN_KEY_SCANS = "foreign-key-without-not-valid", Error, PG, [],
        ["adding-foreign-key-constraint", "constraint-missing-not-valid"],
        "nobody can write to either table while all rows are compared",
        "add it NOT VALID, and validate it in a later transaction";
    CHECK_SCANS = "check-without-not-valid", Error, PG, [], ["constraint-missing-not-valid"],
        "nobody can read or write the table while all its rows are read",
        "add it NOT VALID, and validate it in a later transaction";
    VALIDATE_WITH_ADD = "validate-in-same-transaction", Warning, PG, [], [],
        "the lock of the statement that added the constraint is held while all rows are read, as if NOT VALID were not \
         there",
        "validate it in a transaction of its own";
    PRIMARY_KEY_BUILDS = "primary-key-without-index", Error, PG, [],
        ["adding-serial-primary-key-field"],
        "nobody can read or write the table while its index is built",
        "create a unique index CONCURRENTLY, then `ADD PRIMARY KEY USING INDEX`";
    UNIQUE_BUILDS = "unique-without-index", Error, PG, [], ["disallowed-unique-constraint"],
        "nobody can read or write the table while its index is built",
        "create a unique index CONCURRENTLY, then `ADD CONSTRAINT .. UNIQUE USING INDEX`";
    EXCLUSION_BUILDS = "exclusion-builds-index", Warning, PG, [], [],
        "nobody can read or write the table while its index is built; there is no other way to add one",
        "do it while nobody needs the table, and allow this with the reason";
    TYPE_REWRITES = "type-change-rewrites", Error, PG, [], ["changing-column-type"],
        "the whole table and its indexes are written anew while nobody can read or write it",
        "add a column of the new type, fill it in parts, and change places in a later {revision}";
    DEFAULT_REWRITES = "column-rewrites-table", Error, PG, [],
        ["adding-field-with-default", "adding-serial-primary-key-field"],
        "each row gets a value of its own, so the whole table is written anew while nobody can read or write it",
        "add the column without the default, set the default then, and fill the old rows in parts";
    REWRITES = "rewrites-table", Error, PG, [], ["prefer-repack"],
        "the whole table is written anew while nobody can read or write it",
        "do it while nobody needs the table, outside of the {revision}s";
    EXPLICIT_LOCK = "explicit-lock", Warning, PG, [], [],
        "the lock is held to the end of the transaction",
        "let statements take the locks that they need";
    REINDEX_BLOCKS = "reindex-without-concurrently", Error, PG, [], ["require-concurrent-reindex"],
        "nobody can write to the table, or use the index, while it is built anew",
        "`REINDEX .. CONCURRENTLY`, {outside}";
    REFRESH_BLOCKS = "refresh-without-concurrently", Warning, PG, [], [],
        "nobody can read the view while its query runs",
        "`REFRESH MATERIALIZED VIEW CONCURRENTLY`, which needs a unique index";
    ATTACH_SCANS = "attach-partition-scans", Warning, PG, [], [],
        "nobody can use the table that becomes a partition while all its rows are read",
        "give it a check of the bounds first, NOT VALID and validated then";
    DETACH_BLOCKS = "detach-partition-without-concurrently", Warning, PG, [], ["require-concurrent-partition-detach"],
        "nobody can read or write the whole partitioned table until the transaction ends",
        "`DETACH PARTITION .. CONCURRENTLY`, {outside}";
    CONCURRENTLY_INSIDE = "concurrently-in-transaction", Error, PG, [], ["ban-concurrent-index-creation-in-transaction"],
        "the server refuses it in a transaction",
        "run it {outside}";
    ENUM_VALUE_USED = "enum-value-used-in-transaction", Error, PG, [], [],
        "the server refuses to use a value of an enumeration in the transaction that adds it; from PostgreSQL 17 on it takes \
         one of a type that the same transaction has made",
        "add the value in a {revision} of its own, or {outside}";
    REBUILD_CASCADES = "rebuild-loses-children", Error, SQLITE, [], [],
        "SQLite deletes all rows of a table before it drops it while foreign keys are on, and whatever refers to them is \
         deleted, emptied, or stops the {revision}",
        "`PRAGMA foreign_keys=OFF` before the transaction begins, and ON again behind it: {before}";
    PRAGMA_INSIDE = "pragma-in-transaction", Warning, SQLITE, [], [],
        "SQLite passes over `PRAGMA foreign_keys` while a transaction is open",
        "set it before the transaction begins: {before}";
    FAILS_WITH_ROWS = "fails-with-rows", Error, None, [], [],
        "the database refuses it because of rows in the tables, and takes it where they are empty; the rows are made from the \
         schema, and yours may be like them",
        "mend such rows first, in a {revision} before this one or above in this one; where there can be none, allow this with \
         the reason";
    REVISION_FAILS = "revision-fails", Error, None, [], [],
        "the {revision} cannot be applied to its end, and nothing behind that can be looked at",
        "mend it: what failed is told in the words of the database, or of the tool";
    NOT_TRIED = "not-tried", Warning, None, [], [],
        "no server has run it, so what it does to tables and rows is not known: at best its text was looked at",
        "mend what is in the way, or allow this with the reason; `--strict` makes it an error";
    STALE_ALLOW = "stale-allow", Error, None, [], [],
        "nothing is found any more of what is allowed there, so it would hide the next finding of its kind; or it allows nothing, as one without a reason",
        "take the allow out, or say in it which rule, and why";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_for_files_of_sql_has_no_words_of_alembic() {
        for (rule, tool) in RULES.iter().flat_map(|rule| Tool::ALL.map(|tool| (rule, tool))) {
            let text = format!("{} {}", rule.why(Some(tool)), rule.instead(Some(tool)));
            assert!(!text.contains(['{', '}']), "{}: {text}", rule.code);
            let of_alembic =
                ["op.", "revision", "env.py", "autocommit_block", "batch_alter_table", "postgresql_"];
            let words: Vec<&str> = of_alembic.into_iter().filter(|word| text.contains(word)).collect();
            assert!(
                words.is_empty() || tool == Tool::Alembic,
                "{}, {tool:?}: {words:?} in {text}",
                rule.code
            );
        }
    }

    /// The rules whose remedy is to run something in no transaction, and what each tool has for that.
    #[test]
    fn what_takes_no_transaction_is_told_as_each_tool_has_it() {
        let marks = [
            (Tool::Alembic, "`with op.get_context().autocommit_block():`"),
            (Tool::Goose, "`-- +goose NO TRANSACTION`"),
            (Tool::Dbmate, "`-- migrate:up transaction:false`"),
            (Tool::SqlMigrate, "`-- +migrate Up notransaction`"),
            (Tool::Flyway, "`executeInTransaction=false`"),
            (Tool::Diesel, "`run_in_transaction = false`"),
            (Tool::Prisma, "the only statement of a `migration.sql`"),
            (Tool::Pairs, "the only statement of a file (golang-migrate)"),
            (Tool::Forward, "`-- no-transaction` (sqlx)"),
            (Tool::Atlas, "`-- atlas:txmode none`"),
            (Tool::Drizzle, "by hand"),
            (Tool::Sourcegraph, "`createIndexConcurrently: true`"),
            (Tool::Suffixes, "`.autocommit`"),
            (Tool::Unknown, "by what its tool has for that"),
        ];
        assert_eq!(marks.map(|(tool, _)| tool), Tool::ALL);
        let rules = [
            &INDEX_BLOCKS_WRITES,
            &DROP_INDEX_BLOCKS,
            &REINDEX_BLOCKS,
            &DETACH_BLOCKS,
            &CONCURRENTLY_INSIDE,
            &ENUM_VALUE_USED,
        ];
        for (rule, (tool, mark)) in rules.into_iter().flat_map(|rule| marks.map(|mark| (rule, mark))) {
            let text = rule.instead(Some(tool));
            assert!(text.contains(mark) && text.contains("outside of a transaction"), "{tool:?}: {text}");
            assert!(rule.instead(None).contains("outside of a transaction"), "{}", rule.code);
        }
        let before = |rule: &Rule, tool| rule.instead(Some(tool));
        for rule in [&REBUILD_CASCADES, &PRAGMA_INSIDE] {
            assert!(before(rule, Tool::Alembic).contains("env.py"));
            assert!(before(rule, Tool::Goose).contains("`-- +goose NO TRANSACTION`"));
            assert!(before(rule, Tool::Pairs).contains("`x-no-tx-wrap=true`"));
        }
        assert!(
            RENAME_AS_DROP.instead(Some(Tool::Goose)).contains("`ALTER TABLE .. RENAME COLUMN .. TO ..`")
        );
        assert!(RENAME_AS_DROP.instead(Some(Tool::Alembic)).contains("`op.rename_table(..)`"));
    }

    #[test]
    fn codes_are_unlike_and_in_kebab_case() {
        let mut codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        assert!(
            codes.iter().all(|code| code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'))
        );
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RULES.len());
        assert!(RULES.iter().all(|rule| !rule.why.is_empty() && !rule.instead.is_empty()));
    }
}
