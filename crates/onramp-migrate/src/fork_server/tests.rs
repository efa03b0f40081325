//! With a real Python, in an environment that has one package.

use std::os::unix::fs::PermissionsExt;

use onramp_core::{Cancel, Secrets};
use onramp_exec::Environment;

use super::*;

/// What is run: it tells what it sees, and does what the argument says.
const ENTRY: &str = "\
import os, sys
sys.path.insert(0, os.getcwd())
import installed
import project
print(installed.LOADED_IN == os.getpid(), installed.VERSION, project.LOADED_IN == os.getpid(), os.environ.get('WORD'),
      os.path.basename(os.getcwd()), os.environ['PWD'] == os.getcwd(), sys.argv[1:], os.getsid(0) == os.getpid(), flush=True)
print('to stderr', file=sys.stderr, flush=True)
if os.environ.get('WORD') == 'stay':
    import subprocess
    subprocess.run(['sleep', '60'])
";

const PACKAGE: &str = "import os\nLOADED_IN = os.getpid()\nVERSION = 1\n";

struct Place {
    root: tempfile::TempDir,
    launcher: Launcher,
}

impl Place {
    fn new(package: &str) -> Self {
        let place = Self {
            root: tempfile::tempdir().expect("a folder"),
            launcher: Launcher::new(Cancel::new(), Secrets::new()),
        };
        let venv = ["python3", "-m", "venv", "--without-pip", "venv"];
        let spec = ProcessSpec::new(venv, place.root.path(), environment());
        place.launcher.run(&spec, Arc::new(Discard)).expect("an environment");
        place.write(&place.package(), package);
        fs::create_dir(place.path("project")).expect("a folder");
        place.write(&place.path("project/project.py"), "import os\nLOADED_IN = os.getpid()\n");
        place.write(&place.path("project/entry.py"), ENTRY);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn package(&self) -> PathBuf {
        let libraries = fs::read_dir(self.path("venv/lib")).expect("libraries").flatten();
        let python = libraries.map(|entry| entry.path()).find(|path| path.join("site-packages").exists());
        python.expect("a folder of packages").join("site-packages/installed.py")
    }

    fn write(&self, path: &Path, text: &str) {
        fs::write(path, text).expect("a file");
        // Older than whatever is started next.
        let file = fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).expect("a time");
    }

    fn server(&self) -> ForkServer {
        let folder = self.path("interpreters/sqlite");
        ForkServer::new(folder, Duration::from_secs(60), self.entry(None), vec!["URL".to_owned()])
    }

    fn entry(&self, word: Option<&str>) -> ProcessSpec {
        let mut environment = environment();
        if let Some(word) = word {
            environment.set("WORD", word);
        }
        let argv = [self.path("venv/bin/python"), self.path("project/entry.py"), "upgrade".into()];
        ProcessSpec::new(argv, self.path("project"), environment)
    }

    /// Starts a server, and waits until it listens or has given up.
    fn start(&self) -> ForkServer {
        let server = self.server();
        server.ensure(&self.launcher, &["installed".to_owned(), "nowhere".to_owned()]);
        wait_until(|| is_there(&server.folder) || server.folder.join("unsuitable").exists());
        server
    }

    fn fork(&self, server: &ForkServer, word: &str) -> Option<Forked> {
        server.fork(&self.launcher, &self.entry(Some(word)), Arc::new(Discard))
    }
}

fn environment() -> Environment {
    Environment::new([("PATH".into(), "/usr/local/bin:/usr/bin:/bin".into())])
}

#[track_caller]
fn wait_until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "it does not come about");
        thread::sleep(Duration::from_millis(5));
    }
}

fn lives(pid: u32) -> bool {
    onramp_exec::process(pid).is_some_and(|process| onramp_exec::is_alive(&process))
}

fn lines_of(mut forked: Forked) -> Vec<String> {
    while forked.is_running() {
        thread::sleep(Duration::from_millis(2));
    }
    forked.kill();
    let mut lines = forked.tail();
    lines.sort();
    lines
}

