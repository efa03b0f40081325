use super::{WAITING, reader};

/// The limit of a user namespace of its own is reached with the first folders; the files are watched all the same.
#[cfg(target_os = "linux")]
#[test]
fn where_the_system_has_no_more_watches_files_are_compared() {
    let env = reader().file("b/c", "").file("d/e", "");
    let limit = "echo 2 > /proc/sys/user/max_inotify_watches";
    let in_namespace =
        |script: &str| ["unshare", "--user", "--map-root-user", "sh", "-c", script].map(str::to_owned);
    if env.command("", in_namespace(limit)).code != 0 {
        return onramp_tests::skip("no user namespace of its own can be had");
    }
    let script = format!("{limit}; exec '{}' test --watch", env.program().display());
    let mut started = env.start_command("", in_namespace(&script));
    started.wait_for(WAITING);
    env.write("src/a", "two");
    started.wait_for("saw: two");
    started.wait_for_times(WAITING, 2);
    started.signal(onramp_exec::Signal::INT);
    let run = started.finish().exits(130);
    run.says("warning: the system allows no more watched folders (inotify watches)")
        .says("sudo sysctl fs.inotify.max_user_watches=");
}
