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
    env.onramp(["migrate", "rebase"])
        .exits(1)
        .says("nothing was rebased: SQLite: revision `0004`, which is `0003` now: apply: ")
        .says("duplicate column name: color");
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

/// The tool with `V2__name.sql` and its undo script `U2__name.sql`.
const VERSIONED: [(&str, &str); 2] =
    [("*.up.sql", "V*__*.sql"), ("f\"{number}_*.down.sql\"", "f\"U{number[1:]}__*.sql\"")];

/// `main` has added `color` as a version, `feature` `mine` of the same number with its undo script; they are merged.
fn merged_versions(version: &str) -> Option<TestEnv> {
    let env = notes()?;
    let tool = VERSIONED.iter().fold(env.read("plain_sql.py"), |tool, (old, new)| tool.replace(old, new));
    env.write("plain_sql.py", &tool);
    let write = |name: &str, column: &str| {
        env.write(
            &format!("history/lite/V{name}.sql"),
            &format!("alter table note add column {column} text;\n"),
        );
        env.write(&format!("history/lite/U{name}.sql"), &format!("alter table note drop column {column};\n"));
    };
    env.write("history/lite/V1__first.sql", &schema(&[]));
    env.write("history/lite/U1__first.sql", "drop table note;\n");
    env.write("NOTES.md", "first: V1\n");
    git(&env, &["init", "-q", "-b", "main"]);
    env.write(".gitignore", ".onramp\n");
    commit(&env, "start");
    git(&env, &["checkout", "-qb", "feature"]);
    write(&format!("{version}__mine"), "owner");
    commit(&env, "mine");
    git(&env, &["checkout", "-q", "main"]);
    write(&format!("{version}__color"), "color");
    env.write("NOTES.md", &format!("first: V1\n\ncolor: V{version}\n"));
    commit(&env, "color");
    git(&env, &["checkout", "-q", "feature"]);
    git(&env, &["merge", "-q", "-X", "ours", "main"]);
    env.write("schema.sql", &schema(&["color", "owner"]));
    env.write("NOTES.md", &format!("first: V1\n\nmine: V{version}\n\ncolor: V{version}\n"));
    commit(&env, "both");
    Some(env)
}

#[test]
fn an_undo_script_goes_along_with_its_version() {
    let Some(env) = merged_versions("2") else { return };
    env.onramp(["migrate", "rebase", "--dry-run"])
        .exits(0)
        .says("rename history/lite/V2__mine.sql to history/lite/V3__mine.sql")
        .says("rename history/lite/U2__mine.sql to history/lite/U3__mine.sql");
    env.onramp(["migrate", "rebase"])
        .exits(0)
        .says("migrate:sqlite: passed")
        .says("SQLite  V3  follows V2, was V2  history/lite/U3__mine.sql");
    assert_eq!(env.read("history/lite/U3__mine.sql"), "alter table note drop column owner;\n");
    assert_eq!(env.read("history/lite/V3__mine.sql"), "alter table note add column owner text;\n");
    assert!(!env.has("history/lite/V4__mine.sql") && !env.has("history/lite/U2__mine.sql"));
    assert_eq!(env.read("NOTES.md"), "first: V1\n\ncolor: V2\n\nmine: V3\n");
    env.onramp(["migrate", "ledger"]).exits(0);
    env.onramp(["migrate", "rebase"]).exits(0).says("nothing to do");
}

#[test]
fn versions_of_several_numbers_stay_such() {
    let Some(env) = merged_versions("2.1") else { return };
    env.onramp(["migrate", "check", "--onto", "main"]).exits(1).says("`V2.1`");
    env.onramp(["migrate", "rebase"])
        .exits(0)
        .says("migrate:sqlite: passed")
        .says("SQLite  V2.2  follows V2.1, was V2.1  history/lite/U2.2__mine.sql");
    assert_eq!(env.read("history/lite/V2.2__mine.sql"), "alter table note add column owner text;\n");
    assert_eq!(env.read("NOTES.md"), "first: V1\n\ncolor: V2.1\n\nmine: V2.2\n");
    env.onramp(["migrate", "ledger"]).exits(0);
}

/// As on FAT, where a file has one name, and as on what is mounted over a network and knows no rename that replaces nothing.
#[test]
fn files_get_their_names_where_there_are_no_links() {
    let strace = std::path::Path::new("/usr/bin/strace");
    if !strace.exists() {
        onramp_tests::skip("strace is not installed");
        return;
    }
    for faults in [&["link,linkat:error=EPERM"][..], &["link,linkat:error=EPERM", "renameat2:error=EINVAL"]] {
        let Some(env) = merged_versions("2") else { return };
        let notes = env.outside().join("calls").display().to_string();
        let mut words = vec!["strace", "-f", "-qq", "-o", &notes, "-e", "trace=link,linkat,renameat2"];
        let injections: Vec<String> = faults.iter().map(|fault| format!("inject={fault}")).collect();
        injections.iter().for_each(|injection| words.extend(["-e", injection]));
        let program = env.program().display().to_string();
        words.extend([program.as_str(), "migrate", "rebase", "--no-proof"]);
        env.command("", words).exits(0).says("SQLite  V3  follows V2, was V2");
        assert_eq!(env.read("history/lite/V3__mine.sql"), "alter table note add column owner text;\n");
        assert!(!env.has("history/lite/V2__mine.sql") && !env.has("history/lite/.V3__mine.sql.onramp"));
        let calls = std::fs::read_to_string(&notes).expect("what strace has written");
        let is_met = |call: &str| calls.lines().any(|line| line.contains(call) && line.contains("V3__mine"));
        assert!(is_met("linkat(") && is_met("renameat2("), "{calls}");
        env.onramp(["migrate", "rebase"]).exits(0).says("nothing to do");
    }
}

#[test]
fn an_id_that_two_entries_of_the_branch_list_stops_new_ids() {
    let Some(env) = merged_versions("2") else { return };
    env.write("NOTES.md", "first: V1\n\nmine: V2\n\nthe other's color: V2\n");
    commit(&env, "another title");
    let before = env.snapshot();
    env.onramp(["migrate", "rebase", "--no-proof"]).exits(1).says(
        "nothing was rebased: NOTES.md:5: two entries list `V2`, which gets another id, and main has neither of them",
    );
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_ledger_that_cannot_be_read_back_stops_new_ids() {
    let Some(env) = merged() else { return };
    env.write("onramp.toml", &env.read("onramp.toml").replace("{title}: {sqlite}", "{title}{sqlite}"));
    commit(&env, "no text of its own");
    let before = env.snapshot();
    for words in [&["migrate", "rebase", "--dry-run"][..], &["migrate", "rebase", "--no-proof"]] {
        env.onramp(words.iter().copied())
            .exits(1)
            .says("nothing was rebased, since revisions get other ids: the ledger's entries cannot be found by its template")
            .says("hint: ");
    }
    assert_eq!(env.snapshot(), before);
}
