//! The number of a process that has died is given to another one, which is nobody's of ours. The test runs in a namespace of
//! its own for that: numbers that are turned back would hit the processes of other tests.

use std::collections::BTreeSet;

use onramp_exec::Signal;
use onramp_tests::{Started, TestEnv};

use super::super::site::{Server, Site, wait_until};
use super::{MIGRATE, is_over};

/// Where Linux is told which number comes next.
const LAST: &str = "/proc/sys/kernel/ns_last_pid";

/// Starts the stranger until it gets the number that is wanted. Not before it is told to: the threads of the one who starts
/// this get numbers, too.
const START: &str = r#"
until [ -e "$4" ]; do sleep 0.01; done
tries=20000
while [ $tries -gt 0 ]; do
    echo $(($1 - 1)) >"$3" || exit 1
    sh -c "$2" 2>/dev/null &
    [ $! = "$1" ] && { wait; exit; }
    kill -KILL $!
    wait $! 2>/dev/null
    tries=$((tries - 1))
done
exit 1"#;

/// A stranger says which signals it gets, and ends with none of them but KILL. What it waits for has a number for a moment
/// only, which may be the one that is wanted.
const STRANGER: &str = r#"
for signal in HUP INT QUIT TERM CONT USR1 USR2 ALRM PIPE; do trap "echo got $signal" $signal; done
echo "stranger $$"
while :; do
    sleep 0.1 &
    wait $!
done"#;

struct Stranger {
    pid: u32,
    started: Option<Started>,
}

impl Stranger {
    /// One with this number.
    fn with_number(site: &Site, pid: u32) -> Self {
        let number = pid.to_string();
        let clean = ["env", "--chdir=/", "--ignore-environment", "PATH=/usr/bin:/bin"];
        let go = site.env.outside().join(format!("go {number}"));
        let go_text = go.to_string_lossy();
        let argv = [&clean[..], &["sh", "-c", START, "sh", &number, STRANGER, LAST, &go_text]].concat();
        let mut started = site.env.start_command("", argv);
        std::fs::write(&go, "").expect("a file outside the workspace");
        started.wait_for(&format!("stranger {pid}"));
        Self { pid, started: Some(started) }
    }

    #[track_caller]
    fn is_unharmed(&self, after: &str) {
        assert!(onramp_exec::process(self.pid).is_some(), "{after}: {} is dead", self.pid);
        let lines = self.started.as_ref().map(Started::lines).unwrap_or_default();
        let signals: Vec<_> = lines.iter().filter(|line| line.starts_with("got ")).collect();
        assert!(signals.is_empty(), "{after}: {} {signals:?}", self.pid);
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        if let Some(started) = self.started.take() {
            started.signal(Signal::KILL);
            // What it had started is in its session, and goes with it.
            started.finish();
        }
    }
}

/// The numbers of processes in all that is written of what runs.
fn numbers(site: &Site) -> BTreeSet<u32> {
    let mut numbers = BTreeSet::new();
    for folder in [".onramp/leases", ".onramp/servers"] {
        for name in site.entries(folder) {
            let text = site.env.read(&format!("{folder}/{name}"));
            for line in text.lines() {
                let mut words = line.split(' ');
                if ["owner", "server", "leader", "keeper"].contains(&words.next().unwrap_or_default()) {
                    numbers.extend(words.next().and_then(|pid| pid.parse::<u32>().ok()));
                }
            }
        }
    }
    numbers
}

/// Runs a test once more, as the first process of a namespace.
fn run_as_first_process(test: &str) {
    let namespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    let mut env = TestEnv::new("");
    if env.command("", [&namespace[..], &["true"]].concat()).code != 0 {
        return onramp_tests::skip("the number of a process can be chosen by root alone");
    }
    #[expect(clippy::disallowed_methods, reason = "a test is run by the environment of the tests")]
    for name in ["CI", "DOCKER_HOST", "PATH"] {
        // Without an engine, none: that of the tests' environment is made up.
        env.set_variable(name, &std::env::var(name).unwrap_or_default());
    }
    let program = std::env::current_exe().expect("the program of the tests");
    let program = program.to_string_lossy();
    let run = env.command("", [&namespace[..], &[&*program, "--exact", test, "--nocapture"]].concat());
    run.exits(0).says("1 passed");
}

/// The numbers that no new process gets: those of processes, even of such as have ended, of groups and of sessions.
fn taken() -> BTreeSet<u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let texts = processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());
    let mut taken = BTreeSet::new();
    for text in texts {
        let Some((pid, rest)) =
            text.split_once(' ').zip(text.rsplit_once(')')).map(|((a, _), (_, b))| (a, b))
        else {
            continue;
        };
        // Behind the name come the state, the parent, the group and the session.
        taken.extend(
            [pid]
                .into_iter()
                .chain(rest.split_whitespace().skip(2).take(2))
                .filter_map(|n| n.parse::<u32>().ok()),
        );
    }
    taken
}

#[test]
fn a_stranger_is_never_signalled() {
    if std::process::id() != 1 {
        return run_as_first_process("migrate::faults::strangers::a_stranger_is_never_signalled");
    }
    for (server, least) in [(Server::Local, 3), (Server::Warm, 2), (Server::Container, 2)] {
        let Some(site) = Site::new(server) else { continue };
        let before = site.snapshot();
        let mut run = site.start(&MIGRATE);
        run.wait_for("migrate:postgresql > load models");
        let numbers = numbers(&site);
        assert!(numbers.len() >= least && numbers.contains(&run.pid()), "{server:?}: {numbers:?}");
        run.signal(Signal::KILL);
        run.finish().exits(137);
        for (pid, _) in site.processes() {
            // One may have ended with another.
            site.env.command("", ["kill", "-KILL", &pid.to_string()]);
        }
        // This process has inherited some of them, and asks how they ended when a process of its own ends.
        wait_until(|| {
            site.env.command("", ["true"]).exits(0);
            numbers.is_disjoint(&taken())
        });
        // The greatest first: what is started meanwhile gets a greater one.
        let strangers: Vec<_> = numbers.iter().rev().map(|pid| Stranger::with_number(&site, *pid)).collect();
        let commands: [&[&str]; 4] =
            [&["tasks"], &["db", "status"], &["db", "down", "--force"], &["migrate", "heads"]];
        for command in commands {
            site.run(command).exits(0);
            strangers.iter().for_each(|stranger| stranger.is_unharmed(command[0]));
        }
        site.comes_to(&[], &format!("{server:?}"));
        if server == Server::Local {
            is_over(&site, &before);
        }
        assert_eq!(site.snapshot(), before);
        strangers.iter().for_each(|stranger| stranger.is_unharmed("the next migrate"));
    }
}
