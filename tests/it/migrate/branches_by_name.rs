//! Two branches of a project whose revisions come in the order of their files' names.

use onramp_tests::TestEnv;

use super::branches::{commit, git};
use super::command_engine::{POSTGRESQL, notes};

const BOTH: &str = "{title}: `{sqlite}`, `{postgresql}`";

/// A revision of two files, as the tool has them.
fn write(env: &TestEnv, folder: &str, id: &str, column: &str) {
    let add = format!("alter table note add column {column} text;\n");
    env.write(&format!("history/{folder}/{id}_add_{column}.up.sql"), &add);
    let drop = format!("alter table note drop column {column};\n");
    env.write(&format!("history/{folder}/{id}_add_{column}.down.sql"), &drop);
}

/// What the desired state has of columns, each on a line of its own, as it merges best.
fn schema(columns: &[&str]) -> String {
    let columns = columns.iter().map(|column| format!(", {column} text"));
    format!(
        "create table note (id integer primary key, text text not null{});\n",
        columns.collect::<String>()
    )
}

/// `main` has added `0002_add_color`, `feature` `0002_add_owner` and `0003_add_size`; they are merged.
fn merged() -> Option<TestEnv> {
    let env = notes()?;
    env.onramp(["migrate", "-m", "first table"]).exits(0);
    let first = env.read("NOTES.md");
    git(&env, &["init", "-q", "-b", "main"]);
    env.write(".gitignore", ".onramp\n");
    commit(&env, "start");
    git(&env, &["checkout", "-qb", "feature"]);
    write(&env, "lite", "0002", "owner");
    write(&env, "lite", "0003", "size");
    let own = "\nadd owner: 0002\n\nadd size: 0003\n";
    env.write("NOTES.md", &format!("{first}{own}"));
    env.write("schema.sql", &schema(&["owner", "size"]));
    commit(&env, "owner and size");
    git(&env, &["checkout", "-q", "main"]);
    write(&env, "lite", "0002", "color");
    env.write("NOTES.md", &format!("{first}\nadd color: 0002\n"));
    env.write("schema.sql", &schema(&["color"]));
    commit(&env, "color");
    git(&env, &["checkout", "-q", "feature"]);
    env.onramp(["migrate", "check", "--onto", "main"])
        .exits(1)
        .says("revision `0002` of SQLite has the number of 0002_add_color.up.sql, which is there already")
        .says("hint: git merge main && onramp migrate rebase --onto main");
    git(&env, &["merge", "-q", "-X", "ours", "main"]);
    env.write("NOTES.md", &format!("{first}{own}\nadd color: 0002\n"));
    env.write("schema.sql", &schema(&["color", "owner", "size"]));
    commit(&env, "both");
    Some(env)
}

#[test]
fn files_get_the_next_numbers_and_the_ledger_goes_along() {
    let Some(env) = merged() else { return };
    let before = env.snapshot();
    env.onramp(["migrate", "rebase", "--dry-run"])
        .exits(0)
        .says("rename history/lite/0002_add_owner.up.sql to history/lite/0003_add_owner.up.sql")
        .says("rename history/lite/0003_add_size.down.sql to history/lite/0004_add_size.down.sql");
    assert_eq!(env.snapshot(), before);
    env.onramp(["migrate", "rebase"])
        .exits(0)
        .says("on top of what main has")
        .says("migrate:sqlite: passed")
        .says("SQLite  0003  follows 0002, was 0002  history/lite/0003_add_owner.down.sql")
        .says("SQLite  0004  follows 0003, was 0003");
    for (name, is_there) in [
        ("0002_add_color", true),
        ("0003_add_owner", true),
        ("0004_add_size", true),
        ("0002_add_owner", false),
    ] {
        for end in ["up", "down"] {
            assert_eq!(env.has(&format!("history/lite/{name}.{end}.sql")), is_there, "{name}");
        }
    }
    let notes = env.read("NOTES.md");
    let rest = &notes[notes.find('\n').unwrap()..];
    assert_eq!(rest, "\n\nadd color: 0002\n\nadd owner: 0003\n\nadd size: 0004\n");
    env.onramp(["migrate", "ledger"]).exits(0);
    env.onramp(["migrate", "check"]).exits(0);
    env.onramp(["migrate", "rebase"]).exits(0).says("nothing to do");
}

#[test]
fn a_proof_that_fails_renames_nothing() {
    let Some(env) = merged() else { return };
    env.write("history/lite/0003_add_size.up.sql", "alter table note add column color text;\n");
    commit(&env, "broken");
    let before = env.snapshot();
    env.onramp(["migrate", "rebase"]).exits(1).says("duplicate column name: color");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn what_several_dialects_have_keeps_one_number() {
    let Some(env) = notes() else { return };
    let configuration = env.read("onramp.toml").replace("{title}: {sqlite}", BOTH) + POSTGRESQL;
    env.write("onramp.toml", &configuration);
    for folder in ["lite", "post"] {
        env.write(&format!("history/{folder}/0001_first.up.sql"), "create table note (id integer);\n");
        env.write(&format!("history/{folder}/0001_first.down.sql"), "drop table note;\n");
    }
    env.write("NOTES.md", "first: `0001`, `0001`\n");
    git(&env, &["init", "-q", "-b", "main"]);
    env.write(".gitignore", ".onramp\n");
    commit(&env, "start");
    git(&env, &["checkout", "-qb", "feature"]);
    ["lite", "post"].iter().for_each(|folder| write(&env, folder, "0002", "owner"));
    env.write("NOTES.md", "first: `0001`, `0001`\n\nadd owner: `0002`, `0002`\n");
    commit(&env, "owner");
    git(&env, &["checkout", "-q", "main"]);
    write(&env, "post", "0002", "color");
    env.write("NOTES.md", "first: `0001`, `0001`\n\nadd color: `none`, `0002`\n");
    commit(&env, "color");
    git(&env, &["merge", "-q", "-X", "ours", "feature"]);
    let notes = "first: `0001`, `0001`\n\nadd color: none, `0002`\n\nadd owner: `0002`, `0002`\n";
    env.write("NOTES.md", notes);
    commit(&env, "both");
    // The first parent of the merge has what is older.
    git(&env, &["branch", "-m", "main", "trunk"]);
    env.onramp(["migrate", "rebase", "--no-proof"])
        .exits(0)
        .says("PostgreSQL  0003  follows 0002, was 0002")
        .says("^1 has");
    assert!(env.has("history/lite/0003_add_owner.up.sql") && env.has("history/post/0003_add_owner.up.sql"));
    let notes = env.read("NOTES.md");
    assert!(notes.ends_with("add color: none, `0002`\n\nadd owner: `0003`, `0003`\n"), "{notes}");
    let run = env.onramp(["migrate", "pairs", "--format", "json"]).exits(0);
    assert!(run.stdout.contains(r#""revisions":{"postgresql":"0003","sqlite":"0003"}"#), "{}", run.stdout);
}
