//! For each rule something that it finds, and something much like it that it does not find.

use std::collections::BTreeSet;

use onramp_core::Dialect;
use onramp_database::Client;
use onramp_database::catalog::Catalog;
use onramp_migration_lint::{
    Allow, Form, Level, RULES, Report, Revision, Settings, Statement, Transaction, lint,
};

use crate::machine::scratch;
use crate::trials::OF_TRIALS;

/// A revision of one dialect: the statements, and the codes that the rules must name, in order, and no others.
pub(crate) struct Case {
    pub(crate) dialect: Dialect,
    scene: &'static str,
    pub(crate) statements: &'static [&'static str],
    codes: &'static [&'static str],
}

const fn postgresql(statements: &'static [&'static str], codes: &'static [&'static str]) -> Case {
    Case { dialect: Dialect::Postgresql, scene: SCENE, statements, codes }
}

const fn sqlite(statements: &'static [&'static str], codes: &'static [&'static str]) -> Case {
    Case { dialect: Dialect::Sqlite, scene: SQLITE, statements, codes }
}

const SCENE: &str = "
    CREATE SCHEMA old;
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE TYPE unused AS ENUM ('a');
    CREATE TABLE flow (id integer PRIMARY KEY, name varchar(50), owner text, nickname text, state state, size bigint);
    CREATE TABLE run (
        id integer PRIMARY KEY,
        flow_id integer CONSTRAINT run_flow REFERENCES flow (id),
        started timestamptz
    );
    INSERT INTO flow SELECT x, 'name', x::text, NULL, 'new', x FROM generate_series(1, 3) AS x;
    INSERT INTO run VALUES (1, 1, now());
    CREATE MATERIALIZED VIEW flows AS SELECT id FROM flow;
    CREATE INDEX flow_owner ON flow (owner);
    CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
    CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
    CREATE TABLE loose (id integer);
    CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT x + x';
";

/// A schema with one of everything that has a name in it.
const FILLED_SCHEMA: &str = "
    CREATE SCHEMA old;
    CREATE TYPE old.state AS ENUM ('new', 'done');
    CREATE SEQUENCE old.numbers;
    CREATE TABLE old.flow (id serial PRIMARY KEY, name text UNIQUE, state old.state, states old.state[]);
    CREATE TABLE old.run (id integer PRIMARY KEY, flow_id integer REFERENCES old.flow (id));
    CREATE TABLE other (id integer PRIMARY KEY, flow_id integer REFERENCES old.flow (id));
    CREATE VIEW old.names AS SELECT name FROM old.flow;
    CREATE FUNCTION old.next(state old.state) RETURNS old.state LANGUAGE sql AS 'SELECT state';
    CREATE FUNCTION old.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touched BEFORE UPDATE ON old.flow FOR EACH ROW EXECUTE FUNCTION old.touch();
    INSERT INTO old.flow (name) VALUES ('a');
";

const SQLITE: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE flow (id INTEGER PRIMARY KEY, name TEXT, owner TEXT);
    CREATE TABLE run (id INTEGER PRIMARY KEY, flow_id INTEGER REFERENCES flow (id));
    CREATE TABLE note (id INTEGER PRIMARY KEY, flow_id INTEGER, text TEXT);
    INSERT INTO flow VALUES (1, 'a', 'b');
    INSERT INTO note VALUES (1, 1, 'a');
    CREATE VIEW notes AS SELECT id FROM run;
";

