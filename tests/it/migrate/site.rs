use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use onramp_exec::Signal;
use onramp_tests::{Run, Started, TestEnv};

use super::{add_column, flowline};

/// The image of the tests.
pub(super) const IMAGE: &str = "onramp-test/postgres:15";

/// Where PostgreSQL comes from, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// Local programs, for this command alone.
    Local,
    /// Local programs, kept for the next command.
    Warm,
    /// A container, for this command alone.
    Container,
    /// A container, kept for the next command.
    WarmContainer,
}

/// The example product in a git repository, with a column that no revision has. Where the system allows it, its commands
/// have a `/dev/shm` of their own, so that everything in it is known to be theirs.
pub(super) struct Site {
    pub(super) env: TestEnv,
    server: Server,
    /// Where the container engine listens, whatever the commands are told.
    pub(super) engine: Option<String>,
    memory: Option<Started>,
}

impl Site {
    pub(super) fn new(server: Server) -> Option<Self> {
        Self::with_memory(server, "size=4g")
    }

    /// The same with room for so much in memory, as an option of the mount.
    pub(super) fn with_memory(server: Server, room: &str) -> Option<Self> {
        let flowline = flowline()?;
        let env = &flowline.env;
        let (source, host) = match server {
            Server::Local | Server::Warm => ("source = \"local\"".to_owned(), None),
            Server::Container | Server::WarmContainer => {
                (format!("source = \"container\", image = \"{IMAGE}\""), Some(onramp_tests::docker_host()?))
            }
        };
        env.write("onramp.toml", &env.read("onramp.toml").replace("image = \"postgres:16\"", &source));
        let git = |words: &[&str]| env.command("", ["git"].iter().chain(words)).exits(0);
        git(&["init", "-q"]);
        git(&["add", "-A"]);
        git(&["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "a commit"]);
        add_column(&flowline, "owner");
        let mut env = flowline.env;
        if let Some(host) = &host {
            env.set_variable("DOCKER_HOST", host);
        }
        if matches!(server, Server::Warm | Server::WarmContainer) {
            env = env.variable("ONRAMP_KEEP_WARM", "10m");
        }
        let memory = private_memory(&env, room);
        Some(Self { env, server, engine: host, memory })
    }

    /// Starts the program.
    #[track_caller]
    pub(super) fn start(&self, arguments: &[&str]) -> Started {
        let program = self.env.program().display().to_string();
        self.start_command("", &[&[program.as_str()], arguments].concat())
    }

    /// Starts any program in a folder of the workspace, where it sees what the others see.
    #[track_caller]
    pub(super) fn start_command(&self, folder: &str, argv: &[&str]) -> Started {
        let Some(memory) = &self.memory else { return self.env.start_command(folder, argv) };
        let (pid, folder) = (memory.pid().to_string(), self.env.root().join(folder).display().to_string());
        let enter = ["nsenter", "--target", &pid, "--mount", "sh", "-c", "cd \"$0\" && exec \"$@\"", &folder];
        self.env.start_command("", [&enter, argv].concat())
    }

    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        self.start(arguments).finish()
    }

    /// The folder of what lies in memory, if it is known to be this site's alone.
    pub(super) fn memory(&self) -> Option<PathBuf> {
        self.memory.as_ref().map(|_| self.inside(Path::new("/dev/shm")))
    }

    /// Where a path leads for the programs of this site.
    pub(super) fn inside(&self, path: &Path) -> PathBuf {
        let Some(memory) = &self.memory else { return path.to_path_buf() };
        let root = Path::new("/proc").join(memory.pid().to_string()).join("root");
        root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// The folder of the workspace.
    pub(super) fn root(&self) -> PathBuf {
        self.inside(self.env.root())
    }

    /// The tree as it is.
    pub(super) fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        onramp_tests::snapshot(&self.root())
    }

    /// The names in a folder of the workspace, sorted.
    pub(super) fn entries(&self, folder: &str) -> Vec<String> {
        names(&self.root().join(folder))
    }

    /// All that commands leave while they run, and nobody may find behind them: processes, containers, folders, leases,
    /// servers, what is only written in part. Numbers of processes are left out.
    pub(super) fn sight(&self) -> Vec<String> {
        let mut sight = Vec::new();
        for folder in ["leases", "scratch", "servers", "publish"] {
            let names = self.entries(&format!(".onramp/{folder}"));
            sight.extend(names.into_iter().map(|name| format!(".onramp/{folder}/{name}")));
        }
        sight.extend(self.partial_files());
        let memory = self.memory().map(|folder| names(&folder)).unwrap_or_default();
        sight.extend(memory.into_iter().map(|name| format!("/dev/shm/{name}")));
        sight.extend(self.processes().into_iter().map(|(_, words)| words));
        if matches!(self.server, Server::Container | Server::WarmContainer) {
            sight.extend(self.containers().into_iter().map(|id| format!("container {id}")));
        }
        sight.sort();
        sight
    }

    /// Waits until just this is in sight.
    #[track_caller]
    pub(super) fn comes_to(&self, expected: &[String], when: &str) {
        self.comes_to_by(|| {}, expected, when);
    }

    /// The same while something is done again and again: an engine may make a container long after the one who asked for
    /// it has died, and only a command that comes still later can remove that.
    #[track_caller]
    pub(super) fn comes_to_by(&self, again: impl Fn(), expected: &[String], when: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let sight = self.sight();
            if sight == expected {
                return;
            }
            assert!(Instant::now() < deadline, "{when}: {sight:#?}, and not {expected:#?}");
            std::thread::sleep(Duration::from_millis(10));
            again();
        }
    }