#[test]
fn a_forked_process_is_one_that_was_started_but_for_what_it_need_not_import() {
    let place = Place::new(PACKAGE);
    let server = place.start();
    for word in ["x", "y=z"] {
        let seen = lines_of(place.fork(&server, word).expect("a process"));
        let expected = format!("False 1 True {word} project True ['upgrade'] True");
        assert_eq!(seen, [expected.as_str(), "to stderr"]);
    }
    end(&server.folder);
}

#[test]
fn a_package_that_has_changed_ends_it_and_the_next_one_has_the_change() {
    let place = Place::new(PACKAGE);
    let server = place.start();
    place.write(&place.package(), &PACKAGE.replace("VERSION = 1", "VERSION = 2 + 0"));
    assert!(place.fork(&server, "x").is_none());
    wait_until(|| !is_there(&server.folder));
    // Its folder tells that one was started a moment ago.
    end(&server.folder);
    let server = place.start();
    let seen = lines_of(place.fork(&server, "x").expect("a process"));
    assert_eq!(seen[0], "False 2 True x project True ['upgrade'] True");
    end(&server.folder);
}

#[test]
fn a_process_dies_with_whoever_wanted_it_and_takes_along_what_it_has_started() {
    let place = Place::new(PACKAGE);
    let server = place.start();
    let mut forked = place.fork(&server, "stay").expect("a process");
    wait_until(|| forked.tail().len() == 2);
    assert!(forked.is_running());
    let pid = forked.pid();
    drop(forked);
    // Its parent takes note of that a little later.
    wait_until(|| !lives(pid));
    assert!(is_there(&server.folder));
    end(&server.folder);
}

#[test]
fn it_is_not_asked_for_another_environment() {
    let place = Place::new(PACKAGE);
    let server = place.start();
    let other = ForkServer { key: "another".to_owned(), ..place.server() };
    assert!(place.fork(&other, "x").is_none());
    assert!(place.fork(&server, "x").is_some());
    end(&server.folder);
}

#[test]
fn what_starts_threads_or_imports_the_project_has_none() {
    let threads = format!(
        "{PACKAGE}import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    );
    let place = Place::new(&threads);
    let server = place.start();
    assert!(place.fork(&server, "x").is_none());
    let reason = fs::read_to_string(server.folder.join("unsuitable")).expect("a reason");
    assert_eq!(reason, "what it imports has started 1 threads");
    assert!(server.stands(), "it is started again and again");

    let project = format!("{PACKAGE}import sys\nsys.path.insert(0, '{{}}')\nimport project\n");
    let place = Place::new("");
    place.write(&place.package(), &project.replace("{}", &place.path("project").to_string_lossy()));
    let server = place.start();
    let reason = fs::read_to_string(server.folder.join("unsuitable")).expect("a reason");
    assert!(reason.starts_with("it imports project from "), "{reason}");
}

#[test]
fn it_ends_when_it_is_told_to_and_when_its_folder_is_gone() {
    let place = Place::new(PACKAGE);
    let state = place.root.path();
    let server = place.start();
    let mode = fs::metadata(&server.folder).expect("a folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let found = fork_servers(state);
    assert_eq!(found.iter().map(|found| found.dialect).collect::<Vec<_>>(), [Dialect::Sqlite]);
    let process = found[0].process;
    assert!(lives(process));
    assert_eq!(end_fork_servers(state), [Dialect::Sqlite]);
    wait_until(|| !lives(process));
    assert!(!state.join(FOLDER).exists());

    place.start();
    let process = fork_servers(state)[0].process;
    fs::remove_dir_all(state.join(FOLDER)).expect("it can be removed");
    wait_until(|| !lives(process));
}

/// The live processes that were started for that folder.
fn started_for(folder: &Path) -> Vec<u32> {
    let folder = folder.to_string_lossy().into_owned();
    let entries = fs::read_dir("/proc").expect("processes").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    let knows = |pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&folder)
    };
    pids.filter(knows).filter(|pid| lives(*pid)).collect()
}

#[test]
fn it_ends_at_whatever_point_of_its_start_it_is_told_to() {
    let place = Place::new(PACKAGE);
    let begun = Instant::now();
    let server = place.start();
    let start = begun.elapsed();
    end(&server.folder);
    for hundredth in 30..150 {
        server.ensure(&place.launcher, &["installed".to_owned()]);
        thread::sleep(start * hundredth / 100);
        end(&server.folder);
        assert!(!server.folder.exists());
        wait_until(|| started_for(&server.folder).is_empty());
    }
    assert_eq!(
        fs::read_dir(place.path("project")).expect("a folder").count(),
        2,
        "it writes into the project"
    );
    assert_eq!(fs::read_dir(place.path("interpreters")).expect("a folder").count(), 0);
}

