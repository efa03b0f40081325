use std::fs;
use std::os::unix::fs::symlink;

use super::{commit, git, git_in, recorded, repository};

#[test]
fn what_is_installed_runs_the_tasks() {
    let env = repository(
        "[task.a]\nrun = \"test -e staged\"\n\n[task.b]\nrun = \"test -e good\"\n\n\
         [hooks]\npre-commit = [\"task:a\"]\npre-push = [\"task:b\"]\n",
    );
    let onramp = env.outside().join("programs/onramp");
    fs::remove_file(&onramp).unwrap();
    symlink(env.program(), &onramp).unwrap();
    env.onramp(["hooks", "install"]).exits(0);
    env.write("other", "");
    git(&env, &["add", "other"]);
    commit(&env, "").exits(1).says("task:a");
    env.write("staged", "");
    git(&env, &["add", "staged"]);
    commit(&env, "").exits(0);
    git(&env, &["init", "-q", "--bare", "../remote"]);
    git_in(&env, "", &["push", "-q", "../remote", "main"]).exits(1).says("task:b");
    env.write("good", "");
    git(&env, &["push", "-q", "../remote", "main"]);
    assert_eq!(recorded(&env), "");
}
