use super::Which;
use super::target::{Target, targets};
use super::up::{Data, bring_up};
use crate::checks::consent;
use crate::options::Answer;
use crate::session::Session;
use crate::{Error, ExitStatus};

pub(super) fn run(session: &Session, which: &Which) -> Result<ExitStatus, Error> {
    let targets = targets(session, which)?;
    if !session.options.dry_run {
        let dialect = which.dialect.map(|dialect| format!(" {dialect}")).unwrap_or_default();
        confirm(session, &targets, &format!("onramp db reset{dialect} --answer yes"))?;
    }
    bring_up(session, "reset", targets, Data::ThrowAway)
}

/// Asks whether what is in these databases may be thrown away. Fails if it may not, or if nobody can be asked;
/// `command` is what says so beforehand.
pub(super) fn confirm(session: &Session, targets: &[Target], command: &str) -> Result<(), Error> {
    let names: Vec<_> = targets.iter().map(|target| target.label.as_str()).collect();
    let names = names.join(" and ");
    let question = format!("throw away all that is in the development database of {names}?");
    if consent::ask(session, &question) == Answer::Yes {
        return Ok(());
    }
    Err(Error::usage(format!("the development database of {names} stays as it is")).hint(command))
}
