//! Spares a copy of the tree where built-in fixers would change nothing.

use onramp_builtins::{Action, Walk, walk};
use onramp_config::Actions;

use super::given::Given;
use crate::job::{Form, Work};
use crate::plan::{self, Request};
use crate::session::Session;

/// Whether a task fixes in process, so that it can be asked what it would do without doing it.
pub(super) fn can_be_asked(given: &Given) -> bool {
    given.form == Form::Fix && matches!(given.chosen.config().actions, Actions::Builtin { .. })
}

/// Whether the files of such a task have nothing in them that it would change. They must lie in the work tree as they are
/// staged.
pub(super) fn is_clean(session: &Session, given: &Given) -> bool {
    let request = Request { format: given.form, lint: given.form, ..Request::default() };
    let node = plan::node(&given.chosen.checkout, given.chosen.config(), &request);
    let Work::Builtin(work) = &node.payload.work else { return false };
    let cancel = session.launcher.cancel();
    let report = walk(&Walk {
        root: &given.chosen.checkout.root,
        files: &given.files,
        names: &[],
        builtins: &work.builtins,
        action: Action::Check,
        threads: session.options.jobs.get(),
        is_over: &|| cancel.is_requested(),
    });
    report.is_complete && report.findings.is_empty() && report.troubles.is_empty()
}
