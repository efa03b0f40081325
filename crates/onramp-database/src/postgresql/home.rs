use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::RunAs;

use super::{Binaries, new_password};
use crate::facts::Facts;
use crate::place::make_private;
use crate::reap::end_processes_in;
use crate::scratch_folder::remove_folder;
use crate::{Place, Source};

/// The first line of the file that a home is described in.
const TITLE: &str = "onramp home 1";

/// Where data lie that must outlive a boot and that the server's own user can reach, which a workspace need not be
/// for anybody but its owner.
const FOR_ANOTHER_USER: &str = "/var/tmp";

/// Where the data of the development server live from one start to the next, with its password and its port.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    /// The folder of the cluster, for local programs.
    pub(crate) data: PathBuf,
    /// The volume, for containers.
    pub(crate) volume: String,
    /// Given to the server when its data are made.
    pub(crate) password: String,
    /// The port that it should get.
    pub(crate) port: Port,
    /// Where the server came from last time.
    pub(crate) source: Option<Source>,
    /// The places of the engines that were asked for the volume.
    engines: Vec<String>,
    file: PathBuf,
}

/// A place where data of the development server lie. Those of one source know nothing of those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) source: Source,
    /// As people are told of it.
    pub(crate) place: String,
}

/// Which port a server gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    /// One that is free.
    Any,
    /// The one that it had last time, or another one if that is taken now.
    Preferred(u16),
    /// This one, or none.
    Given(u16),
}

impl Port {
    /// The number, if there is one to try first.
    pub(crate) fn number(self) -> Option<u16> {
        match self {
            Self::Any => None,
            Self::Preferred(port) | Self::Given(port) => Some(port),
        }
    }
}

impl Home {
    /// The home of this worktree's development server; made if there is none. `given` is the port that the user asks
    /// for, `user` whom the server runs as, if not as us.
    pub(crate) fn open(place: &Place, given: Option<u16>, user: Option<RunAs>) -> Result<Self, Failure> {
        let unusable = |error: io::Error| {
            let state = place.state.display();
            Failure::environment(format!("the development database's folder in {state}: {error}"))
        };
        let mut home = match Self::read(place) {
            Some(home) => home,
            None => {
                let folder = folder(place);
                make_private(&folder).map_err(unusable)?;
                let worktree = place.worktree()?;
                let data = match user {
                    None => folder.join("data"),
                    Some(_) => Path::new(FOR_ANOTHER_USER).join(format!("onramp-data-{worktree}")),
                };
                let home = Self {
                    data,
                    volume: format!("onramp-data-{worktree}"),
                    password: new_password()?,
                    port: Port::Any,
                    source: None,
                    engines: Vec::new(),
                    file: file(place),
                };
                home.write().map_err(unusable)?;
                home
            }
        };
        if let Some(port) = given {
            home.port = Port::Given(port);
        }
        Ok(home)
    }

    /// The home of this worktree's development server, if there is one.
    pub(crate) fn read(place: &Place) -> Option<Self> {
        let file = file(place);
        let facts = Facts::parse(TITLE, &fs::read_to_string(&file).ok()?)?;
        let data = PathBuf::from(facts.get("data")?);
        // Its file lies in a checkout, which may be a stranger's: nothing else than ours is ever removed for it.
        let is_ours = data == folder(place).join("data")
            || data == Path::new(FOR_ANOTHER_USER).join(format!("onramp-data-{}", place.worktree().ok()?));
        Some(Self {
            data: is_ours.then_some(data)?,
            volume: facts.get("volume").filter(|volume| volume.starts_with("onramp-data-"))?.to_owned(),
            password: facts.get("password")?.to_owned(),
            port: facts.read("port").map_or(Port::Any, Port::Preferred),
            source: facts.get("source").and_then(Source::of_name),
            engines: facts.all("engine").map(str::to_owned).collect(),
            file,
        })
    }

    /// Whether there is a cluster already.
    pub(crate) fn has_data(&self) -> bool {
        self.data.join("PG_VERSION").is_file()
    }

    /// Where data lie.
    pub(crate) fn kept(&self) -> Vec<Kept> {
        let volume = |engine: &String| Kept {
            source: Source::Container,
            place: format!("the volume `{}` of {engine}", self.volume),
        };
        let folder = Kept { source: Source::Local, place: self.data.display().to_string() };
        self.engines.iter().map(volume).chain(self.has_data().then_some(folder)).collect()
    }

    /// Remembers an engine before it is asked for the volume, so that the volume is found wherever it was made.
    #[cfg(feature = "containers")]
    pub(super) fn note_engine(&self, engine: &str) -> io::Result<()> {
        if self.engines.iter().any(|known| known == engine) {
            return Ok(());
        }
        let mut noted = self.clone();
        noted.engines.push(engine.to_owned());
        noted.write()
    }

