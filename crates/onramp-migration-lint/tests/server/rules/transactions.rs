//! What does not go in a transaction.

use super::{Case, postgresql};

pub(super) const CASES: &[Case] = &[
    postgresql(&["BEGIN", "CREATE INDEX CONCURRENTLY ix ON flow (name)"], &["concurrently-in-transaction"]),
    postgresql(&["BEGIN", "VACUUM flow"], &["concurrently-in-transaction"]),
    postgresql(&["VACUUM flow"], &[]),
];
