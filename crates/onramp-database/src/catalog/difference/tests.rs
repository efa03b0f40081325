use onramp_core::Dialect;

use super::*;
use crate::catalog::Kind;

/// Kind, path and attributes.
type Entry<'a> = (Kind, &'a [&'a str], &'a [(&'a str, &'a str)]);

fn catalog(objects: &[Entry<'_>]) -> Catalog {
    let objects = objects.iter().map(|(kind, path, attributes)| {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        (ObjectId::new(*kind, path.iter().copied()), attributes.collect())
    });
    Catalog { dialect: Dialect::Sqlite, server_version: "3".to_owned(), objects: objects.collect() }
}

#[test]
fn every_change_is_one_line() {
    let before = catalog(&[
        (Kind::Column, &["flow", "name"], &[("type", "VARCHAR"), ("nullable", "true"), ("position", "1")]),
        (Kind::Index, &["flow", "ix"], &[("columns", "name"), ("unique", "true")]),
        (Kind::View, &["names"], &[("definition", "SELECT a\nFROM b\nWHERE c")]),
    ]);
    let after = catalog(&[
        (Kind::Column, &["flow", "name"], &[("type", "VARCHAR"), ("nullable", "false"), ("position", "2")]),
        (Kind::Column, &["flow", "owner"], &[("type", "VARCHAR"), ("nullable", "true"), ("default", "'x'")]),
        (Kind::View, &["names"], &[("definition", "SELECT a\nFROM b2\nWHERE c"), ("comment", "new")]),
    ]);
    let difference = Difference::between(&before, &after);
    assert_eq!(
        difference.to_string(),
        "~ column flow.name  nullable: true -> false\n\
         ~ column flow.name  position: 1 -> 2\n\
         + column flow.owner  VARCHAR DEFAULT 'x'\n\
         - index flow.ix  UNIQUE (name)\n\
         ~ view names  comment: none -> new\n\
         ~ view names  definition, line 2: FROM b -> FROM b2\n"
    );
    assert_eq!(difference.to_json()[1]["attributes"]["default"], "'x'");
    assert_eq!(difference.to_json()[0]["attributes"][0]["before"], "true");
    assert!(Difference::between(&after, &after).is_empty());
}

#[test]
fn the_order_of_columns_can_be_told_apart() {
    let column = |place, nullable| {
        catalog(&[(Kind::Column, &["a", "b"], &[("position", place), ("nullable", nullable)])])
    };
    let mut difference = Difference::between(&column("1", "true"), &column("2", "true"));
    let positions = difference.split_off_positions();
    assert!(difference.is_empty());
    assert_eq!(positions.to_string(), "~ column a.b  position: 1 -> 2\n");
    let mut difference = Difference::between(&column("1", "true"), &column("2", "false"));
    assert!(!difference.split_off_positions().is_empty());
    assert_eq!(difference.to_string(), "~ column a.b  nullable: true -> false\n");
}
