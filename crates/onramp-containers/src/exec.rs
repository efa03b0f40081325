use std::time::Duration;

use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::exec::StartExecResults;
use bollard::models::ExecConfig;
use futures_util::StreamExt;
use onramp_core::Cancel;
use tokio::time::sleep;

use crate::call::Patience;
use crate::container::ContainerId;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::variable::{Secrecy, Variable, assignments};

/// How often it is asked whether a program has ended whose outputs have.
const TURN: Duration = Duration::from_millis(5);

/// A program to be run in a container. `Debug` hides its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecSpec {
    argv: Vec<String>,
    environment: Vec<Variable>,
    user: Option<String>,
    limit: Duration,
}

/// What a program in a container did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecOutput {
    /// Its exit code.
    pub code: i64,
    /// Everything on its standard output.
    pub stdout: Vec<u8>,
    /// Everything on its standard error.
    pub stderr: Vec<u8>,
}

impl ExecSpec {
    /// A program with its arguments, and how long it may take. When that is over nobody waits for it any more, but it
    /// goes on as long as the container does: engines cannot end it.
    pub fn new(argv: impl IntoIterator<Item = impl Into<String>>, limit: Duration) -> Self {
        let argv = argv.into_iter().map(Into::into).collect();
        Self { argv, environment: Vec::new(), user: None, limit }
    }

    /// A variable on top of the container's environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push(Variable::new(name, value, Secrecy::Plain));
        self
    }

    /// A variable whose value no error message and no `Debug` shows.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.environment.push(Variable::new(name, value, Secrecy::Secret));
        self
    }

    /// The user it runs as, instead of the container's.
    #[must_use]
    pub fn user(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }
}

impl Engine {
    /// Runs a program in a container that runs, without input, and waits for its end.
    pub fn exec(
        &self,
        cancel: &Cancel,
        id: &ContainerId,
        spec: &ExecSpec,
    ) -> Result<ExecOutput, EngineError> {
        let program = spec.argv.first().map(String::as_str).unwrap_or_default();
        let what = format!("run `{program}` in the container {id}");
        let config = ExecConfig {
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            cmd: Some(spec.argv.clone()),
            env: Some(assignments(&spec.environment)?),
            user: spec.user.clone(),
            ..Default::default()
        };
        let conversation = self.execution(id, config);
        self.ask_within(spec.limit, &what, Patience::UntilCancelled(cancel), conversation)
    }

    async fn execution(&self, id: &ContainerId, config: ExecConfig) -> Result<ExecOutput, Error> {
        let exec = self.docker.create_exec(id.as_str(), config).await?.id;
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        if let StartExecResults::Attached { mut output, .. } = self.docker.start_exec(&exec, None).await? {
            while let Some(piece) = output.next().await {
                match piece? {
                    LogOutput::StdErr { message } => stderr.extend_from_slice(&message),
                    piece => stdout.extend_from_slice(&piece.into_bytes()),
                }
            }
        }
        // The end of the outputs may be seen before the end of the program.
        loop {
            let state = self.docker.inspect_exec(&exec).await?;
            match state.exit_code {
                Some(code) if state.running != Some(true) => return Ok(ExecOutput { code, stdout, stderr }),
                _ => sleep(TURN).await,
            }
        }
    }
}
