//! Any tool by the templates of its commands: one of plain SQL files, in Python without a library, and what can be
//! wrong with such a tool.

use onramp_tests::{TestEnv, skip};

const TOOL: &str = include_str!("../../fixtures/plain-sql/plain_sql.py");

const CONFIGURATION: &str = r#"
[project]
name = "notes"

[database]
engine = "command"
url-env = "PLAIN_DATABASE"

[database.command]
upgrade = "python3 plain_sql.py up {dialect} {versions}"
downgrade = "python3 plain_sql.py down {dialect} {versions}"
revision = "python3 plain_sql.py diff {dialect} {versions} {message}"
current = "python3 plain_sql.py current {dialect} {versions}"

[database.ledger]
file = "NOTES.md"
template = "{title}: {sqlite}"

[database.dialects.sqlite]
versions = "history/lite"
url = "sqlite:///{path}"
"#;

pub(super) const POSTGRESQL: &str = r#"
[database.dialects.postgresql]
versions = "history/post"
url = "postgresql://{user}:{password}@/{database}?host={socket}&port={port}"
"#;

const NOTE: &str = "create table note (id integer primary key, text text not null);\n";

const TAGGED: &str = "create table note (id integer primary key, text text not null, tag text);\n";

/// A workspace with the tool, its history empty.
pub(super) fn notes() -> Option<TestEnv> {
    let env = super::super::folder()
        .file("onramp.toml", CONFIGURATION)
        .file("plain_sql.py", TOOL)
        .file("schema.sql", NOTE)
        .file("history/lite/README.md", "The history of SQLite.\n");
    if env.command("", ["python3", "-c", "import sqlite3"]).code != 0 {
        skip("there is no Python with SQLite");
        return None;
    }
    Some(env)
}

/// The same with a first revision, and a column more in the desired state.
fn notes_with_a_new_column() -> Option<TestEnv> {
    let env = notes()?;
    env.onramp(["migrate", "-m", "first table"]).exits(0);
    env.write("schema.sql", TAGGED);
    Some(env)
}

/// Puts something before the verb of the tool that it concerns; `folder` is the one of the revisions.
fn tool_that(env: &TestEnv, verb: &str, does: &str) {
    let hook = format!("    if verb == \"{verb}\":\n        {does}\n    if verb == \"current\":");
    env.write("plain_sql.py", &TOOL.replace("    if verb == \"current\":", &hook));
}

/// A migrate must fail with these words and leave the tree as it was.
#[track_caller]
fn refused(env: &TestEnv, words: &str) {
    let before = env.snapshot();
    env.onramp(["migrate", "-m", "add a tag"]).exits(1).says(words);
    assert_eq!(env.snapshot(), before);
    let state = env.root().join(".onramp/scratch");
    assert_eq!(std::fs::read_dir(state).map_or(0, Iterator::count), 0);
}

#[test]
fn revisions_of_two_files_are_proved_and_published() {
    let Some(env) = notes() else { return };
    env.onramp(["migrate", "-m", "first table"])
        .exits(0)
        .says("SQLite  0001  history/lite/0001_first_table.down.sql")
        .says("              history/lite/0001_first_table.up.sql")
        .says("NOTES.md");
    assert_eq!(env.read("NOTES.md"), "first table: 0001\n");
    env.onramp(["migrate", "-m", "nothing"]).exits(0).says("no change in the models: nothing written");
    env.write("schema.sql", TAGGED);
    env.onramp(["migrate", "check"])
        .exits(1)
        .says("0002_check.up.sql: alter table note add column tag text;");
    let run = env.onramp(["migrate", "-m", "add a tag", "--format", "json"]).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["revisions"][0]["files"].as_array().unwrap().len(), 2);
    assert_eq!(last["evidence"]["sqlite"]["rows"], 3, "the tool's own table has no row of ours: {last}");
    assert_eq!(env.read("history/lite/0002_add_a_tag.up.sql"), "alter table note add column tag text;\n");
    env.onramp(["migrate", "heads"]).exits(0).says("0002  history/lite/0002_add_a_tag.down.sql");
    env.onramp(["migrate", "check"]).exits(0);
}

