//! What keeps others waiting; the forms have examples of their own.

use super::{Case, postgresql};

pub(super) const CASES: &[Case] = &[
    postgresql(&["CREATE INDEX ix ON flow (name)"], &["index-without-concurrently"]),
    postgresql(&["CREATE INDEX CONCURRENTLY ix ON flow (name)"], &[]),
    postgresql(&["CREATE TABLE x (id int)", "CREATE INDEX ix ON x (id)"], &[]),
    postgresql(&["CREATE TABLE x (id int)", "ALTER TABLE x RENAME TO y", "CREATE INDEX ix ON y (id)"], &[]),
    postgresql(
        &["ALTER TABLE run RENAME TO job", "CREATE INDEX ix ON job (started)"],
        &["rename-table", "index-without-concurrently"],
    ),
    postgresql(&["DROP INDEX flow_owner"], &["drop-index-without-concurrently"]),
    postgresql(&["DROP INDEX CONCURRENTLY flow_owner"], &[]),
    postgresql(&["CREATE TABLE x (id int)", "CREATE INDEX ix ON x (id)", "DROP INDEX ix"], &[]),
    postgresql(
        &["ALTER TABLE loose ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES flow"],
        &["foreign-key-without-not-valid"],
    ),
    postgresql(&["ALTER TABLE loose ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES flow NOT VALID"], &[]),
    postgresql(&["CREATE TABLE x (id int REFERENCES flow)"], &[]),
    postgresql(&["ALTER TABLE loose ADD COLUMN x int REFERENCES flow"], &[]),
    postgresql(&["ALTER TABLE flow ADD CONSTRAINT c CHECK (size > 0)"], &["check-without-not-valid"]),
    postgresql(&["ALTER TABLE flow ADD CONSTRAINT c CHECK (size > 0) NOT VALID"], &[]),
    postgresql(
        &[
            "BEGIN",
            "ALTER TABLE flow ADD CONSTRAINT c CHECK (size > 0) NOT VALID",
            "ALTER TABLE flow VALIDATE CONSTRAINT c",
            "COMMIT",
        ],
        &["validate-in-same-transaction"],
    ),
    postgresql(
        &[
            "BEGIN",
            "ALTER TABLE flow ADD CONSTRAINT c CHECK (size > 0) NOT VALID",
            "COMMIT",
            "BEGIN",
            "ALTER TABLE flow VALIDATE CONSTRAINT c",
            "COMMIT",
        ],
        &[],
    ),
    postgresql(
        &["ALTER TABLE loose ADD PRIMARY KEY (id)"],
        &["primary-key-without-index", "unique-on-existing-rows"],
    ),
    postgresql(&["CREATE TABLE x (id int)", "ALTER TABLE x ADD PRIMARY KEY (id)"], &[]),
    postgresql(
        &["ALTER TABLE flow ADD CONSTRAINT u UNIQUE (owner)"],
        &["unique-without-index", "unique-on-existing-rows"],
    ),
    postgresql(
        &[
            "CREATE UNIQUE INDEX CONCURRENTLY ux ON flow (owner)",
            "ALTER TABLE flow ADD CONSTRAINT u UNIQUE USING INDEX ux",
        ],
        &["unique-on-existing-rows"],
    ),
    postgresql(
        &["ALTER TABLE flow ADD CONSTRAINT e EXCLUDE USING btree (size WITH =)"],
        &["exclusion-builds-index"],
    ),
    postgresql(
        &["CREATE TABLE x (id int)", "ALTER TABLE x ADD CONSTRAINT e EXCLUDE USING btree (id WITH =)"],
        &[],
    ),
    postgresql(&["ALTER TABLE loose ALTER COLUMN id TYPE bigint"], &["type-change-rewrites"]),
    postgresql(&["ALTER TABLE loose ALTER COLUMN id TYPE integer"], &[]),
    postgresql(&["ALTER TABLE flow ADD COLUMN x uuid DEFAULT gen_random_uuid()"], &["column-rewrites-table"]),
    postgresql(&["ALTER TABLE flow ADD COLUMN x timestamptz NOT NULL DEFAULT now()"], &[]),
    postgresql(&["ALTER TABLE loose SET UNLOGGED"], &["rewrites-table"]),
    postgresql(&["CREATE TABLE x (id int)", "ALTER TABLE x SET UNLOGGED"], &[]),
    postgresql(&["BEGIN", "LOCK TABLE flow IN SHARE MODE", "COMMIT"], &["explicit-lock"]),
    postgresql(&["CREATE TABLE x (id int)", "BEGIN", "LOCK TABLE x", "COMMIT"], &[]),
    postgresql(&["REINDEX TABLE flow"], &["reindex-without-concurrently"]),
    postgresql(&["REINDEX TABLE CONCURRENTLY flow"], &[]),
    postgresql(&["REFRESH MATERIALIZED VIEW flows"], &["refresh-without-concurrently"]),
    postgresql(&["CREATE MATERIALIZED VIEW x AS SELECT 1", "REFRESH MATERIALIZED VIEW x"], &[]),
    postgresql(
        &["ALTER TABLE parts ATTACH PARTITION loose FOR VALUES FROM (10) TO (20)"],
        &["attach-partition-scans"],
    ),
    postgresql(
        &[
            "CREATE TABLE more (id integer)",
            "ALTER TABLE parts ATTACH PARTITION more FOR VALUES FROM (10) TO (20)",
        ],
        &[],
    ),
    postgresql(&["ALTER TABLE parts DETACH PARTITION part"], &["detach-partition-without-concurrently"]),
    postgresql(&["ALTER TABLE parts DETACH PARTITION part CONCURRENTLY"], &[]),
];
