use onramp_testing::Scratch;

use super::{Case, check};

const BASE: &str = "
    CREATE TABLE flow (id serial PRIMARY KEY, name text, age int);
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE DOMAIN positive AS int CONSTRAINT above CHECK (VALUE > 0);
    CREATE TYPE pair AS (a int, b text);
    CREATE SEQUENCE numbers;
    CREATE VIEW names AS SELECT name FROM flow;
    CREATE MATERIALIZED VIEW ages AS SELECT age FROM flow;
    CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a * 2';
    CREATE PROCEDURE clear() LANGUAGE sql AS 'DELETE FROM flow';
    CREATE FUNCTION on_command() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE STATISTICS both_columns ON name, age FROM flow;
    CREATE EXTENSION file_fdw;
    CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
    CREATE FOREIGN DATA WRAPPER any_options;
    CREATE SERVER remote FOREIGN DATA WRAPPER any_options;
    CREATE FOREIGN TABLE lines (line text) SERVER files OPTIONS (filename '/tmp/a');
    CREATE PUBLICATION changes FOR TABLE flow;";

const TYPES: &[Case] = &[
    ("CREATE SCHEMA other", "DROP SCHEMA other", "+ schema other"),
    (
        "CREATE EXTENSION pg_trgm",
        "DROP EXTENSION pg_trgm",
        "+ extension pg_trgm  comment: text similarity measurement and index searching based on trigrams, \
         schema: public...",
    ),
    (
        "ALTER TYPE state RENAME VALUE 'done' TO 'over'",
        "ALTER TYPE state RENAME VALUE 'over' TO 'done'",
        "~ enum state  labels: 'new', 'done' -> 'new', 'over'",
    ),
    (
        "DROP TYPE state; CREATE TYPE state AS ENUM ('done', 'new')",
        "DROP TYPE state; CREATE TYPE state AS ENUM ('done'); ALTER TYPE state ADD VALUE 'new' BEFORE 'done'",
        "~ enum state  labels: 'new', 'done' -> 'done', 'new'",
    ),
    (
        "ALTER DOMAIN positive SET DEFAULT 4; ALTER DOMAIN positive SET NOT NULL",
        "ALTER DOMAIN positive DROP DEFAULT; ALTER DOMAIN positive DROP NOT NULL",
        "~ domain positive  default: none -> 4\n~ domain positive  nullable: true -> false",
    ),
    (
        "ALTER DOMAIN positive DROP CONSTRAINT above",
        "ALTER DOMAIN positive ADD CONSTRAINT above CHECK (VALUE > 0)",
        "~ domain positive  check above: CHECK ((VALUE > 0)) -> none",
    ),
    (
        "COMMENT ON CONSTRAINT above ON DOMAIN positive IS 'why'",
        "COMMENT ON CONSTRAINT above ON DOMAIN positive IS NULL",
        "~ domain positive  check above: CHECK ((VALUE > 0)) -> CHECK ((VALUE > 0)) -- why",
    ),
    (
        "ALTER TYPE pair ADD ATTRIBUTE c text COLLATE \"C\"",
        "ALTER TYPE pair DROP ATTRIBUTE c",
        "~ composite pair  columns: a integer, b text -> a integer, b text, c text COLLATE \"C\"",
    ),
    (
        "CREATE TYPE ages_range AS RANGE (SUBTYPE = int, MULTIRANGE_TYPE_NAME = many_ages)",
        "DROP TYPE ages_range",
        "+ range ages_range  multirange: many_ages, subtype: integer",
    ),
    (
        "ALTER SEQUENCE numbers INCREMENT -2 MAXVALUE 5",
        "ALTER SEQUENCE numbers INCREMENT 1 NO MAXVALUE NO MINVALUE START 1",
        "~ sequence numbers  options: none -> INCREMENT BY -2 MINVALUE 1 MAXVALUE 5 START WITH 1",
    ),
    (
        "ALTER SEQUENCE numbers OWNED BY flow.age",
        "ALTER SEQUENCE numbers OWNED BY NONE",
        "~ sequence numbers  owned-by: none -> flow.age",
    ),
];

const CODE: &[Case] = &[
    (
        "CREATE OR REPLACE VIEW names WITH (check_option = local) AS SELECT name FROM flow WHERE 1 < 2",
        "CREATE OR REPLACE VIEW names AS SELECT name FROM flow",
        "~ view names  definition, line 3: none -> WHERE (1 < 2)\n~ view names  options: none -> check_option=local",
    ),
    (
        "DROP MATERIALIZED VIEW ages; CREATE MATERIALIZED VIEW ages AS SELECT age FROM flow WITH NO DATA;
            CREATE INDEX on_age ON ages (age)",
        "DROP INDEX on_age",
        "+ index ages.on_age  (age)",
    ),
    (
        "CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a * 3'",
        "CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a * 2'",
        "~ function twice(a integer)  definition, line 4: AS $function$SELECT a * 2$function$ -> \
         AS $function$SELECT a * 3$function$",
    ),
    (
        "CREATE FUNCTION twice(a text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a || a'",
        "DROP FUNCTION twice(text)",
        "+ function twice(a text)  CREATE OR REPLACE FUNCTION public.twice(a text) RETURNS text LANGUAGE sql...",
    ),
    (
        "ALTER PROCEDURE clear() SECURITY DEFINER",
        "ALTER PROCEDURE clear() SECURITY INVOKER",
        "~ procedure clear()  definition, line 3: AS $procedure$DELETE FROM flow$procedure$ -> SECURITY DEFINER",
    ),
    (
        "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
        "DROP AGGREGATE total(int)",
        "+ aggregate total(integer)  SFUNC = int4pl, STYPE = integer, FINALFUNC_MODIFY = r, INITCOND = '0', ...",
    ),
    (
        "CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION on_command()",
        "DROP EVENT TRIGGER watch",
        "+ event-trigger watch  event: ddl_command_end, function: on_command(), tags: CREATE TABLE",
    ),
    (
        "DROP STATISTICS both_columns",
        "CREATE STATISTICS both_columns ON name, age FROM flow",
        "- statistics both_columns  CREATE STATISTICS public.both_columns ON name, age FROM flow",
    ),
];

