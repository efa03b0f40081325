//! The words of SQLite's grammar: <https://sqlite.org/lang_keywords.html>.

/// Words that are names only in quotes.
const RESERVED: &str = "
    ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT
    DEFERRABLE DELETE DISTINCT DROP ELSE ESCAPE EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT
    INTERSECT INTO IS ISNULL JOIN LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES
    RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE";

/// Words that are names where the grammar has no other use for them.
const OTHERS: &str = "
    ABORT ACTION AFTER ALWAYS ANALYZE ASC ATTACH BEFORE BEGIN BY CASCADE CAST COLUMN CONFLICT CROSS
    CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATABASE DEFERRED DESC DETACH DO EACH END EXCEPT
    EXCLUDE EXCLUSIVE EXPLAIN FAIL FILTER FIRST FOLLOWING FOR FULL GENERATED GLOB GROUPS IF IGNORE
    IMMEDIATE INDEXED INITIALLY INNER INSTEAD KEY LAST LEFT LIKE MATCH MATERIALIZED NATURAL NO NULLS OF
    OFFSET OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING QUERY RAISE RANGE RECURSIVE REGEXP REINDEX
    RELEASE RENAME REPLACE RESTRICT RIGHT ROLLBACK ROW ROWID ROWS SAVEPOINT STORED STRICT TEMP TEMPORARY
    TIES TRIGGER UNBOUNDED VACUUM VIEW VIRTUAL WINDOW WITH WITHIN WITHOUT";

/// What the grammar makes of a bare word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is always part of the grammar.
    Reserved,
    /// It may be a name too.
    Either,
    /// It is a name.
    Name,
}

/// The role of a word, which may be written in any case.
pub(super) fn role(word: &str) -> Role {
    let is_in = |list: &str| list.split_ascii_whitespace().any(|keyword| keyword.eq_ignore_ascii_case(word));
    if is_in(RESERVED) {
        Role::Reserved
    } else if is_in(OTHERS) {
        Role::Either
    } else {
        Role::Name
    }
}
