use std::path::PathBuf;

use onramp_core::TaskId;

use crate::config::Config;

/// A workspace: the folder of an `onramp.toml`, and the workspaces nested in it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its folder, as it was handed to [`load`](crate::load). All paths of the configuration begin with it.
    pub root: PathBuf,
    /// Its own configuration.
    pub config: Config,
    /// Its members, in the order in which they are written.
    pub members: Vec<Member>,
}

/// A workspace nested in another one.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its project's name, which stands before the slash in the names of its tasks.
    pub name: String,
    /// The workspace itself.
    pub workspace: Workspace,
}

impl Workspace {
    /// The names of all its tasks, those of its members included.
    pub fn task_ids(&self) -> Vec<TaskId> {
        let own = self.config.tasks.iter().map(|task| task.id.clone());
        own.chain(self.members.iter().flat_map(Member::task_ids)).collect()
    }
}

impl Member {
    /// The names of all its tasks, as the workspace around it calls them.
    pub fn task_ids(&self) -> Vec<TaskId> {
        self.workspace.task_ids().iter().map(|id| id.in_member(&self.name)).collect()
    }
}
