use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use onramp_core::Failure;

use super::admin::{Admin, GUEST};
use super::given::without_guests;
use super::mark::{Mark, PREFIX, Purpose};
use super::{Connection, InUse, Whereabouts, new_password};
use crate::owner::Owner;
use crate::template::{self, Content};
use crate::{Client, Database, Place, ScratchFolder, ServerSpec, random};

/// Length of the random part of a database's name, in letters and digits.
const NAME_LENGTH: usize = 12;

/// How many templates stay on a server that the user gives.
const GIVEN_LIMIT: usize = 2;

/// The databases of this worktree on a server that is kept in use.
pub(crate) struct ServerDatabases {
    admin: Admin,
    worktree: String,
    place: Place,
    /// Whether its databases stay if nobody drops them.
    server_stays: bool,
    /// Whether it is somebody else's.
    is_given: bool,
    // Dropped last: whatever it owns goes with it.
    server: Mutex<InUse>,
}

/// A database of a server, dropped with this value.
pub(crate) struct ServerDatabase {
    /// `None` once it is somebody else's.
    name: Option<String>,
    connection: Connection,
    folder: ScratchFolder,
    /// The roles that are there for it alone, and go after it.
    guests: Mutex<Vec<String>>,
    /// Those that its guests have named, and go after them unless others have, too.
    made: Arc<Mutex<Vec<String>>>,
    home: Arc<ServerDatabases>,
}

/// Makes the roles that the scripts of a guest name.
pub(crate) struct RoleMaker {
    home: Arc<ServerDatabases>,
    guest: String,
    made: Arc<Mutex<Vec<String>>>,
}

impl ServerDatabases {
    /// Of a server that has been reached, after what ended processes of this worktree have left on it was dropped, as far
    /// as that can be; `step` is told of the rest.
    pub(crate) fn open(
        server: InUse,
        place: &Place,
        spec: &ServerSpec,
        step: &dyn Fn(&str),
    ) -> Result<Self, Failure> {
        let admin = server.admin()?;
        admin.require(spec, server.source())?;
        let worktree = place.worktree()?;
        for failure in admin.sweep(&worktree, &place.state)? {
            step(&format!("warning: a killed command has left something that stays for now: {failure}"));
        }
        let (server_stays, is_given) = (server.outlives_us(), matches!(server, InUse::Given { .. }));
        Ok(Self { admin, worktree, place: place.clone(), server_stays, is_given, server: Mutex::new(server) })
    }

    pub(crate) fn version(&self) -> &str {
        self.admin.version()
    }

    /// Fails if the server is not there any more.
    pub(crate) fn check_server(&self) -> Result<(), Failure> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).check()
    }

    /// Does something with the place where the server's data lie.
    pub(crate) fn at_server<T>(&self, work: impl FnOnce(Whereabouts<'_>) -> T) -> T {
        work(self.server.lock().unwrap_or_else(PoisonError::into_inner).whereabouts())
    }

    /// An empty database, or a copy of a template.
    pub(crate) fn create(
        self: &Arc<Self>,
        purpose: Purpose,
        template: Option<&str>,
    ) -> Result<ServerDatabase, Failure> {
        let database = self.plan()?;
        self.make(&database.connection.database, purpose, template)?;
        Ok(database)
    }

    /// Ends a client of the server, whatever it does.
    pub(crate) fn terminate(&self, process: i32) -> Result<(), Failure> {
        self.admin.terminate(process)
    }

    /// Makes the database of that name, which was planned.
    pub(crate) fn make(&self, name: &str, purpose: Purpose, template: Option<&str>) -> Result<(), Failure> {
        self.admin.create(name, template, &self.mark(purpose))
    }

    /// A database that has a name already, and has yet to be made.
    pub(crate) fn plan(self: &Arc<Self>) -> Result<ServerDatabase, Failure> {
        let mut folder = ScratchFolder::create(&self.place, "postgresql")?;
        let word = random::word(NAME_LENGTH)
            .map_err(|error| Failure::environment(format!("no random name for a database: {error}")))?;
        let name = format!("{PREFIX}{}", word.to_ascii_lowercase());
        if self.server_stays {
            folder
                .note_database(&name)
                .map_err(|error| Failure::environment(format!("the database's lease: {error}")))?;
        }
        let connection = Connection { database: name.clone(), ..self.admin.connection().clone() };
        Ok(ServerDatabase {
            name: Some(name),
            connection,
            folder,
            guests: Mutex::default(),
            made: Arc::default(),
            home: Arc::clone(self),
        })
    }

    /// The finished template of this name.
    pub(crate) fn find_template(&self, id: &str) -> Result<Option<Content>, Failure> {
        let name = template_name(id);
        let listed = self.admin.list()?;
        let found = listed.iter().any(|listed| {
            let is_finished =
                |mark: &Mark| mark.purpose == Purpose::Template && mark.worktree == self.worktree;
            listed.name == name && listed.is_template && listed.mark.as_ref().is_some_and(is_finished)
        });
        Ok(found.then_some(Content::Postgresql(name)))
    }

    /// Makes a template of this name, of which there is none.
    pub(crate) fn build_template(
        self: &Arc<Self>,
        id: &str,
        fill: &mut dyn FnMut(&Database) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let database = Database::of_server(self.create(Purpose::Building, None)?);
        fill(&database)?;
        self.finish_template(id, database)
    }

    /// Makes a template of this name, of which there is none, as a copy of `source`, which nobody may use meanwhile.
    pub(crate) fn keep_template(self: &Arc<Self>, id: &str, source: &Database) -> Result<(), Failure> {
        let Some(source) = source.server_database() else { return Ok(()) };
        let copy = self.create(Purpose::Building, Some(&source.connection.database))?;
        self.finish_template(id, Database::of_server(copy))
    }

    fn finish_template(&self, id: &str, mut database: Database) -> Result<(), Failure> {
        let Some(built) = database.server_database_mut() else { return Ok(()) };
        let name = built.connection.database.clone();
        self.admin.make_template(&name, &template_name(id), &self.mark(Purpose::Template))?;
        built.name = None;
        Ok(())
    }

    /// Drops a template, finished or not.
    pub(crate) fn clear_template(&self, id: &str) -> Result<(), Failure> {
        let name = template_name(id);
        let of_this_worktree = |mark: &Mark| mark.worktree == self.worktree;
        // The name is made of a digest of the worktree, so even one without its mark is ours.
        let is_it = self
            .admin
            .list()?
            .into_iter()
            .any(|listed| listed.name == name && listed.mark.as_ref().is_none_or(of_this_worktree));
        if is_it { self.admin.drop_database(&name) } else { Ok(()) }
    }

    /// The names of the templates of this worktree.
    pub(crate) fn template_ids(&self) -> Result<Vec<String>, Failure> {
        template_ids(&self.admin, &self.worktree)
    }

    /// How many of them may stay. What lies on a server of somebody else is no more than what the next command needs:
    /// the state before and the state after.
    pub(crate) fn template_limit(&self) -> usize {
        if self.is_given { GIVEN_LIMIT } else { template::LIMIT }
    }

    /// What this worktree calls a template, whatever the server is that it lies on.
    pub(crate) fn worktree(&self) -> &str {
        &self.worktree
    }

    fn mark(&self, purpose: Purpose) -> Mark {
        Mark { worktree: self.worktree.clone(), purpose, owner: Owner::own() }
    }
}

