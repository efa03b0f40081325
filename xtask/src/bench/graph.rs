use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// A task as all tools understand it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) command: Command,
    /// The files that decide its result.
    pub(super) inputs: Vec<String>,
    /// The files it makes.
    pub(super) outputs: Vec<String>,
    /// The names of the steps that come before it.
    pub(super) needs: Vec<String>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// A program and its arguments, separated by blanks, with nothing that a shell would have to interpret.
    Plain(String),
    /// A line for a shell, without `$` and braces, which some tool or other replaces.
    Shell(String),
}

impl Command {
    /// The command as a line that a shell reads.
    pub(super) fn line(&self) -> &str {
        match self {
            Self::Plain(line) | Self::Shell(line) => line,
        }
    }
}

/// A workload of one step at least. Its goal is the last step, which needs all others, directly or not.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub(super) steps: Vec<Step>,
}

/// How the steps of a workload depend on one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Each needs the one before it.
    Chain,
    /// The last one needs all others, which need nothing.
    Wide,
}

impl Shape {
    /// Its name in tables and folders.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Wide => "wide",
        }
    }
}

impl Graph {
    /// `size` steps called `t0`, `t1`, .., with one input file each and no outputs.
    pub(super) fn of_shape(shape: Shape, size: usize, command: &Command) -> Self {
        let name = |number: usize| format!("t{number}");
        let step = |number: usize| Step {
            name: name(number),
            command: command.clone(),
            inputs: vec![format!("in/{}", name(number))],
            outputs: Vec::new(),
            needs: match shape {
                Shape::Chain => number.checked_sub(1).map(name).into_iter().collect(),
                Shape::Wide if number + 1 == size => (0..number).map(name).collect(),
                Shape::Wide => Vec::new(),
            },
        };
        Self { steps: (0..size).map(step).collect() }
    }

    /// The step that stands for the whole.
    pub(super) fn goal(&self) -> &Step {
        self.steps.last().expect("no workload is empty")
    }

    /// Writes the input files, each with its own name as its only line.
    pub(super) fn write_inputs(&self, directory: &Path) -> io::Result<()> {
        let files: BTreeSet<&String> = self.steps.iter().flat_map(|step| &step.inputs).collect();
        for file in files {
            let path = directory.join(file);
            fs::create_dir_all(path.parent().unwrap_or(directory))?;
            fs::write(path, format!("{file}\n"))?;
        }
        Ok(())
    }
}
