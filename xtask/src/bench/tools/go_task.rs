use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{JOBS, Tool, words};
use crate::bench::graph::{Graph, Step};
use crate::bench::json;

/// go-task, with checksums of sources, as it comes.
pub(in crate::bench) struct GoTask {
    pub(in crate::bench) program: PathBuf,
}

impl Tool for GoTask {
    fn name(&self) -> &'static str {
        "go-task"
    }

    fn program(&self) -> &Path {
        &self.program
    }

    fn write(&self, directory: &Path, graph: &Graph) -> io::Result<()> {
        let mut text = "version: '3'\nsilent: true\ntasks:\n".to_owned();
        for step in &graph.steps {
            let _ = writeln!(text, "  {}:", step.name);
            let _ = writeln!(text, "    cmds: {}", json::strings([step.command.line()]));
            let _ = writeln!(text, "    sources: {}", json::strings(&step.inputs));
            if !step.outputs.is_empty() {
                let _ = writeln!(text, "    generates: {}", json::strings(&step.outputs));
            }
            if !step.needs.is_empty() {
                let _ = writeln!(text, "    deps: {}", json::strings(&step.needs));
            }
        }
        fs::write(directory.join("Taskfile.yml"), text)
    }

    fn run(&self, goal: &Step) -> Vec<String> {
        words(["--concurrency", JOBS, &goal.name])
    }

    fn list(&self) -> Option<Vec<String>> {
        Some(words(["--list-all"]))
    }

    fn remembers(&self) -> &'static [&'static str] {
        &[".task"]
    }
}
