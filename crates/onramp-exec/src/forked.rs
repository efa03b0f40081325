use std::io::{self, ErrorKind, Read, pipe};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use onramp_core::Stream;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::launcher::Launcher;
use crate::running::Message;
use crate::tail::Tail;
use crate::{LineSink, ProcessError, ProcessSpec};

/// How long the outputs of a process that has ended are still read when something else holds them open.
const LINGER: Duration = Duration::from_millis(300);

/// How long a killed process may take to be gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a process needs that runs for us and is not our child.
#[derive(Debug)]
pub struct Handles {
    /// Its standard input, which is empty.
    pub stdin: OwnedFd,
    /// Its standard output.
    pub stdout: OwnedFd,
    /// Its standard error.
    pub stderr: OwnedFd,
    /// A socket on which nothing is ever said. The process must end when the other side is closed, and must hold it
    /// open until it ends.
    pub lifeline: OwnedFd,
}

/// A process that another one has forked for us. It leads a session of its own, and ends when this value is dropped or
/// when we end, however that comes.
#[derive(Debug)]
pub struct Forked {
    pid: u32,
    /// At its end when the process is.
    lifeline: UnixStream,
    tail: Arc<Mutex<Tail>>,
    messages: Receiver<Message>,
    open_outputs: usize,
}

impl Launcher {
    /// Has a process forked by somebody who is ready to do so: `fork` hands the handles over, and returns the number of
    /// the process once that leads its session and listens to its lifeline. Its lines go where those of any process
    /// do; what to run and in which environment is between `fork` and who is asked.
    pub fn fork(
        &self,
        spec: &ProcessSpec,
        sink: Arc<dyn LineSink>,
        fork: impl FnOnce(Handles) -> io::Result<u32>,
    ) -> Result<Forked, ProcessError> {
        let reader = self.reader(spec, sink)?;
        let tail = Arc::clone(&reader.tail);
        let handles = || {
            let ((stdout, to_stdout), (stderr, to_stderr)) = (pipe()?, pipe()?);
            let (lifeline, its_lifeline) = UnixStream::pair()?;
            lifeline.set_nonblocking(true)?;
            let stdin = OwnedFd::from(std::fs::File::open("/dev/null")?);
            let (to_stdout, to_stderr) = (OwnedFd::from(to_stdout), OwnedFd::from(to_stderr));
            let handles =
                Handles { stdin, stdout: to_stdout, stderr: to_stderr, lifeline: its_lifeline.into() };
            let pid = fork(handles)?;
            Ok((pid, lifeline, stdout, stderr))
        };
        let (pid, lifeline, stdout, stderr) = handles().map_err(|source| self.not_started(spec, source))?;
        let (sender, messages) = channel();
        reader.clone().follow(Stream::Stdout, stdout, sender.clone());
        reader.follow(Stream::Stderr, stderr, sender);
        Ok(Forked { pid, lifeline, tail, messages, open_outputs: 2 })
    }
}

impl Forked {
    /// The process id, which is also the id of its session.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        let told = self.lifeline.read(&mut [0]);
        matches!(told, Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted))
    }

    /// The last lines it printed, oldest first.
    pub fn tail(&self) -> Vec<String> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).lines()
    }

    /// Kills its whole process group, waits until it is gone, and for the rest of its output.
    pub fn kill(&mut self) {
        // While it lives, its number is nobody else's.
        if self.is_running()
            && let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw)
        {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = self.lifeline.shutdown(Shutdown::Write);
        let deadline = Instant::now() + PATIENCE;
        while self.is_running() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        let deadline = Instant::now() + LINGER;
        while self.open_outputs > 0 {
            match self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(_) => self.open_outputs -= 1,
                Err(_) => return,
            }
        }
    }
}

impl Drop for Forked {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::Discard;
    use crate::test_tools::{launcher, lives, sh, wait_until};
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    /// A shell that leads a group, and holds its lifeline without listening to it.
    #[expect(clippy::disallowed_methods, reason = "somebody else than the launcher must start it")]
    fn shell(handles: Handles, script: &str) -> io::Result<u32> {
        let Handles { stdin, stdout, stderr, lifeline } = handles;
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(stdin).stdout(stdout).stderr(stderr).process_group(0);
        rustix::io::fcntl_setfd(&lifeline, rustix::io::FdFlags::empty())?;
        Ok(command.spawn()?.id())
    }

    fn fork(script: &str) -> Result<Forked, ProcessError> {
        launcher().fork(&sh("true"), Arc::new(Discard), |handles| shell(handles, script))
    }

    #[test]
    fn its_end_and_its_last_lines_are_known() {
        let mut forked = fork("echo one; echo two >&2; exit 3").unwrap();
        while forked.is_running() {
            std::thread::sleep(Duration::from_millis(2));
        }
        forked.kill();
        let mut lines = forked.tail();
        lines.sort();
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn it_goes_with_what_it_has_started_when_it_is_dropped() {
        let mut forked = fork("sleep 60 & echo $!; wait").unwrap();
        let child = loop {
            if let Some(line) = forked.tail().first() {
                break line.parse::<u32>().unwrap();
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(forked.is_running());
        drop(forked);
        wait_until(|| !lives(child));
    }
}
