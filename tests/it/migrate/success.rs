use super::{MODEL, add_column, flowline, flowline_with_a_new_column};

#[test]
fn three_changes_one_after_the_other_leave_alembic_with_nothing_to_say() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let before = (flowline.revisions("sqlite").len(), flowline.revisions("postgresql").len());

    add_column(&flowline, "owner");
    env.onramp(["migrate", "--all-dialects", "-m", "add flow owner"])
        .exits(0)
        .says("ledger    MIGRATION-NOTES.md");

    flowline.insert(
        MODEL,
        "        UniqueConstraint(\"name\"),",
        "        Index(\"ix_flow__owner\", \"owner\"),",
    );
    env.onramp(["migrate", "--all-dialects", "-m", "index flow owner"]).exits(0);

    let table = "\n\nclass FlowNote(Base):\n    __tablename__ = \"flow_note\"\n\n    id: Mapped[Identifier]\n    \
        flow_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(\"flow.id\", ondelete=\"CASCADE\"))\n    \
        text: Mapped[str] = mapped_column(Text)\n";
    env.write(MODEL, &(env.read(MODEL) + table));
    env.onramp(["migrate", "--all-dialects", "-m", "add flow notes"]).exits(0);

    let after = (flowline.revisions("sqlite").len(), flowline.revisions("postgresql").len());
    assert_eq!(after, (before.0 + 3, before.1 + 3));
    let notes = env.read("MIGRATION-NOTES.md");
    let titles: Vec<&str> = notes.lines().filter(|line| line.starts_with("## ")).take(3).collect();
    assert_eq!(titles, ["## add flow notes", "## index flow owner", "## add flow owner"]);
    env.onramp(["fmt", "ruff", "--check"]).exits(0);
    env.onramp(["lint", "ruff"]).exits(0);

    let database = format!("sqlite+aiosqlite:///{}", env.outside().join("check.db").display());
    let at_head = ["migrate", "apply", "--url", &database];
    env.onramp(at_head).exits(0);
    let check = [
        "exec",
        "--",
        "env",
        &format!("FLOWLINE_DATABASE_URL={database}"),
        "alembic",
        "-n",
        "sqlite",
        "check",
    ];
    env.onramp(check).exits(0).says("No new upgrade operations detected");
    env.onramp(["migrate", "--all-dialects", "-m", "nothing"]).exits(0).says("no change in the models");
}

#[test]
fn without_a_change_nothing_is_written() {
    let Some(flowline) = flowline() else { return };
    let before = flowline.env.snapshot();
    flowline
        .env
        .onramp(["migrate", "--all-dialects", "-m", "nothing"])
        .exits(0)
        .says("no change in the models: nothing written");
    assert_eq!(flowline.env.snapshot(), before);
}

#[test]
fn one_dialect_alone_leaves_the_other_alone() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let postgresql = flowline.revisions("postgresql");
    flowline.env.onramp(["migrate", "--dialect", "sqlite", "-m", "add flow owner"]).exits(0);
    assert_eq!(flowline.revisions("postgresql"), postgresql);
    assert!(flowline.env.read("MIGRATION-NOTES.md").contains("## add flow owner\nSQLite: `"));
}

#[test]
fn it_works_from_a_subfolder_and_tells_machines_what_it_did() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let command = ["migrate", "--all-dialects", "-m", "add flow owner", "--format", "json"];
    let run = flowline.env.onramp_in("docs", command).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "migrated");
    assert_eq!(last["ledger"], "MIGRATION-NOTES.md");
    for revision in last["revisions"].as_array().unwrap() {
        let text = flowline.env.read(revision["file"].as_str().unwrap());
        assert!(text.contains(&format!("revision: str = \"{}\"", revision["revision"].as_str().unwrap())));
    }
}

#[test]
fn a_database_goes_to_the_head_and_back() {
    let Some(flowline) = flowline() else { return };
    let database = format!("sqlite+aiosqlite:///{}", flowline.env.outside().join("dev.db").display());
    let env = flowline.env.variable("FLOWLINE_DATABASE_URL", &database);
    env.onramp(["migrate", "status"]).exits(0).says("the database of FLOWLINE_DATABASE_URL is empty");
    env.onramp(["migrate", "apply"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("is at the head");
    env.onramp(["migrate", "rollback", "--steps", "2"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("is at 3c94d07b6ea8").never_says("is at the head");
    env.onramp(["migrate", "apply", "--dialect", "postgresql"]).exits(2).says("is one of sqlite");
}

#[test]
fn a_dry_run_starts_nothing() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let before = flowline.env.snapshot();
    let run = flowline.env.onramp(["migrate", "--all-dialects", "-m", "x", "--dry-run"]).exits(0);
    assert!(run.stdout.contains("run        migrate:sqlite\n"), "{}", run.stdout);
    assert_eq!(flowline.env.snapshot(), before);
}
