use super::measure::{Measured, Sample};
use super::table::Table;

/// A promise about what something costs, and what it did cost.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    pub(super) what: &'static str,
    /// What it may cost, as text.
    pub(super) limit: &'static str,
    /// What it cost, as text.
    pub(super) measured: String,
    pub(super) verdict: Verdict,
}

/// Whether a budget is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Met,
    Missed,
    /// What should have been measured failed.
    Unknown,
}

impl Budget {
    /// Holds the worst of some figures against a limit. `cost` and `limit` are of the same unit.
    pub(super) fn of_worst(
        what: &'static str,
        limit: (&'static str, f64),
        measured: &[Measured],
        cost: impl Fn(&Sample) -> f64,
        show: impl Fn(f64) -> String,
    ) -> Self {
        let costs: Result<Vec<f64>, &String> =
            measured.iter().map(|measured| measured.as_ref().map(&cost)).collect();
        let worst = costs.map(|costs| costs.into_iter().fold(f64::NEG_INFINITY, f64::max));
        match worst {
            Ok(worst) if worst.is_finite() => {
                let verdict = if worst <= limit.1 { Verdict::Met } else { Verdict::Missed };
                Self { what, limit: limit.0, measured: show(worst), verdict }
            }
            Ok(_) => Self { what, limit: limit.0, measured: "nothing".to_owned(), verdict: Verdict::Unknown },
            Err(why) => {
                Self { what, limit: limit.0, measured: format!("failed: {why}"), verdict: Verdict::Unknown }
            }
        }
    }

    /// Holds a figure against a limit; one that could not be had leaves the budget unknown.
    pub(super) fn of_figure(
        what: &'static str,
        limit: (&'static str, f64),
        figure: Result<f64, String>,
        show: impl Fn(f64) -> String,
    ) -> Self {
        let (measured, verdict) = match figure {
            Ok(figure) if figure <= limit.1 => (show(figure), Verdict::Met),
            Ok(figure) => (show(figure), Verdict::Missed),
            Err(why) => (format!("failed: {why}"), Verdict::Unknown),
        };
        Self { what, limit: limit.0, measured, verdict }
    }

    /// Holds the wall time of one against that of another. `limit` is the largest share of it that is allowed, and a
    /// measurement that failed or was not made leaves the budget unknown.
    pub(super) fn of_share(
        what: &'static str,
        limit: (&'static str, f64),
        own: &Measured,
        other: &Measured,
        show: impl Fn(f64) -> String,
    ) -> Self {
        let other = other.as_ref().map(|other| other.wall.as_secs_f64()).map_err(Clone::clone);
        let own = other.and_then(|other| Ok((own.clone()?, other)));
        let (own, other) = match own {
            Ok((own, other)) => (Ok(own), other),
            Err(why) => (Err(why), 1.0),
        };
        Self::of_worst(what, limit, &[own], |sample| sample.wall.as_secs_f64() / other, show)
    }
}

/// The budgets as a table.
pub(super) fn table(budgets: &[Budget]) -> Table {
    let mut table = Table::new(["what", "budget", "measured", "met"]);
    for budget in budgets {
        let met = match budget.verdict {
            Verdict::Met => "yes",
            Verdict::Missed => "**no**",
            Verdict::Unknown => "not known",
        };
        table.row([budget.what, budget.limit, &budget.measured, met]);
    }
    table
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn judged(measured: &[Measured]) -> (String, Verdict) {
        let milliseconds = |sample: &Sample| sample.processor.as_secs_f64() * 1000.0;
        let show = |worst: f64| format!("{worst:.0} ms");
        let budget = Budget::of_worst("start", ("≤ 20 ms", 20.0), measured, milliseconds, show);
        (budget.measured, budget.verdict)
    }

    #[test]
    fn the_worst_figure_counts_and_a_failure_is_no_figure() {
        let sample = |milliseconds: u64| {
            let time = Duration::from_millis(milliseconds);
            Ok(Sample { processor: time, range: (time, time), wall: time, memory: 0 })
        };
        assert_eq!(judged(&[sample(3), sample(20)]), ("20 ms".to_owned(), Verdict::Met));
        assert_eq!(judged(&[sample(3), sample(21)]), ("21 ms".to_owned(), Verdict::Missed));
        let failed = Err("exit code 1".to_owned());
        assert_eq!(judged(&[sample(3), failed]), ("failed: exit code 1".to_owned(), Verdict::Unknown));
        assert_eq!(judged(&[]), ("nothing".to_owned(), Verdict::Unknown));
    }

    #[test]
    fn one_wall_time_is_a_share_of_another() {
        let sample = |milliseconds: u64| {
            let time = Duration::from_millis(milliseconds);
            Ok(Sample { processor: Duration::ZERO, range: (time, time), wall: time, memory: 0 })
        };
        let judged = |own: &Measured, other: &Measured| {
            let show = |share: f64| format!("{share:.2}");
            let budget = Budget::of_share("start", ("≤ 1.2 times", 1.2), own, other, show);
            (budget.measured, budget.verdict)
        };
        assert_eq!(judged(&sample(120), &sample(100)), ("1.20".to_owned(), Verdict::Met));
        assert_eq!(judged(&sample(121), &sample(100)), ("1.21".to_owned(), Verdict::Missed));
        let failed = Err("no engine".to_owned());
        let unknown = ("failed: no engine".to_owned(), Verdict::Unknown);
        assert_eq!(judged(&failed, &sample(100)), unknown);
        assert_eq!(judged(&sample(100), &failed), unknown);
    }
}
