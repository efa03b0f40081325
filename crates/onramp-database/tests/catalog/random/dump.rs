use std::path::PathBuf;

use onramp_core::{Cancel, Secrets};
use onramp_database::postgresql::Connection;
use onramp_exec::{Environment, Launcher, ProcessSpec};
use onramp_testing::client_program;

/// The program `pg_dump` of a server.
pub(super) struct Dump {
    program: PathBuf,
    launcher: Launcher,
}

impl Dump {
    /// `None`, and said so, where the machine has none for its server.
    pub(super) fn find() -> Option<Self> {
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        Some(Self { program: client_program("pg_dump")?, launcher })
    }

    /// What it writes about the schema of a database.
    pub(super) fn of(&self, connection: &Connection) -> String {
        let mut environment = Environment::default();
        environment.set("PGPASSWORD", &connection.password);
        let (host, port) = (connection.host.as_str(), connection.port.to_string());
        let place = ["-h", host, "-p", &port, "-U", &connection.user, "-d", &connection.database];
        let argv = std::iter::once(self.program.to_str().unwrap()).chain(place);
        let argv = argv.chain(["--schema-only", "--no-owner"]);
        let captured = self.launcher.capture(&ProcessSpec::new(argv, "/", environment)).unwrap();
        assert!(captured.status.success(), "{}", captured.stderr);
        captured.stdout
    }
}

/// The entries of a dump without the order in which they stand.
pub(super) fn entries(dump: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    // Every entry begins with a comment of three lines, whose middle has its name.
    for entry in dump.split("\n--\n-- Name: ").skip(1) {
        let (header, text) = entry.split_once("\n--\n").unwrap_or((entry, ""));
        let text = text.split("\n--\n-- PostgreSQL database dump complete").next().unwrap_or_default();
        let is_setting = |line: &str| line.starts_with("SET default_") || line.starts_with('\\');
        let lines = text.lines().filter(|line| !is_setting(line)).collect::<Vec<_>>();
        if header.contains("; Type: ACL;") || header.contains("; Type: DEFAULT ACL;") {
            // Who was granted something first stands first.
            entries.extend(lines.into_iter().map(str::to_owned));
        } else {
            entries.push(lines.join("\n").trim().to_owned());
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries.sort();
    entries
}

/// The statements of a dump, for another database.
pub(super) fn statements(dump: &str) -> String {
    dump.lines().filter(|line| !line.starts_with('\\')).collect::<Vec<_>>().join("\n")
}
