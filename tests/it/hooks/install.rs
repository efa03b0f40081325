use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{TWO_STAGES, commit, git, hook, hooks, names, program, recorded, repository};

#[test]
fn configured_stages_get_a_hook_and_a_second_time_changes_nothing() {
    let env = repository(TWO_STAGES);
    let run = env.onramp(["hooks", "install"]).exits(0);
    assert_eq!(
        run.stdout,
        "pre-commit           installed  format:*, task:a\npre-push             installed  test:*\n"
    );
    let installed = hooks(&env.root().join(".git/hooks"));
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-push"]);
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    env.onramp(["hooks", "install"]).exits(0).says("pre-commit           unchanged");
    assert_eq!(hooks(&env.root().join(".git/hooks")), installed);
    env.onramp(["hooks", "uninstall"]).exits(0).says("pre-push             removed");
    env.onramp(["hooks", "uninstall"]).exits(0).says("no hooks of Onramp are installed");
    assert_eq!(names(&env.root().join(".git/hooks")), [""; 0]);
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "");
}

#[test]
fn git_runs_each_of_the_stages() {
    const STAGES: [&str; 10] = [
        "pre-commit",
        "pre-merge-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "post-merge",
        "post-rewrite",
        "pre-rebase",
        "pre-push",
    ];
    let lines: String = STAGES.iter().map(|stage| format!("{stage} = [\"lint\"]\n")).collect();
    let env = repository(&format!("[hooks]\n{lines}"));
    env.onramp(["hooks", "install"]).exits(0);
    git(&env, &["init", "-q", "--bare", "../remote"]);
    for words in [
        &["commit", "-q", "--allow-empty", "-m", "one"][..],
        &["checkout", "-q", "-b", "topic", "HEAD~1"],
        &["commit", "-q", "--allow-empty", "-m", "two"],
        &["merge", "-q", "--no-edit", "main"],
        &["rebase", "-q", "main"],
        &["commit", "-q", "--amend", "--allow-empty", "-m", "anew"],
        &["push", "-q", "../remote", "topic"],
    ] {
        git(&env, words);
    }
    let told = recorded(&env);
    for stage in STAGES {
        assert!(told.contains(&format!("called: hooks run {stage}")), "{stage} did not run: {told}");
    }
}

#[test]
fn a_hook_that_fails_stops_git() {
    let env = repository(TWO_STAGES).variable("ONRAMP_EXITS", "3");
    env.onramp(["hooks", "install"]).exits(0);
    commit(&env, "").exits(1);
    git(&env, &["commit", "-q", "--allow-empty", "--no-verify", "-m", "all the same"]);
}

#[test]
fn a_stage_that_is_no_longer_configured_loses_its_hook() {
    let env = repository(TWO_STAGES);
    program(&hook(&env, "pre-push"), "#!/bin/sh\nexit 0\n");
    let before = hooks(&env.root().join(".git/hooks"));
    env.onramp(["hooks", "install"]).exits(0);
    env.write("onramp.toml", "[project]\nname = \"demo\"\n\n[hooks]\npre-commit = [\"lint\"]\n");
    env.onramp(["hooks", "status"]).exits(0).says("pre-push             unconfigured");
    env.onramp(["hooks", "install"]).exits(0).says("pre-push             restored");
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-push"]);
    assert_eq!(hooks(&env.root().join(".git/hooks"))[1], before[0]);
    env.write("onramp.toml", "[project]\nname = \"demo\"\n");
    let run = env.onramp(["hooks", "install"]).exits(0);
    run.says("pre-commit           removed").says("names no stage, so there is nothing to install");
    assert_eq!(hooks(&env.root().join(".git/hooks")), before);
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let env = repository(TWO_STAGES);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\n");
    let before = hooks(&env.root().join(".git/hooks"));
    let dry = env.onramp(["hooks", "install", "--dry-run"]).exits(0).says("would be done in .git/hooks:");
    assert_eq!(hooks(&env.root().join(".git/hooks")), before);
    assert_eq!(env.onramp(["hooks", "install"]).exits(0).stdout, dry.stdout);
    let installed = hooks(&env.root().join(".git/hooks"));
    env.onramp(["hooks", "uninstall", "--dry-run"]).exits(0).says("pre-commit           restored");
    assert_eq!(hooks(&env.root().join(".git/hooks")), installed);
}

#[test]
fn an_edited_hook_is_told_of_and_left_alone() {
    let env = repository(TWO_STAGES);
    env.onramp(["hooks", "install"]).exits(0);
    let edited = fs::read_to_string(hook(&env, "pre-commit")).unwrap() + "# mine\n";
    fs::write(hook(&env, "pre-commit"), &edited).unwrap();
    fs::remove_file(hook(&env, "pre-push")).unwrap();
    env.onramp(["hooks", "status"]).exits(0).says("pre-commit           edited");
    let run = env.onramp(["hooks", "install"]).exits(1);
    run.says("pre-commit was changed since it was installed")
        .says("onramp hooks install --force")
        .says("pre-push             installed");
    env.onramp(["hooks", "uninstall"]).exits(1).says("onramp hooks uninstall --force");
    assert_eq!(fs::read_to_string(hook(&env, "pre-commit")).unwrap(), edited);
    env.onramp(["hooks", "install", "--force"]).exits(0).says("pre-commit           renewed");
    env.onramp(["hooks", "status"]).exits(0).says("pre-commit           installed");
}

