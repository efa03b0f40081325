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
fn anew_and_from_parts() {
    let site = Site::new();
    site.stage("a.txt", "first\n");
    site.commit(&[]).exits(0);
    site.stage("a.txt", "unfixed\n");
    site.commit(&["--amend"]).exits(0);
    assert_eq!((site.head("a.txt"), site.status()), ("FIXED\n".to_owned(), String::new()));
    // With nothing staged there is nothing to do.
    site.commit(&["--amend"]).exits(0).says("none of its files is staged");
    site.commit(&["--allow-empty"]).exits(0);
}

#[test]
fn the_first_one() {
    let site = Site::unborn(super::site::FORMATTER, &[]);
    site.stage("a.txt", "unfixed\ntwo\nthree\n");
    site.write("a.txt", "unfixed\ntwo\nnot staged\n");
    site.commit(&[]).exits(1);
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

    let site = branched();
    site.base(&[("shared.txt", "unfixed of main\n")]);
    site.try_git(&["merge", "side"]).exits(1);
    site.commit(&[]).exits(128);
    site.env.onramp(["hooks", "run", "pre-commit"]).exits(4).says("shared.txt is not merged yet");
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
