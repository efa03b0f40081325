//! Syntax, unknown keys, wrong types, missing keys.

use expect_test::{Expect, expect};

use super::Folder;

fn check(rest: &str, expected: Expect) {
    expected.assert_eq(&Folder::named(rest).brief());
}

#[test]
fn an_empty_file_lacks_its_name() {
    expect![[r#"
        error: missing key `name` in `[project]`
         --> onramp.toml:1:1
        hint: for example `name = "flowline"`

    "#]]
    .assert_eq(&Folder::new("").report());
}

#[test]
fn a_missing_file_is_told_like_any_error() {
    let folder = Folder::new("");
    std::fs::remove_file(folder.root().join("onramp.toml")).unwrap();
    expect![[r#"
        error: there is no `onramp.toml` here
         --> onramp.toml:1:1
        hint: see `onramp reference configuration`

    "#]]
    .assert_eq(&folder.report());
}

#[test]
fn a_byte_that_is_not_utf_8_is_pointed_at() {
    let folder = Folder::new("").file("onramp.toml", b"[project]\nname = \"K\xe4se\"\n");
    expect![[r#"
        error: this byte is not UTF-8
         --> onramp.toml:2:10
          |
        2 | name = "K�se"
          |          ^
        hint: save the file as UTF-8

    "#]]
    .assert_eq(&folder.report());
}

#[test]
fn ten_errors_are_told_in_one_run() {
    let text = r#"
projekt = 1

[env]
provider = "docker"

[tools]
node = { version = 20 }

[test.unit]
run = "pytest {arg}"
need = ["setup:python"]

[lint.ruff]
check = "ruff check"
run = ["ruff check {files}", 7]
dir = "nowhere"

[setup.python]
needs = ["tset:unit", "setup:a"]

[setup.a]
run = "a 'b"
needs = ["setup:python"]
"#;
    expect![[r#"
        error: unknown key `projekt` in `[project]`
         --> onramp.toml:4:1
          |
        4 | projekt = 1
          | ^^^^^^^
        hint: known here: `ignore-changes`, `members`, `name`

        error: expected one of `auto`, `host`, `nix`, `container`, found `docker`
         --> onramp.toml:7:12
          |
        7 | provider = "docker"
          |            ^^^^^^^^

        error: expected a string, found an integer
          --> onramp.toml:10:20
           |
        10 | node = { version = 20 }
           |                    ^^
        hint: write it in quotes: `"20"`

        error: unknown placeholder `{arg}`
          --> onramp.toml:13:15
           |
        13 | run = "pytest {arg}"
           |               ^^^^^
        hint: did you mean `{args}`?

        error: unknown key `need` in `[test.unit]`
          --> onramp.toml:14:1
           |
        14 | need = ["setup:python"]
           | ^^^^
        hint: did you mean `needs`?

        error: unknown key `check` in `[lint.ruff]`
          --> onramp.toml:17:1
           |
        17 | check = "ruff check"
           | ^^^^^
        hint: `check` is a key of `[format.NAME]`

        error: `{files}` needs the key `files`
          --> onramp.toml:18:20
           |
        18 | run = ["ruff check {files}", 7]
           |                    ^^^^^^^
        hint: add for example `files = ["**/*.py"]`

        error: expected a string, found an integer
          --> onramp.toml:18:30
           |
        18 | run = ["ruff check {files}", 7]
           |                              ^
        hint: write it in quotes: `"7"`

        error: folder `nowhere` does not exist
          --> onramp.toml:19:7
           |
        19 | dir = "nowhere"
           |       ^^^^^^^^^

        error: missing key `run` in `[setup.python]`
          --> onramp.toml:21:8
           |
        21 | [setup.python]
           |        ^^^^^^
        hint: for example `run = "npm ci"`

        error: there is no task `tset:unit`
          --> onramp.toml:22:10
           |
        22 | needs = ["tset:unit", "setup:a"]
           |          ^^^^^^^^^^^
        hint: did you mean `test:unit`?

        error: tasks need one another in a circle: `setup:python` -> `setup:a` -> `setup:python`
          --> onramp.toml:22:24
           |
        22 | needs = ["tset:unit", "setup:a"]
           |                        ^^^^^^^

        error: a quote in the command is not closed
          --> onramp.toml:25:7
           |
        25 | run = "a 'b"
           |       ^^^^^^

    "#]]
    .assert_eq(&Folder::named(text).report());
}

#[test]
fn unknown_keys_come_with_the_nearest_or_with_their_home() {
    check(
        "[tests.unit]\nrun = \"x\"",
        expect![[r#"
        3:2+5: unknown section `tests` (did you mean `test`?)
    "#]],
    );
    check(
        "[test.unit]\nrun = \"x\"\ninput = []\ncheck = \"y\"\nbanana = 1",
        expect![[r#"
        5:1+5: unknown key `input` in `[test.unit]` (did you mean `inputs`?)
        6:1+5: unknown key `check` in `[test.unit]` (`check` is a key of `[format.NAME]`)
        7:1+6: unknown key `banana` in `[test.unit]` (known here: `args`, `changes-tree`, `description`, `dir`, `env`, `inputs`, `junit`, `needs`, `outputs`, `reads-env`, `run`, `shell`, `timeout`)
    "#]],
    );
    check(
        "[tools]\npython.fix.yum = \"x\"\ngo = { version = \"1\", url_env = 1 }",
        expect![[r#"
        4:12+3: unknown key `yum` in `[tools.python.fix]` (known here: `apt`, `brew`, `command`, `nix`, `npm`, `pip`)
        5:23+7: unknown key `url_env` in `[tools.go]` (known here: `fix`, `gate`, `optional`, `probe`, `program`, `version`, `why`)
    "#]],
    );
    check(
        "tools.go = {}",
        expect![[r#"
        3:1+5: unknown key `tools` in `[project]` (`tools` is a section of its own: begin it with `[tools]`)
    "#]],
    );
    expect![[r#"
        1:1+4: unknown key `name` before any section (`name` is a key of `[project]`)
        1:1+1: missing key `name` in `[project]` (for example `name = "flowline"`)
        2:1+5: unknown key `tests` before any section (did you mean `test`?)
    "#]]
    .assert_eq(&Folder::new("name = \"x\"\ntests = 1").brief());
    check(
        "[database]\nurl_env = \"X\"",
        expect![[r#"
            3:2+8: missing keys `engine`, `dialects` in `[database]` (`engine` takes one of `alembic`, `command`; `dialects` takes a table)
            4:1+7: unknown key `url_env` in `[database]` (did you mean `url-env`?)
        "#]],
    );
}

#[test]
fn wrong_types_say_what_is_expected_and_what_is_there() {
    check(
        "[test.unit]\nrun = 1\nneeds = \"setup:x\"\nshell = \"true\"\ndir = 2.5",
        expect![[r#"
        4:7+1: expected a string or a list of strings, found an integer (write it in quotes: `"1"`)
        5:9+9: expected a list of strings, found a string (write it in brackets: `["setup:x"]`)
        6:9+6: expected `true` or `false`, found a string (write it without quotes: `true`)
        7:7+3: expected a string, found a number with a fraction (write it in quotes: `"2.5"`)
    "#]],
    );
    check(
        "[[test.unit]]\nrun = \"x\"",
        expect![[r#"
        3:1+13: expected a table, found a list of tables (write `[test.unit]` with single brackets)
    "#]],
    );
    check(
        "[tools]\ndocker = true\n[setup]\nx = \"npm ci\"\n[test.x.run]\na = 1",
        expect![[r#"
            4:10+4: expected a table, found a boolean
            6:5+8: expected a table, found a string
            7:9+3: expected a string or a list of strings, found a table
        "#]],
    );
    check(
        "[service.a]\nrun = \"x\"\nport = 0\n[service.b]\nrun = \"x\"\nport = 99999999999999999999",
        expect![[r#"
            5:8+1: expected an integer from 1 to 65535
            8:8+20: expected an integer from 1 to 65535
        "#]],
    );
    check(
        "[test.unit]\nrun = [\"a\", 1979-05-27, {}]",
        expect![[r#"
        4:13+10: expected a string, found a date or time
        4:25+2: expected a string, found a table
    "#]],
    );
}

#[test]
fn words_are_taken_from_the_list() {
    check(
        "[tools]\na = { gate = \"warning\" }\n[env]\nprovider = \"contaner\"",
        expect![[r#"
            4:14+9: expected one of `fail`, `warn`, found `warning` (did you mean `warn`?)
            6:12+10: expected one of `auto`, `host`, `nix`, `container`, found `contaner` (did you mean `container`?)
        "#]],
    );
}

#[test]
fn names_have_a_form() {
    check(
        "[test.\"a b\"]\nrun = \"x\"\n[setup.-x]\nrun = \"x\"\n[env.vars]\n\"A-B\" = \"\"",
        expect![[r#"
        3:7+5: `a b` is not a name (use letters, digits, `.`, `_` and `-`, beginning with a letter or digit)
        5:8+2: `-x` is not a name (use letters, digits, `.`, `_` and `-`, beginning with a letter or digit)
        8:1+5: `A-B` is not the name of an environment variable (use letters, digits and `_`, not beginning with a digit)
    "#]],
    );
    expect![[r#"
        1:16+5: `a/b` is not a name (use letters, digits, `.`, `_` and `-`, beginning with a letter or digit)
    "#]]
    .assert_eq(&Folder::new("project.name = \"a/b\"").brief());
}

#[test]
fn required_keys_are_missed() {
    check(
        "[format.x]\n[format.y]\nrun = \"a\"",
        expect![[r#"
        3:9+1: missing key `run` in `[format.x]` (for example `run = "ruff format {files}"`)
        3:9+1: missing key `check` in `[format.x]` (for example `check = "ruff format --check {files}"`)
        4:9+1: missing key `check` in `[format.y]` (for example `check = "ruff format --check {files}"`)
    "#]],
    );
    check(
        "[database]\n[database.dialects.sqlite]\n[kubernetes]",
        expect![[r#"
            3:2+8: missing keys `engine`, `url-env` in `[database]` (`engine` takes one of `alembic`, `command`; for example `url-env = "FLOWLINE_DATABASE_URL"`)
            4:20+6: missing keys `versions`, `url` in `[database.dialects.sqlite]` (for example `versions = "src/flowline/migrations/versions/sqlite"`; for example `url = "sqlite+aiosqlite:///{path}"`)
            5:2+10: missing key `image` in `[kubernetes]` (for example `image = "flowline:dev"`)
        "#]],
    );
}

#[test]
fn a_table_below_one_that_is_not_there_is_one_mistake() {
    check(
        "[database.parity]\nexceptions = []",
        expect![[r#"
            3:2+8: missing keys `engine`, `url-env`, `dialects` in `[database]` (`engine` takes one of `alembic`, `command`; for example `url-env = "FLOWLINE_DATABASE_URL"`; `dialects` takes a table)
        "#]],
    );
}

#[test]
fn syntax_errors_do_not_hide_the_other_mistakes() {
    check(
        "[test.unit]\nrun = pytest\nneed = []\nrun = \"x\"\n[setup.a\n",
        expect![[r#"
        4:7+6: string values must be quoted, expected literal string
        5:1+4: unknown key `need` in `[test.unit]` (did you mean `needs`?)
        6:1+3: duplicate key `run`, first given on line 4
        7:9+1: unclosed table, expected `]`
    "#]],
    );
}

#[test]
fn line_ends_marks_tabs_and_wide_letters_do_not_move_the_carets() {
    let text = "\u{feff}project = { name = \"ü\" }\r\n[test.x]\r\n\trun = \"ä {x}\"\r\n\tnäeds = []\r\n";
    expect![[r#"
        error: `ü` is not a name
         --> onramp.toml:1:20
          |
        1 | project = { name = "ü" }
          |                    ^^^
        hint: use letters, digits, `.`, `_` and `-`, beginning with a letter or digit

        error: invalid unquoted key, expected letters, numbers, `-`, `_`
         --> onramp.toml:4:3
          |
        4 | 	näeds = []
          | 	 ^

    "#]]
    .assert_eq(&Folder::new(text).report());
}

#[test]
fn each_way_to_write_a_table_has_its_places() {
    check(
        "[test.a]\nrun = \"x\"\nneed = []",
        expect![[r#"
        5:1+4: unknown key `need` in `[test.a]` (did you mean `needs`?)
    "#]],
    );
    check(
        "[test]\na = { run = \"x\", need = [] }",
        expect![[r#"
        4:18+4: unknown key `need` in `[test.a]` (did you mean `needs`?)
    "#]],
    );
    check(
        "[test]\na.run = \"x\"\na.need = []",
        expect![[r#"
        5:3+4: unknown key `need` in `[test.a]` (did you mean `needs`?)
    "#]],
    );
}
