//! Histories of any tool, in any folder: nothing is configured, written or run.

mod declared;
mod dialects;
mod listing;
mod meant;
mod release;
pub(crate) mod replay;
pub(crate) mod shown;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use onramp_core::{Failure, Outcome, Problem, Secrets, TaskId};
use onramp_histories::{Audit, Chain, Finding, Histories, Level};

use super::parity::rules::Declared;
use crate::commands::reports::put;
use crate::env_vars::Surroundings;
use crate::options::Global;
use crate::reporter::{self, Format};
use crate::results::{Results, TaskResult, sarif};
use crate::words::count;
use crate::{Error, ExitStatus, Printer, options};
use listing::Listing;
use meant::Meant;
use shown::Shown;

/// Find the migration histories below folders, of any tool, and what is wrong with them
///
/// Works in any folder, without an onramp.toml. Names and texts are read; nothing is written, and neither code nor SQL nor
/// the configuration of a tool is run. What most migrations of a history have in common is its rule, and whoever breaks it is
/// told. In a git repository the files of the nearest tag are held against those in the folder. Where an onramp.toml around a
/// history says which migrations of its dialects are twins, by its ledger, its pairing or [[database.only]], those are.
///
/// Fails where a finding is an error, and with --strict where there is a warning; a folder without any history is a usage
/// error.
#[derive(Args, Debug)]
pub(crate) struct AuditArgs {
    /// The folders to look into
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// The git tag, or any revision, that released the files; the nearest tag if not given
    #[arg(long, value_name = "TAG")]
    since: Option<String>,
    /// The dialect of the histories of which nothing tells it; with DIR=NAME, that of all histories in DIR
    #[arg(long = "dialect", value_name = "[DIR=]NAME")]
    dialects: Vec<String>,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Apply the SQL histories to scratch databases too, back and up again entry by entry, and compare what they lead to:
    /// dialects of one project with one another, and each with its snapshot. On PostgreSQL scripts run as a role that owns its scratch database alone, and in SQLite
    /// they open no other file
    #[arg(long)]
    pub(crate) replay: bool,
    /// A file with a section [database.parity], as an onramp.toml has it: what it declares counts in place of that of the
    /// onramp.toml around a history
    #[arg(long, value_name = "FILE", requires = "replay")]
    declared: Option<PathBuf>,
    /// Write the findings to FILE, as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
}

/// What the answer is made of.
struct Audited {
    audit: Audit,
    /// What released files were held against, if anything: the work tree and the name of the tag.
    releases: Vec<(PathBuf, String)>,
    /// The folder that one stands in.
    base: PathBuf,
    shown: Shown,
    /// The configurations that say which migrations are twins.
    configurations: Vec<PathBuf>,
    meant: Meant,
}

/// An audit that has read what there is to read.
pub(crate) struct Begun<'a> {
    args: &'a AuditArgs,
    global: Global,
    format: Format,
    started: SystemTime,
    audited: Audited,
    printer: Arc<Printer>,
}

/// Works without a workspace: whoever looks at a stranger's repository has none. `own_tasks` are those that a configuration
/// may name without defining them.
pub(crate) fn begin<'a>(
    args: &'a AuditArgs,
    global: &Global,
    own_tasks: &[TaskId],
    surroundings: &Surroundings,
    secrets: Secrets,
    printer: &Arc<Printer>,
) -> Result<Begun<'a>, Error> {
    let started = SystemTime::now();
    let format = options::format(global.format, surroundings, printer)?;
    let directory = match &global.directory {
        Some(directory) => surroundings.directory.join(directory),
        None => surroundings.directory.clone(),
    };
    let base = directory
        .canonicalize()
        .map_err(|error| Error::usage(format!("{} cannot be stood in: {error}", directory.display())))?;
    let (roots, shown) = roots(&base, &args.folders)?;
    let mut histories = Histories::below(&roots);
    if histories.chains.is_empty() {
        return Err(nothing(&args.folders, &histories, &shown));
    }
    let mut warnings = dialects::tell(&mut histories, &args.dialects, &base)?;
    let release = release::Wanted { roots: &roots, since: args.since.as_deref(), shown: &shown };
    let compared = release::compare(&release, &histories, surroundings, secrets)?;
    let named = global.config.as_ref().map(|file| base.join(file));
    let declared = declared::of(&histories, named, own_tasks, &shown)?;
    histories.take_configured(&declared.dialects);
    let named = args.declared.as_ref().map(|file| Declared::of_file(&base, file)).transpose()?;
    let meant = Meant::of(args.declared.clone().zip(named), declared.parity);
    warnings.extend(compared.warnings.into_iter().chain(declared.warnings));
    for warning in &warnings {
        printer.message(&format!("warning: {warning}"));
    }
    let now = started.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let audit = Audit::of(histories, now, &compared.released, &declared.declared);
    Ok(Begun {
        args,
        global: global.clone(),
        format,
        started,
        audited: Audited {
            audit,
            releases: compared.names,
            base,
            shown,
            configurations: declared.configurations,
            meant,
        },
        printer: Arc::clone(printer),
    })
}

