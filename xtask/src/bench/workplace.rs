use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use onramp::xshell::cmd;
use onramp::{Failure, TaskContext};

use super::graph::Graph;
use super::machine;
use super::measure::Contestant;
use super::options::{Options, Pace};
use super::peers::{self, Peers};
use super::tools::{Onramp, Tool};

/// Where everything happens, and with what.
pub(super) struct Workplace<'a> {
    pub(super) context: &'a TaskContext<'a>,
    pub(super) pace: Pace,
    /// `target/bench`: nothing outside of it is written.
    pub(super) folder: PathBuf,
    pub(super) onramp: Onramp,
    pub(super) peers: Peers,
    /// What was built; see [`machine::commit`].
    pub(super) commit: String,
    /// The `PATH` of everything that is measured.
    search_path: String,
}

impl<'a> Workplace<'a> {
    /// Builds the program, installs the peers and makes an empty place for workloads.
    pub(super) fn prepare(context: &'a TaskContext<'a>, options: &Options) -> Result<Self, Failure> {
        let folder = context.root().join("target/bench");
        let search_path =
            context.environment().get("PATH").unwrap_or_default().to_string_lossy().into_owned();
        let commit = machine::commit(context)?;
        let onramp = Onramp { program: build(context, &folder)? };
        let peers = peers::install(context, &folder)?;
        let workplace = Self { context, pace: options.pace, folder, onramp, peers, commit, search_path };
        workplace.clean()?;
        fs::create_dir_all(workplace.trash())?;
        fs::create_dir_all(workplace.home())?;
        Ok(workplace)
    }

    /// Removes all workloads and what was moved away from them.
    pub(super) fn clean(&self) -> io::Result<()> {
        for folder in [self.workloads(), self.trash(), self.home()] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        Ok(())
    }

    /// Onramp and all peers that could be had.
    pub(super) fn tools(&self) -> Vec<&dyn Tool> {
        let onramp: &dyn Tool = &self.onramp;
        std::iter::once(onramp).chain(self.peers.tools.iter().map(AsRef::as_ref)).collect()
    }

    /// A repository of its own with nothing in it. Without one, Onramp and turbo would take the files for ignored
    /// ones of this repository.
    pub(super) fn repository(&self, workload: &str, tool: &str) -> Result<PathBuf, Failure> {
        let directory = self.workloads().join(workload).join(tool.replace(' ', "-"));
        fs::create_dir_all(&directory)?;
        let shell = self.context.shell()?;
        shell.change_dir(&directory);
        self.context.read(cmd!(shell, "git init --quiet"))?;
        Ok(directory)
    }

    /// A repository with a workload in the language of a tool, all of it committed.
    pub(super) fn workload(&self, name: &str, tool: &dyn Tool, graph: &Graph) -> Result<PathBuf, Failure> {
        let directory = self.repository(name, tool.name())?;
        graph.write_inputs(&directory)?;
        self.write(&directory, tool, graph)?;
        self.commit(&directory)?;
        Ok(directory)
    }

    /// Commits all files of a repository but what the tools remember: files that git knows are the usual case, and
    /// the one in which turbo is twice as fast.
    pub(super) fn commit(&self, directory: &Path) -> Result<(), Failure> {
        let memories = self.tools().into_iter().flat_map(Tool::remembers).map(|name| format!("/{name}\n"));
        fs::write(directory.join(".gitignore"), memories.collect::<String>() + "/ran\n*.ran\n")?;
        let shell = self.context.shell()?;
        shell.change_dir(directory);
        self.context.read(cmd!(shell, "git add --all"))?;
        let settings = ["user.name=bench", "user.email=bench@localhost", "commit.gpgsign=false", "gc.auto=0"];
        let options: Vec<&str> = settings.into_iter().flat_map(|setting| ["-c", setting]).collect();
        self.context.read(cmd!(shell, "git {options...} commit --quiet --no-verify -m Workload"))?;
        Ok(())
    }

    /// Writes down a workload whose input files are there.
    pub(super) fn write(&self, directory: &Path, tool: &dyn Tool, graph: &Graph) -> Result<(), Failure> {
        tool.write(directory, graph)?;
        for folder in tool.remembers().iter().filter(|name| name.ends_with('/')) {
            fs::create_dir_all(directory.join(folder))?;
        }
        Ok(())
    }

    /// A tool in a folder, called with `arguments`.
    pub(super) fn contestant(&self, tool: &dyn Tool, directory: &Path, arguments: Vec<String>) -> Contestant {
        let program = tool.program().to_string_lossy().into_owned();
        let argv = std::iter::once(program).chain(arguments).collect();
        let mut contestant = self.command(tool.name(), directory, argv);
        if let Some(path) = tool.path() {
            let path = format!("{}:{}", directory.join(path).display(), self.search_path);
            contestant.environment.retain(|(name, _)| name != "PATH");
            contestant.environment.push(("PATH".to_owned(), path));
        }
        contestant
    }

    /// Any command in a folder. Nothing of the caller's environment comes through but `PATH`; in particular no
    /// setting of Onramp, git, cargo or a peer, and no `PYTHONDONTWRITEBYTECODE`.
    pub(super) fn command(&self, name: &str, directory: &Path, argv: Vec<String>) -> Contestant {
        let home = self.home().to_string_lossy().into_owned();
        let variables = [
            ("PATH", self.search_path.as_str()),
            ("HOME", &home),
            ("LANG", "C.UTF-8"),
            ("DO_NOT_TRACK", "1"),
            ("TURBO_TELEMETRY_DISABLED", "1"),
            ("TURBO_NO_UPDATE_NOTIFIER", "1"),
        ];
        Contestant {
            name: name.to_owned(),
            argv,
            directory: directory.to_path_buf(),
            environment: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            discard: Vec::new(),
            before: Vec::new(),
            check: Vec::new(),
        }
    }

    /// What must be gone for a cold run.
    pub(super) fn trash(&self) -> PathBuf {
        self.folder.join("trash")
    }

    fn workloads(&self) -> PathBuf {
        self.folder.join("workloads")
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }
}

/// Writes a program that leaves a byte each time it runs, and returns the file that the bytes are in.
pub(super) fn write_counter(program: &Path) -> io::Result<PathBuf> {
    let trace = program.with_extension("ran");
    fs::write(program, format!("#!/bin/sh\necho >> '{}'\n", trace.display()))?;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
    fs::write(&trace, "")?;
    Ok(trace)
}

/// Builds the program, and returns a copy that no later build replaces.
fn build(context: &TaskContext<'_>, folder: &Path) -> Result<PathBuf, Failure> {
    let shell = context.shell()?;
    let target = context.root().join("target");
    context.run(cmd!(shell, "cargo build --release --locked --package onramp --target-dir {target}"))?;
    let program = folder.join("bin/onramp");
    fs::create_dir_all(folder.join("bin"))?;
    fs::copy(target.join("release/onramp"), &program)?;
    Ok(program)
}
