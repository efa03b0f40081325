use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use onramp_core::Failure;
use onramp_database::catalog::Catalog;

use crate::alembic::Command;
use crate::apart::{catalog_of, models_catalog};
use crate::attempt::Attempt;
use crate::baseline::Baseline;
use crate::engine::{Engine, Mode};
use crate::formatted_copy::FormattedCopy;
use crate::generation::Generation;
use crate::history::RevisionFile;
use crate::polish::{formatters, polish};
use crate::purpose::Purpose;
use crate::stage::{Head, Stage, StageError, on_stage};
use crate::trial::{Author, Subject, Trial, WayBack, Wish};
use crate::{
    AlembicSpec, Context, DowngradePolicy, Evidence, Executed, Facts, ProofPolicy, Proposal, ProposedFile,
    ProposedRevision, Request,
};

/// Generates the revision that follows `head`, and applies, reverts and applies it on a database at the head with
/// rows in it.
pub(crate) fn prove(
    purpose: &Purpose<'_, AlembicSpec>,
    cx: &Context<'_>,
    mode: Mode,
) -> Result<Proposal, StageError> {
    let work = |stage: &Stage<'_>, attempt: &mut Attempt<'_>, engine: &mut Engine<'_>| {
        Proof { stage }.run(attempt, engine)
    };
    let (outcome, steps) = on_stage(purpose, cx, mode, work)?;
    let dialect = purpose.dialect.dialect;
    Ok(match outcome {
        Outcome::NoChange(evidence, catalog) => Proposal::NoChange { dialect, evidence, catalog, steps },
        Outcome::Proved(Proved { id, file_name, content, evidence, facts }) => {
            let follows = purpose.head.map(str::to_owned);
            let files = vec![ProposedFile { name: file_name, content }];
            Proposal::Revision(ProposedRevision { dialect, id, follows, files, evidence, facts, steps })
        }
    })
}

struct Proof<'s, 'a> {
    stage: &'s Stage<'a>,
}

/// A new file.
struct Written {
    file: PathBuf,
    revision: RevisionFile,
    /// `None` where formatters are still at work on a copy.
    content: Option<Vec<u8>>,
}

enum Outcome {
    NoChange(Evidence, Arc<Catalog>),
    Proved(Proved),
}

struct Proved {
    id: String,
    file_name: String,
    content: Vec<u8>,
    evidence: Evidence,
    facts: Option<Facts>,
}

impl Proof<'_, '_> {
    fn run(&self, attempt: &mut Attempt<'_>, engine: &mut Engine<'_>) -> Result<Outcome, StageError> {
        let Head { baseline, look } = self.stage.reach_head(attempt, engine)?;
        let baseline = baseline.as_ref();
        let copy = self.copy(engine)?;
        // Alembic only reads while it generates.
        let (written, look) = thread::scope(|scope| {
            let looking = scope.spawn(|| look.map_or_else(|| self.stage.look(), Ok));
            let written = self.write(attempt, engine, baseline, copy.as_ref());
            (written, looking.join().unwrap_or_else(|_| Err(Failure::panic("a look at the head"))))
        });
        let (generation, written) = written?;
        let look = look?;
        let mut evidence = self.stage.evidence(&generation);
        let table = self.stage.redirection.version_table();
        let Some(Written { file, revision, content }) = written else {
            let catalog = catalog_of(&self.stage.ground.database, &[&table])?;
            let models = models_catalog(self.stage.databases, &catalog, &generation, &table);
            evidence.blind = self.stage.blind(&catalog, models, baseline);
            return Ok(Outcome::NoChange(evidence, Arc::new(catalog)));
        };
        let file_name = name_of(&file);
        if self.stage.request.proof == ProofPolicy::Draft {
            let content = content.unwrap_or_default();
            let proved = Proved { id: revision.id, file_name, content, evidence, facts: None };
            return Ok(Outcome::Proved(proved));
        }
        let way_back = way_back(&revision, self.stage.request)?;
        let head = Arc::clone(&look.catalog);
        let trial = Trial {
            database: &self.stage.ground.database,
            own_tables: &[&table],
            to: "head",
            back: self.stage.head.unwrap_or("base"),
            request: self.stage.request,
            wish: Wish::Models { base: baseline.map(|baseline| &baseline.generation), models: &generation },
            author: Author::Engine,
        };
        // The models' catalog has a database of its own, and its server has time while Alembic works; so have formatters.
        let (content, facts) = thread::scope(|scope| {
            let models = scope.spawn(|| models_catalog(self.stage.databases, &head, &generation, &table));
            let formatting = copy.as_ref().map(|copy| {
                let (wanted, is_wanted) = channel();
                let places = (file.as_path(), self.stage.scratch.versions());
                let finish = move || copy.finish(self.stage.spec, places, &is_wanted, self.stage.cx);
                Formatting { formatters: scope.spawn(finish), wanted }
            });
            let left_out = self.stage.leave_out(baseline);
            let mut subject =
                Generated { engine, left_out, file: &file, revision: &revision, content, formatting };
            let facts = trial.run(attempt, &mut subject, way_back, Some(look), &mut evidence)?;
            let models = models.join().unwrap_or_else(|_| Err(Failure::panic("the models' catalog")));
            evidence.blind = self.stage.blind(&facts.schemas.after, models, baseline);
            Ok::<_, StageError>((subject.content.unwrap_or_default(), facts))
        })?;
        let facts = Some(facts);
        Ok(Outcome::Proved(Proved { id: revision.id, file_name, content, evidence, facts }))
    }

