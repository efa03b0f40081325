//! Statements that stand behind queries, and in them.

use super::{Case, postgresql, sqlite};

pub(super) const CASES: &[Case] = &[
    postgresql(&["WITH x AS (SELECT 1) DELETE FROM loose"], &["delete-all-rows"]),
    postgresql(&["WITH x AS (SELECT 1 AS id) DELETE FROM loose WHERE id IN (SELECT id FROM x)"], &[]),
    postgresql(
        &[
            "CREATE TABLE kept (id integer)",
            "WITH gone AS (DELETE FROM loose RETURNING id) INSERT INTO kept SELECT id FROM gone",
        ],
        &["delete-all-rows"],
    ),
    postgresql(&["WITH x AS (SELECT 1) UPDATE flow SET name = 'x'"], &["update-all-rows"]),
    postgresql(&["WITH x AS (SELECT 1 AS id) UPDATE flow SET name = 'x' FROM x WHERE flow.id = x.id"], &[]),
    sqlite(&["WITH x AS (SELECT 1) DELETE FROM note"], &["delete-all-rows"]),
    sqlite(&["WITH x AS (SELECT 1) UPDATE note SET text = 'x'"], &["update-all-rows"]),
    sqlite(&["WITH x AS (SELECT 1 AS id) UPDATE note SET text = 'x' WHERE id IN (SELECT id FROM x)"], &[]),
    sqlite(
        &[
            "CREATE TABLE tmp (id INTEGER PRIMARY KEY, flow_id INTEGER, text TEXT)",
            "WITH old AS (SELECT id, flow_id, text FROM note) INSERT INTO tmp SELECT id, flow_id, text FROM old",
            "DROP TABLE note",
            "ALTER TABLE tmp RENAME TO note",
        ],
        &[],
    ),
];
