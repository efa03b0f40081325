use onramp_database::Client;
use onramp_database::catalog::{Catalog, Kind, ObjectId};

use crate::machine::{Machine, execute, read, sqlite};

#[test]
fn tables_can_be_left_out_with_all_that_is_theirs() {
    let statements =
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
        CREATE INDEX i ON alembic_version (version_num); CREATE TABLE alembic_version_old (a TEXT)";
    let mut client = sqlite(statements);
    let kept: Vec<String> = Catalog::read(&mut client, &["alembic_version"])
        .unwrap()
        .objects
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(kept, ["table alembic_version_old", "column alembic_version_old.a"]);
    let Some(machine) = Machine::start() else { return };
    let (_, mut client) = machine.database("");
    let before = read(&mut client);
    execute(
        &mut client,
        "CREATE TABLE alembic_version (version_num serial PRIMARY KEY, note text CHECK (note <> ''));
        CREATE SCHEMA one; CREATE TABLE one.alembic_version (version_num text)",
    );
    let after = Catalog::read(&mut client, &["alembic_version", "one.alembic_version"]).unwrap();
    let added: Vec<_> = after.objects.keys().filter(|id| !before.objects.contains_key(id)).collect();
    assert_eq!(added, [&ObjectId::new(Kind::Schema, ["one"])]);
}

#[test]
fn reading_changes_nothing_in_the_session() {
    let Some(machine) = Machine::start() else { return };
    let (_, mut client) = machine.database("SET search_path TO one; SET timezone TO 'Asia/Tokyo'");
    read(&mut client);
    let Client::Postgresql(client) = &mut client else { panic!("a client of PostgreSQL") };
    let row = client.query_one("SELECT current_setting('search_path'), current_setting('timezone')", &[]);
    let row = row.unwrap();
    assert_eq!((row.get(0), row.get(1)), ("one", "Asia/Tokyo"));
}