impl ServerDatabase {
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.connection.client()
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whose database it is.
    pub(crate) fn home(&self) -> &Arc<ServerDatabases> {
        &self.home
    }

    /// How somebody connects who owns it from now on, and may do nothing else on the server. Fails with an environment
    /// failure where the server does not allow for that.
    pub(crate) fn guest(&self) -> Result<Connection, Failure> {
        let word = random::word(NAME_LENGTH)
            .map_err(|error| Failure::environment(format!("no random name for a role: {error}")))?;
        let user = format!("{GUEST}{}", word.to_ascii_lowercase());
        let connection = Connection { user, password: new_password()?, ..self.connection.clone() };
        let Connection { user, password, database, .. } = &connection;
        self.home.admin.create_guest(user, password, database).map_err(|failure| {
            match &*self.home.server.lock().unwrap_or_else(PoisonError::into_inner) {
                InUse::Given { spec, .. } => without_guests(failure, spec),
                _ => failure,
            }
        })?;
        self.guests.lock().unwrap_or_else(PoisonError::into_inner).push(user.clone());
        Ok(connection)
    }

    /// Who makes the roles that a guest names; nobody does on a server that the user has given.
    pub(crate) fn role_maker(&self, guest: &str) -> Option<RoleMaker> {
        (!self.home.is_given).then(|| RoleMaker {
            home: Arc::clone(&self.home),
            guest: guest.to_owned(),
            made: Arc::clone(&self.made),
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl RoleMaker {
    /// Sees to it that there is a role of that name. Whether it is one of those that are made: the server may have one that is
    /// not ours, or refuse the name.
    pub(crate) fn make(&self, role: &str) -> Result<bool, Failure> {
        let is_ours = self.home.admin.make_role(role, &self.guest)?;
        if is_ours {
            self.made.lock().unwrap_or_else(PoisonError::into_inner).push(role.to_owned());
        }
        Ok(is_ours)
    }
}

impl Drop for ServerDatabase {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // One that stays is dropped by the next command of this worktree, or goes with its server.
            let _ = self.home.admin.drop_database(name);
        }
        for guest in self.guests.get_mut().unwrap_or_else(PoisonError::into_inner) {
            // It can do nothing any more, and the next one of its kind drops it.
            let _ = self.home.admin.drop_guest(guest);
        }
        for role in self.made.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = self.home.admin.drop_made_role(role);
        }
    }
}

/// The names of the templates that a worktree has on a server.
pub(crate) fn template_ids(admin: &Admin, worktree: &str) -> Result<Vec<String>, Failure> {
    let is_ours = |mark: &Mark| mark.purpose == Purpose::Template && mark.worktree == worktree;
    let ours = admin.list()?.into_iter().filter(|listed| listed.mark.as_ref().is_some_and(is_ours));
    let begin = template_name("");
    Ok(ours.filter_map(|listed| listed.name.strip_prefix(&begin).map(str::to_owned)).collect())
}

/// Drops one of them.
pub(crate) fn drop_template(admin: &Admin, id: &str) -> Result<(), Failure> {
    admin.drop_database(&template_name(id))
}

fn template_name(id: &str) -> String {
    format!("{PREFIX}t_{id}")
}