#[test]
fn a_diagram_shows_what_a_revision_changes() {
    let Some(env) = notes_with_a_new_column() else { return };
    env.onramp(["migrate", "-m", "add a tag"]).exits(0);
    let before = env.snapshot();
    env.onramp(["db", "erd", "--revision", "0001"])
        .exits(0)
        .says("note[\"+ note\"] {")
        .says("TEXT text \"added\"")
        .never_says("tag");
    env.onramp(["db", "erd", "--revision", "0002"])
        .exits(0)
        .says("note[\"~ note\"] {")
        .says("TEXT tag \"added, null\"");
    env.onramp(["db", "erd", "--revision", "000"])
        .exits(2)
        .says("`000` begins the ids of several revisions: 0001, 0002");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn postgresql_has_a_history_beside_it() {
    let Some(env) = notes() else { return };
    if env.command("", ["psql", "--version"]).code != 0 {
        return skip("there is no psql");
    }
    env.write("onramp.toml", &format!("{CONFIGURATION}{POSTGRESQL}"));
    env.write("history/post/README.md", "The history of PostgreSQL.\n");
    if env.onramp(["doctor"]).stdout.contains("warning  postgresql-server") {
        return skip("there is no PostgreSQL server");
    }
    env.onramp(["migrate", "--all-dialects", "-m", "first table"]).exits(0).says("PostgreSQL  0001");
    env.write("schema.sql", TAGGED);
    env.onramp(["migrate", "--all-dialects", "-m", "add a tag"]).exits(0).says("PostgreSQL  0002");
    assert_eq!(env.read("history/post/0002_add_a_tag.up.sql"), "alter table note add column tag text;\n");
    let before = env.snapshot();
    env.onramp(["migrate", "--all-dialects", "-m", "x"]).exits(0).says("nothing written");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_database_goes_to_the_head_and_back() {
    let Some(env) = notes_with_a_new_column() else { return };
    env.onramp(["migrate", "-m", "add a tag"]).exits(0);
    let database = format!("sqlite:///{}", env.outside().join("dev.db").display());
    let env = env.variable("PLAIN_DATABASE", &database);
    env.onramp(["migrate", "status"])
        .exits(0)
        .says("2 revisions, head 0002; the database of PLAIN_DATABASE is empty");
    env.onramp(["migrate", "apply"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("is at the head");
    env.onramp(["migrate", "rollback"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("is at 0001");
    env.onramp(["migrate", "apply"]).exits(0);
    env.onramp(["migrate", "rollback", "--to", "base"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("is empty");
    env.onramp(["migrate", "rollback", "--to", "0007"]).exits(1).says("the history has no revision `0007`");
    env.onramp(["migrate", "rollback", "--to", "0001"]).exits(1).says("the database is not as far as 0001");
    tool_that(&env, "up", "return");
    env.onramp(["migrate", "apply"])
        .exits(1)
        .says("the command succeeded, and the database is at nothing and not at 0002");
}

#[test]
fn a_way_back_that_leads_anywhere_takes_one_command() {
    let Some(env) = notes_with_a_new_column() else { return };
    env.write(
        "onramp.toml",
        &CONFIGURATION.replace("down {dialect} {versions}", "down {dialect} {versions} {revision}"),
    );
    env.onramp(["migrate", "-m", "add a tag"]).exits(0);
    let database = format!("sqlite:///{}", env.outside().join("dev.db").display());
    let env = env.variable("PLAIN_DATABASE", &database);
    env.onramp(["migrate", "apply"]).exits(0);
    env.onramp(["migrate", "rollback", "--to", "0001"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("is at 0001");
    env.onramp(["migrate", "rollback", "--steps", "2"])
        .exits(1)
        .says("only 1 revision ahead of the beginning");
    env.onramp(["migrate", "apply"]).exits(0);
    env.onramp(["migrate", "rollback", "--steps", "2"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("is empty");
}

#[test]
fn a_tool_that_cannot_say_where_a_database_is() {
    let Some(env) = notes_with_a_new_column() else { return };
    let silent: String = CONFIGURATION
        .lines()
        .filter(|line| !line.starts_with("current"))
        .map(|line| format!("{line}\n"))
        .collect();
    env.write("onramp.toml", &silent);
    env.onramp(["migrate", "-m", "add a tag"]).exits(0);
    let database = format!("sqlite:///{}", env.outside().join("dev.db").display());
    let env = env.variable("PLAIN_DATABASE", &database);
    env.onramp(["migrate", "apply"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("2 revisions, head 0002").never_says("PLAIN_DATABASE");
    env.onramp(["migrate", "rollback", "--to", "base"])
        .exits(1)
        .says("how many steps back that is cannot be told")
        .says("hint: onramp migrate rollback --steps 1");
    env.onramp(["migrate", "rollback", "--steps", "2"]).exits(0);
    env.onramp(["migrate", "rollback"]).exits(1);
}

#[test]
fn a_tool_that_succeeds_and_does_nothing() {
    let Some(env) = notes_with_a_new_column() else { return };
    tool_that(&env, "up", "return");
    refused(&env, "the command succeeded, and the database is as empty as before; the head is 0001");
    tool_that(&env, "up", "applied(database); return");
    refused(&env, "the command succeeded, and the database is as empty as before; the head is 0001");
    env.write("plain_sql.py", TOOL);
    env.onramp(["migrate", "check"]).exits(1);
    tool_that(&env, "up", "return");
    refused(&env, "the revision changes nothing in the schema");
    tool_that(&env, "down", "return");
    refused(&env, "reverted, the revision does not lead back");
    tool_that(&env, "diff", "return");
    env.onramp(["migrate", "-m", "add a tag"]).exits(0).says("nothing written");
}

#[test]
fn a_tool_that_changes_an_old_revision() {
    let Some(env) = notes_with_a_new_column() else { return };
    tool_that(&env, "diff", "next(folder.glob('0001*.up.sql')).write_text('-- gone')");
    refused(&env, "the command changed 0001_first_table.up.sql, which was there before");
}

#[test]
fn a_tool_that_fails_in_the_middle_of_a_file() {
    let Some(env) = notes_with_a_new_column() else { return };
    tool_that(&env, "diff", "(folder / '0002_half.up.sql').write_text('alter ta'); sys.exit('disk quota')");
    refused(&env, "generate");
}

#[test]
fn a_tool_that_writes_in_the_wrong_place() {
    let Some(env) = notes_with_a_new_column() else { return };
    tool_that(&env, "diff", "folder = pathlib.Path('history/lite')");
    refused(&env, "the command wrote into the project and not into `{versions}`; its files are kept aside");
    tool_that(&env, "diff", "(folder / 'schema.txt').write_text('x')");
    refused(&env, "the command wrote schema.txt");
    tool_that(
        &env,
        "diff",
        "(folder / '0009_other.up.sql').write_text('x'); (folder / '0008.sql').write_text('x')",
    );
    refused(&env, "revisions in place of one");
}

#[test]
fn what_was_written_in_the_wrong_place_is_moved_to_another_file_system_too() {
    let Some(env) = notes() else { return };
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else { return skip("there is no /dev/shm") };
    std::os::unix::fs::symlink(elsewhere.path(), env.root().join(".onramp")).unwrap();
    env.onramp(["migrate", "-m", "first table"]).exits(0);
    env.write("schema.sql", TAGGED);
    tool_that(&env, "diff", "folder = pathlib.Path('history/lite')");
    env.onramp(["migrate", "-m", "add a tag"]).exits(1).says("its files are kept aside");
    assert!(!env.has("history/lite/0002_add_a_tag.up.sql"));
    let [kept] = files_in(&elsewhere.path().join("stray")).try_into().expect("one folder");
    assert_eq!(files_in(&kept).len(), 2, "up and down");
}

fn files_in(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[test]
fn the_formatters_of_the_project_see_new_files_alone() {
    let Some(env) = notes_with_a_new_column() else { return };
    let format = "[format.sql]\nfiles = [\"**/*.sql\"]\ncheck = \"true {files}\"\n";
    let with =
        |run: &str| env.write("onramp.toml", &format!("{CONFIGURATION}{format}run = \"{run} {{files}}\"\n"));
    with("rm");
    refused(&env, "a formatter changed the names of the files of revision 0002");
    with("sed -i 1i--formatted");
    env.onramp(["migrate", "-m", "add a tag"]).exits(0);
    assert!(env.read("history/lite/0002_add_a_tag.up.sql").starts_with("--formatted\nalter table"));
    assert!(env.read("history/lite/0002_add_a_tag.down.sql").starts_with("--formatted\nalter table"));
    assert!(env.read("history/lite/0001_first_table.up.sql").starts_with("create table"));
}

#[test]
fn a_tool_that_does_not_know_what_it_has_written() {
    let Some(env) = notes_with_a_new_column() else { return };
    let forgetful = TOOL.replace("have, want = database.state(),", "have, want = {},");
    let forgetful = forgetful.replace("create table {table}", "create table if not exists {table}");
    env.write("plain_sql.py", &forgetful);
    env.write("schema.sql", "create table other (id integer primary key);\n");
    refused(&env, "the command writes another revision after this one was applied");
}

#[test]
fn what_drops_something_is_named_by_the_user() {
    let Some(env) = notes_with_a_new_column() else { return };
    env.write("schema.sql", "create table note (id integer primary key);\n");
    refused(&env, "the revision drops column note.text, and nothing tells whether that is wanted");
    // A column that must not be empty cannot come back to rows that are there.
    env.write("schema.sql", "create table other (id integer primary key);\n");
    env.onramp(["migrate", "-m", "another table", "--may-drop", "note"])
        .exits(0)
        .says("reverting it does not bring it back");
}

#[test]
fn a_base_is_for_engines_with_models() {
    let Some(env) = notes_with_a_new_column() else { return };
    env.onramp(["migrate", "-m", "x", "--base", "HEAD"])
        .exits(2)
        .says("the engine `command` knows no models");
}

#[test]
fn a_revision_by_hand_is_proved() {
    let Some(env) = notes_with_a_new_column() else { return };
    env.onramp(["migrate", "-m", "add a tag", "--draft"]).exits(0).says("drafts are not proved");
    env.onramp(["migrate", "verify", "0002"])
        .exits(0)
        .says("0002  proved  history/lite/0002_add_a_tag.down.sql");
    let down = env.read("history/lite/0002_add_a_tag.down.sql");
    env.write("history/lite/0002_add_a_tag.down.sql", "select 1;\n");
    env.onramp(["migrate", "verify", "0002"]).exits(1).says("reverted, the revision does not lead back");
    env.write("history/lite/0002_add_a_tag.down.sql", &down);
    env.write("schema.sql", &TAGGED.replace("tag text", "tag text, more text"));
    env.onramp(["migrate", "verify", "0002"]).exits(1).says("the command writes another revision");
    env.write("schema.sql", TAGGED);
    env.onramp(["migrate", "verify", "0001"]).exits(0).says("0001  proved").says("0002  proved");
}

#[test]
fn the_tool_s_own_tables_are_no_difference() {
    let Some(env) = notes_with_a_new_column() else { return };
    let file = env.outside().join("dev.db").display().to_string();
    let env = env.variable("PLAIN_DATABASE", &format!("sqlite:///{file}"));
    env.onramp(["migrate", "apply"]).exits(0);
    env.onramp(["db", "diff", &file]).exits(0).says("the schemas are equal");
    // A table that somebody has made by hand is one, though no file of the history names it.
    let by_hand =
        format!("import sqlite3; sqlite3.connect({file:?}).execute('create table by_hand (id integer)')");
    env.command("", ["python3", "-c", &by_hand]).exits(0);
    env.onramp(["db", "diff", &file]).exits(1).says("- table by_hand").never_says("plain_log");
    // Without a history beside it only the configuration tells whose a table is.
    env.onramp(["db", "catalog", &file]).exits(0).says("table plain_log");
    let told = CONFIGURATION.replace("[database.command]", "[database.command]\ntables = [\"plain_log\"]");
    env.write("onramp.toml", &told);
    env.onramp(["db", "catalog", &file]).exits(0).says("table by_hand").never_says("plain_log");
}

#[test]
fn what_a_file_of_sql_does_is_looked_at() {
    let Some(env) = notes() else { return };
    env.onramp(["migrate", "-m", "first table"]).exits(0);
    let file = "history/lite/0002_tidy.up.sql";
    env.write("history/lite/0002_tidy.down.sql", "select 1;\n");
    env.write(file, "create table fresh (id integer primary key);\n\ndelete from note;\ncreate unique index one on note (text);\n");
    env.onramp(["migrate", "lint", "0002"])
        .exits(1)
        .says("error delete-all-rows: deletes all rows of note")
        .says(&format!("at {file}:3"))
        .says("warning unique-on-existing-rows: makes text unique in note")
        .says(&format!("at {file}:4"));
    let source = env.read(file);
    let comments = "-- onramp: allow delete-all-rows note: it was for tests\n";
    env.write(file, &format!("{comments}{source}"));
    env.onramp(["migrate", "lint", "0002"]).exits(0).says("it was for tests").says(&format!("at {file}:5"));
}
