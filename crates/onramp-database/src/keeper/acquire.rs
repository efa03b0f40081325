use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{Failure, FailureKind, Stream};
use onramp_exec::{Launcher, ProcessSpec, Running, StopSignal};

use super::request::Request;
use super::{Record, Role, ServerFiles, stop};
use crate::facts::Facts;
use crate::file_lock::{FileLock, Hold};
use crate::owner::Fate;
use crate::postgresql::Connection;
use crate::{DatabasesSpec, reap_leftovers};

/// How often somebody who waits for a server looks whether he still wants to.
const LOOK: Duration = Duration::from_millis(50);

/// How long a keeper that is told to end before it has begun may take.
const GRACE: Duration = Duration::from_secs(20);

/// How long a server that others use may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A kept server in use: it does not stop as long as this value lives.
pub(crate) struct Kept {
    record: Record,
    in_use: FileLock,
}

impl Kept {
    pub(crate) fn connection(&self) -> &Connection {
        &self.record.connection
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// Keeps the server in use for a program that takes the place of this process, as long as it lives.
    pub(crate) fn pass_on(&self) -> Result<(), Failure> {
        self.in_use.pass_on().map_err(|error| Failure::environment(format!("the server's lock: {error}")))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.in_use.touch();
    }
}

/// The kept server for this role, started if there is none. Of two commands at once one starts it. `None` if one is kept
/// in another container that shares the worktree, and cannot be reached from here.
pub(crate) fn acquire(
    launcher: &Launcher,
    spec: &DatabasesSpec,
    role: Role,
    step: &dyn Fn(&str),
) -> Result<Option<Kept>, Failure> {
    let request = Request::own(role, spec);
    let files = request.files(&spec.environment);
    let cancel = launcher.cancel();
    let lock = FileLock::acquire(&files.lock(), Hold::Exclusive, cancel, || {
        step("wait for the server that another command starts or stops");
    })?;
    // Nobody stops a server without the lock, and nobody begins to use it.
    let record = match look(&files, launcher, step)? {
        Found::Live(record) => {
            step(&format!("use {}", record.origin));
            *record
        }
        Found::OutOfReach => return Ok(None),
        Found::Nothing => {
            files.wait_for_keeper(cancel, || step("wait for the end of a server that nobody needs"))?;
            match start(launcher, spec, &request, &files, step) {
                Ok(record) => record,
                Err(failure) => {
                    files.forget(lock);
                    return Err(failure);
                }
            }
        }
    };
    use_it(launcher, &files, record, lock).map(Some)
}

/// The kept server for this role, if there is one that answers. None is started.
pub(crate) fn join(launcher: &Launcher, spec: &DatabasesSpec, role: Role) -> Result<Option<Kept>, Failure> {
    let files = Request::own(role, spec).files(&spec.environment);
    let lock = FileLock::acquire(&files.lock(), Hold::Exclusive, launcher.cancel(), || {})?;
    let record = files.read().filter(|record| !record.keeper.is_gone());
    let Some(record) = record else {
        files.forget(lock);
        return Ok(None);
    };
    launcher.secrets().add(&record.connection.password);
    if !record.connection.answers() {
        return Ok(None);
    }
    use_it(launcher, &files, record, lock).map(Some)
}

/// Begins to use a server whose lock is held until then: nobody stops it from there on because of the use.
fn use_it(launcher: &Launcher, files: &ServerFiles, record: Record, lock: FileLock) -> Result<Kept, Failure> {
    let in_use = FileLock::acquire(&files.in_use(), Hold::Shared, launcher.cancel(), || {})?;
    in_use.touch();
    drop(lock);
    Ok(Kept { record, in_use })
}

/// What is written of the kept server for this role, whether or not it is there.
pub(crate) fn record_of(spec: &DatabasesSpec, role: Role) -> Option<Record> {
    Request::own(role, spec).files(&spec.environment).read()
}

/// Does something while no server is kept for this role. One that is there is stopped; fails where it cannot be.
pub(crate) fn while_down(
    launcher: &Launcher,
    spec: &DatabasesSpec,
    role: Role,
    work: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let files = Request::own(role, spec).files(&spec.environment);
    let lock = FileLock::acquire(&files.lock(), Hold::Exclusive, launcher.cancel(), || {})?;
    if let Some(record) = files.read().filter(|record| !stop(&files, record)) {
        let (role, process) = (role.word(), record.keeper.process.pid);
        return Err(Failure::environment(format!(
            "the {role} server cannot be stopped from here: process {process}, perhaps of another container, keeps it"
        )));
    }
    files.wait_for_keeper(launcher.cancel(), || {})?;
    work()?;
    files.forget(lock);
    Ok(())
}

/// What is there of a kept server.
enum Found {
    /// It answers.
    Live(Box<Record>),
    /// Its keeper may live where nobody can look from here.
    OutOfReach,
    /// Nothing, any more.
    Nothing,
}

/// Looks for the server. One that is there, does not answer and is used by nobody is stopped.
fn look(files: &ServerFiles, launcher: &Launcher, step: &dyn Fn(&str)) -> Result<Found, Failure> {
    let Some(record) = files.read() else { return Ok(Found::Nothing) };
    launcher.secrets().add(&record.connection.password);
    Ok(match record.keeper.fate() {
        Fate::Unknown if record.connection.answers() => Found::Live(Box::new(record)),
        Fate::Unknown => Found::OutOfReach,
        Fate::Lives if is_at_work(files, &record, launcher, step)? => Found::Live(Box::new(record)),
        Fate::Lives if stop(files, &record) => Found::Nothing,
        Fate::Lives => {
            let pid = record.keeper.process.pid;
            let message = format!("the process {pid} keeps a server that does not answer, and does not end");
            return Err(Failure::environment(message));
        }
        Fate::Ended | Fate::OfAnotherBoot => Found::Nothing,
    })
}

/// Whether the server of a live keeper says anything, be it that it has too many clients. A machine with much to do may
/// take its time: as long as somebody else uses the server, it is waited for.
fn is_at_work(
    files: &ServerFiles,
    record: &Record,
    launcher: &Launcher,
    step: &dyn Fn(&str),
) -> Result<bool, Failure> {
    let deadline = Instant::now() + PATIENCE;
    let mut is_told = false;
    while !record.connection.says_anything() {
        if record.keeper.is_gone() || !files.is_in_use() {
            return Ok(false);
        }
        if launcher.cancel().is_requested() {
            return Err(Failure::interrupted());
        }
        if Instant::now() >= deadline {
            let message = "the server does not answer, and another command uses it";
            return Err(Failure::environment(message).hint("onramp db down --force"));
        }
        if !std::mem::replace(&mut is_told, true) {
            step("wait for an answer of the server");
        }
        thread::sleep(LOOK);
    }
    Ok(true)
}

fn start(
    launcher: &Launcher,
    spec: &DatabasesSpec,
    request: &Request,
    files: &ServerFiles,
    step: &dyn Fn(&str),
) -> Result<Record, Failure> {
    reap_leftovers(&spec.place.state);
    let unusable = || Failure::environment("no server can be kept for a workspace whose path is no text");
    let text = request.to_text().ok_or_else(unusable)?;
    // It stands where it keeps nobody from removing a folder.
    let mut process = ProcessSpec::new(&spec.keep.keeper, "/", spec.environment.clone());
    process.stdin = onramp_exec::Stdin::Bytes(text.into_bytes());
    let (sender, words) = channel();
    let sink = move |stream: Stream, line: &str| {
        if stream == Stream::Stdout
            && let Some(word) = Word::of_line(line)
        {
            // Once the server is there nobody listens any more.
            drop(sender.send(word));
        }
    };
    let mut running = launcher.clone().without_leases().start(&process, Arc::new(sink))?;
    let waited = wait(launcher, &mut running, &words, step);
    let record = waited.and_then(|()| {
        files.read().ok_or_else(|| Failure::environment("the server stopped as soon as it was there"))
    });
    match record {
        Ok(record) => {
            launcher.secrets().add(&record.connection.password);
            running.release();
            Ok(record)
        }
        Err(failure) => {
            running.stop(StopSignal::InterruptLeader, GRACE);
            Err(failure)
        }
    }
}

/// Waits until the keeper says that the server is there.
fn wait(
    launcher: &Launcher,
    running: &mut Running,
    words: &Receiver<Word>,
    step: &dyn Fn(&str),
) -> Result<(), Failure> {
    loop {
        let word = words.recv_timeout(LOOK);
        if launcher.cancel().is_requested() {
            return Err(Failure::interrupted());
        }
        match word {
            Ok(Word::Step(text)) => step(&text),
            Ok(Word::Ready) => return Ok(()),
            Ok(Word::Failed(failure)) => return Err(failure),
            Err(RecvTimeoutError::Timeout) if running.is_running() => {}
            Err(_) => {
                let ended = running.ended().map(|ended| format!(": it {ended}")).unwrap_or_default();
                let message = format!("the process that keeps the server has ended{ended}");
                let failure = Failure::environment(message);
                return Err(Failure { tail: running.tail(), ..failure });
            }
        }
    }
}

/// What a keeper tells whoever has started it, a line each.
pub(super) enum Word {
    /// What is under way.
    Step(String),
    /// The server can be reached, and the record is written.
    Ready,
    /// There will be no server.
    Failed(Failure),
}

/// How a line begins; behind that stand facts.
const WORD: &str = "onramp-keeper";

impl Word {
    pub(super) fn to_line(&self) -> String {
        let facts = Facts::default();
        let facts = match self {
            Self::Step(text) => facts.with("step", text),
            Self::Ready => facts.with("ready", ""),
            Self::Failed(failure) => {
                let kind = match failure.kind {
                    FailureKind::Interrupted => "interrupted",
                    FailureKind::Environment => "environment",
                    FailureKind::Task | FailureKind::Panic => "task",
                };
                let facts = facts
                    .with("failed", &failure.message)
                    .with("kind", kind)
                    .with_some("hint", failure.hint.as_ref())
                    .with_some("log", failure.log.as_ref().map(|log| log.display()));
                failure.tail.iter().fold(facts, |facts, line| facts.with("tail", line))
            }
        };
        // A line end in a line would make it two; facts have their own escapes, so this is one level more.
        Facts::default().with(WORD, facts.to_text("")).to_text("").trim().to_owned()
    }

