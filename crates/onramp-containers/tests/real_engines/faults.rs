use std::fs;
use std::os::unix::net::UnixListener;
use std::time::Duration;

use onramp_containers::{
    ContainerSpec, Endpoint, Engine, EngineError, Limits, NoEngine, Origin, PullProgress, Reason,
};
use onramp_core::{Cancel, Failure, FailureKind};

use crate::fake_engine::{FakeEngine, Reaction, Then};
use crate::machine::until;

const LAYERS: &str = r#"{"status":"Pulling from a","id":"1"}
{"status":"Pulling fs layer","id":"x"}
{"status":"Downloading","id":"x","progressDetail":{"current":3,"total":9}}"#;

fn spec() -> ContainerSpec {
    ContainerSpec::new("onramp-test", "a:1").secret("POSTGRES_PASSWORD", "pass-word")
}

/// That an engine did not answer, and which one.
#[track_caller]
fn is_silent(error: EngineError, fake: &FakeEngine, why: &str) {
    assert!(matches!(error, EngineError::Silent { .. }), "{error:?}");
    let failure = Failure::from(error);
    assert_eq!(failure.kind, FailureKind::Environment);
    let socket = fake.socket().display().to_string();
    assert!(failure.message.starts_with(&format!("Docker 0.1 at unix://{socket}: ")), "{failure}");
    assert!(failure.message.contains(why), "{failure}");
    assert_eq!(failure.hint, Some(format!("docker --host unix://{socket} version")));
}

/// Waits until a fake engine is asked to remove something, after a request of this kind.
fn removed_after(fake: &FakeEngine, request: &str) -> String {
    until(|| {
        let noted = fake.noted();
        let place = noted.iter().position(|noted| noted == request)?;
        noted[place..].iter().find(|noted| noted.starts_with("DELETE ")).cloned()
    })
}

#[test]
fn each_place_says_why_it_was_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let [stale, deaf, file, nothing] =
        ["stale", "deaf", "file", "nothing"].map(|name| folder.path().join(name));
    drop(UnixListener::bind(&stale).unwrap());
    let _deaf = UnixListener::bind(&deaf).unwrap();
    fs::write(&file, "").unwrap();
    let limits = Limits { greeting: Duration::from_millis(300), ..Limits::default() };
    let reason = |path| Engine::connect(&Endpoint::unix(path, Origin::Docker), limits).unwrap_err();
    assert_eq!(reason(&nothing), Reason::NoSocket);
    assert_eq!(reason(&stale), Reason::Refused);
    assert_eq!(reason(&file), Reason::Refused);
    assert_eq!(reason(&deaf), Reason::NoAnswer);

    let endpoints = [stale, nothing].map(|path| Endpoint::unix(path, Origin::Docker));
    let absence: NoEngine = Engine::find(&endpoints).unwrap_err();
    let reasons: Vec<&Reason> = absence.refusals.iter().map(|refusal| &refusal.reason).collect();
    assert_eq!(reasons, [&Reason::Refused, &Reason::NoSocket]);
    assert_eq!(Failure::from(absence).hint.as_deref(), Some("sudo systemctl start docker"));
}

#[test]
fn the_first_engine_that_answers_is_taken() {
    let fake = FakeEngine::new(|_| Reaction::Hold);
    let engine = Engine::find(&[Endpoint::unix("/nowhere", Origin::Docker), fake.endpoint()]).unwrap();
    assert_eq!((engine.endpoint(), engine.version()), (&fake.endpoint(), "0.1"));
    assert_eq!(engine.api_version(), "1.41");
}

#[test]
fn a_cancelled_pull_ends_at_once_and_hangs_up() {
    let fake = FakeEngine::new(|_| Reaction::Begin(LAYERS, Then::Hold));
    let engine = fake.connect();
    let cancel = Cancel::new();
    let mut seen = Vec::new();
    let pulled = engine.pull(&cancel, "a:1", &mut |progress| {
        seen.push(*progress);
        if progress.bytes > 0 {
            cancel.escalate();
        }
    });
    assert_eq!(pulled, Err(EngineError::Cancelled));
    assert_eq!(seen.last(), Some(&PullProgress { layers: 1, layers_done: 0, bytes: 3, total_bytes: 9 }));
    until(|| fake.noted().contains(&"gone".to_owned()).then_some(()));
}

#[test]
fn a_pull_that_is_silent_too_long_is_given_up() {
    let fake = FakeEngine::new(|_| Reaction::Begin(LAYERS, Then::Hold));
    let error = fake.connect_impatiently().pull(&Cancel::new(), "a:1", &mut |_| ()).unwrap_err();
    is_silent(error, &fake, "pull the image `a:1`: no answer within 0.3 s");
}

