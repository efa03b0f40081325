use std::fs;

use super::{TWO_STAGES, commit, git, hook, names, program, recorded, repository};

#[test]
fn the_doctor_tells_what_is_not_installed_and_mends_it() {
    let env = repository(TWO_STAGES);
    let run = env.onramp(["doctor"]).exits(0);
    run.says("warning  git-hooks  pre-commit is missing, pre-push is missing in .git/hooks")
        .says("fix: onramp hooks install");
    let run = env.onramp(["doctor", "--fix", "--answer", "yes"]).exits(0);
    run.says("fix:hooks-install: passed").says("ok       git-hooks  pre-commit, pre-push in .git/hooks");
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    fs::write(hook(&env, "pre-push"), "# onramp-hook mine\n").unwrap();
    let run = env.onramp(["doctor", "--fix", "--answer", "yes"]).exits(0);
    run.says("pre-push is edited").says("fix: onramp hooks install --force");
    assert_eq!(fs::read_to_string(hook(&env, "pre-push")).unwrap(), "# onramp-hook mine\n");
}

#[test]
fn setup_installs_them_with_consent_alone() {
    let env = repository(TWO_STAGES);
    env.onramp(["setup"]).exits(0).says("pre-commit is missing");
    assert_eq!(names(&env.root().join(".git/hooks")), [""; 0]);
    env.onramp(["setup", "--answer", "yes"]).exits(0);
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-push"]);
}

#[test]
fn where_hooks_are_not_needed_or_not_ours_nothing_is_asked() {
    let env = repository(TWO_STAGES).variable("CI", "true");
    env.onramp(["doctor"]).exits(0).says("optional git-hooks  not needed in CI");
    repository("[task.a]\nrun = \"true\"\n").onramp(["doctor"]).exits(0).never_says("git-hooks");
    crate::workspace(TWO_STAGES).onramp(["doctor"]).exits(0).says("lies in no git repository");
}

#[test]
fn what_cannot_be_mended_says_what_to_do() {
    let env = repository(TWO_STAGES);
    git(&env, &["config", "--global", "core.hooksPath", "/nowhere"]);
    let run = env.onramp(["doctor", "--fix", "--answer", "yes"]).exits(0);
    run.says("fix: git config --local core.hooksPath .githooks && onramp hooks install");
    git(&env, &["config", "core.hooksPath", ".husky/_"]);
    program(&env.root().join(".husky/pre-commit"), "onramp hooks run pre-commit \"$@\"\n");
    env.onramp(["doctor"]).exits(0).says("husky does not run pre-push").says("into .husky/pre-push");
    program(&env.root().join(".husky/pre-push"), "onramp hooks run pre-push \"$@\"\n");
    env.onramp(["doctor"]).exits(0).says("ok       git-hooks  pre-commit, pre-push by husky");
}