pub(crate) static CASES: &[Case] = &[
    // Data.
    postgresql(&["DROP TABLE run"], &["drop-table"]),
    postgresql(&["CREATE TABLE fresh (id int)", "DROP TABLE fresh"], &[]),
    postgresql(
        &["DROP TABLE run", "CREATE TABLE run (id integer)"],
        &["drop-table", "drop-column", "drop-column"],
    ),
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
        &[],
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
    sqlite(&["ALTER TABLE note DROP COLUMN text"], &["drop-column"]),
    postgresql(&["DROP SCHEMA old"], &["drop-schema"]),
    postgresql(&["CREATE SCHEMA other"], &[]),
    postgresql(&["ALTER SCHEMA old RENAME TO older"], &[]),
    postgresql(&["ALTER SCHEMA old RENAME TO older", "DROP SCHEMA older"], &["drop-schema"]),
    Case {
        scene: FILLED_SCHEMA,
        ..postgresql(&["ALTER SCHEMA old RENAME TO older"], &["rename-table", "rename-table"])
    },
    Case {
        scene: FILLED_SCHEMA,
        ..postgresql(
            &[
                "ALTER SCHEMA old RENAME TO older",
                "DROP VIEW older.names",
                "ALTER TABLE older.flow DROP COLUMN name",
            ],
            &["rename-table", "rename-table", "drop-object", "drop-column"],
        )
    },
    Case {
        scene: FILLED_SCHEMA,
        ..postgresql(
            &["ALTER SCHEMA public RENAME TO past", "ALTER SCHEMA old RENAME TO public"],
            &["rename-table", "rename-table", "rename-table"],
        )
    },
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
    postgresql(&["DROP MATERIALIZED VIEW flows"], &["drop-object"]),
    postgresql(&["DROP FUNCTION twice(integer)"], &["drop-object"]),
    postgresql(&["DROP TYPE unused"], &["drop-object"]),
    postgresql(&["ALTER TABLE flow DROP COLUMN state", "DROP TYPE state"], &["drop-column"]),
    postgresql(&["ALTER FUNCTION twice(integer) RENAME TO double"], &[]),
    postgresql(&["ALTER FUNCTION public.twice SET SCHEMA old"], &[]),
    postgresql(
        &["ALTER MATERIALIZED VIEW flows RENAME TO streams", "DROP MATERIALIZED VIEW streams"],
        &["drop-object"],
    ),
    postgresql(
        &["ALTER TABLE flows RENAME TO streams", "ALTER MATERIALIZED VIEW streams SET SCHEMA old"],
        &[],
    ),
    postgresql(
        &["DROP MATERIALIZED VIEW flows", "ALTER TABLE run RENAME TO flows"],
        &["rename-table", "drop-object"],
    ),
    sqlite(&["DROP VIEW notes", "ALTER TABLE note RENAME TO notes"], &["rename-table", "drop-object"]),
    postgresql(
        &["CREATE OR REPLACE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * x'"],
        &[],
    ),
    sqlite(&["DROP VIEW notes"], &["drop-object"]),
    sqlite(&["DROP VIEW notes", "CREATE VIEW notes AS SELECT flow_id FROM run"], &[]),
    postgresql(&["ALTER TABLE loose SET SCHEMA old"], &["rename-table"]),
    postgresql(
        &["ALTER TABLE flow ADD COLUMN keeper text", "ALTER TABLE flow DROP COLUMN owner"],
        &["rename-as-drop-and-add"],
    ),
    postgresql(
        &[
            "ALTER TABLE flow ADD COLUMN keeper text",
            "UPDATE flow SET keeper = owner WHERE owner IS NOT NULL",
            "ALTER TABLE flow DROP COLUMN owner",
        ],
        &["drop-column"],
    ),
    postgresql(
        &["ALTER TABLE flow ADD COLUMN weight bigint", "ALTER TABLE flow DROP COLUMN owner"],
        &["drop-column"],
    ),
    postgresql(
        &["CREATE TABLE job (id integer, flow_id integer, started timestamptz)", "DROP TABLE run"],
        &["rename-as-drop-and-add"],
    ),
    sqlite(
        &["ALTER TABLE note ADD COLUMN body TEXT", "ALTER TABLE note DROP COLUMN text"],
        &["rename-as-drop-and-add"],
    ),
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
    sqlite(&["DELETE FROM note"], &["delete-all-rows"]),
    sqlite(&["DELETE FROM note WHERE id = 1"], &[]),
    postgresql(&["UPDATE flow SET nickname = ''"], &["update-all-rows"]),
    postgresql(&["UPDATE flow SET nickname = '' WHERE nickname IS NULL"], &[]),
    sqlite(&["UPDATE note SET text = ''"], &["update-all-rows"]),
    sqlite(
        &["UPDATE note SET text = (SELECT name FROM flow WHERE flow.id = note.flow_id)"],
        &["update-all-rows"],
    ),
    postgresql(
        &["UPDATE flow SET nickname = (SELECT 'x' FROM run WHERE flow_id = flow.id)"],
        &["update-all-rows"],
    ),
    postgresql(&["UPDATE flow SET nickname = (owner IS DISTINCT FROM name)::text"], &["update-all-rows"]),
    postgresql(&["UPDATE flow SET nickname = 'x' FROM run WHERE flow_id = flow.id"], &[]),
    sqlite(
        &["INSERT INTO note VALUES (2, 1, '('); UPDATE note SET text = ')'; DELETE FROM note;"],
        &["update-all-rows", "delete-all-rows"],
    ),
    sqlite(
        &["CREATE TABLE spans (begin TEXT); CREATE INDEX starts ON spans (begin); DELETE FROM note;"],
        &["delete-all-rows"],
    ),
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
        &["required-column"],
    ),
    postgresql(&["ALTER TABLE run ADD COLUMN x int NOT NULL DEFAULT 0"], &[]),
    postgresql(&["CREATE TABLE fresh (id int)", "ALTER TABLE fresh ADD COLUMN x int NOT NULL"], &[]),
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
    postgresql(&["CREATE UNIQUE INDEX CONCURRENTLY ux ON flow (owner)"], &["unique-on-existing-rows"]),
    postgresql(
        &["ALTER TABLE flow ADD COLUMN x int", "CREATE UNIQUE INDEX CONCURRENTLY ux ON flow (x)"],
        &[],
    ),
    sqlite(&["CREATE UNIQUE INDEX ux ON note (text)"], &["unique-on-existing-rows"]),
    sqlite(&["CREATE INDEX ix ON note (text)"], &[]),
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
    postgresql(&["ALTER TABLE run RENAME TO job"], &["rename-table"]),
    sqlite(&["ALTER TABLE note RENAME TO memo"], &["rename-table"]),
    postgresql(&["ALTER TABLE flow RENAME COLUMN owner TO keeper"], &["rename-column"]),
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
    postgresql(
        &[
            "CREATE TABLE fresh (a int)",
            "ALTER TABLE fresh RENAME COLUMN a TO b",
            "ALTER TABLE fresh RENAME TO newer",
        ],
        &[],
    ),
    // Locks; the forms have examples of their own.
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
    // Transactions.
    postgresql(&["BEGIN", "CREATE INDEX CONCURRENTLY ix ON flow (name)"], &["concurrently-in-transaction"]),
    postgresql(&["BEGIN", "VACUUM flow"], &["concurrently-in-transaction"]),
    postgresql(&["VACUUM flow"], &[]),
    postgresql(
        &["BEGIN", "ALTER TYPE state ADD VALUE 'late'", "UPDATE flow SET state = 'late' WHERE id = 1"],
        &["enum-value-used-in-transaction"],
    ),
    postgresql(&["ALTER TYPE state ADD VALUE 'late'", "UPDATE flow SET state = 'late' WHERE id = 1"], &[]),
    sqlite(&["BEGIN", "PRAGMA foreign_keys = OFF", "COMMIT"], &["pragma-in-transaction"]),
    sqlite(&["PRAGMA foreign_keys = OFF"], &[]),
    sqlite(&["DROP TABLE flow"], &["drop-table", "rebuild-loses-children"]),
];

