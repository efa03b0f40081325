//! What a revision does to rows.

use super::shop::{MODELS, ORDERS, commit, newest, newest_file, shop, shop_with_history};

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
        .says("the revision takes this away, and reverting it does not bring it back")
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
    env.onramp(["migrate", "-m", "age"]).exits(0).says("Alembic does not see it").says("ck_customer_age");
    commit(&env);
    let again = checked.replace("age > 0", "age > 100");
    env.write("shop.py", &again);
    env.onramp(["migrate", "-m", "nothing to see"]).exits(0).says("nothing written").says("ck_customer_age");
    env.onramp(["migrate", "check"]).exits(0).says("Alembic does not see it").says("ck_customer_age");
    env.onramp(["migrate", "check", "--base", "HEAD"]).exits(0).says("ck_customer_age");
    // What the operations tell is not told twice.
    env.write("shop.py", &(again + ORDERS));
    let run =
        env.onramp(["migrate", "check"]).exits(1).says("op.create_table('order'").says("ck_customer_age");
    assert!(!run.stderr.contains("+ table order"), "{}", run.stderr);
}

#[test]
fn a_way_back_that_leads_elsewhere_is_refused_and_passes_by_request() {
    let Some(env) = shop() else { return };
    env.onramp(["migrate", "-m", "first tables"]).exits(0);
    // An index by hand, of which the engine sees the column alone when it rebuilds the table.
    let (file, revision) = newest_file(&env);
    let by_hand = "    op.execute('CREATE INDEX ix_name ON customer (name COLLATE NOCASE)')\n";
    let end = "    # ### end Alembic commands ###\n";
    env.write(&file, &revision.replacen(end, &format!("{by_hand}{end}"), 1));
    let indexed = MODELS.to_owned() + "    __table_args__ = (Index('ix_name', 'name'),)\n";
    env.write("shop.py", &indexed);
    commit(&env);

    env.write("shop.py", &(indexed + "    note = Column(String(9))\n"));
    let before = env.snapshot();
    env.onramp(["migrate", "-m", "notes"])
        .exits(1)
        .says("reverted, the revision does not lead back: ~ index customer.ix_name")
        .says("--irreversible");
    assert_eq!(env.snapshot(), before);
    env.onramp(["migrate", "-m", "notes", "--irreversible"])
        .exits(0)
        .says("the revision has no way back, as allowed by --irreversible")
        .says("name COLLATE NOCASE -> name");
    assert!(newest(&env).contains("note"));
}

#[test]
fn no_row_gets_into_the_engines_own_table_whatever_its_name() {
    let Some(env) = shop_with_history(MODELS) else { return };
    let script = env.read("db/scripts/env.py");
    let renamed = "target_metadata=target_metadata, version_table='shop_version'";
    env.write("db/scripts/env.py", &script.replace("target_metadata=target_metadata", renamed));
    commit(&env);
    env.write("shop.py", &format!("{MODELS}{ORDERS}"));
    let run = env.onramp(["migrate", "-m", "orders", "--format", "json"]).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["evidence"]["sqlite"]["rows"], 3, "those of the table customer: {last}");
    env.onramp(["migrate", "check"]).exits(0);
}

#[test]
fn tables_without_a_key_lose_only_what_the_change_takes() {
    let keyless = "\n\nclass Note(Base):\n    __tablename__ = 'note'\n    text = Column(String(9))\n    \
                   __mapper_args__ = {'primary_key': [text]}\n";
    let Some(env) = shop_with_history(&format!("{MODELS}{keyless}    mark = Column(String(5))\n")) else {
        return;
    };
    env.write("shop.py", &format!("{MODELS}{keyless}"));
    env.onramp(["migrate", "-m", "no marks"]).exits(0).says("note.mark: ").never_says("rows gone");
}

#[test]
fn without_rows_nothing_is_watched_and_nothing_claimed() {
    let Some(env) = shop_with_history(MODELS) else { return };
    env.write("shop.py", &format!("{MODELS}{ORDERS}"));
    let run = env.onramp(["migrate", "-m", "orders", "--no-rows", "--format", "json"]).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    let evidence = &last["evidence"]["sqlite"];
    assert_eq!(
        (evidence["rows"].as_u64(), evidence["unwatched"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
}

#[test]
fn a_trigger_that_a_rebuild_loses_is_told() {
    let Some(env) = shop() else { return };
    env.onramp(["migrate", "-m", "first tables"]).exits(0);
    let (file, revision) = newest_file(&env);
    let by_hand = "    op.execute('CREATE TRIGGER keep BEFORE DELETE ON customer BEGIN SELECT 1; END')\n";
    let end = "    # ### end Alembic commands ###\n";
    env.write(&file, &revision.replacen(end, &format!("{by_hand}{end}"), 1));
    commit(&env);
    env.write("shop.py", &MODELS.replace("String(80)", "String(2000)"));
    env.onramp(["migrate", "-m", "longer names", "--irreversible"])
        .exits(0)
        .says("the revision also drops this, of which the models tell nothing")
        .says("trigger customer.keep");
}

#[test]
fn no_other_database_than_the_scratch_one_is_touched() {
    let Some(env) = shop_with_history(MODELS) else { return };
    let script = env.read("db/scripts/env.py");
    let elsewhere = script.replace("os.environ['SHOP_DATABASE']", "'sqlite:///elsewhere.db'");
    env.write("db/scripts/env.py", &elsewhere);
    env.write("shop.py", &format!("{MODELS}{ORDERS}"));
    for command in [["migrate", "-m", "orders"].as_slice(), &["migrate", "check"], &["db", "catalog"]] {
        env.onramp(command)
            .exits(1)
            .says("elsewhere.db, and not to the scratch database")
            .says("[database] url-env");
        // SQLite makes the file when it connects; nobody has written into it.
        let size = std::fs::metadata(env.root().join("elsewhere.db")).map_or(0, |file| file.len());
        assert_eq!(size, 0, "{command:?}");
    }
    env.write("db/scripts/env.py", &script);
    env.onramp(["migrate", "-m", "orders"]).exits(0);
}
