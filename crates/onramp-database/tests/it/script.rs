use std::thread;
use std::time::Duration;

use onramp_core::{Cancel, Dialect, FailureKind};
use onramp_database::catalog::Catalog;
use onramp_database::script::{Guest, Stopped, Transaction};
use onramp_database::{Database, Databases};

use super::{Worktree, dialects, execute, rows};

/// A guest of a new database, with all that has to last as long as he does; he goes first.
fn guest_of(dialect: Dialect) -> (Worktree, Databases, Database, Guest) {
    let worktree = Worktree::new();
    let databases = worktree.open(dialect).unwrap();
    let database = databases.create().unwrap();
    let guest = Guest::of(&database, &Cancel::new()).unwrap();
    (worktree, databases, database, guest)
}

/// Runs a script as one transaction.
fn run(guest: &mut Guest, script: &str) -> Result<(), Stopped> {
    guest.run(script, Transaction::One)
}

/// Expects that a script stops, at a line and with a message.
#[track_caller]
fn stops(guest: &mut Guest, script: &str, line: u32, message: &str) {
    let stopped = run(guest, script).expect_err(script);
    assert!(stopped.failure.message.contains(message), "{script}: {}", stopped.failure);
    assert_eq!(stopped.line, line, "{script}: {}", stopped.failure);
    assert!(stopped.is_of_the_script());
}

fn roles(database: &Database) -> Vec<String> {
    let query = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'onramp\\_guest%'";
    database.client().unwrap().texts(query).unwrap()
}

#[test]
fn a_guest_does_what_a_migration_does() {
    for dialect in dialects() {
        let (_worktree, _databases, database, mut guest) = guest_of(dialect);
        let script = "-- first\nCREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT DEFAULT 'x;y');\nINSERT INTO a VALUES (1, '');";
        run(&mut guest, script).unwrap();
        assert_eq!(rows(&database, "a"), 1);
        stops(&mut guest, "-- ä\nINSERT INTO a VALUES (2, '');\n\nDROP TABLE\n absent;", 4, "absent");
        stops(&mut guest, "SELECT 1;\n\n  SELEKT 2;\nSELECT 3;", 3, "SELEKT");
        run(&mut guest, "BEGIN; ALTER TABLE a ADD COLUMN c INTEGER; COMMIT;").unwrap();
        run(&mut guest, "CREATE INDEX i ON a (c)").unwrap();
        drop(guest);
        // Whoever made the database still may do everything with it.
        execute(&database, "ALTER TABLE a ADD COLUMN d INTEGER; DROP TABLE a").unwrap();
    }
}

#[test]
fn what_refuses_to_be_one_of_several_runs_by_itself() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let (_worktree, databases, database, mut guest) = guest_of(Dialect::Postgresql);
    run(&mut guest, "CREATE TABLE a (id INTEGER)").unwrap();
    run(&mut guest, "-- one alone\nCREATE INDEX CONCURRENTLY i ON a (id);\n").unwrap();
    let two = "CREATE INDEX CONCURRENTLY j ON a (id);\nCREATE INDEX CONCURRENTLY k ON a (id);";
    stops(&mut guest, two, 1, "transaction block");
    guest.run(two, Transaction::Each).unwrap();
    run(&mut guest, "DROP INDEX j; DROP INDEX k").unwrap();
    guest.run(two, Transaction::IfAllowed).unwrap();
    // Where none refuses, they are one.
    guest.run("CREATE TABLE half (id INTEGER); SELECT nothing", Transaction::IfAllowed).unwrap_err();
    stops(&mut guest, "DROP TABLE half", 1, "half");
    let wrong = "SELECT 1;\nSELECT 2;\nSELECT nothing;";
    assert_eq!(guest.run(wrong, Transaction::Each).unwrap_err().line, 3);
    run(&mut guest, "CREATE EXTENSION citext; CREATE TABLE b (c citext)").unwrap();
    assert_eq!(roles(&database).len(), 1);
    // The scripts can forbid whatever would clean up behind them, and the role goes all the same.
    let other = databases.create().unwrap();
    run(&mut guest, "REVOKE ALL ON DATABASE CURRENT_CATALOG FROM PUBLIC").unwrap_err();
    let name = database.identity();
    run(&mut guest, &format!("REVOKE CONNECT ON DATABASE \"{name}\" FROM PUBLIC")).unwrap();
    run(&mut guest, &format!("ALTER DATABASE \"{name}\" SET default_transaction_read_only TO on")).unwrap();
    drop((guest, database));
    assert_eq!(roles(&other), [""; 0]);
    // One that a killed command has left goes when the next guest comes.
    execute(&other, "CREATE ROLE onramp_guest_left").unwrap();
    let guest = Guest::of(&other, &Cancel::new()).unwrap();
    let found = roles(&other);
    assert!(matches!(&found[..], [name] if name != "onramp_guest_left"), "{found:?}");
    drop(guest);
}

