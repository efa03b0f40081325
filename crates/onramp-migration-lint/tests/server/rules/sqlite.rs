//! What happens to rows in SQLite, which has rules of its own and some of those of the other dialect.

use super::{Case, sqlite};

pub(super) const CASES: &[Case] = &[
    sqlite(&["DROP TABLE note"], &["drop-table"]),
    sqlite(
        &[
            "CREATE TABLE tmp (id INTEGER PRIMARY KEY, flow_id INTEGER, text TEXT)",
            "DROP TABLE note",
            "ALTER TABLE tmp RENAME TO note",
        ],
        &["drop-table"],
    ),
    sqlite(
        &["CREATE TABLE tmp AS SELECT * FROM note", "DROP TABLE note", "ALTER TABLE tmp RENAME TO note"],
        &["drop-primary-key"],
    ),
    sqlite(
        &[
            "CREATE TABLE tmp (id INTEGER PRIMARY KEY, flow_id INTEGER, text TEXT)",
            "INSERT INTO tmp SELECT * FROM note",
            "DROP TABLE note",
            "ALTER TABLE tmp RENAME TO note",
        ],
        &[],
    ),
    // A column that the copy has forgotten.
    sqlite(
        &[
            "CREATE TABLE tmp (id INTEGER PRIMARY KEY, flow_id INTEGER, text TEXT)",
            "INSERT INTO tmp (id, Flow_id) SELECT id, flow_id FROM note",
            "DROP TABLE note",
            "ALTER TABLE tmp RENAME TO note",
        ],
        &["drop-column"],
    ),
    sqlite(&["ALTER TABLE note DROP COLUMN Text", "ALTER TABLE note ADD COLUMN text TEXT"], &["drop-column"]),
    // What was copied first comes back under its name.
    sqlite(
        &[
            "ALTER TABLE note ADD COLUMN kept TEXT",
            "UPDATE note SET kept = text WHERE id > 0",
            "ALTER TABLE note DROP COLUMN text",
            "ALTER TABLE note RENAME COLUMN kept TO text",
        ],
        &[],
    ),
    sqlite(
        &[
            "ALTER TABLE note RENAME COLUMN text TO old",
            "ALTER TABLE note ADD COLUMN text TEXT",
            "ALTER TABLE note DROP COLUMN text",
        ],
        &["rename-column"],
    ),
    sqlite(&["ALTER TABLE note DROP COLUMN text"], &["drop-column"]),
    sqlite(&["DROP VIEW notes", "ALTER TABLE note RENAME TO notes"], &["rename-table", "drop-object"]),
    sqlite(&["DROP VIEW notes"], &["drop-object"]),
    sqlite(&["DROP VIEW notes", "CREATE VIEW notes AS SELECT flow_id FROM run"], &[]),
    sqlite(
        &["ALTER TABLE note ADD COLUMN body TEXT", "ALTER TABLE note DROP COLUMN text"],
        &["rename-as-drop-and-add"],
    ),
    sqlite(&["DELETE FROM note"], &["delete-all-rows"]),
    sqlite(&["DELETE FROM note WHERE id = 1"], &[]),
    sqlite(&["DELETE FROM note WHERE 1=1"], &["delete-all-rows"]),
    sqlite(&["UPDATE OR IGNORE note SET text = 'x' WHERE 1"], &["update-all-rows"]),
    sqlite(&["UPDATE note SET text = ''"], &["update-all-rows"]),
    sqlite(
        &["UPDATE note SET text = (SELECT name FROM flow WHERE flow.id = note.flow_id)"],
        &["update-all-rows"],
    ),
    sqlite(
        &["INSERT INTO note VALUES (2, 1, '('); UPDATE note SET text = ')'; DELETE FROM note;"],
        &["update-all-rows", "delete-all-rows"],
    ),
    sqlite(
        &["CREATE TABLE spans (begin TEXT); CREATE INDEX starts ON spans (begin); DELETE FROM note;"],
        &["delete-all-rows"],
    ),
    sqlite(&["ALTER TABLE note ADD COLUMN x TEXT NOT NULL DEFAULT ''"], &[]),
    sqlite(
        &[
            "CREATE TABLE tmp (id INTEGER PRIMARY KEY, text TEXT, x TEXT NOT NULL, flow_id INTEGER)",
            "DELETE FROM note WHERE id > 0",
            "INSERT INTO tmp (id, text, flow_id) SELECT note.id, note.text, note.flow_id FROM note",
            "DROP TABLE note",
            "ALTER TABLE tmp RENAME TO note",
        ],
        &["required-column"],
    ),
    sqlite(&["CREATE UNIQUE INDEX ux ON note (text)"], &["unique-on-existing-rows"]),
    sqlite(&["CREATE INDEX ix ON note (text)"], &[]),
    sqlite(&["ALTER TABLE note RENAME TO memo"], &["rename-table"]),
    sqlite(&["ALTER TABLE note RENAME COLUMN text TO body"], &["rename-column"]),
    sqlite(
        &[
            "CREATE TABLE _alembic_tmp_note (id INTEGER PRIMARY KEY, flow_id INTEGER, body TEXT)",
            "INSERT INTO _alembic_tmp_note (id, flow_id, body) SELECT note.id, note.flow_id, note.text FROM note",
            "DROP TABLE note",
            "ALTER TABLE _alembic_tmp_note RENAME TO note",
        ],
        &["rename-column"],
    ),
    sqlite(&["BEGIN", "PRAGMA foreign_keys = OFF", "COMMIT"], &["pragma-in-transaction"]),
    sqlite(&["PRAGMA foreign_keys = OFF"], &[]),
    sqlite(&["DROP TABLE flow"], &["drop-table", "rebuild-loses-children"]),
];
