//! The key `builtin`.

use expect_test::{Expect, expect};

use super::Folder;
use crate::{Actions, Builtin, LineEndings};

fn check(rest: &str, expected: Expect) {
    expected.assert_eq(&Folder::named(rest).brief());
}

fn builtins(rest: &str) -> Vec<Builtin> {
    match &Folder::named(rest).config().tasks[0].actions {
        Actions::Builtin { builtins, .. } => builtins.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_and_tables_may_stand_side_by_side() {
    let text = r#"
[lint.files]
builtin = [
    "trailing-whitespace",
    { name = "line-endings", target = "crlf" },
    { name = "large-files", max = "1MiB" },
    "forbidden-branch",
    { name = "commit-message", conventional = true, types = ["feat"], max-subject = 72 },
]
files = ["src/**"]
"#;
    assert_eq!(
        builtins(text),
        [
            Builtin::TrailingWhitespace { hard_breaks: true },
            Builtin::LineEndings(LineEndings::Crlf),
            Builtin::LargeFiles { max: 1 << 20 },
            Builtin::ForbiddenBranch { branches: vec!["main".to_owned(), "master".to_owned()] },
            Builtin::CommitMessage {
                conventional: true,
                max_subject: Some(72),
                types: vec!["feat".to_owned()]
            },
        ]
    );
    assert_eq!(
        builtins("[format.a]\nbuiltin = [{ name = \"trailing-whitespace\", hard-breaks = false }]\n"),
        [Builtin::TrailingWhitespace { hard_breaks: false }]
    );
}

#[test]
fn wrong_names_are_told_with_the_nearest() {
    check(
        r#"
[format.a]
builtin = ["trailing-whitspace", "banana", "merge-markers", "end-of-file", "end-of-file"]

[lint.b]
builtin = ["privat-keys", { name = "large-file" }, { max = "1MiB" }, 7]

[lint.c]
builtin = []

[lint.d]
builtin = "toml"
"#,
        expect![[r#"
            5:12+20: there is no built-in `trailing-whitspace` (did you mean `trailing-whitespace`?)
            5:34+8: there is no built-in `banana` (known here: `trailing-whitespace`, `end-of-file`, `line-endings`, `byte-order-mark`)
            5:44+15: `merge-markers` checks and does not format (name it in a section `[lint.NAME]`; here are `trailing-whitespace`, `end-of-file`, `line-endings`, `byte-order-mark`)
            5:76+13: `end-of-file` is in the list twice
            8:12+13: there is no built-in `privat-keys` (did you mean `private-keys`?)
            8:36+12: there is no built-in `large-file` (did you mean `large-files`?)
            8:52+16: missing key `name` in `[lint.b.builtin]` (for example `name = "trailing-whitespace"`)
            8:70+1: expected a string or a table, found an integer (write it in quotes: `"7"`)
            11:11+2: no built-in in the list
            14:11+6: expected a list of strings or tables, found a string (write it in brackets: `["toml"]`)
        "#]],
    );
}

#[test]
fn wrong_options_are_told_with_whose_they_are() {
    check(
        r#"
[lint.a]
builtin = [
    { name = "large-files", max = "big" },
    { name = "line-endings", target = "cr" },
    { name = "toml", max = "1MiB" },
    { name = "large-files", target = "lf" },
    { name = "json", maxx = "1MiB" },
    { name = "commit-message", types = ["feat"], max-subject = 0 },
]
"#,
        expect![[r#"
            6:35+5: `big` is not a size (write for example `500KiB`, `1MiB` or `2MB`)
            7:39+4: expected one of `auto`, `lf`, `crlf`, found `cr`
            8:22+3: `max` is an option of `large-files` (`toml` has no options)
            9:5+39: `large-files` is in the list twice
            9:29+6: `target` is an option of `line-endings` (`large-files` has `max`)
            10:22+4: unknown key `maxx` in `[lint.a.builtin]` (did you mean `max`?)
            11:32+5: `types` has no meaning without `conventional` (add `conventional = true`)
            11:64+1: expected an integer from 1 to 1000
        "#]],
    );
}

#[test]
fn commands_and_built_ins_do_not_mix() {
    check(
        r#"
[format.a]
builtin = ["end-of-file"]
run = "a"
shell = true
env = { A = "b" }

[lint.b]
builtin = ["toml"]
run = "a"
fix = "b"

[format.c]
check = "c"

[lint.d]
files = ["*.d"]

[task.e]
builtin = ["toml"]
run = "e"
"#,
        expect![[r#"
            6:1+3: `run` has no meaning beside `builtin` (give the commands a section of their own)
            7:1+5: `shell` has no meaning beside `builtin` (give the commands a section of their own)
            8:1+3: `env` has no meaning beside `builtin` (give the commands a section of their own)
            12:1+3: `run` has no meaning beside `builtin` (give the commands a section of their own)
            13:1+3: `fix` has no meaning beside `builtin` (give the commands a section of their own)
            15:9+1: missing key `run` in `[format.c]` (for example `run = "ruff format {files}"`)
            18:7+1: missing key `run` in `[lint.d]` (for example `run = "ruff check {files}"`)
            22:1+7: unknown key `builtin` in `[task.e]` (`builtin` is a key of `[format.NAME]` and `[lint.NAME]`)
        "#]],
    );
}
