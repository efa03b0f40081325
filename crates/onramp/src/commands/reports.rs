use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use onramp_core::{FilePlace, Level, Reporter, TaskId};

use crate::results::{Results, sarif};
use crate::session::Session;
use crate::{Error, ExitStatus, junit, whole_file};

/// The reports of a verb that formats or lints.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReportArgs {
    /// Write the problems that tasks tell of to FILE, as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write the tasks and the problems that they tell of to FILE, as a JUnit report
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl ReportArgs {
    /// Does the work of a verb, and writes what is wanted about it. A report that cannot be written is an error,
    /// unless a task has failed: that outweighs it.
    pub(crate) fn about(
        &self,
        session: &Session,
        verb: &str,
        work: impl FnOnce() -> Result<ExitStatus, Error>,
    ) -> Result<ExitStatus, Error> {
        self.about_in(session, verb, session.repository_root(), work)
    }

    /// The same of a verb whose problems are in files below another folder.
    pub(crate) fn about_in(
        &self,
        session: &Session,
        verb: &str,
        root: &Path,
        work: impl FnOnce() -> Result<ExitStatus, Error>,
    ) -> Result<ExitStatus, Error> {
        let is_wanted = self.sarif.is_some() || self.junit.is_some();
        if !is_wanted || session.options.dry_run {
            return work();
        }
        self.forget(session)?;
        session.recording.begin();
        let ended = work();
        session.reporter.flush();
        let results = Results {
            verb: verb.to_owned(),
            root: root.to_path_buf(),
            status: ended.as_ref().map_or_else(Error::status, |status| *status),
            error: match &ended {
                Ok(_) | Err(Error::Reported(_)) => None,
                Err(error) => Some(error.to_string()),
            },
            at: match &ended {
                Err(Error::Other { at: Some(at), .. }) => Some(FilePlace::clone(at)),
                _ => None,
            },
            tasks: session.recording.end(),
        };
        let written = self.write(session, &results);
        match (ended, written) {
            (Ok(ExitStatus::Success), Err(message)) => Err(Error::environment(message)),
            (ended, written) => {
                if let Err(message) = written {
                    session.reporter.notice(Level::Warning, &message);
                }
                ended
            }
        }
    }

    /// Removes the reports of an earlier run: should this one be killed, nobody takes them for its own.
    fn forget(&self, session: &Session) -> Result<(), Error> {
        for file in [&self.sarif, &self.junit].into_iter().flatten() {
            match whole_file::remove(&session.directory.join(file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let message = format!("the report {} of an earlier run stays: {error}", file.display());
                    return Err(Error::environment(message));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn write(&self, session: &Session, results: &Results) -> Result<(), String> {
        let own = [session.repository_root(), session.directory.as_path()];
        if let Some(file) = &self.sarif {
            let file = session.directory.join(file);
            let log = session.printer.masked(sarif(results, &|task| home(session, task)));
            let text = format!("{log:#}\n");
            put(own, &file, "SARIF", |new| fs::write(new, &text))?;
        }
        if let Some(file) = &self.junit {
            let file = session.directory.join(file);
            let secrets = session.launcher.secrets();
            put(own, &file, "JUnit", |new| junit::write_results(new, secrets, results))?;
        }
        Ok(())
    }
}

/// Writes a report, with the folders it lies in as far as they are the repository's: elsewhere a folder that is not there is
/// a slip of the pen. `own` is the repository, and the folder that one stands in.
pub(crate) fn put(
    own: [&Path; 2],
    file: &Path,
    kind: &str,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<(), String> {
    let is_own = own.iter().any(|own| file.starts_with(own));
    let folder = match file.parent().filter(|_| is_own) {
        Some(folder) => fs::create_dir_all(folder),
        None => Ok(()),
    };
    folder
        .and_then(|()| whole_file::replace(file, write))
        .map_err(|error| format!("the {kind} report could not be written to {}: {error}", file.display()))
}

/// The file that a task is configured in.
fn home(session: &Session, task: &TaskId) -> PathBuf {
    let has = |task: &TaskId| {
        session
            .checkouts
            .iter()
            .find(|checkout| checkout.config.tasks.iter().any(|known| checkout.name(&known.id) == *task))
    };
    match has(task) {
        Some(checkout) => checkout.root.join("onramp.toml"),
        None if session.has_project => session.outermost().root.join("onramp.toml"),
        None => session.directory.clone(),
    }
}
