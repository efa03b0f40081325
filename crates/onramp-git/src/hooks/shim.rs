use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What is put behind the name of a hook that was there before.
pub(crate) const KEPT: &str = ".before-onramp";

const FIRST_LINE: &str = "#!/bin/sh\n";
/// How the second line begins; the version of the text and its checksum follow.
const MARK: &str = "# onramp-hook ";
const VERSION: u32 = 1;
/// How the line begins that finds the workspace.
const ENTRY: &str = "    [ -e ";
/// The line that finds the root of the work tree.
const ROOT: &str = "    [ -d .git ] || [ -f .git ] || cd \"./$(git rev-parse --show-cdup)\" || exit 1\n";

/// Where programs lie that the desktop's `PATH` leaves out: an editor that was started from a menu has never seen the
/// user's shell.
const FOLDERS: [&str; 7] = [
    "${CARGO_HOME:-${HOME-}/.cargo}/bin",
    "${HOME-}/.local/bin",
    "${HOME-}/.nix-profile/bin",
    "/nix/var/nix/profiles/default/bin",
    "/run/current-system/sw/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
];

/// The small program in a hook's place. It looks for everything when it runs, so it serves every work tree of a
/// repository, and goes on to work if that is moved.
#[derive(Clone, Debug)]
pub struct Shim {
    /// The name that git has for the hook.
    pub stage: String,
    /// What it runs in the end.
    pub program: Program,
    /// The way from the root of the work tree to the workspace.
    pub workspace: PathBuf,
}

/// What a shim runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// `onramp`, from `PATH`.
    Onramp,
    /// `cargo xtask`, without cargo where it was built before. The program itself knows whether it is current.
    Xtask {
        /// The folder of what cargo builds, relative to the workspace.
        target: String,
        /// The program in it, as in `debug/xtask`.
        file: String,
    },
}

/// Whose text lies in a hook's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Ours,
    Edited,
    Foreign,
}

impl Program {
    /// How one types it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Onramp => "onramp",
            Self::Xtask { .. } => "cargo xtask",
        }
    }

    /// What must be on `PATH`.
    fn needed(&self) -> &'static str {
        match self {
            Self::Onramp => "onramp",
            Self::Xtask { .. } => "cargo",
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Onramp => "cargo install --path crates/onramp in a clone of Onramp",
            Self::Xtask { .. } => "install Rust from https://rustup.rs",
        }
    }
}

impl Shim {
    /// Its whole text.
    pub fn text(&self) -> Vec<u8> {
        let body = self.body();
        let mark = format!("{FIRST_LINE}{MARK}{VERSION} {:016x}\n", checksum(&body));
        [mark.into_bytes(), body].concat()
    }

    fn body(&self) -> Vec<u8> {
        let (stage, program) = (self.stage.as_str(), self.program.name());
        let mut body = Vec::new();
        let mut put = |text: &str| body.extend_from_slice(text.as_bytes());
        put(&format!(
            "# Written by `{program} hooks install`; `{program} hooks uninstall` brings back what was here before.\n\
             tasks() {{\n{ROOT}"
        ));
        body.extend(self.entering());
        let mut put = |text: &str| body.extend_from_slice(text.as_bytes());
        let (needed, folders) = (self.program.needed(), FOLDERS.join(":"));
        put(&format!(
            "    case ,${{ONRAMP_SKIP-}}, in *,all,*) echo 'onramp: {stage} is skipped: ONRAMP_SKIP=all' >&2; exit 0 ;; esac\n    \
             command -v {needed} >/dev/null || export PATH=\"${{PATH:+$PATH:}}{folders}\"\n"
        ));
        if let Program::Xtask { target, file } = &self.program {
            put(&format!(
                "    onramp_built=${{CARGO_TARGET_DIR:-{target}}}/{file}\n    \
                 [ -x \"$onramp_built\" ] && exec \"$onramp_built\" hooks run {stage} \"$@\"\n"
            ));
        }
        put(&format!(
            "    case $(command -v {needed}) in /*) exec {program} hooks run {stage} \"$@\" ;; esac\n    \
             echo 'error: program `{needed}` not found, so {stage} stops here' >&2\n    \
             echo 'hint: {}, or {}' >&2\n    \
             exit 1\n\
             }}\n",
            self.program.advice(),
            way_around(stage)
        ));
        put(&format!(
            "onramp_before=${{0%/*}}/{stage}{KEPT}\n\
             if [ -f \"$onramp_before\" ] && [ -x \"$onramp_before\" ]; then\n"
        ));
        put(if reads_stdin(stage) {
            "    onramp_lines=$(cat; echo .)\n    \
             printf %s \"${onramp_lines%.}\" 2>/dev/null | \"$onramp_before\" \"$@\" || exit\n    \
             printf %s \"${onramp_lines%.}\" 2>/dev/null | tasks \"$@\"\n    \
             exit\n"
        } else {
            "    \"$onramp_before\" \"$@\" || exit\n"
        });
        put("fi\ntasks \"$@\"\n");
        body
    }

