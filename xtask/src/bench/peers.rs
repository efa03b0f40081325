use std::path::{Path, PathBuf};

use onramp::xshell::cmd;
use onramp::{Failure, TaskContext};

use super::tools::{GoTask, Just, Make, Memory, Tool, Turbo};

/// The versions that are compared with. A page about newer ones begins with a change here.
const JUST: &str = "rust-just==1.59.0";
const GO_TASK: &str = "go-task-bin==3.54.0";
const TURBO: &str = "turbo@2.11.11";

/// The tools that could be had on this machine.
pub(super) struct Peers {
    pub(super) tools: Vec<Box<dyn Tool>>,
    /// Each program with what it says about its version.
    pub(super) versions: Vec<(String, String)>,
    /// What is left out, and why.
    pub(super) missing: Vec<(String, String)>,
}

/// Installs the peers below `folder`, unless they are there already. One that cannot be had is only told.
pub(super) fn install(context: &TaskContext<'_>, folder: &Path) -> Result<Peers, Failure> {
    let mut peers = Peers { tools: Vec::new(), versions: Vec::new(), missing: Vec::new() };
    let python = folder.join("peers/python");
    let npm = folder.join("peers/npm");
    let found = make(context);
    peers.add(context, "make", found, |program| vec![Box::new(Make { program })])?;
    let found = python_package(context, &python, JUST, "just");
    peers.add(context, "just", found, |program| {
        let both = [Memory::None, Memory::Cache];
        let tool = |memory| Box::new(Just { program: program.clone(), memory }) as Box<dyn Tool>;
        both.map(tool).into_iter().collect()
    })?;
    let found = python_package(context, &python, GO_TASK, "task");
    peers.add(context, "go-task", found, |program| vec![Box::new(GoTask { program })])?;
    let found = turbo(context, &npm);
    peers.add(context, "turbo", found, |program| vec![Box::new(Turbo { program })])?;
    Ok(peers)
}

impl Peers {
    fn add(
        &mut self,
        context: &TaskContext<'_>,
        name: &str,
        found: Result<PathBuf, Failure>,
        tools: impl FnOnce(PathBuf) -> Vec<Box<dyn Tool>>,
    ) -> Result<(), Failure> {
        let asked = found.and_then(|program| {
            let shell = context.shell()?;
            let text = context.read(cmd!(shell, "{program} --version"))?;
            Ok((program, text.lines().next().unwrap_or_default().to_owned()))
        });
        match asked {
            Ok((program, version)) => {
                self.tools.extend(tools(program));
                self.versions.push((name.to_owned(), version));
            }
            Err(failure) => {
                context.check_cancelled()?;
                let why = failure.tail.last().unwrap_or(&failure.message).clone();
                context.note(&format!("{name} is left out: {why}"));
                self.missing.push((name.to_owned(), why));
            }
        }
        Ok(())
    }
}

fn make(context: &TaskContext<'_>) -> Result<PathBuf, Failure> {
    context.environment().find_program("make".as_ref(), context.root()).map_err(Failure::from)
}

/// Installs a package of the Python Package Index into a virtual environment, and returns its program.
pub(super) fn python_package(
    context: &TaskContext<'_>,
    environment: &Path,
    package: &str,
    program: &str,
) -> Result<PathBuf, Failure> {
    let shell = context.shell()?;
    let python = environment.join("bin/python");
    if !python.exists() {
        context.run(cmd!(shell, "python3 -m venv {environment}"))?;
    }
    // Only wheels, so that nothing of the package runs when it is installed; asking again for what is there needs
    // no network.
    let options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--retries", "1"];
    context.run(cmd!(shell, "{python} -m pip install {options...} --timeout 20 {package}"))?;
    Ok(environment.join("bin").join(program))
}

/// Installs turbo, and returns its native program: the one in `node_modules/.bin` is a script that adds the start
/// of node.
fn turbo(context: &TaskContext<'_>, folder: &Path) -> Result<PathBuf, Failure> {
    let natives = npm_package(context, folder, TURBO, "@turbo")?;
    let native = std::fs::read_dir(&natives)?.next().transpose()?;
    let native = native.ok_or_else(|| Failure::environment("turbo has no program for this platform"))?;
    Ok(native.path().join("bin/turbo"))
}

/// Installs a package of npm, and returns a path of what was installed with it.
pub(super) fn npm_package(
    context: &TaskContext<'_>,
    folder: &Path,
    package: &str,
    path: &str,
) -> Result<PathBuf, Failure> {
    let shell = context.shell()?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    let options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries", "1"];
    context.run(cmd!(shell, "npm install --prefix {folder} {options...} --save-exact {package}"))?;
    Ok(folder.join("node_modules").join(path))
}
