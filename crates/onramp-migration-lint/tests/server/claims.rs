//! Each form of statement takes the locks that it is said to take, and does with the rows what it is said to do.

use onramp_database::Client;
use onramp_database::catalog::Catalog;
use onramp_migration_lint::{Cost, Form, LockMode, forms_of};
use onramp_testing::Scratch;

use crate::catalog_of;

/// How a statement of the scene is told to have read all rows of a table: sequential scans in this transaction.
const SCANS: &str = "SELECT seq_scan::text FROM pg_stat_xact_all_tables WHERE relname = ";

/// The strongest lock that somebody else holds on a table of this database: numbers are the same in copies of it.
const LOCKS: &str = "SELECT l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
     JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() \
     WHERE l.pid <> pg_backend_pid() AND l.granted AND c.relname = ";

struct Scene {
    scratch: Scratch,
}

impl Scene {
    fn new() -> Option<Self> {
        Some(Self { scratch: Scratch::postgresql(Form::SCENE)? })
    }

    fn client(&mut self) -> &mut Client {
        &mut self.scratch.client
    }

    fn text(&mut self, query: &str) -> String {
        self.client().texts(query).unwrap().pop().unwrap_or_default()
    }

    fn file_node(&mut self, table: &str) -> String {
        self.text(&format!("SELECT relfilenode::text FROM pg_class WHERE relname = '{table}'"))
    }

    fn scans(&mut self, table: &str) -> u32 {
        self.text(&format!("{SCANS}'{table}'")).parse().unwrap_or(0)
    }
}

/// The forms that the server knows.
fn forms() -> impl Iterator<Item = &'static Form> {
    let major = onramp_testing::major().unwrap_or_default();
    Form::ALL.iter().filter(move |form| form.since() <= major)
}

fn strongest(modes: &[String]) -> Option<LockMode> {
    let all = [
        LockMode::RowExclusive,
        LockMode::ShareUpdateExclusive,
        LockMode::Share,
        LockMode::ShareRowExclusive,
        LockMode::Exclusive,
        LockMode::AccessExclusive,
    ];
    all.into_iter().rfind(|mode| modes.contains(&mode.to_string()))
}

#[test]
fn every_example_is_of_its_form() {
    for form in forms() {
        let claim = form.claim();
        for example in claim.examples {
            let Some(mut scene) = Scene::new() else { return };
            let before = catalog_of(Form::SCENE, &mut scene.scratch);
            let (begin, end) = if claim.in_transaction { ("BEGIN", "COMMIT") } else { ("", "") };
            scene.client().execute(begin).unwrap();
            scene.client().execute(example).unwrap();
            scene.client().execute(end).unwrap();
            let after = Catalog::read(scene.client(), &[]).unwrap();
            let found = forms_of(example, &before, &after);
            assert!(found.contains(form), "{example}: {found:?}, expected {form:?}");
            // Nothing that is said of it may be worse than what it does.
            let costs: Vec<&Form> =
                found.iter().filter(|other| other.rule().is_some() && *other != form).collect();
            assert!(costs.is_empty(), "{example}: {costs:?} beside {form:?}");
        }
    }
}

#[test]
fn every_form_takes_its_locks_and_costs_what_is_said() {
    for form in forms() {
        let claim = form.claim();
        for example in claim.examples.iter().filter(|_| claim.in_transaction) {
            let Some(mut scene) = Scene::new() else { return };
            let mut witness = scene.scratch.another();
            let node = scene.file_node(claim.table);
            scene.client().execute("BEGIN").unwrap();
            let scans = scene.scans(claim.table);
            scene.client().execute(example).unwrap();
            let has_scanned = scene.scans(claim.table) > scans;
            for (table, mode) in claim.locks {
                let modes = witness.texts(&format!("{LOCKS}'{table}'")).unwrap();
                assert_eq!(strongest(&modes), Some(*mode), "{example}: {table}: {modes:?}");
            }
            let is_rewritten = scene.file_node(claim.table) != node;
            scene.client().execute("ROLLBACK").unwrap();
            let found = (is_rewritten, has_scanned);
            match claim.cost {
                Cost::Rewrite => assert!(is_rewritten, "{example}"),
                Cost::Scan => assert_eq!(found, (false, true), "{example}"),
                Cost::Catalog => assert_eq!(found, (false, false), "{example}"),
            }
        }
    }
}

/// What runs in no transaction cannot be watched with its lock held. So somebody else holds a lock that the claimed one is
/// in the way of, which must stop it, and one that it is not in the way of, which must not.
#[test]
fn forms_outside_of_transactions_wait_for_what_their_locks_say() {
    for form in forms() {
        let claim = form.claim();
        for example in claim.examples.iter().filter(|_| !claim.in_transaction) {
            let (table, mode) = claim.locks[0];
            let (conflicting, harmless) = match mode {
                LockMode::AccessExclusive => ("ACCESS SHARE", None),
                _ => ("SHARE UPDATE EXCLUSIVE", Some("ACCESS SHARE")),
            };
            let refused = run_beside(example, table, Some(conflicting));
            let Some(refused) = refused else { return };
            let message = refused.expect_err(&format!("{example} beside {conflicting}"));
            assert!(message.contains("lock timeout"), "{example}: {message}");
            let beside = run_beside(example, table, harmless).unwrap();
            assert_eq!(beside, Ok(()), "{example} beside {harmless:?}");

            let mut scene = Scene::new().unwrap();
            let node = scene.file_node(claim.table);
            scene.client().execute(example).unwrap();
            let is_rewritten = scene.file_node(claim.table) != node;
            assert_eq!(is_rewritten, claim.cost == Cost::Rewrite, "{example}");
            scene.client().execute("BEGIN").unwrap();
            let refused = scene.client().execute(example).unwrap_err().message;
            assert!(refused.contains("transaction block"), "{example}: {refused}");
        }
    }
}

/// Runs a statement while another connection has a lock.
fn run_beside(statement: &str, table: &str, lock: Option<&str>) -> Option<Result<(), String>> {
    let mut scene = Scene::new()?;
    let mut other = scene.scratch.another();
    other.execute("BEGIN").unwrap();
    if let Some(lock) = lock {
        other.execute(&format!("LOCK TABLE {table} IN {lock} MODE")).unwrap();
    }
    // Building CONCURRENTLY waits for the transactions that have the table open, however little they do.
    if lock == Some("ACCESS SHARE") && statement.contains("CONCURRENTLY") {
        other.execute("COMMIT").unwrap();
    }
    scene.client().execute("SET lock_timeout = '300ms'").unwrap();
    Some(scene.client().execute(statement).map_err(|failure| failure.message))
}
