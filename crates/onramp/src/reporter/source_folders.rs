use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_core::TaskId;

use crate::checkout::Checkout;
use crate::plain_path::plain;

/// Folders of other people's code. What is wrong there nobody mends in this repository.
const FOREIGN: [&str; 4] = ["node_modules", "site-packages", ".git", ".onramp"];

/// Where each task's tools run, so that the files they name can be named from the root of the repository.
pub(crate) struct SourceFolders {
    /// The root of the git repository, or of the workspace where there is none.
    root: PathBuf,
    workspace: PathBuf,
    tasks: HashMap<TaskId, PathBuf>,
}

impl SourceFolders {
    /// The folders of all tasks of a workspace, which comes first, and its members.
    pub(crate) fn of(checkouts: &[Arc<Checkout>]) -> Self {
        let workspace = checkouts.first().map(|checkout| checkout.root.clone()).unwrap_or_default();
        let root = workspace.ancestors().find(|folder| folder.join(".git").exists());
        let tasks = checkouts.iter().flat_map(|checkout| {
            checkout.config.tasks.iter().map(|task| (checkout.name(&task.id), task.dir.clone()))
        });
        Self { root: root.unwrap_or(&workspace).to_path_buf(), tasks: tasks.collect(), workspace }
    }

    /// A path relative to the repository's root, where it is in the repository; otherwise as it is.
    pub(super) fn relative(&self, file: &str) -> String {
        let inside = Path::new(file).strip_prefix(&self.root).ok().and_then(Path::to_str);
        inside.unwrap_or(file).to_owned()
    }

    /// The path, relative to the repository's root, of an existing file of this repository that a tool of
    /// `task` calls `name`. A tool may name files from the folder it runs in, or, as cargo does, from one above.
    pub(super) fn locate(&self, task: &TaskId, name: &str) -> Option<String> {
        let folder = self.tasks.get(task).unwrap_or(&self.workspace);
        let above = folder.ancestors().take_while(|folder| folder.starts_with(&self.root));
        let file = above.map(|folder| plain(&folder.join(name))).find(|file| file.is_file())?;
        let inside = match file.strip_prefix(&self.root) {
            Ok(inside) => inside.to_path_buf(),
            // An absolute path may lead here through a link.
            Err(_) => file.canonicalize().ok()?.strip_prefix(&self.root).ok()?.to_path_buf(),
        };
        let is_foreign = inside.iter().any(|part| FOREIGN.iter().any(|foreign| part == *foreign));
        if is_foreign { None } else { inside.to_str().map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn files_are_named_from_the_root_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for file in ["app/ui/src/a.ts", "app/ui/node_modules/x/b.ts", "app/c.py"] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        std::os::unix::fs::symlink(root.join("app"), root.join("link")).unwrap();
        let task = TaskId::new("lint", "ui");
        let folders = SourceFolders {
            root: root.join("app"),
            workspace: root.join("app"),
            tasks: HashMap::from([(task.clone(), root.join("app/ui"))]),
        };
        let absolute = |name: &str| root.join(name).to_str().unwrap().to_owned();
        for (name, located) in [
            ("src/a.ts", Some("ui/src/a.ts")),
            ("./src/../src/a.ts", Some("ui/src/a.ts")),
            ("ui/src/a.ts", Some("ui/src/a.ts")),
            ("../c.py", Some("c.py")),
            ("c.py", Some("c.py")),
            (&absolute("app/c.py"), Some("c.py")),
            (&absolute("link/c.py"), Some("c.py")),
            ("node_modules/x/b.ts", None),
            ("src", None),
            ("nope.ts", None),
            ("/etc/passwd", None),
            ("../../../../../../../etc/passwd", None),
        ] {
            assert_eq!(folders.locate(&task, name).as_deref(), located, "{name}");
        }
        assert_eq!(folders.locate(&TaskId::new("task", "rust"), "c.py").as_deref(), Some("c.py"));
    }
}
