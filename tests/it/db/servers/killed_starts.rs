//! Commands that are killed while the keeper that they have started begins: nobody but itself knows of it then.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use onramp_exec::Signal;
use onramp_tests::TestEnv;

use super::{From, clear, entries, lives, processes, shop, wait_until};

const UP: [&str; 3] = ["db", "up", "postgresql"];

/// Programs of a server whose `initdb` waits until it is let go, in a folder that its user may enter.
struct Held {
    folder: tempfile::TempDir,
    env: TestEnv,
}

impl Held {
    fn new() -> Option<Self> {
        let env = shop(From::Local)?;
        let real = onramp_testing::server_programs()?;
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("a mode");
        let real = real.folder().display();
        let wait = "touch \"$0.$$\"\nwhile [ ! -e \"${0%initdb}go\" ]; do sleep 0.02; done";
        for (name, first) in [("initdb", wait), ("postgres", ":")] {
            let place = folder.path().join(name);
            fs::write(&place, format!("#!/bin/sh\n{first}\nexec {real}/{name} \"$@\"\n")).expect("a program");
            fs::set_permissions(place, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        let path = format!("\n[env]\npath = [\"{}\"]\n", folder.path().display());
        env.write("onramp.toml", &(env.read("onramp.toml") + &path));
        Some(Self { folder, env })
    }

    /// The processes that have ever been started to make a cluster.
    fn begun(&self) -> Vec<u32> {
        let names =
            fs::read_dir(self.folder.path()).expect("a folder").flatten().map(|entry| entry.file_name());
        names.filter_map(|name| name.to_str()?.strip_prefix("initdb.")?.parse().ok()).collect()
    }

    fn let_go(&self) {
        fs::write(self.folder.path().join("go"), "").expect("a file");
    }

    /// Starts a command and kills it while its cluster is made; returns the process that makes it.
    fn kill_one(&self) -> u32 {
        let run = self.env.start(UP);
        wait_until(|| !self.begun().is_empty());
        run.signal(Signal::KILL);
        run.finish().exits(137);
        let [initdb] = self.begun().try_into().expect("one process");
        initdb
    }
}

#[test]
fn the_next_command_does_not_begin_on_the_same_data_before_the_keeper_of_a_killed_one_has_ended() {
    let Some(held) = Held::new() else { return };
    let first = held.kill_one();
    let run = held.env.start(UP);
    wait_until(|| held.begun().len() > 1);
    assert!(!lives(first), "two processes make one cluster");
    held.let_go();
    run.finish().exits(0);
    held.env.onramp(["db", "down"]).exits(0).says("stopped  postgresql-development");
    assert_eq!(processes(&held.env), [""; 0]);
    clear(&held.env);
}

#[test]
fn whoever_stops_servers_waits_for_a_keeper_that_nobody_needs() {
    let Some(held) = Held::new() else { return };
    let initdb = held.kill_one();
    held.env.onramp(["db", "down"]).exits(0).says("no server runs");
    assert!(!lives(initdb));
    assert_eq!(processes(&held.env), [""; 0]);
    assert_eq!(entries(&held.env, ".onramp/servers"), [""; 0]);
    assert_eq!(entries(&held.env, ".onramp/leases"), [""; 0]);
    clear(&held.env);
}

#[test]
fn after_a_stop_no_server_is_there_whenever_the_command_was_killed_that_started_it() {
    const MOMENTS: u32 = 10;
    let Some(env) = shop(From::Local) else { return };
    let start = |env: &TestEnv| {
        let mut run = env.start(UP);
        run.wait_for("start server");
        (Instant::now(), run)
    };
    env.onramp(UP).exits(0);
    env.onramp(["db", "down"]).exits(0);
    let (begun, mut run) = start(&env);
    run.wait_until(|| entries(&env, ".onramp/servers").iter().any(|name| name.ends_with(".server")));
    let needed = begun.elapsed();
    run.finish().exits(0);
    env.onramp(["db", "down"]).exits(0);
    // The keeper looks for its command now and then, the last time shortly before the server is there.
    for moment in 0..MOMENTS {
        let (begun, run) = start(&env);
        let at = needed.saturating_sub(Duration::from_millis(u64::from(moment) * 5));
        std::thread::sleep(at.saturating_sub(begun.elapsed()));
        run.signal(Signal::KILL);
        run.finish();
        env.onramp(["db", "down"]).exits(0);
        assert_eq!(processes(&env), [""; 0]);
        assert_eq!(entries(&env, ".onramp/servers"), [""; 0]);
        assert_eq!(entries(&env, ".onramp/leases"), [""; 0]);
    }
    clear(&env);
}
