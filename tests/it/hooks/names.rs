//! Names of files that are hard on tools.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::site::Site;

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

#[test]
fn that_are_no_text() {
    let site = Site::new();
    let name = OsStr::from_bytes(b"latin-\xe4.txt");
    site.write(name, "unfixed\n");
    site.write("plain.txt", "unfixed\n");
    site.git(&["add", "-A"]);
    let run = site.commit(&[]);
    if run.code == 0 {
        assert_eq!([site.tree(name), site.tree("plain.txt")], ["FIXED\n"; 2]);
    } else {
        run.says("latin-");
        assert_eq!([site.tree(name), site.tree("plain.txt")], ["unfixed\n"; 2]);
        assert_eq!(site.staged("plain.txt"), "unfixed\n");
    }
    site.is_in_order();
}
