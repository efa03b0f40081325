use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{JOBS, Tool, words};
use crate::bench::graph::{Command, Graph, Step};
use crate::bench::json;

/// The folder of the stand-in for npm.
const PATH: &str = "path";

/// Where the stand-in for npm finds what a script is.
const SCRIPTS: &str = "scripts";

/// turbo, its native program. It runs a step by `npm run STEP`, and npm's own start costs more than all that is
/// compared here, so a stand-in takes its place.
pub(in crate::bench) struct Turbo {
    pub(in crate::bench) program: PathBuf,
}

impl Tool for Turbo {
    fn name(&self) -> &'static str {
        "turbo"
    }

    fn program(&self) -> &Path {
        &self.program
    }

    fn write(&self, directory: &Path, graph: &Graph) -> io::Result<()> {
        let scripts = graph.steps.iter().map(|step| (&step.name, json::string(step.command.line())));
        let package = json::object([
            ("name", json::string("bench")),
            ("private", "true".to_owned()),
            ("packageManager", json::string("npm@10.8.2")),
            ("scripts", json::object(scripts)),
        ]);
        let tasks = graph.steps.iter().map(|step| (&step.name, task(step)));
        fs::write(directory.join("package.json"), package)?;
        fs::write(directory.join("turbo.json"), json::object([("tasks", json::object(tasks))]))?;
        write_npm(directory, graph)
    }

    fn run(&self, goal: &Step) -> Vec<String> {
        words(["run", &goal.name, "--concurrency", JOBS, "--ui", "stream"])
    }

    fn list(&self) -> Option<Vec<String>> {
        None
    }

    fn remembers(&self) -> &'static [&'static str] {
        &[".turbo"]
    }

    fn path(&self) -> Option<PathBuf> {
        Some(PathBuf::from(PATH))
    }
}

fn task(step: &Step) -> String {
    json::object([
        ("inputs", json::strings(&step.inputs)),
        ("outputs", json::strings(&step.outputs)),
        ("dependsOn", json::strings(&step.needs)),
    ])
}

/// Writes the stand-in. Where all steps are one program without arguments, it is that program: the kernel starts
/// it for a file whose first line names it, so no shell is counted against turbo.
fn write_npm(directory: &Path, graph: &Graph) -> io::Result<()> {
    let commands: Vec<&Command> = graph.steps.iter().map(|step| &step.command).collect();
    let text = match commands.as_slice() {
        [Command::Plain(program), rest @ ..] if rest.iter().all(|command| *command == commands[0]) => {
            format!("#!{program}\n")
        }
        _ => {
            fs::create_dir_all(directory.join(SCRIPTS))?;
            for step in &graph.steps {
                fs::write(directory.join(SCRIPTS).join(&step.name), step.command.line())?;
            }
            format!("#!/bin/sh\nexec sh -e {SCRIPTS}/\"$2\"\n")
        }
    };
    let npm = directory.join(PATH).join("npm");
    fs::create_dir_all(directory.join(PATH))?;
    fs::write(&npm, text)?;
    fs::set_permissions(npm, fs::Permissions::from_mode(0o755))
}
