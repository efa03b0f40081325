use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use onramp_core::{Cancel, CancelLevel, Level, Reporter};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

/// Turns INT, TERM and HUP into a request to cancel, for as long as it lives. A HUP that was ignored when
/// Onramp was started stays ignored.
pub(crate) struct SignalGuard {
    handle: Handle,
}

impl SignalGuard {
    /// Listens from now on. The first signal asks for an orderly end, every further one for an end at once.
    /// Each is answered with a line, unless `is_idle` says that nothing runs that would have to end.
    pub(crate) fn listen(
        cancel: Cancel,
        reporter: Arc<dyn Reporter>,
        is_idle: Arc<AtomicBool>,
    ) -> io::Result<Self> {
        // Whoever starts a program under `nohup` wants it to outlive the terminal.
        let hangup = (!onramp_exec::ignores(onramp_exec::Signal::HUP)).then_some(SIGHUP);
        let mut signals = Signals::new([SIGINT, SIGTERM].into_iter().chain(hangup))?;
        let handle = signals.handle();
        thread::spawn(move || {
            for _ in signals.forever() {
                // Before anybody hears of the request, and begins or ends something.
                let is_idle = is_idle.load(Ordering::Acquire);
                let message = match cancel.escalate() {
                    CancelLevel::None | CancelLevel::Stop => "stopping; once more to kill what is left",
                    CancelLevel::Kill => "killing what is left",
                };
                if !is_idle {
                    reporter.notice(Level::Warning, message);
                }
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
