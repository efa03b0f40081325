use std::path::Path;
use std::sync::Arc;

use onramp_core::{Failure, TaskId, TaskNode};

use super::given::Given;
use super::{Handed, TreePaths};
use crate::checkout::Checkout;
use crate::job::{Form, Job, Work};
use crate::plan::{self, Request};
use crate::runner::names;

/// The variable that tells tools in whose hook they run.
const WITHIN: &str = crate::env_vars::ONRAMP_HOOK;

/// The section of what the hook itself does. No task of a configuration is in it.
pub(super) const OWN_SECTION: &str = "hooks";

/// The name of the one task of it that is no hook of a file.
pub(super) const OWN_NAME: &str = "stage";

/// The node of a task, for the files that it is given, in its own checkout or a copy of it.
pub(super) fn node(
    given: &Given,
    checkout: &Arc<Checkout>,
    handed: &Arc<Handed>,
    work_tree: &Path,
    paths: Option<TreePaths>,
) -> Result<TaskNode<Job>, Failure> {
    let chosen = &given.chosen;
    let request = Request { format: given.form, lint: given.form, ..Request::default() };
    let mut node = plan::node(&chosen.checkout, chosen.config(), &request);
    let job = &mut node.payload;
    // Its needs have run by now, and what it makes of some files is no result of the whole.
    node.needs.clear();
    job.cache = None;
    if let Work::Builtin(work) = &mut job.work {
        // It looks at the copy, and names the files as they are called in the checkout.
        work.root = Some(checkout.root.clone());
        work.only = Some(given.files.clone());
        work.handed = Some(Arc::clone(handed));
        return Ok(node);
    }
    if let Work::Commands(work) = &mut job.work {
        work.variables.insert(WITHIN.to_owned(), work_tree.to_string_lossy().into_owned());
        // Joined by its parts: the root itself must not get a slash at its end.
        let below = chosen.checkout.relative(&work.directory).components();
        work.directory = below.fold(checkout.root.clone(), |folder, part| folder.join(part));
        let names = match given.by_name {
            true => Some(self::names(checkout, work, given.files.clone())),
            false => None,
        };
        let staged = match work.commands.iter().any(|command| command.mentions("staged")) {
            true => self::names(checkout, work, given.files.clone()),
            false => Vec::new(),
        };
        work.handed = Some(Arc::new(Handed { files: names, staged, paths, ..(**handed).clone() }));
        work.files = work.files.take().filter(|_| given.by_name);
    }
    job.checkout = Arc::clone(checkout);
    Ok(node)
}

/// The node between those that change files and those that look.
pub(super) fn publishing(checkout: &Arc<Checkout>, needs: Vec<TaskId>) -> TaskNode<Job> {
    // Its work is done by whoever runs the graph.
    let job = Job::rust(Arc::clone(checkout), Arc::new(|_| Ok(())));
    TaskNode { id: TaskId::new(OWN_SECTION, OWN_NAME), needs, payload: job }
}

/// Whether a task changes files.
pub(super) fn fixes(given: &Given) -> bool {
    given.form == Form::Fix
}
