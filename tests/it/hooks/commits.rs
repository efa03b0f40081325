//! All the ways to make a commit.

use super::site::Site;

#[test]
fn of_everything_that_is_changed() {
    let site = Site::new();
    site.base(&[("a.txt", "a\n"), ("b.txt", "b\n")]);
    site.write("a.txt", "unfixed\n");
    std::fs::remove_file(site.path("b.txt")).unwrap();
    site.commit(&["-a"]).exits(0);
    assert_eq!((site.tree("a.txt"), site.head("a.txt")), ("FIXED\n".to_owned(), "FIXED\n".to_owned()));
    assert_eq!(site.status(), "");
    site.is_in_order();
}

#[test]
fn of_some_paths_while_others_are_staged() {
    let site = Site::new();
    site.base(&[("a.txt", "a\n"), ("b.txt", "b\n"), ("c.txt", "c\n")]);
    for words in [&["--", "a.txt"][..], &["--only", "a.txt"]] {
        site.write("a.txt", format!("unfixed {words:?}\n"));
        site.stage("b.txt", "unfixed b\n");
        site.write("c.txt", "unfixed c\n");
        site.commit(words).exits(0);
        let fixed = format!("FIXED {words:?}\n");
        assert_eq!([site.head("a.txt"), site.staged("a.txt"), site.tree("a.txt")], [&*fixed; 3]);
        assert_eq!([site.staged("b.txt"), site.tree("b.txt")], ["unfixed b\n"; 2]);
        assert_eq!(site.status(), " M c.txt\nM  b.txt\n".split_inclusive('\n').rev().collect::<String>());
        site.is_in_order();
    }
    site.write("a.txt", "unfixed again\n");
    site.commit(&["-i", "a.txt"]).exits(0);
    for path in ["a.txt", "b.txt"] {
        assert!(site.head(path).starts_with("FIXED"), "{path}");
    }
    assert_eq!(site.status(), " M c.txt\n");
    site.is_in_order();
}

#[test]
fn of_some_hunks() {
    let site = Site::new();
    let text = |first: &str, last: &str| format!("{first}\n2\n3\n4\n5\n6\n7\n8\n9\n10\n{last}\n");
    site.base(&[("a.txt", &text("1", "11"))]);
    site.write("a.txt", text("unfixed 1", "unfixed 11"));
    // The first hunk goes into the commit, the second one does not.
    site.env.command("", ["sh", "-c", "printf 'y\\nn\\n' | git commit -q -p -m hunks"]).exits(0);
    assert_eq!(site.head("a.txt"), text("FIXED 1", "11"));
    assert_eq!(site.tree("a.txt"), text("FIXED 1", "unfixed 11"));
    assert_eq!(site.status(), " M a.txt\n");
    site.is_in_order();
}

#[test]
fn anew_and_from_parts() {
    let site = Site::new();
    site.stage("a.txt", "first\n");
    site.commit(&[]).exits(0);
    site.stage("a.txt", "unfixed\n");
    site.commit(&["--amend"]).exits(0);
    assert_eq!((site.head("a.txt"), site.status()), ("FIXED\n".to_owned(), String::new()));
    // With nothing staged there is nothing to do.
    site.commit(&["--amend"]).exits(0).says("no changed files");
    site.commit(&["--allow-empty"]).exits(0);
}

