use std::io::{self, Read, Write};
use std::process::ExitStatus;

use process_wrap::std::ChildWrapper;

/// A process that has been started, with its ends of the pipes.
pub(crate) struct Child {
    pid: u32,
    pub(super) stdin: Option<Box<dyn Write + Send>>,
    pub(super) stdout: Option<Box<dyn Read + Send>>,
    pub(super) stderr: Option<Box<dyn Read + Send>>,
    wait: Box<dyn FnOnce() -> io::Result<ExitStatus> + Send>,
}

/// Our ends of the pipes of a process.
#[cfg(target_os = "linux")]
pub(super) struct Pipes {
    pub(super) stdin: Option<io::PipeWriter>,
    pub(super) stdout: io::PipeReader,
    pub(super) stderr: io::PipeReader,
}

impl Child {
    /// A process of the standard library.
    pub(super) fn of_wrapper(mut child: Box<dyn ChildWrapper>) -> Self {
        fn boxed<T: Read + Send + 'static>(pipe: Option<T>) -> Option<Box<dyn Read + Send>> {
            pipe.map(|pipe| Box::new(pipe) as Box<dyn Read + Send>)
        }
        let stdin = child.stdin().take().map(|pipe| Box::new(pipe) as Box<dyn Write + Send>);
        let (stdout, stderr) = (boxed(child.stdout().take()), boxed(child.stderr().take()));
        Self { pid: child.id(), stdin, stdout, stderr, wait: Box::new(move || child.wait()) }
    }

    /// A process that is known by its number, and for which nobody else waits.
    #[cfg(target_os = "linux")]
    pub(super) fn of_pid(
        pid: u32,
        pipes: Pipes,
        wait: impl FnOnce() -> io::Result<ExitStatus> + Send + 'static,
    ) -> Self {
        Self {
            pid,
            stdin: pipes.stdin.map(|pipe| Box::new(pipe) as Box<dyn Write + Send>),
            stdout: Some(Box::new(pipes.stdout)),
            stderr: Some(Box::new(pipes.stderr)),
            wait: Box::new(wait),
        }
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.pid
    }

    /// Waits for its end.
    pub(super) fn wait(self) -> io::Result<ExitStatus> {
        (self.wait)()
    }
}