/// A statement where nobody sees it before the server does.
fn within_block(statement: &str) -> String {
    format!("DO $$ BEGIN EXECUTE '{statement}'; END $$")
}

#[test]
fn a_guest_reaches_nothing_beyond_the_database() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        let (database, other) = (databases.create().unwrap(), databases.create().unwrap());
        execute(&other, "CREATE TABLE secret (id INTEGER)").unwrap();
        let mark = worktree.root.join("mark");
        let mut guest = Guest::of(&database, &Cancel::new()).unwrap();
        run(&mut guest, "CREATE TABLE a (id INTEGER)").unwrap();
        match dialect {
            Dialect::Sqlite => {
                let path = mark.display();
                stops(
                    &mut guest,
                    &format!("ATTACH '{path}' AS other; CREATE TABLE other.a (id)"),
                    1,
                    "not authorized",
                );
                let (folder, name) = (worktree.root.display(), "'mark'");
                for file in [
                    &format!("'{folder}/' || {name}"),
                    &format!("printf('%s', '{path}')"),
                    &format!("(SELECT '{path}')"),
                    &format!("CAST('{path}' AS TEXT)"),
                    &format!("'file:{path}?mode=rwc' || ''"),
                    &format!("\"{path}\""),
                    "?",
                    "$file",
                    "NULL",
                ] {
                    stops(&mut guest, &format!("ATTACH {file} AS other"), 1, "not authorized");
                    stops(
                        &mut guest,
                        &format!("ATTACH DATABASE {file} AS other KEY 'x'"),
                        1,
                        "not authorized",
                    );
                }
                stops(&mut guest, &format!("VACUUM INTO '{path}'"), 1, "authorization denied");
                stops(&mut guest, &format!("VACUUM INTO '{path}' || ''"), 1, "authorization denied");
                stops(&mut guest, "SELECT load_extension('x')", 1, "not authorized");
                let elsewhere = other.expand("{path}");
                stops(
                    &mut guest,
                    &format!("ATTACH '{elsewhere}' AS o; SELECT * FROM o.secret"),
                    1,
                    "not authorized",
                );
                stops(&mut guest, &format!("ATTACH '' || '{elsewhere}' AS o"), 1, "not authorized");
                stops(&mut guest, "PRAGMA Temp_Store_Directory = '/'", 1, "not authorized");
                run(&mut guest, "VACUUM; PRAGMA foreign_keys = OFF").unwrap();
            }
            Dialect::Postgresql => {
                let (path, elsewhere) = (mark.display(), other.identity());
                for script in [
                    &format!("SELECT * FROM \"{elsewhere}\".public.secret"),
                    &format!("DROP DATABASE \"{elsewhere}\""),
                    &format!("ALTER DATABASE \"{elsewhere}\" SET search_path TO trap"),
                    &format!("ALTER DATABASE \"{}\" RENAME TO other", database.identity()),
                    &within_block("CREATE EXTENSION dblink"),
                    &within_block("CREATE EXTENSION postgres_fdw"),
                    "CREATE TABLESPACE t LOCATION '/tmp'",
                    &format!("COPY a TO PROGRAM 'touch {path}'"),
                    &format!("COPY a TO '{path}'"),
                    "SELECT pg_read_file('/etc/hostname')",
                    "SELECT lo_import('/etc/hostname')",
                    &within_block("CREATE ROLE friend SUPERUSER"),
                    &within_block("ALTER ROLE CURRENT_USER SUPERUSER"),
                    &within_block("GRANT pg_execute_server_program TO CURRENT_USER"),
                    &within_block("SET SESSION AUTHORIZATION onramp"),
                    &within_block("SET ROLE onramp"),
                    "ALTER SYSTEM SET port TO 1",
                    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'system'",
                    &within_block("CREATE EXTENSION file_fdw"),
                ] {
                    let said = run(&mut guest, script).expect_err(script).failure.to_string();
                    let no = ["permission denied", "must be ", "must have ", "cross-database references"];
                    let is_refused = no.iter().any(|no| said.contains(no));
                    assert!(is_refused, "{script}: {said}");
                }
                // What is not run has no effect, whatever it asks for.
                for script in [
                    "CREATE ROLE friend SUPERUSER",
                    "RESET SESSION AUTHORIZATION; RESET ROLE; ALTER ROLE CURRENT_USER SUPERUSER",
                    "GRANT pg_execute_server_program TO CURRENT_USER",
                    "SET SESSION AUTHORIZATION onramp; SET ROLE onramp",
                    "CREATE EXTENSION dblink; CREATE EXTENSION file_fdw",
                    "GRANT SELECT ON a TO onramp, pg_execute_server_program",
                    "ALTER TABLE a OWNER TO onramp",
                ] {
                    run(&mut guest, script).expect(script);
                }
                run(&mut guest, &format!("COPY a TO PROGRAM 'touch {path}'")).expect_err("a program is run");
                let known = |query: &str| database.client().unwrap().texts(query).unwrap();
                assert_eq!(known("SELECT rolname::text FROM pg_roles WHERE rolname = 'friend'"), [""; 0]);
                assert_eq!(known("SELECT extname::text FROM pg_extension"), ["plpgsql"]);
                let owner = "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'a'";
                assert!(known(owner)[0].starts_with("onramp_guest_"), "{:?}", known(owner));
                let roles = "SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member::regrole::text LIKE 'onramp_guest%'";
                assert_eq!(known(roles), [""; 0], "a guest is a member of nothing");
            }
        }
        assert!(!mark.exists());
        assert_eq!((rows(&database, "a"), rows(&other, "secret")), (0, 0));
    }
}

