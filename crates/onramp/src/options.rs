//! What the command line and the environment decide for every verb.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use onramp_core::FailurePolicy;

use crate::env_vars::{self, Surroundings};
use crate::reporter::{Format, Verbosity};
use crate::{Error, Printer, amounts};

/// Options of every verb.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// Stand in DIR instead of the current directory
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = "Global options")]
    pub(crate) directory: Option<PathBuf>,
    /// Read this file, as the outermost workspace, instead of the nearest onramp.toml and what is around it
    #[arg(long, value_name = "FILE", global = true, help_heading = "Global options")]
    pub(crate) config: Option<PathBuf>,
    /// How output is written; chosen by terminal, CI and GITHUB_ACTIONS if not given
    #[arg(long, value_enum, global = true, help_heading = "Global options")]
    pub(crate) format: Option<Format>,
    /// Say less: failures only
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub(crate) quiet: bool,
    /// Say more: the output of everything that runs
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) verbose: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", global = true, help_heading = "Global options")]
    pub(crate) color: Colour,
    /// Run at most N tasks at once; as many as there are processors if not given
    #[arg(short, long, value_name = "N", value_parser = amounts::tasks, global = true, help_heading = "Global options")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Go on with what does not need a failed task
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) keep_going: bool,
    /// Show what would be done, and do nothing
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) dry_run: bool,
    /// Run tasks even if they are up to date, and those they need
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) force: bool,
    /// Write a page about the times of the run to .onramp/runs/timings.html
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) timings: bool,
    /// Where tools come from
    #[arg(long, value_enum, value_name = "PROVIDER", global = true, help_heading = "Global options")]
    pub(crate) env: Option<Provider>,
    /// Answer every question like this; without a terminal nothing is asked and nothing is installed
    #[arg(long, value_enum, global = true, help_heading = "Global options")]
    pub(crate) answer: Option<Answer>,
}

/// What the command line decides for every verb, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) format: Format,
    pub(crate) verbosity: Verbosity,
    pub(crate) colour: bool,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) policy: FailurePolicy,
    pub(crate) dry_run: bool,
    pub(crate) force: bool,
    pub(crate) timings: bool,
    /// The file that GitHub shows on its page of the run, where there is one.
    pub(crate) step_summary: Option<PathBuf>,
    pub(crate) answer: Option<Answer>,
    /// The branch that a pull request is to be merged into, where a run of GitHub's is about one.
    pub(crate) base_branch: Option<String>,
}

impl Options {
    /// Reads what the command line leaves open from the environment and the terminal.
    pub(crate) fn resolve(
        global: &Global,
        surroundings: &Surroundings,
        printer: &Printer,
    ) -> Result<Self, Error> {
        let colour = match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                printer.has_terminal()
                    && surroundings.text(env_vars::NO_COLOR).is_none()
                    && surroundings.text(env_vars::TERM).is_some_and(|term| term != "dumb")
            }
        };
        let jobs = match (global.jobs, surroundings.text(env_vars::ONRAMP_JOBS)) {
            (Some(jobs), _) => jobs,
            (None, Some(text)) => amounts::tasks(text)
                .map_err(|message| Error::usage(format!("{}={text}: {message}", env_vars::ONRAMP_JOBS)))?,
            (None, None) => std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        };
        let format = format(global.format, surroundings, printer)?;
        let step_summary = surroundings.text(env_vars::GITHUB_STEP_SUMMARY).map(PathBuf::from);
        Ok(Self {
            format,
            verbosity: match (global.quiet, global.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, true) => Verbosity::Verbose,
                (false, false) => Verbosity::Normal,
            },
            colour,
            jobs,
            policy: if global.keep_going { FailurePolicy::KeepGoing } else { FailurePolicy::FailFast },
            dry_run: global.dry_run,
            force: global.force,
            timings: global.timings,
            base_branch: surroundings.text(env_vars::GITHUB_BASE_REF).map(str::to_owned),
            step_summary: step_summary.filter(|_| format == Format::Github),
            answer: match global.answer {
                Some(answer) => Some(answer),
                None => variable::<Answer>(surroundings, env_vars::ONRAMP_ANSWER)?,
            },
        })
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// At a terminal that can, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Where tools come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    /// Whatever the configuration and the machine suggest
    Auto,
    /// This machine
    Host,
}

/// The answer to every question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// Do it
    Yes,
    /// Go on without it
    No,
    /// Stop
    Quit,
}

pub(crate) fn variable<T: ValueEnum>(surroundings: &Surroundings, name: &str) -> Result<Option<T>, Error> {
    let Some(text) = surroundings.text(name) else { return Ok(None) };
    T::from_str(text, true).map(Some).map_err(|_| {
        let words: Vec<String> = T::value_variants()
            .iter()
            .filter_map(|value| value.to_possible_value().map(|value| format!("`{}`", value.get_name())))
            .collect();
        Error::usage(format!("{name}={text} is none of {}", words.join(", ")))
    })
}

/// The format: as asked for, else by what reads the output.
pub(crate) fn format(
    asked: Option<Format>,
    surroundings: &Surroundings,
    printer: &Printer,
) -> Result<Format, Error> {
    if let Some(format) = asked {
        return Ok(format);
    }
    if let Some(format) = variable(surroundings, env_vars::ONRAMP_FORMAT)? {
        return Ok(format);
    }
    let is_dumb = surroundings.text(env_vars::TERM) == Some("dumb");
    Ok(if surroundings.text(env_vars::GITHUB_ACTIONS) == Some("true") {
        Format::Github
    } else if surroundings.text(env_vars::CI).is_some() || !printer.has_terminal() || is_dumb {
        Format::Plain
    } else {
        Format::Human
    })
}

/// What the command line wishes of the output, as far as that can be told before it is understood: an error
/// in it should be shown in the way it asks for.
pub(crate) struct Wishes {
    pub(crate) format: Format,
    pub(crate) colour: bool,
}

impl Wishes {
    /// Looks for `--format` and `--color` among the words of the command line.
    pub(crate) fn read(arguments: &[OsString], surroundings: &Surroundings, printer: &Printer) -> Self {
        let wish = |name: &str| {
            let words = arguments.iter().map_while(|word| word.to_str().filter(|word| *word != "--"));
            let words: Vec<&str> = words.collect();
            words.iter().enumerate().find_map(|(place, word)| match word.strip_prefix(name)? {
                "" => words.get(place + 1).copied(),
                rest => rest.strip_prefix('='),
            })
        };
        let asked = wish("--format").and_then(|word| Format::from_str(word, true).ok());
        let colour = match wish("--color") {
            Some("always") => true,
            Some("never") => false,
            _ => surroundings.text(env_vars::NO_COLOR).is_none(),
        };
        Self { format: format(asked, surroundings, printer).unwrap_or(Format::Plain), colour }
    }
}
