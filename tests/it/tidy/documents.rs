use std::collections::BTreeSet;

use super::text;
use crate::folder;

/// What the rows of a Markdown table, or the items of a list, begin with in backticks.
fn entries(page: &str) -> BTreeSet<String> {
    let entry = |line: &str| {
        let rest = line.strip_prefix("| `").or_else(|| line.strip_prefix("- `"))?;
        rest.split_once('`').map(|(name, _)| name.to_owned())
    };
    page.lines().filter_map(entry).collect()
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = text("Cargo.toml");
    let (_, rest) = manifest.split_once("[workspace.dependencies]\n").unwrap();
    let table = rest.split("\n[").next().unwrap();
    let names: BTreeSet<String> = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.contains("path = "))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.to_owned()))
        .collect();
    assert!(names.contains("clap"), "{names:?}");
    assert_eq!(
        entries(&text("docs/dependencies.md")),
        names,
        "docs/dependencies.md on the left, Cargo.toml on the right"
    );
}

#[test]
fn every_environment_variable_is_documented() {
    let source = text("crates/onramp/src/env_vars.rs");
    let names: BTreeSet<String> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split_once(": &str = \"")?.1.strip_suffix("\";"))
        .map(str::to_owned)
        .collect();
    assert!(names.contains("ONRAMP_FORMAT"), "{names:?}");
    assert_eq!(
        entries(&text("docs/environment.md")),
        names,
        "docs/environment.md on the left, env_vars.rs on the right"
    );
}

/// The text between that string and the next quotation mark, wherever it stands in the program's sources.
fn literals(begin: &str) -> BTreeSet<String> {
    let sources = super::sources();
    let own = sources.iter().filter(|(file, _)| file.contains("/src/") && !file.contains("onramp-testing"));
    let plain = own.flat_map(|(_, text)| text.split("#[cfg(test)]").next());
    let ends = plain.flat_map(|text| text.split(begin).skip(1).filter_map(|rest| rest.split('"').next()));
    ends.map(str::to_owned).collect()
}

#[test]
fn every_folder_that_is_written_is_documented() {
    let page = text("docs/formats.md");
    let (_, rest) = page.split_once("\n## Files below `.onramp`\n").expect("the chapter");
    let (below, rest) = rest.split_once("\n## Files outside of it\n").expect("the next one");
    let outside = rest.split("\n## ").next().unwrap_or_default();
    let mut names: BTreeSet<String> = [" state.join(\"", "self.directory.join(\"", ".state.join(\""]
        .into_iter()
        .flat_map(literals)
        .filter_map(|path| path.split('/').next().map(str::to_owned))
        .collect();
    // Those with a constant of their own.
    names.extend(["shadow", "interpreters"].map(str::to_owned));
    assert!(names.len() > 15 && names.contains("databases") && names.contains("logs"), "{names:?}");
    let is_told = |name: &&String| {
        [format!("`{name}`"), format!("`{name}/"), format!("`{name}.")]
            .iter()
            .any(|told| below.contains(told))
    };
    let untold: Vec<&String> = names.iter().filter(|name| !is_told(name)).collect();
    assert_eq!(untold, Vec::<&String>::new(), "docs/formats.md, files below .onramp");

    let prefixes =
        ["\"onramp-db-", "\"onramp-replay-", "\"onramp-data-", "\"onramp-exchange", "\"onramp-index-"];
    let known: BTreeSet<String> = prefixes
        .into_iter()
        .filter(|prefix| !literals(prefix).is_empty())
        .map(|prefix| prefix[1..].to_owned())
        .collect();
    assert_eq!(known.len(), prefixes.len(), "{known:?}");
    let of_places =
        |name: &String| !["postgresql", "keeper", "test"].iter().any(|other| name.starts_with(other));
    for name in literals("\"onramp-").into_iter().filter(of_places) {
        let prefix: String = name.chars().take_while(|letter| letter.is_ascii_lowercase()).collect();
        assert!(outside.contains(&format!("onramp-{prefix}")), "onramp-{name} is not in docs/formats.md");
    }
}

/// Compares a page with what the program prints.
#[track_caller]
fn is_current(page: &str, printed: &str) {
    let written = text(page);
    let different = written.lines().zip(printed.lines()).position(|(old, new)| old != new);
    let place = different.map_or_else(|| "its end".to_owned(), |line| format!("line {}", line + 1));
    assert!(written == printed, "{page} differs at {place}: run `cargo xtask build reference`");
}

#[test]
fn the_page_about_the_configuration_is_current() {
    is_current("docs/configuration.md", &folder().onramp(["reference", "configuration"]).exits(0).stdout);
}

#[test]
fn the_schema_for_editors_is_current() {
    is_current("docs/onramp.schema.json", &folder().onramp(["schema"]).exits(0).stdout);
}

#[test]
fn the_page_about_the_rules_is_current() {
    is_current("docs/rules.md", &folder().onramp(["reference", "rules"]).exits(0).stdout);
}

#[test]
fn the_page_about_the_commands_is_current() {
    let printed = folder().onramp(["reference", "commands"]).exits(0).stdout;
    // The program under test brings two tasks of its own, which the plain one does not have.
    let own = ["greet", "panic"].map(|task| format!("onramp {task}\n"));
    let sections =
        printed.split("\n## ").filter(|section| !own.iter().any(|heading| section.starts_with(heading)));
    let plain = sections.collect::<Vec<_>>().join("\n## ");
    is_current("docs/commands.md", &format!("{}\n", plain.trim_end()));
}

#[test]
fn every_exit_code_is_documented() {
    let source = text("crates/onramp/src/exit_status.rs");
    let page = text("docs/formats.md");
    let codes: Vec<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = ").map(|(_, code)| code))
        .filter(|code| code.parse::<u8>().is_ok())
        .collect();
    assert_eq!(codes.len(), 7);
    for code in codes {
        assert!(page.contains(&format!("| {code} |")), "docs/formats.md does not explain {code}");
    }
}

#[test]
fn every_finding_of_an_audit_is_documented_with_its_level() {
    let source = text("crates/onramp-histories/src/finding.rs");
    let codes = source.lines().filter_map(|line| {
        let (_, rest) = line.trim().split_once(" = \"")?;
        let (code, level) = rest.strip_suffix(';')?.split_once("\", ")?;
        Some(format!("| `{code}` | {} |", level.to_lowercase()))
    });
    let rows: Vec<String> = codes.collect();
    assert!(rows.contains(&"| `several-heads` | error |".to_owned()), "{rows:?}");
    let page = text("docs/formats.md");
    for row in rows {
        assert!(page.contains(&row), "docs/formats.md has no row {row}");
    }
}
