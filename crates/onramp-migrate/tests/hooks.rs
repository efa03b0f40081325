//! Which post-write hooks are left to the project's formatters, as Python decides it.

use std::process::Command;

/// Asks Python whether hooks are left to formatters; both are expressions, in which `BIN` is its own folder.
#[expect(clippy::disallowed_methods, reason = "the program under test is Python's")]
fn are_left(formatters: &str, hooks: &str) -> bool {
    let shim = concat!(env!("CARGO_MANIFEST_DIR"), "/src/shim");
    let script = format!(
        "import os, sys\nsys.path.insert(0, {shim:?})\nsys.dont_write_bytecode = True\n\
         BIN = os.path.dirname(sys.executable)\nimport onramp_hooks\n\
         print(onramp_hooks._are_left_to({formatters}, {hooks}))\n"
    );
    let run = Command::new("python3").args(["-c", &script]).output().expect("python3");
    match String::from_utf8_lossy(&run.stdout).trim() {
        "True" => true,
        "False" => false,
        _ => panic!("{}", String::from_utf8_lossy(&run.stderr)),
    }
}

const FORMATTERS: &str = "[[BIN + '/ruff', 'check', '--quiet', '--fix'], [BIN + '/ruff', 'format']]";

fn hook(rest: &str) -> String {
    format!("{{'_hook_name': 'x', 'type': 'module', {rest}}}")
}

fn of_ruff() -> [String; 2] {
    ["check --fix REVISION_SCRIPT_FILENAME --quiet", "format REVISION_SCRIPT_FILENAME"]
        .map(|options| hook(&format!("'module': 'ruff', 'options': '{options}'")))
}

#[test]
fn hooks_that_are_the_formatters_are_left_to_them() {
    let [check, format] = of_ruff();
    assert!(are_left(FORMATTERS, &format!("[{check}, {format}]")));
    let before_alembic_1_16 = "{'hooks': 'sort, format', 'sort.type': 'console_scripts', 'sort.entrypoint': 'ruff', \
         'sort.options': 'check --quiet --fix REVISION_SCRIPT_FILENAME', 'format.type': 'exec', \
         'format.executable': BIN + '/ruff', 'format.options': 'format REVISION_SCRIPT_FILENAME'}";
    assert!(are_left(FORMATTERS, before_alembic_1_16));
}

#[test]
fn others_are_not() {
    let [check, format] = of_ruff();
    let elsewhere = hook("'module': 'ruff', 'options': 'format REVISION_SCRIPT_FILENAME', 'cwd': '/'");
    let more = hook("'module': 'ruff', 'options': 'format -q REVISION_SCRIPT_FILENAME'");
    let unnamed = hook("'module': 'ruff', 'options': 'format'");
    let of_the_project = "{'_hook_name': 'x', 'type': 'of_the_project'}".to_owned();
    let of_another = "{'_hook_name': 'x', 'type': 'exec', 'executable': '/opt/ruff', \
                      'options': 'format REVISION_SCRIPT_FILENAME'}"
        .to_owned();
    for second in [elsewhere, more, unnamed, of_the_project, of_another] {
        assert!(!are_left(FORMATTERS, &format!("[{check}, {second}]")), "{second}");
    }
    assert!(!are_left(FORMATTERS, &format!("[{format}, {check}]")));
    assert!(!are_left(FORMATTERS, &format!("[{check}]")));
    assert!(!are_left("[]", "[]"));
    let elsewhere = FORMATTERS.replace("BIN", "'/opt'");
    assert!(!are_left(&elsewhere, &format!("[{check}, {format}]")));
}
