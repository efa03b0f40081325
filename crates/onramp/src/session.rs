use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use onramp_core::{Event, Failure, Level, Reporter, TaskFiles, TaskId, TaskNode};
use onramp_exec::Launcher;

use crate::audit::Strace;
use crate::checkout::Checkout;
use crate::context::{RustTask, TaskContext};
use crate::job::Job;
use crate::options::Options;
use crate::origin::Origin;
use crate::programs::Programs;
use crate::reporter::{Format, Queue, repository_root};
use crate::results::Recording;
use crate::state::State;
use crate::workers::Workers;
use crate::{Error, ExitStatus, Printer};

/// What to do where a checkout cannot be written, and there is no other place either.
const PLACE: &str =
    "XDG_STATE_HOME=FOLDER says where to keep what belongs to a checkout that cannot be written";

/// Everything that a verb works with: the workspace, what the user wants, and the ways to act and to speak.
pub(crate) struct Session {
    pub(crate) options: Options,
    /// Where its configuration comes from.
    pub(crate) origin: Origin,
    pub(crate) printer: Arc<Printer>,
    pub(crate) reporter: Arc<Queue>,
    /// What the reporter keeps of tasks.
    pub(crate) recording: Arc<Recording>,
    pub(crate) launcher: Launcher,
    /// The outermost workspace and all its members, each before its own members.
    pub(crate) checkouts: Vec<Arc<Checkout>>,
    /// The tasks that a repository's own xtask has brought along.
    pub(crate) rust_tasks: Vec<RustTask>,
    /// Where one stands.
    pub(crate) directory: PathBuf,
    /// Whether there is a configuration; else its workspace is there for servers alone.
    pub(crate) has_project: bool,
    /// The system's folder for temporary files.
    pub(crate) temporary: PathBuf,
    /// The state of the outermost workspace: what belongs to a run and not to a workspace.
    pub(crate) state: State,
    /// Has commands write down which files they touch.
    pub(crate) strace: Option<Arc<Strace>>,
    /// Whether nothing runs that a signal would have to end, because a watch waits for changes.
    pub(crate) is_idle: Arc<AtomicBool>,
    /// What is known of this run alone.
    pub(crate) run: RunState,
}

/// What a session comes to know while it runs tasks. Each run begins anew.
#[derive(Default)]
pub(crate) struct RunState {
    /// Whether the state folder can be written to, once somebody has asked.
    has_state: OnceLock<bool>,
    /// Whether it was said that something cannot be kept.
    is_trouble_told: AtomicBool,
    /// Whether it was said where the state of a checkout lies that cannot be written.
    is_place_told: AtomicBool,
    /// Which programs the names in commands stand for.
    pub(crate) programs: Programs,
    /// How many of the run's workers have work.
    pub(crate) workers: Workers,
    /// The suites whose JUnit reports, where there are any, are of this run.
    prepared_reports: Mutex<BTreeSet<TaskId>>,
    /// What its tasks had to do with files.
    files: Mutex<BTreeMap<TaskId, TaskFiles>>,
}

/// Ends what killed runs have left behind: of the outermost workspace, and of a migrate of any member.
pub(crate) fn reap_leftovers(checkouts: &[Arc<Checkout>]) {
    for checkout in checkouts.iter().filter(|checkout| checkout.may_have_leases()) {
        let state = &checkout.state;
        // Servers before plain processes: a server that is asked to quit gives back its shared memory.
        onramp_database::reap_leftovers(state.directory());
        onramp_exec::reap_leftovers(&state.leases());
        // After the processes that would still write there.
        onramp_migrate::reap_leftovers(state.directory());
    }
}

impl Session {
    /// Ends what a run has left behind that was killed meanwhile.
    pub(crate) fn reap_leftovers(&self) {
        reap_leftovers(&self.checkouts);
    }

