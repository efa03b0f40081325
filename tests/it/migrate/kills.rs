//! A migrate of both dialects that is stopped wherever it may be: the tree is what it was, or what it was to become, and
//! behind the next command nothing is left.
//!
//! What runs everywhere has each point once for each kind of server, with another signal each time. With
//! `ONRAMP_TEST_KILLS` set to a number, each point meets each signal that many times, at random moments of its step.

use std::path::PathBuf;
use std::time::Duration;

use onramp_exec::Signal;

use super::site::{Server, Site};

const MIGRATE: [&str; 6] = ["migrate", "--all-dialects", "-m", "add flow owner", "--format", "plain"];

/// The command behind it, which has nothing to do with migrations.
const NEXT: [&str; 1] = ["tasks"];

/// The steps of a dialect whose database is at hand.
const STEPS: [&str; 10] = [
    "copy history",
    "start database",
    "load models",
    "generate",
    "format",
    "apply",
    "revert",
    "look at what came back",
    "apply again",
    "generate again",
];

/// Not the step of a dialect: what comes when both are done.
const PUBLISH: &str = "publish";

/// Further steps where there is no template of the head, and no baseline.
const STEPS_WITHOUT_TEMPLATE: [&str; 3] = ["apply head", "keep head", "load models of HEAD"];

/// Further steps of PostgreSQL where no server runs.
const STEPS_OF_A_START: [(Server, Templates, &str); 4] = [
    (Server::Local, Templates::Removed, "create cluster"),
    (Server::Local, Templates::Kept, "unpack cluster"),
    (Server::Local, Templates::Kept, "start server"),
    (Server::Container, Templates::Kept, "start server"),
];

const SIGNALS: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::KILL];

/// How long after the announcement of its step a signal comes, in milliseconds.
const DELAYS: [u64; 5] = [0, 3, 15, 60, 150];

/// Whether there are templates, baselines and clusters when the command starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Templates {
    Kept,
    Removed,
}

/// A moment of a migrate.
#[derive(Clone, Copy, Debug)]
struct Point {
    dialect: &'static str,
    step: &'static str,
    templates: Templates,
}

/// The points that a migrate has with a kind of server, both dialects in turn.
fn points(server: Server) -> Vec<Point> {
    let of_both = |templates, steps: &[&'static str]| {
        let steps = steps.iter().flat_map(|step| ["sqlite", "postgresql"].map(|dialect| (dialect, *step)));
        steps.map(|(dialect, step)| Point { dialect, step, templates }).collect::<Vec<_>>()
    };
    let mut points = of_both(Templates::Kept, &STEPS);
    points.push(Point { dialect: "postgresql", step: PUBLISH, templates: Templates::Kept });
    if server == Server::Local {
        points.extend(of_both(Templates::Removed, &STEPS_WITHOUT_TEMPLATE));
    }
    let of_start = STEPS_OF_A_START.into_iter().filter(|(of, ..)| *of == server);
    points.extend(of_start.map(|(_, templates, step)| Point { dialect: "postgresql", step, templates }));
    points
}

struct Matrix {
    site: Site,
    server: Server,
    /// The tree as it is.
    before: Vec<(PathBuf, Vec<u8>)>,
    /// What is in sight while nothing runs.
    at_rest: Vec<String>,
}

impl Matrix {
    /// Runs one migrate, so that there are templates, and a server where it stays.
    fn new(server: Server) -> Option<Self> {
        let site = Site::new(server)?;
        let before = site.snapshot();
        site.run(&MIGRATE).exits(0);
        assert_eq!(changes(&before, &site.snapshot()), COMPLETE);
        site.restore(&before);
        let at_rest = site.sight();
        let is_warm = matches!(server, Server::Warm | Server::WarmContainer);
        assert_eq!(at_rest.is_empty(), !is_warm, "{at_rest:#?}");
        Some(Self { site, server, before, at_rest })
    }

