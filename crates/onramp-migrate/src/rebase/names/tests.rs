use super::*;

#[test]
fn the_next_id_looks_like_the_one_before() {
    for (id, expected) in [
        ("0009", Some("0010")),
        ("9", Some("10")),
        ("V9", Some("V10")),
        ("2024a", Some("2025a")),
        ("20241231235959", Some("20250101000000")),
        ("20240228235959", Some("20240229000000")),
        ("20230228235959", Some("20230301000000")),
        ("20240102030405", Some("20240102030406")),
        ("1700000000", Some("1700000001")),
        ("99999999999999", Some("100000000000000")),
        ("ä1", Some("ä2")),
        ("abc", None),
    ] {
        assert_eq!(next(id).as_deref(), expected, "{id}");
    }
}

#[test]
fn what_several_dialects_have_stays_one_id() {
    let spec = crate::ledger::faults::command_spec();
    let theirs = ["sqlite/01_a.sql", "postgresql/01_a.sql", "postgresql/02_index.sql"];
    let own = ["sqlite/02_b.up.sql", "sqlite/02_b.down.sql", "postgresql/02_b.sql", "sqlite/03_c.sql"];
    let tree = side("", &[&theirs[..], &own[..]].concat());
    let planned = plan(&spec, &tree, &side("main", &theirs)).unwrap();
    assert_eq!(
        changes(&planned, Dialect::Sqlite),
        "+03_b.down.sql +03_b.up.sql +04_c.sql -02_b.down.sql -02_b.up.sql -03_c.sql"
    );
    assert_eq!(changes(&planned, Dialect::Postgresql), "+03_b.sql -02_b.sql");
    let revisions = &planned[&Dialect::Sqlite].rebased.as_ref().unwrap().revisions;
    let line: Vec<_> = revisions.iter().map(|one| (one.id.as_str(), one.down.join(""))).collect();
    assert_eq!(line, [("03", "01".to_owned()), ("04", "03".to_owned())]);
}

#[test]
fn an_undo_script_goes_along_and_stays_one() {
    let plan_of = |own: &[&str]| {
        let theirs = ["sqlite/V1__a.sql", "sqlite/U1__a.sql", "sqlite/V2__theirs.sql"];
        let tree = side("", &[&theirs[..], own].concat());
        let planned = plan(&crate::ledger::faults::command_spec(), &tree, &side("main", &theirs));
        match planned {
            Ok(planned) => changes(&planned, Dialect::Sqlite),
            Err(failure) => failure.message,
        }
    };
    assert_eq!(
        plan_of(&["sqlite/V2__mine.sql", "sqlite/U2__mine.sql", "sqlite/V3__more.sql"]),
        "+U3__mine.sql +V3__mine.sql +V4__more.sql -U2__mine.sql -V2__mine.sql -V3__more.sql"
    );
    // The way back from what the other branch has.
    assert_eq!(plan_of(&["sqlite/U2__theirs.sql"]), "");
    assert_eq!(plan_of(&["sqlite/V2__mine.sql", "sqlite/U2__theirs.sql"]), "+V3__mine.sql -V2__mine.sql");
    assert_eq!(
        plan_of(&["sqlite/V2__mine.sql", "sqlite/U2__other.sql"]),
        "nobody can tell whether sqlite/U2__other.sql leads back from V2__theirs.sql or from V2__mine.sql"
    );
    assert_eq!(
        plan_of(&["sqlite/B2__baseline.sql"]),
        "nobody knows which id `B2` gets after `V2`, which begins with other letters"
    );
    assert_eq!(
        plan_of(&["sqlite/U5__nothing.sql"]),
        "nobody knows which id `U5` gets after `V2`, which begins with other letters"
    );
}

