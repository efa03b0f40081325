//! The user, or another program, goes on while a hook runs.

use std::fs;

use onramp_tests::{Run, Started};

use super::site::Site;

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n";
const STAGED: &str = "unfixed\n2\n3\n4\n5\n6\n7\n";

/// A site with a formatter that waits until it may go on.
fn site() -> Site {
    let site = Site::new();
    site.base(&[("a.txt", BASE), ("clean.txt", "clean\n"), ("changed.txt", "c\n"), ("gone.txt", "gone\n")]);
    let outside = site.env.outside().display().to_string();
    site.tool(
        "fixer",
        &format!(
            "touch '{outside}/waits'; until [ -e '{outside}/go' ]; do sleep 0.01; done; exec sed -i s/unfixed/FIXED/ -- \"$@\""
        ),
    );
    site.stage("a.txt", STAGED);
    site.stage("b.txt", "unfixed b\n");
    site.write("changed.txt", "changed\n");
    site
}

fn start(site: &Site, words: &[&str]) -> Started {
    let _ = fs::remove_file(site.env.outside().join("go"));
    let _ = fs::remove_file(site.env.outside().join("waits"));
    let mut run = site.start_commit(words);
    let waits = site.env.outside().join("waits");
    run.wait_until(|| waits.exists());
    run
}

fn finish(site: &Site, run: Started) -> Run {
    fs::write(site.env.outside().join("go"), "").expect("a file in the temporary folder");
    run.finish()
}

#[test]
fn edits_files() {
    let site = site();
    let run = start(&site, &[]);
    site.write("a.txt", "unfixed\n2\n3\n4\n5\n6\nseven\n");
    site.write("clean.txt", "edited\n");
    site.write("changed.txt", "changed again\n");
    site.write("new.txt", "new\n");
    fs::remove_file(site.path("gone.txt")).unwrap();
    finish(&site, run).exits(0);
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.tree("a.txt"), "FIXED\n2\n3\n4\n5\n6\nseven\n");
    assert_eq!(
        [site.tree("clean.txt"), site.tree("changed.txt"), site.tree("new.txt")],
        ["edited\n", "changed again\n", "new\n"]
    );
    assert_eq!(site.status(), " M a.txt\n M changed.txt\n M clean.txt\n D gone.txt\n?? new.txt\n");
    site.is_in_order();
}

#[test]
fn edits_the_lines_that_are_fixed() {
    let site = site();
    let run = start(&site, &[]);
    site.write("a.txt", "unfixed by hand\n2\n3\n4\n5\n6\n7\n");
    fs::remove_file(site.path("b.txt")).unwrap();
    fs::create_dir(site.path("b.txt")).unwrap();
    site.write("b.txt/inside", "a folder now\n");
    finish(&site, run).exits(1).says("a.txt is in conflict");
    assert_eq!(
        (site.staged("a.txt").as_str(), site.tree("a.txt").as_str()),
        (STAGED, "unfixed by hand\n2\n3\n4\n5\n6\n7\n")
    );
    assert_eq!(site.tree("b.txt/inside"), "a folder now\n");
    site.is_in_order();
}

#[test]
fn stages_more() {
    let site = site();
    for newer in
        ["unfixed, and newer\n2\n3\n4\n5\n6\n7\n", "unfixed\n2\n3\n4\n5\n6\nnewer\n", "altogether another\n"]
    {
        site.stage("a.txt", STAGED);
        let run = start(&site, &[]);
        site.stage("a.txt", newer);
        site.stage("clean.txt", format!("staged meanwhile with {newer}"));
        finish(&site, run).exits(1).says("a.txt was staged anew while the hook ran");
        // Not one byte of the newer content is another one.
        assert_eq!([site.staged("a.txt"), site.tree("a.txt")], [newer; 2]);
        assert!(site.staged("clean.txt").starts_with("staged meanwhile"));
        assert_eq!([site.staged("b.txt"), site.tree("b.txt")], ["FIXED b\n"; 2]);
        site.is_in_order();
    }
    fs::write(site.env.outside().join("go"), "").unwrap();
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), "altogether another\n");
}

