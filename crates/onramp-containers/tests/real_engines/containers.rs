use std::net::TcpListener;
use std::time::Duration;

use onramp_containers::{ContainerId, EngineError, ExecSpec, HostPort, State, labels};
use onramp_core::Cancel;

use crate::machine::{Machine, until};

/// A query in a container that runs.
fn query(machine: &Machine, id: &ContainerId, statement: &str) -> Result<String, String> {
    let argv = ["psql", "-X", "-At", "-h", "127.0.0.1", "-U", "app", "-d", "appdb", "-c", statement];
    let spec = ExecSpec::new(argv, Duration::from_secs(30)).secret("PGPASSWORD", "pass-word");
    let output = machine.engine.exec(&machine.cancel, id, &spec).map_err(|error| error.to_string())?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.code == 0 { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[test]
fn a_server_runs_answers_and_vanishes() {
    let Some(machine) = Machine::with_postgres() else { return };
    let spec = machine.postgres().label(labels::DIALECT, "postgresql").arguments(["-c", "work_mem=7MB"]);
    let container = machine.run(&spec);
    let State::Running { port: Some(port) } = machine.state(&container).unwrap() else { panic!() };
    assert_ne!(port, 5432, "the engine chooses the port");
    let answer = until(|| query(&machine, &container.id, "show work_mem").ok());
    assert_eq!(answer, "7MB");
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();

    let listed =
        machine.engine.list(&[(labels::PURPOSE, Some(&machine.mark)), (labels::DIALECT, None)]).unwrap();
    let [only] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((&only.container, &only.state), (&container, &State::Running { port: Some(port) }));
    assert_eq!(only.labels[labels::DIALECT], "postgresql");
    assert_eq!(machine.engine.list(&[(labels::PURPOSE, Some("nobody's"))]).unwrap(), []);

    for _ in 0..2 {
        machine.engine.remove(&container.id).unwrap();
        assert_eq!(machine.state(&container), None);
    }
    assert_eq!(machine.engine.logs(&container.id, 5).unwrap(), [""; 0]);
    assert!(
        query(&machine, &container.id, "select 1").unwrap_err().to_lowercase().contains("no such container")
    );
}

#[test]
fn an_image_that_dies_at_its_start_has_said_why() {
    let Some(machine) = Machine::new() else { return };
    let command = "for n in 1 2 3; do echo line $n; done; echo no room >&2; exit 7";
    let Some(image) = machine.busybox_image("dies", command) else { return };
    let container = machine.run(&machine.spec(&image).port(5432, HostPort::Any));
    assert_eq!(machine.end(&container), State::Exited { code: Some(7), explanation: None });
    // Two outputs have no order among one another.
    let mut lines = machine.engine.logs(&container.id, 100).unwrap();
    lines.sort();
    assert_eq!(lines, ["line 1", "line 2", "line 3", "no room"]);
    assert_eq!(machine.engine.logs(&container.id, 2).unwrap().len(), 2);
    let listed = machine.engine.list(&[(labels::PURPOSE, Some(&machine.mark))]).unwrap();
    assert_eq!(listed[0].state, State::Exited { code: Some(7), explanation: None });
}

#[test]
fn a_program_that_is_not_there_leaves_no_container() {
    let Some(machine) = Machine::new() else { return };
    let Some(image) = machine.busybox_image("sleeps", "sleep 600") else { return };
    let spec = machine.spec(&image).memory(64 << 20).shared_memory(1 << 20);
    let container = machine.run(&spec);
    assert_eq!(machine.state(&container), Some(State::Running { port: None }));
    machine.engine.stop(&container.id, Duration::ZERO).unwrap();
    assert_eq!(machine.end(&container), State::Exited { code: Some(137), explanation: None });
    machine.engine.stop(&container.id, Duration::ZERO).unwrap();
    machine.engine.remove(&container.id).unwrap();

    let error = machine.engine.run(&machine.cancel, &spec.arguments(["/bin/nothing"])).unwrap_err();
    assert!(matches!(error, EngineError::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("/bin/nothing"), "{error}");
    assert_eq!(machine.left(), 0);
}

#[test]
fn a_port_that_is_taken_is_named_and_leaves_no_container() {
    let Some(machine) = Machine::new() else { return };
    let Some(image) = machine.busybox_image("sleeps", "sleep 600") else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().port();
    let spec = machine.spec(&image);
    let run = |port| machine.engine.run(&machine.cancel, &spec.clone().port(5432, HostPort::Given(port)));
    let error = run(taken).unwrap_err();
    assert!(matches!(error, EngineError::PortTaken { port, .. } if port == taken), "{error:?}");
    assert_eq!(machine.left(), 0);
    drop(listener);
    let container = run(taken).unwrap();
    assert_eq!(machine.state(&container), Some(State::Running { port: Some(taken) }));
    let error = run(taken).unwrap_err();
    assert!(matches!(error, EngineError::PortTaken { .. }), "{error:?}");
}

#[test]
fn a_cancelled_run_creates_nothing() {
    let Some(machine) = Machine::with_postgres() else { return };
    let cancel = Cancel::new();
    cancel.escalate();
    assert_eq!(machine.engine.run(&cancel, &machine.postgres()), Err(EngineError::Cancelled));
    assert_eq!(machine.left(), 0);
}

#[test]
fn a_program_has_its_own_environment_outputs_and_code() {
    let Some(machine) = Machine::new() else { return };
    let Some(image) = machine.busybox_image("sleeps", "sleep 600") else { return };
    let container = machine.run(&machine.spec(&image));
    let exec = |script: &str, limit| {
        let spec = ExecSpec::new(["/bin/busybox", "sh", "-c", script], limit).user("7").env("A", "b c");
        machine.engine.exec(&machine.cancel, &container.id, &spec)
    };
    let output = exec("echo $A; /bin/busybox id -u >&2; exit 3", Duration::from_secs(30)).unwrap();
    assert_eq!((output.code, &output.stdout[..], &output.stderr[..]), (3, &b"b c\n"[..], &b"7\n"[..]));
    let error = exec("/bin/busybox sleep 600", Duration::from_millis(200)).unwrap_err();
    assert!(error.to_string().contains("no answer within 0.2 s"), "{error}");
}

#[test]
fn a_volume_outlives_its_container() {
    let Some(machine) = Machine::new() else { return };
    let script = "if [ -e /kept/file ]; then exit 5; fi; echo > /kept/file";
    let Some(image) = machine.busybox_image("writes", script) else { return };
    let name = format!("onramp-test-{}", machine.mark);
    let label = (labels::PURPOSE, machine.mark.as_str());
    for _ in 0..2 {
        machine.engine.create_volume(&name, &[label]).unwrap();
    }
    let mut codes = Vec::new();
    for _ in 0..2 {
        let container = machine.run(&machine.spec(&image).volume(&name, "/kept"));
        codes.push(machine.end(&container));
        assert!(machine.engine.remove_volume(&name).is_err(), "a container uses it");
        machine.engine.remove(&container.id).unwrap();
    }
    assert_eq!(codes, [0, 5].map(|code| State::Exited { code: Some(code), explanation: None }));
    let volumes = machine.engine.volumes(&[(label.0, Some(label.1))]).unwrap();
    let [only] = &volumes[..] else { panic!("{volumes:?}") };
    assert_eq!((&only.name, only.labels[label.0].as_str()), (&name, label.1));
    for _ in 0..2 {
        machine.engine.remove_volume(&name).unwrap();
    }
    assert_eq!(machine.engine.volumes(&[(label.0, Some(label.1))]).unwrap(), []);
}
