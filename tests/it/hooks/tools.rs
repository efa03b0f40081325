//! Tools that do more than they should.

use std::fs;
use std::time::Duration;

use super::site::Site;

const BASE: &str = "1\n2\n3\n4\n5\n";
const STAGED: &str = "unfixed\n2\n3\n4\n5\n";
const UNSTAGED: &str = "unfixed\n2\n3\n4\nfive\n";

/// A site with a file of which a part is staged, one that is staged, one that is changed and one that is new.
fn site() -> Site {
    let site = Site::new();
    site.base(&[("a.txt", BASE), ("changed.txt", "c\n"), ("clean.txt", "unfixed\n")]);
    prepare(&site, "");
    site
}

fn prepare(site: &Site, round: &str) {
    site.stage("a.txt", STAGED.replace('2', round));
    site.stage("b.txt", format!("unfixed b {round}\n"));
    site.write("a.txt", UNSTAGED.replace('2', round));
    site.write("changed.txt", "unfixed c\n");
    site.write("new.txt", "unfixed new\n");
}

/// What nobody has staged is as it was.
#[track_caller]
fn the_rest_is_as_it_was(site: &Site) {
    assert_eq!(site.tree("changed.txt"), "unfixed c\n");
    assert_eq!(site.tree("clean.txt"), "unfixed\n");
    assert_eq!(site.tree("new.txt"), "unfixed new\n");
    assert_eq!(site.git(&["stash", "list"]), "");
    site.is_in_order();
}

/// Nothing of what is staged and what is not has changed.
#[track_caller]
fn nothing_has_changed(site: &Site, round: &str) {
    assert_eq!(
        [site.staged("a.txt"), site.tree("a.txt")],
        [STAGED, UNSTAGED].map(|it| it.replace('2', round))
    );
    assert_eq!([site.staged("b.txt"), site.tree("b.txt")], [""; 2].map(|_| format!("unfixed b {round}\n")));
}

#[test]
fn that_fix_in_unusual_ways() {
    let site = site();
    for (round, script) in [
        // Staged by the tool itself, with everything else that it finds.
        "sed -i s/unfixed/FIXED/ \"$@\" && git add -A",
        // By another file in its place.
        "for file; do sed s/unfixed/FIXED/ \"$file\" > t && mv t \"$file\"; done",
        // Every file that it finds.
        "find . -name '*.txt' -type f -exec sed -i s/unfixed/FIXED/ {} +",
        // And fails for having changed something.
        "grep -q unfixed \"$@\" || exit 0; sed -i s/unfixed/FIXED/ \"$@\"; exit 1",
        // And makes the files read-only.
        "sed -i s/unfixed/FIXED/ \"$@\" && chmod a-w \"$@\"",
        // And gives them another mode.
        "sed -i s/unfixed/FIXED/ \"$@\" && chmod 777 \"$@\"",
        // And reads what it is not given.
        "cat > /dev/null; sed -i s/unfixed/FIXED/ \"$@\"",
        // And commits, which is not a hook's to do; it does not insist.
        "sed -i s/unfixed/FIXED/ \"$@\"; git commit -qam 'of the tool' || true",
        // And insists.
        "sed -i s/unfixed/FIXED/ \"$@\"; git commit -qam 'of the tool' --no-verify",
        // And leaves a process behind.
        "sed -i s/unfixed/FIXED/ \"$@\"; (sleep 0.3; for file; do echo late > \"$file\"; done) &",
        "sed -i s/unfixed/FIXED/ \"$@\"; setsid sh -c 'sleep 0.3; for file; do echo late > \"$file\"; done' sh \"$@\" > /dev/null 2>&1 &",
    ]
    .iter()
    .enumerate()
    {
        let round = format!("round {round}");
        prepare(&site, &round);
        site.tool("fixer", script);
        let commits: u32 = site.git(&["rev-list", "--count", "HEAD"]).trim().parse().unwrap();
        site.commit(&[]).exits(0);
        std::thread::sleep(Duration::from_millis(if script.contains("late") { 500 } else { 0 }));
        let fixed = [STAGED, UNSTAGED].map(|text| text.replace("unfixed", "FIXED").replace('2', &round));
        assert_eq!([site.head("a.txt"), site.tree("a.txt")], fixed, "{script}");
        assert_eq!([site.head("b.txt"), site.tree("b.txt")], [""; 2].map(|_| format!("FIXED b {round}\n")), "{script}");
        assert_eq!(site.git(&["rev-list", "--count", "HEAD"]), format!("{}\n", commits + 1), "{script}");
        assert_eq!(site.status(), " M a.txt\n M changed.txt\n?? new.txt\n", "{script}");
        the_rest_is_as_it_was(&site);
    }
}

