use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_database::postgresql::Listen;
use onramp_database::{Databases, DatabasesSpec, Place};

use crate::alembic::{Alembic, Command};
use crate::attempt::Attempt;
use crate::engine::{Engine, Mode};
use crate::history::RevisionFile;
use crate::polish::polish;
use crate::redirection::Redirection;
use crate::scratch::Scratch;
use crate::{Context, DialectSpec, MigrateSpec, Proposal, ProposedRevision};

/// Why a revision was not proved.
pub(crate) enum ProofError {
    /// The process that was kept between commands did not last. Whether the revision is to blame, only a
    /// process per command can tell.
    Session,
    /// Anything else.
    Failed(Failure),
}

impl From<Failure> for ProofError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<ProofError> for Failure {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Session => Self::task("the project's Alembic ended between two commands"),
            ProofError::Failed(failure) => failure,
        }
    }
}

/// Generates the revision that follows `head`, and applies, reverts and applies it on an empty database.
pub(crate) fn prove(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    head: Option<&str>,
    message: &str,
    cx: &Context<'_>,
    mode: Mode,
) -> Result<Proposal, ProofError> {
    let mut attempt = Attempt::new(cx);
    let (scratch, redirection) = attempt.step("copy history", || {
        let scratch = Scratch::create(spec, dialect)?;
        let redirection = Redirection::prepare(&dialect.versions, &scratch)?;
        Ok((scratch, redirection))
    })?;
    let database = attempt.step("start database", || {
        let databases = databases_spec(spec, dialect, cx);
        Databases::open(cx.launcher, dialect.dialect, &databases, cx.step)?.create()
    })?;
    let mut environment = spec.environment.clone();
    for (name, template) in &dialect.env {
        environment.set(name, database.expand(template));
    }
    environment.set(&spec.url_env, database.expand(&dialect.url));
    redirection.activate(&mut environment);
    let alembic = Alembic { spec, dialect: dialect.dialect, environment, cx };
    let mut engine = Engine::new(alembic, &redirection);
    let proof = Proof { spec, head, message, cx, scratch: &scratch, redirection: &redirection };
    let result = attempt
        .step("apply head", || engine.open(mode, database.folder()))
        .and_then(|()| proof.run(&mut attempt, &mut engine));
    match result {
        Err(_) if engine.session_failed => Err(ProofError::Session),
        Err(failure) => Err(failure.into()),
        Ok(None) => Ok(Proposal::NoChange { dialect: dialect.dialect, steps: attempt.into_steps() }),
        Ok(Some(proved)) => Ok(Proposal::Revision(ProposedRevision {
            dialect: dialect.dialect,
            id: proved.id,
            follows: head.map(str::to_owned),
            file_name: proved.file_name,
            content: proved.content,
            steps: attempt.into_steps(),
        })),
    }
}

struct Proof<'a> {
    spec: &'a MigrateSpec,
    head: Option<&'a str>,
    message: &'a str,
    cx: &'a Context<'a>,
    scratch: &'a Scratch,
    redirection: &'a Redirection,
}

struct Proved {
    id: String,
    file_name: String,
    content: Vec<u8>,
}

impl Proof<'_> {
    /// From a database at the head on. `None` where there is nothing to change.
    fn run(&self, attempt: &mut Attempt<'_>, engine: &mut Engine<'_>) -> Result<Option<Proved>, Failure> {
        let Some((file, generated)) = attempt.step("generate", || self.generate(engine))? else {
            return Ok(None);
        };
        if generated.upgrade_is_empty && generated.downgrade_is_empty {
            return Ok(None);
        }
        if generated.downgrade_is_empty {
            let message = format!("revision {} cannot be reverted: its downgrade() is empty", generated.id);
            return Err(Failure::task(message));
        }
        let content = attempt.step("format", || self.format(&file, &generated))?;
        attempt.step("apply", || engine.run(Command::Upgrade("head")))?;
        attempt.step("revert", || engine.run(Command::Downgrade(self.head.unwrap_or("base"))))?;
        attempt.step("apply again", || engine.run(Command::Upgrade("head")))?;
        let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Proved { id: generated.id, file_name, content }))
    }

    /// The new file, which follows the head; `None` where the project's env.py had none written because there
    /// is nothing to change.
    fn generate(&self, engine: &mut Engine<'_>) -> Result<Option<(PathBuf, RevisionFile)>, Failure> {
        let generated = engine.run(Command::Revision(self.message));
        self.redirection.sweep(self.head);
        generated?;
        let mut files = self.redirection.new_files()?;
        let file = match (files.pop(), files.len()) {
            (Some(file), 0) => file,
            (None, _) if self.redirection.has_compared() => return Ok(None),
            (None, _) => return Err(Failure::task("the command succeeded and wrote no revision")),
            (Some(_), others) => {
                let message = format!("the command wrote {} revisions in place of one", others + 1);
                return Err(Failure::task(message));
            }
        };
        let (_, parsed) = read(&file)?;
        if !parsed.down.iter().map(String::as_str).eq(self.head) {
            let (id, head) = (&parsed.id, self.head.unwrap_or("nothing"));
            return Err(Failure::task(format!("the new revision {id} does not follow the head, {head}")));
        }
        Ok(Some((file, parsed)))
    }

    /// Runs the project's formatters on the file and returns its content.
    fn format(&self, file: &Path, generated: &RevisionFile) -> Result<Vec<u8>, Failure> {
        let tree = self.scratch.tree();
        let relative = file.strip_prefix(fs::canonicalize(&tree)?);
        let relative =
            relative.map_err(|_| Failure::task("the revision was written outside the scratch copy"))?;
        polish(self.spec, &tree, relative, self.cx)?;
        // Python tells a changed file from its compiled form by size and whole second alone.
        let _ = fs::remove_dir_all(self.scratch.versions().join("__pycache__"));
        let (content, polished) = read(file)?;
        if (&polished.id, &polished.down) != (&generated.id, &generated.down) {
            return Err(Failure::task(format!("a formatter changed the ids of revision {}", generated.id)));
        }
        Ok(content)
    }
}

fn databases_spec(spec: &MigrateSpec, dialect: &DialectSpec, cx: &Context<'_>) -> DatabasesSpec {
    let templates = || std::iter::once(&dialect.url).chain(dialect.env.values());
    let wants_port = templates().any(|template| template.contains("{port}") || template.contains("{host}"));
    DatabasesSpec {
        listen: if wants_port { Listen::SocketAndLoopback } else { Listen::SocketOnly },
        place: Place {
            state: spec.state.clone(),
            workspace: spec.root.clone(),
            temporary: spec.temporary.clone(),
        },
        environment: spec.environment.clone(),
        binaries: spec.server_binaries.clone(),
        minimum_version: dialect.min_server_version,
        log: cx.log.clone(),
    }
}

fn read(file: &Path) -> Result<(Vec<u8>, RevisionFile), Failure> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let content = fs::read(file).map_err(|error| Failure::task(format!("{name}: {error}")))?;
    let parsed = RevisionFile::parse(&String::from_utf8_lossy(&content));
    let parsed = parsed.map_err(|reason| Failure::task(format!("the new file {name} {reason}")))?;
    Ok((content, parsed))
}
