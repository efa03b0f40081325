use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{TWO_STAGES, commit, git, git_in, hook, hooks, names, program, recorded, repository};

#[test]
fn what_was_there_runs_first_and_comes_back_byte_for_byte() {
    let env = repository(TWO_STAGES);
    let text = b"#!/bin/sh\necho \"before: $0 $*\"  # \xff\xfe\r\x00\n";
    program(&hook(&env, "pre-commit"), text);
    fs::set_permissions(hook(&env, "pre-commit"), fs::Permissions::from_mode(0o751)).unwrap();
    let before = hooks(&env.root().join(".git/hooks"));
    env.onramp(["hooks", "install"]).exits(0).says("format:*, task:a (behind pre-commit.before-onramp)");
    env.onramp(["hooks", "status"]).exits(0).says(".git/hooks/pre-commit.before-onramp runs first");
    commit(&env, "").exits(0).says("before: .git/hooks/pre-commit.before-onramp");
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    env.onramp(["hooks", "install"]).exits(0).says("pre-commit           unchanged");
    env.onramp(["hooks", "uninstall"]).exits(0).says("pre-commit           restored");
    assert_eq!(hooks(&env.root().join(".git/hooks")), before);
}

#[test]
fn its_failure_stops_git_and_nothing_of_ours_runs() {
    let env = repository(TWO_STAGES);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\necho no >&2\nexit 7\n");
    env.onramp(["hooks", "install"]).exits(0);
    commit(&env, "").exits(1).says("no");
    assert_eq!(recorded(&env), "");
}

#[test]
fn both_get_what_git_tells_on_standard_input() {
    let env = repository(TWO_STAGES);
    let kept = env.outside().join("kept");
    let text = format!("#!/bin/sh\necho \"before: $*\"\ncat > '{}'\n", kept.display());
    program(&hook(&env, "pre-push"), text);
    env.onramp(["hooks", "install"]).exits(0);
    git(&env, &["init", "-q", "--bare", "../remote"]);
    git(&env, &["branch", "topic"]);
    git_in(&env, "", &["push", "-q", "../remote", "main", "topic"])
        .exits(0)
        .says("before: ../remote ../remote");
    let lines = fs::read_to_string(&kept).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert_eq!(recorded(&env), format!("called: hooks run pre-push ../remote ../remote\n[ROOT]\n{lines}"));
    // One that reads nothing takes nothing away from the other.
    program(&hook(&env, "pre-push.before-onramp"), "#!/bin/sh\nexit 0\n");
    git(&env, &["push", "-q", "../remote", "main:other"]);
    assert!(recorded(&env).contains("refs/heads/other"));
    program(&hook(&env, "pre-push.before-onramp"), "#!/bin/sh\nexit 1\n");
    git_in(&env, "", &["push", "-q", "../remote", "main:third"]).exits(1);
    assert_eq!(recorded(&env), "");
    env.onramp(["hooks", "uninstall"]).exits(0);
}

#[test]
fn without_one_standard_input_goes_straight_on_and_failures_count() {
    let configuration = "[hooks]\npre-push = [\"test\"]\npost-rewrite = [\"test\"]\n";
    let mut env = repository(configuration);
    env.onramp(["hooks", "install"]).exits(0);
    git(&env, &["init", "-q", "--bare", "../remote"]);
    git(&env, &["push", "-q", "../remote", "main"]);
    assert!(recorded(&env).contains("refs/heads/main"));
    git(&env, &["commit", "-q", "--amend", "--allow-empty", "-m", "anew"]);
    let told = recorded(&env);
    assert!(told.starts_with("called: hooks run post-rewrite amend\n[ROOT]\n"), "{told}");
    assert_eq!(told.lines().count(), 3, "{told}");
    env.set_variable("ONRAMP_EXITS", "1");
    git_in(&env, "", &["push", "-q", "../remote", "main:other"]).exits(1);
    program(&hook(&env, "pre-push"), "#!/bin/sh\n");
    env.onramp(["hooks", "install"]).exits(0);
    git_in(&env, "", &["push", "-q", "../remote", "main:other"]).exits(1);
}

#[test]
fn links_and_what_git_does_not_run_are_kept_as_they_are() {
    let env =
        repository("[hooks]\npre-commit = [\"lint\"]\ncommit-msg = [\"lint\"]\npre-push = [\"lint\"]\n");
    symlink("nowhere", hook(&env, "pre-commit")).unwrap();
    fs::write(hook(&env, "commit-msg"), "#!/bin/sh\nexit 1\n").unwrap();
    program(&env.root().join("scripts/push.sh"), "#!/bin/sh\necho from the tree\n");
    symlink("../../scripts/push.sh", hook(&env, "pre-push")).unwrap();
    let before = hooks(&env.root().join(".git/hooks"));
    let run = env.onramp(["hooks", "install"]).exits(0);
    run.says("commit-msg.before-onramp is kept, and is no program")
        .says("pre-commit.before-onramp is kept, and is no");
    env.onramp(["hooks", "status"]).exits(0).says("commit-msg.before-onramp is kept, and is no program");
    commit(&env, "").exits(0);
    let told = recorded(&env);
    assert_eq!(
        told,
        "called: hooks run pre-commit\n[ROOT]\ncalled: hooks run commit-msg .git/COMMIT_EDITMSG\n[ROOT]\n"
    );
    git(&env, &["init", "-q", "--bare", "../remote"]);
    git_in(&env, "", &["push", "-q", "../remote", "main"]).exits(0).says("from the tree");
    env.onramp(["hooks", "uninstall"]).exits(0);
    assert_eq!(hooks(&env.root().join(".git/hooks")), before);
    assert_eq!(
        fs::read_to_string(env.root().join("scripts/push.sh")).unwrap(),
        "#!/bin/sh\necho from the tree\n"
    );
}

#[test]
fn one_that_asks_for_its_own_name_is_warned_of() {
    let env = repository(TWO_STAGES);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\nexec run-hook \"$(basename \"$0\")\"\n");
    env.onramp(["hooks", "install"]).exits(0).says("asks for its own name");
}

#[test]
fn a_shim_that_was_removed_by_hand_leaves_the_old_hook_to_be_restored() {
    let env = repository(TWO_STAGES);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\necho before\n");
    env.onramp(["hooks", "install"]).exits(0);
    fs::remove_file(hook(&env, "pre-commit")).unwrap();
    env.onramp(["hooks", "uninstall"]).exits(0).says("pre-commit           restored");
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit"]);
    // A hook that somebody has put over ours is theirs, and stays.
    env.onramp(["hooks", "install"]).exits(0);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\necho theirs\n");
    env.onramp(["hooks", "status"]).exits(0).says("pre-commit           not ours");
    env.onramp(["hooks", "uninstall"]).exits(0);
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-commit.before-onramp"]);
}
