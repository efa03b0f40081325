use std::fs;
use std::path::{Path, PathBuf};

use onramp_tests::{Run, Started, TestEnv};

/// What most tests configure: a formatter for text, at commits and at merges.
pub(super) const FORMATTER: &str = "[format.fix]\nrun = \"fixer {files}\"\ncheck = \"true\"\nfiles = [\"**/*.txt\"]\n\n\
                                    [hooks]\npre-commit = [\"format:fix\"]\npre-merge-commit = [\"format:fix\"]\n";

/// A linter that only looks, in the place of the formatter.
pub(super) const LINTER: &str = "[lint.look]\nrun = \"looker {files}\"\nfiles = [\"**/*.txt\"]\n\n[hooks]\npre-commit = [\"lint:look\"]\n";

/// The formatter.
const FIXER: &str = "exec sed -i s/unfixed/FIXED/ -- \"$@\"";

/// A git repository whose hook is the program under test, with one commit in it.
pub(super) struct Site {
    pub(super) env: TestEnv,
}

impl Site {
    /// With the formatter.
    pub(super) fn new() -> Self {
        Self::with(FORMATTER)
    }

    pub(super) fn with(configuration: &str) -> Self {
        Self::of_format(configuration, &[])
    }

    /// The same, with words for the `git init`.
    pub(super) fn of_format(configuration: &str, init: &[&str]) -> Self {
        let site = Self::unborn(configuration, init);
        site.write("start.txt", "start\n");
        site.git(&["add", "."]);
        site.git(&["commit", "-qm", "start", "--no-verify"]);
        site
    }

    /// Without a commit.
    pub(super) fn unborn(configuration: &str, init: &[&str]) -> Self {
        let mut env = crate::workspace(configuration);
        let tools = env.outside().join("tools");
        fs::create_dir(&tools).expect("a folder in the temporary folder");
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", tools.display());
        env.set_variable("PATH", &path);
        env.set_variable("GIT_CONFIG_NOSYSTEM", "1");
        let home = "[user]\nname = A. U. Thor\nemail = author@example.org\n[init]\ndefaultBranch = main\n\
                    [protocol \"file\"]\nallow = always\n[gc]\nauto = 0\n[maintenance]\nauto = false\n[advice]\ndetachedHead = false\n";
        fs::write(env.outside().join("home/.gitconfig"), home).expect("a file in the temporary folder");
        let site = Self { env };
        site.git(&[&["init", "-q"], init].concat());
        site.tool("fixer", FIXER);
        site.tool("looker", "cat -- \"$@\"");
        site.hook_in(".git/hooks");
        site
    }

    /// Makes the program the hooks of a folder.
    pub(super) fn hook_in(&self, folder: &str) {
        fs::create_dir_all(self.path(folder)).expect("the folder of the hooks");
        for stage in ["pre-commit", "pre-merge-commit"] {
            let program = self.env.program().display();
            let script = format!("#!/bin/sh\nexec '{program}' --format plain hooks run {stage} \"$@\"\n");
            executable(&self.path(folder).join(stage), &script);
        }
    }

    /// Writes a program that the tasks run.
    pub(super) fn tool(&self, name: &str, script: &str) {
        executable(&self.env.outside().join("tools").join(name), &format!("#!/bin/sh\n{script}\n"));
    }

    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.env.root().join(path)
    }

    pub(super) fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folders of a file");
        fs::write(path, content).expect("a file of the work tree");
    }

    /// Writes a file and stages it.
    pub(super) fn stage(&self, path: &str, content: impl AsRef<[u8]>) {
        self.write(path, content);
        self.git(&["add", "--", path]);
    }

    /// Commits files without a hook.
    pub(super) fn base(&self, files: &[(&str, &str)]) {
        files.iter().for_each(|(path, content)| self.stage(path, content));
        self.git(&["commit", "-qm", "base", "--no-verify"]);
    }

    /// Runs git, which succeeds, and returns what it printed.
    #[track_caller]
    pub(super) fn git(&self, words: &[&str]) -> String {
        self.git_in("", words)
    }

    #[track_caller]
    pub(super) fn git_in(&self, folder: &str, words: &[&str]) -> String {
        self.env.command(folder, ["git"].iter().chain(words)).exits(0).stdout
    }

    /// Runs git, which may fail.
    #[track_caller]
    pub(super) fn try_git(&self, words: &[&str]) -> Run {
        self.env.command("", ["git"].iter().chain(words))
    }

    /// Makes a commit.
    #[track_caller]
    pub(super) fn commit(&self, words: &[&str]) -> Run {
        self.start_commit(words).finish()
    }

    /// Starts to make one.
    pub(super) fn start_commit(&self, words: &[&str]) -> Started {
        self.env.start_command("", ["git", "commit", "-m", "a commit"].iter().chain(words))
    }

    /// The file as it lies in the work tree.
    #[track_caller]
    pub(super) fn tree(&self, path: impl AsRef<Path>) -> String {
        text(&self.path(path))
    }

    /// The file as it is staged.
    #[track_caller]
    pub(super) fn staged(&self, path: &str) -> String {
        self.object(&format!(":{path}"))
    }

    /// The file as the newest commit has it.
    #[track_caller]
    pub(super) fn head(&self, path: &str) -> String {
        self.object(&format!("HEAD:{path}"))
    }

    /// The content of an object, with all its bytes.
    #[track_caller]
    pub(super) fn object(&self, name: &str) -> String {
        let file = self.env.outside().join("object");
        let script = "exec git cat-file blob \"$0\" > \"$1\"";
        self.env.command("", ["sh", "-c", script, name, &file.display().to_string()]).exits(0);
        text(&file)
    }

    /// What `git status` tells, one line a file.
    #[track_caller]
    pub(super) fn status(&self) -> String {
        self.git(&["status", "--porcelain"])
    }

    /// The live processes of the site whose command lines have these words: its place stands in their environment.
    pub(super) fn running(&self, words: &str) -> Vec<u32> {
        let marker = self.env.outside().to_string_lossy().into_owned();
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
            let read = |name: &str| {
                let bytes = fs::read(entry.path().join(name)).unwrap_or_default();
                String::from_utf8_lossy(&bytes).replace('\0', " ")
            };
            let is_meant = read("environ").contains(&marker) && read("cmdline").contains(words);
            if is_meant && pid != std::process::id() && onramp_exec::process(pid).is_some() {
                found.push(pid);
            }
        }
        found
    }

    /// Expects that the repository is whole, and that nothing of a hook lies about in it.
    #[track_caller]
    pub(super) fn is_in_order(&self) {
        self.git(&["fsck", "--no-dangling", "--no-progress"]);
        let script = "cd \"$(git rev-parse --git-dir)\" && find . -name '*.lock' -o -name '*onramp*'";
        let left = self.env.command("", ["sh", "-c", script]).exits(0).stdout;
        assert_eq!(left, "");
        assert_eq!(self.env.processes(), [""; 0]);
    }
}

fn text(path: &Path) -> String {
    let content = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // One letter a byte, so that every content is a text.
    content.iter().map(|byte| char::from(*byte)).collect()
}

fn executable(path: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    // Under another name first: a program that still runs cannot be written to.
    let new = path.with_extension("new");
    fs::write(&new, script).expect("a program");
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).expect("its mode");
    fs::rename(&new, path).expect("its place");
}
