//! Nothing of the audited folder is written, and nothing of it is run.

use std::fs;
use std::path::Path;

use onramp_tests::{TestEnv, skip, snapshot};

use super::files;

const A: &str = "CREATE TABLE a (id INTEGER);\n";

/// A repository in which everything that could be run leaves a trace.
fn poisoned() -> TestEnv {
    let trace = "touch \"$(dirname \"$0\")/../TRACE\"\n";
    let env = files(&[
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        ("db/env.py", "open('TRACE', 'w')\n"),
        (
            "db/versions/a1_init.py",
            "open('TRACE', 'w')\nrevision = 'a1'\ndown_revision = None\ndef upgrade(): op.x()\ndef downgrade(): op.y()\n",
        ),
        ("knexfile.js", "require('fs').writeFileSync('TRACE', '')\n"),
        (
            "migrations/20240101000000_init.js",
            "require('fs').writeFileSync('TRACE', ''); exports.up = 1; up()\n",
        ),
        ("Makefile", "$(shell touch TRACE)\n"),
        ("setup.py", "open('TRACE', 'w')\n"),
        ("sql/migrations/0001_a.up.sql", A),
        ("sql/migrations/0002_b.up.sql", "\\! touch TRACE\n"),
        (".gitattributes", "*.sql filter=poison diff=poison\n*.py filter=poison\n"),
    ]);
    let program = env.outside().join("poison/run");
    fs::create_dir(env.outside().join("poison")).expect("a folder");
    fs::write(&program, format!("#!/bin/sh\n{trace}cat\n")).expect("a program");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&program, mode).expect("a mode");
    let program = program.display().to_string();
    let git = |words: &[&str]| {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
        env.command("", ["git"].into_iter().chain(identity).chain(words.iter().copied())).exits(0);
    };
    git(&["init", "-q"]);
    git(&["add", "--all"]);
    git(&["commit", "-q", "-m", "a commit"]);
    git(&["tag", "v1"]);
    for key in [
        "filter.poison.clean",
        "filter.poison.smudge",
        "filter.poison.process",
        "diff.poison.textconv",
        "diff.poison.command",
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "gpg.program",
        "diff.external",
        "credential.helper",
    ] {
        git(&["config", key, &format!("'{program}'")]);
    }
    git(&["config", "log.showSignature", "true"]);
    git(&["config", "core.hooksPath", &env.outside().join("poison").display().to_string()]);
    // Something differs, so that there is a reason to look.
    env.write("sql/migrations/0001_a.up.sql", "CREATE TABLE b (id INTEGER);\n");
    fs::remove_file(env.root().join("migrations/20240101000000_init.js")).expect("it is there");
    env
}

#[test]
fn neither_code_nor_the_configuration_of_git_is_run() {
    let env = poisoned();
    let (before, git_before) = (env.snapshot(), tree(&env.root().join(".git")));
    env.onramp(["migrate", "audit", "."]).exits(1).says("has changed since v1");
    assert!(!env.outside().join("TRACE").exists(), "something was run");
    assert!(!env.has("TRACE"), "something was run");
    assert_eq!(env.snapshot(), before);
    assert_eq!(tree(&env.root().join(".git")), git_before);
    assert!(!env.has(".onramp"), "state was written");
}

#[test]
fn the_system_sees_neither_a_write_nor_a_program_but_git() {
    if !Path::new("/usr/bin/strace").exists() {
        return skip("strace is not installed");
    }
    let env = poisoned();
    let notes = env.outside().join("notes").display().to_string();
    let program = env.program().display().to_string();
    let traced = [
        "strace",
        "-f",
        "-s",
        "4096",
        "-o",
        &notes,
        "-e",
        "trace=execve,open,openat,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,truncate,ftruncate,chmod,fchmod,fchmodat,utimensat",
    ];
    env.command("", traced.into_iter().chain([program.as_str(), "migrate", "audit", "."])).exits(1);
    let notes = fs::read_to_string(&notes).unwrap();
    let root = env.root().display().to_string();
    let root = root.replace('ä', "\\303\\244");
    let calls: Vec<&str> = notes.lines().filter(|line| !line.contains(" = -1 ")).collect();
    assert!(calls.iter().any(|line| line.contains("0001_a.up.sql")), "strace saw nothing");
    for line in &calls {
        let opens = line.contains(" open(") || line.contains(" openat(");
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| line.contains(flag));
        let changes = !opens && !line.contains(" execve(") && line.contains('(');
        let is_ours = line.contains(&root) || line.contains("\"./") || line.contains("\".git");
        assert!(!(is_ours && ((opens && writes) || changes)), "{line}");
        if line.contains(" execve(") {
            let first = line.split('"').nth(1).unwrap_or_default();
            assert!(first.ends_with("/git") || first == program, "{line}");
        }
    }
}

#[test]
fn a_tree_that_nobody_may_write_to_is_enough() {
    let env = files(&[("migrations/0001_a.up.sql", A), ("migrations/0001_a.down.sql", "DROP TABLE a;\n")]);
    let mode = |mode: u32| std::os::unix::fs::PermissionsExt::from_mode(mode);
    for path in ["migrations/0001_a.up.sql", "migrations", ""] {
        let path = env.root().join(path);
        let bits = if path.is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(&path, mode(bits)).unwrap();
    }
    env.onramp(["migrate", "audit", "."]).exits(0).says("no findings");
    fs::set_permissions(env.root(), mode(0o755)).unwrap();
    fs::set_permissions(env.root().join("migrations"), mode(0o755)).unwrap();
}

/// Every file of a folder, hidden ones too.
fn tree(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    snapshot(folder)
}
