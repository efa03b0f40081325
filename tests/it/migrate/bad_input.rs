use super::shop::{MODELS, newest_file, shop_with_history};
use super::{MODEL, flowline, flowline_with_a_new_column};

const MIGRATE: [&str; 4] = ["migrate", "--all-dialects", "-m", "add flow owner"];

#[test]
fn models_that_do_not_import() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    env.write(MODEL, &format!("import no_such_module\n{}", env.read(MODEL)));
    let before = env.snapshot();
    let run = env.onramp(MIGRATE).exits(1);
    assert!(run.stderr.contains("ModuleNotFoundError: No module named 'no_such_module'"), "{}", run.stderr);
    assert!(run.stderr.contains("migrate:sqlite failed: SQLite: "), "{}", run.stderr);
    assert_eq!(env.snapshot(), before);
}

#[test]
fn two_heads() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    let twin = "src/flowline/migrations/versions/sqlite/0000_twin.py";
    env.write(twin, "revision = 'aaaa'\ndown_revision = 'd81f6a2c4b79'\n");
    let before = env.snapshot();
    env.onramp(MIGRATE)
        .exits(1)
        .says("0000_twin.py")
        .says("onramp exec -- alembic -c alembic.ini -n sqlite merge -m \"merge heads\" 06a3e9f7b5d4 aaaa");
    assert_eq!(env.snapshot(), before);
    env.onramp(["migrate", "heads"]).exits(1).says("aaaa");
}

#[test]
fn a_revision_that_follows_none() {
    let Some(env) = shop_with_history(MODELS) else { return };
    env.write("db/history/lite/lost.py", "revision = 'lost'\ndown_revision = 'gone'\n");
    for command in [["migrate", "heads"].as_slice(), &["migrate", "lint"], &["migrate", "check"]] {
        let run = env.onramp(command).exits(1).says("db/history/lite/lost.py follows revision `gone`");
        // The file as one names it, and not that of a copy which is gone by now.
        assert!(!run.stderr.contains("/db/history"), "{}", run.stderr);
    }
}

#[test]
fn the_hint_that_joins_two_heads_works_as_it_is_printed() {
    let Some(env) = shop_with_history(MODELS) else { return };
    let (_, text) = newest_file(&env);
    let root =
        text.lines().find(|line| line.starts_with("revision: str")).unwrap().split('\'').nth(1).unwrap();
    for id in ["aaaa", "bbbb"] {
        env.write(
            &format!("db/history/lite/{id}.py"),
            &format!("revision = '{id}'\ndown_revision = '{root}'\n"),
        );
    }
    let hint = "onramp exec -- alembic -c db/sqlite.ini merge -m \"merge heads\" aaaa bbbb";
    let commands = [
        ["migrate", "check"].as_slice(),
        &["migrate", "-m", "x"],
        &["migrate", "status"],
        &["migrate", "verify"],
    ];
    commands.iter().for_each(|command| drop(env.onramp(*command).exits(1).says(hint)));
    env.onramp_in("db", ["migrate", "heads"])
        .exits(1)
        .says("onramp -C [ROOT] exec -- alembic -c db/sqlite.ini merge");
    let typed = hint.replace("onramp", &env.program().display().to_string());
    env.command("", ["sh", "-c", &typed]).exits(0);
    env.onramp(["migrate", "heads"]).exits(0).says("merge_heads.py");
}

#[test]
fn a_revision_whose_downgrade_fails() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    let template = "src/flowline/migrations/script.py.mako";
    let broken =
        env.read(template).replace("${downgrades", "raise RuntimeError(\"no way back\")\n    ${downgrades");
    env.write(template, &broken);
    let before = env.snapshot();
    env.onramp(MIGRATE).exits(1).says("revert").says("RuntimeError: no way back");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_project_that_has_not_been_set_up() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    env.write("onramp.local.toml", "");
    let before = env.snapshot();
    env.onramp(MIGRATE).exits(4).says("program `alembic` not found on PATH").says("hint: onramp doctor");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn no_server_on_this_machine() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    // The oldest server that will do is one that does not exist yet, so what is installed does not matter.
    let overlay = env.read("onramp.local.toml");
    let server = "[database.dialects.postgresql]\nserver = { image = \"postgres:99\", min-version = 99 }\n";
    env.write("onramp.local.toml", &format!("{overlay}\n{server}"));
    let before = env.snapshot();
    env.onramp(MIGRATE).exits(4).says("99");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_versions_folder_that_cannot_be_written() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    let versions = "src/flowline/migrations/versions/sqlite";
    let mount = format!("mount --bind '{versions}' '{versions}' && mount -o remount,ro,bind '{versions}'");
    if env.command("", ["unshare", "-m", "sh", "-c", &mount]).code != 0 {
        return onramp_tests::skip("a folder cannot be mounted read-only here");
    }
    let before = env.snapshot();
    let script = format!("{mount} && exec \"$@\"");
    let program = env!("CARGO_BIN_EXE_onramp-under-test");
    let argv = ["unshare", "-m", "sh", "-c", &script, "sh", program].into_iter().chain(MIGRATE);
    env.command("", argv).exits(4).says("versions/sqlite").says("read-only file system");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_full_disk() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    // The state folder on a file system of its own, at first with no room at all, then with room for a part.
    for pages in [1, 12, 40] {
        let mount = format!("mkdir -p .onramp && mount -t tmpfs -o size={}k tmpfs .onramp", pages * 4);
        if env.command("", ["unshare", "-m", "sh", "-c", &mount]).code != 0 {
            return onramp_tests::skip("a small file system cannot be mounted here");
        }
        let before = env.snapshot();
        let script = format!("{mount} && exec \"$@\"");
        let program = env!("CARGO_BIN_EXE_onramp-under-test");
        let argv = ["unshare", "-m", "sh", "-c", &script, "sh", program].into_iter().chain(MIGRATE);
        let run = env.command("", argv).says("No space left on device");
        // 4 where Onramp itself found no room, 1 where a formatter or Alembic did.
        assert!([1, 4].contains(&run.code), "{run:?}");
        assert_eq!(env.snapshot(), before);
    }
}

#[test]
fn two_migrates_at_once() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    let mut first = env.start(MIGRATE);
    first.wait_for("> apply head");
    let pid = first.pid();
    env.onramp(MIGRATE).exits(1).says(&format!("another migrate is running in this worktree (pid {pid})"));
    first.finish().exits(0);
}

#[test]
fn words_that_make_no_sense() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    env.onramp(["migrate", "-m", "x"]).exits(2).says("hint: onramp migrate --all-dialects -m NAME");
    env.onramp(["migrate", "--all-dialects"]).exits(2);
    env.onramp(["migrate", "--all-dialects", "-m", " "]).exits(2).says("the message is empty");
    env.onramp(["migrate", "--dialect", "oracle", "-m", "x"]).exits(2).says("unknown dialect `oracle`");
    env.onramp(["migrate", "apply"]).exits(2).says("FLOWLINE_DATABASE_URL is not set");
}
