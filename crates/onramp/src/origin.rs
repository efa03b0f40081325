use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// Reads the configuration: the outermost workspace and all its members, the outermost first. Its tasks may need
    /// those written in Rust. Values of declared secrets are added to `secrets`. Fails where it asks for what this
    /// version cannot do.
    pub(crate) fn checkouts(
        &self,
        tasks: &[RustTask],
        secrets: &Secrets,
    ) -> Result<Vec<Arc<Checkout>>, Error> {
        let own_tasks: Vec<TaskId> = tasks.iter().map(|task| TaskId::new("task", &task.name)).collect();
        let (here, workspace) = match self.configuration_file() {
            // No place in it can be pointed at.
            Some(file) if !file.exists() => {
                let named = self.file.as_ref().unwrap_or(&file);
                return Err(Error::configuration(format!("{} does not exist", named.display())));
            }
            Some(file) => {
                let root = file.parent().unwrap_or(&self.directory).to_path_buf();
                let workspace = onramp_config::load_file(&root, &file, &own_tasks)?;
                (root, workspace)
            }
            None => {
                let here = root_of(&self.directory)?;
                let workspace = onramp_config::load_with(&onramp_config::outermost_root(&here), &own_tasks)?;
                (here, workspace)
            }
        };
        let checkouts = Checkout::all(workspace, &here, &self.environment, secrets)?;
        let checkouts: Vec<Arc<Checkout>> = checkouts.into_iter().map(Arc::new).collect();
        let standing = checkouts.iter().find(|checkout| checkout.is_here()).unwrap_or(&checkouts[0]);
        match self.provider(&standing.config) {
            onramp_config::Provider::Auto | onramp_config::Provider::Host => Ok(checkouts),
            other => {
                let name = format!("{other:?}").to_lowercase();
                Err(Error::environment(format!(
                    "tools cannot come from the provider `{name}` in this version"
                ))
                .hint("onramp --env host ..."))
            }
        }
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
