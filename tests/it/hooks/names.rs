//! Names of files that are hard on tools.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::site::{FORMATTER, Site};

#[test]
fn of_any_letters() {
    let site = Site::new();
    let long = format!("{}.txt", "n".repeat(251));
    let deep = format!("{}deep.txt", "folder-of-a-longer-name/".repeat(100));
    let names = [
        "new\nline.txt",
        "double\"quote.txt",
        "single'quote.txt",
        "tab\t.txt",
        "-dash.txt",
        "--",
        "--help.txt",
        " .txt",
        "back\\slash.txt",
        "ümläut.txt",
        "*.txt",
        "[a].txt",
        ":(top).txt",
        "$HOME.txt",
        "#.txt",
        "!.txt",
        "{files}.txt",
        "e\u{301}.txt",
        &long,
        &deep,
    ];
    let names: Vec<&str> = names.into_iter().filter(|name| name.ends_with(".txt")).collect();
    for (round, content) in ["1\n2\n3\n4\n5\n", "unfixed\n2\n3\n4\n5\n"].iter().enumerate() {
        names.iter().for_each(|name| site.write(name, content));
        site.git(&["add", "-A"]);
        if round == 0 {
            site.git(&["commit", "-qm", "base", "--no-verify"]);
        }
    }
    names.iter().for_each(|name| site.write(name, "unfixed\n2\n3\n4\nfive\n"));
    site.commit(&[]).exits(0);
    for name in &names {
        assert_eq!(site.head(name), "FIXED\n2\n3\n4\n5\n", "{name:?}");
        assert_eq!(site.tree(name), "FIXED\n2\n3\n4\nfive\n", "{name:?}");
    }
    assert_eq!(site.status().lines().count(), names.len());
    // And one that does not go together.
    for name in ["new\nline.txt", "-dash.txt", "[a].txt"] {
        site.stage(&format!("./{name}"), "unfixed again\n");
        site.write(name, "unfixed and again\n");
        site.commit(&[]).exits(1).says("+FIXED again");
        assert_eq!(site.tree(name), "unfixed and again\n");
        site.git(&["checkout", "-q", "HEAD", "--", &format!("./{name}")]);
    }
    site.is_in_order();
}

/// Names that are no text, one of them with what a shell would take for itself.
const NO_TEXT: [&[u8]; 2] = [b"latin-\xe4.txt", b"it's \xff $HOME.txt"];

#[test]
fn that_are_no_text() {
    for run in ["fixer {files}", "sh -c 'exec xargs -0 fixer' {files-stdin}"] {
        let site = Site::with(&FORMATTER.replace("fixer {files}", run));
        let names = NO_TEXT.map(OsStr::from_bytes);
        for content in ["1\n2\n3\n4\n5\n", "unfixed\n2\n3\n4\n5\n"] {
            names.iter().for_each(|name| site.write(name, content));
            site.git(&["add", "-A"]);
            site.git(&["commit", "-qm", "base", "--no-verify"]);
        }
        // In place, then beside unstaged changes, then where nothing goes together.
        names.iter().for_each(|name| site.write(name, "unfixed again\n2\n3\n4\n5\n"));
        site.git(&["add", "-A"]);
        site.commit(&[]).exits(0);
        names.iter().for_each(|name| assert_eq!(site.tree(name), "FIXED again\n2\n3\n4\n5\n", "{run}"));
        assert_eq!(site.status(), "", "{run}");
        names.iter().for_each(|name| site.write(name, "unfixed\n2\n3\n4\n5\n"));
        site.git(&["add", "-A"]);
        names.iter().for_each(|name| site.write(name, "unfixed\n2\n3\n4\nfive\n"));
        site.commit(&[]).exits(0);
        names.iter().for_each(|name| assert_eq!(site.tree(name), "FIXED\n2\n3\n4\nfive\n", "{run}"));
        site.git(&["commit", "-qam", "rest", "--no-verify"]);
        names.iter().for_each(|name| site.write(name, "unfixed\n"));
        site.git(&["add", "-A"]);
        names.iter().for_each(|name| site.write(name, "unfixed and more\n"));
        site.commit(&[]).exits(1).says("latin-");
        names.iter().for_each(|name| assert_eq!(site.tree(name), "unfixed and more\n", "{run}"));
        site.is_in_order();
    }
}

#[test]
fn that_are_no_text_in_a_shell() {
    let site = Site::with(
        "[format.fix]\nshell = true\nrun = \"fixer {files}\"\ncheck = \"! grep unfixed {files}\"\nfiles = [\"**/*.txt\"]\n\n\
         [hooks]\npre-commit = [\"format:fix\"]\n",
    );
    let names = NO_TEXT.map(OsStr::from_bytes);
    names.iter().for_each(|name| site.write(name, "unfixed\n"));
    site.env.onramp(["fmt", "--check"]).exits(1).says("latin-");
    site.git(&["add", "-A"]);
    site.commit(&[]).exits(0);
    names.iter().for_each(|name| assert_eq!(site.tree(name), "FIXED\n"));
    names.iter().for_each(|name| site.write(name, "unfixed\n"));
    site.env.onramp(["fmt"]).exits(0);
    names.iter().for_each(|name| assert_eq!(site.tree(name), "FIXED\n"));
    site.env.onramp(["fmt", "--check"]).exits(0);
}
