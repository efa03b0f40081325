use onramp_core::{Cancel, Dialect, FailureKind, Secrets};
use onramp_exec::Launcher;

use super::{Worktree, dialects, execute, rows};

#[test]
fn databases_are_apart_and_leave_nothing() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        assert_eq!(databases.dialect(), dialect);
        assert!(databases.server_version().starts_with(|digit: char| digit.is_ascii_digit()));
        let (first, second) = (databases.create().unwrap(), databases.create().unwrap());
        execute(&first, "CREATE TABLE flow (id INTEGER); INSERT INTO flow VALUES (1)").unwrap();
        assert_eq!(rows(&first, "flow"), 1);
        assert!(execute(&second, "SELECT * FROM flow").is_err());
        let folders = [first.folder().to_path_buf(), second.folder().to_path_buf()];
        assert!(folders.iter().all(|folder| folder.is_dir()));
        drop((first, second, databases));
        assert!(folders.iter().all(|folder| !folder.exists()));
        assert_eq!(worktree.leases(), 0);
    }
}

#[test]
fn databases_can_be_made_by_several_threads_at_once() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        std::thread::scope(|scope| {
            let jobs = (0..4).map(|_| {
                scope.spawn(|| {
                    let database = databases.create().unwrap();
                    execute(&database, "CREATE TABLE flow (id INTEGER)").unwrap();
                    assert_eq!(rows(&database, "flow"), 0);
                })
            });
            jobs.collect::<Vec<_>>().into_iter().for_each(|job| job.join().unwrap());
        });
    }
}

#[test]
fn a_cancelled_run_gets_no_server() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let mut worktree = Worktree::new();
    let cancel = Cancel::new();
    cancel.escalate();
    worktree.launcher = Launcher::new(cancel, Secrets::new());
    let failure = worktree.open(Dialect::Postgresql).err().unwrap();
    assert_eq!(failure.kind, FailureKind::Interrupted);
    assert_eq!(worktree.leases(), 0);
}
