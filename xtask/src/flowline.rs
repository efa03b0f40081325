use std::fs;
use std::path::Path;

use onramp::xshell::{Shell, cmd};
use onramp::{Failure, TaskContext};

/// Where the example product lies in this repository.
pub(crate) const EXAMPLE: &str = "examples/flowline";

/// The model that gets a new column, and the line that it is put behind.
const MODEL: &str = "src/flowline/database/flows.py";
const ANCHOR: &str = "    name: Mapped[Name]";
const COLUMN: &str = "    owner: Mapped[str | None] = mapped_column(String(200))";

/// Copies the example's files, without those that git ignores, into a folder.
pub(crate) fn copy(context: &TaskContext<'_>, folder: &Path) -> Result<(), Failure> {
    context.step(&format!("copy {EXAMPLE}"));
    let shell = context.shell()?;
    let listing = context.read(cmd!(shell, "git ls-files -co --exclude-standard -- {EXAMPLE}"))?;
    for file in listing.lines() {
        let source = context.root().join(file);
        let target = folder.join(Path::new(file).strip_prefix(EXAMPLE).unwrap_or(Path::new(file)));
        // A file that is deleted and not yet committed is still listed.
        if source.is_file() {
            fs::create_dir_all(target.parent().unwrap_or(folder))?;
            fs::copy(source, target)?;
        }
    }
    Ok(())
}

/// Makes a copy a repository with one commit, which is all that was there before the change of the models.
pub(crate) fn make_repository(context: &TaskContext<'_>, shell: &Shell, copy: &Path) -> Result<(), Failure> {
    shell.change_dir(copy);
    context.run(cmd!(shell, "git init --quiet"))?;
    context.run(cmd!(shell, "git add --all"))?;
    let identity = ["-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"];
    context.run(cmd!(shell, "git {identity...} commit --quiet --no-verify -m Clone"))
}

/// Adds the column `owner` to the model of a copy's flows.
pub(crate) fn add_column(context: &TaskContext<'_>, copy: &Path) -> Result<(), Failure> {
    context.step("add a column `owner` to the model of flows");
    let file = copy.join(MODEL);
    let text = fs::read_to_string(&file)?;
    let mut lines: Vec<&str> = text.lines().collect();
    let anchor = lines.iter().position(|line| line.starts_with(ANCHOR));
    let place =
        anchor.ok_or_else(|| Failure::task(format!("{MODEL} has no line that starts with `{ANCHOR}`")))?;
    lines.insert(place + 1, COLUMN);
    fs::write(file, lines.join("\n") + "\n")?;
    Ok(())
}