    /// The live processes that know of the workspace, with their command lines: it stands in the environment of all that
    /// is started for it.
    pub(super) fn processes(&self) -> Vec<(u32, String)> {
        let marker = self.env.outside().to_string_lossy().into_owned();
        let not_meant = [Some(std::process::id()), self.memory.as_ref().map(Started::pid)];
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
            let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
            let is_meant = String::from_utf8_lossy(&environment).contains(&marker);
            if is_meant && !not_meant.contains(&Some(pid)) && onramp_exec::process(pid).is_some() {
                let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                found.push((pid, String::from_utf8_lossy(&words).replace('\0', " ").trim().to_owned()));
            }
        }
        found
    }

    /// The process whose command line has all these words in it, waited for.
    #[track_caller]
    pub(super) fn process(&self, words: &[&str]) -> u32 {
        self.process_but(words, 0)
    }

    /// The same, but another one than that.
    #[track_caller]
    pub(super) fn process_but(&self, words: &[&str], other: u32) -> u32 {
        let mut found = None;
        wait_until(|| {
            found = self.with_words(words).into_iter().filter(|pid| *pid != other).min();
            found.is_some()
        });
        found.expect("it has been waited for")
    }

    /// The process whose command line has all these words in it now.
    pub(super) fn found(&self, words: &[&str]) -> Option<u32> {
        self.with_words(words).into_iter().min()
    }

    fn with_words(&self, words: &[&str]) -> Vec<u32> {
        let found = self.processes().into_iter();
        found.filter(|(_, line)| words.iter().all(|word| line.contains(word))).map(|(pid, _)| pid).collect()
    }

    /// The containers of the workspace, running or not.
    pub(super) fn containers(&self) -> Vec<String> {
        let filter = format!("label=dev.onramp.workspace={}", self.env.root().display());
        let listing = self.docker(&["ps", "--all", "--quiet", "--filter", &filter]).stdout;
        listing.lines().map(str::to_owned).collect()
    }

    /// Asks the container engine something.
    #[track_caller]
    pub(super) fn docker(&self, words: &[&str]) -> Run {
        self.try_docker(words).exits(0)
    }

    /// The same, which may be refused.
    pub(super) fn try_docker(&self, words: &[&str]) -> Run {
        let engine = self.engine.as_deref().expect("a site with a container engine");
        self.env.command("", [&["docker", "--host", engine], words].concat())
    }

    /// Gives all files of the tree the content that they had.
    pub(super) fn restore(&self, before: &[(PathBuf, Vec<u8>)]) {
        for (path, _) in self.snapshot() {
            if !before.iter().any(|(known, _)| *known == path) {
                fs::remove_file(path).expect("a file of the workspace");
            }
        }
        for (path, content) in before {
            if fs::read(path).ok().as_ref() != Some(content) {
                fs::write(path, content).expect("a file of the workspace");
            }
        }
    }

    /// What is written under another name before it gets its own.
    fn partial_files(&self) -> Vec<String> {
        let mut partial = Vec::new();
        let mut folders = vec![self.root().join(".onramp")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(entry.path());
                } else if name.ends_with("partial") || name == "migrate-journal.json" {
                    partial.push(name);
                }
            }
        }
        partial
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // A test that has failed leaves no server either.
        if matches!(self.server, Server::Warm | Server::WarmContainer) {
            self.run(&["db", "down", "--force"]);
        }
        if let Some(memory) = self.memory.take() {
            memory.signal(Signal::KILL);
            memory.finish();
        }
    }
}

/// Ends a process with no chance to put anything in order.
pub(super) fn kill(env: &TestEnv, pid: u32) {
    env.command("", ["kill", "-KILL", &pid.to_string()]).exits(0);
}

/// Waits until something holds that must come about.
#[track_caller]
pub(super) fn wait_until(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came about");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A process whose `/dev/shm` is its own; `None` where the system allows none.
fn private_memory(env: &TestEnv, room: &str) -> Option<Started> {
    let mount = format!("mount -t tmpfs -o mode=1777,{room} tmpfs /dev/shm");
    if env.command("", ["unshare", "--mount", "sh", "-c", &mount]).code != 0 {
        return None;
    }
    let script = format!("{mount} && echo mounted && exec sleep 3600");
    let mut memory = env.start_command("", ["unshare", "--mount", "sh", "-c", &script]);
    memory.wait_for("mounted");
    Some(memory)
}
