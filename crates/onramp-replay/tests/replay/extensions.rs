//! Histories that count on extensions which the server does not have.

use onramp_core::Dialect;

use super::{Site, finds};

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

#[test]
fn an_extension_that_is_left_out_excuses_no_wrong_name() {
    let begin = ("pg/0001_a.up.sql", "CREATE EXTENSION no_such_thing;\nCREATE TABLE t (id int);");
    for (wrong, said) in [
        ("ALTER TABLE tt ADD COLUMN b int;", "relation \"tt\" does not exist"),
        ("ALTER TABLE t DROP COLUMN type;", "column \"type\" of relation \"t\" does not exist"),
        ("CREATE TABLE s.t (id int);", "schema \"s\" does not exist"),
    ] {
        let files = [begin, ("pg/0002_b.up.sql", wrong)];
        let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
        let stand_in: &[&str] = &["0001_a.up.sql:1 stand-in", "`no_such_thing`"];
        finds(&site, &site.replay(), &[&["0002_b.up.sql:1 up-fails", said], stand_in]);
    }
}
