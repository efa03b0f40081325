#![expect(clippy::print_stderr, reason = "a skipped test says why")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use onramp_containers::{Container, ContainerSpec, Endpoint, Engine, HostPort, State, Surroundings, labels};
use onramp_core::Cancel;

/// PostgreSQL in a container, built by `tests/fixtures/postgres-image/build.sh`.
pub(crate) const POSTGRES: &str = "onramp-test/postgres:15";

/// How long a test waits for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The engine of this machine, and what a test has made in it.
pub(crate) struct Machine {
    pub(crate) engine: Engine,
    pub(crate) cancel: Cancel,
    /// The value of a label that everything of this test has.
    pub(crate) mark: String,
}

impl Machine {
    pub(crate) fn new() -> Option<Self> {
        let engine = match Engine::find(&Endpoint::candidates(&surroundings())) {
            Ok(engine) => engine,
            Err(absence) => return skip(&absence.to_string()),
        };
        Some(Self::of(engine))
    }

    /// A certain engine.
    pub(crate) fn of(engine: Engine) -> Self {
        let mark = format!("{}-{:?}", std::process::id(), std::thread::current().id());
        let mark = mark.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        Self { engine, cancel: Cancel::new(), mark }
    }

    /// The engine, if it has the image of PostgreSQL.
    pub(crate) fn with_postgres() -> Option<Self> {
        let machine = Self::new()?;
        if machine.engine.has_image(POSTGRES).unwrap() {
            return Some(machine);
        }
        skip(&format!("{POSTGRES} is not built: tests/fixtures/postgres-image/build.sh {POSTGRES}"))
    }

    pub(crate) fn spec(&self, image: &str) -> ContainerSpec {
        ContainerSpec::new("onramp-test", image).label(labels::PURPOSE, &self.mark)
    }

    pub(crate) fn postgres(&self) -> ContainerSpec {
        self.spec(POSTGRES)
            .env("POSTGRES_USER", "app")
            .env("POSTGRES_DB", "appdb")
            .secret("POSTGRES_PASSWORD", "pass-word")
            .tmpfs("/var/lib/postgresql/data", Some(256 << 20))
            .port(5432, HostPort::Any)
    }

    pub(crate) fn run(&self, spec: &ContainerSpec) -> Container {
        self.engine.run(&self.cancel, spec).unwrap()
    }

    pub(crate) fn state(&self, container: &Container) -> Option<State> {
        self.engine.state(&container.id).unwrap()
    }

    /// The containers of this test that are left.
    pub(crate) fn left(&self) -> usize {
        self.engine.list(&[(labels::PURPOSE, Some(&self.mark))]).unwrap().len()
    }

    /// Waits for the end of a container.
    pub(crate) fn end(&self, container: &Container) -> State {
        until(|| match self.state(container) {
            Some(state @ State::Exited { .. }) => Some(state),
            _ => None,
        })
    }

    /// An image that runs one line of shell and needs nothing else, made from the busybox of this machine. The same name
    /// has to mean the same line.
    pub(crate) fn busybox_image(&self, name: &str, command: &str) -> Option<String> {
        let Some(busybox) = ["/bin/busybox", "/usr/bin/busybox"].into_iter().find(|path| is_static(path))
        else {
            return skip("there is no busybox without shared libraries: apt-get install busybox-static");
        };
        let image = format!("onramp-test/{name}:1");
        if self.engine.has_image(&image).unwrap() {
            return Some(image);
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        std::fs::copy(busybox, folder.path().join("bin/busybox")).unwrap();
        let archive =
            program("tar").args(["-C", folder.path().to_str().unwrap(), "-c", "."]).output().unwrap();
        assert!(archive.status.success());
        let command = format!("CMD [\"/bin/busybox\", \"sh\", \"-c\", \"{command}\"]");
        let mut import = program("docker")
            .args(["--host", &self.engine.endpoint().to_string(), "import", "-c", &command, "-", &image])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        import.stdin.take().unwrap().write_all(&archive.stdout).unwrap();
        assert!(import.wait().unwrap().success());
        Some(image)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let mark = [(labels::PURPOSE, Some(self.mark.as_str()))];
        for left in self.engine.list(&mark).into_iter().flatten() {
            let _ = self.engine.remove(&left.container.id);
        }
        for left in self.engine.volumes(&mark).into_iter().flatten() {
            let _ = self.engine.remove_volume(&left.name);
        }
    }
}

/// Says why a test does not run that need not run everywhere.
pub(crate) fn skip_always<T>(why: &str) -> Option<T> {
    eprintln!("skipped: {why}");
    None
}

/// Says why a test does not run, or fails where everything has to be there.
pub(crate) fn skip<T>(why: &str) -> Option<T> {
    assert!(variable("CI").is_none(), "{why}");
    skip_always(why)
}

pub(crate) fn surroundings() -> Surroundings {
    Surroundings {
        docker_host: variable("DOCKER_HOST"),
        runtime_dir: variable("XDG_RUNTIME_DIR").map(Into::into),
        home: variable("HOME").map(Into::into),
        ..Surroundings::default()
    }
}

pub(crate) fn program(name: &str) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the launcher is not below this crate")]
    let command = Command::new(name);
    command
}

/// Waits for a condition.
pub(crate) fn until<T>(mut condition: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(begin.elapsed() < PATIENCE, "it does not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test is its own front end")]
    std::env::var(name).ok()
}

/// Whether a program is there that needs no shared libraries.
fn is_static(path: &str) -> bool {
    let needs_some = || program("ldd").arg(path).output().unwrap().status.success();
    std::path::Path::new(path).exists() && !needs_some()
}
