//! What a hook works with is full, locked or not to be written: it says so, and loses nothing.

use std::fs;

use onramp_exec::Signal;
use onramp_tests::{Run, Started};

use super::site::Site;

const STAGED: &str = "unfixed\n2\n3\n4\n5\n";
const UNSTAGED: &str = "unfixed\n2\n3\n4\nfive\n";

fn site() -> Site {
    let site = Site::new();
    site.base(&[("a.txt", "1\n2\n3\n4\n5\n")]);
    prepare(&site);
    site
}

fn prepare(site: &Site) {
    site.stage("a.txt", STAGED);
    site.write("a.txt", UNSTAGED);
}

#[track_caller]
fn nothing_has_changed(site: &Site) {
    assert_eq!((site.staged("a.txt").as_str(), site.tree("a.txt").as_str()), (STAGED, UNSTAGED));
}

#[track_caller]
fn the_next_one_goes_through(site: &Site) {
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.tree("a.txt"), UNSTAGED.replace("unfixed", "FIXED"));
    site.is_in_order();
}

/// Commits where a script has made mounts of its own; `None`, and said so, where the system allows none.
fn commit_with(site: &Site, mounts: &str) -> Option<Run> {
    let script = format!("{mounts} && echo mounted && exec git commit -m 'a commit'");
    let run = site.env.command("", ["unshare", "--mount", "sh", "-c", &script]);
    if !run.stdout.contains("mounted") {
        onramp_tests::skip("places of its own need root, or a user who may mount");
        return None;
    }
    Some(run)
}

#[test]
fn a_state_on_another_disk() {
    let site = site();
    fs::create_dir_all(site.path(".onramp")).unwrap();
    let Some(run) = commit_with(&site, "mount -t tmpfs tmpfs .onramp") else { return };
    run.exits(0).says("staged the changes of a.txt");
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.tree("a.txt"), UNSTAGED.replace("unfixed", "FIXED"));
    site.is_in_order();
}

#[test]
fn a_full_disk() {
    let site = site();
    site.commit(&["--allow-empty"]).exits(0);
    for room in [0, 4, 8, 12, 16, 24, 32, 40, 48, 56, 64, 80, 96, 128] {
        prepare(&site);
        let fill = format!(
            "mount -t tmpfs -o size=1m tmpfs .onramp && {{ head -c $((1024 * (1024 - {room}))) /dev/zero > .onramp/fill || true; }}"
        );
        let Some(run) = commit_with(&site, &fill) else { return };
        if run.code == 0 {
            assert_eq!(site.tree("a.txt"), UNSTAGED.replace("unfixed", "FIXED"), "{room}");
            site.git(&["reset", "-q", "--soft", "HEAD~1"]);
        } else {
            // The formatter, which says so itself, or the program.
            let says = ["sed: ", "no space is left in "].iter().any(|words| run.stderr.contains(words));
            let hints =
                run.stderr.contains("hint: df --human-readable ") || run.stderr.contains("format:fix failed");
            assert!(says && hints, "{room}: {run:#?}");
            nothing_has_changed(&site);
        }
        site.is_in_order();
    }
    prepare(&site);
    the_next_one_goes_through(&site);
}

#[test]
fn places_that_cannot_be_written() {
    let site = site();
    fs::create_dir_all(site.path(".onramp/shadow")).unwrap();
    for (mounts, place) in [
        ("mount --bind .git .git && mount -o remount,bind,ro .git", ".git"),
        ("mount --bind .onramp .onramp && mount -o remount,bind,ro .onramp", ".onramp"),
        ("mount --bind .onramp/shadow .onramp/shadow && mount -o remount,bind,ro .onramp/shadow", "shadow"),
    ] {
        let Some(run) = commit_with(&site, mounts) else { return };
        assert_ne!(run.code, 0);
        assert!(run.stderr.contains(place), "{run:#?}");
        nothing_has_changed(&site);
    }
    // The hook alone, whose git would not even start.
    let script = "mount --bind .git .git && mount -o remount,bind,ro .git && exec .git/hooks/pre-commit";
    let run = site.env.command("", ["unshare", "--mount", "sh", "-c", script]);
    assert!(![0, 70].contains(&run.code) && run.stderr.contains("[ROOT]/.git: "), "{run:#?}");
    nothing_has_changed(&site);
    the_next_one_goes_through(&site);
}

