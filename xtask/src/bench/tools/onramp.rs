use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{JOBS, Tool, words};
use crate::bench::graph::{Command, Graph, Step};
use crate::bench::json;

/// The program of this repository, built optimised.
pub(in crate::bench) struct Onramp {
    pub(in crate::bench) program: PathBuf,
}

impl Tool for Onramp {
    fn name(&self) -> &'static str {
        "onramp"
    }

    fn program(&self) -> &Path {
        &self.program
    }

    fn write(&self, directory: &Path, graph: &Graph) -> io::Result<()> {
        let mut text = "[project]\nname = \"bench\"\n".to_owned();
        for step in &graph.steps {
            let _ = write!(text, "\n[task.{}]\nrun = {}\n", step.name, json::string(step.command.line()));
            if let Command::Shell(_) = step.command {
                text.push_str("shell = true\n");
            }
            let _ = writeln!(text, "inputs = {}", json::strings(&step.inputs));
            if !step.outputs.is_empty() {
                let _ = writeln!(text, "outputs = {}", json::strings(&step.outputs));
            }
            if !step.needs.is_empty() {
                let needs = step.needs.iter().map(|need| format!("task:{need}"));
                let _ = writeln!(text, "needs = {}", json::strings(needs));
            }
        }
        fs::write(directory.join("onramp.toml"), text)
    }

    fn run(&self, goal: &Step) -> Vec<String> {
        words(["-j", JOBS, "run", &goal.name])
    }

    fn list(&self) -> Option<Vec<String>> {
        Some(words(["tasks"]))
    }

    fn remembers(&self) -> &'static [&'static str] {
        &[".onramp"]
    }
}
