use onramp_containers::{Endpoint, Engine, Surroundings};
use onramp_core::Failure;
use onramp_exec::Environment;

use crate::Wanted;

/// The engine that is to be used, as the environment of the project's commands tells; else why there is none, and how to
/// get one.
pub(crate) fn find_engine(environment: &Environment) -> Result<Engine, Failure> {
    Engine::find(&Endpoint::candidates(&surroundings(environment))).map_err(|absence| {
        let is_told = absence.refusals.iter().any(|refusal| refusal.hint().is_some());
        let failure = Failure::from(absence);
        if is_told { failure } else { failure.hint(engine_hint(environment)) }
    })
}

/// Whoever has the program has only not started what it talks to.
fn engine_hint(environment: &Environment) -> String {
    let has = |program: &str| environment.find_program(program.as_ref(), "/".as_ref()).is_ok();
    let start = match (has("docker"), has("podman")) {
        (true, _) if cfg!(target_os = "macos") => "open -a Docker",
        (true, _) => "sudo systemctl start docker",
        (_, true) if cfg!(target_os = "macos") => "podman machine start",
        (_, true) => "systemctl --user start podman.socket",
        (false, false) => return Wanted::Engine.hint(environment),
    };
    start.to_owned()
}

/// Where engines may listen, as the environment of the project's commands tells.
fn surroundings(environment: &Environment) -> Surroundings {
    let text = |name: &str| environment.get(name).and_then(|value| value.to_str()).map(str::to_owned);
    Surroundings {
        docker_host: text("DOCKER_HOST"),
        docker_tls_verify: text("DOCKER_TLS_VERIFY"),
        container_host: text("CONTAINER_HOST"),
        runtime_dir: text("XDG_RUNTIME_DIR").map(Into::into),
        home: text("HOME").map(Into::into),
    }
}

/// The engine at a place that was noted.
pub(super) fn known(place: &str) -> Result<Engine, Failure> {
    let asked = Surroundings { docker_host: Some(place.to_owned()), ..Surroundings::default() };
    Ok(Engine::find(&Endpoint::candidates(&asked))?)
}
