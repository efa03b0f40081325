//! Schemas of histories: of the work tree and of git revisions, on the example product.

use onramp_tests::TestEnv;

use crate::migrate::{add_column, flowline};

fn git(env: &TestEnv, words: &[&str]) {
    let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    env.command("", ["git"].iter().chain(&identity).chain(words)).exits(0);
}

#[test]
fn two_revisions_differ_in_what_was_migrated_between_them() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    git(env, &["init", "-q"]);
    git(env, &["add", "-A"]);
    git(env, &["commit", "-qm", "before"]);
    env.onramp(["db", "diff", "HEAD"]).exits(0).says("sqlite: the schemas are equal");
    add_column(&flowline, "owner");
    env.onramp(["migrate", "--all-dialects", "-m", "add flow owner"]).exits(0);

    let run = env.onramp(["db", "diff", "HEAD"]).exits(1);
    assert_eq!(
        run.stdout,
        "sqlite:\n+ column flow.owner  VARCHAR(200)\npostgresql:\n+ column flow.owner  character varying(200)\n"
    );
    git(env, &["add", "-A"]);
    git(env, &["commit", "-qm", "after"]);
    let run = env.onramp(["db", "diff", "HEAD", "HEAD~1", "--dialect", "sqlite"]).exits(1);
    assert_eq!(run.stdout, "- column flow.owner  VARCHAR(200)\n");

    env.onramp(["db", "catalog"]).exits(2).says("--dialect sqlite");
    let run = env.onramp(["db", "catalog", "HEAD~1", "--dialect", "sqlite"]).exits(0);
    assert!(
        run.stdout.contains("column flow.name\n") && !run.stdout.contains("flow.owner"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("alembic_version"), "{}", run.stdout);
    env.onramp(["db", "diff", "nosuch"]).exits(2).says("git knows no commit `nosuch`");
}
