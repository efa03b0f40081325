//! From the plan of a run to the files that a watch waits for.

use std::path::Path;
use std::sync::Arc;

use onramp_config::{CONFIG_FILE, LOCAL_FILE};
use onramp_watch::{TreeSpec, WatchSpec};

use crate::Error;
use crate::commands::Selected;
use crate::declared::{Outputs, Task};
use crate::runner::plan_of;
use crate::session::Session;

/// The files that matter to the selected tasks and those they need: what they declare to read, or any file of a
/// workspace of which one task declares nothing. What one of them writes does not matter, for the tasks that read it
/// run behind it. The configuration matters always.
pub(crate) fn files(session: &Session, selected: &Selected) -> Result<WatchSpec, Error> {
    let plan = plan_of(&selected.graph, &selected.tasks)?;
    let tasks: Vec<Task<'_>> =
        plan.nodes().iter().map(|node| Task::of(&selected.graph.nodes()[*node])).collect();
    let outputs = Arc::new(Outputs::of(&tasks)?);
    let mut spec = WatchSpec::default();
    for checkout in &session.checkouts {
        spec.named.extend([CONFIG_FILE, LOCAL_FILE].map(|name| checkout.root.join(name)));
        let mut tasks = tasks.iter().filter(|task| task.checkout.root == checkout.root).peekable();
        if tasks.peek().is_none() {
            continue;
        }
        let reads = tasks.map(Task::reads).collect::<Result<Option<Vec<_>>, _>>()?;
        let literals = reads.iter().flatten().flat_map(|reads| reads.inputs.literals());
        let literals = literals.map(|path| checkout.root.join(path));
        spec.named.extend(literals.filter(|path| !outputs.has(path)));
        let (root, outputs) = (checkout.root.clone(), Arc::clone(&outputs));
        spec.trees.push(TreeSpec {
            root: root.clone(),
            matters: Arc::new(move |path| {
                let is_read = reads.as_ref().is_none_or(|all| all.iter().any(|reads| reads.matches(path)));
                is_read && !outputs.has(&root.join(path))
            }),
        });
    }
    spec.named.extend(session.origin.configuration_file());
    Ok(spec)
}

/// Whether a file is one of those that the configuration is read from.
pub(crate) fn is_configuration(session: &Session, file: &Path) -> bool {
    has_configuration_name(file) || session.origin.configuration_file().as_deref() == Some(file)
}

/// All files that a configuration may be read from.
pub(crate) fn configuration_files(session: &Session) -> TreeSpec {
    TreeSpec { root: session.outermost().root.clone(), matters: Arc::new(has_configuration_name) }
}

fn has_configuration_name(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == CONFIG_FILE || name == LOCAL_FILE)
}
