//! Differences that are there, each alone in a schema that is equal otherwise.

use crate::machine::{Machine, found};

const SQLITE: &str = "
    CREATE TABLE pool (id CHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL UNIQUE);
    CREATE TABLE run (
        id CHAR(32) NOT NULL,
        pool_id CHAR(32) NOT NULL,
        name VARCHAR(200) NOT NULL,
        state VARCHAR(9) DEFAULT 'new' NOT NULL,
        priority INTEGER DEFAULT '1' NOT NULL,
        settings JSON DEFAULT '{}' NOT NULL,
        is_active BOOLEAN DEFAULT 1 NOT NULL,
        cost NUMERIC(10, 2),
        created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
        CONSTRAINT pk_run PRIMARY KEY (id),
        CONSTRAINT uq_run UNIQUE (pool_id, name),
        CONSTRAINT ck_run_priority CHECK (priority BETWEEN 1 AND 9),
        CONSTRAINT ck_run_state CHECK (state IN ('new', 'done')),
        CONSTRAINT fk_run_pool FOREIGN KEY (pool_id) REFERENCES pool (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_run_due ON run (created_at DESC, name) WHERE state = 'new';
    CREATE UNIQUE INDEX ix_run_name ON run (lower(name));
    CREATE VIEW active_run AS SELECT id, name FROM run WHERE is_active;";

const POSTGRESQL: &str = "
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE TABLE pool (id uuid PRIMARY KEY, name varchar(200) NOT NULL UNIQUE);
    CREATE TABLE run (
        id uuid NOT NULL,
        pool_id uuid NOT NULL,
        name varchar(200) NOT NULL,
        state state DEFAULT 'new' NOT NULL,
        priority integer DEFAULT 1 NOT NULL,
        settings jsonb DEFAULT '{}' NOT NULL,
        is_active boolean DEFAULT true NOT NULL,
        cost numeric(10, 2),
        created_at timestamp with time zone DEFAULT now() NOT NULL,
        CONSTRAINT pk_run PRIMARY KEY (id),
        CONSTRAINT uq_run UNIQUE (pool_id, name),
        CONSTRAINT ck_run_priority CHECK (priority BETWEEN 1 AND 9),
        CONSTRAINT fk_run_pool FOREIGN KEY (pool_id) REFERENCES pool (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_run_due ON run (created_at DESC, name) WHERE state = 'new';
    CREATE UNIQUE INDEX ix_run_name ON run (lower(name));
    CREATE VIEW active_run AS SELECT id, name FROM run WHERE is_active;";

/// Changes one side by replacing a text, which must be there, and looks for exactly this.
struct Case<'a> {
    machine: &'a Machine,
}

impl Case<'_> {
    #[track_caller]
    fn sqlite(&self, from: &str, to: &str, expected: &[&str]) {
        assert!(SQLITE.contains(from), "{from}");
        assert_eq!(found(self.machine, &SQLITE.replace(from, to), POSTGRESQL), expected, "{from} -> {to}");
    }

    #[track_caller]
    fn postgresql(&self, from: &str, to: &str, expected: &[&str]) {
        assert!(POSTGRESQL.contains(from), "{from}");
        assert_eq!(found(self.machine, SQLITE, &POSTGRESQL.replace(from, to)), expected, "{from} -> {to}");
    }

    /// Adds to the end of the one side, and then of the other.
    #[track_caller]
    fn both(&self, statement: &str, sqlite: &[&str], postgresql: &[&str]) {
        assert_eq!(found(self.machine, &format!("{SQLITE} {statement}"), POSTGRESQL), sqlite, "{statement}");
        assert_eq!(
            found(self.machine, SQLITE, &format!("{POSTGRESQL} {statement}")),
            postgresql,
            "{statement}"
        );
    }
}

#[test]
fn nothing_is_planted_yet() {
    let Some(machine) = Machine::start() else { return };
    assert_eq!(found(&machine, SQLITE, POSTGRESQL), [""; 0]);
}

#[test]
fn tables_views_and_columns_that_are_missing_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.both(
        "CREATE TABLE note (id INTEGER NOT NULL, text TEXT)",
        &["table note only: 2 columns | none"],
        &["table note only: none | 2 columns"],
    );
    case.both(
        "CREATE VIEW names AS SELECT name FROM pool",
        &["view names only: 1 column | none"],
        &["view names only: none | 1 column"],
    );
    case.both(
        "ALTER TABLE run ADD COLUMN note VARCHAR(20)",
        &["column run.note only: VARCHAR(20) | none"],
        &["column run.note only: none | character varying(20)"],
    );
    case.both(
        "DROP VIEW active_run; CREATE VIEW active_run AS SELECT id FROM run WHERE is_active",
        &["column active_run.name only: none | a column of the view"],
        &["column active_run.name only: a column of the view | none"],
    );
}

#[test]
fn columns_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.sqlite(
        "cost NUMERIC(10, 2)",
        "cost NUMERIC(10, 2) NOT NULL",
        &["column run.cost nullable: NOT NULL | NULL"],
    );
    case.postgresql(
        "is_active boolean DEFAULT true NOT NULL",
        "is_active boolean DEFAULT true",
        &["column run.is_active nullable: NOT NULL | NULL"],
    );
    case.sqlite("DEFAULT '1'", "DEFAULT 2", &["column run.priority default: 2 | 1"]);
    case.sqlite("DEFAULT CURRENT_TIMESTAMP ", "", &["column run.created_at default: none | now()"]);
    case.postgresql(
        "jsonb DEFAULT '{}'",
        "jsonb DEFAULT '[]'",
        &["column run.settings default: '{}' | '[]'::jsonb"],
    );
    case.postgresql("DEFAULT true", "DEFAULT false", &["column run.is_active default: 1 | false"]);
    case.postgresql(
        "cost numeric(10, 2)",
        "cost numeric(12, 2)",
        &["column run.cost type: NUMERIC(10, 2) | numeric(12,2)"],
    );
    case.sqlite(
        "name VARCHAR(200) NOT NULL UNIQUE",
        "name VARCHAR(100) NOT NULL UNIQUE",
        &["column pool.name type: VARCHAR(100) | character varying(200)"],
    );
    case.sqlite(
        "cost NUMERIC(10, 2)",
        "cost NUMERIC(10, 2) GENERATED ALWAYS AS (priority * 2) STORED",
        &["column run.cost generated: (priority * 2) STORED | none"],
    );
    case.sqlite(
        "name VARCHAR(200) NOT NULL UNIQUE",
        "name VARCHAR(200) COLLATE NOCASE NOT NULL UNIQUE",
        &["column pool.name collation: NOCASE | none"],
    );
}