    /// A second copy of the revision for formatters to work on while the first one is tried. The formatted file is what is
    /// reverted and applied again; so there is none where the trial may end before that, and none where the process of the
    /// hooks does not last.
    fn copy(&self, engine: &Engine<'_>) -> Result<Option<FormattedCopy>, Failure> {
        let Request { downgrade, proof, .. } = self.stage.request;
        if !engine.is_kept() || *downgrade == DowngradePolicy::Waived || *proof == ProofPolicy::Draft {
            return Ok(None);
        }
        let Stage { spec, dialect, scratch, .. } = self.stage;
        FormattedCopy::prepare(spec, &dialect.versions, scratch).map(Some)
    }

    /// Generates the new file and has it formatted; `None` where there is nothing to change.
    fn write(
        &self,
        attempt: &mut Attempt<'_>,
        engine: &mut Engine<'_>,
        baseline: Option<&Baseline>,
        copy: Option<&FormattedCopy>,
    ) -> Result<(Generation, Option<Written>), StageError> {
        let (generation, file) = attempt.step("generate", || self.generate(engine, baseline, copy))?;
        self.stage.require_known_engine()?;
        let Some((file, revision)) = file else { return Ok((generation, None)) };
        if self.stage.request.proof != ProofPolicy::Draft {
            way_back(&revision, self.stage.request)?;
        }
        let content = match copy {
            Some(_) => None,
            None => Some(attempt.step("format", || self.format(&file, &revision))?),
        };
        Ok((generation, Some(Written { file, revision, content })))
    }

    /// The new file, which follows the head; `None` where there is nothing to change.
    fn generate(
        &self,
        engine: &mut Engine<'_>,
        baseline: Option<&Baseline>,
        copy: Option<&FormattedCopy>,
    ) -> Result<(Generation, Option<(PathBuf, RevisionFile)>), Failure> {
        let leave_out = self.stage.leave_out(baseline).map(Generation::as_left_out).unwrap_or_default();
        let generated = engine.revision(
            &self.stage.request.message,
            leave_out,
            formatters(self.stage.spec, &self.a_revision()),
            copy.map(FormattedCopy::order),
        );
        self.stage.redirection.sweep(self.stage.head, &self.stage.spec.state.join("stray"));
        let generation = generated?;
        self.stage.require_same_history(&generation)?;
        self.stage.require_own_models(&generation)?;
        let mut files = self.stage.redirection.new_files()?;
        let file = match (files.pop(), files.len()) {
            (Some(file), 0) => file,
            (None, _) if generation.beyond(self.stage.leave_out(baseline)).is_empty() => {
                return Ok((generation, None));
            }
            (None, _) => return Err(Failure::task("the command succeeded and wrote no revision")),
            (Some(_), others) => {
                let message = format!("the command wrote {} revisions in place of one", others + 1);
                return Err(Failure::task(message));
            }
        };
        let content =
            fs::read(&file).map_err(|error| Failure::task(format!("{}: {error}", name_of(&file))))?;
        let parsed = parse(&file, &content)?;
        if !parsed.down.iter().map(String::as_str).eq(self.stage.head) {
            let (id, head) = (&parsed.id, self.stage.head.unwrap_or("nothing"));
            return Err(Failure::task(format!("the new revision {id} does not follow the head, {head}")));
        }
        if parsed.upgrade_is_empty && parsed.downgrade_is_empty {
            return Ok((generation, None));
        }
        Ok((generation, Some((file, parsed))))
    }

    /// The path of a revision relative to the root, as far as it is known before there is one.
    fn a_revision(&self) -> PathBuf {
        let versions = &self.stage.dialect.versions;
        versions.strip_prefix(&self.stage.spec.root).unwrap_or(versions).join("revision.py")
    }

