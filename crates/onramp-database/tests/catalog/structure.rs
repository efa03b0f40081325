use onramp_database::structure::{Action, Structure, Table};
use onramp_testing::Scratch;

use crate::read;

/// Names that texts have to quote, or that SQLite writes in another way.
const STATEMENTS: &str = r#"
    CREATE TABLE author (id INTEGER PRIMARY KEY, "Key" VARCHAR(20) NOT NULL, key VARCHAR(20) NOT NULL, "a, b" INTEGER);
    CREATE TABLE "Order Line" (
        id INTEGER NOT NULL,
        author INTEGER REFERENCES author ON DELETE SET NULL,
        other INTEGER,
        total INTEGER DEFAULT 7,
        CONSTRAINT pk PRIMARY KEY (id, author),
        CONSTRAINT uq UNIQUE (total, other),
        CONSTRAINT fk FOREIGN KEY (other) REFERENCES author(id) ON UPDATE CASCADE ON DELETE RESTRICT
            DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT ck CHECK (total > 0 AND other <> total)
    );
    CREATE UNIQUE INDEX ix ON "Order Line" (total DESC, (lower('x, )' || author))) WHERE total > 1;
    CREATE INDEX "ix ""2""" ON author ("a, b", key);
"#;

fn assert_as_expected(structure: &Structure) {
    let paths: Vec<&[String]> = structure.tables.keys().map(Vec::as_slice).collect();
    assert_eq!(paths, [["Order Line"], ["author"]]);
    let table = |name: &str| structure.table(&[name.to_owned()]).unwrap();
    let lines = table("Order Line");
    let columns: Vec<&str> = lines.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["id", "author", "other", "total"]);
    let total = lines.column("total").unwrap();
    assert_eq!((total.nullable, total.default.as_deref(), total.position()), (true, Some("7"), 4));
    assert_eq!(lines.primary_key.as_ref().unwrap().columns, ["id", "author"]);
    assert_eq!(lines.uniques[0].columns, ["total", "other"]);
    assert_foreign_keys(lines);
    assert_eq!(lines.checks.len(), 1);
    let (check, text) = (&lines.checks[0], lines.checks[0].expression.to_lowercase());
    assert!(!text.starts_with("check") && text.contains("other <> total"), "{check:?}");
    assert_eq!(check.rest, "");
    let [index] = lines.indexes.as_slice() else { panic!("{:?}", lines.indexes) };
    assert!(index.unique && index.method == "btree" && index.predicate.is_some(), "{index:?}");
    let keys: Vec<_> = index.keys.iter().map(|key| (key.column.as_deref(), key.descending)).collect();
    assert_eq!(keys, [(Some("total"), true), (None, false)]);
    let [index] = table("author").indexes.as_slice() else { panic!("{:?}", table("author").indexes) };
    let keys: Vec<_> = index.keys.iter().map(|key| key.column.as_deref()).collect();
    assert_eq!(keys, [Some("a, b"), Some("key")]);
    assert_eq!(index.id.name(), "ix \"2\"");
}

/// One that names no columns, and one that names everything.
fn assert_foreign_keys(lines: &Table) {
    let [plain, full] = lines.foreign_keys.as_slice() else { panic!("{:?}", lines.foreign_keys) };
    let (plain, full) = if full.columns == ["other"] { (plain, full) } else { (full, plain) };
    assert_eq!(
        (&plain.columns[..], &plain.target[..]),
        (&["author".to_owned()][..], &["author".to_owned()][..])
    );
    assert_eq!((&plain.target_columns[..], plain.on_delete), (&["id".to_owned()][..], Action::SetNull));
    assert_eq!((full.on_delete, full.on_update), (Action::Restrict, Action::Cascade));
    assert_eq!(full.rest, "DEFERRABLE INITIALLY DEFERRED");
    assert_eq!(full.target_columns, ["id"]);
}

#[test]
fn a_catalog_of_sqlite_is_put_together() {
    // Two columns that differ in case alone are none there.
    let statements = STATEMENTS.replace("\"Key\"", "\"Other\"");
    assert_as_expected(&Structure::of(&read(&mut Scratch::sqlite(&statements).client)));
}

