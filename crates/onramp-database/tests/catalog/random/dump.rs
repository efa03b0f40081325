use onramp_database::postgresql::Connection;

use crate::machine::Machine;

/// What `pg_dump` writes about the schema of a database.
pub(super) fn dump(machine: &Machine, connection: &Connection) -> String {
    machine.run("pg_dump", connection, &["--schema-only", "--no-owner"])
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
