use std::collections::{BTreeMap, HashMap};

use bollard::query_parameters::ListContainersOptions;

use crate::container::{Container, ContainerId};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::state::{State, listed, understood};

/// A container in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which one.
    pub container: Container,
    /// The image it was made from.
    pub image: String,
    /// All its labels.
    pub labels: BTreeMap<String, String>,
    /// What it does.
    pub state: State,
}

impl Engine {
    /// All containers that have each of these labels, running or not. A label without a value asks for its presence.
    pub fn list(&self, labels: &[(&str, Option<&str>)]) -> Result<Vec<Listed>, EngineError> {
        let options =
            ListContainersOptions { all: true, filters: Some(filters(labels)), ..Default::default() };
        let question = || self.docker.list_containers(Some(options.clone()));
        let summaries = self.ask("list containers", understood(question))?;
        let entry = |summary: bollard::models::ContainerSummary| {
            let state = listed(&summary)?;
            let id = ContainerId::parse(summary.id.as_deref()?)?;
            let name = summary.names.iter().flatten().next();
            let name = name.map_or_else(|| id.to_string(), |name| name.trim_start_matches('/').to_owned());
            Some(Listed {
                container: Container { id, name },
                image: summary.image.unwrap_or_default(),
                labels: summary.labels.unwrap_or_default().into_iter().collect(),
                state,
            })
        };
        Ok(summaries.into_iter().filter_map(entry).collect())
    }
}

/// The filter of an engine's lists.
pub(crate) fn filters(labels: &[(&str, Option<&str>)]) -> HashMap<String, Vec<String>> {
    let filter = |(name, value): &(&str, Option<&str>)| match value {
        Some(value) => format!("{name}={value}"),
        None => (*name).to_owned(),
    };
    HashMap::from([("label".to_owned(), labels.iter().map(filter).collect())])
}
