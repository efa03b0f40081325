use onramp_config::{Database, DialectConfig, Fix};
use onramp_core::Dialect;
use onramp_database::Sight;

use super::{Finding, remedy};
use crate::checkout::Checkout;
use crate::databases;
use crate::session::Session;

/// Looks at each source of a PostgreSQL server: which one would be taken, and why the others would not.
pub(super) fn find(session: &Session, checkout: &Checkout) -> Finding {
    let Some((database, dialect)) = configured(checkout) else {
        return Finding::Absent { detail: "no dialect needs one".to_owned() };
    };
    let spec = match databases::spec(session, checkout, database, dialect) {
        Ok(spec) => spec,
        Err(error) => return Finding::Problem { problem: error.to_string(), remedies: Vec::new() },
    };
    let sights = onramp_database::sources(&session.launcher, &spec);
    let taken = sights.iter().position(|sight| sight.found.is_ok());
    let lines = sights.iter().enumerate().map(|(place, sight)| line(sight, taken == Some(place)));
    let detail = lines.collect::<Vec<_>>().join("; ");
    if taken.is_some() {
        return Finding::Fine { detail };
    }
    let fix = Fix {
        apt: vec!["postgresql".to_owned()],
        brew: vec!["postgresql".to_owned()],
        nix: vec!["postgresql".to_owned()],
        ..Fix::default()
    };
    Finding::Problem { problem: detail, remedies: remedy::remedies(session, checkout, &fix) }
}

fn configured(checkout: &Checkout) -> Option<(&Database, &DialectConfig)> {
    let database = checkout.config.database.as_ref()?;
    let dialect = database.dialects.iter().find(|dialect| dialect.dialect == Dialect::Postgresql)?;
    Some((database, dialect))
}

/// One source: what is there, or why it is of no use.
fn line(sight: &Sight, is_taken: bool) -> String {
    let name = sight.source.name();
    match &sight.found {
        Ok(found) if is_taken => format!("{name}, taken: {found}"),
        Ok(found) => format!("{name}, not needed: {found}"),
        Err(failure) => format!("{name}, not taken: {}", failure.message),
    }
}
