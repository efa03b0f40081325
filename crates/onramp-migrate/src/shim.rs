use std::fs;
use std::io;
use std::path::Path;

use onramp_exec::Environment;

/// The modules for the project's Python: the one that it imports at its start, and what that one loads.
pub(crate) const MODULES: [(&str, &str); 7] = [
    ("sitecustomize.py", include_str!("shim/sitecustomize.py")),
    ("onramp_fork_server.py", include_str!("shim/onramp_fork_server.py")),
    ("onramp_generation.py", include_str!("shim/onramp_generation.py")),
    ("onramp_hooks.py", include_str!("shim/onramp_hooks.py")),
    ("onramp_models.py", include_str!("shim/onramp_models.py")),
    ("onramp_enums.py", include_str!("shim/onramp_enums.py")),
    ("onramp_statements.py", include_str!("shim/onramp_statements.py")),
];

/// Writes the modules into `folder`, a new one.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, source) in MODULES {
        fs::write(folder.join(name), source)?;
    }
    Ok(())
}

/// Has a Python with that environment import the modules in `folder`. The user's `PYTHONPATH` stays, behind ours.
pub(crate) fn activate(folder: &Path, environment: &mut Environment) {
    let mut path = folder.as_os_str().to_owned();
    if let Some(old) = environment.get("PYTHONPATH").filter(|old| !old.is_empty()) {
        path.push(":");
        path.push(old);
    }
    environment.set("PYTHONPATH", path);
    // Two processes must put what has no order of its own into the same one, or their operations differ.
    environment.set("PYTHONHASHSEED", "0");
}
