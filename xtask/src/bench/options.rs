use onramp::Failure;

use super::groups::Group;

/// How one asks for a benchmark.
pub(super) const USAGE: &str = "\
Measures Onramp beside just, go-task, turbo and make: processor time, wall time and memory of each, taking turns.

    cargo xtask bench [--quick] [--write] [GROUP..]

GROUP is one of
    startup      what a single command costs: help, the list of tasks, one task that is up to date
    thousand     1,000 tasks in a chain and side by side, cold and all cached; 100,000 tasks, planned
    setup        `setup` with 5,000 input files of which none has changed
    databases    cold starts of PostgreSQL, and catalogs
    parity       two schemas of sixty tables, one of each dialect, compared
    migrate      `migrate --all-dialects` beside the same by hand
    hooks        hooks before a commit, and formatters with nothing to do
    audit        migrate audit of 3,500 files
    experiments  who runs again what must run again, and nothing else
Without one, all of them are run, which takes about ten minutes.

    --quick      fewer turns and fewer tools; under a minute
    --write      also write docs/benchmarks.md; only for all groups, and not with --quick
    help         this text

The program is built optimised before it is measured. The peers are installed below target/bench/peers from PyPI and
npm with pip and npm; one that cannot be had is left out, and the result says so.";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Usage,
    Run(Options),
}

/// How much is measured.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) pace: Pace,
    /// Whether the page in `docs` is written.
    pub(super) write: bool,
    /// In the order in which they are run, each once.
    pub(super) groups: Vec<Group>,
}

/// How thoroughly it is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// For every day.
    Quick,
    /// For the record.
    Full,
}

/// Reads the arguments. Anything unknown is an error.
pub(super) fn read(arguments: &[String]) -> Result<Asked, Failure> {
    let mut options = Options { pace: Pace::Full, write: false, groups: Vec::new() };
    for argument in arguments {
        match argument.as_str() {
            "help" | "--help" => return Ok(Asked::Usage),
            "--quick" => options.pace = Pace::Quick,
            "--write" => options.write = true,
            name => {
                let group = Group::ALL.into_iter().find(|group| group.name() == name);
                options.groups.push(group.ok_or_else(|| wrong(format!("unknown argument `{name}`")))?);
            }
        }
    }
    if options.write && (options.pace == Pace::Quick || !options.groups.is_empty()) {
        return Err(wrong("`--write` needs a full run of all groups".to_owned()));
    }
    if options.groups.is_empty() {
        options.groups = Group::ALL.to_vec();
    }
    options.groups.sort_unstable();
    options.groups.dedup();
    Ok(Asked::Run(options))
}

fn wrong(message: String) -> Failure {
    Failure::task(message).hint("cargo xtask bench help")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &str) -> Result<Asked, String> {
        let arguments: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        read(&arguments).map_err(|failure| failure.to_string())
    }

    #[test]
    fn groups_are_run_once_and_in_their_own_order() {
        let groups = vec![Group::Startup, Group::Setup];
        let options = Options { pace: Pace::Quick, write: false, groups };
        assert_eq!(read_words("setup startup --quick setup"), Ok(Asked::Run(options)));
    }

    #[test]
    fn without_a_group_all_are_run() {
        let options = Options { pace: Pace::Full, write: true, groups: Group::ALL.to_vec() };
        assert_eq!(read_words("--write"), Ok(Asked::Run(options)));
    }

    #[test]
    fn what_is_unknown_or_would_make_a_poor_page_is_refused() {
        assert_eq!(read_words("--fast"), Err("unknown argument `--fast`".to_owned()));
        let poor = Err("`--write` needs a full run of all groups".to_owned());
        assert_eq!(read_words("--write --quick"), poor);
        assert_eq!(read_words("startup --write"), poor);
    }
}
