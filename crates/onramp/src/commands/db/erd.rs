use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use onramp_config::nearest;
use onramp_core::{Dialect, Level, Reporter};
use onramp_database::DatabaseUrl;
use onramp_database::catalog::Catalog;
use onramp_migrate::{History, Revision};
use onramp_pictures::erd::{self, Columns, Diagram, Part, UnknownTable};

use super::diff::warn_of_versions;
use super::source::{Catalogs, Scope, Source, catalogs, one_dialect};
use crate::commands::migrate;
use crate::session::Session;
use crate::{Error, ExitStatus, answer_file};

/// Draw the tables of a schema, what refers to what, and what has changed
///
/// Of a database, or of what a migration history leads to. Lines lead from a key to what refers to it: a crow's foot
/// stands for any number of rows, a circle for none, a bar for one.
#[derive(Args, Debug)]
pub(super) struct ErdArgs {
    /// The path of a SQLite file, a database URL, a folder of SQL migrations, or a git revision; histories are applied to
    /// scratch databases. The history of the work tree if not given
    #[arg(value_name = "SOURCE")]
    source: Option<String>,
    /// The database in the variable that [database] url-env names, which keeps a password out of the list of
    /// processes
    #[arg(long, conflicts_with = "source")]
    from_env: bool,
    /// Of this dialect: a history may have several, and a database of any other one is refused
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
    #[command(flatten)]
    scope: Scope,
    /// Mark what has changed since then: the path of a SQLite file, a database URL, a folder of SQL
    /// migrations, or a git revision
    #[arg(long, value_name = "SOURCE")]
    since: Option<String>,
    /// Mark what this revision of the history changes, named by its id or how that begins
    #[arg(long, value_name = "ID", conflicts_with_all = ["source", "from_env", "since"])]
    revision: Option<String>,
    /// How it is drawn; if not given, as the ending of --output says, else `mermaid`, or `json` with --format json
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<ErdForm>,
    /// Write to this file instead of standard output: .mmd, .svg, .html or .json
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only this table, and others near to it; may be given more than once
    #[arg(long = "table", value_name = "TABLE")]
    tables: Vec<String>,
    /// Only tables that have changed, and others near to them
    #[arg(long)]
    changed: bool,
    /// How many foreign keys away from those of --table and --changed others are shown
    #[arg(long, value_name = "N", default_value_t = 1)]
    depth: usize,
    /// Which columns are shown
    #[arg(long, value_enum, value_name = "COLUMNS", default_value_t = ErdColumns::All)]
    columns: ErdColumns,
}

/// How a diagram is drawn.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ErdForm {
    /// For Mermaid, which Markdown on GitHub shows
    Mermaid,
    /// A picture
    Svg,
    /// A page that is one file, with a picture to move in and to search
    Html,
    /// For machines
    Json,
}

/// Which columns are shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ErdColumns {
    /// All of them
    All,
    /// Those of keys and relations, and those that have changed
    Keys,
    /// None
    None,
}

impl ErdArgs {
    pub(super) fn sources(&self) -> Option<Vec<&str>> {
        let source = self.source.as_deref()?;
        Some(self.since.as_deref().into_iter().chain([source]).collect())
    }
}

pub(super) fn run(session: &Session, args: &ErdArgs) -> Result<ExitStatus, Error> {
    let form = form(session, args)?;
    if args.changed && args.since.is_none() && args.revision.is_none() {
        let error = Error::usage("--changed needs something to compare with");
        return Err(error.hint("onramp db erd --since HEAD --changed"));
    }
    let Compared { dialect, about, sources } = compared(session, args)?;
    let Catalogs { mut catalogs, own_tables } = catalogs(session, dialect, &sources)?;
    args.scope.leave_out(catalogs.iter_mut(), &own_tables)?;
    let whole = match catalogs.as_slice() {
        [before, after] => {
            warn_of_versions(session, dialect, [&before.server_version, &after.server_version]);
            Diagram::new(Some(before), after)
        }
        [after] if args.revision.is_some() => {
            let nothing = Catalog { objects: BTreeMap::new(), ..after.clone() };
            Diagram::new(Some(&nothing), after)
        }
        [after] => Diagram::new(None, after),
        _ => return Err(Error::usage("nothing to draw")),
    };
    let names: Vec<String> = whole.entities.iter().map(erd::Entity::name).collect();
    let part = Part {
        tables: args.tables.clone(),
        changed: args.changed,
        depth: args.depth,
        columns: match args.columns {
            ErdColumns::All => Columns::All,
            ErdColumns::Keys => Columns::Keys,
            ErdColumns::None => Columns::None,
        },
    };
    let diagram = whole.part(&part).map_err(|unknown| no_such_table(&unknown, &names))?;
    let title = match (session.has_project, sources.last()) {
        (false, Some(source)) => named(args.source.as_deref(), source),
        _ => session.workspace().config.project.name.clone(),
    };
    let title = session.launcher.secrets().mask(&title).into_owned();
    let about = session.launcher.secrets().mask(&format!("{dialect}, {about}")).into_owned();
    let text = match form {
        ErdForm::Mermaid => erd::mermaid(&diagram),
        ErdForm::Svg => erd::svg(&diagram, &title, &about),
        ErdForm::Html => erd::page(&diagram, &title, &about),
        ErdForm::Json => diagram.to_json().to_string(),
    };
    if let ErdForm::Mermaid = form {
        warn_of_limits(session, &text, &diagram);
    }
    session.reporter.close();
    match &args.output {
        Some(file) => answer_file::write(&session.directory.join(file), &text)?,
        None => session.answer_masked(&text),
    }
    Ok(ExitStatus::Success)
}

