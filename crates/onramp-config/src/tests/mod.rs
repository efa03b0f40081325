mod builtins;
mod checks;
mod databases;
mod example;
mod members;
mod overlay;
mod reference;
mod schema;
mod shape;
mod suites;

use std::path::PathBuf;

use tempfile::TempDir;

use crate::{Config, Diagnostic, Workspace, load};

/// A workspace in a temporary folder.
struct Folder(TempDir);

impl Folder {
    fn new(config: &str) -> Self {
        Self(TempDir::new().unwrap()).file("onramp.toml", config)
    }

    /// One with a name and nothing else but what is given.
    fn named(rest: &str) -> Self {
        Self::new(&format!("[project]\nname = \"demo\"\n{rest}"))
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    fn folder(self, path: &str) -> Self {
        std::fs::create_dir_all(self.0.path().join(path)).unwrap();
        self
    }

    fn root(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    fn workspace(&self) -> Workspace {
        load(self.0.path()).unwrap_or_else(|errors| panic!("{}", self.render(&errors)))
    }

    fn config(&self) -> Config {
        self.workspace().config
    }

    /// The complete report, with paths relative to the folder.
    fn report(&self) -> String {
        load(self.0.path()).map_or_else(|errors| self.render(&errors), |_| "no error\n".to_owned())
    }

    /// A line per error: place, message, hint.
    fn brief(&self) -> String {
        let errors = load(self.0.path()).err().unwrap_or_default();
        let line = |error: &Diagnostic| {
            let file = error.file.strip_prefix(self.0.path()).unwrap().display();
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{file}:{}:{}+{}: {}{hint}\n", error.line, error.column, error.width, error.message)
        };
        errors.iter().map(line).collect::<String>().replace("onramp.toml:", "")
    }

    fn render(&self, errors: &[Diagnostic]) -> String {
        let root = format!("{}/", self.0.path().display());
        errors.iter().map(|error| format!("{error}\n\n")).collect::<String>().replace(&root, "")
    }
}
