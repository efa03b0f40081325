use std::path::PathBuf;
use std::sync::Arc;

use onramp_core::{Reporter, TaskId};
use onramp_exec::Launcher;

use crate::audit::Strace;
use crate::checkout::Checkout;
use crate::context::RustTask;
use crate::options::Options;
use crate::origin::Origin;
use crate::reporter::{Format, Queue};
use crate::state::State;
use crate::{Error, ExitStatus, Printer};

/// Everything that a verb works with: the workspace, what the user wants, and the ways to act and to speak.
pub(crate) struct Session {
    pub(crate) options: Options,
    /// Where its configuration comes from.
    pub(crate) origin: Origin,
    pub(crate) printer: Arc<Printer>,
    pub(crate) reporter: Arc<Queue>,
    pub(crate) launcher: Launcher,
    /// The workspace and its members, the workspace first.
    pub(crate) checkouts: Vec<Arc<Checkout>>,
    /// The tasks that a repository's own xtask has brought along.
    pub(crate) rust_tasks: Vec<RustTask>,
    /// Where one stands.
    pub(crate) directory: PathBuf,
    /// The system's folder for temporary files.
    pub(crate) temporary: PathBuf,
    pub(crate) state: State,
    /// Has commands write down which files they touch.
    pub(crate) strace: Option<Arc<Strace>>,
}

impl Session {
    /// Another session of the same run that has read the configuration again, and knows nothing yet of any file.
    pub(crate) fn reread(&self) -> Result<Self, Error> {
        let workspace = self.origin.workspace(&self.rust_tasks)?;
        let state = State::of(&workspace.root);
        let checkouts = self.origin.checkouts(workspace, self.launcher.secrets())?;
        Ok(Self {
            options: self.options.clone(),
            origin: self.origin.clone(),
            printer: Arc::clone(&self.printer),
            reporter: Arc::clone(&self.reporter),
            launcher: self.launcher.clone(),
            checkouts,
            rust_tasks: self.rust_tasks.clone(),
            directory: self.directory.clone(),
            temporary: self.temporary.clone(),
            state,
            strace: None,
        })
    }

    /// The workspace one stands in.
    pub(crate) fn workspace(&self) -> &Arc<Checkout> {
        &self.checkouts[0]
    }

    /// Says something about the work, behind everything that was reported before.
    pub(crate) fn say(&self, text: &str) {
        self.reporter.flush();
        self.printer.message(text);
    }

    /// Prints a line of the answer, behind everything that was reported before.
    pub(crate) fn answer(&self, text: &str) {
        self.reporter.flush();
        self.printer.data(text);
    }

    /// Prints the answer as JSON, behind everything that was reported before.
    pub(crate) fn answer_json(&self, value: serde_json::Value) {
        self.reporter.flush();
        self.printer.json(value);
    }

    /// Fails if the user has interrupted the run.
    pub(crate) fn check_cancelled(&self) -> Result<(), Error> {
        if self.launcher.cancel().is_requested() {
            return Err(Error::Reported(ExitStatus::Interrupted));
        }
        Ok(())
    }

    /// Whether answers are printed as JSON.
    pub(crate) fn json(&self) -> bool {
        self.options.format == Format::Json
    }

    /// The reporter, as engines take it.
    pub(crate) fn events(&self) -> Arc<dyn Reporter> {
        Arc::clone(&self.reporter) as Arc<dyn Reporter>
    }

    /// Makes the state folder, which every verb needs that runs something.
    pub(crate) fn create_state(&self) -> Result<(), Error> {
        self.state.create().map_err(|error| {
            let directory = self.state.directory().display();
            Error::environment(format!("the state folder {directory} could not be made: {error}"))
        })
    }

    /// The log of a task.
    pub(crate) fn log(&self, task: &TaskId) -> PathBuf {
        self.state.log(&task.to_string())
    }
}
