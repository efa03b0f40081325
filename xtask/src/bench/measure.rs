use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use onramp::Failure;
use onramp::xshell::cmd;

use super::json;
use super::workplace::Workplace;

/// A command that takes part in a comparison.
#[derive(Clone, Debug)]
pub(super) struct Contestant {
    /// Its name, once in a comparison.
    pub(super) name: String,
    pub(super) argv: Vec<String>,
    pub(super) directory: PathBuf,
    /// All its environment variables.
    pub(super) environment: Vec<(String, String)>,
    /// What is moved away before each run; a folder with a slash at its end is made anew.
    pub(super) discard: Vec<String>,
    /// What is run before each run, and not measured; nothing if it is empty.
    pub(super) before: Vec<String>,
    /// What is run after each run and has to succeed; nothing if it is empty.
    pub(super) check: Vec<String>,
}

/// How often each contestant is run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns {
    /// Runs before those that count.
    pub(super) warm_up: usize,
    /// Runs that count.
    pub(super) counted: usize,
}

impl Turns {
    /// One run.
    pub(super) const ONCE: Self = Self { warm_up: 0, counted: 1 };
}

/// What a command needed: medians of its runs, of the command and all its descendants that it waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// Processor time, user and system.
    pub(super) processor: Duration,
    /// The shortest and the longest processor time.
    pub(super) range: (Duration, Duration),
    pub(super) wall: Duration,
    /// The largest single process, in KiB.
    pub(super) memory: u64,
}

/// A sample, or why there is none.
pub(super) type Measured = Result<Sample, String>;

/// What came out of a comparison.
#[derive(Clone, Debug)]
pub(super) struct Results {
    measured: Vec<(String, Measured)>,
    /// The smallest memory that can be told, in KiB; see `scripts/measure.py`.
    pub(super) memory_floor: u64,
}

impl Results {
    /// The figures of a contestant.
    pub(super) fn of(&self, name: &str) -> Measured {
        let found = self.measured.iter().find(|(contestant, _)| contestant == name);
        found.map_or_else(|| Err("not measured".to_owned()), |(_, measured)| measured.clone())
    }

    /// How far apart the shortest and the longest processor time of each contestant lie, as a share of its median.
    /// A contestant that ran once is not among them.
    pub(super) fn spreads(&self) -> Vec<f64> {
        let samples = self.measured.iter().filter_map(|(_, measured)| measured.as_ref().ok());
        let spread = |sample: &Sample| {
            let (lowest, highest) = sample.range;
            highest.saturating_sub(lowest).as_secs_f64() / sample.processor.as_secs_f64()
        };
        samples.filter(|sample| sample.range.0 < sample.range.1).map(spread).collect()
    }

    /// Takes back the figures of a contestant that did not do what it was measured for.
    pub(super) fn disqualify(&mut self, name: &str, why: String) {
        for (_, measured) in self.measured.iter_mut().filter(|(contestant, _)| contestant == name) {
            *measured = measured.clone().and(Err(why.clone()));
        }
    }
}

/// Runs the contestants, who take turns.
pub(super) fn measure(
    workplace: &Workplace<'_>,
    what: &str,
    turns: Turns,
    contestants: &[Contestant],
) -> Result<Results, Failure> {
    let job = workplace.folder.join("job.json");
    let result = workplace.folder.join("result.tsv");
    fs::write(&job, description(workplace, what, turns, contestants))?;
    let script = workplace.context.root().join("scripts/measure.py");
    let shell = workplace.context.shell()?;
    // Isolated and without site packages: the less the script is, the smaller a process can be told.
    workplace.context.run(cmd!(shell, "python3 -I -S {script} {job} {result}"))?;
    read(&fs::read_to_string(&result)?)
        .ok_or_else(|| Failure::task(format!("{} is no result", result.display())))
}

/// What the script is to do, as the JSON that it reads.
fn description(workplace: &Workplace<'_>, what: &str, turns: Turns, contestants: &[Contestant]) -> String {
    let text = |path: &std::path::Path| json::string(&path.to_string_lossy());
    let contestants = contestants.iter().map(|contestant| {
        let environment = contestant.environment.iter().map(|(name, value)| (name, json::string(value)));
        json::object([
            ("name", json::string(&contestant.name)),
            ("directory", text(&contestant.directory)),
            ("argv", json::strings(&contestant.argv)),
            ("environment", json::object(environment)),
            ("discard", json::strings(&contestant.discard)),
            ("before", json::strings(&contestant.before)),
            ("check", json::strings(&contestant.check)),
        ])
    });
    json::object([
        ("what", json::string(what)),
        ("rounds", turns.counted.to_string()),
        ("warm-up", turns.warm_up.to_string()),
        ("trash", text(&workplace.trash())),
        ("contestants", json::array(contestants)),
    ])
}

/// Reads what the script wrote.
fn read(text: &str) -> Option<Results> {
    let mut results = Results { measured: Vec::new(), memory_floor: 0 };
    for line in text.lines() {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["floor", memory] => results.memory_floor = memory.parse().ok()?,
            [name, "failed", why] => results.measured.push((name.to_string(), Err(why.to_string()))),
            [name, "ok", processor, lowest, highest, wall, memory] => {
                let time = |text: &str| text.parse().ok().map(Duration::from_micros);
                let sample = Sample {
                    processor: time(processor)?,
                    range: (time(lowest)?, time(highest)?),
                    wall: time(wall)?,
                    memory: memory.parse().ok()?,
                };
                results.measured.push((name.to_string(), Ok(sample)));
            }
            _ => return None,
        }
    }
    Some(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_contestant_has_no_figures() {
        let text = "floor\t9000\nmake\tok\t1500\t1400\t1600\t2000\t9500\njust\tfailed\texit code 1\n";
        let mut results = read(text).unwrap();
        let ms = Duration::from_micros;
        let sample =
            Sample { processor: ms(1500), range: (ms(1400), ms(1600)), wall: ms(2000), memory: 9500 };
        assert_eq!(results.memory_floor, 9000);
        assert_eq!(results.of("make"), Ok(sample));
        assert_eq!(results.of("just"), Err("exit code 1".to_owned()));
        assert!((results.spreads()[0] - 0.133).abs() < 0.001);
        assert_eq!(results.of("turbo"), Err("not measured".to_owned()));
        results.disqualify("make", "ran nothing".to_owned());
        results.disqualify("just", "ran nothing".to_owned());
        assert_eq!(results.of("make"), Err("ran nothing".to_owned()));
        assert_eq!(results.of("just"), Err("exit code 1".to_owned()));
    }

    #[test]
    fn what_is_no_result_is_not_read() {
        assert!(read("make\tok\t1500\n").is_none());
        assert!(read("make\tok\tx\t1\t1\t1\t1\n").is_none());
    }
}
