use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use onramp_containers::{Container, Endpoint, Engine, EngineError, ExecSpec, Limits, Origin};
use onramp_core::{Cancel, Failure, FailureKind};

use crate::machine::{Machine, program, skip, until};

/// A daemon of this test's own. It has a network of its own too: every daemon believes that the bridge `docker0`, and the
/// machine's rules for packets, are its.
struct Daemon {
    process: Child,
    folder: tempfile::TempDir,
}

impl Daemon {
    fn start() -> Option<Self> {
        let who = program("id").arg("-u").output().unwrap();
        if who.stdout != b"0\n" || !Path::new("/usr/sbin/dockerd").exists() {
            return skip("a daemon that may be stopped needs root and dockerd: apt-get install docker.io");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let log = File::create(folder.path().join("log")).unwrap();
        let process = program("unshare")
            .args(["--net", "/usr/sbin/dockerd", "--iptables=false"])
            .args(["--host", &format!("unix://{}", path("socket"))])
            .args(["--data-root", &path("data"), "--exec-root", &path("exec"), "--pidfile", &path("pid")])
            .stdout(Stdio::from(log.try_clone().unwrap()))
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        Some(Self { process, folder })
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    fn connect(&self, limits: Limits) -> Engine {
        let endpoint = Endpoint::unix(self.socket(), Origin::Docker);
        until(|| Engine::connect(&endpoint, limits).ok())
    }

    fn signal(&self, signal: &str) {
        program("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            self.signal("-CONT");
            self.signal("-TERM");
            let _ = self.process.wait();
        }
    }
}

/// Waits for a program in a container that would never end.
fn wait_for_ever(engine: &Engine, container: &Container) -> mpsc::Receiver<EngineError> {
    let (sender, receiver) = mpsc::channel();
    let (engine, id) = (engine.clone(), container.id.clone());
    thread::spawn(move || {
        let spec = ExecSpec::new(["/bin/busybox", "sleep", "600"], Duration::from_secs(600));
        sender.send(engine.exec(&Cancel::new(), &id, &spec).unwrap_err()).unwrap();
    });
    receiver
}

#[test]
fn an_engine_that_stops_in_the_middle_is_an_environment_failure_and_never_a_hang() {
    let Some(mut daemon) = Daemon::start() else { return };
    let machine = Machine::of(daemon.connect(Limits::default()));
    let Some(image) = machine.busybox_image("sleeps", "sleep 600") else { return };
    // The daemon ends its containers before itself; with TERM it would wait for a shell that does not listen.
    let container = machine.run(&machine.spec(&image).stop_signal("SIGKILL"));
    let named = format!("at unix://{}", daemon.socket().display());

    // Halted: it accepts connections and does not answer.
    let limits = Limits { answer: Duration::from_millis(300), ..Limits::default() };
    let impatient = daemon.connect(limits);
    daemon.signal("-STOP");
    let failure = Failure::from(impatient.state(&container.id).unwrap_err());
    assert_eq!(failure.kind, FailureKind::Environment);
    assert!(
        failure.message.contains(&named) && failure.message.contains("no answer within 0.3 s"),
        "{failure}"
    );
    daemon.signal("-CONT");
    assert!(machine.state(&container).is_some(), "it is itself again");

    // Stopped in the middle of an answer.
    let waiting = wait_for_ever(&machine.engine, &container);
    until(|| runs_a_program(&machine, &container).then_some(()));
    daemon.signal("-TERM");
    daemon.process.wait().unwrap();
    let failure = Failure::from(waiting.recv_timeout(Duration::from_secs(60)).unwrap());
    assert_eq!(failure.kind, FailureKind::Environment);
    assert!(failure.message.contains(&named), "{failure}");

    // Gone.
    let error = machine.engine.remove(&container.id).unwrap_err();
    assert!(matches!(error, EngineError::Silent { .. }), "{error:?}");
    assert!(error.to_string().contains(&named), "{error}");
}

/// Whether there are two programs in the container: its own, and the one that is waited for.
fn runs_a_program(machine: &Machine, container: &Container) -> bool {
    let spec = ExecSpec::new(["/bin/busybox", "ps"], Duration::from_secs(60));
    let output = machine.engine.exec(&machine.cancel, &container.id, &spec).unwrap();
    String::from_utf8(output.stdout).unwrap().matches("sleep 600").count() > 1
}
