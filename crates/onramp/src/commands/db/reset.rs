use super::Which;
use super::target::targets;
use super::up::{Data, bring_up};
use crate::checks::consent;
use crate::options::Answer;
use crate::session::Session;
use crate::{Error, ExitStatus};

pub(super) fn run(session: &Session, which: &Which) -> Result<ExitStatus, Error> {
    let targets = targets(session, which)?;
    let names: Vec<_> = targets.iter().map(|target| target.label.as_str()).collect();
    let names = names.join(" and ");
    if !session.options.dry_run {
        let question = format!("throw away all that is in the development database of {names}?");
        if consent::ask(session, &question) != Answer::Yes {
            let dialect = which.dialect.map(|dialect| format!(" {dialect}")).unwrap_or_default();
            let error = Error::usage(format!("the development database of {names} stays as it is"));
            return Err(error.hint(format!("onramp db reset{dialect} --answer yes")));
        }
    }
    bring_up(session, "reset", targets, Data::ThrowAway)
}