#[test]
fn stages_more_and_goes_on_writing() {
    let site = site();
    let run = start(&site, &[]);
    site.stage("a.txt", "unfixed\n2\nthree\n4\n5\n6\n7\n");
    site.write("a.txt", "unfixed\n2\nthree\n4\n5\n6\nseven\n");
    finish(&site, run).exits(1);
    assert_eq!(site.staged("a.txt"), "unfixed\n2\nthree\n4\n5\n6\n7\n");
    assert_eq!(site.tree("a.txt"), "unfixed\n2\nthree\n4\n5\n6\nseven\n");
    site.is_in_order();
}

#[test]
fn uses_git() {
    for (words, commits) in [
        (&["stash", "-q"][..], false),
        (&["reset", "-q", "--hard"], false),
        (&["reset", "-q"], false),
        (&["checkout", "-q", "HEAD", "--", "a.txt", "b.txt"], false),
        (&["rm", "-q", "-f", "--cached", "a.txt", "b.txt"], false),
        (&["commit", "-q", "--no-verify", "-m", "another"], true),
        (&["commit", "-q", "--no-verify", "-am", "another"], true),
    ] {
        let site = site();
        if words[0] == "checkout" {
            site.git(&["commit", "-qm", "b", "--no-verify", "--", "b.txt"]);
            site.stage("b.txt", "unfixed b 2\n");
        }
        let run = start(&site, &[]);
        site.git(words);
        let before = (
            site.tree("a.txt"),
            site.path("b.txt").exists().then(|| site.tree("b.txt")),
            site.tree("changed.txt"),
        );
        let index = site.git(&["ls-files", "--stage"]);
        let head = site.git(&["rev-parse", "HEAD"]);
        let run = finish(&site, run);
        assert_ne!(run.code, 0, "{words:?} {run:#?}");
        if !commits {
            // It was none of the hook's business any more.
            let after = (
                site.tree("a.txt"),
                site.path("b.txt").exists().then(|| site.tree("b.txt")),
                site.tree("changed.txt"),
            );
            assert_eq!((after, site.git(&["ls-files", "--stage"])), (before, index), "{words:?}");
        }
        assert_eq!(site.git(&["rev-parse", "HEAD"]), head, "{words:?}");
        if words[0] == "stash" {
            site.git(&["stash", "pop", "-q", "--index"]);
            assert_eq!([site.staged("a.txt"), site.tree("a.txt")], [STAGED; 2]);
            assert_eq!(site.tree("changed.txt"), "changed\n");
        }
        site.is_in_order();
    }
}

#[test]
fn checks_out_another_branch() {
    let site = site();
    site.git(&["branch", "other"]);
    let run = start(&site, &[]);
    site.git(&["checkout", "-q", "other"]);
    site.write("changed.txt", "on the other branch\n");
    finish(&site, run).exits(0);
    // The commit is where git makes it, with what was staged, and the work tree has what it had.
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.tree("changed.txt"), "on the other branch\n");
    site.is_in_order();
}

#[test]
fn commits_in_a_linked_worktree() {
    let site = site();
    site.git(&["worktree", "add", "-q", "-b", "other", "../other"]);
    let first = start(&site, &[]);
    site.write("../other/b.txt", "of the other\n");
    site.git_in("../other", &["add", "."]);
    fs::write(site.env.outside().join("go"), "").unwrap();
    site.env.command("../other", ["git", "commit", "-m", "there"]).exits(0);
    finish(&site, first).exits(0);
    assert_eq!(site.head("b.txt"), "FIXED b\n");
    assert_eq!(site.object("other:b.txt"), "of the other\n");
    assert_eq!(site.git(&["rev-list", "--count", "main..other"]), "1\n");
    site.is_in_order();
}

