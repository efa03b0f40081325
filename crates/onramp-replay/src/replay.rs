use onramp_core::{Cancel, Failure};
use onramp_database::Databases;
use onramp_database::catalog::{Catalog, Difference};
use onramp_histories::{Chain, Code, Down, Entry, Finding, Script};

use crate::snapshot;
use crate::walk::{End, Walk};

/// Tables in which tools of any family write down what they have applied. Of a file with the whole schema they are a part,
/// of a replay they are none. Only names that nobody gives to a table of an application are among them.
pub(crate) const TABLES_OF_TOOLS: [&str; 14] = [
    "alembic_version",
    "schema_migrations",
    "schema_migrations_history",
    "schema_version",
    "schema_version_history",
    "schema_update_history",
    "goose_db_version",
    "_sqlx_migrations",
    "__diesel_schema_migrations",
    "flyway_schema_history",
    "refinery_schema_history",
    "gorp_migrations",
    "atlas_schema_revisions",
    "_prisma_migrations",
];

/// How many objects a message names.
const NAMED: usize = 3;

/// A history, and where it is replayed.
pub struct Replay<'a> {
    /// The history; its form is one of SQL.
    pub chain: &'a Chain,
    /// Databases of its dialect.
    pub databases: &'a Databases,
    /// Is told what takes time.
    pub step: &'a dyn Fn(&str),
    /// Whether somebody wants it to end.
    pub cancel: &'a Cancel,
}

/// What a replay has come to.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// What the history leads to; `None` where it did not come to its end.
    pub catalog: Option<Catalog>,
    /// How many entries were applied.
    pub applied: usize,
    /// How many of them were reverted and applied again.
    pub reverted: usize,
    /// What is wrong, in the order of the entries.
    pub findings: Vec<Finding>,
}

/// How often the way along a long history is told.
const TOLD: usize = 10;

impl Replay<'_> {
    /// Tells where it is: at each entry of a short history, now and then of a long one.
    pub(crate) fn tell(&self, entries: &[Entry], place: usize) {
        if place.is_multiple_of(entries.len().div_ceil(TOLD)) {
            (self.step)(&format!("{} of {}: {}", place + 1, entries.len(), entries[place].id));
        }
    }
}

/// Replays a history. Fails where there is no server or no room, and where somebody has asked for the end; whatever is
/// wrong with the history itself is a finding.
pub fn replay(replay: &Replay<'_>) -> Result<Replayed, Failure> {
    let mut replayed = Replayed { catalog: None, applied: 0, reverted: 0, findings: Vec::new() };
    let mut walk = Walk::begin(replay)?;
    replayed.catalog = go(replay, &mut walk, &mut replayed)?;
    if let Some(end) = &replayed.catalog {
        let found = snapshot::compare(replay, end, &mut walk.beside)?;
        replayed.findings.extend(found);
    }
    replayed.findings.extend(walk.beside.notes());
    Ok(replayed)
}

/// Goes the whole way, and adds what is found; `None` where it does not come to its end.
fn go(replay: &Replay<'_>, walk: &mut Walk<'_>, replayed: &mut Replayed) -> Result<Option<Catalog>, Failure> {
    let entries = replay.chain.of_new();
    let mut before = walk.catalog()?;
    // The last way back that was tried in this database.
    let mut last_back: Option<&Script> = None;
    for (place, entry) in entries.iter().enumerate() {
        replay.tell(&entries, place);
        let mut end = walk.up(entry)?;
        if let (End::Stopped(finding), Some(back)) = (&end, last_back)
            && finding.code == Code::UpFails
        {
            // Going back and up again may have left other rows, or sequences further on.
            let message = format!(
                "what leads back leaves something behind, or what of an entry before it does: {} fails after it, and \
                 does not where nothing was reverted: {}",
                entry.id, finding.message
            );
            end = walk.restart(&entries[..=place])?;
            last_back = None;
            if let End::Reached = end {
                replayed.findings.push(Finding::new(Code::DownElsewhere, &back.file, message));
            }
        }
        if let End::Stopped(finding) = end {
            replayed.findings.push(*finding);
            return Ok(None);
        }
        replayed.applied += 1;
        let mut after = walk.catalog()?;
        if let Down::Present(script) = &entry.down {
            let back = WayBack { entries: &entries, place, before: &before, after: &after };
            let found = replayed.findings.len();
            let whereto = back.try_it(walk, &mut replayed.findings)?;
            if let Whereto::Lost(finding) = whereto {
                replayed.findings.push(*finding);
                return Ok(None);
            }
            last_back = matches!(whereto, Whereto::Behind).then_some(script);
            replayed.reverted += usize::from(found == replayed.findings.len());
            after = walk.catalog()?;
        }
        before = after;
    }
    Ok(Some(before))
}