#[test]
fn it_ends_where_another_one_has_its_folder_by_now() {
    let place = Place::new(PACKAGE);
    let server = place.server();
    let other = ForkServer { key: "another".to_owned(), ..place.server() };
    other.prepare(&["installed".to_owned()]).expect("a folder");
    place.launcher.run(&server.process, Arc::new(Discard)).expect("an end without an error");
    assert!(!other.folder.join("unsuitable").exists(), "it speaks for the other one");
}

#[test]
fn what_is_imported_knows_no_database_and_neither_does_what_never_finds_its_folder() {
    let place = Place::new(&format!("{PACKAGE}URL = os.environ.get('URL')\n"));
    let entry = place.path("project/entry.py");
    let tell = "print(installed.URL, os.environ.get('URL'), sys.dont_write_bytecode, flush=True)";
    place.write(&entry, &format!("import installed, os, sys\n{tell}\n"));
    let server = place.start();
    assert_eq!(lines_of(place.fork(&server, "x").expect("a process")), ["None None False"]);
    end(&server.folder);
    let lost = place.launcher.capture(&server.process).expect("an end");
    assert_eq!(lost.stdout, format!("{NO_DATABASE} {NO_DATABASE} True"));
}

#[test]
fn what_a_dead_process_was_about_to_remove_is_removed_by_the_next() {
    let place = Place::new(PACKAGE);
    let server = place.start();
    let left = place.path(&format!("interpreters/sqlite{ENDED}1"));
    fs::rename(&server.folder, &left).expect("a name");
    end(&server.folder);
    assert!(!left.exists());
    wait_until(|| started_for(&server.folder).is_empty());
}

#[test]
fn one_that_ends_leaves_the_socket_of_the_next() {
    let place = Place::new(PACKAGE);
    let server = place.start();
    let aside = place.path("interpreters/aside");
    // It waits for a word, and does not look at its folder meanwhile. Where it has not come to that, this shows nothing.
    let mut first = conversation::connect(&server.folder).expect("a connection");
    thread::sleep(Duration::from_millis(100));
    fs::rename(&server.folder, &aside).expect("a name");
    let next = place.start();
    // On a slow machine it has given up to wait, and ends for its folder.
    drop(std::io::Write::write_all(&mut first, b"e"));
    drop(std::io::Read::read(&mut first, &mut [0]));
    assert!(is_there(&next.folder));
    end(&next.folder);
}

#[test]
fn what_never_finds_its_folder_makes_no_file_for_a_database() {
    let place = Place::new(PACKAGE);
    let entry = "import os, sqlite3\nsqlite3.connect(os.environ['URL']).execute('create table a (b)')\n";
    place.write(&place.path("project/entry.py"), entry);
    let before = fs::read_dir(place.path("project")).expect("a folder").count();
    let lost = place.launcher.capture(&place.server().process).expect("an end");
    assert!(!lost.status.success(), "{}", lost.stdout);
    assert_eq!(fs::read_dir(place.path("project")).expect("a folder").count(), before);
}

#[test]
fn a_process_that_nobody_waits_for_any_more_says_nothing_of_the_server() {
    let place = Place::new(PACKAGE);
    let server = place.start();
    let spec = place.entry(Some("x"));
    let given_up = place.launcher.fork(&spec, Arc::new(Discard), |handles| {
        let mut stream = conversation::connect(&server.folder)?;
        // Nobody hears who it is: only its lifeline stays open until it is tried.
        conversation::ask(&mut stream, &handles, &spec)?;
        drop(stream);
        thread::sleep(Duration::from_millis(300));
        Err(io::Error::other("given up"))
    });
    assert!(given_up.is_err());
    assert!(!server.folder.join("unsuitable").exists());
    assert_eq!(
        lines_of(place.fork(&server, "x").expect("a process")),
        lines_of(place.fork(&server, "x").expect("a process"))
    );
}