#[test]
fn a_hook_that_lost_its_mode_is_renewed() {
    let env = repository(TWO_STAGES);
    env.onramp(["hooks", "install"]).exits(0);
    fs::set_permissions(hook(&env, "pre-commit"), fs::Permissions::from_mode(0o644)).unwrap();
    env.onramp(["hooks", "status"]).exits(0).says("pre-commit           outdated");
    env.onramp(["hooks", "install"]).exits(0).says("pre-commit           renewed");
    env.onramp(["hooks", "status"]).exits(0).says("pre-commit           installed");
}

#[test]
fn a_folder_and_a_second_hook_are_refused() {
    let env = repository(TWO_STAGES);
    fs::create_dir(hook(&env, "pre-push")).unwrap();
    env.onramp(["hooks", "install"])
        .exits(1)
        .says("pre-push is a folder")
        .says("pre-commit           installed");
    env.onramp(["hooks", "status"]).exits(0).says("pre-push             not ours");
    fs::remove_dir(hook(&env, "pre-push")).unwrap();
    for text in ["one", "two"] {
        env.onramp(["hooks", "install"]);
        program(&hook(&env, "pre-push"), text);
    }
    let before = hooks(&env.root().join(".git/hooks"));
    env.onramp(["hooks", "install"]).exits(1).says("has come since").says("hint: move one of them away");
    env.onramp(["hooks", "install", "--force"]).exits(1);
    assert_eq!(hooks(&env.root().join(".git/hooks")), before);
}

#[test]
fn two_workspaces_in_one_work_tree_cannot_both_have_the_hooks() {
    let env = repository(TWO_STAGES);
    env.onramp(["hooks", "install"]).exits(0);
    env.write("other/onramp.toml", "[project]\nname = \"other\"\n\n[hooks]\npre-commit = [\"lint\"]\n");
    let run = env.onramp_in("other", ["hooks", "install"]).exits(1);
    run.says("runs the hooks of another workspace");
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    env.onramp_in("other", ["hooks", "install", "--force"]);
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]/other\n");
}

#[test]
fn an_installation_that_was_killed_between_its_steps_is_completed() {
    let env = repository(TWO_STAGES);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\necho before\n");
    let before = hooks(&env.root().join(".git/hooks"));
    fs::hard_link(hook(&env, "pre-commit"), hook(&env, "pre-commit.before-onramp")).unwrap();
    fs::write(hook(&env, "pre-commit.onramp-new"), "half").unwrap();
    env.onramp(["hooks", "install"]).exits(0).says("behind pre-commit.before-onramp");
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-commit.before-onramp", "pre-push"]);
    commit(&env, "").exits(0).says("before");
    env.onramp(["hooks", "uninstall"]).exits(0);
    assert_eq!(hooks(&env.root().join(".git/hooks")), before);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let env = repository(TWO_STAGES);
    fs::remove_dir_all(env.root().join(".git/hooks")).unwrap();
    if cfg!(target_os = "linux") {
        // Even the superuser cannot write into a file system that has no files.
        symlink("/proc/self/fdinfo", env.root().join(".git/hooks")).unwrap();
        let run = env.onramp(["hooks", "install", "--into-shared"]).exits(4);
        run.says("the hook could not be changed: [ROOT]/.git/hooks");
        fs::remove_file(env.root().join(".git/hooks")).unwrap();
    }
    env.write(".git/hooks", "a file");
    env.onramp(["hooks", "install"]).exits(4).says(".git/hooks");
}

#[test]
fn answers_for_machines_have_everything() {
    let env = repository(TWO_STAGES);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\n");
    let run = env.onramp(["hooks", "install", "--format", "json"]).exits(0);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["stages"][0]["change"], "installed");
    assert_eq!(answer["stages"][0]["before"]["name"], "pre-commit.before-onramp");
    let run = env.onramp(["hooks", "status", "--format", "json"]).exits(0);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&answer["version"], &answer["reach"]), (&1.into(), &"repository".into()));
    assert_eq!(answer["hooks-path"], serde_json::Value::Null);
    let stages = answer["stages"].as_array().unwrap();
    let row = |stage: &str| stages.iter().find(|row| row["stage"] == stage).unwrap();
    assert_eq!(row("pre-commit")["state"], "installed");
    assert_eq!(row("pre-commit")["tasks"], serde_json::json!(["format:*", "task:a"]));
    assert_eq!(row("pre-commit")["before"]["runs"], true);
    assert_eq!(row("post-merge")["state"], "other");
}

#[test]
fn a_folder_without_a_repository_is_told() {
    let env = crate::workspace(TWO_STAGES);
    for verb in ["install", "uninstall", "status"] {
        env.onramp(["hooks", verb]).exits(4).says("lies in no git repository");
    }
}
