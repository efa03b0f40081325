use std::path::PathBuf;
use std::sync::Arc;

use onramp_exec::{Launcher, LineSink};

/// What the work of one dialect reports to and runs through.
#[derive(Clone)]
pub struct Context<'a> {
    /// Starts the processes; its request to cancel ends them.
    pub launcher: &'a Launcher,
    /// Told the name of each step as it begins: `apply head`, `generate`.
    pub step: &'a (dyn Fn(&str) + Sync),
    /// Takes the lines that the processes print.
    pub output: Arc<dyn LineSink>,
    /// The file that the same lines are appended to.
    pub log: Option<PathBuf>,
}
