use bollard::query_parameters::LogsOptions;
use futures_util::StreamExt;

use crate::container::{ContainerId, found};
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// The last lines that a container has printed, both outputs together, oldest first. None where there is no such
    /// container.
    pub fn logs(&self, id: &ContainerId, lines: usize) -> Result<Vec<String>, EngineError> {
        let text = self.ask(&format!("read the log of the container {id}"), async {
            let options =
                LogsOptions { stdout: true, stderr: true, tail: lines.to_string(), ..Default::default() };
            let mut pieces = self.docker.logs(id.as_str(), Some(options));
            let mut text = Vec::new();
            while let Some(piece) = pieces.next().await {
                match found(piece)? {
                    Some(piece) => text.extend_from_slice(&piece.into_bytes()),
                    None => break,
                }
            }
            Ok(text)
        })?;
        let text = String::from_utf8_lossy(&text);
        let all: Vec<String> = text.lines().map(|line| line.trim_end_matches('\r').to_owned()).collect();
        Ok(all[all.len().saturating_sub(lines)..].to_vec())
    }
}
