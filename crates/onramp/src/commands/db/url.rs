use serde_json::json;

use super::Which;
use super::target::targets;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// One line for each, and nothing masked in it: who asks for the URL wants to use it.
pub(super) fn run(session: &Session, which: &Which) -> Result<ExitStatus, Error> {
    let mut urls = Vec::new();
    for target in targets(session, which)? {
        urls.push((target.dialect, target.find(session)?.expand(&target.url)));
    }
    if session.json() {
        let rows: Vec<_> =
            urls.iter().map(|(dialect, url)| json!({"dialect": dialect.name(), "url": url})).collect();
        let answer = json!({"version": SCHEMA_VERSION, "databases": rows});
        session.answer_masked(&answer.to_string());
    } else {
        urls.iter().for_each(|(_, url)| session.answer_masked(url));
    }
    Ok(ExitStatus::Success)
}
