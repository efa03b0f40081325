//! Types with labels.

use super::{Case, postgresql};

pub(super) const CASES: &[Case] = &[
    postgresql(&["DROP TYPE unused"], &["drop-object"]),
    postgresql(&["ALTER TABLE flow DROP COLUMN state", "DROP TYPE state"], &["drop-column"]),
    postgresql(
        &[
            "ALTER TYPE state RENAME TO state_old",
            "CREATE TYPE state AS ENUM ('new')",
            "ALTER TABLE flow ALTER COLUMN state TYPE state USING state::text::state",
            "DROP TYPE state_old",
        ],
        &["type-change-rewrites", "drop-enum-value"],
    ),
    postgresql(&["ALTER TYPE state RENAME VALUE 'done' TO 'ended'"], &[]),
    postgresql(&["ALTER TYPE state ADD VALUE 'late'"], &[]),
    postgresql(
        &["BEGIN", "ALTER TYPE state ADD VALUE 'late'", "UPDATE flow SET state = 'late' WHERE id = 1"],
        &["enum-value-used-in-transaction"],
    ),
    postgresql(&["ALTER TYPE state ADD VALUE 'late'", "UPDATE flow SET state = 'late' WHERE id = 1"], &[]),
];
