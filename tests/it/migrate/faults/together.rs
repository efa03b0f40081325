//! Several runs at once.

use std::collections::BTreeSet;
use std::fs;

use onramp_exec::Signal;

use super::super::site::{Server, Site};
use super::MIGRATE;

/// What a complete migrate makes of the tree: two revisions, and an entry in the ledger.
#[track_caller]
fn is_complete(before: &[(std::path::PathBuf, Vec<u8>)], after: &[(std::path::PathBuf, Vec<u8>)]) {
    let new: Vec<_> =
        after.iter().filter(|(path, _)| before.iter().all(|(known, _)| known != path)).collect();
    let changed: Vec<_> = before.iter().filter(|file| !after.contains(file)).collect();
    let paths = |files: &[&(std::path::PathBuf, Vec<u8>)]| {
        files.iter().map(|(path, _)| path.display().to_string()).collect::<Vec<_>>()
    };
    assert_eq!([new.len(), changed.len()], [2, 1], "{:?} {:?}", paths(&new), paths(&changed));
    for (path, text) in new {
        let text = String::from_utf8_lossy(text);
        assert!(text.contains("def downgrade") && text.ends_with('\n'), "{}", path.display());
    }
}

/// Another worktree of the repository, in a folder beside the workspace, with another change of the models.
fn worktree(site: &Site) -> String {
    let folder = site.env.outside().join("second");
    let git = ["git", "worktree", "add", "-q", "--detach", "../second"];
    site.env.command("", git).exits(0);
    fs::write(folder.join("onramp.local.toml"), site.env.read("onramp.local.toml")).expect("a file");
    let models = folder.join("src/flowline/database/flows.py");
    let text = fs::read_to_string(&models).expect("a file of the worktree");
    let anchor = "    name: Mapped[Name]\n";
    let column = "    note: Mapped[str | None] = mapped_column(String(200))\n";
    fs::write(&models, text.replacen(anchor, &format!("{anchor}{column}"), 1))
        .expect("a file of the worktree");
    folder.display().to_string()
}

/// The servers of a worktree, by what they are reached at.
fn addresses(site: &Site, folder: &str) -> Vec<String> {
    let status = site.run(&["-C", folder, "db", "status", "--format", "json"]).exits(0).stdout;
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    let servers = status["servers"].as_array().expect("a list").iter();
    servers.map(|server| server["address"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn two_worktrees_do_not_know_of_each_other() {
    for server in [Server::Warm, Server::WarmContainer] {
        let Some(site) = Site::new(server) else { continue };
        let second = worktree(&site);
        let root = site.env.root().display().to_string();
        let roots = [root.as_str(), second.as_str()];
        let before = roots.map(|root| onramp_tests::snapshot(root.as_ref()));
        let runs = roots.map(|root| site.start(&[&["-C", root], &MIGRATE[..]].concat()));
        for (run, (root, before)) in runs.into_iter().zip(roots.iter().zip(&before)) {
            run.finish().exits(0);
            is_complete(before, &onramp_tests::snapshot(root.as_ref()));
        }
        let servers = roots.map(|root| addresses(&site, root));
        assert!(servers.iter().all(|servers| servers.len() == 1), "{servers:?}");
        assert_ne!(servers[0], servers[1]);
        // The end of one is none of the other's affairs.
        site.run(&["-C", &second, "db", "down"]).exits(0).says("stopped  ");
        assert_eq!(addresses(&site, &root), servers[0]);
        site.run(&["db", "down"]).exits(0).says("stopped  ");
        site.comes_to(&[], &format!("{server:?}"));
        for folder in ["leases", "scratch", "servers", "publish"] {
            let names = fs::read_dir(format!("{second}/.onramp/{folder}")).into_iter().flatten();
            assert_eq!(names.count(), 0, "{folder}");
        }
    }
}

#[test]
fn the_second_of_two_runs_in_a_worktree_is_refused_and_changes_nothing() {
    let Some(site) = Site::new(Server::Local) else { return };
    let before = site.snapshot();
    let mut first = site.start(&MIGRATE);
    for step in ["copy history", "apply again"] {
        first.wait_for(&format!("migrate:postgresql > {step}"));
        first.signal(Signal::STOP);
        let second = site.run(&MIGRATE).exits(1);
        let pid = site.process(&["onramp-under-test migrate"]);
        let second = second.says(&format!("error: another migrate is running in this worktree (pid {pid})"));
        second.says(&format!("hint: ps -fp {pid}")).never_says("start database");
        // What the first one has is not taken for a dead one's.
        site.run(&["tasks"]).exits(0);
        assert_eq!(site.snapshot(), before);
        first.signal(Signal::CONT);
    }
    first.finish().exits(0);
    is_complete(&before, &site.snapshot());
    site.restore(&before);
    site.comes_to(&[], "at the end");
}

#[test]
fn of_many_runs_at_once_one_writes() {
    let Some(site) = Site::new(Server::Warm) else { return };
    let before = site.snapshot();
    let runs: Vec<_> = (0..4).map(|_| site.start(&MIGRATE)).collect();
    let mut said = BTreeSet::new();
    for run in runs {
        let run = run.finish();
        said.insert(run.code);
        let is_refused = run.stderr.contains("another migrate is running in this worktree");
        assert!(run.code == 0 || run.code == 1 && is_refused, "{run:#?}");
    }
    assert!(said.contains(&0));
    is_complete(&before, &site.snapshot());
    site.run(&["db", "down"]).exits(0);
    site.comes_to(&[], "at the end");
}
