use std::path::Path;

use onramp_database::catalog::{Catalog, Difference, Kind, ObjectId};
use onramp_database::postgresql::Connection;
use onramp_database::{Client, DatabaseUrl};
use onramp_testing::Scratch;

use crate::read;

#[test]
fn tables_can_be_left_out_with_all_that_is_theirs() {
    let statements =
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
        CREATE INDEX i ON alembic_version (version_num); CREATE TABLE alembic_version_old (a TEXT)";
    let mut scratch = Scratch::sqlite(statements);
    let kept: Vec<String> = Catalog::read(&mut scratch.client, &["alembic_version"])
        .unwrap()
        .objects
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(kept, ["table alembic_version_old", "column alembic_version_old.a"]);
    let Some(mut scratch) = Scratch::postgresql("") else { return };
    let before = read(&mut scratch.client);
    scratch.execute(
        "CREATE TABLE alembic_version (version_num serial PRIMARY KEY, note text CHECK (note <> ''));
        CREATE SCHEMA one; CREATE TABLE one.alembic_version (version_num text)",
    );
    let after = Catalog::read(&mut scratch.client, &["alembic_version", "one.alembic_version"]).unwrap();
    let added: Vec<_> = after.objects.keys().filter(|id| !before.objects.contains_key(id)).collect();
    assert_eq!(added, [&ObjectId::new(Kind::Schema, ["one"])]);
}

#[test]
fn reading_changes_nothing_in_the_session() {
    let Some(mut scratch) = Scratch::postgresql("") else { return };
    scratch.execute("SET search_path TO one; SET timezone TO 'Asia/Tokyo'");
    read(&mut scratch.client);
    let Client::Postgresql(client) = &mut scratch.client else { panic!("a client of PostgreSQL") };
    let row = client.query_one("SELECT current_setting('search_path'), current_setting('timezone')", &[]);
    let row = row.unwrap();
    assert_eq!((row.get(0), row.get(1)), ("one", "Asia/Tokyo"));
}

#[test]
fn a_url_leads_to_the_database_by_the_socket_that_it_names() {
    let Some(scratch) = Scratch::postgresql("CREATE TABLE here (a int)") else { return };
    let connection = scratch.connection();
    for template in [
        "postgresql+asyncpg://{user}:{password}@/{database}?host={socket}&port={port}",
        "postgresql://{user}:{password}@{host}:{port}/{database}",
    ] {
        let url = DatabaseUrl::parse(&connection.expand(template), Path::new("/")).unwrap();
        let catalog = read(&mut url.reader().unwrap());
        assert!(catalog.objects.contains_key(&ObjectId::new(Kind::Table, ["here"])), "{template}");
        assert!(!format!("{url} {url:?}").contains(&connection.password));
    }
    let wrong = connection.expand("postgresql://{user}:wrong-one@{host}:{port}/{database}");
    let failure = DatabaseUrl::parse(&wrong, Path::new("/")).unwrap().reader().err().unwrap();
    assert!(failure.message.contains("password authentication failed"), "{failure}");
    assert!(!failure.message.contains("wrong-one"), "{failure}");
}

#[test]
fn a_file_is_read_and_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA journal_mode = wal; CREATE TABLE here (a int)").unwrap();
    drop(connection);
    let before = std::fs::read(&path).unwrap();
    let mut client = DatabaseUrl::of_file(path.clone()).reader().unwrap();
    assert!(read(&mut client).objects.contains_key(&ObjectId::new(Kind::Table, ["here"])));
    assert!(client.execute("CREATE TABLE another (a)").is_err());
    drop(client);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn neither_a_superuser_nor_a_schema_called_public_is_needed() {
    let Some(mut scratch) = Scratch::postgresql(
        "DROP SCHEMA public; CREATE SCHEMA shop; CREATE TABLE shop.customer (id serial PRIMARY KEY);
        CREATE PUBLICATION changes FOR TABLE shop.customer; CREATE FOREIGN DATA WRAPPER far;
        CREATE SERVER there FOREIGN DATA WRAPPER far; CREATE USER MAPPING FOR PUBLIC SERVER there OPTIONS (a 'b');
        CREATE ROLE \"Mrs. Nobody\" LOGIN PASSWORD 'nothing'",
    ) else { return };
    let all = read(&mut scratch.client);
    assert!(all.objects.contains_key(&ObjectId::new(Kind::Column, ["shop", "customer", "id"])));
    let connection = Connection {
        user: "Mrs. Nobody".to_owned(),
        password: "nothing".to_owned(),
        ..scratch.connection().clone()
    };
    let seen = read(&mut connection.client().unwrap());
    // What she may not know of the mapping is all that is missing.
    let difference = Difference::between(&all, &seen).to_string();
    assert_eq!(difference, "~ opaque \"user mapping\".public on server there  options: a=b -> none\n");
}
