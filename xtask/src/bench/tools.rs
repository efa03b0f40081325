//! The tools that are compared, and how each writes down a workload.

mod go_task;
mod just;
mod make;
mod onramp;
mod turbo;

use std::io;
use std::path::{Path, PathBuf};

pub(super) use self::go_task::GoTask;
pub(super) use self::just::{Just, Memory};
pub(super) use self::make::Make;
pub(super) use self::onramp::Onramp;
pub(super) use self::turbo::Turbo;
use super::graph::{Graph, Step};

/// How many tasks each tool may run at once.
const JOBS: &str = "2";

/// A task runner that is measured.
pub(super) trait Tool {
    /// Its name in tables.
    fn name(&self) -> &'static str;

    /// Its program.
    fn program(&self) -> &Path;

    /// Writes the workload into `directory` in the tool's own language. The input files are there already.
    fn write(&self, directory: &Path, graph: &Graph) -> io::Result<()>;

    /// The arguments that run a step and all that it needs.
    fn run(&self, goal: &Step) -> Vec<String>;

    /// The arguments that list the tasks, if it can do that.
    fn list(&self) -> Option<Vec<String>>;

    /// What it keeps in the folder of a workload to know what is done. A name with a slash at its end is a
    /// folder that has to be there, empty, before the first run. Nothing: it runs everything each time.
    fn remembers(&self) -> &'static [&'static str];

    /// Whether its inputs may be globs.
    fn has_globs(&self) -> bool {
        true
    }

    /// A folder that its commands have on `PATH` before all others, relative to the workload.
    fn path(&self) -> Option<PathBuf> {
        None
    }
}

/// Arguments from words.
fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}