#[test]
fn labels_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.postgresql(
        "ENUM ('new', 'done')",
        "ENUM ('new', 'done', 'lost')",
        &["column run.state labels: 'done', 'new' | 'done', 'lost', 'new'"],
    );
    case.sqlite(
        "state IN ('new', 'done')",
        "state IN ('new', 'gone')",
        &["column run.state labels: 'gone', 'new' | 'done', 'new'"],
    );
    // Without a check nothing tells SQLite's labels, but for the length.
    let unchecked = SQLITE.replace("CONSTRAINT ck_run_state CHECK (state IN ('new', 'done')),", "");
    assert_eq!(found(&machine, &unchecked, POSTGRESQL), [""; 0]);
    let long = POSTGRESQL.replace("'done')", "'done', 'interrupted')");
    assert_eq!(
        found(&machine, &unchecked, &long),
        ["column run.state type: VARCHAR(9) | state with the label 'interrupted'"]
    );
    case.both(
        "CREATE TABLE colour (name TEXT)",
        &["table colour only: 1 column | none"],
        &["table colour only: none | 1 column"],
    );
    let unused = format!("{POSTGRESQL} CREATE TYPE colour AS ENUM ('red', 'green');");
    assert_eq!(found(&machine, SQLITE, &unused), ["enum colour only: none | 'red', 'green'"]);
}

#[test]
fn types_outside_the_map_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.sqlite("settings JSON", "settings TEXT", &["column run.settings type: TEXT | jsonb"]);
    case.sqlite("is_active BOOLEAN", "is_active INTEGER", &["column run.is_active type: INTEGER | boolean"]);
    case.postgresql(
        "cost numeric(10, 2)",
        "cost tsvector",
        &["column run.cost type: NUMERIC(10, 2) | tsvector"],
    );
    case.postgresql(
        "cost numeric(10, 2)",
        "cost int4range",
        &["column run.cost type: NUMERIC(10, 2) | int4range"],
    );
}

#[test]
fn an_enumeration_in_an_array_is_in_use() {
    let Some(machine) = Machine::start() else { return };
    let found = found(
        &machine,
        "CREATE TABLE t (a JSON)",
        "CREATE TYPE \"Level\" AS ENUM ('a', 'b'); CREATE TABLE t (a \"Level\"[])",
    );
    assert_eq!(found, ["column t.a type: JSON | \"Level\"[]"]);
}

