//! Two branches that both have added revisions: found before a merge, and put in order after it.

use onramp_tests::{Run, TestEnv};

use super::{MODEL, flowline};

/// The folder of a dialect's revisions.
pub(super) fn versions(dialect: &str) -> String {
    format!("src/flowline/migrations/versions/{dialect}")
}

/// The heads of the example.
const HEADS: [(&str, &str); 2] = [("sqlite", "06a3e9f7b5d4"), ("postgresql", "ed40c2871a9b")];

/// The newest entry of the example's ledger.
const NEWEST: &str = "## Add schedule time zones and switches\n";

#[track_caller]
pub(super) fn git(env: &TestEnv, words: &[&str]) -> Run {
    try_git(env, words).exits(0)
}

pub(super) fn try_git(env: &TestEnv, words: &[&str]) -> Run {
    let as_somebody = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"];
    env.command("", as_somebody.iter().chain(words))
}

pub(super) fn commit(env: &TestEnv, message: &str) {
    git(env, &["add", "-A"]);
    git(env, &["commit", "-qm", message]);
}

/// A change that a branch has made: a column of `flow`, with a revision of each dialect and an entry in the ledger.
pub(super) struct Change {
    pub(super) column: &'static str,
    /// The ids, of SQLite and of PostgreSQL.
    pub(super) ids: [&'static str; 2],
    pub(super) date: &'static str,
}

pub(super) const OWNER: Change =
    Change { column: "owner", ids: ["aaaa00000001", "bbbb00000001"], date: "2026-11-02 10:00:00.000000" };
pub(super) const COLOR: Change =
    Change { column: "color", ids: ["aaaa00000002", "bbbb00000002"], date: "2026-11-01 10:00:00.000000" };
pub(super) const SIZE: Change =
    Change { column: "size", ids: ["aaaa00000003", "bbbb00000003"], date: "2026-11-03 10:00:00.000000" };

impl Change {
    pub(super) fn title(&self) -> String {
        format!("Add flow {}", self.column)
    }

    pub(super) fn file(&self, dialect: usize) -> String {
        let id = self.ids[dialect];
        format!("{}/{id}_add_flow_{}.py", versions(HEADS[dialect].0), self.column)
    }

    /// The revision of a dialect behind another one.
    pub(super) fn revision(&self, dialect: usize, down: &str) -> String {
        let (id, column, title, date) = (self.ids[dialect], self.column, self.title(), self.date);
        let table = |operation: &str| match dialect {
            0 => format!("with op.batch_alter_table(\"flow\") as batch_op:\n        batch_op.{operation}"),
            _ => format!("op.{}", operation.replacen('(', "(\"flow\", ", 1)),
        };
        let add =
            table(&format!("add_column(sa.Column(\"{column}\", sa.String(length=200), nullable=True))"));
        let drop = table(&format!("drop_column(\"{column}\")"));
        format!(
            "\"\"\"{title}\n\nRevision ID: {id}\nRevises: {down}\nCreate Date: {date}\n\n\"\"\"\n\nimport sqlalchemy as sa\n\
             from alembic import op\n\nrevision: str = \"{id}\"\ndown_revision: str | None = \"{down}\"  # not {down}x\n\
             branch_labels = None\ndepends_on = None\n\n\ndef upgrade() -> None:\n    {add}\n\n\n\
             def downgrade() -> None:\n    {drop}\n"
        )
    }

    pub(super) fn entry(&self) -> String {
        format!("## {}\nSQLite: `{}`\nPostgres: `{}`\n\n", self.title(), self.ids[0], self.ids[1])
    }

