use std::io;
use std::thread;

use onramp_core::{Cancel, CancelLevel, Level, Reporter};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

/// Turns INT, TERM and HUP into a request to cancel, for as long as it lives.
pub(crate) struct SignalGuard {
    handle: Handle,
}

impl SignalGuard {
    /// Listens from now on. The first signal asks for an orderly end, every further one for an end at once.
    pub(crate) fn listen(cancel: Cancel, reporter: std::sync::Arc<dyn Reporter>) -> io::Result<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let handle = signals.handle();
        thread::spawn(move || {
            for _ in signals.forever() {
                let message = match cancel.escalate() {
                    CancelLevel::None | CancelLevel::Stop => "stopping; once more to kill what is left",
                    CancelLevel::Kill => "killing what is left",
                };
                reporter.notice(Level::Warning, message);
            }
        });
        Ok(Self { handle })
    }
}

impl Drop for SignalGuard {
    fn drop(&mut self) {
        self.handle.close();
    }
}
