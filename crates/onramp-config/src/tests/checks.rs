//! What the values mean.

use expect_test::{Expect, expect};

use super::Folder;
use crate::{Actions, CommandLine, Ready, Selection, ServiceNeed, load};

fn check(rest: &str, expected: Expect) {
    expected.assert_eq(&Folder::named(rest).brief());
}

#[test]
fn needs_name_tasks_that_exist_and_do_so_once() {
    check(
        "[test.unit]\nrun = \"x\"\nneeds = [\"unit\", \"test\", \"setup:pyton\", \"db:sqlite\", \"setup:python\", \"setup:python\"]\n[setup.python]\nrun = \"x\"",
        expect![[r#"
            5:10+6: `unit` is not of the form `section:name` (did you mean `test:unit`?)
            5:18+6: `test` is not of the form `section:name` (for example `setup:python`)
            5:26+13: there is no task `setup:pyton` (did you mean `setup:python`?)
            5:41+11: there is no task `db:sqlite` (only a service can need a `db:`)
            5:70+14: `setup:python` is given twice
        "#]],
    );
}

#[test]
fn circles_are_told_with_their_path() {
    check(
        "[task]\na = { run = \"x\", needs = [\"task:b\"] }\nb = { run = \"x\", needs = [\"task:c\"] }\nc = { run = \"x\", needs = [\"task:a\"] }\nd = { run = \"x\", needs = [\"task:d\"] }\n[service]\ne = { run = \"x\", needs = [\"service:f\"] }\nf = { run = \"x\", needs = [\"service:e\"] }",
        expect![[r#"
            4:28+6: tasks need one another in a circle: `task:a` -> `task:b` -> `task:c` -> `task:a`
            7:28+6: `task:d` needs itself
            9:28+9: tasks need one another in a circle: `service:e` -> `service:f` -> `service:e`
        "#]],
    );
}

#[test]
fn a_chain_of_100_000_needs_is_read() {
    let mut text = String::from("[task]\nt0 = { run = \"x\" }\n");
    for n in 1..100_000 {
        text.push_str(&format!("t{n} = {{ run = \"x\", needs = [\"task:t{}\"] }}\n", n - 1));
    }
    assert_eq!(Folder::named(&text).config().tasks.len(), 100_000);
}

#[test]
fn placeholders_depend_on_the_section() {
    check(
        "[setup.a]\nrun = \"x {root} {dir} {args} {files}\"",
        expect![[r#"
        4:23+6: unknown placeholder `{args}` (allowed here: `{root}`, `{dir}`; write `{{` and `}}` for the braces themselves)
        4:30+7: unknown placeholder `{files}` (allowed here: `{root}`, `{dir}`; write `{{` and `}}` for the braces themselves)
    "#]],
    );
    check(
        "[test.a]\nrun = \"x {args} {arg} --k={args} {{k}} {\"",
        expect![[r#"
        4:7+35: `{` without its `}` (write `{{` and `}}` for the braces themselves)
        4:23+10: `{args}` must be an argument of its own (put blanks around it: `{args}` becomes any number of arguments)
    "#]],
    );
    check(
        "[test.a]\nrun = [\"x {args}\", \"y --k={args}\"]",
        expect![[r#"
        4:23+10: `{args}` must be an argument of its own (put blanks around it: `{args}` becomes any number of arguments)
    "#]],
    );
    check(
        "[task.a]\nrun = \"echo ${HOME} $HOME ${{HOME}}\"\nshell = true",
        expect![[r#"
            4:14+6: unknown placeholder `{HOME}` (allowed here: `{root}`, `{dir}`, `{message-file}`, `{args}`, `{staged}`, `{refs}`; write `{{` and `}}` for the braces themselves)
        "#]],
    );
    check(
        "[task.a]\nrun = \"x\"\nargs = [\"y\"]",
        expect![[r#"
        5:1+4: `run` does not mention `{args}` (put `{args}` where they belong in `run`)
    "#]],
    );
    check(
        "[lint.a]\nrun = \"x {files}\"\nfix = \"y {files}\"",
        expect![[r#"
        4:10+7: `{files}` needs the key `files` (add for example `files = ["**/*.py"]`)
        5:10+7: `{files}` needs the key `files` (add for example `files = ["**/*.py"]`)
    "#]],
    );
    check(
        "[lint.a]\nrun = \"x {files}\"\nfiles = 1",
        expect![[r#"
        5:9+1: expected a list of strings, found an integer
    "#]],
    );
    check(
        "[env]\nvars = { A = \"{dir}\" }\npath = [\"{root}/x\", \"{home}\"]",
        expect![[r#"
        4:15+5: unknown placeholder `{dir}` (allowed here: `{root}`; write `{{` and `}}` for the braces themselves)
        5:22+6: unknown placeholder `{home}` (allowed here: `{root}`; write `{{` and `}}` for the braces themselves)
    "#]],
    );
    check(
        "[service.a]\nrun = \"x {port}\"\n[service.b]\nport = 1\nrun = \"x {port}\"",
        expect![[r#"
        4:10+6: unknown placeholder `{port}` (allowed here: `{root}`, `{dir}`; write `{{` and `}}` for the braces themselves)
    "#]],
    );
}

#[test]
fn commands_must_be_ones() {
    check(
        "[setup]\na.run = \"\"\nb.run = []\nc.run = [\"x\", \" \"]\nd.run = \"x 'y\"",
        expect![[r#"
        4:9+2: empty command
        5:9+2: no command in the list
        6:15+3: empty command
        7:9+6: a quote in the command is not closed
    "#]],
    );
    check(
        "[setup]\na.run = \"cd ui && npm ci\"\nb.run = \"awk -F '|'\"\nc.run = \"CI=1 npm ci\"",
        expect![[r#"
            4:16+2: no shell runs this command to understand `&&` (set `shell = true` or write a list of commands, where the section has these)
            6:9+13: a command begins with a program, not with a variable (set `CI` under `env`)
        "#]],
    );
    check("[setup.a]\nrun = \"cd ui && CI=1 npm ci\"\nshell = true", expect![[r#""#]]);
}

#[test]
fn folders_exist_and_stay_inside() {
    let text = "[setup]\na = { run = \"x\", dir = \"nope\" }\nb = { run = \"x\", dir = \"../x\" }\nc = { run = \"x\", dir = \"/tmp\" }\nd = { run = \"x\", dir = \"onramp.toml\" }\ne = { run = \"x\", dir = \"ui/../ui\" }\nf = { run = \"x\", dir = \"link\" }\ng = { run = \"x\", dir = \"\" }";
    let folder = Folder::named(text).folder("ui");
    std::os::unix::fs::symlink("/tmp", folder.root().join("link")).unwrap();
    expect![[r#"
        4:24+6: folder `nope` does not exist
        5:24+6: `../x` leaves the workspace
        6:24+6: `/tmp` is absolute (write it relative to `onramp.toml`)
        7:24+13: `onramp.toml` is not a folder
        9:24+6: `link` leaves the workspace through a link
        10:24+2: empty path
    "#]]
    .assert_eq(&folder.brief());
}

#[test]
fn files_that_matter_to_no_task_are_globs_of_the_workspace() {
    let folder = Folder::named("ignore-changes = [\"*.md\", \"docs/**\"]");
    assert_eq!(folder.config().project.ignore_changes, ["*.md", "docs/**"]);
    expect![[r#"
        3:19+11: `../x/*.md` leaves the workspace
        3:32+3: invalid glob `[`: unclosed character class; missing ']'
    "#]]
    .assert_eq(&Folder::named("ignore-changes = [\"../x/*.md\", \"[\"]").brief());
}

#[test]
fn globs_parse_and_outputs_stay_inside() {
    let text = "[build.a]\ndir = \"ui\"\nrun = \"x\"\ninputs = [\"/etc/passwd\", \"../x/**\", \"a[\"]\noutputs = [\"../dist/**\", \"../../x\", \"/tmp/x\", \"\"]\n[lint.a]\nrun = \"x\"\nfiles = [\"{a\"]\nexclude = [\"[\"]";
    expect![[r#"
        6:11+13: `/etc/passwd` is absolute (write it relative to `dir`, or to `onramp.toml` where there is none)
        6:37+4: invalid glob `a[`: unclosed character class; missing ']'
        7:26+9: `../../x` leaves the workspace
        7:37+8: `/tmp/x` is absolute (write it relative to `dir`, or to `onramp.toml` where there is none)
        7:47+2: empty glob
        10:10+4: invalid glob `{a`: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
        11:12+3: invalid glob `[`: unclosed character class; missing ']'
    "#]]
    .assert_eq(&Folder::named(text).folder("ui").brief());
}

#[test]
fn times_and_versions_parse() {
    check(
        "[setup.a]\nrun = \"x\"\ntimeout = \"10\"\n[setup.b]\nrun = \"x\"\ntimeout = \"0s\"",
        expect![[r#"
        5:11+4: `10` is not a time that something may take (write for example `90s`, `10m` or `1h30m`)
        8:11+4: `0s` is not a time that something may take (write for example `90s`, `10m` or `1h30m`)
    "#]],
    );
    check(
        "[tools]\na.version = \"new\"\nb.version = \">=3.10\"\nc.version = \"20\"\nd.fix.apt = \" \"",
        expect![[r#"
            4:13+5: `new` is not a version requirement: unexpected character 'n' while parsing major version number (write for example `>=3.10`, `>=18, <23` or `20`)
            7:13+3: no package is named
        "#]],
    );
}

#[test]
fn hooks_name_stages_and_selections() {
    check(
        "[hooks]\npre-comit = []\npre-commit = [\"fromat\", \"lint\", \"lint\", \"x\"]\npre-push = [\"test:unti\", \"test:unit\"]\n[test.unit]\nrun = \"x\"",
        expect![[r#"
            4:1+9: unknown key `pre-comit` in `[hooks]` (did you mean `pre-commit`?)
            5:15+8: there is no section `fromat` of tasks (did you mean `format`?)
            5:33+6: `lint` is given twice
            5:41+3: there is no section `x` of tasks (name one of `setup`, `format`, `lint`, `test`, `build`, `task`, or a task as `section:name`)
            6:13+11: there is no task `test:unti` (did you mean `test:unit`?)
        "#]],
    );
}

#[test]
fn services_are_checked() {
    check(
        "[service.a]\nrun = \"x\"\nport = 1\nready = {}\n[service.b]\nrun = \"x\"\nport = 1\nready = { http = \"health\" }\nneeds = [\"service:c\", \"db:sqlite\", \"db:mysql\"]\n[service.d]\nrun = \"x\"\nready = { http = \"/\" }\n[service.e]\nrun = \"x\"\nready = { tcp = \"{port}\" }",
        expect![[r#"
            6:1+5: expected exactly one of `http`, `tcp` and `command`
            9:8+1: port 1 is the port of service `a` too
            10:18+8: `health` is neither a path nor a URL
            11:10+11: there is no service `c`
            11:23+11: there is no `[database.dialects.sqlite]`
            11:36+10: there is no `[database.dialects.mysql]`
            14:18+3: a path needs the `port` of the service
            17:17+8: `{port}` is not of the form `HOST:PORT` (for example `127.0.0.1:{port}`)
            17:18+6: unknown placeholder `{port}` (allowed here: `{root}`, `{dir}`; write `{{` and `}}` for the braces themselves)
        "#]],
    );
}

#[test]
fn containers_and_variables_are_checked() {
    check(
        "[env]\ncontainer = {}\nunset = [\"A B\"]\nsecrets = [\"9\"]",
        expect![[r#"
        4:1+9: expected exactly one of `service`, `image` and `dockerfile`
        5:10+5: `A B` is not the name of an environment variable (use letters, digits and `_`, not beginning with a digit)
        6:12+3: `9` is not the name of an environment variable (use letters, digits and `_`, not beginning with a digit)
    "#]],
    );
    check(
        "[env]\nprovider = \"container\"",
        expect![[r#"
        4:12+11: provider `container` needs to know the container (add `container = { service = "dev" }`, or `image` or `dockerfile`)
    "#]],
    );
    check(
        "[env]\ncontainer = { dockerfile = \"Dockerfile\" }",
        expect![[r#"
        4:28+12: file `Dockerfile` does not exist
    "#]],
    );
    check(
        "[env]\ncontainer = { image = \"a\", service = \"b\" }",
        expect![[r#"
        4:1+9: expected exactly one of `service`, `image` and `dockerfile`
    "#]],
    );
}

#[test]
fn everything_is_resolved() {
    let text = r#"
[tools]
node = { version = ">=20" }
go = {}
[setup.a]
dir = "./ui/"
run = ["x {dir}", "y 'b c'"]
env = { A = "{root}|{dir}" }
timeout = "1m30s"
[test.b]
run = "t {args}"
args = ["q"]
needs = ["setup:a"]
[service.s]
run = "s {port}"
port = 80
ready = { tcp = "localhost:{port}" }
needs = ["setup:a", "service:r"]
[service.r]
run = "r"
[hooks]
pre-push = ["lint", "test:b"]
"#;
    let folder = Folder::named(text).folder("ui");
    let config = load(&folder.root()).unwrap().config;
    let argv = |words: &[&str]| CommandLine::Argv(words.iter().map(|word| word.to_string()).collect());
    assert_eq!(config.tools[0].probe.as_deref(), Some(&["node".to_owned(), "--version".to_owned()][..]));
    assert_eq!(config.tools[1].probe, None);
    let (a, b) = (&config.tasks[0], &config.tasks[1]);
    assert_eq!(a.id.to_string(), "setup:a");
    assert_eq!(a.dir, folder.root().join("ui"));
    assert_eq!(a.actions, Actions::Run { run: vec![argv(&["x", "{dir}"]), argv(&["y", "b c"])] });
    let root = folder.root().display().to_string();
    assert_eq!(a.env["A"], format!("{root}|{root}/ui"));
    assert_eq!(a.timeout.unwrap().as_secs(), 90);
    assert_eq!(a.inputs, None);
    assert_eq!(b.needs, std::slice::from_ref(&a.id));
    let args = vec!["q".to_owned()];
    assert_eq!(b.actions, Actions::Test { run: vec![argv(&["t", "{args}"])], args, junit: None });
    assert_eq!(config.services[0].ready, Some(Ready::Tcp("localhost:{port}".to_owned())));
    assert_eq!(config.services[0].needs[1], ServiceNeed::Service("r".to_owned()));
    assert_eq!(config.hooks[0].selections[1], Selection::Task(b.id.clone()));
    assert_eq!(config.env.nix.flake, ".#default");
}

#[test]
fn tasks_keep_the_order_in_which_they_are_written() {
    let folder = Folder::named("[test.z]\nrun = \"x\"\n[setup.b]\nrun = \"x\"\n[setup.a]\nrun = \"x\"");
    let ids: Vec<_> = folder.config().tasks.iter().map(|task| task.id.to_string()).collect();
    assert_eq!(ids, ["setup:b", "setup:a", "test:z"]);
}
