use std::path::PathBuf;

use super::*;
use crate::ledger::faults::{history, spec};
use crate::{LedgerSpec, OnlySpec};

fn histories_of(sqlite: &[&str], postgresql: &[&str]) -> BTreeMap<Dialect, History> {
    BTreeMap::from([
        (Dialect::Sqlite, history(Dialect::Sqlite, sqlite)),
        (Dialect::Postgresql, history(Dialect::Postgresql, postgresql)),
    ])
}

fn bare() -> MigrateSpec {
    MigrateSpec { ledger: None::<LedgerSpec>, ..spec("", None) }
}

fn shown(pairs: &Pairs) -> Vec<String> {
    let line = |change: &Change| {
        let ids: Vec<&str> = Dialect::ALL
            .iter()
            .map(|dialect| change.revisions.get(dialect).map_or("-", String::as_str))
            .collect();
        let why = change.lacking.values().map(|lack| format!(" {lack:?}")).collect::<String>();
        format!("{}{why}", ids.join(" "))
    };
    pairs.changes.iter().map(line).collect()
}

#[test]
fn titles_that_come_twice_are_paired_in_their_order() {
    let sqlite = ["a1 Fix", "a2 Add", "a3 fix!"];
    let postgresql = ["b1 Fix", "b2 Fix", "b3 Add"];
    let histories = histories_of(&sqlite, &postgresql);
    let pairs = Pairs::of(&bare(), &histories, None);
    // No order is right for all three, and each is there.
    let mut lines = shown(&pairs);
    lines.sort();
    assert_eq!((lines, pairs.by), (vec!["a1 b1".to_owned(), "a2 b3".into(), "a3 b2".into()], Pairing::Slug));
}

#[test]
fn the_histories_suggest_ids_where_these_are_the_same() {
    let histories = histories_of(&["01 x", "02 y"], &["01 z", "02 y", "03 a"]);
    let pairs = Pairs::of(&bare(), &histories, None);
    assert_eq!(pairs.by, Pairing::Id);
    assert_eq!(shown(&pairs), ["01 01", "02 02", "- 03 Unpaired { likely: None, cause: NoKey }"]);
    let by_slug = MigrateSpec { pairing: Some(Pairing::Slug), ..bare() };
    let pairs = Pairs::of(&by_slug, &histories, None);
    assert_eq!(pairs.changes.len(), 4);
}

#[test]
fn what_comes_before_a_baseline_has_no_twin() {
    let sqlite = ["a1 One", "a2 Two", "a3 Three", "a4 Four"];
    let postgresql = ["b0 Old", "b2 All so far", "b3 Three", "b5 Five"];
    let histories = histories_of(&sqlite, &postgresql);
    let mut spec = bare();
    spec.dialects[1].baseline = Some("b2".to_owned());
    let pairs = Pairs::of(&spec, &histories, None);
    let lines = shown(&pairs);
    for line in [
        "a1 - BeforeBaseline",
        "a2 - BeforeBaseline",
        "- b0 BeforeBaseline",
        "- b2 BeforeBaseline",
        "a3 b3",
        "a4 - Unpaired { likely: None, cause: NoKey }",
        "- b5 Unpaired { likely: None, cause: NoKey }",
    ] {
        assert!(lines.iter().any(|known| known == line), "{line}: {lines:#?}");
    }
    assert_eq!(lines.len(), 7);
}

#[test]
fn what_is_declared_alone_says_why() {
    let histories = histories_of(&["a1 One"], &["b1 One", "b2 Index"]);
    let only = |revision: &str| OnlySpec {
        revision: revision.to_owned(),
        dialect: Dialect::Postgresql,
        reason: "no need".to_owned(),
        place: Some((PathBuf::from("onramp.toml"), 7)),
    };
    let spec = MigrateSpec { only: vec![only("b2"), only("b1"), only("b3")], ..bare() };
    let pairs = Pairs::of(&spec, &histories, None);
    assert_eq!(shown(&pairs), ["a1 b1", "- b2 Only(\"no need\")"]);
    let stale: Vec<_> =
        pairs.findings(&spec, &histories).into_iter().map(|found| (found.line, found.code)).collect();
    assert_eq!(stale, [(Some(7), "only-stale"), (Some(7), "only-stale")]);
}
