use onramp_config::Fix;
use onramp_database::postgresql::Binaries;

use super::{Finding, remedy};
use crate::checkout::Checkout;
use crate::session::Session;

/// Looks for the programs of a PostgreSQL server.
pub(super) fn find(session: &Session, checkout: &Checkout) -> Finding {
    match Binaries::find(&session.launcher, &checkout.environment, &[]) {
        Ok(binaries) => {
            Finding::Fine { detail: format!("{} at {}", binaries.version(), binaries.folder().display()) }
        }
        Err(failure) => {
            let fix = Fix {
                apt: vec!["postgresql".to_owned()],
                brew: vec!["postgresql".to_owned()],
                nix: vec!["postgresql".to_owned()],
                ..Fix::default()
            };
            Finding::Problem { problem: failure.message, remedies: remedy::remedies(session, checkout, &fix) }
        }
    }
}