#[test]
fn the_first_one() {
    let site = Site::unborn(super::site::FORMATTER, &[]);
    site.stage("a.txt", "unfixed\ntwo\nthree\n");
    site.write("a.txt", "unfixed\ntwo\nthree\nfour\n5\nnot staged\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), "FIXED\ntwo\nthree\n");
    assert_eq!(site.tree("a.txt"), "FIXED\ntwo\nthree\nfour\n5\nnot staged\n");
    site.is_in_order();
}

/// A branch `side` that has changed `shared.txt` and added `side.txt`, while `main` has changed `main.txt`.
fn branched() -> Site {
    let site = Site::new();
    site.base(&[("shared.txt", "unfixed before\n"), ("main.txt", "m\n")]);
    site.git(&["checkout", "-qb", "side"]);
    site.base(&[("shared.txt", "unfixed of the side\n"), ("side.txt", "unfixed side\n")]);
    site.git(&["checkout", "-q", "main"]);
    site.base(&[("main.txt", "unfixed main\n")]);
    site
}

#[test]
fn a_merge_leaves_what_is_another_sides() {
    let site = branched();
    site.try_git(&["merge", "-m", "merged", "side"]).exits(0);
    assert_eq!(site.head("side.txt"), "unfixed side\n");
    assert_eq!(site.status(), "");

    // What both have changed is this merge's own, and git has made its tree by then.
    let site = branched();
    let lines = |first: &str, last: &str| format!("{first}\n2\n3\n4\n5\n{last}\n");
    site.base(&[("both.txt", &lines("1", "6"))]);
    site.git(&["checkout", "-q", "side"]);
    site.git(&["rebase", "-q", "main"]);
    site.base(&[("both.txt", &lines("unfixed", "6"))]);
    site.git(&["checkout", "-q", "main"]);
    site.base(&[("both.txt", &lines("1", "six"))]);
    site.try_git(&["merge", "-m", "merged", "side"]).exits(1).says("hint: git commit");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("both.txt"), lines("FIXED", "six"));
    assert_eq!((site.head("side.txt").as_str(), site.status().as_str()), ("unfixed side\n", ""));

    let site = branched();
    site.base(&[("shared.txt", "unfixed of main\n")]);
    site.try_git(&["merge", "side"]).exits(1);
    site.commit(&[]).exits(128);
    site.env.onramp(["hooks", "run", "pre-commit"]).exits(1).says("shared.txt is not merged yet");
    let before = site.tree("shared.txt");
    assert!(before.contains("<<<<<<<"), "{before}");
    site.stage("shared.txt", "unfixed of both\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("shared.txt"), "FIXED of both\n");
    assert_eq!(
        (site.head("side.txt").as_str(), site.head("main.txt").as_str()),
        ("unfixed side\n", "unfixed main\n")
    );
    assert_eq!(site.git(&["rev-list", "--count", "--merges", "HEAD"]), "1\n");
    assert_eq!(site.status(), "");
    site.is_in_order();
}

#[test]
fn in_a_rebase_a_cherry_pick_and_a_revert() {
    for words in [&["rebase", "main"][..], &["cherry-pick", "main"], &["revert", "HEAD~1"]] {
        let site = branched();
        site.base(&[("shared.txt", "unfixed of main\n")]);
        site.git(&["checkout", "-q", "side"]);
        site.base(&[("shared.txt", "unfixed, and newer\n")]);
        site.try_git(words).exits(1);
        site.stage("shared.txt", "unfixed of both\n");
        site.write("main.txt", "edited meanwhile\n");
        site.commit(&[]).exits(0);
        assert_eq!(site.head("shared.txt"), "FIXED of both\n", "{words:?}");
        assert_eq!(site.tree("main.txt"), "edited meanwhile\n", "{words:?}");
        site.is_in_order();
    }
}

#[test]
fn in_a_linked_worktree() {
    let site = Site::new();
    site.base(&[("a.txt", "a\n")]);
    site.git(&["worktree", "add", "-q", "-b", "other", "../other"]);
    site.stage("a.txt", "unfixed, staged in the first\n");
    site.write("../other/a.txt", "unfixed 1\n2\n3\n4\n5\n");
    site.git_in("../other", &["add", "."]);
    site.write("../other/a.txt", "unfixed 1\n2\n3\n4\nunfixed 5\n");
    site.env.command("../other", ["git", "commit", "-m", "there"]).exits(0);
    assert_eq!(site.object("other:a.txt"), "FIXED 1\n2\n3\n4\n5\n");
    assert_eq!(site.tree("../other/a.txt"), "FIXED 1\n2\n3\n4\nunfixed 5\n");
    site.env.command("../other", ["git", "commit", "-m", "there", "--", "a.txt"]).exits(0);
    assert_eq!(site.git_in("../other", &["status", "--porcelain"]), "");
    assert_eq!([site.staged("a.txt"), site.tree("a.txt")], ["unfixed, staged in the first\n"; 2]);
    site.is_in_order();
}

#[test]
fn of_a_repository_that_lies_elsewhere() {
    let mut site = Site::new();
    site.base(&[("a.txt", "a\n")]);
    let git_dir = site.env.outside().join("elsewhere.git");
    site.git(&["clone", "-q", "--bare", ".", &git_dir.display().to_string()]);
    site.git(&["--git-dir", &git_dir.display().to_string(), "config", "core.bare", "false"]);
    site.hook_in("../elsewhere.git/hooks");
    site.stage("a.txt", "unfixed, staged in the one around it\n");
    // The index of the other one is made by hand.
    for has_own in [true, false] {
        if !has_own {
            std::fs::rename(site.path(".git"), site.env.outside().join("set-aside")).unwrap();
        }
        site.env.set_variable("GIT_DIR", &git_dir.display().to_string());
        let root = site.env.root().display().to_string();
        site.env.set_variable("GIT_WORK_TREE", &root);
        site.stage("a.txt", format!("unfixed {has_own}\n"));
        site.commit(&[]).exits(0);
        assert_eq!(site.head("a.txt"), format!("FIXED {has_own}\n"));
        assert_eq!(site.tree("a.txt"), format!("FIXED {has_own}\n"));
    }
    std::fs::rename(site.env.outside().join("set-aside"), site.path(".git")).unwrap();
    let script = "unset GIT_DIR GIT_WORK_TREE; exec git cat-file blob :a.txt";
    let staged = site.env.command("", ["sh", "-c", script]).exits(0).stdout;
    assert_eq!(staged, "unfixed, staged in the one around it\n");
}

#[test]
fn of_an_index_that_lies_elsewhere() {
    let mut site = Site::new();
    site.stage("b.txt", "unfixed b\n");
    let index = site.env.outside().join("index").display().to_string();
    std::fs::copy(site.path(".git/index"), &index).unwrap();
    site.env.set_variable("GIT_INDEX_FILE", &index);
    site.stage("a.txt", "unfixed a\n");
    site.commit(&[]).exits(0);
    assert_eq!([site.head("a.txt"), site.head("b.txt")], ["FIXED a\n", "FIXED b\n"]);
}

#[test]
fn of_a_workspace_in_a_folder_and_its_member() {
    let site = Site::new();
    site.write(
        "sub/onramp.toml",
        crate::named(&format!("[project]\nmembers = [\"member\"]\n\n{}", super::site::FORMATTER)),
    );
    let member = super::site::FORMATTER.replace(".fix]", ".fix-member]").replace(":fix\"", ":fix-member\"");
    site.write("sub/member/onramp.toml", crate::named(&member).replace("demo", "member"));
    site.base(&[("sub/a.txt", "1\n2\n3\n4\n5\n"), ("sub/member/b.txt", "b\n")]);
    let script = std::fs::read_to_string(site.path(".git/hooks/pre-commit")).unwrap();
    std::fs::write(site.path(".git/hooks/pre-commit"), script.replace("--format", "-C sub --format"))
        .unwrap();
    for words in [&[][..], &["-a"], &["--", "sub"]] {
        site.stage("sub/a.txt", format!("unfixed {words:?}\n2\n3\n4\n5\n"));
        site.stage("sub/member/b.txt", format!("unfixed b {words:?}\n"));
        site.stage("outside.txt", "unfixed\n");
        if words.is_empty() {
            site.write("sub/a.txt", "unfixed []\n2\n3\n4\nfive\n");
        }
        site.commit(words).exits(0);
        assert_eq!(site.head("sub/a.txt"), format!("FIXED {words:?}\n2\n3\n4\n5\n"));
        assert_eq!(site.head("sub/member/b.txt"), format!("FIXED b {words:?}\n"));
        assert_eq!(site.tree("outside.txt"), "unfixed\n");
    }
    site.is_in_order();
}
