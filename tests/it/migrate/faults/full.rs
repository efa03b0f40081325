use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use onramp_exec::Signal;
use onramp_tests::Started;

use super::super::site::{Server, Site};
use super::{MIGRATE, fails, is_cleared, is_over, own_place};

/// The history of PostgreSQL.
const VERSIONS: &str = "src/flowline/migrations/versions/postgresql";

/// Leaves so many KiB in the place of a folder, until the file is removed.
fn fill(folder: &Path, rest: u64) {
    let file = folder.join("fill");
    let mut fill = File::create(&file).expect("a file in a place of the test's own");
    for size in [1 << 20, 1 << 10] {
        while fill.write_all(&vec![0; size]).is_ok() {}
    }
    let size = fill.metadata().expect("a file").len();
    fill.set_len(size.saturating_sub(rest << 10)).expect("a shorter file");
}

fn empty(folder: &Path) {
    fs::remove_file(folder.join("fill")).expect("the file that fills it");
}

/// Gives a folder of the workspace a small disk of its own.
fn own_disk(site: &Site, folder: &str, size: &str) {
    let script = "set -e\nmkdir -p \"$2\"\nmount -t tmpfs -o size=$3 tmpfs \"$2\"\ncp -a \"$1/.\" \"$2/\"\n\
                  mount --move \"$2\" \"$1\"";
    let target = site.env.root().join(folder).display().to_string();
    let room = site.env.outside().join("room").display().to_string();
    site.start_command("", &["sh", "-c", script, "sh", target.trim_end_matches('/'), &room, size])
        .finish()
        .exits(0);
}

/// Expects a failure that names the place, and how to look at it.
#[track_caller]
fn is_told(site: &Site, before: &[(std::path::PathBuf, Vec<u8>)], run: Started, place: &str) {
    let run = fails(site, before, run, &format!("no space is left in {place}")).exits(4);
    let hint = run.stderr.lines().find(|line| line.starts_with("hint: df --human-readable "));
    assert!(hint.is_some_and(|hint| hint.contains(place)), "{}", run.stderr);
}

#[test]
fn a_full_memory() {
    for (server, step) in
        [(Server::Local, "migrate:sqlite > apply head"), (Server::Warm, "migrate:postgresql > start server")]
    {
        let Some(site) = own_place(server, "size=400m") else { return };
        let memory = site.memory().expect("a place of its own");
        let before = site.snapshot();
        let mut run = site.start(&MIGRATE);
        run.wait_for(step);
        // It must not get to its end while the memory is filled.
        run.signal(Signal::STOP);
        fill(&memory, 0);
        run.signal(Signal::CONT);
        is_told(&site, &before, run, "/dev/shm");
        empty(&memory);
        is_over(&site, &before);
    }
}

#[test]
fn a_full_disk() {
    for folder in [".onramp", ""] {
        let Some(site) = own_place(Server::Local, "size=4g") else { return };
        std::fs::create_dir(site.root().join(".onramp")).expect("a folder");
        own_disk(&site, folder, "64m");
        let disk = site.root().join(folder);
        let before = site.snapshot();
        for rest in [64, 150] {
            fill(&disk, rest);
            let before = site.snapshot();
            is_told(&site, &before, site.start(&MIGRATE), "[ROOT]/.onramp");
            assert_eq!(site.sight(), [""; 0], "with {rest} KiB");
            empty(&disk);
        }
        assert_eq!(site.snapshot(), before);
        is_cleared(&site);
    }
}

#[test]
fn a_full_disk_without_anything_on_it() {
    let Some(site) = own_place(Server::Local, "size=4g") else { return };
    fs::create_dir(site.root().join(".onramp")).expect("a folder");
    own_disk(&site, ".onramp", "1m");
    let state = site.root().join(".onramp");
    fill(&state, 0);
    let before = site.snapshot();
    let run = site.run(&MIGRATE).exits(4);
    let run = run.says("error: no space is left in [ROOT]/.onramp: ");
    run.says("hint: df --human-readable '[ROOT]/.onramp'");
    assert_eq!(site.snapshot(), before);
    empty(&state);
}

#[test]
fn a_full_disk_under_one_history() {
    let Some(site) = own_place(Server::Local, "size=4g") else { return };
    own_disk(&site, VERSIONS, "1m");
    let versions = site.root().join(VERSIONS);
    fill(&versions, 0);
    let before = site.snapshot();
    // What can be placed is placed first, and taken back.
    let run = site.start(&MIGRATE);
    is_told(&site, &before, run, &format!("[ROOT]/{VERSIONS}"));
    empty(&versions);
    is_cleared(&site);
}
