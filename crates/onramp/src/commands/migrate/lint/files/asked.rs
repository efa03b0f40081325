use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_git::{GitError, Repository};
use onramp_histories::{Audit, Chain, Declared, Histories};

use super::super::settings::Opinions;
use super::super::{Elsewhere, LintArgs, base};
use super::Part;
use crate::Error;
use crate::session::Session;

/// What the command line asks for.
pub(super) struct Asked {
    /// Files, by the histories that they are of.
    pub(super) parts: Vec<Part>,
    /// What nobody here can look at.
    pub(super) elsewhere: Vec<Elsewhere>,
}

/// What the command line asks for.
pub(super) fn asked(session: &Session, args: &LintArgs, opinions: &Opinions) -> Result<Asked, Error> {
    let mut parts: Vec<Part> = Vec::new();
    let mut elsewhere: Vec<Elsewhere> = Vec::new();
    for word in &args.revisions {
        let path = session
            .directory
            .join(word)
            .canonicalize()
            .map_err(|error| Error::usage(format!("{word} cannot be read: {error}")))?;
        let found = if path.is_dir() {
            let found = of_folder(session, args, opinions, word, &path)?;
            let is_new = |one: &Elsewhere| !elsewhere.iter().any(|known| known.file == one.file);
            let more: Vec<Elsewhere> = found.elsewhere.into_iter().filter(is_new).collect();
            elsewhere.extend(more);
            found.parts
        } else {
            of_file(args, word, &path)?
        };
        for part in found {
            let is_same = |other: &&mut Part| {
                other.chain.folder == part.chain.folder
                    && other.chain.form == part.chain.form
                    && other.dialect == part.dialect
                    && other.chain.entries.len() == part.chain.entries.len()
                    && other
                        .chain
                        .entries
                        .iter()
                        .zip(&part.chain.entries)
                        .all(|(left, right)| left.file == right.file)
            };
            match parts.iter_mut().find(is_same) {
                Some(known) => known.files.extend(part.files),
                None => parts.push(part),
            }
        }
    }
    Ok(Asked { parts, elsewhere })
}

/// The histories below a folder, with the files of each that are new, or all of them.
fn of_folder(
    session: &Session,
    args: &LintArgs,
    opinions: &Opinions,
    word: &str,
    folder: &Path,
) -> Result<Asked, Error> {
    let mut chains = whole(folder);
    chains.retain(|chain| !chain.entries.is_empty());
    let (mut chains, mut others): (Vec<Chain>, Vec<Chain>) =
        chains.into_iter().partition(|chain| chain.form.is_sql());
    if chains.is_empty() {
        let error = Error::usage(format!("no SQL history was found below {word}"));
        return Err(error.hint(format!("onramp migrate audit {word}")));
    }
    let changed = if args.all { None } else { changed(session, args, folder)? };
    let told = |chain: &Chain| chain.dialect.map(|(dialect, _)| dialect.known());
    if args.dialects.is_empty() && chains.iter().any(|chain| told(chain) != Some(None)) {
        others.extend(chains.extract_if(.., |chain| told(chain) == Some(None)));
    }
    // Whoever asks for one dialect knows that there are others.
    let is_of_another =
        |chain: &Chain| told(chain).is_some_and(|of| !of.is_some_and(|of| args.dialects.contains(&of)));
    others.retain(|chain| args.dialects.is_empty() || !is_of_another(chain));
    let all: Option<BTreeSet<PathBuf>> = args.all.then(|| {
        let entries = others.iter().flat_map(|chain| &chain.entries);
        entries.flat_map(|entry| entry.files.iter().cloned()).collect()
    });
    let files = all.as_ref().or(changed.as_ref());
    let elsewhere = others.iter().flat_map(|chain| Elsewhere::of(chain, files, opinions)).collect();
    let mut parts = Vec::new();
    for (chain, dialect) in with_dialects(chains, args, word)? {
        let files = chain.entries.iter().flat_map(|entry| &entry.up).map(|script| script.file.clone());
        let files: BTreeSet<PathBuf> = match &changed {
            _ if args.all => files.collect(),
            Some(changed) => files.filter(|file| changed.contains(file)).collect(),
            // Nobody can tell what is new: the newest.
            None => chain
                .entries
                .last()
                .into_iter()
                .flat_map(|entry| &entry.up)
                .map(|script| script.file.clone())
                .collect(),
        };
        parts.push(part(chain, dialect, files, args));
    }
    Ok(Asked { parts, elsewhere })
}

