use std::fs;
use std::net::{Ipv4Addr, TcpListener};

use onramp::xshell::cmd;
use onramp::{Failure, TaskContext};

use super::{Empty, Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::measure::{Contestant, Measured, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::postgresql::{Programs, SETTINGS, Server};
use crate::bench::table::{Table, cell};
use crate::bench::workplace::Workplace;

/// The images that are looked for, in this order: the official ones, and the one that the tests make of this machine's
/// programs.
const IMAGES: [&str; 4] = ["postgres:17", "postgres:16", "postgres:15", "onramp-test/postgres:15"];

const LOCAL: &str = "onramp, this machine's programs";
const FIRST: &str = "onramp, the same for the first time";
const PLAIN: &str = "`initdb`, `postgres`, `psql`";
const CONTAINER: &str = "onramp, a container";
const DOCKER: &str = "`docker run`, `pg_isready`";

/// The place of what Onramp keeps of an earlier start: a cluster of this machine's programs that no server has run on.
const KEPT: &str = "databases/clusters";

/// What is measured, and what has to be cleared away afterwards.
struct Entrants {
    contestants: Vec<Contestant>,
    workspaces: Vec<Empty>,
    server: Option<Server>,
    container: Option<String>,
    /// What each pair uses, or why it is not there.
    local: Result<String, String>,
    docker: Result<String, String>,
}

/// From nothing to a server that has answered a query.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 1, counted: 3 },
        Pace::Full => Turns { warm_up: 1, counted: 9 },
    };
    let entrants = entrants(workplace)?;
    let measured = measure(workplace, "a cold start", turns, &entrants.contestants);
    entrants.clear_away(workplace)?;
    let results = measured?;

    let mut findings = Findings::default();
    let mut table = Table::new(["what", "processor / wall / memory", "wall, as a multiple"]);
    let pairs = [(LOCAL, &[FIRST][..], PLAIN, &entrants.local), (CONTAINER, &[], DOCKER, &entrants.docker)];
    let figures = pairs.map(|(own, further, other, there)| {
        let of = |name: &str| there.clone().and_then(|_| results.of(name));
        if there.is_ok() {
            findings.note_own(own, &of(own));
        }
        for name in [&[own], further, &[other]].concat() {
            let multiple = match (of(name), of(own)) {
                (Ok(one), Ok(own)) => format!("{:.2}×", one.wall.as_secs_f64() / own.wall.as_secs_f64()),
                _ => "–".to_owned(),
            };
            table.row([name.to_owned(), cell(&of(name), &of(own), results.memory_floor), multiple]);
        }
        [of(own), of(other)]
    });
    findings.budgets.extend(budgets(&figures));
    findings.sections.push(Section {
        title: "A cold start of PostgreSQL".to_owned(),
        explanation: explanation(&entrants, turns),
        table,
        spreads: results.spreads(),
    });
    Ok(findings)
}

fn entrants(workplace: &Workplace<'_>) -> Result<Entrants, Failure> {
    let context = workplace.context;
    let mut entrants = Entrants {
        contestants: Vec::new(),
        workspaces: Vec::new(),
        server: None,
        container: None,
        local: Err(String::new()),
        docker: Err(String::new()),
    };
    let programs = Programs::find(context);
    entrants.local = match &programs {
        Ok(programs) => {
            let local = "source = \"local\"";
            for (name, folder, kept) in [(LOCAL, "local", KEPT), (FIRST, "first", "")] {
                let empty = Empty::write(workplace, folder, local)?;
                entrants.contestants.push(own(workplace, name, &empty, kept)?);
                entrants.workspaces.push(empty);
            }
            let server = Server::write(workplace, programs, "cold")?;
            let script = |file: &std::path::Path| vec!["sh".to_owned(), file.to_string_lossy().into_owned()];
            let mut plain = workplace.command(PLAIN, &workplace.folder, script(&server.start));
            plain.before = script(&server.stop);
            entrants.contestants.push(plain);
            entrants.server = Some(server);
            Ok(programs.version.clone())
        }
        Err(failure) => Err(failure.message.clone()),
    };
    entrants.docker = match image(context) {
        Ok(image) => {
            let empty = Empty::write(
                workplace,
                "container",
                &format!("source = \"container\", image = \"{image}\""),
            )?;
            entrants.contestants.push(own(workplace, CONTAINER, &empty, "")?);
            let name = format!("onramp-bench-{}", std::process::id());
            let isready = programs.as_ref().ok().map(|programs| programs.path("pg_isready"));
            entrants.contestants.push(docker(workplace, &empty, image, &name, isready)?);
            entrants.container = Some(name);
            entrants.workspaces.push(empty);
            Ok(image.to_owned())
        }
        Err(failure) => Err(failure.tail.last().unwrap_or(&failure.message).clone()),
    };
    Ok(entrants)
}

impl Entrants {
    fn clear_away(&self, workplace: &Workplace<'_>) -> Result<(), Failure> {
        for workspace in &self.workspaces {
            workspace.end_servers(workplace)?;
        }
        if let Some(server) = &self.server {
            server.remove(workplace.context)?;
        }
        if let Some(container) = &self.container {
            let shell = workplace.context.shell()?;
            workplace.context.read(cmd!(shell, "docker rm --force --volumes {container}"))?;
        }
        Ok(())
    }
}

