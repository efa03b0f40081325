use std::path::{Path, PathBuf};

use onramp_core::{Failure, FailureKind};
use onramp_exec::ProcessSpec;

use crate::alembic::explain;
use crate::attempt::named;
use crate::{Context, MigrateSpec, PolishStep};

/// Runs the project's formatters and fixers on `file`, a path relative to the root, in the stand-in `tree`. Where one
/// fails, all run once more: a linter may have complained of what a formatter behind it has mended.
pub(crate) fn polish(spec: &MigrateSpec, tree: &Path, file: &Path, cx: &Context<'_>) -> Result<(), Failure> {
    let mut has_failed = false;
    for step in spec.polish.iter().filter(|step| (step.matches)(file)) {
        match run(step, spec, tree, file, cx) {
            Err(failure) if failure.kind == FailureKind::Task => has_failed = true,
            other => other?,
        }
    }
    if has_failed {
        let mut steps = spec.polish.iter().filter(|step| (step.matches)(file));
        steps.try_for_each(|step| run(step, spec, tree, file, cx))?;
    }
    Ok(())
}

fn run(
    step: &PolishStep,
    spec: &MigrateSpec,
    tree: &Path,
    file: &Path,
    cx: &Context<'_>,
) -> Result<(), Failure> {
    let (directory, argument) = place(step, &spec.root, tree, file);
    let argument = argument.to_string_lossy();
    let argv = step.argv.iter().map(|word| word.replace("{files}", &argument));
    let mut process = ProcessSpec::new(argv, directory, spec.environment.clone());
    process.log = cx.log.clone();
    cx.launcher.run(&process, cx.output.clone()).map_err(|error| named(explain(error), &step.name))
}

/// The commands that [`polish`] runs on a file of that path: programs with their paths, arguments without the file.
pub(crate) fn formatters(spec: &MigrateSpec, file: &Path) -> Vec<Vec<String>> {
    let command = |step: &PolishStep| {
        let (program, arguments) = step.argv.split_first()?;
        let program = spec.environment.find_program(program.as_ref(), &step.directory).ok()?;
        let arguments = arguments.iter().filter(|argument| *argument != "{files}").cloned();
        Some(std::iter::once(program.to_string_lossy().into_owned()).chain(arguments).collect())
    };
    // One that cannot be found is told when it is run.
    let steps = spec.polish.iter().filter(|step| (step.matches)(file));
    steps.map(command).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// Where a step runs in the stand-in for the project, and what it calls the file there. A folder beside the
/// way down to the file is only linked, so that a path which climbs out of it would leave the stand-in.
fn place(step: &PolishStep, root: &Path, tree: &Path, file: &Path) -> (PathBuf, PathBuf) {
    let directory = step.directory.strip_prefix(root).unwrap_or(Path::new(""));
    let argument = match file.strip_prefix(directory) {
        Ok(below) => below.to_path_buf(),
        Err(_) => tree.join(file),
    };
    (tree.join(directory), argument)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_step_runs_where_its_settings_are() {
        let at = |directory: &str| {
            let step = PolishStep {
                name: "format:ruff".to_owned(),
                matches: Arc::new(|_| true),
                argv: Vec::new(),
                directory: PathBuf::from(directory),
            };
            place(&step, Path::new("/project"), Path::new("/tree"), Path::new("src/versions/1.py"))
        };
        assert_eq!(at("/project"), ("/tree/".into(), "src/versions/1.py".into()));
        assert_eq!(at("/project/src"), ("/tree/src".into(), "versions/1.py".into()));
        assert_eq!(at("/project/ui"), ("/tree/ui".into(), "/tree/src/versions/1.py".into()));
    }
}