#[test]
fn a_pull_whose_engine_ends_is_not_a_success() {
    let fake = FakeEngine::new(|_| Reaction::Begin(LAYERS, Then::HangUp));
    let error = fake.connect().pull(&Cancel::new(), "a:1", &mut |_| ()).unwrap_err();
    is_silent(error, &fake, "pull the image `a:1`: ");
}

#[test]
fn a_pull_that_fails_says_why_and_what_to_do() {
    let lines =
        r#"{"errorDetail":{"message":"no route to the registry"},"error":"no route to the registry"}"#;
    for reaction in
        [(lines, "no route to the registry"), ("", "it ended the pull and does not have the image")]
    {
        let (lines, why) = reaction;
        let fake = FakeEngine::new(move |request| match request {
            "POST /images/create" => Reaction::Begin(lines, Then::End),
            _ => Reaction::Answer(404, r#"{"message":"no such image"}"#),
        });
        let failure = Failure::from(fake.connect().pull(&Cancel::new(), "a:1", &mut |_| ()).unwrap_err());
        assert_eq!(failure.kind, FailureKind::Environment);
        assert!(failure.message.ends_with(&format!("pull the image `a:1`: {why}")), "{failure}");
        assert_eq!(failure.hint.as_deref(), Some("docker pull a:1"));
    }
}

#[test]
fn a_creation_without_an_answer_is_taken_back_by_its_name() {
    let fake = FakeEngine::new(|_| Reaction::Hold);
    is_silent(
        fake.connect_impatiently().run(&Cancel::new(), &spec()).unwrap_err(),
        &fake,
        "create the container",
    );
    let removed = removed_after(&fake, "POST /containers/create");
    assert!(removed.starts_with("DELETE /containers/onramp-test-"), "{removed}");
}

#[test]
fn a_cancelled_creation_that_is_taken_back_is_an_interruption() {
    let cancel = Cancel::new();
    let when = cancel.clone();
    let fake = FakeEngine::new(move |request| {
        when.escalate();
        if request.starts_with("DELETE ") { Reaction::Answer(204, "") } else { Reaction::Hold }
    });
    let limits = Limits { grace: Duration::from_millis(50), ..Limits::default() };
    let engine = Engine::connect(&fake.endpoint(), limits).unwrap();
    assert_eq!(engine.run(&cancel, &spec()), Err(EngineError::Cancelled));
    removed_after(&fake, "POST /containers/create");
}

#[test]
fn a_cancelled_creation_is_taken_back_too() {
    let cancel = Cancel::new();
    let when = cancel.clone();
    let fake = FakeEngine::new(move |_| {
        when.escalate();
        Reaction::Hold
    });
    let limits = Limits { grace: Duration::from_millis(50), ..Limits::default() };
    let engine = Engine::connect(&fake.endpoint(), limits).unwrap();
    // An engine that does not even answer to that may have the container later.
    is_silent(engine.run(&cancel, &spec()).unwrap_err(), &fake, "remove the container `onramp-test-");
    removed_after(&fake, "POST /containers/create");
}

#[test]
fn a_start_that_fails_leaves_nothing_and_tells_no_secret() {
    let fake = FakeEngine::new(|request| match request {
        "POST /containers/create" => Reaction::Answer(201, r#"{"Id":"c0ffee","Warnings":[]}"#),
        "POST /containers/c0ffee/start" => {
            Reaction::Answer(500, r#"{"message":"cannot set POSTGRES_PASSWORD=pass-word"}"#)
        }
        _ => Reaction::Answer(204, ""),
    });
    let error = fake.connect().run(&Cancel::new(), &spec()).unwrap_err();
    assert!(matches!(error, EngineError::Refused { .. }), "{error:?}");
    assert!(error.to_string().ends_with("cannot set POSTGRES_PASSWORD=***"), "{error}");
    removed_after(&fake, "POST /containers/c0ffee/start");
}

#[test]
fn a_start_that_is_refused_because_of_the_port_is_told_apart() {
    let fake = FakeEngine::new(|request| match request {
        "POST /containers/create" => Reaction::Answer(201, r#"{"Id":"c0ffee","Warnings":[]}"#),
        "POST /containers/c0ffee/start" => {
            Reaction::Answer(500, r#"{"message":"listen tcp4 127.0.0.1:7: bind: address already in use"}"#)
        }
        _ => Reaction::Answer(204, ""),
    });
    let spec = spec().port(5432, onramp_containers::HostPort::Given(7));
    let error = fake.connect().run(&Cancel::new(), &spec).unwrap_err();
    let engine = fake.connect().to_string();
    assert_eq!(error, EngineError::PortTaken { engine, port: 7 });
}