    /// Makes the change on top of `downs`, below that line of the model.
    pub(super) fn make(&self, env: &TestEnv, downs: [&str; 2], below: &str) {
        for (dialect, down) in downs.iter().enumerate() {
            env.write(&self.file(dialect), &self.revision(dialect, down));
        }
        let column = format!("    {}: Mapped[str | None] = mapped_column(String(200))\n", self.column);
        let model = env.read(MODEL);
        let line = model.lines().find(|line| line.trim_start().starts_with(below)).expect("the line");
        env.write(MODEL, &model.replacen(&format!("{line}\n"), &format!("{line}\n{column}"), 1));
        let notes = env.read("MIGRATION-NOTES.md");
        let newest = notes.find("\n## ").expect("an entry") + 1;
        env.write("MIGRATION-NOTES.md", &format!("{}{}{}", &notes[..newest], self.entry(), &notes[newest..]));
    }
}

/// Begins a repository with the branch `main` in a copy of the example.
pub(super) fn begin(env: &TestEnv) {
    env.write(
        "onramp.toml",
        &env.read("onramp.toml").replace("image = \"postgres:16\"", "source = \"local\""),
    );
    env.write(".gitignore", &format!("{}\nonramp.local.toml\n", env.read(".gitignore")));
    git(env, &["init", "-q", "-b", "main"]);
    commit(env, "start");
}

/// Branches that both add a revision to both histories: `color` on `main`, `owner` on `feature`, where one stands.
pub(super) fn branch(env: &TestEnv) {
    let heads = HEADS.map(|(_, head)| head);
    git(env, &["checkout", "-qb", "feature"]);
    OWNER.make(env, heads, "name: Mapped[Name]");
    commit(env, "owner");
    git(env, &["checkout", "-q", "main"]);
    COLOR.make(env, heads, "created_at: Mapped");
    commit(env, "color");
    git(env, &["checkout", "-q", "feature"]);
}

/// Merges `main`, and keeps what both sides have of the ledger: the entries of this branch last, which is wrong.
pub(super) fn merge(env: &TestEnv, own: &[&Change]) {
    try_git(env, &["merge", "-q", "main"]);
    let notes = env.read("MIGRATION-NOTES.md");
    let (top, rest) = notes.split_at(notes.find("<<<<<<< ").expect("a conflict in the ledger"));
    let rest = &rest[rest.find(NEWEST).expect("the entry that both have")..];
    let own: String = own.iter().map(|change| change.entry()).collect();
    env.write("MIGRATION-NOTES.md", &format!("{top}{}{own}{rest}", COLOR.entry()));
    commit(env, "merge main");
}

fn two_branches() -> Option<onramp_tests::Flowline> {
    let flowline = flowline()?;
    begin(&flowline.env);
    branch(&flowline.env);
    Some(flowline)
}

/// What `Alembic` itself takes for the heads of a dialect.
fn alembic_heads(env: &TestEnv, dialect: &str) -> Vec<String> {
    let url = match dialect {
        "sqlite" => "sqlite+aiosqlite:///x.db",
        _ => "postgresql+asyncpg://u:p@localhost/x",
    };
    let variable = format!("FLOWLINE_DATABASE_URL={url}");
    let program = env.program().display().to_string();
    let words = [&program, "--quiet", "exec", "--", "env", &variable, "alembic", "-n", dialect, "heads"];
    let run = env.command("", words).exits(0);
    run.stdout.lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// The command of a hint, typed as it stands.
#[track_caller]
pub(super) fn hinted(run: &Run) -> Vec<String> {
    let hint = run.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).expect("a hint");
    let words = hint.strip_prefix("onramp ").expect("a command of this program");
    words.split(' ').map(str::to_owned).collect()
}

#[test]
fn two_heads_are_found_before_the_merge_and_are_one_after_it() {
    let Some(flowline) = two_branches() else { return };
    let env = &flowline.env;
    env.onramp(["migrate", "heads"]).exits(0);
    let before = env.snapshot();
    let run = env.onramp(["migrate", "check", "--onto", "main"]).exits(1);
    let run = run
        .says("merged with main, SQLite has 2 heads: `aaaa00000001` (aaaa00000001_add_flow_owner.py) and `aaaa00000002`")
        .says("aaaa00000002_add_flow_color.py of main")
        .says("merged with main, Postgres has 2 heads")
        .says("hint: git merge main && onramp migrate rebase --onto main");
    assert!(!run.stderr.contains("migrate:ledger failed"), "{}", run.stderr);
    // The branch that others work from need not be named, and GitHub names it.
    env.onramp(["migrate", "check", "--onto"]).exits(1).says("merged with main");
    assert_eq!(env.snapshot(), before);

    merge(env, &[&OWNER]);
    let heads = env.onramp(["migrate", "heads"]).exits(1).says("the history has 2 heads");
    env.onramp(["migrate", "ledger"]).exits(0);
    env.onramp(["migrate", "check"]).exits(1).says("hint: onramp migrate rebase");
    let onto = env.onramp(["migrate", "check", "--onto", "main"]).exits(1);
    onto.says("hint: onramp migrate rebase").never_says("git merge");
    let before = env.snapshot();
    env.onramp(["migrate", "rebase", "--dry-run"])
        .exits(0)
        .says("-Revises: 06a3e9f7b5d4")
        .says("+Revises: aaaa00000002")
        .says("+down_revision: str | None = \"aaaa00000002\"  # not 06a3e9f7b5d4x")
        .says("+++ b/MIGRATION-NOTES.md");
    assert_eq!(env.snapshot(), before);

    env.write("a stranger", "not committed, and nobody's business");
    env.onramp(hinted(&heads))
        .exits(0)
        .says("migrate:sqlite: passed")
        .says("migrate:postgresql: passed")
        .says("SQLite    aaaa00000001  follows aaaa00000002, no longer 06a3e9f7b5d4");
    for (dialect, (name, head)) in HEADS.iter().enumerate() {
        // Nothing but the two places that say what it follows.
        let text = OWNER.revision(dialect, COLOR.ids[dialect]);
        let text = text.replace(&format!("{}x", COLOR.ids[dialect]), &format!("{head}x"));
        assert_eq!(env.read(&OWNER.file(dialect)), text);
        assert_eq!(alembic_heads(env, name), [OWNER.ids[dialect]]);
    }
    let notes = env.read("MIGRATION-NOTES.md");
    assert!(notes.contains(&format!("{}{}{NEWEST}", OWNER.entry(), COLOR.entry())), "{notes}");
    env.onramp(["migrate", "heads"]).exits(0);
    env.onramp(["migrate", "check", "--onto", "main"]).exits(0);
    env.onramp(["migrate", "verify", "--base", "main"]).exits(0).says("proved");
    let changed = git(env, &["status", "--porcelain"]).stdout;
    assert_eq!(changed.lines().count(), 4, "{changed}");
    env.onramp(["migrate", "rebase"]).exits(0).says("each history has one head: nothing to do");
}

#[test]
fn what_the_other_branch_has_is_the_older_one_whoever_merges() {
    let Some(flowline) = two_branches() else { return };
    let env = &flowline.env;
    // On main, without another name for it: the first parent of the merge is older.
    git(env, &["branch", "-m", "main", "trunk"]);
    git(env, &["checkout", "-q", "trunk"]);
    try_git(env, &["merge", "-q", "feature"]);
    env.write("MIGRATION-NOTES.md", &env.read("MIGRATION-NOTES.md").replace("=======\n", "\n"));
    env.onramp(["migrate", "rebase", "--no-proof"])
        .exits(1)
        .says("nothing was rebased: MIGRATION-NOTES.md:12: a merge has left its marks")
        .says("onramp migrate ledger --fix && git add MIGRATION-NOTES.md");
    let notes = env.read("MIGRATION-NOTES.md");
    let lines =
        notes.split_inclusive('\n').filter(|line| !line.starts_with("<<<<") && !line.starts_with(">>>>"));
    env.write("MIGRATION-NOTES.md", &lines.collect::<String>());
    let run = env.onramp(["migrate", "rebase", "--no-proof", "--format", "json"]);
    assert_eq!(run.code, 1, "{run:#?}");
    let run = run.says("MIGRATION-NOTES.md is not merged yet");
    assert!(run.stdout.contains("git add MIGRATION-NOTES.md"), "{run:#?}");
    git(env, &["add", "MIGRATION-NOTES.md"]);
    // Before the merge is committed, what is checked out is its first parent.
    let run = env.onramp(["migrate", "rebase", "--no-proof", "--format", "json"]).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&last["onto"], &last["proved"]), (&"HEAD".into(), &false.into()), "{last}");
    assert_eq!(last["dialects"][0]["revisions"][0]["revision"], OWNER.ids[0]);
    env.onramp(["migrate", "heads"]).exits(0).says(OWNER.ids[0]);
    env.onramp(["migrate", "ledger"]).exits(0);
}