    /// Runs the project's formatters on the file and returns its content.
    fn format(&self, file: &Path, generated: &RevisionFile) -> Result<Vec<u8>, Failure> {
        let tree = self.stage.scratch.tree();
        let relative = file.strip_prefix(fs::canonicalize(&tree)?);
        let relative =
            relative.map_err(|_| Failure::task("the revision was written outside the scratch copy"))?;
        polish(self.stage.spec, &tree, relative, self.stage.cx)?;
        forget_compiled(file);
        let content = fs::read(file)?;
        require_same_ids(file, &content, generated)?;
        Ok(content)
    }
}

/// Whether the revision has a way back. Fails where it has none and one is asked for.
pub(crate) fn way_back(revision: &RevisionFile, request: &Request) -> Result<WayBack, Failure> {
    match (revision.downgrade_is_empty && !revision.upgrade_is_empty, request.downgrade) {
        (false, _) => Ok(WayBack::Written),
        (true, DowngradePolicy::Waived) => Ok(WayBack::Missing),
        (true, DowngradePolicy::Required) => {
            let message = format!("revision {} cannot be reverted: its downgrade() is empty", revision.id);
            Err(Failure::task(message).hint(request.again_with("--irreversible")))
        }
    }
}

/// Formatters at work on a copy, until nobody wants it any more.
struct Formatting<'scope> {
    formatters: ScopedJoinHandle<'scope, Result<Vec<u8>, Failure>>,
    wanted: Sender<()>,
}

/// A revision that Alembic has generated.
struct Generated<'a, 'b, 'scope> {
    engine: &'a mut Engine<'b>,
    left_out: Option<&'a Generation>,
    file: &'a Path,
    revision: &'a RevisionFile,
    /// As it will be published.
    content: Option<Vec<u8>>,
    formatting: Option<Formatting<'scope>>,
}

impl Subject for Generated<'_, '_, '_> {
    fn run(&mut self, command: Command<'_>) -> Result<(), Failure> {
        self.engine.run(command)
    }

    fn settle(&mut self, attempt: &mut Attempt<'_>) -> Result<(), Failure> {
        let Some(Formatting { formatters, wanted }) = self.formatting.take() else { return Ok(()) };
        self.content = Some(attempt.step("format", || {
            while !formatters.is_finished() && !self.engine.has_ended() {
                thread::sleep(Duration::from_millis(1));
            }
            drop(wanted);
            let content =
                formatters.join().unwrap_or_else(|_| Err(Failure::panic("a formatter's thread")))?;
            require_same_ids(self.file, &content, self.revision)?;
            fs::write(self.file, &content)?;
            forget_compiled(self.file);
            Ok(content)
        })?);
        Ok(())
    }

    fn statements(&self) -> Option<Vec<Executed>> {
        Some(self.engine.statements())
    }

    fn bears_company(&self) -> bool {
        true
    }

    fn has_ended(&self) -> bool {
        self.engine.session_failed
    }

    fn require_nothing_left(&mut self) -> Result<(), Failure> {
        let again = self.engine.compare_again()?;
        let left = again.beyond(self.left_out);
        if left.is_empty() {
            return Ok(());
        }
        let tail = left.iter().map(|operation| operation.line()).collect();
        let message = "the models ask for the same again after the revision was applied; Alembic cannot tell that \
                       it is there";
        Err(Failure { tail, ..Failure::task(message) })
    }
}

/// Removes the compiled forms of a file: Python tells a changed file from those by size and whole second alone.
fn forget_compiled(file: &Path) {
    let Some((folder, stem)) = file.parent().zip(file.file_stem()) else { return };
    let entries = fs::read_dir(folder.join("__pycache__")).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| Path::new(&entry.file_name()).file_prefix() == Some(stem)) {
        let _ = fs::remove_file(entry.path());
    }
}

/// A formatter may change everything but what the file is called by.
fn require_same_ids(file: &Path, content: &[u8], generated: &RevisionFile) -> Result<(), Failure> {
    let formatted = parse(file, content)?;
    if (&formatted.id, &formatted.down) != (&generated.id, &generated.down) {
        return Err(Failure::task(format!("a formatter changed the ids of revision {}", generated.id)));
    }
    Ok(())
}

fn parse(file: &Path, content: &[u8]) -> Result<RevisionFile, Failure> {
    let parsed = RevisionFile::parse(&String::from_utf8_lossy(content));
    parsed.map_err(|reason| Failure::task(format!("the new file {} {reason}", name_of(file))))
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
