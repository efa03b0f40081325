use onramp_tests::TestEnv;

use crate::named;

fn repository(configuration: &str) -> TestEnv {
    let env = crate::folder().file("onramp.toml", &named(configuration)).file(".gitignore", ".onramp/\n");
    env.command("", ["git", "init", "-q", "-b", "main"]).exits(0);
    env.command("", ["git", "config", "user.name", "somebody"]).exits(0);
    env.command("", ["git", "config", "user.email", "somebody@example.org"]).exits(0);
    env.command("", ["git", "add", "."]).exits(0);
    env.command("", ["git", "commit", "-q", "-m", "begin"]).exits(0);
    env
}

#[test]
fn staged_content_is_mended_and_what_is_not_staged_stays() {
    let env = repository(
        "[format.blanks]\nbuiltin = [\"trailing-whitespace\"]\n\n[hooks]\npre-commit = [\"format\"]\n",
    );
    env.write("a.txt", "one \n2\n3\n4\n5\n");
    env.command("", ["git", "add", "a.txt"]).exits(0);
    env.write("a.txt", "one \n2\n3\n4\n5\nmore \n");
    env.onramp(["hooks", "run", "pre-commit"]).exits(0).says("changed a.txt");
    assert_eq!(env.command("", ["git", "show", ":a.txt"]).exits(0).stdout, "one\n2\n3\n4\n5\n");
    assert_eq!(env.read("a.txt"), "one\n2\n3\n4\n5\nmore \n");
}

#[test]
fn what_is_staged_is_checked_and_named_by_its_place_in_the_repository() {
    let env = repository(
        "[lint.files]\nbuiltin = [\"json\", \"case-conflicts\"]\n\n[hooks]\npre-commit = [\"lint\"]\n",
    );
    env.write("src/a.json", "{");
    env.write("README", "");
    env.write("Readme", "");
    env.command("", ["git", "add", "."]).exits(0);
    env.write("src/a.json", "{}");
    let run = env.onramp(["hooks", "run", "pre-commit", "--format", "json"]).exits(1);
    let run = run.says("\"file\":\"src/a.json\"").never_says(".onramp/shadow/src");
    run.says("README: differs from `Readme` in case only");
}

#[test]
fn a_branch_takes_no_commits_and_another_one_does() {
    let env = repository(
        "[lint.branch]\nbuiltin = [\"forbidden-branch\"]\n\n[hooks]\npre-commit = [\"lint:branch\"]\n",
    );
    env.write("a.txt", "a\n");
    env.command("", ["git", "add", "a.txt"]).exits(0);
    env.onramp(["hooks", "run", "pre-commit"])
        .exits(1)
        .says("lint:branch | the branch `main` takes no commits [forbidden-branch]")
        .says("lint:branch failed: 1 problem")
        .says("hint: git switch -c NAME");
    env.command("", ["git", "switch", "-q", "-c", "topic"]).exits(0);
    env.onramp(["hooks", "run", "pre-commit"]).exits(0);
}

#[test]
fn messages_are_checked() {
    let env = repository(
        "[project]\nname = \"demo\"\n\n[lint.message]\nbuiltin = [{ name = \"commit-message\", conventional = true, max-subject = 20 }]\n\n\
         [hooks]\ncommit-msg = [\"lint:message\"]\n",
    );
    let check = |message: &str| {
        env.write(".git/COMMIT_EDITMSG", message);
        env.onramp(["hooks", "run", "commit-msg", ".git/COMMIT_EDITMSG"])
    };
    check("feat: add\n\n# a comment that is longer than the subject may be\n").exits(0);
    check("Add a feature to the program\nat once\n")
        .exits(1)
        .says(".git/COMMIT_EDITMSG:1:21: the subject has 28 characters, and at most 20 are allowed")
        .says(".git/COMMIT_EDITMSG:1:1: expected `type: description` or `type(scope): description`")
        .says(".git/COMMIT_EDITMSG:2:1: there is no empty line below the subject [commit-message]");
}