/// What a history leads to, without a look at any way back; or why it does not come to its end.
pub fn catalog(replay: &Replay<'_>) -> Result<Result<Catalog, Box<Finding>>, Failure> {
    let entries = replay.chain.of_new();
    let mut walk = Walk::begin(replay)?;
    for (place, entry) in entries.iter().enumerate() {
        replay.tell(&entries, place);
        if let End::Stopped(finding) = walk.up(entry)? {
            return Ok(Err(finding));
        }
    }
    walk.beside.notes().iter().for_each(|note| (replay.step)(&note.message));
    walk.catalog().map(Ok)
}

/// The way back from an entry that has just been applied.
struct WayBack<'a> {
    entries: &'a [Entry],
    place: usize,
    before: &'a Catalog,
    after: &'a Catalog,
}

/// Where a database is after a way back was tried.
enum Whereto {
    /// Behind the entry, which was reverted and applied again.
    Behind,
    /// Behind the entry, in a new database where nothing was reverted.
    Anew,
    /// Nowhere, for this reason.
    Lost(Box<Finding>),
}

impl WayBack<'_> {
    /// Goes it, and up again, and adds what is wrong.
    fn try_it(&self, walk: &mut Walk<'_>, findings: &mut Vec<Finding>) -> Result<Whereto, Failure> {
        let entry = &self.entries[self.place];
        let Down::Present(script) = &entry.down else { return Ok(Whereto::Behind) };
        let found = |code, message: String| Finding::new(code, &script.file, message);
        if let End::Stopped(finding) = walk.down(script)? {
            findings.push(*finding);
            return self.anew(walk);
        }
        let elsewhere = difference(self.before, &walk.catalog()?).map(|text| {
            found(Code::DownElsewhere, format!("what leads back from {} leaves {text}", entry.id))
        });
        let is_elsewhere = elsewhere.is_some();
        findings.extend(elsewhere);
        if let End::Stopped(finding) = walk.up(entry)? {
            if !is_elsewhere {
                let message = format!("{} fails the second time: {}", entry.id, finding.message);
                findings.push(Finding { message, ..*finding });
            }
            return self.anew(walk);
        }
        let Some(text) = difference(self.after, &walk.catalog()?) else { return Ok(Whereto::Behind) };
        if !is_elsewhere {
            let message = format!("{} applied a second time leads to {text}", entry.id);
            findings.push(found(Code::DownElsewhere, message));
        }
        self.anew(walk)
    }

    fn anew(&self, walk: &mut Walk<'_>) -> Result<Whereto, Failure> {
        Ok(match walk.restart(&self.entries[..=self.place])? {
            End::Reached => Whereto::Anew,
            End::Stopped(finding) => {
                let message = format!("it does not always succeed: {}", finding.message);
                Whereto::Lost(Box::new(Finding { message, ..*finding }))
            }
        })
    }
}

/// How one catalog differs from another, for people: the objects of which one has something else; `None` where they are
/// equal but for the places of columns.
pub(crate) fn difference(expected: &Catalog, found: &Catalog) -> Option<String> {
    let mut difference = Difference::between(expected, found);
    let _ = difference.split_off_positions();
    if difference.is_empty() {
        return None;
    }
    let text = difference.to_string();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
    let more = lines.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("another schema: {}{more}", lines[..lines.len().min(NAMED)].join(", ")))
}
