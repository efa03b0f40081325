//! What a revision was refused for comes with what to change, and the change works as it is told.

use onramp_tests::{Run, TestEnv};

use super::shop::{MODELS, commit, newest_file, shop_with_history};
use super::tasks::{HEAD, tasks};

/// Drafts, and the hint's edits made in them: each text in a file of the dialect is replaced.
fn mend(env: &TestEnv, dialect: &str, changes: &[(&str, &str)]) {
    let heads = env.onramp(["migrate", "heads"]).exits(0).stdout;
    let line = heads.lines().find(|line| line.starts_with(dialect)).expect("a head of the dialect");
    let file = line.split_whitespace().nth(2).expect("a head with its file");
    let mut text = env.read(file);
    for (old, new) in changes {
        assert!(text.contains(old), "no `{old}` in {text}");
        text = text.replace(old, new);
    }
    env.write(file, &text);
}

const TASK: &str = "\n\nclass Task(Base):\n    __tablename__ = 'task'\n    id = Column(Integer, primary_key=True)\n    \
                    name = Column(String(20))\n    size = Column(String(20), server_default='3')\n";

fn tasks_with(env: &TestEnv, old: &str, new: &str) {
    let models = format!("{HEAD}{TASK}");
    assert!(models.contains(old));
    env.write("models.py", &models.replace(old, new));
}

#[track_caller]
fn refused(env: &TestEnv, dialect: &str) -> Run {
    let before = env.snapshot();
    let run = env.onramp(["migrate", "--dialect", dialect, "-m", "a change"]).exits(1);
    assert_eq!(env.snapshot(), before);
    run.says(&format!("onramp migrate --dialect {dialect} -m \"a change\" --draft"))
        .says("onramp migrate verify")
}

fn draft(env: &TestEnv, dialect: &str) {
    env.onramp(["migrate", "--dialect", dialect, "-m", "a change", "--draft"]).exits(0);
}

#[test]
fn what_looks_like_a_rename_of_a_column_is_refused_with_the_way_to_rename() {
    let Some(env) = tasks(TASK) else { return };
    tasks_with(&env, "    name = ", "    title = ");
    refused(&env, "postgresql")
        .says("the revision drops column task.name and adds task.title with the same type character varying(20)")
        .says("op.alter_column('task', 'name', new_column_name='title')")
        .says("op.alter_column('task', 'title', new_column_name='name')")
        .says("--may-drop task.name");
    refused(&env, "sqlite").says("batch_op.alter_column('name', new_column_name='title')");

    draft(&env, "postgresql");
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("which looks like a rename")
        .says("onramp migrate verify --may-drop task.name");
    mend(
        &env,
        "postgresql",
        &[
            ("    op.add_column('task', sa.Column('title', sa.String(length=20), nullable=True))\n", ""),
            ("op.drop_column('task', 'name')", "op.alter_column('task', 'name', new_column_name='title')"),
            ("    op.drop_column('task', 'title')\n", ""),
            (
                "op.add_column('task', sa.Column('name', sa.VARCHAR(length=20), autoincrement=False, nullable=True))",
                "op.alter_column('task', 'title', new_column_name='name')",
            ),
        ],
    );
    env.onramp(["migrate", "verify"]).exits(0).says("proved").never_says("takes this away");
}

#[test]
fn what_looks_like_a_rename_of_a_table_is_refused_and_passes_by_request() {
    let Some(env) = shop_with_history(MODELS) else { return };
    env.write("shop.py", &MODELS.replace("\"customer\"", "\"client\""));
    env.onramp(["migrate", "-m", "clients"])
        .exits(1)
        .says("the revision drops table customer and adds client with the same columns id, name")
        .says("op.rename_table('customer', 'client')")
        .says("onramp migrate -m \"clients\" --may-drop customer");
    env.onramp(["migrate", "-m", "clients", "--draft"]).exits(0);
    let (file, text) = newest_file(&env);
    let body = text.find("def upgrade").expect("a function");
    let renames = "def upgrade():\n    op.rename_table('customer', 'client')\n\n\n\
                   def downgrade():\n    op.rename_table('client', 'customer')\n";
    env.write(&file, &format!("{}{renames}", &text[..body]));
    env.onramp(["migrate", "verify"]).exits(0).says("proved").never_says("takes this away");
    env.onramp(["migrate", "verify", "--no-rows"]).exits(0);
    std::fs::remove_file(env.root().join(&file)).unwrap();
    env.onramp(["migrate", "-m", "clients", "--may-drop", "customer"])
        .exits(0)
        .says("customer: table gone, 3 rows");
}

