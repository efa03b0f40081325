use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_database::{Place, ScratchDatabase, ScratchSpec};
use rustix::fs::{Access, access};
use rustix::io::Errno;

use crate::alembic::{Alembic, Command};
use crate::attempt::{Attempt, named};
use crate::history::RevisionFile;
use crate::polish::polish;
use crate::redirection::Redirection;
use crate::scratch::Scratch;
use crate::{Context, DialectSpec, History, MigrateSpec, Proposal, ProposedRevision};

/// Generates a dialect's next revision and proves it: applied, reverted and applied again on an empty
/// database of its own. Nothing in the tree is changed. Runs beside the work for other dialects.
///
/// The steps are `read history`, `copy history`, `create cluster` and `start server` for a dialect with a
/// server, `start database`, `apply head`, `generate`, `format`, `apply`, `revert`, `apply again`. A failure
/// names the dialect and the step, and says what Python or the database said.
pub fn propose(
    spec: &MigrateSpec,
    dialect: Dialect,
    message: &str,
    cx: &Context<'_>,
) -> Result<Proposal, Failure> {
    let dialect_spec = spec.dialect(dialect)?;
    check_message(message).and_then(|()| run(spec, dialect_spec, message, cx)).map_err(|mut failure| {
        failure.log = failure.log.or_else(|| cx.log.clone().filter(|log| log.exists()));
        named(failure, &dialect_spec.label)
    })
}

/// Whether [`propose`] and [`publish`](crate::publish) have a chance for these dialects: the message is
/// usable, and each versions folder can be written to and holds one history with one head. Takes
/// milliseconds, and is best asked before anything is started for any of them.
pub fn preflight(spec: &MigrateSpec, dialects: &[Dialect], message: &str) -> Result<(), Failure> {
    check_message(message)?;
    for dialect in dialects {
        let dialect = spec.dialect(*dialect)?;
        check_history(dialect).map_err(|failure| named(failure, &dialect.label))?;
    }
    Ok(())
}

fn run(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    message: &str,
    cx: &Context<'_>,
) -> Result<Proposal, Failure> {
    let mut attempt = Attempt::new(cx);
    let head = attempt.step("read history", || check_history(dialect))?;
    let head = head.as_deref();
    let (scratch, redirection) = attempt.step("copy history", || {
        let scratch = Scratch::create(spec, dialect)?;
        let redirection = Redirection::prepare(&dialect.versions, &scratch)?;
        Ok((scratch, redirection))
    })?;
    let database = attempt.step("start database", || {
        ScratchDatabase::start(cx.launcher, dialect.dialect, &scratch_spec(spec, dialect, cx), cx.step)
    })?;
    let mut environment = spec.environment.clone();
    for (name, template) in &dialect.env {
        environment.set(name, database.expand(template));
    }
    environment.set(&spec.url_env, database.expand(&dialect.url));
    redirection.activate(&mut environment);
    let alembic = Alembic { spec, dialect: dialect.dialect, environment, cx };
    let redirected = |command: Command<'_>| {
        redirection.expect();
        alembic.run(command)?;
        redirection.confirm()
    };
    attempt.step("apply head", || redirected(Command::Upgrade("head")))?;
    let (file, parsed) = attempt.step("generate", || {
        let generated = redirected(Command::Revision(message));
        redirection.sweep(head);
        generated.and_then(|()| new_revision(&redirection, head))
    })?;
    if parsed.upgrade_is_empty && parsed.downgrade_is_empty {
        return Ok(Proposal::NoChange { dialect: dialect.dialect, steps: attempt.into_steps() });
    }
    if parsed.downgrade_is_empty {
        let message = format!("revision {} cannot be reverted: its downgrade() is empty", parsed.id);
        return Err(Failure::task(message));
    }
    let relative = file.strip_prefix(fs::canonicalize(scratch.tree())?).map(Path::to_path_buf);
    let relative =
        relative.map_err(|_| Failure::task("the revision was written outside the scratch copy"))?;
    attempt.step("format", || polish(spec, &scratch.tree(), &relative, cx))?;
    // Python tells a changed file from its compiled form by size and whole second alone.
    let _ = fs::remove_dir_all(scratch.versions().join("__pycache__"));
    let (content, polished) = read(&file)?;
    if (&polished.id, &polished.down) != (&parsed.id, &parsed.down) {
        return Err(Failure::task(format!("a formatter changed the ids of revision {}", parsed.id)));
    }
    attempt.step("apply", || redirected(Command::Upgrade("head")))?;
    attempt.step("revert", || redirected(Command::Downgrade(head.unwrap_or("base"))))?;
    attempt.step("apply again", || redirected(Command::Upgrade("head")))?;
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Proposal::Revision(ProposedRevision {
        dialect: dialect.dialect,
        id: parsed.id,
        follows: head.map(str::to_owned),
        file_name,
        content,
        steps: attempt.into_steps(),
    }))
}