#[test]
fn a_role_that_a_guest_has_named_gives_him_nothing() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let (worktree, databases, database, mut guest) = guest_of(Dialect::Postgresql);
    run(&mut guest, "CREATE TABLE a (id INTEGER); GRANT SELECT ON a TO app").unwrap();
    // A revision of the project, which may do everything, meets it on the server and takes it for its own.
    let mut client = database.client().unwrap();
    client.execute("GRANT pg_execute_server_program TO app; ALTER ROLE app CREATEROLE").unwrap();
    let mark = worktree.root.join("mark");
    for script in [
        format!("COPY a TO PROGRAM 'touch {}'", mark.display()),
        within_block("SET ROLE app"),
        within_block("GRANT app TO CURRENT_USER"),
    ] {
        run(&mut guest, &script).expect_err(&script);
    }
    assert!(!mark.exists());
    // It goes with the last guest who has named it, and where that one was killed, with the next command.
    let other = databases.create().unwrap();
    let mut second = Guest::of(&other, &Cancel::new()).unwrap();
    run(&mut second, "CREATE TABLE a (id INTEGER); GRANT SELECT ON a TO app").unwrap();
    drop((guest, client, database));
    let is_there = |database: &Database| {
        let query = "SELECT rolname::text FROM pg_roles WHERE rolname = 'app'";
        !database.client().unwrap().texts(query).unwrap().is_empty()
    };
    assert!(is_there(&other));
    drop((second, other));
    assert!(!is_there(&databases.create().unwrap()));
}