#[test]
fn versions_of_several_numbers_are_one_id() {
    let theirs = ["sqlite/V1.2.3__a.sql", "sqlite/U1.2.3__a.sql", "sqlite/V1.2.4__theirs.sql"];
    let own = [
        "sqlite/V1.2.4__mine.sql",
        "sqlite/U1.2.4__mine.sql",
        "sqlite/V1.2.9__more.sql",
        "sqlite/V1.3__last.sql",
    ];
    let tree = side("", &[&theirs[..], &own[..]].concat());
    let planned = plan(&crate::ledger::faults::command_spec(), &tree, &side("main", &theirs)).unwrap();
    assert_eq!(
        changes(&planned, Dialect::Sqlite),
        "+U1.2.5__mine.sql +V1.2.5__mine.sql -U1.2.4__mine.sql -V1.2.4__mine.sql"
    );
    let revisions = &planned[&Dialect::Sqlite].rebased.as_ref().unwrap().revisions;
    let line: Vec<_> = revisions.iter().map(|one| (one.id.as_str(), one.down.join(""))).collect();
    assert_eq!(
        line,
        [("V1.2.5", "V1.2.4"), ("V1.2.9", "V1.2.5"), ("V1.3", "V1.2.9")]
            .map(|(id, down)| (id, down.to_owned()))
    );
}

#[test]
fn two_changes_never_become_one_id() {
    let plan_of = |pairing: Option<Pairing>, theirs: &[&str], own: &[&str]| {
        let spec = MigrateSpec { pairing, ..crate::ledger::faults::command_spec() };
        let tree = side("", &[theirs, own].concat());
        let planned = plan(&spec, &tree, &side("main", theirs)).unwrap();
        let changed = |dialect| changes(&planned, dialect);
        (changed(Dialect::Sqlite), changed(Dialect::Postgresql))
    };
    let first = ["sqlite/01_a.sql", "postgresql/01_a.sql"];
    // `02_owner` would become 03, which is another change in the other dialect.
    let theirs = [&first[..], &["sqlite/02_theirs.sql", "postgresql/02_theirs.sql"]].concat();
    assert_eq!(
        plan_of(None, &theirs, &["sqlite/02_owner.sql", "postgresql/03_index.sql"]),
        ("+03_owner.sql -02_owner.sql".to_owned(), "+04_index.sql -03_index.sql".to_owned())
    );
    // The other branch has a 03 in one dialect alone.
    let theirs =
        [&first[..], &["sqlite/02_theirs.sql", "postgresql/02_theirs.sql", "postgresql/03_index.sql"]]
            .concat();
    let own = ["sqlite/02_owner.sql"];
    let by_id = ("+04_owner.sql -02_owner.sql".to_owned(), String::new());
    assert_eq!(plan_of(None, &theirs, &own), by_id);
    assert_eq!(plan_of(Some(Pairing::Id), &theirs, &own), by_id);
    assert_eq!(
        plan_of(Some(Pairing::Slug), &theirs, &own),
        ("+03_owner.sql -02_owner.sql".to_owned(), String::new())
    );
    // Filled up with zeros or not, it is the same number.
    let theirs =
        ["sqlite/1_a.sql", "postgresql/001_a.sql", "sqlite/2_theirs.sql", "postgresql/002_theirs.sql"];
    assert_eq!(
        plan_of(None, &theirs, &["sqlite/2_owner.sql", "postgresql/003_index.sql"]),
        ("+3_owner.sql -2_owner.sql".to_owned(), "+004_index.sql -003_index.sql".to_owned())
    );
}

fn side(name: &str, files: &[&str]) -> Side {
    let mut side = Side { name: name.to_owned(), ..Side::default() };
    for file in files {
        let (dialect, name) = file.split_once('/').unwrap();
        let dialect: Dialect = dialect.parse().unwrap();
        let path = PathBuf::from(dialect.name()).join(name);
        side.files.entry(dialect).or_default().insert(path, name.as_bytes().to_vec());
    }
    side
}

fn changes(planned: &BTreeMap<Dialect, Planned>, dialect: Dialect) -> String {
    let changes = planned[&dialect].changes.iter().map(|change| {
        let mark = if change.after.is_some() { '+' } else { '-' };
        format!("{mark}{}", change.file.file_name().unwrap().display())
    });
    changes.collect::<Vec<_>>().join(" ")
}
