use std::fmt;
use std::time::Duration;

use bollard::errors::Error;
use bollard::query_parameters::{RemoveContainerOptions, StopContainerOptions};

use crate::call::Patience;
use crate::engine::Engine;
use crate::error::{EngineError, answer};
use crate::name::is_name;

/// A container that was made here or found by its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// What the engine knows it by.
    pub id: ContainerId,
    /// What people know it by.
    pub name: String,
}

/// What an engine knows a container by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerId(String);

impl ContainerId {
    /// An id that was written down; `None` if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        is_name(text).then(|| Self(text.to_owned()))
    }

    /// The id as the engine spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As short as engines show it.
impl fmt::Display for ContainerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(..12).unwrap_or(&self.0))
    }
}

impl Engine {
    /// Removes a container with its anonymous volumes, whether or not it runs. One that is not there, or that somebody
    /// else is removing, is removed.
    pub fn remove(&self, id: &ContainerId) -> Result<(), EngineError> {
        self.ask(&format!("remove the container {id}"), self.removal(id.as_str()))
    }

    /// Asks a container to stop and waits for its end, with force once `grace` is over. One that does not run or is
    /// not there has stopped.
    pub fn stop(&self, id: &ContainerId, grace: Duration) -> Result<(), EngineError> {
        let seconds = i32::try_from(grace.as_secs()).unwrap_or(i32::MAX);
        let options = StopContainerOptions { t: Some(seconds), ..Default::default() };
        let stop = async { found(self.docker.stop_container(id.as_str(), Some(options)).await).map(drop) };
        let limit = grace.saturating_add(self.limits.answer);
        self.ask_within(limit, &format!("stop the container {id}"), Patience::UntilLimit, stop)
    }

    pub(crate) async fn removal(&self, id_or_name: &str) -> Result<(), Error> {
        /// Another removal of the same container is under way.
        const CONFLICT: u16 = 409;
        let options = RemoveContainerOptions { v: true, force: true, link: false };
        let removed = self.docker.remove_container(id_or_name, Some(options)).await;
        match removed {
            Err(error) if matches!(answer(&error), Some((CONFLICT, words)) if words.contains("already in progress")) => {
                Ok(())
            }
            other => found(other).map(drop),
        }
    }
}

/// `None` where the engine answers that it has no such thing.
pub(crate) fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    const NOT_FOUND: u16 = 404;
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(answer(&error), Some((NOT_FOUND, _))) => Ok(None),
        Err(error) => Err(error),
    }
}