/// The message becomes an argument, a docstring and a heading.
fn check_message(message: &str) -> Result<(), Failure> {
    let reason = if message.trim().is_empty() {
        "is empty"
    } else if message.starts_with('-') {
        "begins like an option"
    } else if message.contains(char::is_control) {
        "has more than one line"
    } else {
        return Ok(());
    };
    Err(Failure::task(format!("the migration's message {reason}")).hint("onramp migrate -m \"add a table\""))
}

/// The head of the history that a new revision can be written into.
fn check_history(dialect: &DialectSpec) -> Result<Option<String>, Failure> {
    check_writable(&dialect.versions)?;
    Ok(History::read(&dialect.versions)?.head()?.map(str::to_owned))
}

fn check_writable(versions: &Path) -> Result<(), Failure> {
    let folder = versions.display();
    if !versions.is_dir() {
        let hint = format!("mkdir -p {folder}");
        return Err(Failure::task(format!("the versions folder {folder} does not exist")).hint(hint));
    }
    match access(versions, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Ok(()),
        Err(Errno::ROFS) => {
            Err(Failure::environment(format!("the versions folder {folder} is on a read-only file system")))
        }
        Err(_) => Err(Failure::environment(format!("the versions folder {folder} is not writable"))
            .hint(format!("chmod u+wx {folder}"))),
    }
}

fn scratch_spec(spec: &MigrateSpec, dialect: &DialectSpec, cx: &Context<'_>) -> ScratchSpec {
    ScratchSpec {
        place: Place {
            lease_dir: spec.state.join("leases"),
            workspace: spec.root.clone(),
            temporary: spec.temporary.clone(),
        },
        environment: spec.environment.clone(),
        binaries: spec.server_binaries.clone(),
        minimum_version: dialect.min_server_version,
        log: cx.log.clone(),
    }
}

/// The one file that Alembic has just written, which must follow `head`.
fn new_revision(redirection: &Redirection, head: Option<&str>) -> Result<(PathBuf, RevisionFile), Failure> {
    let mut files = redirection.new_files()?;
    let file = match (files.pop(), files.len()) {
        (Some(file), 0) => file,
        (None, _) => return Err(Failure::task("the command succeeded and wrote no revision")),
        (Some(_), others) => {
            return Err(Failure::task(format!("the command wrote {} revisions in place of one", others + 1)));
        }
    };
    let (_, parsed) = read(&file)?;
    if !parsed.down.iter().map(String::as_str).eq(head) {
        let (id, head) = (&parsed.id, head.unwrap_or("nothing"));
        return Err(Failure::task(format!("the new revision {id} does not follow the head, {head}")));
    }
    Ok((file, parsed))
}

fn read(file: &Path) -> Result<(Vec<u8>, RevisionFile), Failure> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let content = fs::read(file).map_err(|error| Failure::task(format!("{name}: {error}")))?;
    let parsed = RevisionFile::parse(&String::from_utf8_lossy(&content));
    let parsed = parsed.map_err(|reason| Failure::task(format!("the new file {name} {reason}")))?;
    Ok((content, parsed))
}
