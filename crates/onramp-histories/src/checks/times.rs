use crate::chain::Chain;
use crate::finding::{Code, Finding};

/// How far ahead of ours another clock may be, in seconds: a day, for the time zone is not known.
const AHEAD: i64 = 86_400;

/// Times that are still to come, and numbers that look like times and are none.
pub(super) fn check(chain: &Chain, now: i64, found: &mut Vec<Finding>) {
    if chain.form.is_graph() {
        return;
    }
    let numbers = || chain.entries.iter().filter_map(|entry| Some((entry, entry.number.as_ref()?)));
    // Diesel's own first migration has nothing but zeros.
    let times = numbers().filter(|(_, number)| number.is_time() && number.parts != [0]);
    let valid = times.clone().filter(|(_, number)| number.seconds().is_some()).count();
    let is_rule = valid >= 3 && valid * 5 >= times.clone().count() * 4;
    for (entry, number) in times {
        match number.seconds() {
            Some(seconds) if seconds > now + AHEAD => {
                let message = format!(
                    "{} is still to come, so what is written until then comes before it",
                    number.text
                );
                found.push(Finding::new(Code::FutureTime, &entry.file, message));
            }
            None if is_rule => {
                let message = format!("{} is no time, unlike the numbers of the others", number.text);
                found.push(Finding::new(Code::InvalidTime, &entry.file, message));
            }
            _ => {}
        }
    }
}
