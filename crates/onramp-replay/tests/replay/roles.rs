//! Histories that count on what the operator of their server has made.

use onramp_core::Dialect;
use onramp_database::catalog::{Kind, ObjectId};

use super::{Site, finds};

/// The roles of the server that were made since it is there.
fn roles(site: &Site) -> Vec<String> {
    let database = site.databases.create().unwrap();
    let query = "SELECT rolname::text FROM pg_roles WHERE rolname !~ '^pg_' AND oid > 16383 ORDER BY 1";
    database.client().unwrap().texts(query).unwrap()
}

#[test]
fn roles_that_a_history_names_are_made_and_gone_with_it() {
    let files = [
        ("pg/0001_a.up.sql", "CREATE TABLE a (id int, owner_id int);\nALTER TABLE a OWNER TO postgres;"),
        ("pg/0001_a.down.sql", "DROP TABLE a;"),
        (
            "pg/0002_b.up.sql",
            "GRANT SELECT ON a TO reader, \"Writer\";\n\
             ALTER TABLE a ENABLE ROW LEVEL SECURITY;\n\
             CREATE POLICY own ON a FOR SELECT TO reader USING (id > 0);\n\
             ALTER DEFAULT PRIVILEGES FOR ROLE keeper GRANT SELECT ON TABLES TO reader;\n\
             SET ROLE keeper;\nCREATE TABLE b (id int);\nRESET ROLE;",
        ),
        (
            "pg/0002_b.down.sql",
            "DROP TABLE b;\nDROP POLICY own ON a;\nALTER TABLE a DISABLE ROW LEVEL SECURITY;\n\
             REVOKE ALL ON a FROM reader, \"Writer\";\n\
             ALTER DEFAULT PRIVILEGES FOR ROLE keeper REVOKE SELECT ON TABLES FROM reader;",
        ),
        (
            "pg/0003_c.up.sql",
            "CREATE ROLE maker LOGIN;\n-- in a block nobody sees the name before\n\
             DO $$ BEGIN EXECUTE 'GRANT INSERT ON a TO ' || 'hidden'; END $$;\n\
             DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hidden') THEN CREATE ROLE hidden; END IF; END $$;",
        ),
        ("pg/0003_c.down.sql", "REVOKE INSERT ON a FROM hidden;\nDROP ROLE maker;"),
    ];
    let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
    let before = roles(&site);
    let replayed = site.replay();
    assert_eq!((replayed.applied, replayed.reverted), (3, 3), "{replayed:#?}");
    finds(
        &site,
        &replayed,
        &[
            &["0002_b.up.sql:1 stand-in", "`Writer` was made"],
            &["0002_b.up.sql:1 stand-in", "`reader` was made"],
            &["0003_c.up.sql:3 stand-in", "`hidden` was made"],
            &["0001_a.up.sql:2 stand-in", "`ALTER TABLE a`", "owners"],
            &["0002_b.up.sql:4 stand-in", "`ALTER DEFAULT PRIVILEGES` and 5 more", "left out"],
        ],
    );
    assert_eq!(roles(&site), before, "roles are of the whole server");
    let catalog = replayed.catalog.unwrap();
    assert!(catalog.objects.contains_key(&ObjectId::new(Kind::Policy, ["a", "own"])), "{catalog:#?}");
}

#[test]
fn two_replays_at_once_share_what_they_both_name() {
    let files = [
        ("pg/0001_a.up.sql", "CREATE TABLE a (id int);\nGRANT SELECT ON a TO app;"),
        ("pg/0001_a.down.sql", "DROP TABLE a;"),
        ("pg/0002_b.up.sql", "BEGIN;\nCREATE TABLE b (id int);\nCOMMIT;\nGRANT SELECT ON b TO app, other;"),
        ("pg/0002_b.down.sql", "DROP TABLE b;"),
    ];
    let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
    let before = roles(&site);
    let told = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| site.replay())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    for replayed in &told {
        assert_eq!((replayed.applied, replayed.reverted), (2, 2), "{replayed:#?}");
        finds(&site, replayed, &[&["0001_a.up.sql:2", "`app`"], &["0002_b.up.sql:4", "`other`"]]);
    }
    // The last one that named a role drops it, or the next guest does where two went at once.
    site.replay();
    assert_eq!(roles(&site), before);
}

#[test]
fn on_a_server_that_is_given_no_role_is_made() {
    let files = [(
        "pg/0001_a.up.sql",
        "CREATE TABLE a (id int);\nALTER TABLE a OWNER TO app;\nGRANT SELECT ON a TO app;",
    )];
    let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
    let before = roles(&site);
    let its_own = site.databases.create().unwrap();
    let url = its_own.expand("postgresql://{user}:{password}@{host}:{port}/{database}");
    let given = site.on_server(&url);
    finds(
        &given,
        &given.replay(),
        &[
            &["0001_a.up.sql:3 not-replayed", "role \"app\" does not exist", "CREATE ROLE makes it"],
            &["0001_a.up.sql:2 stand-in", "owners"],
        ],
    );
    assert_eq!(roles(&site), before);
    // What the operator has made there is used as it is.
    its_own.client().unwrap().execute("CREATE ROLE app").unwrap();
    finds(&given, &given.replay(), &[&["0001_a.up.sql:2 stand-in"]]);
    its_own.client().unwrap().execute("DROP ROLE app").unwrap();
}

#[test]
fn a_guest_becomes_no_role_that_may_do_more() {
    // The user of the server may do everything, and has made a role of his own.
    let files = [
        ("pg/0001_a.up.sql", "CREATE TABLE a (id int);"),
        ("pg/0002_b.up.sql", "DO $$ BEGIN EXECUTE 'SET ROLE strong'; END $$;\nCREATE TABLE b (id int);"),
    ];
    let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
    let database = site.databases.create().unwrap();
    database.client().unwrap().execute("CREATE ROLE strong SUPERUSER").unwrap();
    let replayed = site.replay();
    finds(&site, &replayed, &[&["0002_b.up.sql:1 not-replayed", "set role \"strong\""]]);
    database.client().unwrap().execute("DROP ROLE strong").unwrap();
}

#[test]
fn what_needs_an_extension_that_is_not_there_is_told() {
    let files = [
        ("pg/0001_a.up.sql", "CREATE EXTENSION IF NOT EXISTS no_such_thing;\nCREATE TABLE a (id int);"),
        ("pg/0001_a.down.sql", "DROP TABLE a;\nDROP EXTENSION no_such_thing;"),
        ("pg/0002_b.up.sql", "COMMENT ON EXTENSION no_such_thing IS 'x';\nCREATE TABLE b (id int, v thing);"),
    ];
    let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
    let replayed = site.replay();
    assert_eq!((replayed.applied, replayed.reverted), (1, 1), "{replayed:#?}");
    finds(
        &site,
        &replayed,
        &[
            &[
                "0002_b.up.sql:2 not-replayed",
                "it may need `no_such_thing`",
                "image",
                "\"thing\" does not exist",
            ],
            &["0001_a.up.sql:1 stand-in", "`no_such_thing` is not to be had"],
        ],
    );
}