#[test]
fn a_work_tree_that_cannot_be_written() {
    let site = site();
    site.git(&["reset", "-q"]);
    site.base(&[("folder/b.txt", "b\n")]);
    prepare(&site);
    site.stage("folder/b.txt", "unfixed b\n");
    let Some(run) = commit_with(&site, "mount --bind folder folder && mount -o remount,bind,ro folder")
    else {
        return;
    };
    assert_ne!(run.code, 0, "{run:#?}");
    assert_eq!([site.staged("folder/b.txt"), site.tree("folder/b.txt")], ["unfixed b\n"; 2]);
    the_next_one_goes_through(&site);
    assert_eq!([site.head("folder/b.txt"), site.tree("folder/b.txt")], ["FIXED b\n"; 2]);
}

/// Somebody who has a file open, and waits.
fn holding(site: &Site, file: &str) -> Started {
    let script = format!("exec 9> '{file}' && echo holds && exec sleep 600");
    let mut holder = site.env.start_command("", ["sh", "-c", &script]);
    holder.wait_for("holds");
    holder
}

#[test]
fn an_index_that_another_one_holds_for_a_while() {
    let site = site();
    let outside = site.env.outside().display().to_string();
    site.tool("fixer", &format!("touch '{outside}/waits'; until [ -e '{outside}/go' ]; do sleep 0.01; done; exec sed -i s/unfixed/FIXED/ -- \"$@\""));
    let waits = site.env.outside().join("waits");
    let mut run = site.start_commit(&[]);
    run.wait_until(|| waits.exists());
    let holder = holding(&site, ".git/index.lock");
    fs::write(site.env.outside().join("go"), "").unwrap();
    // The work tree comes first, so the index is next.
    run.wait_until(|| site.tree("a.txt").starts_with("FIXED"));
    assert_eq!(site.staged("a.txt"), STAGED);
    fs::remove_file(site.path(".git/index.lock")).unwrap();
    run.finish().exits(0);
    holder.signal(Signal::KILL);
    holder.finish();
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    site.is_in_order();
}

#[test]
fn an_index_that_another_one_holds_for_long() {
    let site = site();
    let outside = site.env.outside().display().to_string();
    site.tool("fixer", &format!("touch '{outside}/waits'; until [ -e '{outside}/go' ]; do sleep 0.01; done; exec sed -i s/unfixed/FIXED/ -- \"$@\""));
    let waits = site.env.outside().join("waits");
    let go = site.env.outside().join("go");
    for is_live in [true, false] {
        prepare(&site);
        let _ = fs::remove_file(&waits);
        let _ = fs::remove_file(&go);
        let mut run = site.start_commit(&[]);
        run.wait_until(|| waits.exists());
        let holder = is_live.then(|| holding(&site, ".git/index.lock"));
        if !is_live {
            fs::write(site.path(".git/index.lock"), "").unwrap();
        }
        fs::write(&go, "").unwrap();
        let run = run.finish();
        assert_eq!(run.code, 1, "{run:#?}");
        match holder {
            Some(holder) => {
                let who = format!(
                    "process {} (`sleep 600`) holds the index by [ROOT]/.git/index.lock",
                    holder.pid()
                );
                assert!(run.stderr.contains(&who), "{run:#?}");
                holder.signal(Signal::KILL);
                holder.finish();
            }
            None => drop(run.says("which no process has open").says("hint: rm ")),
        }
        assert_eq!(
            (site.staged("a.txt"), site.tree("a.txt")),
            (STAGED.to_owned(), UNSTAGED.replace("unfixed", "FIXED"))
        );
        fs::remove_file(site.path(".git/index.lock")).unwrap();
    }
    the_next_one_goes_through(&site);
}

#[test]
fn a_filter_that_fails() {
    let site = site();
    site.git(&["config", "filter.broken.clean", "false"]);
    site.git(&["config", "filter.broken.smudge", "false"]);
    site.git(&["config", "filter.broken.required", "true"]);
    site.write(".gitattributes", "a.txt filter=broken\n");
    site.git(&["add", ".gitattributes"]);
    let run = site.commit(&[]);
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("external filter"), "{run:#?}");
    nothing_has_changed(&site);
    site.git(&["rm", "-qf", ".gitattributes"]);
    the_next_one_goes_through(&site);
}
