//! A rebase that is stopped wherever it may be: the tree is what it was, or complete, and behind the next command nothing
//! is left.

use std::time::Duration;

use onramp_exec::Signal;

use super::branches::{OWNER, branch, git, merge};
use super::kills::thoroughness;
use super::site::{Server, Site};

const REBASE: [&str; 4] = ["migrate", "rebase", "--format", "plain"];

/// The command behind it, which has nothing to do with migrations.
const NEXT: [&str; 1] = ["tasks"];

/// Until which line of the output it comes, and how often that is there by then.
const POINTS: [(&str, usize); 8] = [
    ("migrate:sqlite > copy history", 1),
    ("migrate:postgresql > start database", 1),
    ("migrate:sqlite > compare", 1),
    ("migrate:postgresql > apply", 1),
    ("migrate:postgresql > revert", 1),
    ("migrate:sqlite > apply again", 1),
    ("migrate:postgresql > apply again", 1),
    // What comes when both are done.
    (": passed", 2),
];

const SIGNALS: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::KILL];

/// How long after that a signal comes, in milliseconds.
const DELAYS: [u64; 5] = [0, 1, 3, 15, 60];

/// How many files a complete rebase changes: the first revision of each dialect, and the ledger.
const COMPLETE: usize = 3;

#[test]
fn a_rebase_is_complete_or_never_was() {
    let Some(site) = Site::new(Server::Local) else { return };
    let env = &site.env;
    git(env, &["checkout", "-q", "."]);
    git(env, &["branch", "-M", "main"]);
    branch(env);
    merge(env, &[&OWNER]);
    let before = site.snapshot();
    let changed = || {
        let after = site.snapshot();
        assert_eq!(after.len(), before.len());
        before.iter().filter(|file| !after.contains(file)).count()
    };
    site.run(&REBASE).exits(0);
    assert_eq!(changed(), COMPLETE);
    site.restore(&before);
    let at_rest = site.sight();
    assert!(at_rest.is_empty(), "{at_rest:#?}");
    let rounds = 1 + thoroughness().0 as usize;
    for round in 0..rounds {
        for (place, (line, times)) in POINTS.iter().enumerate() {
            // The moment when files are changed is met by each signal.
            let signals = if *times > 1 { &SIGNALS[..] } else { &SIGNALS[(place + round) % 3..][..1] };
            for (number, signal) in signals.iter().enumerate() {
                let delay = Duration::from_millis(DELAYS[(place + round + number) % DELAYS.len()]);
                let when = format!("{signal:?} {delay:?} after `{line}`");
                let mut run = site.start(&REBASE);
                run.wait_for_times(line, *times);
                std::thread::sleep(delay);
                run.signal(*signal);
                let run = run.finish();
                let stopped = if *signal == Signal::KILL { 137 } else { 130 };
                assert!([0, stopped].contains(&run.code), "{when}: {run:#?}");
                if *signal != Signal::KILL {
                    assert_eq!(site.sight(), at_rest, "{when}");
                    let done = changed();
                    assert!(done == COMPLETE || run.code != 0 && done == 0, "{when}: {done}");
                }
                site.run(&NEXT).exits(0);
                site.comes_to(&at_rest, &when);
                let done = changed();
                assert!(done == COMPLETE || run.code != 0 && done == 0, "{when}: {done} {run:#?}");
                site.restore(&before);
            }
        }
    }
    // Nothing of all that stands in the way of the next one.
    site.run(&REBASE).exits(0);
    assert_eq!(changed(), COMPLETE);
}
