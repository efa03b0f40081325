use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_exec::ProcessSpec;
use serde::{Deserialize, Serialize};

use crate::key::joined_key;
use crate::remembered::recall;
use crate::shim;

/// Variables that tell of the terminal and the session of whoever runs Onramp: nothing that is imported may depend on
/// them, and each window has its own.
const OF_THE_TERMINAL: [&str; 14] = [
    "_",
    "COLORTERM",
    "COLUMNS",
    "DISPLAY",
    "LINES",
    "OLDPWD",
    "PWD",
    "SHLVL",
    "STY",
    "TERM",
    "TMUX",
    "VTE_VERSION",
    "WAYLAND_DISPLAY",
    "WINDOWID",
];

/// How the names of more of them begin, and of our own.
const BEGINNINGS: [&str; 14] = [
    "DBUS_",
    "GNOME_",
    "ITERM_",
    "KITTY_",
    "KONSOLE_",
    "LC_TERMINAL",
    "ONRAMP_",
    "SSH_",
    "TERMINAL_",
    "TERM_",
    "TMUX_",
    "VSCODE_",
    "WEZTERM_",
    "XDG_SESSION_",
];

/// What a fork server is told at its start, and what others learn about it.
#[derive(Deserialize, Serialize)]
pub(super) struct Order {
    /// Which processes it can stand for.
    pub(super) key: String,
    /// How long it waits for somebody, in seconds.
    pub(super) idle: f64,
    /// What it imports, in this order.
    pub(super) modules: Vec<String>,
    /// The variables that it takes out of its environment before that.
    pub(super) without: Vec<String>,
}

impl Order {
    /// The one in that folder.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        recall(&Self::place(folder))
    }

    pub(super) fn place(folder: &Path) -> PathBuf {
        folder.join("order.json")
    }

    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::write(Self::place(folder), serde_json::to_vec(self)?)
    }
}

/// What must be the same for one process to stand for another: the command, the folder, the environment, and ourselves.
pub(super) fn key(process: &ProcessSpec, without: &[String]) -> String {
    let mut variables: Vec<_> = process.environment.iter().collect();
    variables.sort();
    let variables = variables.into_iter().filter(|(name, _)| !is_of_the_terminal(&name.to_string_lossy()));
    let variables = variables.map(|(name, value)| format!("{name:?}={value:?}"));
    let words = process.argv.iter().map(|word| format!("{word:?}"));
    let mut parts: Vec<String> = words.chain([format!("{:?}", process.directory)]).chain(variables).collect();
    parts.extend(without.iter().cloned());
    parts.extend(shim::MODULES.map(|(_, source)| source.to_owned()));
    joined_key(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

fn is_of_the_terminal(name: &str) -> bool {
    OF_THE_TERMINAL.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use onramp_exec::Environment;

    fn key_with(variables: &[(&str, &str)]) -> String {
        let environment = Environment::new(variables.iter().map(|(name, value)| (name.into(), value.into())));
        key(&ProcessSpec::new(["alembic", "upgrade", "head"], "/project", environment), &[])
    }

    #[test]
    fn another_terminal_is_no_other_environment_and_another_library_path_is() {
        let one = key_with(&[("PATH", "/bin"), ("TERM", "xterm"), ("SSH_TTY", "/dev/pts/1")]);
        assert_eq!(one, key_with(&[("TMUX_PANE", "%1"), ("PATH", "/bin"), ("_", "/bin/onramp")]));
        for other in [
            [("PATH", "/bin"), ("LD_LIBRARY_PATH", "/opt")],
            [("PATH", "/bin"), ("TERMINUS", "1")],
            [("PATH", "/usr/bin"), ("TERM", "xterm")],
        ] {
            assert_ne!(one, key_with(&other));
        }
    }
}
