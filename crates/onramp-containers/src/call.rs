use std::future::{Future, pending};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use onramp_core::{Cancel, CancelLevel};
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// What ends a conversation before its limit.
#[derive(Clone, Copy)]
pub(crate) enum Patience<'a> {
    /// Nothing: it is short, or it cleans up after what was cancelled.
    UntilLimit,
    /// The end of the run.
    UntilCancelled(&'a Cancel),
    /// The end of the run and some time on top, because half of it would be worse; or a second request to end.
    GraceAfterCancel(&'a Cancel, Duration),
}

/// Why a conversation has no result.
#[derive(Debug)]
pub(crate) enum Interruption {
    /// Its limit is over.
    Limit,
    /// The run was cancelled.
    Cancelled,
    /// The system gives no runtime.
    System(io::Error),
}

/// Holds one conversation on this thread. What it has started ends with it.
pub(crate) fn converse<T>(
    limit: Duration,
    patience: Patience<'_>,
    conversation: impl Future<Output = T>,
) -> Result<T, Interruption> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Interruption::System)?;
    runtime.block_on(async {
        let bounded = pin!(timeout(limit, conversation));
        match select(bounded, pin!(cancelled(patience))).await {
            Either::Left((Ok(result), _)) => Ok(result),
            Either::Left((Err(_), _)) => Err(Interruption::Limit),
            Either::Right(_) => Err(Interruption::Cancelled),
        }
    })
}

async fn cancelled(patience: Patience<'_>) {
    let (cancel, grace) = match patience {
        Patience::UntilLimit => return pending().await,
        Patience::UntilCancelled(cancel) => (cancel, Duration::ZERO),
        Patience::GraceAfterCancel(cancel, grace) => (cancel, grace),
    };
    let requested = Arc::new(Notify::new());
    let listener = Arc::clone(&requested);
    let _subscription = cancel.subscribe(move |_| listener.notify_one());
    requested.notified().await;
    // Whoever asks a second time does not want to wait.
    if cancel.level() < CancelLevel::Kill {
        select(pin!(sleep(grace)), pin!(requested.notified())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn a_result_comes_first() {
        let cancel = Cancel::new();
        cancel.escalate();
        let ready = converse(LONG, Patience::UntilCancelled(&cancel), async { 7 });
        assert!(matches!(ready, Ok(7)));
    }

    #[test]
    fn what_never_ends_is_ended() {
        let ended = converse(Duration::from_millis(1), Patience::UntilLimit, pending::<()>());
        assert!(matches!(ended, Err(Interruption::Limit)));
        let cancel = Cancel::new();
        let other = cancel.clone();
        let thread = std::thread::spawn(move || other.escalate());
        let patience = Patience::GraceAfterCancel(&cancel, Duration::from_millis(1));
        assert!(matches!(converse(LONG, patience, pending::<()>()), Err(Interruption::Cancelled)));
        thread.join().unwrap();
    }

    #[test]
    fn a_second_request_ends_the_grace() {
        let cancel = Cancel::new();
        cancel.escalate();
        let other = cancel.clone();
        let thread = std::thread::spawn(move || other.escalate());
        let patience = Patience::GraceAfterCancel(&cancel, LONG);
        assert!(matches!(converse(LONG, patience, pending::<()>()), Err(Interruption::Cancelled)));
        thread.join().unwrap();
    }
}
