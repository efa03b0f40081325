//! What becomes of rows when SQLite makes a table anew.

use onramp_database::catalog::Catalog;
use onramp_migration_lint::{Revision, Settings, Statement, Transaction, lint};

use onramp_testing::Scratch;

const SCENE: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
    INSERT INTO parent VALUES (1, 'a');
    INSERT INTO child VALUES (1, 1);
";

const REBUILD: [&str; 4] = [
    "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "INSERT INTO new_parent (id, name) SELECT id, name FROM parent",
    "DROP TABLE parent",
    "ALTER TABLE new_parent RENAME TO parent",
];

/// Runs statements, and returns how many children are left and the codes of what the rules say.
fn run(scene: &str, statements: &[&str], looks: bool) -> (usize, Vec<&'static str>) {
    let mut scratch = Scratch::sqlite(scene);
    let client = &mut scratch.client;
    let before = Catalog::read(client, &[]).unwrap();
    let mut executed = Vec::new();
    let mut transaction = Transaction::Outside;
    for text in statements {
        let foreign_keys =
            client.texts("SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys").unwrap() == ["1"];
        executed.push(Statement {
            text: (*text).to_owned(),
            transaction,
            foreign_keys: looks.then_some(foreign_keys),
            line: None,
        });
        match *text {
            "BEGIN" => transaction = Transaction::Inside,
            "COMMIT" => transaction = Transaction::Outside,
            _ => {}
        }
        client.execute(text).unwrap();
    }
    let after = Catalog::read(client, &[]).unwrap();
    let left = client.texts("SELECT CAST(id AS TEXT) FROM child WHERE parent_id IS NOT NULL").unwrap().len();
    let revision = Revision { before: &before, after: &after, statements: &executed };
    let codes =
        lint(&revision, &Settings::default()).findings.iter().map(|finding| finding.rule.code).collect();
    (left, codes)
}

fn rebuilt(before: &[&str], behind: &[&str]) -> Vec<String> {
    let all = before.iter().chain(&REBUILD).chain(behind);
    all.map(|text| (*text).to_owned()).collect()
}

/// Whatever is looked at, the rule says what the rows say.
#[test]
fn children_are_lost_exactly_where_it_is_said() {
    let ways: [(&[&str], &[&str], usize); 4] = [
        (&[], &[], 0),
        (&["BEGIN", "PRAGMA foreign_keys = OFF"], &["COMMIT"], 0),
        (&["BEGIN", "PRAGMA defer_foreign_keys = ON"], &["COMMIT"], 0),
        (&["PRAGMA foreign_keys = OFF", "BEGIN"], &["COMMIT", "PRAGMA foreign_keys = ON"], 1),
    ];
    for (before, behind, expected) in ways {
        let statements = rebuilt(before, behind);
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        for looks in [true, false] {
            let (left, codes) = run(SCENE, &statements, looks);
            assert_eq!(left, expected, "{before:?}");
            assert_eq!(codes.contains(&"rebuild-loses-children"), expected == 0, "{before:?}: {codes:?}");
            let is_inside = before.iter().position(|text| *text == "BEGIN") == Some(0)
                && before.contains(&"PRAGMA foreign_keys = OFF");
            assert_eq!(codes.contains(&"pragma-in-transaction"), is_inside, "{before:?}: {codes:?}");
            assert!(codes.contains(&"set-not-null"), "{codes:?}");
        }
    }
}

#[test]
fn references_are_emptied_or_in_the_way_by_their_action() {
    let statements: Vec<&str> = REBUILD.to_vec();
    let (left, codes) = run(&SCENE.replace("CASCADE", "SET NULL"), &statements, true);
    assert_eq!(left, 0);
    assert!(codes.contains(&"rebuild-loses-children"), "{codes:?}");
    // A table that nobody refers to can be made anew in any way.
    let scene = SCENE.replace("REFERENCES parent (id) ON DELETE CASCADE", "");
    let (left, codes) = run(&scene, &statements, true);
    assert_eq!((left, codes.as_slice()), (1, &["set-not-null"][..]));
}
