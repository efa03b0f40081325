use std::fs;

use super::{files, program, root, sources, text, texts};

/// Sources of more than 400 lines, each with what makes it one thing.
const LONG_SOURCES: [(&str, &str); 0] = [];

/// What tests say and read of their surroundings; no program has it.
const SURROUNDINGS: &str = "crates/onramp-testing/src/surroundings.rs";

/// Fails with the lines that contain one of the patterns, in all sources but the `allowed` ones.
#[track_caller]
fn nowhere_but_in(allowed: &[&str], patterns: &[&str]) {
    let mut breaches = Vec::new();
    for (file, text) in sources().iter().filter(|(file, _)| !allowed.contains(&file.as_str())) {
        for (number, line) in text.lines().enumerate() {
            let code = !line.trim_start().starts_with("//");
            if code && patterns.iter().any(|pattern| line.contains(pattern)) {
                breaches.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(breaches.is_empty(), "{patterns:?} outside {allowed:?}:\n{}", breaches.join("\n"));
}

#[test]
fn one_file_starts_processes() {
    const LAUNCHER: &str = "crates/onramp-exec/src/launcher.rs";
    assert!(text(LAUNCHER).contains("Command::new("), "the launcher has moved");
    for (file, text) in sources() {
        // `clap` has a type of the same name; what matters is the one that the file imports or spells out.
        let imported =
            text.lines().any(|line| line.starts_with("use std::process::") && line.contains("Command"));
        let spelled = text.contains("process::Command::new(");
        let breach = spelled || (imported && text.contains("Command::new("));
        assert!(!breach || file == LAUNCHER, "{file} starts processes");
    }
}

#[test]
fn one_file_prints() {
    nowhere_but_in(&[SURROUNDINGS], &["println!", "eprintln!", "print!(", "eprint!(", "dbg!("]);
    nowhere_but_in(&["crates/onramp/src/printer.rs"], &["io::stdout(", "io::stderr(", "io::stdin("]);
}

#[test]
fn one_file_reads_environment_variables() {
    let reads = ["env::var(", "env::var_os(", "env::vars(", "env::vars_os(", "env::current_dir("];
    nowhere_but_in(&["crates/onramp/src/env_vars.rs", SURROUNDINGS], &reads);
}

#[test]
fn one_file_moves_lines_on_the_screen() {
    nowhere_but_in(&["crates/onramp/src/reporter/human.rs"], &["indicatif"]);
}

#[test]
fn nothing_is_left_for_later() {
    let this_file = file!().replace('\\', "/");
    for (file, text) in texts(|file| file.ends_with(".rs") && !this_file.ends_with(file)) {
        for word in ["#[ignore", "todo!(", "unimplemented!(", "#[allow(", "#![allow("] {
            assert!(!text.contains(word), "{file} has {word}");
        }
    }
}

#[test]
fn the_doorbell_is_short() {
    let lines = text("xtask/src/main.rs").lines().count();
    assert!((1..=20).contains(&lines), "{lines} lines");
}

#[test]
fn a_long_source_has_a_reason() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 400)
        .map(|(file, text)| format!("{file} has {} lines", text.lines().count()))
        .collect();
    let unexplained = |line: &&String| !LONG_SOURCES.iter().any(|(file, _)| line.starts_with(file));
    assert_eq!(
        long.iter().filter(unexplained).collect::<Vec<_>>(),
        [""; 0],
        "a file of one subject is short"
    );
    for (file, _) in LONG_SOURCES {
        assert!(long.iter().any(|line| line.starts_with(file)), "{file} is no longer long");
    }
}

#[test]
fn all_code_is_formatted() {
    let output = program(&["cargo", "fmt", "--all", "--check"]);
    assert!(output.status.success(), "run `cargo fmt --all`\n{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn no_test_is_forgotten() {
    let all = files();
    for file in all.iter().filter(|file| file.starts_with("tests/it/") && file.ends_with(".rs")) {
        let path = file.strip_prefix("tests/it/").and_then(|path| path.strip_suffix(".rs")).unwrap();
        let (parent, name) = match path.rsplit_once('/') {
            Some((folder, name)) => (format!("tests/it/{folder}.rs"), name),
            None => ("tests/it/main.rs".to_owned(), path),
        };
        let declared = name == "main" || text(&parent).contains(&format!("mod {name};"));
        assert!(declared, "{file} is no module of {parent}");
    }
    for file in all.iter().filter(|file| file.starts_with("crates/") && file.ends_with("/tests.rs")) {
        let parent = format!("{}.rs", file.strip_suffix("/tests.rs").unwrap());
        let parents =
            [parent.clone(), file.replace("/tests.rs", "/mod.rs"), file.replace("/tests.rs", "/lib.rs")];
        assert!(
            parents.iter().any(|parent| text(parent).contains("mod tests;")),
            "{file} belongs to nothing"
        );
    }
}

#[test]
fn no_file_names_the_machine_that_it_was_written_on() {
    // Spelled in two parts, so that this file is not one of those.
    let homes = ["root", "home", "Users"].map(|folder| format!("/{folder}/"));
    for (file, text) in texts(|_| true) {
        for (number, line) in text.lines().enumerate() {
            let named = homes.iter().find(|word| line.contains(*word));
            assert!(named.is_none(), "{file}:{}: {line}", number + 1);
        }
    }
}

#[test]
fn locks_name_no_mirror() {
    for (file, text) in texts(|file| file.ends_with("package-lock.json")) {
        assert!(!text.contains("\"resolved\""), "{file} says where packages were downloaded from");
    }
    // One index for all of them: that of cargo itself.
    let sources: std::collections::BTreeSet<_> =
        text("Cargo.lock").lines().filter(|line| line.starts_with("source = ")).map(str::to_owned).collect();
    assert!(sources.len() <= 1, "{sources:#?}");
}

#[test]
fn every_crate_says_what_it_is() {
    for file in files().iter().filter(|file| file.starts_with("crates/") && file.ends_with("/src/lib.rs")) {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.starts_with("//! "), "{file}");
        assert!(text.contains("Architecture Invariant:"), "{file} states no invariant");
    }
}
