use bollard::errors::Error;
use bollard::query_parameters::CreateContainerOptions;
use onramp_core::{Cancel, Secrets};

use crate::call::Patience;
use crate::container::{Container, ContainerId};
use crate::container_spec::ContainerSpec;
use crate::engine::Engine;
use crate::error::{EngineError, answer};
use crate::name::random_suffix;

impl Engine {
    /// Creates a container and starts it. If that does not succeed, nothing of it is left, unless the engine is
    /// [silent](EngineError::Silent): then it may have one all the same, or make it later. Success means only that it was
    /// started: whether it lives is told by [`Engine::state`].
    pub fn run(&self, cancel: &Cancel, spec: &ContainerSpec) -> Result<Container, EngineError> {
        let body = spec.body()?;
        let suffix =
            random_suffix().map_err(|error| EngineError::Invalid(format!("/dev/urandom: {error}")))?;
        let name = format!("{}-{suffix}", spec.name);
        if cancel.is_requested() {
            return Err(EngineError::Cancelled);
        }
        let patience = Patience::GraceAfterCancel(cancel, self.limits.grace);
        let what = format!("create the container `{name}`");
        let options = CreateContainerOptions { name: Some(name.clone()), ..Default::default() };
        let create = async { Ok(self.docker.create_container(Some(options), body).await) };
        let created = self.ask_within(self.limits.start, &what, patience, create);
        let id = match created {
            Ok(Ok(created)) => ContainerId::parse(&created.id),
            Ok(Err(error)) => return Err(self.creation_failed(spec, &what, &error)),
            Err(error) => return Err(self.take_back(&name, error)),
        };
        let Some(id) = id else {
            return Err(self.take_back(&name, self.silent(&what, "its answer has no id")));
        };
        let container = Container { id, name };
        if cancel.is_requested() {
            return Err(self.take_back(&container.name, EngineError::Cancelled));
        }
        match self.start(&container, spec, patience) {
            Ok(()) => Ok(container),
            Err(error) => Err(self.take_back(&container.name, error)),
        }
    }

    fn start(
        &self,
        container: &Container,
        spec: &ContainerSpec,
        patience: Patience<'_>,
    ) -> Result<(), EngineError> {
        let what = format!("start the container `{}`", container.name);
        let start = async { Ok(self.docker.start_container(container.id.as_str(), None).await) };
        let started = self.ask_within(self.limits.start, &what, patience, start)?;
        started.map_err(|error| match spec.given_port() {
            Some(port) if is_about_a_taken_port(&error) => {
                EngineError::PortTaken { engine: self.to_string(), port }
            }
            _ => masked(self.error(&what, &error), &spec.secrets()),
        })
    }

    fn creation_failed(&self, spec: &ContainerSpec, what: &str, error: &Error) -> EngineError {
        match answer(error) {
            Some((404, _)) => EngineError::ImageAbsent {
                engine: self.to_string(),
                image: spec.image.clone(),
                hint: self.by_hand(&spec.image),
            },
            _ => masked(self.error(what, error), &spec.secrets()),
        }
    }

    /// Removes what a failure may have left, and returns that. If the engine is silent then, its labels are left to find
    /// the container by; what matters to the caller is the first failure, but for an interruption, which would not tell.
    fn take_back(&self, name: &str, failure: EngineError) -> EngineError {
        let what = format!("remove the container `{name}`");
        let removed = self.ask_within(self.limits.grace, &what, Patience::UntilLimit, self.removal(name));
        match (failure, removed) {
            (EngineError::Cancelled, Err(silent @ EngineError::Silent { .. })) => silent,
            (failure, _) => failure,
        }
    }
}

/// Engines have no status for this, only the words of the system or of their own list of ports.
fn is_about_a_taken_port(error: &Error) -> bool {
    let words = ["port is already allocated", "address already in use", "Ports are not available"];
    answer(error).is_some_and(|(_, message)| words.iter().any(|words| message.contains(words)))
}

fn masked(error: EngineError, secrets: &Secrets) -> EngineError {
    match error {
        EngineError::Refused { engine, message, hint } => {
            EngineError::Refused { engine, message: secrets.mask(&message).into_owned(), hint }
        }
        other => other,
    }
}
