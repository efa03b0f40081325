//! Does what a verb does again and again: whenever files have changed that matter to its tasks.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clap::Args;
use onramp_core::{Event, Level, Reporter};
use onramp_watch::{Changes, Restless, Watch, WatchSpec};

use super::Selected;
use crate::presentation::present;
use crate::session::Session;
use crate::{Error, ExitStatus, watched};

/// The option of each verb that can be done again and again.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct WatchArgs {
    /// Run again whenever files change that matter to the tasks, until Ctrl-C
    #[arg(long, conflicts_with_all = ["since", "staged"])]
    pub(crate) watch: bool,
}

/// Runs what `select` selects, then waits for changes and runs it again, until the user asks for the end. The
/// configuration is read anew for each run; while it has errors nothing runs, and the watch goes on.
pub(crate) fn run(
    session: &Session,
    select: &dyn Fn(&Session) -> Result<Selected, Error>,
    run: &dyn Fn(&Session, &Selected) -> Result<ExitStatus, Error>,
) -> Result<ExitStatus, Error> {
    if session.options.dry_run {
        return Err(Error::usage("`--watch` runs tasks, and `--dry-run` runs none"));
    }
    let selected = select(session)?;
    if selected.tasks.is_empty() {
        return run(session, &selected);
    }
    let spec = watched::files(session, &selected)?;
    let watch = Watch::new(spec.clone(), session.launcher.cancel());
    let mut watching = Watching { session, select, run, watch, spec, is_current: true };
    watching.tell_remark();
    run(session, &selected)?;
    drop(selected);
    watching.go_on();
    Ok(ExitStatus::Interrupted)
}

struct Watching<'a> {
    session: &'a Session,
    select: &'a dyn Fn(&Session) -> Result<Selected, Error>,
    run: &'a dyn Fn(&Session, &Selected) -> Result<ExitStatus, Error>,
    watch: Watch,
    spec: WatchSpec,
    /// Whether the watch is for the tasks that the configuration has now.
    is_current: bool,
}

impl Watching<'_> {
    /// Runs the tasks after each change, until the user asks for the end.
    fn go_on(&mut self) {
        let mut restless = Restless::default();
        loop {
            self.tell_remark();
            self.session.is_idle.store(true, Ordering::Release);
            // What has changed during the run, by whose hand ever, is not in its result.
            let Changes::Files(mut files) = self.watch.settle() else { return };
            for file in restless.settle(&mut files) {
                self.tell_restless(&file);
            }
            if files.is_empty() {
                self.session.reporter.report(Event::WatchWaiting);
                let Changes::Files(changed) = self.watch.wait() else { return };
                files = changed;
            }
            self.session.is_idle.store(false, Ordering::Release);
            let names = files.iter().map(|file| self.name(file)).collect();
            self.session.reporter.report(Event::WatchChanged { files: names });
            if let Err(error) = self.run_again(&files) {
                self.session.reporter.flush();
                present(&self.session.printer, self.session.options.format, &error);
            }
        }
    }

    fn run_again(&mut self, changed: &[PathBuf]) -> Result<(), Error> {
        if changed.iter().any(|file| watched::is_configuration(self.session, file)) {
            self.is_current = false;
        }
        let (session, selected) = self.prepare().inspect_err(|_| self.wait_for_configuration())?;
        (self.run)(&session, &selected)?;
        Ok(())
    }

    /// Reads the configuration again, and watches what its tasks read.
    fn prepare(&mut self) -> Result<(Session, Selected), Error> {
        let session = self.session.reread()?;
        let selected = (self.select)(&session)?;
        if !self.is_current {
            let spec = watched::files(&session, &selected)?;
            // Before the run: no change after this moment is lost.
            self.watch = Watch::new(spec.clone(), session.launcher.cancel());
            (self.spec, self.is_current) = (spec, true);
            self.tell_remark();
        }
        Ok((session, selected))
    }

    /// Has changes of any configuration file end the wait too: nobody knows which of them will mend it.
    fn wait_for_configuration(&mut self) {
        if std::mem::replace(&mut self.is_current, false) {
            let mut spec = self.spec.clone();
            spec.trees.push(watched::configuration_files(self.session));
            self.watch = Watch::new(spec, self.session.launcher.cancel());
        }
    }

    fn tell_remark(&mut self) {
        if let Some(error) = self.watch.remark() {
            let message = format!("{error}; until then files are compared once a second");
            self.session.reporter.notice(Level::Warning, &message);
        }
    }

    fn tell_restless(&self, file: &Path) {
        let name = self.name(file);
        let message = format!(
            "{name} changes whenever the tasks run, so while they run its changes start no other run; if a task \
             writes it, name it in the task's `outputs` or in .gitignore"
        );
        self.session.reporter.notice(Level::Warning, &message);
    }

    /// A file as it is shown.
    fn name(&self, file: &Path) -> String {
        self.session.workspace().relative(file).display().to_string()
    }
}
