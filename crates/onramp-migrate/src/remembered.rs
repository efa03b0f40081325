use std::fs;
use std::path::Path;

use onramp_exec::own_process;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What an earlier run has remembered in `file`; `None` where there is nothing that can be read.
pub(crate) fn recall<T: DeserializeOwned>(file: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Remembers something for the next run, in one step, in an existing or a new folder. Without it the next run takes
/// a little longer; so no error is one.
pub(crate) fn remember<T: Serialize>(file: &Path, what: &T) {
    let partial = file.with_extension(format!("{}.partial", own_process().pid));
    let text = serde_json::to_vec(what).unwrap_or_default();
    let folder = file.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&partial, text))
        .and_then(|()| fs::rename(&partial, file));
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
}