#[test]
fn a_script_goes_on_from_where_nothing_of_it_is_lost_or_not_at_all() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let (_worktree, databases, database, mut guest) = guest_of(Dialect::Postgresql);
    let names = |role: &str| format!("DO $$ BEGIN EXECUTE 'GRANT SELECT ON b TO {role}'; END $$;");
    let script =
        format!("BEGIN; CREATE TABLE a (); COMMIT; BEGIN; CREATE TABLE b (); {} COMMIT;", names("one"));
    run(&mut guest, &script).unwrap();
    assert_eq!((rows(&database, "a"), rows(&database, "b")), (0, 0));
    let other = databases.create().unwrap();
    let mut guest = Guest::of(&other, &Cancel::new()).unwrap();
    let script =
        format!("BEGIN; CREATE TABLE a (); COMMIT AND CHAIN; CREATE TABLE b ();\n{} COMMIT;", names("two"));
    stops(&mut guest, &script, 2, "role \"two\" does not exist");
}

#[test]
fn what_a_script_leaves_behind_is_no_trap_for_whoever_looks_at_it() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let (_worktree, _databases, database, mut guest) = guest_of(Dialect::Postgresql);
    let trap = format!(
        "CREATE TABLE a (id integer);
         CREATE FUNCTION public.array_remove(a text[], b text) RETURNS text[] LANGUAGE plpgsql AS $$ BEGIN
           IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RAISE 'caught'; END IF;
           RETURN pg_catalog.array_remove(a, b);
         END $$;
         ALTER DATABASE \"{}\" SET search_path TO nowhere;
         ALTER ROLE CURRENT_USER SET search_path TO nowhere",
        database.identity()
    );
    run(&mut guest, &trap).unwrap();
    guest.catalog(&[]).unwrap();
    // It is one: who may do everything walks into it.
    let said = Catalog::read(&mut database.client().unwrap(), &[]).unwrap_err();
    assert!(said.message.contains("caught"), "{said}");
}

#[test]
fn a_guest_sees_all_that_he_has_made() {
    const MANY: &str = "CREATE SCHEMA s; CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN d AS text CHECK (VALUE <> '');
        CREATE TABLE s.t (id serial PRIMARY KEY, m mood NOT NULL DEFAULT 'a', d d, r int4range, EXCLUDE USING gist (r WITH &&));
        CREATE TABLE p (id bigint GENERATED ALWAYS AS IDENTITY, at date) PARTITION BY RANGE (at);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE INDEX i ON s.t (lower(d)) WHERE m = 'b';
        CREATE VIEW v AS SELECT id FROM s.t; CREATE MATERIALIZED VIEW w AS SELECT * FROM v;
        CREATE FUNCTION f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a';
        CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER g BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION g();
        ALTER TABLE s.t ENABLE ROW LEVEL SECURITY; CREATE POLICY y ON s.t USING (id > 1);
        CREATE RULE r AS ON DELETE TO p DO INSTEAD NOTHING; CREATE STATISTICS z ON id, m FROM s.t;
        CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int); CREATE COLLATION c (LOCALE = 'C');
        CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
        CREATE PUBLICATION pub FOR TABLE s.t; CREATE EXTENSION citext; CREATE TABLE x (c citext);
        CREATE TEXT SEARCH CONFIGURATION k (COPY = simple); CREATE CAST (mood AS int) WITH INOUT;
        COMMENT ON TABLE s.t IS 'it'; GRANT SELECT ON s.t TO PUBLIC; REVOKE ALL ON FUNCTION f FROM PUBLIC;
        ALTER TABLE s.t REPLICA IDENTITY FULL;";
    for dialect in dialects() {
        let (_worktree, _databases, database, mut guest) = guest_of(dialect);
        let script = match dialect {
            Dialect::Sqlite => {
                "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT CHECK (b <> ''), c AS (id + 1)); CREATE INDEX i ON a (lower(b));
                 CREATE VIEW v AS SELECT * FROM a; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT NEW.id; END;
                 CREATE VIRTUAL TABLE f USING fts5(x);"
            }
            Dialect::Postgresql => MANY,
        };
        run(&mut guest, script).unwrap();
        let seen = guest.catalog(&[]).unwrap();
        assert_eq!(seen, Catalog::read(&mut database.client().unwrap(), &[]).unwrap());
        assert!(seen.objects.len() > 5);
    }
}