/// The history of the workspace has nothing in it, so what is left of a catalog of it is a server and its first
/// queries. Nothing is left of the run before but what is `kept`, a folder in `.onramp`.
fn own(workplace: &Workplace<'_>, name: &str, empty: &Empty, kept: &str) -> Result<Contestant, Failure> {
    let program = workplace.onramp.program.to_string_lossy();
    let words = [&*program, "db", "catalog", "--dialect", "postgresql"];
    let mut own = workplace.command(name, &empty.folder, words.map(str::to_owned).to_vec());
    own.environment.extend(docker_host(workplace.context));
    let before = empty.folder.join("before.sh");
    let rest = if kept.is_empty() {
        String::new()
    } else {
        format!("if [ -d old/{kept} ]; then mkdir -p .onramp/{kept} && mv old/{kept}/* .onramp/{kept}; fi\n")
    };
    let forget = format!("rm -rf old\nif [ -d .onramp ]; then mv .onramp old; fi\n{rest}rm -rf old\n");
    fs::write(&before, format!("set -e\n'{program}' db down\n{forget}"))?;
    own.before = vec!["sh".to_owned(), before.to_string_lossy().into_owned()];
    Ok(own)
}

/// A container with what Onramp gives its own, on a port that was free a moment ago.
fn docker(
    workplace: &Workplace<'_>,
    empty: &Empty,
    image: &str,
    name: &str,
    isready: Option<String>,
) -> Result<Contestant, Failure> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let settings: String = SETTINGS.iter().map(|setting| format!(" -c {setting}")).collect();
    let ready = match isready {
        Some(program) => format!("{program} --quiet --host=127.0.0.1 --port={port}"),
        None => format!("docker exec {name} pg_isready --quiet --host=127.0.0.1"),
    };
    let run = empty.folder.join("run.sh");
    let text = format!(
        "set -e\ndocker run --detach --name {name} --publish 127.0.0.1:{port}:5432 --tmpfs /var/lib/postgresql \
         --env POSTGRES_USER=onramp --env POSTGRES_PASSWORD --env POSTGRES_DB=postgres \
         --env POSTGRES_INITDB_ARGS='--encoding=UTF8 --locale=C --no-sync' \
         --env PGDATA=/var/lib/postgresql/onramp {image}{settings}\nuntil {ready}; do sleep 0.01; done\n"
    );
    fs::write(&run, text)?;
    let before = empty.folder.join("remove.sh");
    fs::write(&before, format!("docker rm --force --volumes {name} || true\n"))?;
    let script = |file: &std::path::Path| vec!["sh".to_owned(), file.to_string_lossy().into_owned()];
    let mut docker = workplace.command(DOCKER, &empty.folder, script(&run));
    docker.before = script(&before);
    docker.environment.extend(docker_host(workplace.context));
    // It lives for a second, and takes nobody in who is not on this machine.
    docker.environment.push(("POSTGRES_PASSWORD".to_owned(), "bench".to_owned()));
    Ok(docker)
}

/// The first of the images that the engine has. Nothing is pulled: what the network does is not measured here.
fn image(context: &TaskContext<'_>) -> Result<&'static str, Failure> {
    let shell = context.shell()?;
    // Whether there is an engine is another question than whether it has an image.
    context.read(cmd!(shell, "docker info --format OK"))?;
    let has = |image: &&str| context.read(cmd!(shell, "docker image inspect {image}")).is_ok();
    IMAGES.into_iter().find(has).ok_or_else(|| {
        Failure::environment(format!("the container engine has none of the images {}", IMAGES.join(", ")))
    })
}

/// Where the engine listens, if the caller says so.
fn docker_host(context: &TaskContext<'_>) -> Option<(String, String)> {
    let host = context.environment().get("DOCKER_HOST")?.to_str()?;
    Some(("DOCKER_HOST".to_owned(), host.to_owned()))
}

fn budgets(figures: &[[Measured; 2]; 2]) -> [Budget; 2] {
    let budget = |what, [own, other]: &[Measured; 2]| {
        let limit = ("≤ 1.2 times the wall time", 1.2);
        Budget::of_share(what, limit, own, other, |share| format!("{share:.2} times"))
    };
    [
        budget("cold start of this machine's PostgreSQL, beside its plain programs", &figures[0]),
        budget("cold start of a container, beside `docker run` and `pg_isready`", &figures[1]),
    ]
}

fn explanation(entrants: &Entrants, turns: Turns) -> String {
    let programs = entrants.local.as_deref().unwrap_or("no programs");
    let image =
        entrants.docker.as_deref().map_or_else(|_| "no image".to_owned(), |image| format!("`{image}`"));
    format!(
        "From nothing to a server that has answered a query: {programs}, and {image} with data in memory. Onramp runs \
         `db catalog` for a history with nothing in it, and nothing is subtracted: it also starts the process that \
         keeps the server, makes a scratch database and reads its catalog. Of this machine's programs it keeps the cluster \
         that they made for the first time and unpacks that from then on; a reboot has it made anew. The plain programs get the same settings \
         and do no more than is in their names, up to the first query or the first yes of `pg_isready`, with a look \
         every 10 ms. What container engines do is in nobody's processor time. Medians of {} runs.",
        turns.counted
    )
}
