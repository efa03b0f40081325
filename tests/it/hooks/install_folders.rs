use std::fs;
use std::os::unix::fs::symlink;

use onramp_tests::TestEnv;

use super::{TWO_STAGES, commit, git, git_in, hooks, names, program, recorded, repository};

/// Where git itself looks for hooks, from the root of the workspace.
fn of_git(env: &TestEnv) -> String {
    git(env, &["rev-parse", "--git-path", "hooks"]).stdout.trim_end().to_owned()
}

/// Installs, and has git run the hook.
#[track_caller]
fn is_honoured(env: &TestEnv, folder: &str) {
    env.onramp(["hooks", "install"]).exits(0);
    assert_eq!(of_git(env).replace(&env.root().display().to_string(), "[ROOT]"), folder);
    let path = env.root().join(folder.replace("[ROOT]", &env.root().display().to_string()));
    assert_eq!(names(&path), ["pre-commit", "pre-push"]);
    commit(env, "").exits(0);
    assert_eq!(recorded(env), "called: hooks run pre-commit\n[ROOT]\n");
}

#[test]
fn worktrees_share_the_hooks_and_each_runs_its_own_workspace() {
    let env = repository(TWO_STAGES);
    git(&env, &["worktree", "add", "-q", "../linked tree", "-b", "topic"]);
    env.onramp_in("../linked tree", ["hooks", "install"]).exits(0).says("pre-commit           installed");
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-push"]);
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    commit(&env, "../linked tree").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[OUTSIDE]/linked tree\n");
    env.onramp(["hooks", "install"]).exits(0).says("pre-commit           unchanged");
    env.onramp(["hooks", "uninstall"]).exits(0);
    env.onramp_in("../linked tree", ["hooks", "status"]).exits(0).says("pre-commit           missing");
}

#[test]
fn a_submodule_has_hooks_of_its_own() {
    let env = repository(TWO_STAGES);
    let library = env.outside().join("library");
    fs::create_dir(&library).unwrap();
    fs::write(library.join("onramp.toml"), format!("[project]\nname = \"library\"\n\n{TWO_STAGES}")).unwrap();
    git_in(&env, "../library", &["init", "-q"]).exits(0);
    git_in(&env, "../library", &["add", "--all"]).exits(0);
    git_in(&env, "../library", &["commit", "-q", "-m", "first"]).exits(0);
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "lib"];
    git(&env, &["config", "remote.origin.url", &env.root().display().to_string()]);
    git(&env, &add);
    env.onramp_in("lib", ["hooks", "install"]).exits(0);
    assert_eq!(names(&env.root().join(".git/hooks")), [""; 0]);
    assert_eq!(names(&env.root().join(".git/modules/lib/hooks")), ["pre-commit", "pre-push"]);
    commit(&env, "lib").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]/lib\n");
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "");
}

#[test]
fn a_local_folder_in_the_work_tree_is_honoured() {
    let env = repository(TWO_STAGES);
    program(&env.root().join(".husky/pre-commit"), "#!/bin/sh\necho \"from $(dirname \"$0\")\"\n");
    git(&env, &["config", "core.hooksPath", ".husky"]);
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "hooks in the tree"]);
    env.onramp(["hooks", "install"]).exits(0).says("in .husky:");
    env.onramp(["hooks", "status"])
        .exits(0)
        .says("hooks in .husky (core.hooksPath, local, file:.git/config)");
    commit(&env, "").exits(0).says("from .husky");
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    env.onramp(["hooks", "uninstall"]).exits(0);
    assert_eq!(git(&env, &["status", "--porcelain"]).stdout, "");
    assert_eq!(names(&env.root().join(".husky")), ["pre-commit"]);
}

#[test]
fn paths_of_the_repository_are_honoured_whoever_sets_them() {
    let env = repository(TWO_STAGES);
    git(&env, &["config", "core.hooksPath", ".githooks"]);
    is_honoured(&env, ".githooks");

    let env = repository(TWO_STAGES);
    git(&env, &["config", "core.hooksPath", &env.root().join("deep/hooks").display().to_string()]);
    is_honoured(&env, "[ROOT]/deep/hooks");

    let env = repository(TWO_STAGES);
    env.write(".included", "[core]\n\thooksPath = .from-include\n");
    git(&env, &["config", "include.path", "../.included"]);
    is_honoured(&env, ".from-include");
    env.onramp(["hooks", "status"]).exits(0).says("(core.hooksPath, local, file:.git/../.included)");
}

#[test]
fn a_path_of_one_worktree_is_honoured_there_alone() {
    let env = repository(TWO_STAGES);
    git(&env, &["worktree", "add", "-q", "../linked", "-b", "topic"]);
    git(&env, &["config", "extensions.worktreeConfig", "true"]);
    git_in(&env, "../linked", &["config", "--worktree", "core.hooksPath", "own-hooks"]).exits(0);
    env.onramp_in("../linked", ["hooks", "install"]).exits(0);
    env.onramp_in("../linked", ["hooks", "status"])
        .exits(0)
        .says("hooks in own-hooks (core.hooksPath, worktree, ");
    assert_eq!(names(&env.root().join(".git/hooks")), [""; 0]);
    commit(&env, "../linked").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[OUTSIDE]/linked\n");
    env.onramp(["hooks", "status"]).exits(0).says("pre-commit           missing");
}