#[test]
fn commits_as_well() {
    let site = site();
    site.write("a.txt", "unfixed\n2\n3\n4\n5\n6\nseven\n");
    let first = start(&site, &[]);
    let mut second = site.start_commit(&[]);
    second.wait_for("waiting for a hook in this work tree, process");
    finish(&site, first).exits(0);
    let second = second.finish();
    assert_ne!(second.code, 0, "there is nothing left to commit: {second:#?}");
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.tree("a.txt"), "FIXED\n2\n3\n4\n5\n6\nseven\n");
    assert_eq!(site.status(), " M a.txt\n M changed.txt\n");
    assert_eq!(site.git(&["rev-list", "--count", "HEAD"]), "3\n");
    site.is_in_order();
}

#[test]
fn takes_his_time_to_write() {
    let site = Site::new();
    site.tool("fixer", "exec sed -i s/unfixed/FIXED/ -- \"$@\"");
    site.stage("a.txt", STAGED);
    // He has the file open until another one has its place, and for longer than anybody would wait without knowing of it.
    let script = "exec 8>> a.txt; touch ../open; while [ a.txt -ef /proc/self/fd/8 ]; do sleep 0.01; done; sleep 0.2; \
                  echo late >&8";
    let mut writer = site.env.start_command("", ["sh", "-c", script]);
    writer.wait_until(|| site.env.outside().join("open").exists());
    site.env.command("", [".git/hooks/pre-commit"]).exits(0);
    writer.finish().exits(0);
    assert_eq!(site.staged("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.tree("a.txt"), format!("{}late\n", STAGED.replace("unfixed", "FIXED")));
}

#[test]
fn writes_all_the_time() {
    const ROUNDS: usize = 40;
    let site = Site::new();
    let lines: String = (0..ROUNDS).map(|round| format!("unfixed {round}\n-\n")).collect();
    site.stage("a.txt", format!("{lines}{BASE}"));
    // It has the file open for a while before it writes, so that the file may have another place by then.
    let script = "number=0; until [ -e ../stop ]; do exec 8>> a.txt; sleep 0.001; echo \"line $number\" >&8; \
                  exec 8>&-; number=$((number + 1)); sleep 0.007; done; echo $number > ../count";
    let mut writer = site.env.start_command("", ["sh", "-c", script]);
    writer.wait_until(|| site.tree("a.txt").contains("line 9"));
    let mut taken = 0;
    for round in 0..ROUNDS {
        site.tool("fixer", &format!("exec sed -i 's/unfixed {round}$/FIXED {round}/' -- \"$@\""));
        let run = site.env.command("", [".git/hooks/pre-commit"]);
        // Whoever writes all the time is in the way of the fix, or he is not.
        assert!([0, 1, 4].contains(&run.code), "{run:#?}");
        taken += usize::from(site.staged("a.txt").contains(&format!("FIXED {round}\n")));
    }
    fs::write(site.env.outside().join("stop"), "").expect("a file in the temporary folder");
    writer.finish().exits(0);
    let count = fs::read_to_string(site.env.outside().join("count")).expect("a number");
    let count: usize = count.trim().parse().expect("a number");
    // What does not go together lies beside it, and the next hook says where.
    site.env.command("", [".git/hooks/pre-commit"]);
    let tree = site.tree("a.txt");
    let beside = fs::read_dir(site.path(".onramp/shadow/exchange")).into_iter().flatten().flatten();
    let beside: String = beside.map(|entry| site.tree(entry.path())).collect();
    let is_there = |line: &str| tree.lines().chain(beside.lines()).any(|there| there == line);
    let missing: Vec<usize> = (0..count).filter(|number| !is_there(&format!("line {number}"))).collect();
    assert_eq!(missing, [0; 0], "{taken} fixes are taken");
    assert!(taken > 0);
}
