use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use onramp_containers::{Endpoint, Engine, Limits, Origin, Product, State, labels};
use onramp_core::Failure;

use crate::machine::{Machine, program, skip_always, until};

/// What Podman needs where neither systemd nor all rights of root are there.
const CONFIGURATION: &str = r#"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"#;

/// Podman's service with storage and a network of its own.
struct Service {
    process: Child,
    folder: tempfile::TempDir,
}

impl Service {
    fn start() -> Option<Self> {
        let is_there = program("podman").arg("--version").output().is_ok();
        if !is_there || program("id").arg("-u").output().unwrap().stdout != b"0\n" {
            return skip_always("a Podman of its own needs root: apt-get install podman");
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("containers.conf"), CONFIGURATION).unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let log = File::create(folder.path().join("log")).unwrap();
        let process = program("unshare")
            .args(["--net", "podman", "--root", &path("root"), "--runroot", &path("run")])
            .args(["system", "service", "--time=0", &format!("unix://{}", path("socket"))])
            .env("CONTAINERS_CONF", path("containers.conf"))
            .stdout(Stdio::from(log.try_clone().unwrap()))
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        Some(Self { process, folder })
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // Its storage is a mount on some systems, which has to go before the folder can.
        let _ = program("umount").arg(self.folder.path().join("root/overlay")).stderr(Stdio::null()).status();
    }
}

#[test]
fn podman_is_spoken_to_like_docker() {
    let Some(service) = Service::start() else { return };
    let endpoint = Endpoint::unix(service.socket(), Origin::Podman);
    let machine = Machine::of(until(|| Engine::connect(&endpoint, Limits::default()).ok()));
    assert_eq!(machine.engine.product(), Product::Podman);

    let Some(image) = machine.busybox_image("dies", "echo no room >&2; exit 7") else { return };
    let container = machine.run(&machine.spec(&image).secret("WORD", "pass-word"));
    assert_eq!(machine.end(&container), State::Exited { code: Some(7), explanation: None });
    assert_eq!(machine.engine.logs(&container.id, 5).unwrap(), ["no room"]);
    let listed = machine.engine.list(&[(labels::PURPOSE, Some(&machine.mark))]).unwrap();
    assert_eq!(listed[0].container, container);
    for _ in 0..2 {
        machine.engine.remove(&container.id).unwrap();
        assert_eq!(machine.state(&container), None);
    }

    let absent = "localhost/onramp-test/nothing:1";
    assert_eq!(machine.engine.has_image(absent), Ok(false));
    let failure = Failure::from(machine.engine.run(&machine.cancel, &machine.spec(absent)).unwrap_err());
    assert_eq!(failure.hint, Some(format!("podman pull {absent}")));
    let failure = Failure::from(machine.engine.pull(&machine.cancel, absent, &mut |_| ()).unwrap_err());
    assert!(failure.message.contains(absent), "{failure}");
    assert_eq!(failure.hint, Some(format!("podman pull {absent}")));
}
