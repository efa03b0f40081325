//! What is wrong with histories and their databases, beyond the shape.

use expect_test::{Expect, expect};

use super::Folder;

fn check(rest: &str, expected: Expect) {
    expected.assert_eq(&Folder::named(rest).brief());
}

const DIALECT: &str = "[database.dialects.sqlite]\nversions = \"v\"\nurl = \"sqlite:///{path}\"\n";

#[test]
fn databases_are_checked() {
    let report = |alembic: &str, rest: &str| {
        let text = format!(
            "[database]\nengine = \"alembic\"\nurl-env = \"URL\"\nalembic = {alembic}\n{rest}\n{DIALECT}"
        );
        Folder::named(&text).folder("v").file("a.ini", "").brief()
    };
    let alembic = |alembic: &str| report(alembic, "");
    expect![[r#""#]].assert_eq(&alembic("{ config = \"a.ini\", section = \"{dialect}\" }"));
    expect![[r#"
        6:22+7: file `b.ini` does not exist
        6:42+8: unknown placeholder `{dialct}` (did you mean `{dialect}`?)
    "#]]
    .assert_eq(&alembic("{ config = \"b.ini\", section = \"{dialct}\" }"));
    expect![[r#"
        6:22+15: file `sqlite.ini` does not exist
    "#]]
    .assert_eq(&alembic("{ config = \"{dialect}.ini\" }"));
    expect![[r#"
        6:1+7: expected exactly one of `config`, `entry`, and `upgrade` with `downgrade` and `revision`
    "#]]
    .assert_eq(&alembic("{}"));
    expect![[r#"
        6:1+7: expected exactly one of `config`, `entry`, and `upgrade` with `downgrade` and `revision`
    "#]]
    .assert_eq(&alembic("{ entry = \"x\", config = \"a.ini\" }"));
    expect![[r#"
        6:1+7: `upgrade`, `downgrade` and `revision` are given together
    "#]]
    .assert_eq(&alembic("{ upgrade = \"x {revision}\" }"));
    expect![[r#"
        6:24+10: unknown placeholder `{revision}` (allowed here: `{dialect}`, `{root}`; write `{{` and `}}` for the braces themselves)
        6:37+7: `section` is a section of the file `config`
    "#]].assert_eq(&alembic("{ entry = \"x {revision}\", section = \"a\" }"));
    let own = "{ upgrade = \"u {revision}\", downgrade = \"d {revision}\", revision = \"r {message}\" }";
    expect![[r#""#]].assert_eq(&alembic(own));
    let ledger = "ledger = { file = \"../x\", template = \"{titel} {sqlite} {postgresql}\", after = \"\" }";
    expect![[r#"
        7:19+6: `../x` leaves the workspace
        7:39+7: unknown placeholder `{titel}` (did you mean `{title}`?)
        7:56+12: unknown placeholder `{postgresql}` (allowed here: `{title}`, `{sqlite}`; write `{{` and `}}` for the braces themselves)
        7:79+2: `after` is exactly one line of the file
    "#]].assert_eq(&report("{ entry = \"x\" }", ledger));
}

#[test]
fn the_section_of_the_engine_is_there_and_no_other() {
    let report = |engine: &str, rest: &str| {
        let text = format!("[database]\nengine = \"{engine}\"\nurl-env = \"URL\"\n{rest}\n{DIALECT}");
        Folder::named(&text).folder("v").brief()
    };
    let command = "command = { upgrade = \"u {versions}\", downgrade = \"d\", revision = \"r {versions}\" }";
    expect![[r#""#]].assert_eq(&report("command", command));
    expect![[r#"
        4:10+9: the engine `command` needs the key `command` in `[database]` (for example `command = { upgrade = "...", downgrade = "...", revision = "..." }`)
    "#]].assert_eq(&report("command", ""));
    expect![[r#"
        4:10+9: the engine `alembic` needs the key `alembic` in `[database]` (for example `alembic = { config = "alembic.ini" }`)
    "#]].assert_eq(&report("alembic", ""));
    expect![[r#"
        4:10+9: the engine `alembic` needs the key `alembic` in `[database]` (for example `alembic = { config = "alembic.ini" }`)
        6:1+7: `command` is not the engine (write `engine = "command"`, or leave `command` out)
    "#]].assert_eq(&report("alembic", command));
    expect![[r#"
        4:10+9: the engine `command` needs the key `command` in `[database]` (for example `command = { upgrade = "...", downgrade = "...", revision = "..." }`)
        6:1+7: `alembic` is not the engine (write `engine = "alembic"`, or leave `alembic` out)
        6:20+10: unknown placeholder `{versions}` (allowed here: `{dialect}`, `{root}`; write `{{` and `}}` for the braces themselves)
    "#]].assert_eq(&report("command", "alembic.entry = \"x {versions}\""));
    expect![[r#"
        7:1+7: `command` is not the engine (write `engine = "command"`, or leave `command` out)
    "#]]
    .assert_eq(&report("alembic", &format!("alembic.entry = \"x\"\n{command}")));
    expect![[r#"
        4:10+8: expected one of `alembic`, `command`, found `dbmate`
    "#]]
    .assert_eq(&report("dbmate", command));
}

#[test]
fn commands_of_another_tool_are_checked() {
    let report = |command: &str| {
        let text = format!(
            "[database]\nengine = \"command\"\nurl-env = \"URL\"\n[database.command]\n{command}\n{DIALECT}"
        );
        Folder::named(&text).folder("v").brief()
    };
    expect![[r#""#]].assert_eq(&report(
        "upgrade = \"u {versions} {root} {dialect}\"\ndowngrade = \"d {versions} {revision}\"\n\
         revision = \"r {message} {versions}\"\ncurrent = \"c\"\ntables = [\"log\"]",
    ));
    expect![[r#"
        6:11+7: missing key `downgrade` in `[database.command]` (for example `downgrade = "dbmate --no-dump-schema --migrations-dir {versions} down"`)
        7:11+3: the command does not say `{versions}` (a revision is proved on a copy of the folder; `{versions}` stands for it)
        8:12+13: the command does not say `{versions}` (a revision is proved on a copy of the folder; `{versions}` stands for it)
    "#]].assert_eq(&report("upgrade = \"u\"\nrevision = \"r {message}\""));
    expect![[r#"
        7:25+10: unknown placeholder `{revision}` (allowed here: `{versions}`, `{dialect}`, `{root}`; write `{{` and `}}` for the braces themselves)
        8:16+1: no shell runs this command to understand `|` (set `shell = true` or write a list of commands, where the section has these)
        9:12+2: empty command
        10:14+9: unknown placeholder `{message}` (allowed here: `{versions}`, `{dialect}`, `{root}`; write `{{` and `}}` for the braces themselves)
        11:1+5: unknown key `table` in `[database.command]` (did you mean `tables`?)
    "#]].assert_eq(&report(
        "upgrade = \"u {versions} {revision}\"\ndowngrade = \"d | x\"\n\
         revision = \"\"\ncurrent = \"c {message}\"\ntable = []",
    ));
}

#[test]
fn servers_are_kept_for_a_length_of_time() {
    let with = |line: &str| {
        let head = "[database]\nengine = \"alembic\"\nurl-env = \"URL\"\nalembic.entry = \"x\"";
        Folder::named(&format!("{head}\n{line}\n{DIALECT}")).folder("v")
    };
    let kept = |line: &str| with(line).config().database.unwrap().keep_warm.map(|time| time.as_millis());
    assert_eq!(kept(""), None);
    for (text, milliseconds) in [("250ms", 250), ("90s", 90_000), ("10m", 600_000), ("0s", 0)] {
        assert_eq!(kept(&format!("keep-warm = \"{text}\"")), Some(milliseconds), "{text}");
    }
    assert_eq!(kept("keep-warm = \"1h30m\""), Some(5_400_000));
    let wrong = |value: &str| with(&format!("keep-warm = {value}")).brief();
    expect![[r#"
        7:13+4: `10` is not a length of time (write for example `90s`, `10m` or `0s`)
    "#]]
    .assert_eq(&wrong("\"10\""));
    expect![[r#"
        7:13+4: `1d` is not a length of time (write for example `90s`, `10m` or `0s`)
    "#]]
    .assert_eq(&wrong("\"1d\""));
    expect![[r#"
        7:13+2: `` is not a length of time (write for example `90s`, `10m` or `0s`)
    "#]]
    .assert_eq(&wrong("\"\""));
    expect![[r#"
        7:13+2: expected a string, found an integer (write it in quotes: `"10"`)
    "#]]
    .assert_eq(&wrong("10"));
}

#[test]
fn dialects_are_checked() {
    check(
        "[database]\nengine = \"alembik\"\nurl-env = \"A-B\"\nalembic.entry = \"x\"\n[database.dialects.sqlite]\nversions = \"nope\"\nurl = \"postgresql://{path}\"\nserver = {}\n[database.dialects.postgresql]\nversions = \".\"\nurl = \"postgresql://{usr}@/{database}?host={socket}\"\nenv = { A = \"{path}\" }\nserver = { min-version = 0, image = \"\" }",
        expect![[r#"
            4:10+9: expected one of `alembic`, `command`, found `alembik` (did you mean `alembic`?)
            5:11+5: `A-B` is not the name of an environment variable (use letters, digits and `_`, not beginning with a digit)
            8:12+6: folder `nope` does not exist
            9:7+21: this is no URL of sqlite
            10:1+6: unknown key `server` in `[database.dialects.sqlite]` (known here: `baseline`, `env`, `label`, `url`, `versions`)
            12:12+3: the history of sqlite lies in the same folder (a revision is written for each dialect, so each has a folder of its own)
            13:21+5: unknown placeholder `{usr}` (did you mean `{user}`?)
            14:14+6: unknown placeholder `{path}` (allowed here: `{user}`, `{password}`, `{host}`, `{port}`, `{database}`, `{socket}`; write `{{` and `}}` for the braces themselves)
            15:26+1: expected an integer from 1 to 99
            15:37+2: empty image name
        "#]],
    );
    check(
        "[database]\nengine = \"alembic\"\nurl-env = \"A\"\nalembic.entry = \"x\"\ndialects = {}",
        expect![[r#"
            7:1+8: no dialect is configured (add `[database.dialects.sqlite]` or `[database.dialects.postgresql]`)
        "#]],
    );
}

#[test]
fn differences_are_declared_with_reasons() {
    let report = |parity: &str| {
        let text = format!(
            "[database]\nengine = \"alembic\"\nurl-env = \"URL\"\nalembic = {{ entry = \"x\" }}\n\
             [database.parity]\n{parity}\n{DIALECT}"
        );
        Folder::named(&text).folder("v").brief()
    };
    let right = "exceptions = [{ object = \"index flow.ix_*\", only = \"sqlite\", reason = \"r\" }]\n\
                 types = [{ sqlite = \"TEXT\", postgresql = \"*[]\", reason = \"r\" }]";
    expect![[r#""#]].assert_eq(&report(right));
    expect![[r#"
        8:27+4: no kind of object is called `indx` (did you mean `index`?)
    "#]]
    .assert_eq(&report("exceptions = [{ object = \"indx flow.ix\", reason = \"r\" }]"));
    expect![[r#"
        8:26+7: no index is named (as in `index NAME`, or `index *` for all)
        8:44+3: the reason is empty
    "#]]
    .assert_eq(&report("exceptions = [{ object = \"index\", reason = \" \" }]"));
    expect![[r#"
        8:15+24: missing key `reason` in `[database.parity.exceptions]` (for example `reason = "SQLite has no index that finds by what a document contains"`)
    "#]].assert_eq(&report("exceptions = [{ object = \"index a.b\" }]"));
    let only = "exceptions = [{ object = \"index a.b\", only = \"postgresql\", attribute = \"defualt\", reason = \"r\" }]";
    expect![[r#"
        8:46+12: the configuration has no dialect `postgresql`
        8:60+9: `only` and `attribute` exclude one another (what one dialect alone has differs in nothing)
    "#]]
    .assert_eq(&report(only));
    let attribute = "exceptions = [{ object = \"column a.b\", attribute = \"defualt\", reason = \"r\" }]";
    expect![[r#"
        8:52+9: nothing that may differ is called `defualt` (did you mean `default`?)
    "#]]
    .assert_eq(&report(attribute));
    expect![[r#"
        8:46+10: expected one of `sqlite`, `postgresql`, found `postgres` (did you mean `postgresql`?)
    "#]]
    .assert_eq(&report("exceptions = [{ object = \"index a.b\", only = \"postgres\", reason = \"r\" }]"));
    expect![[r#"
        8:21+2: no type is named (as `onramp migrate parity` tells it)
        8:25+8: unknown key `postgres` in `[database.parity.types]` (did you mean `postgresql`?)
    "#]]
    .assert_eq(&report("types = [{ sqlite = \"\", postgres = \"citext\", reason = \"r\" }]"));
    expect![[r#"
        8:1+9: unknown key `exception` in `[database.parity]` (did you mean `exceptions`?)
    "#]]
    .assert_eq(&report("exception = []"));
}

#[test]
fn what_is_declared_has_its_place() {
    let text = format!(
        "[database]\nengine = \"alembic\"\nurl-env = \"URL\"\nalembic = {{ entry = \"x\" }}\n\
         [database.parity]\nexceptions = [\n  {{ object = \"table a\", reason = \"r\" }},\n\
           {{ object = \"index a.b c\", attribute = \"columns\", reason = \"s\" }},\n]\n{DIALECT}"
    );
    let config = Folder::named(&text).folder("v").config();
    let exceptions = config.database.unwrap().parity.exceptions;
    let lines: Vec<_> = exceptions.iter().map(|item| item.place.as_ref().map(|(_, line)| *line)).collect();
    assert_eq!(lines, [Some(9), Some(10)]);
    assert_eq!((exceptions[1].kind.as_str(), exceptions[1].name.as_str()), ("index", "a.b c"));
}

#[test]
fn what_pairs_revisions_is_checked() {
    let report = |rest: &str, dialect: &str| {
        let text = format!(
            "[database]\nengine = \"alembic\"\nurl-env = \"URL\"\nalembic = {{ entry = \"x\" }}\n{rest}\n{DIALECT}{dialect}"
        );
        Folder::named(&text).folder("v").brief()
    };
    expect![[r#""#]].assert_eq(&report("pairing = \"slug\"", "baseline = \"a1\"\n"));
    expect![[r#"
        7:11+8: there is no ledger (add `[database.ledger]`, or pair by `id` or `slug`)
    "#]]
    .assert_eq(&report("pairing = \"ledger\"", ""));
    expect![[r#"
        7:11+7: expected one of `ledger`, `id`, `slug`, found `slugs` (did you mean `slug`?)
    "#]]
    .assert_eq(&report("pairing = \"slugs\"", ""));
    expect![[r#"
        11:12+2: empty revision
    "#]]
    .assert_eq(&report("", "baseline = \"\"\n"));
    let only = |dialect: &str, reason: &str| {
        format!("[[database.only]]\nrevision = \"a1\"\ndialect = \"{dialect}\"\n{reason}\n")
    };
    expect![[r#""#]].assert_eq(&report("", &only("sqlite", "reason = \"r\"")));
    expect![[r#"
        11:1+17: missing key `reason` in `[database.only]` (for example `reason = "SQLite has no trigram indexes"`)
    "#]]
    .assert_eq(&report("", &only("sqlite", "")));
    expect![[r#"
        13:11+12: `postgresql` is not configured
        14:10+3: say why the others do not need it
    "#]]
    .assert_eq(&report("", &only("postgresql", "reason = \" \"")));
    let twice = only("sqlite", "reason = \"r\"").repeat(2);
    expect![[r#"
        16:12+4: this revision is named twice
    "#]]
    .assert_eq(&report("", &twice));
}
