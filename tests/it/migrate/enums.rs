//! Enumerations of PostgreSQL, of which Alembic sees nothing, are part of a revision.

use super::shop::commit;
use super::tasks::{HEAD, newest, tasks};

const STATE: &str = "Enum('new', 'done', name='state')";

/// A table with an enumeration in it.
fn table(name: &str, columns: &[(&str, &str)]) -> String {
    let mut text = format!(
        "\n\nclass {name}(Base):\n    __tablename__ = '{}'\n    id = Column(Integer, primary_key=True)\n",
        name.to_lowercase()
    );
    for (column, type_) in columns {
        text.push_str(&format!("    {column} = Column({type_})\n"));
    }
    text
}

/// How often a text stands in another one.
fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn a_type_comes_with_its_first_column_and_goes_with_its_last() {
    let Some(env) = tasks(&(table("Task", &[("state", STATE)]) + &table("Job", &[("state", STATE)]))) else {
        return;
    };
    let first = newest(&env, "postgresql");
    assert_eq!(count(&first, "CREATE TYPE state AS ENUM ('new', 'done')"), 1, "{first}");
    assert_eq!(
        count(&first, "postgresql.ENUM('new', 'done', name='state', create_type=False)"),
        2,
        "{first}"
    );
    assert_eq!(count(&first, "DROP TYPE state"), 1, "{first}");
    let lite = newest(&env, "sqlite");
    assert_eq!(
        (count(&lite, "op.execute"), count(&lite, "sa.Enum('new', 'done', name='state')")),
        (0, 2),
        "{lite}"
    );

    // A new table with a type that is there, and a column with one that is not.
    let level = "ARRAY(Enum(\"it's\", 'a:b :c', '50%', name='Level')).with_variant(String(9), 'sqlite')";
    let more = table("Task", &[("state", STATE), ("levels", level)])
        + &table("Job", &[])
        + &table("Log", &[("state", STATE)]);
    env.write("models.py", &format!("{HEAD}{more}"));
    // Whether a text is equal to an array nobody has said.
    let run = env.onramp(["migrate", "--all-dialects", "-m", "levels", "--no-parity"]).exits(0);
    run.says("column task.levels: the type map does not know").never_says("enum Level: only");
    let second = newest(&env, "postgresql");
    assert_eq!((count(&second, "CREATE TYPE"), count(&second, "DROP TYPE")), (1, 1), "{second}");
    commit(&env);

    // The last columns go, and the types with them.
    env.write("models.py", &format!("{HEAD}{}", table("Task", &[("id2", "Integer")])));
    env.onramp(["migrate", "--all-dialects", "-m", "no states"])
        .exits(0)
        .never_says("enum state")
        .never_says("enum Level");
    let third = newest(&env, "postgresql");
    assert_eq!((count(&third, "CREATE TYPE"), count(&third, "DROP TYPE")), (2, 2), "{third}");
    commit(&env);
    env.onramp(["migrate", "check"]).exits(0).never_says("enum");
}

#[test]
fn labels_are_added_where_they_belong_and_taken_back() {
    let state = |labels: &str| format!("Enum({labels}, name='state'), nullable=False, server_default='new'");
    let models = |labels: &str| format!("{HEAD}{}", table("Task", &[("state", &state(labels))]));
    let Some(env) = tasks(&table("Task", &[("state", &state("'new', 'done'"))])) else { return };
    env.write("models.py", &models("'draft', 'new', 'running', 'done', 'lost'"));
    env.onramp(["migrate", "--all-dialects", "-m", "more states"]).exits(0);
    let revision = newest(&env, "postgresql");
    for statement in [
        "ALTER TYPE state ADD VALUE 'draft' BEFORE 'new'",
        "ALTER TYPE state ADD VALUE 'running' AFTER 'new'",
        "ALTER TYPE state ADD VALUE 'lost'",
        "SET DEFAULT 'new'::state",
    ] {
        assert_eq!(count(&revision, statement), 1, "{statement} in {revision}");
    }
    commit(&env);
    env.onramp(["migrate", "check"]).exits(0);

    // None can be taken away: that is told, and how a rename is written.
    env.write("models.py", &models("'draft', 'new', 'running', 'done', 'gone'"));
    env.onramp(["migrate", "--dialect", "postgresql", "-m", "a rename"])
        .exits(0)
        .says("nothing written")
        .says("enum state")
        .says("op.execute(\"ALTER TYPE state RENAME VALUE 'lost' TO 'gone'\")");
}