/// What is asked for: by name, by the ending of the file, or by the format of everything.
fn form(session: &Session, args: &ErdArgs) -> Result<ErdForm, Error> {
    if let Some(form) = args.form {
        return Ok(form);
    }
    let Some(file) = &args.output else {
        return Ok(if session.json() { ErdForm::Json } else { ErdForm::Mermaid });
    };
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "mmd" | "mermaid" => Ok(ErdForm::Mermaid),
        "svg" => Ok(ErdForm::Svg),
        "html" | "htm" => Ok(ErdForm::Html),
        "json" => Ok(ErdForm::Json),
        _ => {
            let message = format!("{} ends in none of .mmd, .svg, .html and .json", file.display());
            Err(Error::usage(message).hint(format!("onramp db erd --as svg --output {}", file.display())))
        }
    }
}

/// What is drawn, with what it is compared with in front.
struct Compared {
    dialect: Dialect,
    /// A line about where that comes from.
    about: String,
    sources: Vec<Source>,
}

fn compared(session: &Session, args: &ErdArgs) -> Result<Compared, Error> {
    if let Some(word) = &args.revision {
        let dialect = one_dialect(session, &[Source::History(None)], args.dialect, "db erd")?;
        let (id, parent) = revision(session, dialect, word)?;
        let about = format!("the history at revision {id}, and what that changes");
        let sources = parent.into_iter().chain([id]).map(Source::Revision).collect();
        return Ok(Compared { dialect, about, sources });
    }
    let after = Source::of_arguments(session, args.source.as_deref(), args.from_env, "db erd")?;
    let before = args.since.as_deref().map(|word| Source::of_word(session, word)).transpose()?;
    let of = match (&args.source, args.from_env) {
        (None, true) => "the database of the environment".to_owned(),
        (word, _) => named(word.as_deref(), &after),
    };
    let about = match &before {
        Some(before) => format!("{of}, changes since {}", named(args.since.as_deref(), before)),
        None => of,
    };
    let sources: Vec<Source> = before.into_iter().chain([after]).collect();
    let dialect = one_dialect(session, &sources, args.dialect, "db erd")?;
    Ok(Compared { dialect, about, sources })
}

/// The id of a revision, and of the one that it follows.
fn revision(session: &Session, dialect: Dialect, word: &str) -> Result<(String, Option<String>), Error> {
    let spec = migrate::spec(session)?;
    let history = History::of(&spec, spec.dialect(dialect)?)?;
    let found: Vec<&Revision> = match history.get(word) {
        Some(revision) => vec![revision],
        None => history.iter().filter(|revision| revision.id.starts_with(word)).collect(),
    };
    let revision = match found.as_slice() {
        [revision] => revision,
        [] => {
            let error = Error::usage(format!("the history of {dialect} has no revision `{word}`"));
            return Err(error.hint("onramp migrate status"));
        }
        [one, two, ..] => {
            let message = format!("`{word}` begins the ids of several revisions: {}, {}", one.id, two.id);
            return Err(Error::usage(message));
        }
    };
    match revision.down.as_slice() {
        [] => Ok((revision.id.clone(), None)),
        [parent] => Ok((revision.id.clone(), Some(parent.clone()))),
        _ => {
            let message = format!("revision `{}` joins several, so there is nothing before it", revision.id);
            Err(Error::usage(message).hint("onramp db erd --since HEAD~1"))
        }
    }
}

/// A source as the user called it, without a password.
fn named(word: Option<&str>, source: &Source) -> String {
    match (source, word) {
        (Source::Database(url), Some(word)) => database(word, url),
        (Source::Database(url), None) => url.to_string(),
        (Source::History(_), Some(word)) => format!("the history of {word}"),
        (Source::History(_), None) => "the history of the work tree".to_owned(),
        (Source::Revision(id), _) => format!("the history at revision {id}"),
        (Source::Folder(folder), _) => format!("the history in {}", folder.name),
    }
}

fn database(word: &str, url: &DatabaseUrl) -> String {
    if word.contains("://") { url.to_string() } else { Path::new(word).display().to_string() }
}

/// Says so where Mermaid would show an error instead of a picture.
fn warn_of_limits(session: &Session, text: &str, diagram: &Diagram) {
    let (letters, relations) = (text.chars().count(), diagram.relations.len());
    let (most_letters, most_relations) = erd::MERMAID_LIMITS;
    if letters > most_letters || relations > most_relations {
        let message = format!(
            "{letters} letters and {relations} relations are more than Mermaid takes, which is {most_letters} and \
             {most_relations} unless it is told otherwise: --columns keys and --table show less, --as html all of it"
        );
        session.reporter.notice(Level::Warning, &message);
    }
}

fn no_such_table(UnknownTable { name }: &UnknownTable, names: &[String]) -> Error {
    let error = Error::usage(format!("there is no table `{name}`"));
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}