#[test]
fn several_chains_keep_their_order_and_go_on_top_together() {
    let Some(flowline) = two_branches() else { return };
    let env = &flowline.env;
    // A second chain on the same branch, which somebody has brought along from another one.
    SIZE.make(env, HEADS.map(|(_, head)| head), "updated_at: Mapped");
    commit(env, "size");
    let before = env.snapshot();
    let onto = env.onramp(["migrate", "check", "--onto", "main"]).exits(1);
    let onto = onto.says("the history has 2 heads");
    assert!(hinted(&onto).contains(&"rebase".to_owned()), "{}", onto.stderr);
    assert_eq!(env.snapshot(), before);
    merge(env, &[&OWNER, &SIZE]);
    env.onramp(["migrate", "rebase", "--onto", "main", "--no-proof"])
        .exits(0)
        .says("SQLite    aaaa00000001  follows aaaa00000002, no longer 06a3e9f7b5d4")
        .says("SQLite    aaaa00000003  follows aaaa00000001, no longer 06a3e9f7b5d4")
        .says("Postgres  bbbb00000003  follows bbbb00000001, no longer ed40c2871a9b");
    env.onramp(["migrate", "ledger"]).exits(0);
    env.onramp(["migrate", "heads"]).exits(0).says(SIZE.ids[1]);
}