#[test]
fn that_take_something_away() {
    let site = site();
    for (round, script) in [
        "rm \"$@\"",
        "rm -rf ./*",
        "find . -mindepth 1 -delete 2> /dev/null; true",
        "git clean -qfdx",
        "git rm -qf --cached \"$@\"",
        "for file; do ln -sf clean.txt \"$file\"; done",
        "touch \"$@\"",
        "sed -i '' \"$@\"",
        "git checkout -q -- .",
        "git checkout-index -qfa",
        "git switch -qc of-the-tool && git switch -q --detach HEAD; git branch -qD of-the-tool",
    ]
    .iter()
    .enumerate()
    {
        let round = format!("round {round}");
        prepare(&site, &round);
        site.tool("fixer", script);
        site.env.command("", ["sh", "-c", "exec .git/hooks/pre-commit"]).exits(0);
        nothing_has_changed(&site, &round);
        the_rest_is_as_it_was(&site);
    }
}

#[test]
fn that_take_back_what_is_staged() {
    let site = site();
    for (round, script) in
        ["git stash -q", "git reset -q --hard", "git checkout -q HEAD -- a.txt"].iter().enumerate()
    {
        let round = format!("round {round}");
        prepare(&site, &round);
        site.tool("fixer", script);
        site.commit(&[]).exits(1).says("a task has taken a.txt back to the newest commit");
        nothing_has_changed(&site, &round);
        site.git(&["stash", "clear"]);
        the_rest_is_as_it_was(&site);
    }
}

#[test]
fn that_put_a_link_to_the_work_tree_in_a_folders_place() {
    let site = Site::new();
    site.base(&[("folder/a.txt", BASE)]);
    site.stage("folder/a.txt", STAGED);
    site.write("folder/a.txt", UNSTAGED);
    let folder = site.path("folder").display().to_string();
    site.tool("fixer", &format!("rm -r folder && ln -s '{folder}' folder"));
    site.commit(&[]).exits(0);
    assert_eq!((site.head("folder/a.txt").as_str(), site.tree("folder/a.txt").as_str()), (STAGED, UNSTAGED));
    site.tool("fixer", "exec sed -i s/unfixed/FIXED/ -- \"$@\"");
    site.stage("folder/a.txt", "unfixed\n");
    site.commit(&[]).exits(0);
    assert_eq!([site.head("folder/a.txt"), site.tree("folder/a.txt")], ["FIXED\n"; 2]);
    site.is_in_order();
}

#[test]
fn that_fail_change_nothing() {
    let site = site();
    for (round, script) in
        ["exit 1", "sed -i s/unfixed/FIXED/ \"$@\"; exit 1", "sed -i s/unfixed/FIXED/ \"$@\"; kill -KILL $$"]
            .iter()
            .enumerate()
    {
        let round = format!("round {round}");
        prepare(&site, &round);
        site.tool("fixer", script);
        site.commit(&[]).exits(1);
        nothing_has_changed(&site, &round);
        the_rest_is_as_it_was(&site);
    }
}

#[test]
fn that_need_what_is_ignored_find_it_after_a_kill_as_well() {
    let site = Site::new();
    site.base(&[(".gitignore", "/installed/\n")]);
    site.write("installed/word", "FIXED\n");
    let mark = site.path(".onramp/shadow/in-use");
    for round in ["first", "second", "third"] {
        site.tool("fixer", "exec sed -i s/unfixed/$(cat installed/word)/ -- \"$@\"");
        site.stage("a.txt", format!("unfixed {round}\n"));
        site.commit(&[]).exits(0);
        assert_eq!(site.head("a.txt"), format!("FIXED {round}\n"));
        assert!(!mark.exists());
        // As one that was killed leaves it.
        fs::write(&mark, "").unwrap();
        fs::write(site.path(".onramp/shadow/tree/left.txt"), "by a tool\n").unwrap();
    }
    assert!(site.path("installed/word").exists());
}
