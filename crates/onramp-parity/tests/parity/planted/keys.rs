//! Keys and checks.

use super::Case;
use crate::machine::Machine;

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
