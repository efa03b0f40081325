//! Starts processes without a copy of this one. The standard library forks where a session of its own is asked for,
//! and that costs more than a short process itself: all pages of this process are marked, and each that is written
//! afterwards is a fault. The C library's `posix_spawn` shares them until the new program is there, and can make the
//! session. What it cannot do in every version is to change the folder, so a thread does that which shares its own
//! with nobody.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use nix::sched::{CloneFlags, unshare};
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, PosixSpawnFlags, posix_spawn};
use nix::sys::signal::{SigSet, Signal};
use rustix::process::{Pid, WaitOptions, waitpid};

use super::child::{Child, Pipes};
use crate::Stdin;

/// The flag that asks for a session, which is younger than the standard that `nix` names the others of. The value is
/// that of glibc and musl.
const SETSID: i32 = 0x80;

/// What the thread is asked to start.
struct Request {
    program: CString,
    arguments: Vec<CString>,
    environment: Vec<CString>,
    directory: PathBuf,
    /// What becomes standard input, output and error.
    streams: [std::os::fd::OwnedFd; 3],
    answer: Sender<io::Result<u32>>,
}

/// The way to the thread; `None` where the system does not let it have a folder of its own.
static SPAWNER: OnceLock<Option<Sender<Request>>> = OnceLock::new();

/// A process that can be started here.
pub(super) struct Prepared {
    spawner: &'static Sender<Request>,
    program: CString,
    arguments: Vec<CString>,
    environment: Vec<CString>,
    directory: PathBuf,
}

/// Prepares the command, under the name `arg0`, in a session of its own. `None`: not here, or not this one; the
/// standard library can, or can tell why not.
pub(super) fn prepare(command: &Command, arg0: &OsStr) -> Option<Prepared> {
    let text = |text: &OsStr| CString::new(text.as_bytes()).ok();
    let environment = command.get_envs().filter_map(|(name, value)| {
        let mut line = name.to_owned();
        line.push("=");
        line.push(value?);
        Some(text(&line))
    });
    Some(Prepared {
        spawner: SPAWNER.get_or_init(start).as_ref()?,
        program: text(command.get_program())?,
        arguments: std::iter::once(arg0).chain(command.get_args()).map(text).collect::<Option<_>>()?,
        environment: environment.collect::<Option<_>>()?,
        directory: command.get_current_dir()?.to_path_buf(),
    })
}

impl Prepared {
    /// Starts it.
    pub(super) fn start(self, stdin: &Stdin) -> io::Result<Child> {
        let Self { spawner, program, arguments, environment, directory } = self;
        let (input, ours_in) = input(stdin)?;
        let (stdout, theirs_out) = io::pipe()?;
        let (stderr, theirs_err) = io::pipe()?;
        let (answer, pid) = channel();
        let streams = [input, theirs_out.into(), theirs_err.into()];
        let request = Request { program, arguments, environment, directory, streams, answer };
        let gone = || io::Error::other("the thread that starts processes has ended");
        spawner.send(request).map_err(|_| gone())?;
        let pid = pid.recv().map_err(|_| gone())??;
        Ok(Child::of_pid(pid, Pipes { stdin: ours_in, stdout, stderr }, move || wait(pid)))
    }
}

fn input(stdin: &Stdin) -> io::Result<(std::os::fd::OwnedFd, Option<PipeWriter>)> {
    Ok(match stdin {
        Stdin::Null => (File::open("/dev/null")?.into(), None),
        Stdin::Bytes(_) => {
            let (theirs, ours): (PipeReader, PipeWriter) = io::pipe()?;
            (theirs.into(), Some(ours))
        }
    })
}

fn start() -> Option<Sender<Request>> {
    let (sender, requests) = channel();
    let (ready, answer) = channel();
    thread::spawn(move || {
        let may_start = unshare(CloneFlags::CLONE_FS).is_ok();
        // Whoever asked waits for this.
        let _ = ready.send(may_start);
        if may_start {
            serve(&requests);
        }
    });
    answer.recv().is_ok_and(|may_start| may_start).then_some(sender)
}

fn serve(requests: &Receiver<Request>) {
    for request in requests {
        // Of this thread alone, even if it is where it was: the folder may have been made anew.
        let pid = std::env::set_current_dir(&request.directory).and_then(|()| create(&request));
        drop(request.answer.send(pid));
    }
}

fn create(request: &Request) -> io::Result<u32> {
    let mut attributes = PosixSpawnAttr::init()?;
    let flags = PosixSpawnFlags::POSIX_SPAWN_SETSIGDEF | PosixSpawnFlags::POSIX_SPAWN_SETSIGMASK;
    attributes.set_flags(flags | PosixSpawnFlags::from_bits_retain(SETSID))?;
    attributes.set_sigmask(&SigSet::empty())?;
    // Programs in Rust ignore it, and what they start should not.
    let mut defaults = SigSet::empty();
    defaults.add(Signal::SIGPIPE);
    attributes.set_sigdefault(&defaults)?;
    let mut actions = PosixSpawnFileActions::init()?;
    for (number, stream) in (0..).zip(&request.streams) {
        actions.add_dup2(stream.as_fd().as_raw_fd(), number)?;
    }
    let pid =
        posix_spawn(&*request.program, &actions, &attributes, &request.arguments, &request.environment)?;
    u32::try_from(pid.as_raw()).map_err(io::Error::other)
}

fn wait(pid: u32) -> io::Result<ExitStatus> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidInput)?;
    loop {
        match waitpid(Some(pid), WaitOptions::empty()) {
            Ok(Some((_, status))) => return Ok(ExitStatus::from_raw(status.as_raw())),
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