#[test]
fn keys_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.sqlite(
        "CONSTRAINT pk_run PRIMARY KEY (id)",
        "CONSTRAINT pk_run PRIMARY KEY (pool_id, id)",
        &["primary-key run columns: pool_id, id | id"],
    );
    case.postgresql("CONSTRAINT pk_run PRIMARY KEY (id),", "", &["primary-key run only: id | none"]);
    case.sqlite(
        "CONSTRAINT uq_run UNIQUE (pool_id, name),",
        "",
        &["unique run(pool_id, name) only: none | unique (pool_id, name)"],
    );
    case.postgresql(
        "UNIQUE (pool_id, name)",
        "UNIQUE (name, pool_id)",
        &["unique run(pool_id, name) columns: pool_id, name | name, pool_id"],
    );
    case.postgresql(
        "UNIQUE (pool_id, name)",
        "UNIQUE (pool_id, name) DEFERRABLE",
        &["unique run(pool_id, name) deferrable: none | DEFERRABLE"],
    );
    case.sqlite(
        "name VARCHAR(200) NOT NULL UNIQUE",
        "name VARCHAR(200) NOT NULL UNIQUE ON CONFLICT IGNORE",
        &["unique pool(name) on-conflict: IGNORE | none"],
    );
}

#[test]
fn numbering_that_differs_is_found() {
    let Some(machine) = Machine::start() else { return };
    let sqlite = |id: &str| format!("CREATE TABLE note (id {id}, text TEXT)");
    let check = |sqlite_id: &str, postgresql_id: &str, expected: &[&str]| {
        let found = found(&machine, &sqlite(sqlite_id), &sqlite(postgresql_id));
        assert_eq!(found, expected, "{sqlite_id} {postgresql_id}");
    };
    let none: &[&str] = &[];
    check("INTEGER PRIMARY KEY", "serial PRIMARY KEY", none);
    check("INTEGER PRIMARY KEY AUTOINCREMENT", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", none);
    check("INTEGER PRIMARY KEY", "integer PRIMARY KEY", none);
    check(
        "BIGINT PRIMARY KEY",
        "bigserial PRIMARY KEY",
        &["column note.id identity: none | nextval('note_id_seq'::regclass)"],
    );
    check(
        "INTEGER PRIMARY KEY AUTOINCREMENT",
        "integer PRIMARY KEY",
        &["column note.id identity: AUTOINCREMENT | none"],
    );
    check(
        "INTEGER NOT NULL",
        "integer GENERATED BY DEFAULT AS IDENTITY",
        &["column note.id identity: none | GENERATED BY DEFAULT AS IDENTITY"],
    );
    let loose = "CREATE SEQUENCE ticket; CREATE TABLE note (id integer NOT NULL, text TEXT)";
    assert_eq!(found(&machine, &sqlite("INTEGER NOT NULL"), loose), ["sequence ticket only: none | bigint"]);
}

#[test]
fn indexes_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.both(
        "CREATE INDEX ix_cost ON run (cost)",
        &["index run.ix_cost only: (cost) | none"],
        &["index run.ix_cost only: none | (cost)"],
    );
    case.sqlite(
        "(created_at DESC, name)",
        "(created_at, name)",
        &["index run.ix_run_due columns: created_at, name | created_at DESC, name"],
    );
    case.sqlite(
        "(created_at DESC, name)",
        "(name, created_at DESC)",
        &["index run.ix_run_due columns: name, created_at DESC | created_at DESC, name"],
    );
    case.postgresql(" WHERE state = 'new'", "", &["index run.ix_run_due predicate: state = 'new' | none"]);
    case.sqlite(
        "WHERE state = 'new'",
        "WHERE state = 'done'",
        &["index run.ix_run_due predicate: state = 'done' | (state = 'new'::state)"],
    );
    case.sqlite(
        "CREATE UNIQUE INDEX ix_run_name",
        "CREATE INDEX ix_run_name",
        &["index run.ix_run_name unique: not unique | unique"],
    );
    case.postgresql(
        "lower(name)",
        "upper(name)",
        &["index run.ix_run_name columns: lower(name) | upper((name)::text)"],
    );
    case.postgresql(
        "(created_at DESC, name)",
        "(created_at DESC, name) INCLUDE (cost)",
        &["index run.ix_run_due include: none | cost"],
    );
    let statement = format!("{POSTGRESQL} CREATE INDEX ix_settings ON run USING gin (settings);");
    assert_eq!(found(&machine, SQLITE, &statement), ["index run.ix_settings only: none | gin (settings)"]);
    let sqlite = format!("{SQLITE} CREATE INDEX ix_settings ON run (settings);");
    assert_eq!(found(&machine, &sqlite, &statement), ["index run.ix_settings method: btree | gin"]);
}

