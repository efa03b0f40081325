//! Names that somebody else may still use.

use super::{Case, postgresql};

pub(super) const CASES: &[Case] = &[
    postgresql(&["ALTER FUNCTION twice(integer) RENAME TO double"], &[]),
    postgresql(
        &["ALTER TABLE flows RENAME TO streams", "ALTER MATERIALIZED VIEW streams SET SCHEMA old"],
        &[],
    ),
    postgresql(
        &["DROP MATERIALIZED VIEW flows", "ALTER TABLE run RENAME TO flows"],
        &["rename-table", "drop-object"],
    ),
    postgresql(&["ALTER TABLE loose SET SCHEMA old"], &["rename-table"]),
    postgresql(
        &["ALTER TABLE flow ADD COLUMN keeper text", "ALTER TABLE flow DROP COLUMN owner"],
        &["rename-as-drop-and-add"],
    ),
    postgresql(
        &["CREATE TABLE job (id integer, flow_id integer, started timestamptz)", "DROP TABLE run"],
        &["rename-as-drop-and-add"],
    ),
    postgresql(&["ALTER TABLE run RENAME TO job"], &["rename-table"]),
    postgresql(&["ALTER TABLE flow RENAME COLUMN owner TO keeper"], &["rename-column"]),
    postgresql(
        &[
            "CREATE TABLE fresh (a int)",
            "ALTER TABLE fresh RENAME COLUMN a TO b",
            "ALTER TABLE fresh RENAME TO newer",
        ],
        &[],
    ),
];
