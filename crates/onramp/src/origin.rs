use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_config::Workspace;
use onramp_core::{Secrets, TaskId};
use onramp_exec::Environment;

use crate::Error;
use crate::checkout::Checkout;
use crate::context::RustTask;
use crate::options::Provider;

/// Where the configuration of a session comes from, so that it can be read again.
#[derive(Clone)]
pub(crate) struct Origin {
    /// Where one stands, absolute.
    pub(crate) directory: PathBuf,
    /// The file that was asked for in place of the nearest `onramp.toml`.
    pub(crate) file: Option<PathBuf>,
    /// The provider that was asked for in place of the configured one.
    pub(crate) provider: Option<Provider>,
    /// What Onramp was started with.
    pub(crate) environment: Environment,
}

impl Origin {
    /// Reads the configuration; its tasks may need those written in Rust. Fails where it asks for what this version
    /// cannot do.
    pub(crate) fn workspace(&self, tasks: &[RustTask]) -> Result<Workspace, Error> {
        let own_tasks: Vec<TaskId> = tasks.iter().map(|task| TaskId::new("task", &task.name)).collect();
        let workspace = match self.configuration_file() {
            Some(file) => {
                let root = file.parent().unwrap_or(&self.directory).to_path_buf();
                onramp_config::load_file(&root, &file, &own_tasks)?
            }
            None => onramp_config::load_with(&root_of(&self.directory)?, &own_tasks)?,
        };
        match self.provider(&workspace.config) {
            onramp_config::Provider::Auto | onramp_config::Provider::Host => Ok(workspace),
            other => {
                let name = format!("{other:?}").to_lowercase();
                Err(Error::environment(format!(
                    "tools cannot come from the provider `{name}` in this version"
                ))
                .hint("onramp --env host ..."))
            }
        }
    }

    /// The workspace and its members, the workspace first. Values of declared secrets are added to `secrets`.
    pub(crate) fn checkouts(
        &self,
        workspace: Workspace,
        secrets: &Secrets,
    ) -> Result<Vec<Arc<Checkout>>, Error> {
        let checkouts = Checkout::all(workspace, &self.environment, secrets)?;
        Ok(checkouts.into_iter().map(Arc::new).collect())
    }

    /// The file that was asked for, if one was, absolute.
    pub(crate) fn configuration_file(&self) -> Option<PathBuf> {
        self.file.as_ref().map(|file| self.directory.join(file))
    }

    fn provider(&self, config: &onramp_config::Config) -> onramp_config::Provider {
        match self.provider {
            Some(Provider::Auto) => onramp_config::Provider::Auto,
            Some(Provider::Host) => onramp_config::Provider::Host,
            None => config.env.provider,
        }
    }
}

fn root_of(directory: &Path) -> Result<PathBuf, Error> {
    onramp_config::find_root(directory).ok_or_else(|| {
        let message = format!("no onramp.toml in {} or above it", directory.display());
        Error::configuration(message)
            .hint("onramp -C DIR ..., or write an onramp.toml: see `onramp reference configuration`")
    })
}
