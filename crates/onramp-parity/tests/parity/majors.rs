//! The same schema on servers of two major versions. `ONRAMP_TEST_POSTGRESQL` chooses one; the other is that of the machine.

use onramp_database::catalog::Catalog;
use onramp_parity::{Rules, compare};
use onramp_testing::Scratch;

use crate::machine::lines;

/// What versions print in other words, or keep in other ways: columns that are required, views of one table, expressions,
/// privileges.
const SCHEMA: &str = "
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE DOMAIN positive AS integer NOT NULL CHECK (VALUE > 0);
    CREATE TABLE pool (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name varchar(200) NOT NULL UNIQUE,
        label text CONSTRAINT must_have NOT NULL DEFAULT 'a' || 'b'
    );
    CREATE TABLE run (
        id serial PRIMARY KEY,
        pool_id bigint NOT NULL CONSTRAINT fk_pool REFERENCES pool (id) ON DELETE CASCADE,
        state state NOT NULL DEFAULT 'new',
        size positive,
        name text CHECK (name <> '' AND lower(name) IN ('a', 'b') OR name IS NULL),
        at timestamptz NOT NULL DEFAULT now(),
        day date DEFAULT CURRENT_DATE,
        cost numeric(10, 2) CHECK (cost BETWEEN 0 AND 100),
        doubled numeric GENERATED ALWAYS AS (cost * 2) STORED,
        tags text[] NOT NULL DEFAULT ARRAY[]::text[],
        settings jsonb NOT NULL DEFAULT '{}',
        CONSTRAINT apart EXCLUDE USING btree (name WITH =)
    );
    CREATE INDEX run_open ON run (at DESC, lower(name)) WHERE state = 'new' AND name IS NOT NULL;
    CREATE VIEW open_runs AS SELECT r.id, p.name, upper(r.name) AS title FROM run r JOIN pool p ON p.id = r.pool_id
        WHERE r.state = 'new' ORDER BY r.at;
    CREATE VIEW names AS SELECT name, EXTRACT(year FROM at) AS year FROM run WHERE id > 5 GROUP BY name, at;
    CREATE MATERIALIZED VIEW totals AS SELECT pool_id, sum(cost) AS cost FROM run GROUP BY pool_id;
    CREATE TABLE part (a int NOT NULL, b text) PARTITION BY LIST (a);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
    CREATE TABLE heir (extra int NOT NULL) INHERITS (pool);
    CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touch BEFORE UPDATE OF name ON run FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name)
        EXECUTE FUNCTION touched();
    ALTER TABLE run ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON run USING (name = CURRENT_USER) WITH CHECK (size > 1);
    GRANT SELECT ON run TO PUBLIC;
    COMMENT ON COLUMN run.name IS 'what it is called';
    ALTER TABLE pool RENAME TO pools;";

fn catalog(scratch: Option<Scratch>) -> Option<Catalog> {
    Some(Catalog::read(&mut scratch?.client, &[]).unwrap())
}

#[test]
fn servers_of_two_versions_have_the_same_schema() {
    let Some(chosen) = catalog(Scratch::postgresql(SCHEMA)) else { return };
    let Some(installed) = catalog(Scratch::of_installed(SCHEMA)) else { return };
    for (left, right) in [(&chosen, &installed), (&installed, &chosen)] {
        let report = compare(left, right, &Rules::default());
        let versions = report.server_versions.join(" and ");
        assert!(report.is_clean() && report.renamed.is_empty(), "{versions}: {:#?}", lines(&report));
    }
}

#[test]
fn a_difference_between_two_versions_is_found() {
    let planted = SCHEMA.replace("day date DEFAULT CURRENT_DATE", "day date NOT NULL");
    let Some(chosen) = catalog(Scratch::postgresql(&planted)) else { return };
    let Some(installed) = catalog(Scratch::of_installed(SCHEMA)) else { return };
    let report = compare(&chosen, &installed, &Rules::default());
    assert_eq!(
        lines(&report),
        ["column run.day default: none | CURRENT_DATE", "column run.day nullable: NOT NULL | NULL"]
    );
}

#[test]
fn views_of_tables_in_two_schemas_are_not_the_same() {
    let schema = |table: &str| {
        format!(
            "{SCHEMA} CREATE SCHEMA old; CREATE TABLE old.run (id integer); CREATE VIEW seen AS SELECT id FROM {table};"
        )
    };
    let Some(chosen) = catalog(Scratch::postgresql(&schema("old.run"))) else { return };
    let Some(installed) = catalog(Scratch::of_installed(&schema("run"))) else { return };
    let report = compare(&chosen, &installed, &Rules::default());
    let told = lines(&report);
    assert!(told.len() == 1 && told[0].starts_with("view seen definition: "), "{told:#?}");
}
