use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use onramp_config::nearest;
use onramp_core::Dialect;
use onramp_database::DatabaseUrl;
use onramp_pictures::erd::{self, Columns, Diagram, Part, UnknownTable};

use super::diff::warn_of_versions;
use super::source::{Scope, Source, catalogs, one_dialect};
use crate::session::Session;
use crate::{Error, ExitStatus, answer_file};

/// Draw the tables of a schema, what refers to what, and what has changed
///
/// Of a database, or of what a migration history leads to. Lines lead from a key to what refers to it: a crow's foot
/// stands for any number of rows, a circle for none, a bar for one.
#[derive(Args, Debug)]
pub(super) struct ErdArgs {
    /// The path of a SQLite file, a database URL, or a git revision, whose history is applied to a scratch database;
    /// the history of the work tree if not given
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
    /// Mark what has changed since then: the path of a SQLite file, a database URL, or a git revision
    #[arg(long, value_name = "SOURCE")]
    since: Option<String>,
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
    #[arg(long, requires = "since")]
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

pub(super) fn run(session: &Session, args: &ErdArgs) -> Result<ExitStatus, Error> {
    let form = form(session, args)?;
    let after = Source::of_arguments(session, args.source.as_deref(), args.from_env, "db erd")?;
    let before = args.since.as_deref().map(|word| Source::of_word(session, word)).transpose()?;
    let about = about(args, before.as_ref(), &after);
    let sources: Vec<Source> = before.into_iter().chain([after]).collect();
    let dialect = one_dialect(session, &sources, args.dialect, "db erd")?;
    let found = catalogs(session, dialect, &sources, &args.scope)?;
    let whole = match found.as_slice() {
        [before, after] => {
            warn_of_versions(session, before, after);
            Diagram::new(Some(before), after)
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
    session.reporter.close();
    let title = session.launcher.secrets().mask(&session.workspace().config.project.name).into_owned();
    let about = session.launcher.secrets().mask(&format!("{dialect}, {about}")).into_owned();
    let text = match form {
        ErdForm::Mermaid => erd::mermaid(&diagram),
        ErdForm::Svg => erd::svg(&diagram, &title, &about),
        ErdForm::Html => erd::page(&diagram, &title, &about),
        ErdForm::Json => diagram.to_json().to_string(),
    };
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

/// A line about where the diagram comes from.
fn about(args: &ErdArgs, before: Option<&Source>, after: &Source) -> String {
    let of = match (&args.source, args.from_env) {
        (None, true) => "the database of the environment".to_owned(),
        (word, _) => named(word.as_deref(), after),
    };
    match before {
        Some(before) => format!("{of}, changes since {}", named(args.since.as_deref(), before)),
        None => of,
    }
}

/// A source as the user called it, without a password.
fn named(word: Option<&str>, source: &Source) -> String {
    match (source, word) {
        (Source::Database(url), Some(word)) => database(word, url),
        (Source::Database(url), None) => url.to_string(),
        (Source::History(_), Some(word)) => format!("the history of {word}"),
        (Source::History(_), None) => "the history of the work tree".to_owned(),
    }
}

fn database(word: &str, url: &DatabaseUrl) -> String {
    if word.contains("://") { url.to_string() } else { Path::new(word).display().to_string() }
}

fn no_such_table(UnknownTable { name }: &UnknownTable, names: &[String]) -> Error {
    let error = Error::usage(format!("there is no table `{name}`"));
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}
