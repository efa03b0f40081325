use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use onramp_exec::{Environment, Launcher, ProcessError, ProcessSpec};

use crate::{program, whole_file};

/// How long a tool may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a tool has not answered.
#[derive(Debug)]
pub(crate) enum ProbeError {
    /// It was ended because the run was cancelled, which says nothing about it.
    Cancelled,
    /// It could not be asked, or failed; the text says how.
    Failed(String),
}

impl From<ProcessError> for ProbeError {
    fn from(error: ProcessError) -> Self {
        match error {
            ProcessError::Cancelled => Self::Cancelled,
            error => Self::Failed(error.to_string()),
        }
    }
}

/// What tools have answered to the question for their version.
///
/// Asking a dozen interpreters takes half a second, so an answer is kept for as long as the program's file
/// stays the same. A shim decides anew at every call which program it stands for; its answers are not kept.
pub(crate) struct Probes {
    file: PathBuf,
    known: Mutex<BTreeMap<String, String>>,
}

impl Probes {
    /// The answers that are kept in `file`; none where it does not exist or cannot be read.
    pub(crate) fn load(file: PathBuf) -> Self {
        let known = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { file, known: Mutex::new(known.unwrap_or_default()) }
    }

    /// No answers, so that every tool is asked; what they say is kept in `file`.
    pub(crate) fn fresh(file: PathBuf) -> Self {
        Self { file, known: Mutex::default() }
    }

    /// What a command prints, from both outputs, or has printed before.
    pub(crate) fn ask(
        &self,
        launcher: &Launcher,
        argv: &[String],
        directory: &Path,
        environment: &Environment,
    ) -> Result<String, ProbeError> {
        let key = question(argv, directory, environment)?;
        if let Some(key) = &key
            && let Some(answer) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key)
        {
            return Ok(answer.clone());
        }
        let answer = ask_anew(launcher, argv, directory, environment)?;
        if let Some(key) = key {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, answer.clone());
        }
        Ok(answer)
    }

    /// Keeps the answers. They can be asked for again, so an error is nobody's trouble.
    pub(crate) fn store(&self) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(text) = serde_json::to_vec(&*known) else { return };
        if fs::read(&self.file).is_ok_and(|old| old == text) {
            return;
        }
        drop(whole_file::replace(&self.file, |new| fs::write(new, text)));
    }
}

/// What a command prints, from both outputs, asked now whatever it has said before. It must succeed.
pub(crate) fn ask_anew(
    launcher: &Launcher,
    argv: &[String],
    directory: &Path,
    environment: &Environment,
) -> Result<String, ProbeError> {
    let mut spec = ProcessSpec::new(argv, directory, environment.clone());
    spec.timeout = Some(PATIENCE);
    let captured = launcher.capture(&spec)?;
    let answer = format!("{}\n{}", captured.stdout, captured.stderr);
    if captured.status.success() {
        return Ok(answer);
    }
    let ending = onramp_exec::Ended(captured.status);
    let last_line = answer.lines().rev().map(str::trim).find(|line| !line.is_empty());
    let reason = last_line.map_or_else(String::new, |line| format!(": {line}"));
    Err(ProbeError::Failed(format!("`{}` {ending}{reason}", spec.display(launcher.secrets()))))
}

/// What an answer is kept under. A shim has no answer that could be kept.
fn question(
    argv: &[String],
    directory: &Path,
    environment: &Environment,
) -> Result<Option<String>, ProcessError> {
    let Some(name) = argv.first() else { return Ok(None) };
    let program = environment.find_program(name.as_ref(), directory)?;
    let stamp = program::stamp(&program).filter(|_| !program::is_shim(&program));
    Ok(stamp.map(|stamp| format!("{} {stamp}", shell_words::join(argv))))
}
