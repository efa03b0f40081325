//! Revisions that lie in the tree are proved as new ones are, whoever wrote them.

use onramp_tests::TestEnv;

use super::flowline_with_a_new_column;
use super::shop::{MODELS, ORDERS, commit, newest_file, shop_with_history};

/// A history with a table, and a draft that adds a column to it.
fn shop_with_a_draft() -> Option<(TestEnv, String, String)> {
    let env = shop_with_history(MODELS)?;
    env.write("shop.py", &(MODELS.to_owned() + "    note = Column(String(9))\n"));
    env.onramp(["migrate", "-m", "notes", "--draft"])
        .exits(0)
        .says("drafts are not proved")
        .says("onramp migrate verify");
    let (file, text) = newest_file(&env);
    Some((env, file, text))
}

/// The text with a statement before the end of `upgrade`, and another one before that of `downgrade`.
fn with_statements(text: &str, up: &str, down: &str) -> String {
    let end = "    # ### end Alembic commands ###\n";
    let parts: Vec<&str> = text.splitn(3, end).collect();
    format!("{}    {up}\n{end}{}    {down}\n{end}{}", parts[0], parts[1], parts[2])
}

/// A revision of its own, behind `down`.
fn revision(id: &str, down: &str, up: &str, back: &str) -> String {
    format!(
        "revision = '{id}'\ndown_revision = {down}\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\n\
         def upgrade():\n    {up}\n\n\ndef downgrade():\n    {back}\n"
    )
}

fn id_of(text: &str) -> String {
    let line = text.lines().find(|line| line.starts_with("revision: str = ")).expect("an id");
    line.split('\'').nth(1).expect("an id in quotes").to_owned()
}

#[test]
fn a_draft_of_all_dialects_is_proved_when_it_is_asked_for() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    env.command("", ["git", "init", "-q"]).exits(0);
    commit(env);
    env.write(super::MODEL, &env.read(super::MODEL).replace("    owner: ", "    maker: "));
    let run =
        env.onramp(["migrate", "--all-dialects", "-m", "makers", "--draft", "--format", "json"]).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["proved"], &last["evidence"]["sqlite"]["reverted"]),
        (&false.into(), &().into()),
        "{last}"
    );

    let before = env.snapshot();
    let run = env.onramp(["migrate", "verify", "--format", "json"]).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    let revisions = last["revisions"].as_array().unwrap();
    let dialects: Vec<_> = revisions.iter().map(|revision| revision["dialect"].as_str().unwrap()).collect();
    assert_eq!(dialects, ["sqlite", "postgresql"]);
    for revision in revisions {
        let evidence = &revision["evidence"];
        assert_eq!((&evidence["reverted"], &evidence["base"]), (&true.into(), &"HEAD".into()), "{revision}");
        assert!(evidence["rows"].as_u64().unwrap() > 0, "{revision}");
    }
    assert_eq!(env.snapshot(), before);
}

#[test]
fn what_a_draft_was_changed_to_counts() {
    let Some((env, file, text)) = shop_with_a_draft() else { return };
    env.onramp(["migrate", "verify"]).exits(0).says(&format!("proved  {file}"));

    env.write(&file, &text.replace("batch_op.drop_column('note')", "pass"));
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("reverted, the revision does not lead back: + column customer.note");

    env.write(&file, &text.replace("sa.String(length=9)", "sa.String(length=90)"));
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("the models ask for 1 operation that the history does not have");

    env.write(&file, &with_statements(&text, "op.execute('DELETE FROM customer')", "pass"));
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("the revision loses rows: customer: 3 of 3 gone")
        .says("onramp migrate verify --may-change customer");
}

#[test]
fn a_revision_for_the_rows_alone_changes_those_that_it_may() {
    let Some(env) = shop_with_history(MODELS) else { return };
    let (_, text) = newest_file(&env);
    let up = "op.execute(\"UPDATE customer SET name = name || '!'\")";
    let down = "op.execute(\"UPDATE customer SET name = substr(name, 1, length(name) - 1)\")";
    let rows = revision("rows", &format!("'{}'", id_of(&text)), up, down);
    env.write("db/history/lite/rows.py", &rows);
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("customer.name: 3 changed")
        .says("onramp migrate verify --may-change customer.name");
    env.onramp(["migrate", "verify", "--may-change", "customer.name"]).exits(0).says("rows  proved");
    env.onramp(["migrate", "verify", "--may-change", "customer"]).exits(0);
    env.onramp(["migrate", "verify", "--may-change", "customer.id"]).exits(1);

    env.write("db/history/lite/rows.py", &rows.replace(down, "pass"));
    env.onramp(["migrate", "verify", "--may-change", "customer.name"])
        .exits(1)
        .says("its downgrade() is empty")
        .says("onramp migrate verify --may-change customer.name --irreversible");
    env.onramp(["migrate", "verify", "--may-change", "customer.name", "--irreversible"])
        .exits(0)
        .says("the revision has no way back");
}

