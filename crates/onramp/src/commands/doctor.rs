use clap::Args;

use crate::checks::{self, Examined, Mended};
use crate::probes::Probes;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Check what this machine needs for the workspace, and say how to get what is missing
#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// Run the fixes, after asking
    #[arg(long)]
    fix: bool,
}

pub(crate) fn run(session: &Session, args: &DoctorArgs) -> Result<ExitStatus, Error> {
    // A doctor looks at the patient, not at the file of last week.
    let probes = Probes::fresh(session.state.probes());
    let mut examined = checks::examine(session, checks::registry(session), &probes);
    session.check_cancelled()?;
    if args.fix && !session.options.dry_run && examined.iter().any(Examined::is_problem) {
        examined = match checks::mend(session, examined)? {
            Mended::Tried(examined) | Mended::Declined(examined) => examined,
            Mended::Quit => return Ok(ExitStatus::Environment),
        };
    }
    if session.json() {
        session.answer_json(checks::json(&examined));
    } else {
        for line in checks::lines(&examined) {
            session.answer(&line);
        }
    }
    session.check_cancelled()?;
    let is_ill = examined.iter().any(Examined::is_ill);
    Ok(if is_ill { ExitStatus::Environment } else { ExitStatus::Success })
}
