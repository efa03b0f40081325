use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use onramp_exec::{Environment, Launcher, ProcessError, ProcessSpec};

/// How long a tool may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(30);

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

    /// What a command prints, from both outputs.
    pub(crate) fn ask(
        &self,
        launcher: &Launcher,
        argv: &[String],
        directory: &Path,
        environment: &Environment,
    ) -> Result<String, ProcessError> {
        let mut spec = ProcessSpec::new(argv, directory, environment.clone());
        spec.timeout = Some(PATIENCE);
        let program = environment.find_program(&spec.argv[0], directory)?;
        let key = stamp(&program).map(|stamp| format!("{} {stamp}", argv.join(" ")));
        if let Some(key) = &key
            && let Some(answer) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key)
        {
            return Ok(answer.clone());
        }
        let captured = launcher.capture(&spec)?;
        let answer = format!("{}\n{}", captured.stdout, captured.stderr);
        if let (Some(key), true) = (key, captured.status.success()) {
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
        let new = self.file.with_extension(format!("{}.new", std::process::id()));
        if fs::write(&new, text).and_then(|()| fs::rename(&new, &self.file)).is_err() {
            drop(fs::remove_file(new));
        }
    }
}

/// What tells one file of a program from the next: where it really lies, its size and its time.
fn stamp(program: &Path) -> Option<String> {
    if program.components().any(|part| part.as_os_str() == "shims") {
        return None;
    }
    let path = program.canonicalize().ok()?;
    let metadata = path.metadata().ok()?;
    let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", path.display(), metadata.len(), modified.as_nanos()))
}