/// Hooks that all repositories of a user share.
fn with_global_hooks() -> TestEnv {
    let env = repository(TWO_STAGES);
    let shared = env.outside().join("shared hooks");
    program(&shared.join("pre-commit"), "#!/bin/sh\necho shared\n");
    git(&env, &["config", "--global", "core.hooksPath", &shared.display().to_string()]);
    env
}

#[test]
fn a_global_folder_is_refused_with_the_ways_out() {
    let env = with_global_hooks();
    let shared = env.outside().join("shared hooks");
    let settings = fs::read(env.outside().join("home/.gitconfig")).unwrap();
    let before = hooks(&shared);
    let run = env.onramp(["hooks", "install"]).exits(4);
    run.says("(global, file:")
        .says("which is not of this repository alone")
        .says("git config --local core.hooksPath .githooks && onramp hooks install")
        .says("onramp hooks install --into-shared");
    assert_eq!(hooks(&shared), before);
    assert_eq!(names(&env.root().join(".git/hooks")), [""; 0]);
    env.onramp(["hooks", "status"]).exits(0).says("which is not of this repository alone");
    // The first way out, as it is printed.
    git(&env, &["config", "--local", "core.hooksPath", ".githooks"]);
    is_honoured(&env, ".githooks");
    assert_eq!(fs::read(env.outside().join("home/.gitconfig")).unwrap(), settings);
    assert_eq!(hooks(&shared), before);
}

#[test]
fn a_shared_folder_is_written_if_that_is_asked_for_and_others_are_left_in_peace() {
    let env = with_global_hooks();
    let shared = env.outside().join("shared hooks");
    let before = hooks(&shared);
    env.onramp(["hooks", "install", "--into-shared"]).exits(0);
    commit(&env, "").exits(0).says("shared");
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    fs::create_dir(env.outside().join("stranger")).unwrap();
    git_in(&env, "../stranger", &["init", "-q"]).exits(0);
    commit(&env, "../stranger").exits(0).says("shared");
    assert_eq!(recorded(&env), "");
    env.onramp(["hooks", "uninstall"]).exits(0);
    assert_eq!(hooks(&shared), before);
}

#[test]
fn a_folder_outside_is_shared_whoever_sets_it() {
    let env = repository(TWO_STAGES);
    git(&env, &["config", "core.hooksPath", "../outside"]);
    env.onramp(["hooks", "install"]).exits(4).says("`../outside` (local, file:.git/config)");
    assert!(!env.outside().join("outside").exists());

    let env = repository(TWO_STAGES);
    fs::create_dir(env.outside().join("outside")).unwrap();
    fs::remove_dir_all(env.root().join(".git/hooks")).unwrap();
    symlink("../../outside", env.root().join(".git/hooks")).unwrap();
    env.onramp(["hooks", "install"]).exits(4).says("the hooks of this repository lie in ");
    assert_eq!(names(&env.outside().join("outside")), [""; 0]);
}

#[test]
fn a_path_for_one_command_and_an_empty_one_are_refused() {
    let env = repository(TWO_STAGES)
        .variable("GIT_CONFIG_COUNT", "1")
        .variable("GIT_CONFIG_KEY_0", "core.hooksPath")
        .variable("GIT_CONFIG_VALUE_0", "for-now");
    env.onramp(["hooks", "install"]).exits(4).says("`for-now` (command, ");
    assert!(!env.has("for-now"));

    let env = repository(TWO_STAGES);
    git(&env, &["config", "core.hooksPath", ""]);
    env.onramp(["hooks", "install"]).exits(4).says("so git runs no hooks at all");
    env.onramp(["hooks", "status"]).exits(0).says("no hooks are run, because core.hooksPath is empty");
}

#[test]
fn a_folder_that_husky_writes_is_left_to_it() {
    let env = repository(TWO_STAGES);
    program(&env.root().join(".husky/_/pre-commit"), "#!/bin/sh\n. \"$(dirname \"$0\")/h\"\n");
    git(&env, &["config", "core.hooksPath", ".husky/_"]);
    let run = env.onramp(["hooks", "install"]).exits(4);
    run.says("husky writes that folder anew").says("onramp hooks run pre-commit \"$@\"");
    assert_eq!(names(&env.root().join(".husky/_")), ["pre-commit"]);
}

#[test]
fn a_repository_without_a_folder_for_hooks_gets_one() {
    let env = repository(TWO_STAGES);
    fs::remove_dir_all(env.root().join(".git/hooks")).unwrap();
    is_honoured(&env, ".git/hooks");
}