/// A script that never ends, and does what it can against being stopped.
fn endless(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "CREATE TABLE a (id);\nWITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;"
        }
        Dialect::Postgresql => {
            "CREATE TABLE a (id int);\nSET statement_timeout TO 0; DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1000); \
             EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;"
        }
    }
}

#[test]
fn a_script_that_never_ends_is_stopped() {
    for dialect in dialects() {
        let (_worktree, databases, database, guest) = guest_of(dialect);
        let mut guest = guest.with_limit(Duration::from_secs(4));
        stops(&mut guest, endless(dialect), 2, "it takes longer than 4 s");
        drop((guest, database));
        let (database, cancel) = (databases.create().unwrap(), Cancel::new());
        let mut client = database.client().unwrap();
        let mut guest = Guest::of(&database, &cancel).unwrap();
        let asked = cancel.clone();
        let later = thread::spawn(move || {
            // Its first statement has come to its end.
            super::wait_until(|| client.execute("SELECT * FROM a").is_ok());
            asked.escalate()
        });
        let stopped = guest.run(endless(dialect), Transaction::Each).unwrap_err();
        assert_eq!(
            (stopped.failure.kind, stopped.line),
            (FailureKind::Interrupted, 2),
            "{}",
            stopped.failure
        );
        later.join().unwrap();
    }
}

#[test]
fn a_look_that_never_ends_is_stopped_too() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let (_worktree, _databases, _database, guest) = guest_of(Dialect::Postgresql);
    let mut guest = guest.with_limit(Duration::from_secs(1));
    let trap = "CREATE TABLE a (id integer);
        CREATE FUNCTION public.array_remove(a text[], b text) RETURNS text[] LANGUAGE plpgsql AS $$ BEGIN LOOP
          BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN NULL; END;
        END LOOP; END $$;";
    run(&mut guest, trap).unwrap();
    let failure = guest.catalog(&[]).unwrap_err();
    assert!(failure.message.contains("it takes longer than 1 s"), "{failure}");
}

#[test]
fn a_transaction_that_a_script_leaves_open_ends_with_it() {
    for dialect in dialects() {
        let (_worktree, _databases, database, mut guest) = guest_of(dialect);
        stops(&mut guest, "BEGIN;\nCREATE TABLE a (id INTEGER);\n", 2, "leaves a transaction open");
        stops(&mut guest, "BEGIN;\nSELECT nothing;\nCOMMIT;", 2, "nothing");
        run(&mut guest, "BEGIN; CREATE TABLE a (id INTEGER); COMMIT").unwrap();
        assert_eq!(rows(&database, "a"), 0);
    }
}

#[test]
fn what_a_client_would_do_with_a_script_is_done_or_told() {
    for dialect in dialects() {
        let (_worktree, _databases, database, mut guest) = guest_of(dialect);
        match dialect {
            Dialect::Sqlite => {
                stops(
                    &mut guest,
                    "SELECT 1;\n.read other.sql\n",
                    2,
                    "sqlite3 alone knows the command `.read other.sql`",
                );
            }
            Dialect::Postgresql => {
                let dump = "\\restrict Ab1\nCREATE TABLE a (b text);\nCOPY public.a (b) FROM stdin;\nx;y\n\\N\n\\.\nCREATE INDEX i ON a (b);\n\\unrestrict Ab1\n";
                run(&mut guest, dump).unwrap();
                assert_eq!(rows(&database, "a"), 2);
                stops(&mut guest, "SELECT 1;\n\nCOPY a FROM stdin;\n1\t2\n\\.\n", 3, "extra data");
                guest.run("COPY a FROM stdin;\nz\n\\.\n", Transaction::Each).unwrap();
                assert_eq!(rows(&database, "a"), 3);
                // Before the first statement, because nobody knows what it is for.
                stops(
                    &mut guest,
                    "DROP TABLE a;\n\\connect other\n",
                    2,
                    "psql alone knows the command `\\connect other`",
                );
                assert_eq!(rows(&database, "a"), 3);
            }
        }
    }
}
