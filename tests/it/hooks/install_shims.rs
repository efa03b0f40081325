use std::collections::BTreeMap;
use std::fs;

use onramp_tests::{Run, TestEnv};

use super::{RECORDER, TWO_STAGES, commit, git, git_in, hook, program, recorded, repository};

/// Commits with nothing in the environment but what is given.
#[track_caller]
fn commit_with(env: &TestEnv, variables: &[&str]) -> Run {
    let record = format!("RECORD={}", env.outside().join("record").display());
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    let git = ["commit", "-q", "--allow-empty", "-m", "a commit"];
    let words = ["env", "-i", "GIT_CONFIG_NOSYSTEM=1", record.as_str()].into_iter();
    env.command("", words.chain(variables.iter().copied()).chain(["git"]).chain(who).chain(git))
}

#[test]
fn a_machine_without_onramp_stops_git_with_the_ways_on() {
    let env = repository(TWO_STAGES);
    env.onramp(["hooks", "install"]).exits(0);
    let run = commit_with(&env, &["PATH=/usr/local/bin:/usr/bin:/bin"]).exits(1);
    run.says("error: program `onramp` not found, so pre-commit stops here").says("or git commit --no-verify");
    assert_eq!(git(&env, &["rev-list", "--count", "HEAD"]).stdout, "1\n");
}

#[test]
fn a_desktop_that_knows_few_folders_finds_it_where_it_is_installed() {
    let env = repository(TWO_STAGES);
    env.onramp(["hooks", "install"]).exits(0);
    let home = format!("HOME={}", env.outside().join("home").display());
    let path = "PATH=/usr/local/bin:/usr/bin:/bin";
    for folder in ["home/.cargo/bin", "home/.local/bin", "home/.nix-profile/bin"] {
        let file = env.outside().join(folder).join("onramp");
        program(&file, RECORDER);
        commit_with(&env, &[path, &home]).exits(0);
        assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n", "{folder}");
        fs::remove_file(file).unwrap();
    }
    program(&env.outside().join("cargo/bin/onramp"), RECORDER);
    commit_with(&env, &[path, &format!("CARGO_HOME={}", env.outside().join("cargo").display())]).exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
}

#[test]
fn a_program_in_the_work_tree_is_not_taken_for_ours() {
    let env = repository(TWO_STAGES).script("onramp", "#!/bin/sh\necho from the tree\n");
    env.onramp(["hooks", "install"]).exits(0);
    let git = env.command("", ["sh", "-c", "command -v git"]).stdout;
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--allow-empty", "-m", "x"];
    // Where nothing is on `PATH`, a program is looked for in the work tree.
    let run = env.command("", ["env", "-i", "PATH=", git.trim_end()].into_iter().chain(who)).exits(1);
    run.says("program `onramp` not found").never_says("from the tree");
    program(&hook(&env, "pre-commit.before-onramp"), "#!/bin/sh\nexec onramp\n");
    let run = env.command("", ["env", "-i", "PATH=", git.trim_end()].into_iter().chain(who));
    run.says("from the tree");
}

#[test]
fn it_adds_nothing_to_the_environment() {
    let env = repository(TWO_STAGES);
    let variables = |env: &TestEnv| -> BTreeMap<String, String> {
        let text = fs::read_to_string(env.outside().join("record.env")).unwrap();
        let lines = text.lines().filter_map(|line| line.split_once('='));
        let own = ["_", "PWD", "OLDPWD", "SHLVL", "GIT_AUTHOR_DATE"];
        lines.filter(|(name, _)| !own.contains(name)).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
    };
    program(&hook(&env, "pre-commit"), "#!/bin/sh\nexec onramp directly\n");
    commit(&env, "").exits(0);
    let directly = variables(&env);
    fs::remove_file(hook(&env, "pre-commit")).unwrap();
    env.onramp(["hooks", "install"]).exits(0);
    commit(&env, "").exits(0);
    assert_eq!(variables(&env), directly);
    assert!(directly.contains_key("GIT_INDEX_FILE"));
}

#[test]
fn all_of_ours_is_skipped_on_demand_and_what_was_there_before_is_not() {
    let mut env = repository(TWO_STAGES);
    program(&hook(&env, "pre-commit"), "#!/bin/sh\necho before\n");
    env.onramp(["hooks", "install"]).exits(0);
    env.set_variable("ONRAMP_SKIP", "some,all");
    commit(&env, "").exits(0).says("before").says("onramp: pre-commit is skipped: ONRAMP_SKIP=all");
    assert_eq!(recorded(&env), "");
    env.set_variable("ONRAMP_SKIP", "small");
    commit(&env, "").exits(0).never_says("skipped");
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
}

#[test]
fn the_repository_may_move_and_git_may_stand_anywhere() {
    let env = repository(TWO_STAGES);
    env.onramp(["hooks", "install"]).exits(0);
    let moved = env.outside().join("mo'ved\nto $HOME `x` \"y\"");
    fs::rename(env.root(), &moved).unwrap();
    let env = env.in_root(moved);
    env.write("deep/er/file", "");
    commit(&env, "deep/er").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    env.onramp(["hooks", "install"]).exits(0).says("pre-commit           unchanged");
    // By hand, from a folder below.
    env.command("deep/er", ["../../.git/hooks/pre-commit"]).exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
}

#[test]
fn a_commit_without_a_configuration_has_no_hooks() {
    let env = repository(TWO_STAGES);
    env.onramp(["hooks", "install"]).exits(0);
    fs::remove_file(env.root().join("onramp.toml")).unwrap();
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "");
}

#[test]
fn members_name_stages_too_and_a_workspace_below_the_root_is_entered() {
    let env = repository("[hooks]\npre-push = [\"test\"]\n")
        .file(
            "it's/onramp.toml",
            "[project]\nname = \"top\"\nmembers = [\"ui\"]\n\n[hooks]\npre-commit = [\"lint\"]\n",
        )
        .file("it's/ui/onramp.toml", "[project]\nname = \"ui\"\n\n[hooks]\npre-commit = [\"format\"]\n");
    let run = env.onramp_in("it's", ["hooks", "install"]).exits(0);
    assert_eq!(run.stdout, "pre-commit           installed  lint:*, ui/format:*\n");
    commit(&env, "it's/ui").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]/it's\n");
    env.onramp_in("it's/ui", ["hooks", "install"])
        .exits(0)
        .says("pre-commit           unchanged  /lint:*, format:*");
    git_in(&env, "", &["status"]).exits(0);
}