    /// Fails if the cluster is one of another major version.
    pub(super) fn check_version(&self, binaries: &Binaries) -> Result<(), Failure> {
        let version = fs::read_to_string(self.data.join("PG_VERSION")).unwrap_or_default();
        match version.trim() {
            "" => Ok(()),
            version if version == binaries.major().to_string() => Ok(()),
            version => {
                let found = binaries.version();
                let message =
                    format!("the development database was made by PostgreSQL {version}, and this is {found}");
                Err(Failure::environment(message).hint("onramp db reset postgresql"))
            }
        }
    }

    /// Makes the folder of the cluster for the user that the server runs as.
    pub(super) fn prepare(&self, user: Option<RunAs>) -> io::Result<()> {
        match DirBuilder::new().mode(0o700).create(&self.data) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
            made => made?,
        }
        match user {
            Some(user) => std::os::unix::fs::chown(&self.data, Some(user.uid), Some(user.gid)),
            None => Ok(()),
        }
    }

    /// Remembers where the server came from and which port it got, so that both stay the same.
    pub(crate) fn settle(&mut self, source: Source, port: u16, engine: Option<&str>) {
        self.source = Some(source);
        if self.port == Port::Any {
            self.port = Port::Preferred(port);
        }
        let is_new = |engine: &&str| !self.engines.iter().any(|known| known == engine);
        if let Some(engine) = engine.filter(is_new) {
            self.engines.push(engine.to_owned());
        }
        // What is not remembered is chosen again.
        let _ = self.write();
    }

    /// Ends a server that still works on the cluster after whoever kept it was killed.
    pub(crate) fn end_leftovers(&self) {
        end_processes_in(&self.data);
    }

    /// Throws the data of a source away, or all; password and port stay. The server has stopped. What cannot be removed
    /// stays remembered, and fails after everything else was tried.
    pub(crate) fn clear(&mut self, which: Source) -> Result<(), Failure> {
        let mut failures = Vec::new();
        if which.allows(Source::Container) {
            let volume = &self.volume;
            self.engines.retain(|engine| match remove_volume(engine, volume) {
                Ok(()) => false,
                Err(failure) => {
                    failures.push(failure.context(format!("the volume `{volume}`")));
                    true
                }
            });
        }
        if which.allows(Source::Local) {
            self.end_leftovers();
            if let Err(error) = remove_folder(&self.data) {
                failures.push(Failure::environment(format!("{}: {error}", self.data.display())));
            }
        }
        // They may be made anew by another source.
        if self.kept().is_empty() {
            self.source = None;
        }
        if let Err(error) = self.write() {
            failures.push(Failure::environment(format!("{}: {error}", self.file.display())));
        }
        failures.into_iter().next().map_or(Ok(()), Err)
    }

    fn write(&self) -> io::Result<()> {
        let facts = Facts::default()
            .with("data", self.data.display())
            .with("volume", &self.volume)
            .with("password", &self.password)
            .with_some("port", self.port.number())
            .with_some("source", self.source.map(Source::name));
        let engines = self.engines.iter();
        engines.fold(facts, |facts, engine| facts.with("engine", engine)).write(TITLE, &self.file)
    }
}

fn folder(place: &Place) -> PathBuf {
    place.databases().join("postgresql")
}

fn file(place: &Place) -> PathBuf {
    folder(place).join("home")
}

#[cfg(feature = "containers")]
use super::container::remove_volume;

#[cfg(not(feature = "containers"))]
fn remove_volume(_engine: &str, _volume: &str) -> Result<(), Failure> {
    Err(Failure::environment("this program was built without the feature `containers`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_keeps_password_port_and_source_and_trusts_no_other_folder() {
        let root = tempfile::tempdir().unwrap();
        let place = Place {
            state: root.path().join(".onramp"),
            workspace: root.path().to_path_buf(),
            temporary: "/tmp".into(),
        };
        assert!(Home::read(&place).is_none());
        let mut first = Home::open(&place, None, None).unwrap();
        first.settle(Source::Local, 4711, None);
        let second = Home::open(&place, None, None).unwrap();
        assert_eq!((&second.password, second.port), (&first.password, Port::Preferred(4711)));
        assert_eq!(second.source, Some(Source::Local));
        assert_eq!(Home::open(&place, Some(7), None).unwrap().port, Port::Given(7));
        let elsewhere = Home { data: "/etc".into(), ..second };
        elsewhere.write().unwrap();
        assert!(Home::read(&place).is_none());
    }
}