#[test]
fn revisions_are_those_that_the_base_lacks_or_that_were_named() {
    let Some((env, file, text)) = shop_with_a_draft() else { return };
    let id = id_of(&text);
    commit(&env);
    env.onramp(["migrate", "verify"]).exits(0).says("no revision is new since HEAD: nothing to prove");
    env.onramp(["migrate", "verify", "--base", "HEAD~1"]).exits(0).says(&format!("{id}  proved"));
    env.onramp(["migrate", "verify", &id]).exits(0).says(&format!("{id}  proved"));
    env.onramp(["migrate", "verify", &id[..6]]).exits(0).says(&format!("{id}  proved"));
    env.onramp(["migrate", "verify", &file]).exits(0).says(&format!("{id}  proved"));
    env.onramp_in("db", ["migrate", "verify", &file[3..]]).exits(0).says(&format!("{id}  proved"));
    env.onramp(["migrate", "verify", "nosuch"]).exits(2).says("no history has a revision `nosuch`");
    env.onramp(["migrate", "verify", "--base", "nosuch"]).exits(2).says("git knows no commit `nosuch`");

    // One that the commit has otherwise counts, and so does what follows it.
    env.write(&file, &with_statements(&text, "pass", "pass"));
    let index = "op.create_index('ix_note', 'customer', ['note'])";
    let second = revision("second", &format!("'{id}'"), index, "op.drop_index('ix_note', 'customer')");
    env.write("db/history/lite/second.py", &second);
    let models = MODELS.to_owned()
        + "    note = Column(String(9))\n    __table_args__ = (Index('ix_note', 'note'),)\n";
    env.write("shop.py", &models);
    env.onramp(["migrate", "verify"]).exits(0).says(&format!("{id}  proved")).says("second  proved");

    std::fs::remove_dir_all(env.root().join(".git")).unwrap();
    let run = env.onramp(["migrate", "verify"]).exits(0).says("second  proved");
    assert!(!run.stdout.contains(&id), "without git it is the newest: {}", run.stdout);
}

#[test]
fn a_drop_needs_a_reason_here_too() {
    let Some((env, file, text)) = shop_with_a_draft() else { return };
    env.write(&file, &with_statements(&text, "op.drop_table('customer')", "pass"));
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("the revision drops table customer")
        .says("onramp migrate verify --may-drop customer");
}

#[test]
fn two_lines_that_were_joined_are_proved_one_on_top_of_the_other() {
    let Some((env, file, text)) = shop_with_a_draft() else { return };
    commit(&env);
    let root =
        text.lines().find(|line| line.starts_with("down_revision")).unwrap().split('\'').nth(1).unwrap();
    let orders = "op.create_table('order', sa.Column('id', sa.Integer, primary_key=True), \
                  sa.Column('customer_id', sa.Integer, sa.ForeignKey('customer.id', ondelete='CASCADE', \
                  name='fk_order_customer_id'), nullable=False))";
    let branch = revision("branch", &format!("'{root}'"), orders, "op.drop_table('order')");
    env.write("db/history/lite/branch.py", &branch);
    env.write("shop.py", &format!("{MODELS}    note = Column(String(9))\n{ORDERS}"));
    let id = id_of(&text);
    env.onramp(["migrate", "verify"]).exits(1).says("the history has 2 heads");
    env.write("db/history/lite/both.py", &revision("both", &format!("('{id}', 'branch')"), "pass", "pass"));
    env.onramp(["migrate", "verify"]).exits(0).says("branch  proved").says("both  proved").never_says(&file);
}

#[test]
fn a_dry_run_names_the_dialects() {
    let Some((env, ..)) = shop_with_a_draft() else { return };
    env.onramp(["migrate", "verify", "--dry-run"]).exits(0).says("migrate:sqlite");
}