    fn of_line(line: &str) -> Option<Self> {
        let outer = Facts::parse("", &format!("\n{line}\n"))?;
        let facts = Facts::parse("", outer.get(WORD)?)?;
        if let Some(step) = facts.get("step") {
            return Some(Self::Step(step.to_owned()));
        }
        if facts.get("ready").is_some() {
            return Some(Self::Ready);
        }
        let message = facts.get("failed")?;
        let failure = match facts.get("kind")? {
            "interrupted" => Failure::interrupted(),
            "environment" => Failure::environment(message),
            _ => Failure::task(message),
        };
        let tail = facts.all("tail").map(str::to_owned).collect();
        let log = facts.get("log").map(PathBuf::from);
        Some(Self::Failed(Failure { hint: facts.get("hint").map(str::to_owned), tail, log, ..failure }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keeper::test_tools::{silent, sleeper};
    use onramp_core::{Cancel, Secrets};

    #[test]
    fn a_server_that_others_use_is_waited_for_and_not_stopped() {
        let root = tempfile::tempdir().unwrap();
        let (files, mut keeper) = (ServerFiles::new(root.path(), "x"), sleeper());
        let in_use = FileLock::attempt(&files.in_use(), Hold::Shared).unwrap().unwrap();
        let record = silent(Role::Warm, &keeper, root.path());
        record.write(&files.record()).unwrap();
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        launcher.cancel().escalate();
        let found = look(&files, &launcher, &|_| {});
        assert!(matches!(found, Err(failure) if failure.kind == FailureKind::Interrupted));
        assert!(keeper.is_running());
        drop(in_use);
        assert!(matches!(look(&files, &launcher, &|_| {}), Ok(Found::Nothing)));
        assert!(!keeper.is_running());
    }

    #[test]
    fn words_survive_a_round_trip_and_other_lines_are_none() {
        let mut failure = Failure::environment("no\nserver").hint("apt-get install postgresql");
        failure.tail = vec!["a".to_owned(), "b \\n".to_owned()];
        failure.log = Some("/w/.onramp/logs/server.log".into());
        let line = Word::Failed(failure.clone()).to_line();
        assert!(!line.contains('\n'));
        assert!(matches!(Word::of_line(&line), Some(Word::Failed(read)) if read == failure));
        let line = Word::Step("create cluster".to_owned()).to_line();
        assert!(matches!(Word::of_line(&line), Some(Word::Step(step)) if step == "create cluster"));
        assert!(matches!(Word::of_line(&Word::Ready.to_line()), Some(Word::Ready)));
        assert!(Word::of_line("a line of a program").is_none());
    }
}