#[test]
fn a_catalog_of_postgresql_is_put_together() {
    let Some(mut scratch) = Scratch::postgresql(STATEMENTS) else { return };
    assert_as_expected(&Structure::of(&read(&mut scratch.client)));
    let Some(mut scratch) = Scratch::postgresql(
        "CREATE SCHEMA \"my.shop\"; CREATE TABLE \"my.shop\".a (id int PRIMARY KEY, b text);
         CREATE TABLE b (a int, c int,
            -- from version 15
            UNIQUE NULLS NOT DISTINCT (c) INCLUDE (a),
            FOREIGN KEY (a) REFERENCES \"my.shop\".a MATCH FULL ON DELETE SET NULL (a));
            -- before version 15
            UNIQUE (c) INCLUDE (a), FOREIGN KEY (a) REFERENCES \"my.shop\".a MATCH FULL ON DELETE SET NULL);
            -- every version
         CREATE INDEX i ON \"my.shop\".a USING btree (b text_pattern_ops DESC NULLS LAST, (b || 'x') COLLATE \"C\");
         CREATE INDEX g ON \"my.shop\".a USING gin (to_tsvector('english', b));
         CREATE VIEW v AS SELECT id FROM \"my.shop\".a",
    ) else { return };
    let structure = Structure::of(&read(&mut scratch.client));
    let b = &structure.tables[&vec!["b".to_owned()]];
    let is_young = onramp_testing::major() >= Some(15);
    assert_eq!(b.uniques[0].rest, if is_young { "NULLS NOT DISTINCT INCLUDE (a)" } else { "INCLUDE (a)" });
    let foreign_key = &b.foreign_keys[0];
    assert_eq!(foreign_key.target, ["my.shop", "a"]);
    assert_eq!(
        (&foreign_key.target_columns[..], foreign_key.on_delete),
        (&["id".to_owned()][..], Action::SetNull)
    );
    assert_eq!(foreign_key.rest, if is_young { "MATCH FULL (a)" } else { "MATCH FULL" });
    let a = &structure.tables[&foreign_key.target];
    let index = |name: &str| a.indexes.iter().find(|index| index.id.name() == name).unwrap();
    let keys = &index("i").keys;
    assert_eq!((keys[0].column.as_deref(), keys[0].descending), (Some("b"), true));
    assert_eq!(keys[0].rest, "text_pattern_ops NULLS LAST");
    assert_eq!((keys[1].column.as_deref(), keys[1].rest.as_str()), (None, "COLLATE \"C\""));
    assert_eq!(
        (index("g").method.as_str(), index("g").keys[0].text.as_str()),
        ("gin", "to_tsvector('english'::regconfig, b)")
    );
    assert!(structure.tables[&vec!["v".to_owned()]].column("id").unwrap().nullable);
}

/// PostgreSQL knows them from version 18 on.
#[test]
fn keys_of_times_are_put_together() {
    if onramp_testing::major() < Some(18) {
        return;
    }
    let Some(mut scratch) = Scratch::postgresql(
        "CREATE EXTENSION btree_gist;
         CREATE TABLE room (id int, during tstzrange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
         CREATE TABLE booking (room int, during tstzrange,
            FOREIGN KEY (room, PERIOD during) REFERENCES room (id, PERIOD during))",
    ) else {
        return;
    };
    let structure = Structure::of(&read(&mut scratch.client));
    let key = structure.tables[&vec!["room".to_owned()]].primary_key.as_ref().unwrap();
    assert_eq!((key.columns.join(", ").as_str(), key.rest.as_str()), ("id, during", "WITHOUT OVERLAPS"));
    let foreign_key = &structure.tables[&vec!["booking".to_owned()]].foreign_keys[0];
    assert_eq!(foreign_key.columns, ["room", "during"]);
    assert_eq!(
        (&foreign_key.target_columns[..], foreign_key.rest.as_str()),
        (&["id".to_owned(), "during".to_owned()][..], "PERIOD")
    );
}
