//! Names and files that are there to break whoever reads them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::files;

const A: &str = "CREATE TABLE a (id INTEGER);\n";

#[test]
fn names_with_any_bytes_of_any_length() {
    let env = files(&[("migrations/0001_a.up.sql", A)]);
    let folder = env.root().join("migrations");
    let long = format!("0002_{}.up.sql", "x".repeat(255 - 12));
    assert_eq!(long.len(), 255);
    for name in [
        b"0003_new\nline\x1b[31m.up.sql".as_slice(),
        b"0004_\xff\xfe.up.sql",
        b"0005_%s%n$(touch TRACE)`id`.up.sql",
        b"-rf.sql",
        long.as_bytes(),
        "0006_ä".as_bytes(),
        b"0007_.up.sql",
        b"99999999999999999999999999_x.up.sql",
    ] {
        fs::write(folder.join(OsStr::from_bytes(name)), A).unwrap();
    }
    let run = env.onramp(["migrate", "audit", "migrations", "--verbose"]).exits(0);
    assert!(run.stdout.contains("6 entries"), "{}", run.stdout);
    assert!(
        run.stdout.contains("99999999999999999999999999_x.up.sql: belongs to no migration"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains('\x1b'), "{}", run.stdout);
    let run = env.onramp(["migrate", "audit", "migrations", "--format", "json"]).exits(0);
    serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap();
    // Git is asked about the same names.
    env.command("", ["git", "init", "-q"]).exits(0);
    env.command("", ["git", "add", "--all"]).exits(0);
    let identity = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"];
    env.command("", identity.into_iter().chain(["commit", "-q", "-m", "x"])).exits(0);
    env.command("", ["git", "tag", "v1"]).exits(0);
    fs::write(folder.join(OsStr::from_bytes(b"0003_new\nline\x1b[31m.up.sql")), "DROP TABLE a;").unwrap();
    let run = env.onramp(["migrate", "audit", "migrations"]).exits(1);
    assert_eq!(run.stdout.matches("released-edited").count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("0003_new\\nline\\u{1b}[31m.up.sql: has changed"), "{}", run.stdout);
}

#[test]
fn what_is_no_file_is_told_and_waited_for_by_nobody() {
    let env = files(&[
        ("migrations/0001_a.up.sql", A),
        ("versions/a.py", "revision = 'a'\ndown_revision = None\n"),
    ]);
    let folder = env.root().join("migrations");
    for name in ["migrations/0002_b.up.sql", "versions/b.py", "migrations/.gitignore"] {
        env.command("", ["mkfifo", name]).exits(0);
    }
    symlink("0003_c.up.sql", folder.join("0003_c.up.sql")).unwrap();
    symlink("/dev/zero", folder.join("0004_d.up.sql")).unwrap();
    symlink("..", folder.join("0005_up")).unwrap();
    symlink("../migrations", folder.join("loop")).unwrap();
    symlink("0001_a.up.sql", folder.join("0006_f.up.sql")).unwrap();
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    let told: Vec<&str> =
        run.stdout.lines().filter(|line| line.contains("[unreadable]")).map(str::trim).collect();
    assert_eq!(
        told,
        [
            "warning  0002_b.up.sql: cannot be read: it is no regular file [unreadable]",
            "warning  0003_c.up.sql: cannot be read: it is a link that leads nowhere [unreadable]",
            "warning  0004_d.up.sql: cannot be read: it is a link to something that is no file [unreadable]",
            "warning  b.py: cannot be read: it is no regular file [unreadable]",
        ],
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("2 entries"), "{}", run.stdout);
}

#[test]
fn files_that_are_huge_or_no_text() {
    let env = files(&[("migrations/0001_a.up.sql", A)]);
    let folder = env.root().join("migrations");
    File::create(folder.join("0002_huge.up.sql")).unwrap().set_len(1 << 30).unwrap();
    fs::write(folder.join("0003_latin.up.sql"), b"-- caf\xe9\nDROP TABLE a;\n").unwrap();
    fs::write(folder.join("0004_wide.up.sql"), b"\xff\xfeD\0R\0O\0P\0").unwrap();
    let run = env.onramp(["migrate", "audit", "migrations"]).exits(0);
    for line in [
        "0002_huge.up.sql: is longer than 4 MiB, of which the rest was not looked at [too-long]",
        "0003_latin.up.sql: is no UTF-8, so tools may read it in different ways [not-utf8]",
        "0004_wide.up.sql: is no UTF-8, so tools may read it in different ways [not-utf8]",
    ] {
        assert!(run.stdout.contains(line), "{}", run.stdout);
    }
}

#[test]
fn a_thousand_folders_in_one_another() {
    let env = files(&[("top/migrations/0001_a.up.sql", A)]);
    let mut folder = env.root().join("top");
    for _ in 0..1000 {
        folder.push("d");
    }
    fs::create_dir_all(folder.join("migrations")).unwrap();
    fs::write(folder.join("migrations/0001_deep.up.sql"), A).unwrap();
    let run = env.onramp(["migrate", "audit", "top"]).exits(0).says("2 histories");
    assert!(run.stdout.contains("d/d/d/migrations"), "{}", run.stdout);
    // Deeper than a path may be long: whoever makes such a tree walks into it.
    let script =
        "d=$(printf '%200s' | tr ' ' n); for i in $(seq 30); do mkdir $d && cd -P $d || exit 1; done";
    env.command("top", ["sh", "-c", script]).exits(0);
    let run = env.onramp(["migrate", "audit", "top"]).exits(0);
    assert!(run.stdout.contains("elsewhere") && run.stdout.contains("cannot be listed"), "{}", run.stdout);
    env.command("", ["rm", "-rf", "top"]).exits(0);
}

#[test]
fn folders_that_may_not_be_read_are_told() {
    let env = files(&[("migrations/0001_a.up.sql", A), ("migrations/0002_b.up.sql", A), ("closed/x", "")]);
    let mode = |mode: u32| std::os::unix::fs::PermissionsExt::from_mode(mode);
    fs::set_permissions(env.root().join("closed"), mode(0o000)).unwrap();
    fs::set_permissions(env.root().join("migrations/0002_b.up.sql"), mode(0o000)).unwrap();
    let is_closed = fs::read_dir(env.root().join("closed")).is_err();
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    // Whoever may read everything finds nothing closed.
    if is_closed {
        assert!(run.stdout.contains("closed: cannot be listed: "), "{}", run.stdout);
        assert!(run.stdout.contains("0002_b.up.sql: cannot be read: "), "{}", run.stdout);
    } else {
        onramp_tests::say("this user may read every file: what nobody may read was not tried");
        assert!(run.stdout.contains("2 entries"), "{}", run.stdout);
    }
    fs::set_permissions(env.root().join("closed"), mode(0o755)).unwrap();
}

#[test]
fn texts_that_are_made_to_break_readers() {
    let deep = "(".repeat(100_000);
    let long = "x".repeat(1_000_000);
    let yaml = format!("databaseChangeLog: {}", "[".repeat(50_000));
    let xml = format!("<databaseChangeLog>{}", "<a>".repeat(50_000));
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><databaseChangeLog><changeSet id=\"&b;\" author=\"a\"/></databaseChangeLog>";
    let env = files(&[
        ("versions/a.py", &format!("revision = 'a'\ndown_revision = None\nx = {deep}\n")),
        ("versions/b.py", &format!("revision = '{long}'\ndown_revision = 'a'\n")),
        ("versions/c.py", "revision = 'c'\ndown_revision = '''"),
        ("changelog/a.yaml", &yaml),
        ("changelog/b.xml", &xml),
        ("changelog/c.xml", entities),
        ("migrations/0001_a.up.sql", &format!("/*{deep}")),
        ("migrations/0002_b.up.sql", &format!("SELECT '{long}")),
        ("migrations/0003_c.up.sql", &"-- +goose Up\n".repeat(10_000)),
        ("graph/migrations/1_a/up.sql", A),
        ("graph/migrations/1_a/metadata.yaml", "parents: &a [*a, *a]\n"),
    ]);
    let run = env.onramp(["migrate", "audit", "."]);
    assert!([0, 1].contains(&run.code), "{}", run.stderr);
    assert!(Path::new(env.root()).exists());
}