/// What the server does not do.
const REFUSED: [&str; 2] = ["concurrently-in-transaction", "enum-value-used-in-transaction"];

/// What the rules say about statements, and whether the database took them all.
pub(crate) fn run(case: &Case, settings: &Settings) -> Option<(Report, bool)> {
    let mut scratch = scratch(case.dialect)?;
    let client = &mut scratch.client;
    client.execute(case.scene).unwrap();
    let before = Catalog::read(client, &[]).unwrap();
    let (executed, is_taken) = execute(client, case.statements);
    let after = Catalog::read(client, &[]).unwrap();
    let revision = Revision { before: &before, after: &after, statements: &executed };
    Some((lint(&revision, settings), is_taken))
}

fn execute(client: &mut Client, statements: &[&str]) -> (Vec<Statement>, bool) {
    let mut executed = Vec::new();
    let (mut transaction, mut is_taken) = (Transaction::Outside, true);
    for (line, text) in (1..).zip(statements) {
        executed.push(Statement {
            text: (*text).to_owned(),
            transaction,
            foreign_keys: None,
            line: Some(line),
        });
        match *text {
            "BEGIN" => transaction = Transaction::Inside,
            "COMMIT" => transaction = Transaction::Outside,
            _ => {}
        }
        is_taken &= client.execute(text).is_ok();
    }
    if transaction == Transaction::Inside {
        client.execute("ROLLBACK").unwrap();
    }
    (executed, is_taken)
}

