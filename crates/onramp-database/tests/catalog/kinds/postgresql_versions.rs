use onramp_testing::{Scratch, major};

use super::{Case, check};

const BASE: &str = "
    CREATE TABLE flow (id int PRIMARY KEY, name text, age int, twice int GENERATED ALWAYS AS (age * 2) STORED);
    CREATE VIEW names AS SELECT name FROM flow;
    CREATE SEQUENCE numbers;
    CREATE PUBLICATION changes FOR TABLE flow;";

/// What not every server knows, with the oldest version that does.
const CASES: &[(u32, Case)] = &[
    (
        15,
        (
            "ALTER TABLE flow ADD CONSTRAINT once UNIQUE NULLS NOT DISTINCT (name)",
            "ALTER TABLE flow DROP CONSTRAINT once",
            "+ unique flow.once  UNIQUE NULLS NOT DISTINCT (name)",
        ),
    ),
    (
        15,
        (
            "ALTER VIEW names SET (security_invoker = true)",
            "ALTER VIEW names RESET (security_invoker)",
            "~ view names  options: none -> security_invoker=true",
        ),
    ),
    (
        15,
        (
            "ALTER SEQUENCE numbers SET UNLOGGED",
            "ALTER SEQUENCE numbers SET LOGGED",
            "~ sequence numbers  persistence: none -> unlogged",
        ),
    ),
    (
        15,
        (
            "ALTER PUBLICATION changes SET TABLE flow (id)",
            "ALTER PUBLICATION changes SET TABLE flow",
            "~ opaque \"publication relation\".public.flow in publication changes  columns: none -> id\n\
             ~ opaque \"publication relation\".public.flow in publication changes  uses: publication changes, table public.flow \
             -> publication changes, table column public.flow.id, table public.flow",
        ),
    ),
    (
        15,
        (
            "CREATE FUNCTION put() RETURNS void LANGUAGE sql BEGIN ATOMIC \
             MERGE INTO flow USING (VALUES (1)) AS new (id) ON flow.id = new.id WHEN MATCHED THEN DELETE; END",
            "DROP FUNCTION put()",
            "+ function put()  CREATE OR REPLACE FUNCTION public.put() RETURNS void LANGUAGE sql BEGIN ATOMIC MERGE INTO...",
        ),
    ),
    (
        17,
        (
            "CREATE COLLATION ours (PROVIDER = builtin, LOCALE = 'C.UTF-8')",
            "DROP COLLATION ours",
            "+ opaque collation.public.ours  ...",
        ),
    ),
    (
        17,
        (
            "ALTER TABLE flow ALTER twice SET EXPRESSION AS (age + age)",
            "ALTER TABLE flow ALTER twice SET EXPRESSION AS (age * 2)",
            "~ column flow.twice  generated: (age * 2) STORED -> (age + age) STORED",
        ),
    ),
    (
        18,
        (
            "ALTER TABLE flow ADD CONSTRAINT required NOT NULL age NOT VALID",
            "ALTER TABLE flow DROP CONSTRAINT required",
            "~ column flow.age  not-null: none -> NOT VALID\n~ column flow.age  nullable: true -> false",
        ),
    ),
    (
        18,
        (
            "ALTER TABLE flow ADD CONSTRAINT required NOT NULL age NO INHERIT",
            "ALTER TABLE flow DROP CONSTRAINT required",
            "~ column flow.age  not-null: none -> NO INHERIT\n~ column flow.age  nullable: true -> false",
        ),
    ),
    // Its name is not told: a table that has another name now has kept it, and other versions know of none.
    (
        18,
        (
            "ALTER TABLE flow RENAME CONSTRAINT flow_id_not_null TO must_have",
            "ALTER TABLE flow RENAME CONSTRAINT must_have TO flow_id_not_null",
            "",
        ),
    ),
    (
        18,
        (
            "ALTER TABLE flow ADD next int GENERATED ALWAYS AS (age + 1)",
            "ALTER TABLE flow DROP next",
            "+ column flow.next  integer GENERATED (age + 1) VIRTUAL",
        ),
    ),
    (
        18,
        (
            "ALTER TABLE flow ADD CONSTRAINT said CHECK (age > 0) NOT ENFORCED",
            "ALTER TABLE flow DROP CONSTRAINT said",
            "+ check flow.said  CHECK ((age > 0)) NOT ENFORCED",
        ),
    ),
    (
        18,
        (
            "ALTER TABLE flow ADD other int, ADD CONSTRAINT to_it FOREIGN KEY (other) REFERENCES flow NOT ENFORCED",
            "ALTER TABLE flow DROP other",
            "+ column flow.other  integer\n+ foreign-key flow.to_it  FOREIGN KEY (other) REFERENCES flow(id) NOT ENFORCED",
        ),
    ),
];

#[test]
fn what_younger_servers_know_shows() {
    let Some(mut scratch) = Scratch::postgresql(BASE) else { return };
    let known: Vec<Case> =
        CASES.iter().filter(|(since, _)| major() >= Some(*since)).map(|(_, case)| *case).collect();
    check(&mut scratch, &known);
}
