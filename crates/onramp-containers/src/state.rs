use std::time::Duration;

use bollard::errors::Error;
use bollard::models::{
    ContainerState, ContainerStateStatusEnum as Status, ContainerSummary,
    ContainerSummaryStateEnum as Summary, PortMap,
};
use tokio::time::sleep;

use crate::container::{ContainerId, found};
use crate::engine::Engine;
use crate::error::EngineError;

/// What a container does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It was created and never started.
    Created,
    /// It runs.
    Running {
        /// The port of 127.0.0.1 that leads to it, if one was asked for.
        port: Option<u16>,
    },
    /// It was halted by somebody, and does not answer.
    Paused,
    /// It has ended.
    Exited {
        /// With this code, as far as the engine tells.
        code: Option<i64>,
        /// What the engine has to say on that, as in `out of memory`.
        explanation: Option<String>,
    },
}

impl Engine {
    /// What a container does, `None` if there is none.
    pub fn state(&self, id: &ContainerId) -> Result<Option<State>, EngineError> {
        let what = format!("look at the container {id}");
        let question = || async { found(self.docker.inspect_container(id.as_str(), None).await) };
        let answer = self.ask(&what, understood(question))?;
        let Some(answer) = answer else { return Ok(None) };
        let ports = answer.network_settings.and_then(|settings| settings.ports).unwrap_or_default();
        Ok(answer.state.and_then(|state| inspected(&state, &ports)))
    }
}

/// Asks again while an answer contains a state that Docker's interface has no word for. Podman tells such states, and
/// leaves them by itself: between the end of a program and the end of its container, or before its start.
pub(crate) async fn understood<T, F>(question: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    const PAUSE: Duration = Duration::from_millis(20);
    const TIMES: usize = 250;
    for _ in 0..TIMES {
        match question().await {
            Err(Error::JsonDataError { message, .. }) if message.contains("unknown variant") => {
                sleep(PAUSE).await
            }
            answer => return answer,
        }
    }
    question().await
}

fn inspected(state: &ContainerState, ports: &PortMap) -> Option<State> {
    Some(match state.status {
        Some(Status::RUNNING | Status::RESTARTING | Status::STOPPING) => {
            let bindings = ports.values().flatten().flatten();
            let mut ports = bindings.filter_map(|binding| binding.host_port.as_ref()?.parse().ok());
            State::Running { port: ports.next() }
        }
        Some(Status::PAUSED) => State::Paused,
        Some(Status::EXITED | Status::DEAD) => {
            let words = state.error.clone().filter(|words| !words.is_empty());
            let memory = state.oom_killed.unwrap_or_default().then(|| "out of memory".to_owned());
            State::Exited { code: state.exit_code, explanation: words.or(memory) }
        }
        Some(Status::REMOVING) => return None,
        Some(Status::CREATED | Status::EMPTY) | None => State::Created,
    })
}

/// The state in a list, `None` for a container that is being removed.
pub(crate) fn listed(summary: &ContainerSummary) -> Option<State> {
    Some(match summary.state {
        Some(Summary::RUNNING | Summary::RESTARTING | Summary::STOPPING) => {
            State::Running { port: summary.ports.iter().flatten().find_map(|port| port.public_port) }
        }
        Some(Summary::PAUSED) => State::Paused,
        Some(Summary::EXITED | Summary::DEAD) => {
            State::Exited { code: summary.status.as_deref().and_then(code), explanation: None }
        }
        Some(Summary::REMOVING) => return None,
        Some(Summary::CREATED | Summary::EMPTY) | None => State::Created,
    })
}

/// The code in `Exited (1) 3 seconds ago`.
fn code(status: &str) -> Option<i64> {
    status.split_once('(')?.1.split_once(')')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_in_the_words() {
        assert_eq!(code("Exited (137) 2 minutes ago"), Some(137));
        assert_eq!(code("Up 3 seconds (healthy)"), None);
    }

    #[test]
    fn an_end_is_explained() {
        let state = ContainerState {
            status: Some(Status::EXITED),
            exit_code: Some(137),
            error: Some(String::new()),
            oom_killed: Some(true),
            ..Default::default()
        };
        let explanation = Some("out of memory".to_owned());
        assert_eq!(inspected(&state, &PortMap::new()), Some(State::Exited { code: Some(137), explanation }));
    }
}
