//! What loses rows or values, or refuses those that are there.

use super::{Case, postgresql};

pub(super) const CASES: &[Case] = &[
    postgresql(&["DROP TABLE run"], &["drop-table"]),
    postgresql(&["CREATE TABLE fresh (id int)", "DROP TABLE fresh"], &[]),
    postgresql(
        &["DROP TABLE run", "CREATE TABLE run (id integer)"],
        &["drop-table", "drop-column", "drop-column"],
    ),
    postgresql(
        &[
            "CREATE TABLE kept AS SELECT * FROM loose",
            "DROP TABLE loose",
            "CREATE TABLE loose (id bigint)",
            "INSERT INTO loose (id) SELECT id FROM kept",
            "DROP TABLE kept",
        ],
        &[],
    ),
    postgresql(&["ALTER TABLE flow DROP COLUMN owner"], &["drop-column"]),
    postgresql(&["ALTER TABLE flow ADD COLUMN x int", "ALTER TABLE flow DROP COLUMN x"], &[]),
    postgresql(&["DROP SCHEMA old"], &["drop-schema"]),
    postgresql(&["CREATE SCHEMA other"], &[]),
    postgresql(&["DROP MATERIALIZED VIEW flows"], &["drop-object"]),
    postgresql(&["DROP FUNCTION twice(integer)"], &["drop-object"]),
    postgresql(&["ALTER FUNCTION public.twice SET SCHEMA old"], &[]),
    postgresql(
        &["ALTER MATERIALIZED VIEW flows RENAME TO streams", "DROP MATERIALIZED VIEW streams"],
        &["drop-object"],
    ),
    postgresql(
        &["CREATE OR REPLACE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * x'"],
        &[],
    ),
    postgresql(
        &[
            "ALTER TABLE flow ADD COLUMN keeper text",
            "UPDATE flow SET keeper = owner WHERE owner IS NOT NULL",
            "ALTER TABLE flow DROP COLUMN owner",
        ],
        &["drop-column"],
    ),
    // The same column again is another one.
    postgresql(
        &["ALTER TABLE flow DROP COLUMN owner", "ALTER TABLE flow ADD COLUMN owner text"],
        &["drop-column"],
    ),
    postgresql(&["ALTER TABLE flow DROP COLUMN size, ADD COLUMN size bigint DEFAULT 3"], &["drop-column"]),
    postgresql(
        &["ALTER TABLE flow ADD COLUMN weight bigint", "ALTER TABLE flow DROP COLUMN owner"],
        &["drop-column"],
    ),
    postgresql(
        &["ALTER TABLE flow ALTER COLUMN size TYPE integer"],
        &["type-change-rewrites", "narrow-type"],
    ),
    postgresql(&["ALTER TABLE flow ALTER COLUMN name TYPE varchar(100)"], &[]),
    postgresql(&["ALTER TABLE flow ALTER COLUMN name TYPE text"], &[]),
    postgresql(
        &["ALTER TABLE flow ALTER COLUMN name TYPE varchar(10)"],
        &["type-change-rewrites", "narrow-type"],
    ),
    postgresql(&["TRUNCATE run"], &["truncate"]),
    postgresql(&["CREATE TABLE fresh (id int)", "TRUNCATE fresh"], &[]),
    postgresql(&["DELETE FROM run"], &["delete-all-rows"]),
    postgresql(&["DELETE FROM run WHERE started < now()"], &[]),
    postgresql(&["DELETE FROM run WHERE true"], &["delete-all-rows"]),
    postgresql(&["DELETE FROM run AS r WHERE r.id > 3 OR (1 = 1) RETURNING id"], &["delete-all-rows"]),
    postgresql(&["DELETE FROM run USING flow WHERE true"], &[]),
    postgresql(&["UPDATE flow SET nickname = '' WHERE NOT false"], &["update-all-rows"]),
    postgresql(&["UPDATE flow SET nickname = ''"], &["update-all-rows"]),
    postgresql(&["UPDATE flow SET nickname = '' WHERE nickname IS NULL"], &[]),
    postgresql(
        &["UPDATE flow SET nickname = (SELECT 'x' FROM run WHERE flow_id = flow.id)"],
        &["update-all-rows"],
    ),
    postgresql(&["UPDATE flow SET nickname = (owner IS DISTINCT FROM name)::text"], &["update-all-rows"]),
    postgresql(&["UPDATE flow SET nickname = 'x' FROM run WHERE flow_id = flow.id"], &[]),
    postgresql(&["ALTER TABLE run DROP CONSTRAINT run_flow"], &["drop-foreign-key"]),
    postgresql(
        &[
            "ALTER TABLE run DROP CONSTRAINT run_flow",
            "ALTER TABLE run ADD CONSTRAINT fk FOREIGN KEY (flow_id) REFERENCES flow ON DELETE CASCADE NOT VALID",
        ],
        &[],
    ),
    postgresql(
        &["DELETE FROM run WHERE true", "ALTER TABLE run ADD COLUMN x int NOT NULL"],
        &["delete-all-rows", "required-column"],
    ),
    postgresql(&["ALTER TABLE run ADD COLUMN x int NOT NULL DEFAULT 0"], &[]),
    postgresql(&["CREATE TABLE fresh (id int)", "ALTER TABLE fresh ADD COLUMN x int NOT NULL"], &[]),
    postgresql(&["CREATE UNIQUE INDEX CONCURRENTLY ux ON flow (owner)"], &["unique-on-existing-rows"]),
    postgresql(
        &["ALTER TABLE flow ADD COLUMN x int", "CREATE UNIQUE INDEX CONCURRENTLY ux ON flow (x)"],
        &[],
    ),
    postgresql(&["ALTER TABLE flow ALTER COLUMN owner SET NOT NULL"], &["set-not-null"]),
    postgresql(
        &[
            "ALTER TABLE flow ADD CONSTRAINT owned CHECK (owner IS NOT NULL) NOT VALID",
            "ALTER TABLE flow VALIDATE CONSTRAINT owned",
            "ALTER TABLE flow ALTER COLUMN owner SET NOT NULL",
        ],
        &[],
    ),
    postgresql(&["ALTER TABLE flow ALTER COLUMN id DROP DEFAULT"], &[]),
];
