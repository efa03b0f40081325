//! Files with all kinds of names, and very many of them.

use std::os::unix::fs::symlink;

use super::{LOWER, LOWER_SCRIPT, given, ran};
use crate::workspace;

#[test]
fn any_name_is_known_again() {
    let env = workspace(LOWER).script("lower.sh", LOWER_SCRIPT);
    for name in [
        "-dash.txt",
        "--check.txt",
        "with space.txt",
        "new\nline.txt",
        "ünïcode.txt",
        "$HOME.txt",
        "it's.txt",
    ] {
        env.write(name, "LOUD");
        env.write(&format!("deep [x]/{name}"), "quiet");
    }
    env.onramp(["fmt"]).exits(0);
    assert_eq!((env.read("-dash.txt"), env.read("new\nline.txt")), ("loud".to_owned(), "loud".to_owned()));
    env.onramp(["fmt"]).exits(0).says("format:lower: up to date");
    env.write("new\nline.txt", "quieter");
    env.write("-dash.txt", "quieter");
    env.write("ran", "");
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("ran"), "<./-dash.txt>\n<new\nline.txt>\n");
}

#[test]
fn three_hundred_thousand_bytes_of_names_are_given_once_each() {
    let env = workspace(LOWER)
        .script("lower.sh", "#!/bin/sh\nprintf '%s\\n' \"$@\" >> ran\necho $# >> processes\n");
    let name = |number: usize| {
        format!("a-folder-with-a-long-name/and-a-file-whose-name-is-longer-still-{number:04}.txt")
    };
    let files = 3600;
    for number in 0..files {
        env.write(&name(number), "");
    }
    env.onramp(["fmt", "-j2"]).exits(0);
    let mut all: Vec<String> = env.read("ran").lines().map(str::to_owned).collect();
    all.sort();
    assert_eq!(all, (0..files).map(name).collect::<Vec<_>>());
    let processes: Vec<usize> = env.read("processes").lines().map(|line| line.parse().unwrap()).collect();
    assert!((2..=6).contains(&processes.len()), "{processes:?}");
    env.write("ran", "");
    env.onramp(["fmt"]).exits(0).says("format:lower: up to date");
    env.write(&name(7), "x");
    env.onramp(["fmt"]).exits(0);
    assert_eq!(ran(&env), name(7));
}

#[test]
fn a_link_is_as_clean_as_what_it_leads_to() {
    let env = workspace(&LOWER.replace("**/*.txt", "*.txt"))
        .script("lower.sh", LOWER_SCRIPT)
        .file("real/a.md", "a");
    symlink("real/a.md", env.root().join("link.txt")).unwrap();
    symlink("nowhere", env.root().join("dangling.txt")).unwrap();
    symlink("real", env.root().join("folder.txt")).unwrap();
    assert_eq!(given(&env, &["fmt"]), "<link.txt>");
    assert_eq!(given(&env, &["fmt"]), "");
    env.write("real/a.md", "aa");
    assert_eq!(given(&env, &["fmt"]), "<link.txt>");
}

#[test]
fn names_come_on_standard_input_where_a_command_reads_them_there() {
    let command = "xargs -0 -n 1 printf '%s;' ";
    let env = workspace(&format!(
        "[format.read]\nrun = \"sh read.sh {{files-stdin}}\"\ncheck = \"{command}{{files-stdin}}\"\nfiles = [\"*.txt\"]\n\n\
         [lint.shell]\nshell = true\nrun = \"xargs -0 -n 1 echo checked {{files-stdin}}\"\nfiles = [\"*.txt\"]\n",
    ))
    .script("read.sh", "echo arguments: $# >> ran\ncat >> ran\n");
    for name in ["a b.txt", "new\nline.txt", "-dash.txt"] {
        env.write(name, "");
    }
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("ran"), "arguments: 0\n./-dash.txt\0a b.txt\0new\nline.txt\0");
    env.onramp(["fmt", "--check"]).exits(0);
    env.onramp(["lint", "-v"]).exits(0).says("checked a b.txt").says("checked ./-dash.txt");
}
