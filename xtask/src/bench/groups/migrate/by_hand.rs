use onramp::Failure;

use super::project::Project;
use crate::bench::measure::Contestant;
use crate::bench::postgresql::Server;
use crate::bench::workplace::Workplace;

/// Which databases the work by hand begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// At the head, as whoever worked on the project yesterday has them.
    Head,
    /// With nothing in them, so that the whole history is applied first.
    Nothing,
}

impl Start {
    /// The name in the table of who begins so.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Head => "by hand, databases at the head",
            Self::Nothing => "by hand, empty databases",
        }
    }
}

/// Each dialect with the variable that its database is in.
const DIALECTS: [(&str, &str); 2] = [("sqlite", "SQLITE"), ("postgresql", "POSTGRESQL")];

/// Steps 29 to 32 of flowline's `docs/contributing.md`, without the reading: for one dialect after the other.
pub(super) fn by_hand(
    workplace: &Workplace<'_>,
    project: &Project,
    server: &Server,
    start: Start,
) -> Result<Contestant, Failure> {
    let file = match start {
        Start::Head => "by-hand-head",
        Start::Nothing => "by-hand-empty",
    };
    let steps = DIALECTS.map(|(dialect, variable)| {
        format!(
            "export FLOWLINE_DATABASE_URL=\"${variable}\"\n\
             alembic -n {dialect} upgrade head\n\
             alembic -n {dialect} revision --autogenerate -m \"add flow owner\"\n\
             alembic -n {dialect} upgrade head\n\
             alembic -n {dialect} downgrade -1\n\
             alembic -n {dialect} upgrade head\n"
        )
    });
    let argv = project.script(&format!("{file}.sh"), &steps.concat())?;
    let mut contestant = project.command(workplace, start.name(), argv);
    let sqlite = project.beside.join("work.db").to_string_lossy().into_owned();
    let databases = [
        ("SQLITE", format!("sqlite+aiosqlite:///{sqlite}")),
        ("POSTGRESQL", server.url("postgresql+asyncpg", "work")),
    ];
    contestant.environment.extend(databases.map(|(name, url)| (name.to_owned(), url)));
    let fresh = fresh_databases(project, server, start);
    let before = [project.reset(), &databases_at_head(project, server), &fresh].concat();
    contestant.before = project.script(&format!("{file}-before.sh"), &before)?;
    contestant.check = project.script("check.sh", project.check())?;
    Ok(contestant)
}

/// The file of a SQLite database at the head, which [`databases_at_head`] makes.
pub(super) fn sqlite_head(project: &Project) -> String {
    project.beside.join("head.db").to_string_lossy().into_owned()
}

/// Lines for a shell that see to a server, and to a database of each dialect at the head that others are copied from.
pub(super) fn databases_at_head(project: &Project, server: &Server) -> String {
    format!(
        "sh {ensure}\n\
         if ! {psql} --no-psqlrc --quiet --command='SELECT 1' head; then\n\
         rm -f {sqlite}\n\
         FLOWLINE_DATABASE_URL=sqlite+aiosqlite:///{sqlite} alembic -n sqlite upgrade head\n\
         {createdb} head\n\
         FLOWLINE_DATABASE_URL='{url}' alembic -n postgresql upgrade head\n\
         fi\n",
        ensure = server.ensure.display(),
        psql = server.client("psql"),
        createdb = server.client("createdb"),
        sqlite = sqlite_head(project),
        url = server.url("postgresql+asyncpg", "head"),
    )
}

fn fresh_databases(project: &Project, server: &Server, start: Start) -> String {
    let (createdb, dropdb) = (server.client("createdb"), server.client("dropdb"));
    let work = project.beside.join("work.db");
    let work = work.display();
    let drop = format!("{dropdb} --if-exists work\nrm -f {work}\n");
    let make = match start {
        Start::Head => format!("{createdb} --template=head work\ncp {} {work}\n", sqlite_head(project)),
        Start::Nothing => format!("{createdb} work\n"),
    };
    drop + &make
}
