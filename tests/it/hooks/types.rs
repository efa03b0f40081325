//! Tasks for files of a type, in a commit.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::site::{FORMATTER, Site};

fn site() -> Site {
    let site = Site::with(&FORMATTER.replace("files = [\"**/*.txt\"]", "types = [\"shell\"]"));
    for (name, first) in [("run", "#!/bin/sh"), ("serve", "#!/usr/bin/python3")] {
        site.write(name, format!("{first}\n1\n2\n3\nunfixed\n4\n5\n"));
        fs::set_permissions(site.path(name), fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    site.git(&["add", "-A"]);
    site
}

#[test]
fn a_script_has_the_type_that_its_staged_first_line_says() {
    let site = site();
    // In the tree both have changed sides since.
    site.write("run", "#!/usr/bin/python3\n1\n2\n3\nunfixed\n4\n5\nmore\n");
    site.write("serve", "#!/bin/sh\n1\n2\n3\nunfixed\n4\n5\nmore\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("run"), "#!/bin/sh\n1\n2\n3\nFIXED\n4\n5\n");
    assert_eq!(site.head("serve"), "#!/usr/bin/python3\n1\n2\n3\nunfixed\n4\n5\n");
    assert_eq!(site.tree("run"), "#!/usr/bin/python3\n1\n2\n3\nFIXED\n4\n5\nmore\n");
    site.is_in_order();
}

#[test]
fn a_commit_without_a_file_of_the_type_is_nothing_to_it() {
    let site = site();
    site.git(&["reset", "-q", "run"]);
    site.commit(&[]).exits(0).says("no changed files");
    assert_eq!(site.head("serve"), "#!/usr/bin/python3\n1\n2\n3\nunfixed\n4\n5\n");
    site.git(&["add", "run"]);
    site.commit(&[]).exits(0);
    assert_eq!(site.head("run"), "#!/bin/sh\n1\n2\n3\nFIXED\n4\n5\n");
}