#[test]
fn checks_and_foreign_keys_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.sqlite(
        "CONSTRAINT ck_run_priority CHECK (priority BETWEEN 1 AND 9),",
        "",
        &["check run.ck_run_priority only: none | (priority >= 1) AND (priority <= 9)"],
    );
    case.postgresql("priority BETWEEN 1 AND 9", "priority BETWEEN 1 AND 5", &[
        "check run.ck_run_priority expression: priority BETWEEN 1 AND 9 | (priority >= 1) AND (priority <= 5)",
    ]);
    case.sqlite(
        "cost NUMERIC(10, 2)",
        "cost NUMERIC(10, 2) CHECK (cost > 0)",
        &["check run(cost > 0) only: cost > 0 | none"],
    );
    case.postgresql(
        "state state DEFAULT 'new' NOT NULL",
        "state varchar(9) DEFAULT 'new' NOT NULL",
        &[
            "check run.ck_run_state only: state IN ('new', 'done') | none",
            "enum state only: none | 'new', 'done'",
        ],
    );
    case.sqlite(
        "ON DELETE CASCADE",
        "ON DELETE SET NULL",
        &["foreign-key run(pool_id) on-delete: SET NULL | CASCADE"],
    );
    case.postgresql(
        "ON DELETE CASCADE",
        "ON DELETE CASCADE ON UPDATE CASCADE",
        &["foreign-key run(pool_id) on-update: NO ACTION | CASCADE"],
    );
    case.postgresql(
        "ON DELETE CASCADE",
        "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
        &["foreign-key run(pool_id) deferrable: none | DEFERRABLE INITIALLY DEFERRED"],
    );
    case.sqlite(
        ",\n        CONSTRAINT fk_run_pool FOREIGN KEY (pool_id) REFERENCES pool (id) ON DELETE CASCADE",
        "",
        &["foreign-key run(pool_id) only: none | pool(id) ON DELETE CASCADE ON UPDATE NO ACTION"],
    );
    case.sqlite(
        "REFERENCES pool (id)",
        "REFERENCES run (id)",
        &["foreign-key run(pool_id) target: run(id) | pool(id)"],
    );
}

#[test]
fn triggers_and_what_only_one_dialect_has_are_found() {
    let Some(machine) = Machine::start() else { return };
    let trigger =
        format!("{SQLITE} CREATE TRIGGER touch AFTER UPDATE ON run BEGIN UPDATE run SET priority = 1; END;");
    let found_there = found(&machine, &trigger, POSTGRESQL);
    assert!(
        matches!(found_there.as_slice(), [line] if line.starts_with("trigger run.touch only: ")),
        "{found_there:?}"
    );
    let both = format!(
        "{POSTGRESQL} CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
         CREATE TRIGGER touch BEFORE UPDATE ON run FOR EACH ROW EXECUTE FUNCTION touch();"
    );
    assert_eq!(found(&machine, &trigger, &both), [""; 0]);
    let exclusion = format!(
        "{POSTGRESQL} ALTER TABLE run ADD CONSTRAINT ex EXCLUDE USING gist (box(point(priority, 1)) WITH &&);"
    );
    let found_there = found(&machine, SQLITE, &exclusion);
    assert!(
        matches!(found_there.as_slice(), [line] if line.starts_with("exclusion run.ex only: ")),
        "{found_there:?}"
    );
    let materialized = format!(
        "{POSTGRESQL} DROP VIEW active_run; CREATE MATERIALIZED VIEW active_run AS SELECT id, name FROM run;"
    );
    assert_eq!(found(&machine, SQLITE, &materialized), ["view active_run kind: view | materialized-view"]);
}

#[test]
fn tables_of_another_schema_or_case_are_others() {
    let Some(machine) = Machine::start() else { return };
    let schema = "CREATE SCHEMA app; CREATE TABLE app.owner (id integer PRIMARY KEY);";
    let tables = |target: &str| {
        format!(
            "CREATE TABLE owner (id integer PRIMARY KEY); CREATE TABLE t (a integer REFERENCES {target} (id))"
        )
    };
    assert_eq!(
        found(&machine, &tables("owner"), &format!("{schema} {}", tables("app.owner"))),
        ["table app.owner only: none | 1 column", "foreign-key t(a) target: owner(id) | app.owner(id)"]
    );
    assert_eq!(
        found(
            &machine,
            "CREATE TABLE t (a TEXT)",
            "CREATE TABLE t (a text); CREATE TABLE \"T\" (a text, b text)"
        ),
        ["table T only: none | 2 columns"]
    );
    assert_eq!(found(&machine, "CREATE TABLE \"T\" (a TEXT)", "CREATE TABLE t (a text)"), [""; 0]);
}
