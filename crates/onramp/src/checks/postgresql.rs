use onramp_config::{Database, DialectConfig, Fix};
use onramp_core::{Dialect, Failure};
use onramp_database::{PackageSource, Sight, State, Wanted};

use super::{Finding, Remedy, remedy};
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
    let decisive = sights.iter().position(|sight| !matches!(sight.state, State::Absent { .. }));
    let lines = sights.iter().enumerate().map(|(place, sight)| {
        let first = decisive.map(|decisive| (decisive == place, &sights[decisive]));
        line(sight, first)
    });
    let detail = lines.collect::<Vec<_>>().join("; ");
    match decisive.map(|place| &sights[place].state) {
        Some(State::Usable(_)) => Finding::Fine { detail },
        Some(State::Broken(failure)) => {
            Finding::Problem { problem: detail, remedies: advice(failure).into_iter().collect() }
        }
        Some(State::Absent { .. }) | None => {
            let remedies = sights.iter().rev().flat_map(|sight| remedies(session, checkout, sight));
            Finding::Problem { problem: detail, remedies: remedies.collect() }
        }
    }
}

/// What would bring a server of this source, the best first.
fn remedies(session: &Session, checkout: &Checkout, sight: &Sight) -> Vec<Remedy> {
    let State::Absent { why, wanted } = &sight.state else { return Vec::new() };
    let package = |source| wanted.and_then(|wanted: Wanted| wanted.package(source)).into_iter().collect();
    let mut fix = Fix { apt: package(PackageSource::Apt), ..Fix::default() };
    if !matches!(wanted, Some(Wanted::Engine)) {
        // An engine of these has more to it than a package.
        fix.brew = package(PackageSource::Brew);
        let nix: Vec<String> = package(PackageSource::Nix);
        fix.nix = nix.iter().map(|name| name.trim_start_matches("nixpkgs#").to_owned()).collect();
    }
    let known = remedy::remedies(session, checkout, &fix);
    if known.is_empty() { advice(why).into_iter().collect() } else { known }
}

fn advice(failure: &Failure) -> Option<Remedy> {
    failure.hint.clone().map(Remedy::Advice)
}

fn configured(checkout: &Checkout) -> Option<(&Database, &DialectConfig)> {
    let database = checkout.config.database.as_ref()?;
    let dialect = database.dialects.iter().find(|dialect| dialect.dialect == Dialect::Postgresql)?;
    Some((database, dialect))
}

/// One source: what is there, or why it is of no use. `first` is the one that decides, and whether it is this one.
fn line(sight: &Sight, first: Option<(bool, &Sight)>) -> String {
    let name = sight.source.name();
    match (&sight.state, first) {
        (State::Usable(found), Some((true, _))) => format!("{name}, taken: {found}"),
        (State::Usable(found), Some((false, Sight { source, state: State::Broken(_) }))) => {
            format!("{name}, not taken because `{}` comes first: {found}", source.name())
        }
        (State::Usable(found), _) => format!("{name}, not needed: {found}"),
        (State::Broken(failure), _) => format!("{name}, taken and of no use: {}", failure.message),
        (State::Absent { why, .. }, _) => format!("{name}, not taken: {}", why.message),
    }
}