#[test]
fn a_proof_that_fails_changes_nothing() {
    let Some(flowline) = two_branches() else { return };
    let env = &flowline.env;
    // Both add the same column, so that one cannot go on top of the other.
    for dialect in 0..2 {
        let text = env.read(&OWNER.file(dialect));
        env.write(&OWNER.file(dialect), &text.replace("\"owner\"", "\"color\""));
    }
    commit(env, "the same");
    merge(env, &[&OWNER]);
    let before = env.snapshot();
    env.onramp(["migrate", "rebase"]).exits(1).says("duplicate column name: color");
    assert_eq!(env.snapshot(), before);
    env.onramp(["migrate", "heads"]).exits(1);
}

#[test]
fn what_nobody_can_put_in_order_is_refused_with_the_reason() {
    let Some(flowline) = two_branches() else { return };
    let env = &flowline.env;
    merge(env, &[&OWNER]);
    let refused = |words: &[&str], why: &str, hint: &str| {
        let before = env.snapshot();
        let run = env.onramp(["migrate", "rebase", "--no-proof"].iter().chain(words));
        let run = if run.code == 2 { run.exits(2) } else { run.exits(1) };
        run.says(why).says(hint);
        assert_eq!(env.snapshot(), before);
    };
    refused(&["--onto", "nosuch"], "git knows no commit `nosuch`", "git branch --all");
    refused(&["--onto", "HEAD"], "HEAD has 2 heads itself", "onramp migrate rebase --onto REF");
    // Somebody has begun to work on a file that would change.
    let file = OWNER.file(0);
    let text = env.read(&file);
    env.write(&file, &format!("{text}# more\n"));
    refused(&[], "has changes that are not committed", &format!("git add {file}"));
    env.write(&file, &text);
    // A revision that joins both sides.
    let joined = |dialect: usize| format!("(\"{}\", \"{}\")", OWNER.ids[dialect], COLOR.ids[dialect]);
    let merging = |id: &str, dialect: usize| {
        format!("revision = \"{id}\"\ndown_revision = {}\n\ndef upgrade():\n    pass\n", joined(dialect))
    };
    env.write(&format!("{}/cccc00000001_merge.py", versions("sqlite")), &merging("cccc00000001", 0));
    env.onramp(["migrate", "rebase", "--no-proof", "--dry-run"]).exits(0).says(OWNER.ids[1]);
    SIZE.make(env, HEADS.map(|(_, head)| head), "updated_at: Mapped");
    refused(
        &[],
        "revision `cccc00000001` joins `aaaa00000001` of this branch with `aaaa00000002`",
        "git rm ",
    );
}

#[test]
fn a_pull_request_is_compared_with_its_base() {
    let Some(flowline) = two_branches() else { return };
    let mut env = flowline.env;
    env.set_variable("GITHUB_BASE_REF", "main");
    // Checkouts of GitHub know the commit of the pull request alone.
    env.onramp(["migrate", "check"])
        .exits(0)
        .says("not compared with main, which git does not know here: git fetch origin main:");
    git(&env, &["update-ref", "refs/remotes/origin/main", "main"]);
    env.onramp(["migrate", "check", "--format", "github", "--sarif", "out.sarif"])
        .exits(1)
        .says("::error")
        .says("file=src/flowline/migrations/versions/sqlite/aaaa00000001_add_flow_owner.py,line=1")
        .says("merged with origin/main");
    let sarif: serde_json::Value = serde_json::from_str(&env.read("out.sarif")).unwrap();
    assert!(sarif.to_string().contains("several-heads"), "{sarif}");
    let run = env.onramp(["migrate", "check", "--format", "json"]).exits(1);
    let last = run.stdout.lines().rfind(|line| line.contains("\"checked\"")).unwrap();
    let last: serde_json::Value = serde_json::from_str(last).unwrap();
    let codes: Vec<_> = last["findings"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
    assert_eq!(codes, ["several-heads", "several-heads"]);
}

#[test]
fn ids_that_both_sides_have_given_are_found() {
    let Some(flowline) = two_branches() else { return };
    let env = &flowline.env;
    let text = env.read(&OWNER.file(0)).replace(OWNER.ids[0], COLOR.ids[0]);
    env.write(&OWNER.file(0), &text);
    commit(env, "the same id");
    env.onramp(["migrate", "check", "--onto", "main"])
        .exits(1)
        .says("revision `aaaa00000002` is also aaaa00000002_add_flow_color.py of main")
        .says("[duplicate-id]");
}

#[test]
fn revisions_that_moved_and_have_no_entry_are_told() {
    let Some(flowline) = two_branches() else { return };
    let env = &flowline.env;
    merge(env, &[&OWNER]);
    git(env, &["checkout", "-q", "main", "--", "MIGRATION-NOTES.md"]);
    git(env, &["commit", "-qam", "their notes"]);
    env.onramp(["migrate", "rebase", "--no-proof"])
        .exits(0)
        .says("the ledger has 2 problems: onramp migrate ledger --fix");
    env.onramp(["migrate", "ledger", "--fix"]).exits(0);
}
