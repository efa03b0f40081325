use onramp_core::Failure;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::{Stopped, Transaction, run};
use crate::client::sqlite_failure;
use crate::postgresql::{Connection, new_password};
use crate::{Client, Database, random};

/// How long a statement of a script may take.
const LIMIT: &str = "5min";

/// Letters of a role's name behind what it begins with.
const NAME_LENGTH: usize = 12;

/// Somebody who runs scripts in one database.
pub struct Guest {
    client: Option<Client>,
    role: Option<Role>,
}

/// A role of a server that is there for a guest alone.
struct Role {
    name: String,
    /// How its maker connects.
    maker: Connection,
}

impl Guest {
    /// Somebody who runs scripts in this database, which becomes his. Fails where there is no connection, and with what
    /// the server says.
    pub fn of(database: &Database) -> Result<Self, Failure> {
        let Some(server) = database.server_database() else {
            let mut client = database.client()?;
            if let Client::Sqlite(connection) = &mut client {
                connection.authorizer(Some(allows)).map_err(sqlite_failure)?;
            }
            return Ok(Self { client: Some(client), role: None });
        };
        let maker = server.connection().clone();
        let mut client = maker.client()?;
        let is_super = client.texts("SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user")?;
        // Whoever may not do everything himself need not be kept from it.
        if is_super.first().is_none_or(|is_super| is_super != "true") {
            return Ok(Self { client: Some(client), role: None });
        }
        let word = random::word(NAME_LENGTH).map_err(|error| Failure::environment(error.to_string()))?;
        let role = Role { name: format!("onramp_guest_{}", word.to_lowercase()), maker };
        let (name, password, place) = (&role.name, new_password()?, &role.maker.database);
        client.execute(&format!(
            "CREATE ROLE {name} LOGIN PASSWORD '{password}'; ALTER DATABASE \"{place}\" OWNER TO {name};"
        ))?;
        // From here on it goes with this value.
        let mut guest = Self { client: None, role: Some(role) };
        guest.client = Some(guest.connect(password)?);
        Ok(guest)
    }

    /// Runs a script. It goes on where an earlier one has ended, with what that has set for the connection.
    pub fn run(&mut self, script: &str, transaction: Transaction) -> Result<(), Stopped> {
        match &mut self.client {
            Some(client) => run(client, script, transaction),
            None => Ok(()),
        }
    }

    fn connect(&self, password: String) -> Result<Client, Failure> {
        let Some(role) = &self.role else { return Err(Failure::task("a guest without a role")) };
        let connection = Connection { user: role.name.clone(), password, ..role.maker.clone() };
        let mut client = connection.client()?;
        client.execute(&format!("SET statement_timeout TO '{LIMIT}'"))?;
        Ok(client)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // The connection goes first: a role that is in use stays.
        self.client = None;
        let Some(Role { name, maker }) = &self.role else { return };
        let owner = &maker.user;
        let leave =
            format!("REASSIGN OWNED BY {name} TO \"{owner}\"; DROP OWNED BY {name}; DROP ROLE {name};");
        // A role that stays can do nothing, and goes with its server.
        drop(maker.client().and_then(|mut client| client.execute(&leave)));
    }
}

/// What opens another file, or loads a library, is refused. `VACUUM` opens one without a name. Of a file whose name is put
/// together SQLite tells no name, which is nothing that the library knows.
fn allows(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Unknown { .. } => Authorization::Deny,
        AuthAction::Attach { filename } if !filename.is_empty() => Authorization::Deny,
        AuthAction::Function { function_name } if function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}
