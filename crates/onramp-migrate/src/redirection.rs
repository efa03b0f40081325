use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::Environment;
use serde::Deserialize;
use serde_json::json;

use crate::facts::{Executed, Stop};
use crate::generation::{Generation, Order};
use crate::history::{RevisionFile, is_revision_file};
use crate::remembered::recall;
use crate::settings::Settings;
use crate::shim;

/// How a revision has ended that was not applied to its end.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Raised {
    /// The line of the revision's file that an error came from, counted from 1.
    #[serde(rename = "raised")]
    pub(crate) line: Option<u32>,
    /// The statement that the database refused, counted from 0, if it was that.
    pub(crate) refused: Option<usize>,
    /// What the database said of that, where the error is about another one.
    pub(crate) said: Option<String>,
    /// The revision's id, if it was the revision's own code.
    pub(crate) revision: Option<String>,
}

/// Makes Alembic, in whatever process, use the scratch copy in place of one versions folder.
pub(crate) struct Redirection {
    shim: PathBuf,
    redirected: PathBuf,
    order: PathBuf,
    report: PathBuf,
    settings: PathBuf,
    statements: PathBuf,
    stop: PathBuf,
    /// What an earlier run has told.
    known: Settings,
    /// The project's folder, links resolved.
    from: PathBuf,
    to: PathBuf,
    /// The project's revision files before anything ran.
    before: BTreeSet<PathBuf>,
}

impl Redirection {
    /// Writes the shim into `folder`, an existing one. `versions` is the project's folder, in place of which Alembic
    /// shall use `copy`. `known` is what Alembic has told about itself so far.
    pub(crate) fn prepare(folder: &Path, versions: &Path, copy: &Path, known: &Settings) -> io::Result<Self> {
        let shim = folder.join("shim");
        shim::write(&shim)?;
        let from = fs::canonicalize(versions)?;
        Ok(Self {
            shim,
            redirected: folder.join("redirected"),
            order: folder.join("order.json"),
            report: folder.join("report.json"),
            settings: folder.join("settings.json"),
            statements: folder.join("statements.jsonl"),
            stop: folder.join("stop.json"),
            known: known.clone(),
            before: revision_files(&from)?,
            from,
            to: fs::canonicalize(copy)?,
        })
    }

    /// Adds what the processes need to `environment`. The user's `PYTHONPATH` stays, behind ours.
    pub(crate) fn activate(&self, environment: &mut Environment) {
        shim::activate(&self.shim, environment);
        environment.set("ONRAMP_ALEMBIC_VERSIONS_FROM", &self.from);
        environment.set("ONRAMP_ALEMBIC_VERSIONS_TO", &self.to);
        environment.set("ONRAMP_ALEMBIC_REDIRECTED", &self.redirected);
        environment.set("ONRAMP_ALEMBIC_ORDER", &self.order);
        environment.set("ONRAMP_ALEMBIC_REPORT", &self.report);
        environment.set("ONRAMP_ALEMBIC_SETTINGS", &self.settings);
        environment.set("ONRAMP_ALEMBIC_STATEMENTS", &self.statements);
        environment.set("ONRAMP_ALEMBIC_STOP", &self.stop);
    }

    /// Says what the next comparison of models and database is for.
    pub(crate) fn order(&self, order: &Order<'_>) -> Result<(), Failure> {
        let text = serde_json::to_vec(order).map_err(|error| Failure::task(error.to_string()))?;
        Ok(fs::write(&self.order, text)?)
    }

    /// What a comparison since [`expect`](Self::expect) found.
    pub(crate) fn generation(&self) -> Result<Generation, Failure> {
        let missing = "the command succeeded, and compared no models with the database";
        let text = fs::read(&self.report).map_err(|_| Failure::task(missing))?;
        serde_json::from_slice(&text)
            .map_err(|error| Failure::task(format!("Alembic's report cannot be read: {error}")))
    }

    /// What Alembic tells about itself: what it has told in this run, or else in an earlier one.
    pub(crate) fn settings(&self) -> Settings {
        recall(&self.settings).unwrap_or_else(|| self.known.clone())
    }

    /// The table in which Alembic keeps the database's revision, behind its schema if that is not the default.
    pub(crate) fn version_table(&self) -> String {
        self.settings().version_table
    }

    /// Forgets what earlier commands did.
    pub(crate) fn expect(&self) {
        // Before the first command there is nothing to remove.
        let _ = fs::remove_file(&self.redirected);
        let _ = fs::remove_file(&self.report);
        let _ = fs::remove_file(&self.statements);
    }

    /// What revisions have executed since [`expect`](Self::expect).
    pub(crate) fn statements(&self) -> Vec<Executed> {
        let text = fs::read_to_string(&self.statements).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// How a revision has ended since [`expect`](Self::expect) that was not applied to its end, as far as that was seen.
    pub(crate) fn raised(&self) -> Option<Raised> {
        let text = fs::read_to_string(&self.statements).unwrap_or_default();
        text.lines().rev().find_map(|line| serde_json::from_str(line).ok())
    }

    /// Has a revision left before its end from now on, as if it ended there.
    pub(crate) fn stop_at(&self, stop: Stop<'_>) -> Result<(), Failure> {
        let Stop { revision, statements } = stop;
        let order = json!({"revision": revision, "statements": statements});
        Ok(fs::write(&self.stop, order.to_string())?)
    }

    /// Fails unless a command since [`expect`](Self::expect) was redirected.
    pub(crate) fn confirm(&self) -> Result<(), Failure> {
        if self.redirected.exists() {
            return Ok(());
        }
        let message = format!(
            "the command did not run Alembic on {} in a Python that takes PYTHONPATH from its environment",
            self.from.display()
        );
        Err(Failure::task(message).hint("onramp exec -- python -m alembic heads"))
    }

    /// Moves a revision that Alembic wrote into the project's folder because it was not redirected out of it, into
    /// `stray`: a new file that follows `head`. It could be one that somebody has written in the same moment.
    pub(crate) fn sweep(&self, head: Option<&str>, stray_folder: &Path) -> Option<PathBuf> {
        if self.redirected.exists() {
            return None;
        }
        let now = revision_files(&self.from).ok()?;
        let stray = now.difference(&self.before).find(|path| follows(path, head))?;
        let place = stray_folder.join(stray.file_name()?);
        fs::create_dir_all(stray_folder).ok()?;
        // Not over another one: where that has the name, this one stays where it is, and can be seen.
        crate::place::place(stray, &place).ok()?;
        fs::remove_file(stray).ok().map(|()| place)
    }

    /// The revision files of the copy that the project's folder did not have.
    pub(crate) fn new_files(&self) -> io::Result<Vec<PathBuf>> {
        let known: BTreeSet<_> = self.before.iter().filter_map(|path| path.file_name()).collect();
        let files = revision_files(&self.to)?.into_iter();
        Ok(files.filter(|path| path.file_name().is_some_and(|name| !known.contains(name))).collect())
    }
}

fn revision_files(folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_revision_file(&path) {
            files.insert(path);
        }
    }
    Ok(files)
}

fn follows(file: &Path, head: Option<&str>) -> bool {
    let source = fs::read(file).unwrap_or_default();
    let parsed = RevisionFile::parse(&String::from_utf8_lossy(&source));
    parsed.is_ok_and(|parsed| parsed.down.iter().map(String::as_str).eq(head))
}
