use super::*;
use expect_test::{Expect, expect};

fn check(files: &[(&str, &str)], expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in files {
        fs::write(folder.path().join(name), source).unwrap();
    }
    let described = match History::read(folder.path())
        .and_then(|history| history.head().map(|head| format!("{head:?} of {}", history.len())))
    {
        Ok(head) => head,
        Err(failure) => format!("{}\nhint: {:?}", failure.message, failure.hint),
    };
    expected.assert_eq(&described.replace(&format!("{}/", folder.path().display()), ""));
}

#[test]
fn the_head_of_a_line_and_of_a_merge() {
    check(&[], expect!["None of 0"]);
    check(
        &[
            ("1.py", "revision='a'\ndown_revision=None"),
            ("2.py", "revision='b'\ndown_revision='a'"),
            ("3.py", "revision='c'\ndown_revision='a'"),
            ("4.py", "revision='d'\ndown_revision=('b', 'c')"),
            ("__init__.py", ""),
            ("notes.txt", ""),
        ],
        expect![[r#"Some("d") of 4"#]],
    );
}

#[test]
fn broken_histories_have_a_place() {
    let place = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        for (name, source) in files {
            fs::write(folder.path().join(name), source).unwrap();
        }
        let history = History::read(folder.path());
        let failure = history.and_then(|history| history.head().map(|_| ())).unwrap_err();
        let at = failure.at.unwrap();
        (at.file.file_name().unwrap().to_str().unwrap().to_owned(), at.line)
    };
    let first = ("1.py", "revision = 'a'\ndown_revision = None\n");
    for (source, line) in [
        ("x = 1\n", None),
        ("\n\nrevision = f()\ndown_revision = None\n", Some(3)),
        ("# x\nrevision = 'b'\n\ndown_revision = f()\n", Some(4)),
        ("revision = 'b'\ndown_revision = (\n    'zz'\n)\n", Some(2)),
        ("\"\"\"x\n\"\"\"\nrevision: str = 'a'\ndown_revision = None\n", Some(3)),
        ("x = 1; revision = 'b'\ny = 2; down_revision = None\n", Some(2)),
        ("revision = 'b'\ndown_revision = 'b'\n", Some(2)),
    ] {
        assert_eq!(place(&[first, ("2.py", source)]), ("2.py".to_owned(), line), "{source}");
    }
}

#[test]
fn broken_histories_name_their_files() {
    check(
        &[("1.py", "revision='a'\ndown_revision=None"), ("2.py", "revision='b'\ndown_revision=None")],
        expect![[r#"
            the history has 2 heads: a (1.py), b (2.py)
            hint: None"#]],
    );
    check(
        &[("1.py", "revision='a'\ndown_revision='x'")],
        expect![[r#"
            1.py follows revision `x`, which does not exist
            hint: None"#]],
    );
    check(
        &[("1.py", "revision='a'\ndown_revision=None"), ("2.py", "revision='a'\ndown_revision=None")],
        expect![[r#"
            1.py and 2.py have the same revision id `a`
            hint: None"#]],
    );
    check(
        &[("1.py", "revision='a'\ndown_revision='b'"), ("2.py", "revision='b'\ndown_revision='a'")],
        expect![[r#"
            1.py follows itself through other revisions
            hint: None"#]],
    );
    check(
        &[("1.py", "x = 1")],
        expect![[r#"
        1.py has no top-level `revision`
        hint: None"#]],
    );
}