    /// Stops a migrate at a point.
    fn stop(&self, point: Point, signal: Signal, delay: Duration) {
        let when = format!("{:?}, {signal:?} {delay:?} after {point:?}", self.server);
        let Self { site, before, at_rest, .. } = self;
        match point.templates {
            Templates::Removed => self.remove_templates(),
            Templates::Kept => self.keep_templates(),
        }
        let mut run = site.start(&MIGRATE);
        match point.step {
            PUBLISH => run.wait_for_times(": passed", 2),
            step => run.wait_for(&format!("migrate:{} > {step}", point.dialect)),
        }
        std::thread::sleep(delay);
        run.signal(signal);
        let run = run.finish();
        let stopped = if signal == Signal::KILL { 137 } else { 130 };
        assert!([0, stopped].contains(&run.code), "{when}: {run:#?}");
        let done = changes(before, &site.snapshot());
        if signal != Signal::KILL {
            // Who can put everything in order does so himself.
            assert_eq!(&site.sight(), at_rest, "{when}");
            assert!(done == COMPLETE || run.code != 0 && done == [0; 2], "{when}: {done:?}");
        }
        let next = || drop(site.run(&NEXT).exits(0));
        next();
        match self.server {
            Server::Container => site.comes_to_by(next, at_rest, &when),
            _ => site.comes_to(at_rest, &when),
        }
        let done = changes(before, &site.snapshot());
        assert!(done == COMPLETE || run.code != 0 && done == [0; 2], "{when}: {done:?} {run:#?}");
        site.restore(before);
    }

    /// Has what an earlier point has removed, and a killed command did not make again.
    fn keep_templates(&self) {
        let clusters = self.site.entries(".onramp/databases/clusters");
        if self.server == Server::Local && !clusters.iter().any(|name| name.ends_with(".tar")) {
            self.site.run(&MIGRATE).exits(0);
            self.site.restore(&self.before);
        }
    }

    /// Has the histories applied from the beginning, the models of the base loaded, and a cluster made.
    fn remove_templates(&self) {
        let folder = self.site.env.root().join(".onramp/databases");
        for folder in ["templates", "baselines", "clusters"].map(|name| folder.join(name)) {
            // It is not there where the last migrate was stopped before it kept anything.
            let _ = std::fs::remove_dir_all(folder);
        }
    }

    fn run(&self, first: usize) {
        let (thorough, seed) = thoroughness();
        let mut random = Random(seed);
        for (place, point) in points(self.server).iter().enumerate() {
            if thorough == 0 {
                let delay = Duration::from_millis(DELAYS[place % DELAYS.len()]);
                self.stop(*point, SIGNALS[(first + place) % SIGNALS.len()], delay);
            }
            for _ in 0..thorough {
                for signal in SIGNALS {
                    let delay = Duration::from_micros(random.below(300_000));
                    self.stop(*point, signal, delay);
                }
            }
        }
        // Nothing of all that stands in the way of the next one.
        self.site.run(&MIGRATE).exits(0);
        assert_eq!(changes(&self.before, &self.site.snapshot()), COMPLETE);
    }
}

/// What a complete migrate makes of the tree: two revisions, and an entry in the ledger.
const COMPLETE: [usize; 2] = [2, 1];

/// How many files are new, and how many have another content or are gone.
fn changes(before: &[(PathBuf, Vec<u8>)], after: &[(PathBuf, Vec<u8>)]) -> [usize; 2] {
    let new = after.iter().filter(|(path, _)| before.iter().all(|(known, _)| known != path)).count();
    [new, before.iter().filter(|file| !after.contains(file)).count()]
}

/// How often each point meets each signal, and where the random moments begin; not at all where nobody asked.
pub(super) fn thoroughness() -> (u32, u64) {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let asked = std::env::var("ONRAMP_TEST_KILLS").ok();
    let asked = asked.map_or(0, |text| text.parse().expect("ONRAMP_TEST_KILLS is a number"));
    (asked, u64::from(std::process::id()))
}

/// Numbers that are different each time: xorshift of Marsaglia, "Xorshift RNGs", 2003.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        for shift in [13_i32, -7, 17] {
            let moved = if shift > 0 { self.0 << shift } else { self.0 >> -shift };
            self.0 ^= moved;
        }
        self.0 % limit
    }
}

#[test]
fn with_a_server_of_its_own() {
    if let Some(matrix) = Matrix::new(Server::Local) {
        matrix.run(0);
    }
}

#[test]
fn with_a_server_that_stays() {
    if let Some(matrix) = Matrix::new(Server::Warm) {
        matrix.run(1);
    }
}

#[test]
fn with_a_container() {
    if let Some(matrix) = Matrix::new(Server::Container) {
        matrix.run(2);
    }
}
