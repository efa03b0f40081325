use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{JOBS, Tool, words};
use crate::bench::graph::{Command, Graph, Step};

/// GNU make, or whatever `make` is on this machine. It compares times of files, so a step without outputs makes
/// a stamp.
pub(in crate::bench) struct Make {
    pub(in crate::bench) program: PathBuf,
}

impl Tool for Make {
    fn name(&self) -> &'static str {
        "make"
    }

    fn program(&self) -> &Path {
        &self.program
    }

    fn write(&self, directory: &Path, graph: &Graph) -> io::Result<()> {
        let targets: BTreeMap<&str, String> =
            graph.steps.iter().map(|step| (step.name.as_str(), target(step))).collect();
        let mut text = ".SUFFIXES:\n".to_owned();
        for step in &graph.steps {
            let needs = step.needs.iter().map(|need| &targets[need.as_str()]);
            let prerequisites: Vec<&str> = step.inputs.iter().chain(needs).map(String::as_str).collect();
            let _ = writeln!(text, "{}: {}", target(step), prerequisites.join(" "));
            let _ = match (&step.command, step.outputs.is_empty()) {
                (Command::Plain(line), true) => writeln!(text, "\t@{line} > $@"),
                (Command::Shell(line), true) => writeln!(text, "\t@{line} && touch $@"),
                (command, false) => writeln!(text, "\t@{}", command.line()),
            };
        }
        fs::write(directory.join("Makefile"), text)
    }

    fn run(&self, goal: &Step) -> Vec<String> {
        words(["-j", JOBS, &target(goal)])
    }

    fn list(&self) -> Option<Vec<String>> {
        None
    }

    fn has_globs(&self) -> bool {
        false
    }

    fn remembers(&self) -> &'static [&'static str] {
        &["stamps/"]
    }
}

/// The file that stands for a step.
fn target(step: &Step) -> String {
    step.outputs.first().cloned().unwrap_or_else(|| format!("stamps/{}", step.name))
}
