//! Many files.

use super::site::Site;

const FILES: usize = 100_000;

#[test]
fn a_hundred_thousand_files() {
    let site = Site::new();
    let mut stream = String::from(
        "blob\nmark :1\ndata 6\n1\n2\n3\n\ncommit refs/heads/main\ncommitter A <a@example.org> 1 +0000\ndata 4\nmany\nfrom refs/heads/main^0\n",
    );
    for number in 0..FILES {
        stream.push_str(&format!("M 100644 :1 d{}/f{number}.txt\n", number % 300));
    }
    std::fs::write(site.env.outside().join("stream"), stream).unwrap();
    site.env.command("", ["sh", "-c", "git fast-import --quiet < ../stream"]).exits(0);
    site.git(&["reset", "-q", "--hard"]);
    for (round, edit) in [("first", "d7/f7.txt"), ("second", "d9/f309.txt")] {
        site.stage(edit, "unfixed\n2\n3\n4\n5\n");
        site.write(edit, "unfixed\n2\n3\n4\nfive\n");
        let run = site.commit(&[]).exits(0);
        assert_eq!(run.stderr.contains("copy what is staged, once: 100002 files"), round == "first");
        assert_eq!(site.head(edit), "FIXED\n2\n3\n4\n5\n");
        assert_eq!(site.tree(edit), "FIXED\n2\n3\n4\nfive\n");
    }
    // More names than a command line has room for.
    site.tool("fixer", "for file; do echo fixed > \"$file\"; done");
    site.env
        .command("", ["sh", "-c", "for file in d[1-9]/*.txt d1?/*.txt; do echo unfixed > \"$file\"; done"])
        .exits(0);
    site.commit(&["-a"]).exits(0);
    assert_eq!([site.head("d1/f1.txt"), site.tree("d19/f319.txt")], ["fixed\n"; 2]);
    assert_eq!(site.status(), "");
}
