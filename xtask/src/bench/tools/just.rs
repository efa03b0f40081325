use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Tool, words};
use crate::bench::graph::{Graph, Step};
use crate::bench::json;

/// just, in either of its two ways.
pub(in crate::bench) struct Just {
    pub(in crate::bench) program: PathBuf,
    pub(in crate::bench) memory: Memory,
}

/// Whether just remembers what it has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bench) enum Memory {
    /// Every recipe runs each time.
    None,
    /// Recipes are scripts with the attribute `[cache]`, which just calls unstable.
    Cache,
}

impl Tool for Just {
    fn name(&self) -> &'static str {
        match self.memory {
            Memory::None => "just",
            Memory::Cache => "just [cache]",
        }
    }

    fn program(&self) -> &Path {
        &self.program
    }

    fn write(&self, directory: &Path, graph: &Graph) -> io::Result<()> {
        let mut text = match self.memory {
            Memory::None => String::new(),
            Memory::Cache => {
                "set unstable\nset lists\nset script-interpreter := [\"sh\", \"-e\"]\n".to_owned()
            }
        };
        for step in &graph.steps {
            if step.needs.len() > 1 {
                text.push_str("\n[parallel]");
            }
            let quiet = match self.memory {
                Memory::None => "@",
                Memory::Cache => {
                    let inputs = json::strings(&step.inputs);
                    let outputs = json::strings(&step.outputs);
                    let _ = write!(text, "\n[script]\n[cache(inputs = {inputs}, outputs = {outputs})]");
                    ""
                }
            };
            let needs = step.needs.iter().map(|need| format!(" {need}")).collect::<String>();
            let _ = writeln!(text, "\n{}:{needs}\n    {quiet}{}", step.name, step.command.line());
        }
        fs::write(directory.join("justfile"), text)
    }

    fn run(&self, goal: &Step) -> Vec<String> {
        words([&goal.name])
    }

    fn list(&self) -> Option<Vec<String>> {
        Some(words(["--list"]))
    }

    fn has_globs(&self) -> bool {
        false
    }

    fn remembers(&self) -> &'static [&'static str] {
        match self.memory {
            Memory::None => &[],
            Memory::Cache => &[".justcache"],
        }
    }
}
