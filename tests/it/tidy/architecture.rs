use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

use super::root;

/// How many crates there may be in the tree of normal dependencies of `xtask` on Linux, itself and what
/// procedural macros need included. All of them are compiled before the first `cargo xtask` of every
/// contributor, so to raise this number is a decision that the changelog tells, not a formality.
const CRATES_OF_XTASK: usize = 212;

/// Which crates of this workspace each one may depend on. `onramp` and the tests stand above the engines.
const ARROWS: &[(&str, &[&str])] = &[
    ("onramp-core", &[]),
    ("onramp-builtins", &[]),
    ("onramp-file-types", &[]),
    ("onramp-exec", &["onramp-core"]),
    ("onramp-cache", &["onramp-core"]),
    ("onramp-git", &["onramp-core", "onramp-exec"]),
    ("onramp-config", &["onramp-core", "onramp-file-types"]),
    ("onramp-histories", &["onramp-core"]),
    ("onramp-import", &["onramp-file-types"]),
    ("onramp-containers", &["onramp-core"]),
    ("onramp-database", &["onramp-core", "onramp-exec", "onramp-containers", "onramp-testing"]),
    ("onramp-migrate", &["onramp-core", "onramp-exec", "onramp-database", "onramp-histories"]),
    ("onramp-migration-lint", &["onramp-core", "onramp-database", "onramp-testing"]),
    ("onramp-parity", &["onramp-core", "onramp-database", "onramp-testing"]),
    ("onramp-pictures", &["onramp-core", "onramp-database"]),
    (
        "onramp-replay",
        &["onramp-core", "onramp-exec", "onramp-database", "onramp-histories", "onramp-testing"],
    ),
    // What tests stand on: nothing that is shipped depends on it.
    ("onramp-testing", &["onramp-core", "onramp-exec", "onramp-database"]),
    ("onramp-watch", &["onramp-core"]),
    (
        "onramp",
        &[
            "onramp-core",
            "onramp-builtins",
            "onramp-file-types",
            "onramp-exec",
            "onramp-cache",
            "onramp-git",
            "onramp-histories",
            "onramp-import",
            "onramp-config",
            "onramp-containers",
            "onramp-database",
            "onramp-migrate",
            "onramp-migration-lint",
            "onramp-parity",
            "onramp-pictures",
            "onramp-replay",
            "onramp-watch",
        ],
    ),
    ("xtask", &["onramp"]),
    ("onramp-tests", &["onramp", "onramp-core", "onramp-exec", "onramp-testing"]),
];

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml"));
    let platform = "x86_64-unknown-linux-gnu";
    command.other_options(["--locked", "--filter-platform", platform].map(str::to_owned));
    command.exec().expect("cargo knows the workspace")
}

/// The names of a package's direct dependencies, those of its tests included.
fn dependencies(package: &Package) -> BTreeSet<&str> {
    package.dependencies.iter().map(|dependency| dependency.name.as_str()).collect()
}

/// The crates under the facade.
fn engines(metadata: &Metadata) -> Vec<&Package> {
    let packages = metadata.workspace_packages().into_iter();
    packages.filter(|package| package.manifest_path.as_str().contains("/crates/onramp-")).collect()
}

#[test]
fn the_core_depends_on_std_alone() {
    let metadata = metadata();
    let core = engines(&metadata).into_iter().find(|package| package.name == "onramp-core").unwrap();
    assert_eq!(dependencies(core), BTreeSet::new());
}

#[test]
fn engines_know_neither_command_line_nor_configuration_nor_screen() {
    for engine in engines(&metadata()) {
        for above in ["clap", "indicatif", "onramp-config", "onramp"] {
            assert!(!dependencies(engine).contains(above), "{} depends on {above}", engine.name);
        }
    }
}

#[test]
fn async_code_stays_in_one_crate() {
    for package in metadata().workspace_packages() {
        let names = dependencies(package);
        let has_any = names.contains("tokio") || names.contains("bollard");
        assert!(!has_any || package.name == "onramp-containers", "{}", package.name);
    }
}

#[test]
fn crates_depend_on_one_another_only_along_the_arrows() {
    let metadata = metadata();
    let known: BTreeSet<&str> =
        metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    for package in metadata.workspace_packages() {
        let arrow = ARROWS.iter().find(|(name, _)| package.name == *name);
        let (_, allowed) = arrow.unwrap_or_else(|| panic!("{} has no line in ARROWS", package.name));
        for name in dependencies(package).intersection(&known) {
            assert!(allowed.contains(name), "{} depends on {name}", package.name);
        }
    }
}

#[test]
fn what_tests_stand_on_is_no_part_of_a_program() {
    for package in metadata().workspace_packages() {
        let mut depending = package.dependencies.iter().filter(|one| one.name == "onramp-testing");
        let is_for_tests = depending.all(|one| one.kind == DependencyKind::Development);
        assert!(is_for_tests || package.name == "onramp-tests", "{}", package.name);
    }
}

#[test]
fn a_crate_is_called_like_its_folder() {
    for package in metadata().workspace_packages() {
        let folder = package.manifest_path.parent().and_then(|folder| folder.file_name()).unwrap();
        assert!(package.name == folder || (package.name == "onramp-tests" && folder == "tests"), "{folder}");
    }
}

#[test]
fn the_doorbell_has_no_more_crates_than_decided() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().unwrap();
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let xtask = metadata.workspace_packages().into_iter().find(|package| package.name == "xtask").unwrap();
    let mut tree = BTreeSet::new();
    let mut pending = vec![&xtask.id];
    while let Some(id) = pending.pop() {
        if tree.insert(id) {
            let normal = |kind: &cargo_metadata::DepKindInfo| kind.kind == DependencyKind::Normal;
            let next = nodes[id].deps.iter().filter(|dependency| dependency.dep_kinds.iter().any(normal));
            pending.extend(next.map(|dependency| &dependency.pkg));
        }
    }
    assert!(tree.len() <= CRATES_OF_XTASK, "{} crates, {CRATES_OF_XTASK} were decided", tree.len());
}