#[test]
fn rules_find_what_they_are_for_and_nothing_else() {
    let mut wrong = Vec::new();
    for case in CASES {
        let Some((report, is_taken)) = run(case, &Settings::default()) else { return };
        let is_refusal = case.codes.iter().any(|code| REFUSED.contains(code));
        assert_eq!(is_taken, !is_refusal, "{:?}", case.statements);
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.rule.code).collect();
        if codes != case.codes {
            wrong.push(format!("{:?}\n    found {codes:?}\n    expected {:?}", case.statements, case.codes));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_or_a_form() {
    let of_cases = CASES.iter().flat_map(|case| case.codes.iter().copied());
    let of_forms = Form::ALL.iter().filter_map(|form| form.rule()).map(|rule| rule.code);
    let covered: BTreeSet<&str> = of_cases.chain(of_forms).chain(OF_TRIALS).collect();
    let missing: Vec<_> = RULES.iter().filter(|rule| !covered.contains(rule.code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whether a new value of a new type can be used is a matter of the server's version; the rule and the server agree.
#[test]
fn a_value_of_a_type_that_is_as_new_is_told_where_it_is_refused() {
    let case = postgresql(
        &[
            "BEGIN",
            "CREATE TYPE mood AS ENUM ('good')",
            "ALTER TYPE mood ADD VALUE 'bad'",
            "CREATE TABLE x (mood mood DEFAULT 'bad')",
        ],
        &[],
    );
    let Some((report, is_taken)) = run(&case, &Settings::default()) else { return };
    assert_eq!(report.findings.is_empty(), is_taken, "{:?}", report.findings);
}

#[test]
fn levels_and_allows_are_heeded() {
    let case = sqlite(&["ALTER TABLE note DROP COLUMN text", "DELETE FROM note"], &[]);
    let allow = |rule: &str, object: Option<&str>| Allow {
        rule: rule.to_owned(),
        object: object.map(str::to_owned),
        line: None,
        reason: "it is wanted".to_owned(),
    };
    let settings = Settings {
        levels: [("delete-all-rows".to_owned(), Level::Warning)].into(),
        allows: vec![
            allow("drop-column", Some("note")),
            allow("drop-column", Some("flow")),
            allow("drop-table", None),
        ],
    };
    let (report, _) = run(&case, &settings).unwrap();
    let told: Vec<_> =
        report.findings.iter().map(|finding| (finding.rule.code, finding.level, finding.line)).collect();
    assert_eq!(told, [("delete-all-rows", Level::Warning, Some(2))]);
    let allowed: Vec<_> = report.allowed.iter().map(|one| (one.finding.line, one.reason.as_str())).collect();
    assert_eq!(allowed, [(Some(1), "it is wanted")]);
    assert_eq!(report.unmet, [1, 2]);
    let settings =
        Settings { levels: [("drop-column".to_owned(), Level::Off)].into(), ..Settings::default() };
    let (report, _) = run(&case, &settings).unwrap();
    assert_eq!(report.findings.len(), 1);
}
