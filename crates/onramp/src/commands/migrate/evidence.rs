//! What a proof came to know, for people and for machines.

use onramp_core::{Level, Reporter};
use onramp_migrate::{Evidence, Reverted};
use serde_json::{Value, json};

use crate::session::Session;
use crate::words::count;

/// How many lines of a kind are shown to people.
const SHOWN: usize = 8;

/// Tells what is worth a line, `label` being the dialect's.
pub(super) fn tell(session: &Session, label: &str, evidence: &Evidence) {
    let tell = |level: Level, headline: String, lines: &[String]| {
        if lines.is_empty() {
            return;
        }
        let mut text = format!("{label}: {headline}");
        for line in lines.iter().take(SHOWN) {
            text.push_str(&format!("\n  {line}"));
        }
        if lines.len() > SHOWN {
            text.push_str(&format!("\n  and {} more, in --format json", lines.len() - SHOWN));
        }
        session.reporter.notice(level, &text);
    };
    let drift = count(evidence.drift.len(), "operation");
    let base = evidence.base.as_deref().unwrap_or("the base");
    let headline = format!(
        "{drift} left out, which the models of {base} asked for already (--adopt-drift takes them in)"
    );
    tell(Level::Warning, headline, &evidence.drift);
    let headline = "the models ask for this, Alembic does not see it, and no revision brings it".to_owned();
    tell(Level::Warning, headline, &evidence.blind);
    tell(
        Level::Warning,
        "the revision also drops this, of which the models tell nothing".to_owned(),
        &evidence.drops,
    );
    tell(
        Level::Warning,
        "the revision takes this away, and reverting it does not bring it back".to_owned(),
        &evidence.lossy,
    );
    if let Reverted::NoWayBack { why } = &evidence.reverted {
        let message = format!("{label}: the revision has no way back, as allowed by --irreversible: {why}");
        session.reporter.notice(Level::Warning, &message);
    }
    tell(
        Level::Note,
        "no rows could be put into these tables, so none were watched".to_owned(),
        &evidence.unwatched,
    );
    tell(Level::Detail, "Alembic passes over this".to_owned(), &evidence.skipped);
}

/// All of it.
pub(super) fn as_json(evidence: &Evidence) -> Value {
    json!({
        "base": evidence.base,
        "drift": evidence.drift,
        "blind": evidence.blind,
        "drops": evidence.drops,
        "lossy": evidence.lossy,
        "reverted": match &evidence.reverted {
            Reverted::NotTried => None,
            Reverted::Yes => Some(true),
            Reverted::NoWayBack { .. } => Some(false),
        },
        "no-way-back": match &evidence.reverted {
            Reverted::NotTried | Reverted::Yes => None,
            Reverted::NoWayBack { why } => Some(why),
        },
        "rows": evidence.rows,
        "unwatched": evidence.unwatched,
        "skipped": evidence.skipped,
    })
}