    /// Another session of the same run that has read the configuration again, and knows nothing yet of any file.
    pub(crate) fn reread(&self) -> Result<Self, Error> {
        let checkouts = self.origin.checkouts(&self.rust_tasks, self.launcher.secrets())?;
        let state = checkouts[0].state.clone();
        Ok(Self {
            options: self.options.clone(),
            origin: self.origin.clone(),
            printer: Arc::clone(&self.printer),
            reporter: Arc::clone(&self.reporter),
            recording: Arc::clone(&self.recording),
            launcher: self.launcher.clone(),
            checkouts,
            rust_tasks: self.rust_tasks.clone(),
            directory: self.directory.clone(),
            has_project: self.has_project,
            temporary: self.temporary.clone(),
            state,
            strace: None,
            is_idle: Arc::clone(&self.is_idle),
            run: RunState::default(),
        })
    }

    /// The workspace one stands in.
    pub(crate) fn workspace(&self) -> &Arc<Checkout> {
        self.checkouts.iter().find(|checkout| checkout.is_here()).unwrap_or_else(|| self.outermost())
    }

    /// A task in that workspace, that calls a function.
    pub(crate) fn task(
        &self,
        id: TaskId,
        needs: Vec<TaskId>,
        work: impl Fn(&TaskContext<'_>) -> Result<(), Failure> + Send + Sync + 'static,
    ) -> TaskNode<Job> {
        TaskNode { id, needs, payload: Job::rust(Arc::clone(self.workspace()), Arc::new(work)) }
    }

    /// The workspace that is nobody's member.
    pub(crate) fn outermost(&self) -> &Arc<Checkout> {
        &self.checkouts[0]
    }

    /// The workspace one stands in and all those nested in it: what a verb is about that is given no name.
    pub(crate) fn checkouts_here(&self) -> impl Iterator<Item = &Arc<Checkout>> {
        self.checkouts.iter().filter(|checkout| checkout.is_here_or_below())
    }

    /// Says something about the work, behind everything that was reported before.
    pub(crate) fn say(&self, text: &str) {
        self.reporter.flush();
        self.printer.message(text);
    }

    /// Prints a line of the answer, behind everything that was reported before.
    pub(crate) fn answer(&self, text: &str) {
        self.reporter.flush();
        self.printer.data(text);
    }

    /// Prints an answer whose texts are masked already, behind everything that was reported before.
    pub(crate) fn answer_masked(&self, text: &str) {
        self.reporter.flush();
        self.printer.masked_data(text);
    }

    /// Prints the answer as JSON, behind everything that was reported before.
    pub(crate) fn answer_json(&self, value: serde_json::Value) {
        self.reporter.flush();
        self.printer.json(value);
    }

    /// Fails if the user has interrupted the run.
    pub(crate) fn check_cancelled(&self) -> Result<(), Error> {
        if self.launcher.cancel().is_requested() {
            return Err(Error::Reported(ExitStatus::Interrupted));
        }
        Ok(())
    }

    /// Whether answers are printed as JSON.
    pub(crate) fn json(&self) -> bool {
        self.options.format == Format::Json
    }

    /// The reporter, as engines take it.
    pub(crate) fn events(&self) -> Arc<dyn Reporter> {
        Arc::clone(&self.reporter) as Arc<dyn Reporter>
    }

    /// Says that files may have come, gone or changed, because a task has run: its own, those of a member, or
    /// those around it.
    pub(crate) fn doubt_files(&self) {
        self.checkouts.iter().for_each(|checkout| checkout.tree.doubt());
        self.run.programs.forget();
    }

    /// Whether the state folder is there and can be written to. Where it cannot, that is said once, and tasks run
    /// without cache, logs and locks.
    pub(crate) fn has_state(&self) -> bool {
        *self.run.has_state.get_or_init(|| {
            match self.state.create().and_then(|()| self.state.check_writable()) {
                Ok(()) => {
                    self.tell_place(self.outermost());
                    true
                }
                Err(error) => {
                    let folder = self.state.directory().display();
                    let message =
                        format!("{folder} cannot be written, so nothing is kept of this run: {error}");
                    self.reporter.notice(Level::Warning, &message);
                    false
                }
            }
        })
    }

    /// Warns that something cannot be kept, unless that was said of anything else in this run: of a disk that is
    /// full, one warning is enough. The tasks run all the same.
    pub(crate) fn tell_trouble(&self, message: &str) {
        if self.has_state() && !self.run.is_trouble_told.swap(true, Ordering::Relaxed) {
            self.reporter.notice(Level::Warning, message);
        }
    }

    /// Remembers that a suite's JUnit reports of earlier runs are gone.
    pub(crate) fn note_prepared_report(&self, suite: &TaskId) {
        self.run.prepared_reports.lock().unwrap_or_else(PoisonError::into_inner).insert(suite.clone());
    }

    /// The suites whose JUnit reports of earlier runs are gone. Whoever runs next begins anew.
    pub(crate) fn take_prepared_reports(&self) -> BTreeSet<TaskId> {
        std::mem::take(&mut self.run.prepared_reports.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells what a task had to do with files, and remembers it.
    pub(crate) fn note_files(&self, task: &TaskId, files: TaskFiles) {
        self.run.files.lock().unwrap_or_else(PoisonError::into_inner).insert(task.clone(), files.clone());
        self.reporter.report(Event::TaskFiles { task: task.clone(), files });
    }

    /// What the tasks had to do with files, as far as that is known. Whoever runs next begins anew.
    pub(crate) fn take_files(&self) -> BTreeMap<TaskId, TaskFiles> {
        std::mem::take(&mut self.run.files.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The root of the git repository, or of the outermost workspace where there is none.
    pub(crate) fn repository_root(&self) -> &Path {
        repository_root(if self.has_project { &self.outermost().root } else { &self.directory })
    }

    /// The state of the workspace one stands in: what belongs to its history and not to a run.
    pub(crate) fn own_state(&self) -> &State {
        &self.workspace().state
    }

    /// Makes the state folder, which a migrate cannot do without.
    pub(crate) fn create_state(&self) -> Result<(), Error> {
        self.create(self.outermost())
    }

    /// The same for the workspace one stands in.
    pub(crate) fn create_own_state(&self) -> Result<(), Error> {
        self.create(self.workspace())
    }

    fn create(&self, checkout: &Checkout) -> Result<(), Error> {
        create(checkout)?;
        self.tell_place(checkout);
        Ok(())
    }

    /// Says once where the state of a checkout lies that cannot be written.
    fn tell_place(&self, checkout: &Checkout) {
        if checkout.state.is_elsewhere() && !self.run.is_place_told.swap(true, Ordering::Relaxed) {
            let (root, state) = (checkout.root.display(), checkout.state.directory().display());
            let message = format!("{root} cannot be written, so what is kept of it lies in {state}");
            self.reporter.notice(Level::Note, &message);
        }
    }

    /// The log of a task, which is the same from wherever one looks.
    pub(crate) fn log(&self, task: &TaskId) -> PathBuf {
        self.state.log(&task.named_from_outermost(self.outermost().place()))
    }
}

fn create(checkout: &Checkout) -> Result<(), Error> {
    let state = &checkout.state;
    state.create().map_err(|error| {
        let directory = state.directory();
        if state.is_elsewhere() {
            let root = checkout.root.display();
            let directory = directory.display();
            let message =
                format!("{root} cannot be written, nor {directory} for what is kept of it: {error}");
            return Error::environment(message).hint(PLACE);
        }
        let message = format!("the state folder {} could not be made: {error}", directory.display());
        let failure = onramp_database::blame_storage(Failure::environment(message), &[directory]);
        if rustix::fs::access(&checkout.root, rustix::fs::Access::WRITE_OK).is_err() {
            return failure.hint(PLACE).into();
        }
        let root = checkout.root.display().to_string();
        match &failure.hint {
            None => failure.hint(format!("ls -ld {}", shell_words::quote(&root))).into(),
            Some(_) => failure.into(),
        }
    })
}