#[test]
fn a_column_that_must_have_a_value_is_filled_first() {
    let Some(env) = tasks(TASK) else { return };
    tasks_with(&env, "    name = ", "    owner = Column(String(9), nullable=False)\n    name = ");
    let add = "op.add_column('task', sa.Column('owner', sa.String(length=9), nullable=True))";
    let fill = "op.execute(\"UPDATE task SET owner = ...\")";
    let require = "op.alter_column('task', 'owner', nullable=False)";
    refused(&env, "postgresql").says("server_default in the models").says(add).says(fill).says(require);
    refused(&env, "sqlite")
        .says("batch_op.add_column(sa.Column('owner', sa.String(length=9), nullable=True))")
        .says(fill);

    draft(&env, "postgresql");
    let mended = format!("{add}\n    {}\n    {require}", fill.replace("...", "'nobody'"));
    mend(
        &env,
        "postgresql",
        &[("op.add_column('task', sa.Column('owner', sa.String(length=9), nullable=False))", &mended)],
    );
    env.onramp(["migrate", "verify"]).exits(0);
}

#[test]
fn values_that_are_missing_are_filled_before_they_are_required() {
    let Some(env) = tasks(TASK) else { return };
    tasks_with(&env, "name = Column(String(20))", "name = Column(String(20), nullable=False)");
    for dialect in ["postgresql", "sqlite"] {
        refused(&env, dialect).says("op.execute(\"UPDATE task SET name = ... WHERE name IS NULL\")");
    }
    draft(&env, "postgresql");
    let fill = "op.execute(\"UPDATE task SET name = '' WHERE name IS NULL\")\n    op.alter_column('task', 'name',\n               existing_type=sa.VARCHAR(length=20),\n               nullable=False";
    let plain = "op.alter_column('task', 'name',\n               existing_type=sa.VARCHAR(length=20),\n               nullable=False";
    mend(&env, "postgresql", &[(plain, fill)]);
    env.onramp(["migrate", "verify"]).exits(1).says("--may-change task.name");
    env.onramp(["migrate", "verify", "--may-change", "task.name"]).exits(0);
}

#[test]
fn a_type_that_the_server_cannot_cast_gets_an_expression() {
    let Some(env) = tasks(TASK) else { return };
    tasks_with(&env, "name = Column(String(20))", "name = Column(Integer)");
    refused(&env, "postgresql")
        .says("op.alter_column('task', 'name', ..., postgresql_using='name::integer')");
    draft(&env, "postgresql");
    let end = "type_=sa.Integer(),";
    mend(&env, "postgresql", &[(end, "type_=sa.Integer(), postgresql_using='name::integer',")]);
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("postgresql_using=\"CASE WHEN name ~ '^[0-9]+$' THEN name::integer END\"");
    mend(
        &env,
        "postgresql",
        &[("'name::integer'", "\"CASE WHEN name ~ '^[0-9]+$' THEN name::integer END\"")],
    );
    env.onramp(["migrate", "verify"]).exits(0).says("task.name: ");
}

#[test]
fn the_way_back_of_a_cast_is_told_too() {
    let Some(env) = tasks(
        "\n\nclass Task(Base):\n    __tablename__ = 'task'\n    id = Column(Integer, primary_key=True)\n    rank = Column(Integer)\n",
    ) else {
        return;
    };
    env.write(
        "models.py",
        &env.read("models.py").replace("rank = Column(Integer)", "rank = Column(String(9))"),
    );
    refused(&env, "postgresql").says("in downgrade():").says("postgresql_using='rank::integer'");
}

#[test]
fn a_project_without_rows_to_lose_is_told_the_same() {
    let Some(env) = shop_with_history(&(MODELS.to_owned() + "    note = Column(String(9))\n")) else {
        return;
    };
    env.write("shop.py", &(MODELS.to_owned() + "    remark = Column(String(9))\n"));
    env.onramp(["migrate", "-m", "remarks", "--no-rows"]).exits(1).says("looks like a rename");
    commit(&env);
    // Of another type it is something else.
    env.write("shop.py", &(MODELS.to_owned() + "    remark = Column(Integer)\n"));
    let (file, _) = newest_file(&env);
    env.onramp(["migrate", "-m", "remarks", "--no-base", "--may-drop", "customer.note"])
        .exits(0)
        .never_says(&file);
}
