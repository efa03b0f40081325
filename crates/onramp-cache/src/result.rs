use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::{Digest, Outputs};

/// What a task has made of an action: what the Remote Execution API calls an action result. There are none but
/// of successes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ActionResult {
    /// The task's full name, for people who look into the file.
    pub task: String,
    /// The key of what was done.
    pub action: Digest,
    /// What it has written.
    pub outputs: Outputs,
    /// Those of the outputs that lay there before and that it has not written: what an incremental tool had no need
    /// to write again, and what is not its own.
    pub untouched: Vec<String>,
    /// The lines that it has printed, as a [`Transcript`](crate::Transcript); `None` where it printed nothing, or more
    /// than is kept.
    pub transcript: Option<Digest>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// When it was done, in milliseconds since 1970.
    pub finished: u64,
}

impl ActionResult {
    /// This moment, in the unit of [`finished`](Self::finished).
    pub fn now() -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// All contents that the result stands on.
    pub(crate) fn blobs(&self) -> impl Iterator<Item = Digest> {
        let files = self.outputs.values().filter_map(|output| match output {
            crate::Output::File { digest, .. } => Some(*digest),
            crate::Output::Link { .. } | crate::Output::Folder => None,
        });
        files.chain(self.transcript)
    }
}
