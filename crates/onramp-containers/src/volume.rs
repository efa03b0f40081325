use std::collections::BTreeMap;

use bollard::models::VolumeCreateRequest;
use bollard::query_parameters::{ListVolumesOptions, RemoveVolumeOptions};

use crate::container::found;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::list::filters;
use crate::name::is_name;

/// A named volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// All its labels.
    pub labels: BTreeMap<String, String>,
}

impl Engine {
    /// Makes a volume. One that is there already stays as it is, with the labels that it has.
    pub fn create_volume(&self, name: &str, labels: &[(&str, &str)]) -> Result<(), EngineError> {
        check(name)?;
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let request = VolumeCreateRequest {
            name: Some(name.to_owned()),
            labels: Some(labels.collect()),
            ..Default::default()
        };
        self.ask(&format!("create the volume `{name}`"), self.docker.create_volume(request)).map(drop)
    }

    /// Removes a volume with all that is in it. One that is not there is removed, one that a container uses is not.
    pub fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        check(name)?;
        let remove =
            async { found(self.docker.remove_volume(name, None::<RemoveVolumeOptions>).await).map(drop) };
        self.ask(&format!("remove the volume `{name}`"), remove)
    }

    /// All volumes that have each of these labels. A label without a value asks for its presence.
    pub fn volumes(&self, labels: &[(&str, Option<&str>)]) -> Result<Vec<Volume>, EngineError> {
        let options = ListVolumesOptions { filters: Some(filters(labels)) };
        let answer = self.ask("list volumes", self.docker.list_volumes(Some(options)))?;
        let volumes = answer.volumes.unwrap_or_default().into_iter();
        Ok(volumes
            .map(|volume| Volume { name: volume.name, labels: volume.labels.into_iter().collect() })
            .collect())
    }
}

fn check(name: &str) -> Result<(), EngineError> {
    let invalid = || EngineError::Invalid(format!("`{name}` cannot be the name of a volume"));
    is_name(name).then_some(()).ok_or_else(invalid)
}