const RIGHTS: &[Case] = &[
    (
        "GRANT SELECT, INSERT ON flow TO reader WITH GRANT OPTION",
        "REVOKE ALL ON flow FROM reader",
        "~ table flow  grants: none -> INSERT TO reader WITH GRANT OPTION, SELECT TO reader WITH GRANT OPTION",
    ),
    (
        "GRANT UPDATE (name) ON flow TO PUBLIC",
        "REVOKE UPDATE (name) ON flow FROM PUBLIC",
        "~ column flow.name  grants: none -> UPDATE TO public",
    ),
    (
        "REVOKE EXECUTE ON FUNCTION twice(int) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION twice(int) TO PUBLIC",
        "~ function twice(a integer)  grants: none -> no EXECUTE TO public",
    ),
    (
        "GRANT CREATE ON SCHEMA public TO reader",
        "REVOKE CREATE ON SCHEMA public FROM reader",
        "~ schema public  grants: none -> CREATE TO reader",
    ),
    (
        "GRANT USAGE ON SEQUENCE numbers TO reader",
        "REVOKE USAGE ON SEQUENCE numbers FROM reader",
        "~ sequence numbers  grants: none -> USAGE TO reader",
    ),
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM reader",
        "+ default-privileges owner.tables  grants: SELECT TO reader",
    ),
    (
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
        "+ default-privileges owner.functions anywhere  grants: no EXECUTE TO public",
    ),
    (
        "COMMENT ON FUNCTION twice(int) IS 'doubles'",
        "COMMENT ON FUNCTION twice(int) IS NULL",
        "~ function twice(a integer)  comment: none -> doubles",
    ),
    (
        "COMMENT ON TYPE state IS 'of a run'",
        "COMMENT ON TYPE state IS NULL",
        "~ enum state  comment: none -> of a run",
    ),
];

const OPAQUE: &[Case] = &[
    (
        "ALTER FOREIGN TABLE lines OPTIONS (SET filename '/tmp/b')",
        "ALTER FOREIGN TABLE lines OPTIONS (SET filename '/tmp/a')",
        "~ foreign-table lines  foreign-options: filename=/tmp/a -> filename=/tmp/b",
    ),
    ("CREATE COLLATION ours (LOCALE = 'C')", "DROP COLLATION ours", "+ opaque collation.public.ours  ..."),
    (
        "CREATE CAST (state AS pair) WITH INOUT AS ASSIGNMENT",
        "DROP CAST (state AS pair)",
        "+ opaque cast.(public.state AS public.pair)  castcontext: a, castmethod: i, uses: type public.pair, type public.state",
    ),
    (
        "ALTER PUBLICATION changes SET (publish = 'insert')",
        "ALTER PUBLICATION changes SET (publish = 'insert, update, delete, truncate')",
        "~ opaque publication.changes  pubdelete: true -> false\n\
         ~ opaque publication.changes  pubtruncate: true -> false\n\
         ~ opaque publication.changes  pubupdate: true -> false",
    ),
    (
        "ALTER PUBLICATION changes DROP TABLE flow",
        "ALTER PUBLICATION changes ADD TABLE flow",
        "- opaque \"publication relation\".public.flow in publication changes  uses: publication changes, table public.flow",
    ),
    (
        "CREATE TEXT SEARCH CONFIGURATION ours (COPY = simple)",
        "DROP TEXT SEARCH CONFIGURATION ours",
        "+ opaque \"text search configuration\".public.ours  dictionaries: 1: simple...",
    ),
    (
        "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
        "DROP OPERATOR === (int, int)",
        "+ opaque operator.public.===(integer,integer)  oprcanhash: false...",
    ),
    (
        "CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS (user 'me', password 'hidden')",
        "DROP USER MAPPING FOR PUBLIC SERVER remote",
        "+ opaque \"user mapping\".public on server remote  options: user=me, uses: server remote",
    ),
];

#[test]
fn each_other_object_of_postgresql_shows() {
    let Some(()) = Scratch::roles(&["reader"]) else { return };
    let Some(mut scratch) = Scratch::postgresql(BASE) else { return };
    let cases = [TYPES, CODE, RIGHTS, OPAQUE].concat();
    check(&mut scratch, &cases);
}