    /// A commit without the configuration has no hooks of ours, as one of a time before Onramp.
    fn entering(&self) -> Vec<u8> {
        if self.workspace.as_os_str().is_empty() {
            return b"    [ -e onramp.toml ] || exit 0\n".to_vec();
        }
        let folder = quoted(&Path::new(".").join(&self.workspace));
        [b"    [ -e ", folder.as_slice(), b"/onramp.toml ] || exit 0\n    cd ", &folder, b" || exit 1\n"]
            .concat()
    }
}

/// The stages to which git tells something on standard input.
fn reads_stdin(stage: &str) -> bool {
    ["pre-push", "post-rewrite"].contains(&stage)
}

/// How one does without the hook.
fn way_around(stage: &str) -> String {
    let command = match stage {
        "pre-commit" | "commit-msg" => "commit",
        "pre-merge-commit" => "merge",
        "pre-push" => "push",
        "pre-rebase" => "rebase",
        _ => return "set ONRAMP_SKIP=all".to_owned(),
    };
    format!("git {command} --no-verify")
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> Vec<u8> {
    let mut word = vec![b'\''];
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'\'' => word.extend_from_slice(b"'\\''"),
            byte => word.push(*byte),
        }
    }
    word.push(b'\'');
    word
}

/// Whose a text is. A line of ours anywhere makes it ours, so that what somebody has put before it is not lost.
pub(crate) fn whose(text: &[u8]) -> Whose {
    let is_marked = text.split(|byte| *byte == b'\n').any(|line| line.starts_with(MARK.as_bytes()));
    if !is_marked {
        return Whose::Foreign;
    }
    let intact = || {
        let rest = text.strip_prefix(FIRST_LINE.as_bytes())?.strip_prefix(MARK.as_bytes())?;
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (_, sum) = str::from_utf8(&rest[..end]).ok()?.split_once(' ')?;
        (sum == format!("{:016x}", checksum(&rest[end + 1..]))).then_some(())
    };
    if intact().is_some() { Whose::Ours } else { Whose::Edited }
}

/// What tells the workspace in a text of ours: two of them in one work tree cannot both have its hooks.
pub(crate) fn workspace_line(text: &[u8]) -> Option<&[u8]> {
    text.split(|byte| *byte == b'\n').find(|line| line.starts_with(ENTRY.as_bytes()))
}

/// Whether two texts of ours differ in nothing but the program that they run: who calls the same Onramp by another name
/// has no reason to write it anew.
pub(crate) fn differ_in_program(one: &[u8], other: &[u8]) -> bool {
    let mark = |text: &[u8]| {
        let line = text.split(|byte| *byte == b'\n').nth(1)?;
        line.strip_prefix(MARK.as_bytes())?.split(|byte| *byte == b' ').next().map(<[u8]>::to_vec)
    };
    let author = |text: &[u8]| text.split(|byte| *byte == b'\n').nth(2).map(<[u8]>::to_vec);
    mark(one) == mark(other) && author(one) != author(other) && workspace_line(one) == workspace_line(other)
}

/// FNV-1a with 64 bits: tells an edit, not an attack.
fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shim(stage: &str) -> Shim {
        Shim { stage: stage.to_owned(), program: Program::Onramp, workspace: PathBuf::new() }
    }

    #[test]
    fn an_edit_anywhere_is_told_and_a_hook_of_others_is_theirs() {
        let text = shim("pre-commit").text();
        assert_eq!(whose(&text), Whose::Ours);
        for place in [0, 12, 40, text.len() / 2, text.len() - 1] {
            let mut edited = text.clone();
            edited.insert(place, b'x');
            let expected = if place == 12 { Whose::Foreign } else { Whose::Edited };
            assert_eq!(whose(&edited), expected, "{place}");
        }
        assert_eq!(whose(&[b"#!/bin/sh\necho mine first\n", text.as_slice()].concat()), Whose::Edited);
        assert_eq!(whose(b"#!/bin/sh\nonramp hooks run pre-commit\n"), Whose::Foreign);
    }

    #[test]
    fn a_folder_is_one_word_whatever_it_is_called() {
        let workspace = PathBuf::from("it's\n a folder");
        let text = Shim { workspace, ..shim("pre-push") }.text();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("cd './it'\\''s\n a folder' || exit 1"), "{text}");
    }

    #[test]
    fn it_is_short() {
        for stage in ["pre-commit", "pre-push"] {
            assert!(shim(stage).text().split(|byte| *byte == b'\n').count() <= 26);
        }
    }
}