#[test]
fn a_label_that_is_used_at_once_needs_a_commit_in_between() {
    let Some(env) = tasks(&table("Task", &[("state", STATE)])) else { return };
    let wider = "Enum('new', 'done', 'lost', name='state')";
    let later = format!("{wider}, server_default='lost'");
    env.write("models.py", &format!("{HEAD}{}", table("Task", &[("state", wider), ("later", &later)])));
    env.onramp(["migrate", "--dialect", "postgresql", "-m", "later"])
        .exits(1)
        .says("unsafe use of new value")
        .says("with op.get_context().autocommit_block():")
        .says("onramp migrate verify");
}

#[test]
fn what_the_project_does_itself_is_not_done_twice() {
    let Some(env) = tasks(&table("Task", &[])) else { return };
    let script = env.read("db/scripts/env.py");
    let hook = "
def add_types(context, revision, directives):
    from alembic.operations import ops
    if context.dialect.name == 'postgresql':
        upgrade, downgrade = directives[0].upgrade_ops, directives[0].downgrade_ops
        upgrade.ops.insert(0, ops.ExecuteSQLOp(\"CREATE TYPE state AS ENUM ('new', 'done')\"))
        downgrade.ops.append(ops.ExecuteSQLOp('DROP TYPE state'))


def do_run_migrations";
    let hooked = script.replace("def do_run_migrations", hook).replace(
        "target_metadata=target_metadata, render",
        "target_metadata=target_metadata, process_revision_directives=add_types, render",
    );
    env.write("db/scripts/env.py", &hooked);
    env.write("models.py", &format!("{HEAD}{}", table("Task", &[("state", STATE)])));
    // The hook asks for its statements in every comparison, so nobody can tell whether anything is left.
    env.onramp(["migrate", "--dialect", "postgresql", "-m", "states", "--draft"]).exits(0);
    let revision = newest(&env, "postgresql");
    assert_eq!((count(&revision, "CREATE TYPE"), count(&revision, "DROP TYPE")), (1, 1), "{revision}");
    assert!(revision.contains("sa.Enum('new', 'done', name='state')"), "{revision}");
}

#[test]
fn a_package_that_is_made_for_it_is_left_to_its_work() {
    let Some(env) = tasks(&table("Task", &[])) else { return };
    // A name is enough: whoever imports it has it do the work.
    env.write("alembic_postgresql_enum.py", "");
    env.write(
        "db/scripts/env.py",
        &format!("import alembic_postgresql_enum\n{}", env.read("db/scripts/env.py")),
    );
    env.write("models.py", &format!("{HEAD}{}", table("Task", &[("state", STATE)])));
    env.onramp(["migrate", "--dialect", "postgresql", "-m", "states", "--draft"]).exits(0);
    let revision = newest(&env, "postgresql");
    assert!(!revision.contains("TYPE") && revision.contains("sa.Enum("), "{revision}");
}

#[test]
fn types_with_a_class_of_the_project_s_own_are_made_with_their_table() {
    let Some(env) = tasks("") else { return };
    let wrapped = "\n\nfrom sqlalchemy.types import TypeDecorator\n\n\nclass State(TypeDecorator):\n    \
                   impl = Enum('new', 'done', name='state')\n    cache_ok = True\n";
    let mako = env.read("db/scripts/script.py.mako");
    env.write("models.py", &format!("{HEAD}{wrapped}{}", table("Task", &[("state", "State()")])));
    env.onramp(["migrate", "--all-dialects", "-m", "first"])
        .exits(1)
        .says("name 'models' is not defined")
        .says("import models")
        .says("script.py.mako");
    env.write(
        "db/scripts/script.py.mako",
        &mako.replace("import sqlalchemy as sa", "import sqlalchemy as sa\nimport models"),
    );
    env.onramp(["migrate", "--all-dialects", "-m", "first"]).exits(0);
    let revision = newest(&env, "postgresql");
    assert_eq!((count(&revision, "CREATE TYPE"), count(&revision, "DROP TYPE state")), (0, 1), "{revision}");
    commit(&env);
    env.write(
        "models.py",
        &format!(
            "{HEAD}{wrapped}{}{}",
            table("Task", &[("state", "State()")]),
            table("Job", &[("level", "Enum('low', name='level')")])
        ),
    );
    env.onramp(["migrate", "--all-dialects", "-m", "jobs"]).exits(0);
    let revision = newest(&env, "postgresql");
    assert_eq!((count(&revision, "CREATE TYPE level"), count(&revision, "state")), (1, 0), "{revision}");
}