impl Begun<'_> {
    /// Tells what was found.
    pub(crate) fn finish(self) -> Result<ExitStatus, Error> {
        let Self { args, global, format, started, audited, printer } = self;
        let audit = &audited.audit;
        let status = match (audit.count(Level::Error), audit.count(Level::Warning)) {
            (0, 0) => ExitStatus::Success,
            (0, _) if !args.strict => ExitStatus::Success,
            _ => ExitStatus::Failed,
        };
        if let Some(file) = &args.sarif {
            let elapsed = started.elapsed().unwrap_or_default();
            write_sarif(&audited, &audited.base.join(file), status, elapsed, &printer)?;
        }
        tell(&audited, format, &global, &printer);
        if !global.quiet
            && let Some(hint) = audited.meant.hint()
        {
            printer.message(&format!("hint: {hint}"));
        }
        let is_untold = |chain: &Chain| chain.form.is_sql() && chain.dialect.is_none();
        if args.replay && !global.quiet && audit.histories.iter().any(|audited| is_untold(&audited.chain)) {
            let folders: Vec<String> =
                args.folders.iter().map(|folder| folder.display().to_string()).collect();
            let folders = folders.join(" ");
            printer.message(&format!(
                "hint: onramp migrate audit {folders} --replay --dialect sqlite, or --dialect postgresql"
            ));
        }
        Ok(status)
    }
}

fn roots(base: &Path, folders: &[PathBuf]) -> Result<(Vec<PathBuf>, Shown), Error> {
    let mut roots: Vec<PathBuf> = Vec::new();
    let mut names = Shown::from(base);
    for folder in folders {
        let shown = folder.display();
        let root = base
            .join(folder)
            .canonicalize()
            .map_err(|error| Error::usage(format!("{shown} cannot be read: {error}")))?;
        if !root.is_dir() {
            return Err(Error::usage(format!("{shown} is no folder")).hint("onramp migrate audit DIR"));
        }
        names.add(&root, folder);
        roots.push(root);
    }
    // What lies in another one is found there.
    let all = roots.clone();
    roots.retain(|root| !all.iter().any(|other| root != other && root.starts_with(other)));
    roots.sort();
    roots.dedup();
    Ok((roots, names))
}

fn nothing(folders: &[PathBuf], histories: &Histories, shown: &Shown) -> Error {
    let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    let unread = match histories.unread.as_slice() {
        [] => String::new(),
        [(folder, why)] => format!("; {} cannot be listed: {why}", shown.path(folder).display()),
        several => format!("; {} folders cannot be listed", several.len()),
    };
    let error = Error::usage(format!("no migration history was found below {}{unread}", names.join(", ")));
    error.hint("onramp migrate audit DIR names the folder of the migrations itself, whatever it is called")
}

fn tell(audited: &Audited, format: Format, global: &Global, printer: &Printer) {
    if format == Format::Json {
        printer.json(listing::json(audited));
        return;
    }
    let listing = Listing { audited, verbose: global.verbose, quiet: global.quiet };
    listing.lines().iter().for_each(|line| printer.data(line));
    if format == Format::Github {
        let root = reporter::repository_root(&audited.base);
        let problems = audited.audit.findings().filter_map(|finding| problem(finding, root));
        reporter::github_problems(printer, &task(), problems);
    }
    if !global.quiet {
        for (_, tag) in &audited.releases {
            printer.message(&format!("released files were held against {tag}"));
        }
        for configuration in &audited.configurations {
            printer.message(&format!(
                "twins are those that {} says",
                audited.shown.path(configuration).display()
            ));
        }
        if audited.meant.met > 0 {
            printer.message(&format!("{} as declared", count(audited.meant.met, "difference")));
        }
        printer.message(&listing.verdict());
    }
}

/// The name under which findings are reported where every problem has a task.
fn task() -> TaskId {
    TaskId::new("migrate", "audit")
}

/// A finding as a problem of a file of the repository; `None` for notes.
fn problem(finding: &Finding, root: &Path) -> Option<Problem> {
    let file = finding.file.strip_prefix(root).unwrap_or(&finding.file);
    Some(Problem {
        file: file.to_string_lossy().into_owned(),
        line: finding.line,
        column: None,
        severity: finding.level.severity()?,
        message: finding.message.clone(),
        code: Some(finding.code.name().to_owned()),
    })
}

fn write_sarif(
    audited: &Audited,
    file: &Path,
    status: ExitStatus,
    elapsed: Duration,
    printer: &Printer,
) -> Result<(), Error> {
    let root = reporter::repository_root(&audited.base);
    let outcome = match status {
        ExitStatus::Success => Outcome::Passed,
        _ => Outcome::Failed(Failure::task(format!(
            "{} found",
            count(audited.audit.findings().count(), "finding")
        ))),
    };
    let problems = audited.audit.findings().filter_map(|finding| problem(finding, root)).collect();
    let results = Results {
        verb: "migrate audit".to_owned(),
        root: root.to_path_buf(),
        status,
        at: None,
        error: None,
        tasks: vec![TaskResult { task: task(), outcome, elapsed, files: None, problems }],
    };
    let log = printer.masked(sarif(&results, &|_| PathBuf::new()));
    put([root, &audited.base], file, "SARIF", |new| fs::write(new, format!("{log:#}\n")))
        .map_err(Error::environment)
}
