use crate::options::Answer;
use crate::session::Session;

/// Asks whether to go on, unless the command line has answered. Without a terminal the answer is no: nothing
/// is installed on a machine by a script that did not ask for it.
pub(crate) fn ask(session: &Session, question: &str) -> Answer {
    if let Some(answer) = session.options.answer {
        return answer;
    }
    loop {
        match session.printer.ask(&format!("{question} [yes/no/quit]"), session.launcher.cancel()).as_deref()
        {
            Some("yes" | "y") => return Answer::Yes,
            Some("quit" | "q") => return Answer::Quit,
            Some("no" | "n") | None => return Answer::No,
            Some(_) => {}
        }
    }
}
