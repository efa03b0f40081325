use std::time::Duration;

/// How long an engine may take. The defaults are meant for a machine that is busy with builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To say its version when it is looked for. Podman starts on demand, which takes it half a second.
    pub greeting: Duration,
    /// To answer a question or to remove something.
    pub answer: Duration,
    /// To create or to start a container.
    pub start: Duration,
    /// Between two signs of life during a pull.
    pub silence: Duration,
    /// To finish a creation or a start after the run was cancelled, and to take it back.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            start: Duration::from_secs(60),
            silence: Duration::from_secs(120),
            grace: Duration::from_secs(5),
        }
    }
}
