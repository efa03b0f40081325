//! What a revision does to rows.

use super::shop::{MODELS, ORDERS, commit, newest, shop_with_history};

/// Foreign keys are on while revisions run, as an application would have them.
const FOREIGN_KEYS_ON: &str = "
from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, 'connect')
def foreign_keys(connection, _):
    connection.execute('PRAGMA foreign_keys = ON')
";

/// Of another size than before: Python tells a changed file from its compiled form by size and whole second alone.
fn with_longer_names() -> String {
    format!("{MODELS}{ORDERS}").replace("String(80)", "String(2000)")
}

#[test]
fn a_rebuild_that_deletes_the_rows_of_other_tables_is_refused() {
    let Some(env) = shop_with_history(&format!("{MODELS}{ORDERS}")) else { return };
    let script = env.read("db/scripts/env.py");
    env.write(
        "db/scripts/env.py",
        &script.replace("import os, shop", &format!("import os, shop\n{FOREIGN_KEYS_ON}")),
    );
    commit(&env);
    env.write("shop.py", &with_longer_names());
    let before = env.snapshot();
    env.onramp(["migrate", "-m", "longer names"]).exits(1).says("the revision loses rows: order");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_rebuild_that_keeps_them_is_proved() {
    let Some(env) = shop_with_history(&format!("{MODELS}{ORDERS}")) else { return };
    env.write("shop.py", &with_longer_names());
    env.onramp(["migrate", "-m", "longer names"]).exits(0);
    let revision = newest(&env);
    assert!(revision.contains("batch_alter_table"), "{revision}");
}

#[test]
fn what_a_downgrade_does_not_bring_back_is_told() {
    let Some(env) = shop_with_history(&(MODELS.to_owned() + "    note = Column(String(9))\n")) else {
        return;
    };
    env.write("shop.py", MODELS);
    env.onramp(["migrate", "-m", "no notes"])
        .exits(0)
        .says("reverting the revision does not bring this back")
        .says("customer.note");
}

#[test]
fn a_downgrade_for_empty_tables_alone_is_told() {
    let required = MODELS.to_owned() + "    note = Column(String(9), nullable=False)\n";
    let Some(env) = shop_with_history(&required) else { return };
    env.write("shop.py", MODELS);
    env.onramp(["migrate", "-m", "no notes"]).exits(0).says("it can only be reverted where tables are empty");
}

#[test]
fn a_revision_without_a_way_back_is_one_by_request_only() {
    let Some(env) = shop_with_history(MODELS) else { return };
    let template = env.read("db/scripts/script.py.mako");
    env.write(
        "db/scripts/script.py.mako",
        &template.replace("${downgrades if downgrades else \"pass\"}", "pass"),
    );
    env.write("shop.py", &format!("{MODELS}{ORDERS}"));
    env.onramp(["migrate", "-m", "orders"]).exits(1).says("its downgrade() is empty").says("--irreversible");
    env.onramp(["migrate", "-m", "orders", "--irreversible"])
        .exits(0)
        .says("the revision has no way back, as allowed by --irreversible: its downgrade is empty");
}

#[test]
fn what_the_engine_does_not_see_is_named() {
    let Some(env) = shop_with_history(MODELS) else { return };
    let checked = MODELS.to_owned()
        + "    age = Column(Integer)\n    __table_args__ = (CheckConstraint('age > 0', name='ck_customer_age'),)\n";
    env.write("shop.py", &checked);
    env.onramp(["migrate", "-m", "age"]).exits(0).says("the engine does not see it").says("ck_customer_age");
    let again = checked.replace("age > 0", "age > 100");
    commit(&env);
    env.write("shop.py", &again);
    env.onramp(["migrate", "-m", "nothing to see"]).exits(0).says("nothing written").says("ck_customer_age");
}
