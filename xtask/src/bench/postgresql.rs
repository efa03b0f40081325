//! A PostgreSQL server by its own programs: what a server that Onramp starts is compared with, and what the work by
//! hand is done on.

use std::fs;
use std::path::{Path, PathBuf};

use onramp::xshell::cmd;
use onramp::{Failure, TaskContext};

use super::workplace::Workplace;

/// All programs that are used, which have to lie in one folder.
const PROGRAMS: [&str; 7] = ["initdb", "postgres", "psql", "pg_isready", "pg_dump", "createdb", "dropdb"];

/// Where distributions put the programs of each version, below a folder that has its number.
const VERSIONS: &str = "/usr/lib/postgresql";

/// What a server of Onramp's own for scratch databases is started with; see `docs/commands.md`. Both must be the same,
/// or the comparison is none.
pub(super) const SETTINGS: [&str; 9] = [
    "max_connections=40",
    "jit=off",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "lock_timeout=10s",
];

/// The same for a server that is no container.
const LOCAL_SETTINGS: [&str; 3] =
    ["shared_buffers=64MB", "logging_collector=off", "dynamic_shared_memory_type=mmap"];

/// The programs of the PostgreSQL on this machine.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    /// What `postgres --version` says.
    pub(super) version: String,
    /// What a command of the server's begins with, for root's sake, whom PostgreSQL refuses.
    as_user: String,
}

/// A server that is started and stopped by scripts. It never outlives the measurement that it is started in, because
/// what a command leaves running ends with it.
#[derive(Clone, Debug)]
pub(super) struct Server {
    programs: Programs,
    /// The folder of data, socket and log, which has room for a socket's path.
    folder: PathBuf,
    /// Makes a cluster in the empty folder, starts a server and asks it for something. Trusts whoever may enter the
    /// folder, which nobody else may.
    pub(super) start: PathBuf,
    /// Stops the server if it runs, and empties the folder.
    pub(super) stop: PathBuf,
    /// Starts the server unless it runs.
    pub(super) ensure: PathBuf,
}

impl Programs {
    /// Looks where Onramp looks too. The links on `PATH` of some distributions lead to scripts that cost more than the
    /// programs, so the folder is what a link leads to.
    pub(super) fn find(context: &TaskContext<'_>) -> Result<Self, Failure> {
        let on_path = context.environment().find_program("initdb".as_ref(), context.root()).ok();
        let on_path =
            on_path.and_then(|program| fs::canonicalize(program).ok()?.parent().map(Path::to_path_buf));
        let mut folders: Vec<PathBuf> = on_path.into_iter().collect();
        folders.extend(usual_folders());
        let has_all = |folder: &PathBuf| PROGRAMS.iter().all(|program| folder.join(program).is_file());
        let folder = folders.into_iter().find(has_all);
        let folder = folder.ok_or_else(|| {
            Failure::environment("no folder has all programs of PostgreSQL, server and clients")
        })?;
        let shell = context.shell()?;
        let postgres = folder.join("postgres");
        let version = context.read(cmd!(shell, "{postgres} --version"))?;
        let is_root = context.read(cmd!(shell, "id -u"))? == "0";
        let as_user = if is_root { "setpriv --reuid=postgres --regid=postgres --clear-groups" } else { "" };
        Ok(Self { folder, version, as_user: as_user.to_owned() })
    }

    /// The path of a program.
    pub(super) fn path(&self, program: &str) -> String {
        self.folder.join(program).to_string_lossy().into_owned()
    }
}

impl Server {
    /// Writes the scripts for a server of that name. Nothing runs yet.
    pub(super) fn write(workplace: &Workplace<'_>, programs: &Programs, name: &str) -> Result<Self, Failure> {
        let folder = memory_folder().join(format!("onramp-bench-{}-{name}", std::process::id()));
        let scripts = workplace.folder.join("postgresql").join(name);
        fs::create_dir_all(&scripts)?;
        let [start, stop, ensure] =
            ["start", "stop", "ensure"].map(|name| scripts.join(format!("{name}.sh")));
        let server = Self { programs: programs.clone(), folder, start, stop, ensure };
        fs::write(&server.start, server.start_text())?;
        fs::write(&server.stop, server.stop_text())?;
        fs::write(&server.ensure, server.ensure_text())?;
        Ok(server)
    }

    /// A client that asks for nothing but what its arguments say.
    pub(super) fn client(&self, program: &str) -> String {
        format!("{} --host={} --username=postgres", self.programs.path(program), self.folder.display())
    }

    /// The URL of a database, for drivers that find a socket's folder in the parameter `host`.
    pub(super) fn url(&self, scheme: &str, database: &str) -> String {
        format!("{scheme}://postgres@/{database}?host={}", self.folder.display())
    }

    /// Stops the server and removes its folder.
    pub(super) fn remove(&self, context: &TaskContext<'_>) -> Result<(), Failure> {
        let shell = context.shell()?;
        let stop = &self.stop;
        context.read(cmd!(shell, "sh {stop}"))?;
        Ok(fs::remove_dir(&self.folder)?)
    }

    fn start_text(&self) -> String {
        let Programs { as_user, .. } = &self.programs;
        let settings = SETTINGS.iter().chain(&LOCAL_SETTINGS);
        let settings: String = settings.map(|setting| format!(" -c {setting}")).collect();
        format!(
            "set -e\ncd {folder}\n\
             {as_user} {initdb} --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync \
             --no-instructions\n\
             {as_user} {postgres} -D data -k {folder} -c listen_addresses={settings} >log 2>&1 &\n\
             until {psql} --no-psqlrc --quiet --command='SELECT 1' postgres; do kill -0 $!; sleep 0.01; done\n",
            folder = self.folder.display(),
            initdb = self.programs.path("initdb"),
            postgres = self.programs.path("postgres"),
            psql = self.client("psql"),
        )
    }

    /// A file with the number of a process that ended long ago may be left, so the process is asked what it is. An
    /// orderly end takes the file along.
    fn stop_text(&self) -> String {
        let owner = if self.programs.as_user.is_empty() { "" } else { "chown postgres \"$folder\"\n" };
        format!(
            "folder={}\npid=$(head -n 1 \"$folder/data/postmaster.pid\" 2>/dev/null)\n\
             if [ -n \"$pid\" ] && ps -o args= -p \"$pid\" | grep -q -F \" -k $folder \"; then\n\
             kill -QUIT \"$pid\"\nwhile [ -f \"$folder/data/postmaster.pid\" ]; do sleep 0.01; done\nfi\n\
             set -e\nrm -rf \"$folder\"\nmkdir -m 700 \"$folder\"\n{owner}",
            self.folder.display()
        )
    }

    fn ensure_text(&self) -> String {
        format!(
            "{} --quiet && exit\nset -e\nsh {}\nsh {}\n",
            self.client("pg_isready"),
            self.stop.display(),
            self.start.display()
        )
    }
}

/// The folders of all versions, newest first.
fn usual_folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let mut versions: Vec<u32> = entries.filter_map(number).collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.into_iter().map(|version| Path::new(VERSIONS).join(version.to_string()).join("bin")).collect()
}

/// Where Onramp keeps the data of servers that nobody needs for long: in memory where the system has a place for it.
fn memory_folder() -> PathBuf {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { shared.to_path_buf() } else { PathBuf::from("/tmp") }
}