/// A file, in each history that has it, or by itself.
fn of_file(args: &LintArgs, word: &str, file: &Path) -> Result<Vec<Part>, Error> {
    if args.base.is_some() || args.all {
        let option = if args.all { "--all" } else { "--base" };
        let error = Error::usage(format!("{option} chooses among the files of a folder, and {word} is none"));
        return Err(error.hint(format!("onramp migrate lint {word}")));
    }
    let unreadable =
        |error: std::io::Error| Error::usage(format!("{word} cannot be read: {error}")).due_to(file, None);
    let alone = Chain::of_file(file).map_err(unreadable)?;
    let folders = file.ancestors().skip(1).take(2);
    let chains = folders.filter(|folder| is_of_history(file, folder)).map(whole);
    let is_up =
        |chain: &Chain| chain.entries.iter().any(|entry| entry.up.iter().any(|script| script.file == file));
    let is_known =
        |chain: &Chain| chain.entries.iter().any(|entry| entry.files.iter().any(|own| own == file));
    let found = chains
        .map(|chains| {
            chains.into_iter().filter(|chain| chain.form.is_sql() && is_known(chain)).collect::<Vec<_>>()
        })
        .find(|chains| !chains.is_empty());
    let found = match found {
        Some(chains) if chains.iter().any(is_up) => {
            let mut chains: Vec<Chain> = chains.into_iter().filter(is_up).collect();
            for chain in chains.iter_mut().filter(|chain| chain.dialect.is_none()) {
                chain.dialect = alone.dialect;
            }
            chains
        }
        Some(_) => {
            let message = format!("{word} is a way back, and only what leads up is looked at");
            let folder = Path::new(word).parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).display();
            return Err(Error::usage(message).hint(format!("onramp migrate audit {folder} --replay")));
        }
        None => vec![alone],
    };
    let found = with_dialects(found, args, word)?;
    let files = BTreeSet::from([file.to_path_buf()]);
    Ok(found.into_iter().map(|(chain, dialect)| part(chain, dialect, files.clone(), args)).collect())
}

/// Whether a file may be of a history in a folder above it: two above only where the folder between is an entry.
fn is_of_history(file: &Path, folder: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let between = file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    let is_entry = between.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit());
    file.parent() == Some(folder) || is_entry || matches!(name, "up.sql" | "down.sql" | "migration.sql")
}

/// What is asked for of a history. With a ground of the user's own, what the history has before it does not count.
fn part(mut chain: Chain, dialect: Dialect, files: BTreeSet<PathBuf>, args: &LintArgs) -> Part {
    if args.onto.is_some() {
        chain.entries.retain(|entry| entry.up.iter().any(|script| files.contains(&script.file)));
    }
    Part { chain, dialect, files }
}

/// The histories below a folder, each with what is for all dialects of its project.
fn whole(folder: &Path) -> Vec<Chain> {
    let audit = Audit::of(Histories::below(&[folder.to_path_buf()]), 0, &[], &Declared::default());
    let shared: Vec<usize> = audit.sets.iter().filter_map(|set| set.shared).collect();
    (0..audit.histories.len())
        .filter(|place| !shared.contains(place))
        .map(|place| audit.whole(place))
        .collect()
}

/// Histories with the dialects that they are read in: what the user asks for counts more than what they tell, unless there
/// is one that tells just that.
fn with_dialects(chains: Vec<Chain>, args: &LintArgs, word: &str) -> Result<Vec<(Chain, Dialect)>, Error> {
    let told = |chain: &Chain| chain.dialect.and_then(|(dialect, _)| dialect.known());
    let asked = &args.dialects;
    let is_told = chains.iter().any(|chain| told(chain).is_some_and(|dialect| asked.contains(&dialect)));
    let mut found = Vec::new();
    for chain in chains {
        match (asked.as_slice(), told(&chain), chain.dialect) {
            ([], Some(dialect), _) => found.push((chain, dialect)),
            ([], None, told) => {
                let why = match told {
                    Some((dialect, _)) => format!("is of {dialect}, for which there is no server here"),
                    None => "tells no dialect".to_owned(),
                };
                let folder = chain.folder.display();
                let error = Error::usage(format!("{word}: the history in {folder} {why}"));
                let dialects = Dialect::ALL.map(|dialect| format!("--dialect {dialect}"));
                return Err(error.hint(format!("onramp migrate lint {word} {}", dialects.join(" or "))));
            }
            (asked, Some(dialect), _) if is_told => {
                if asked.contains(&dialect) {
                    found.push((chain, dialect));
                }
            }
            (_, None, Some(_)) if is_told => {}
            (asked, ..) => found.extend(asked.iter().map(|dialect| (chain.clone(), *dialect))),
        }
    }
    Ok(found)
}

/// The files that differ from the base; `None` where nobody can tell and nobody has named one.
fn changed(session: &Session, args: &LintArgs, folder: &Path) -> Result<Option<BTreeSet<PathBuf>>, Error> {
    let environment = &session.workspace().environment;
    let revision = args.base.as_deref().unwrap_or(base::DEFAULT);
    let files = Repository::around(folder, &session.launcher, environment).and_then(|repository| {
        let changes = repository.unattended().changes_since(revision)?;
        Ok(changes.inside.iter().map(|file| folder.join(file)).collect())
    });
    match files {
        Ok(files) => Ok(Some(files)),
        Err(GitError::Cancelled) => Err(Failure::interrupted().into()),
        Err(_) if args.base.is_none() => Ok(None),
        Err(error) => Err(Error::usage(format!("--base: {error}")).hint("git log --oneline -5")),
    }
}
