use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use onramp_core::{Cancel, Secrets};
use onramp_exec::{Discard, Environment, Launcher, ProcessSpec, Running, process};

use super::{Record, Role};
use crate::Source;
use crate::owner::Owner;
use crate::postgresql::Connection;

/// A process that stands for a keeper.
pub(crate) fn sleeper() -> Running {
    let environment = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    let spec = ProcessSpec::new(["sleep", "60"], "/", environment);
    Launcher::new(Cancel::new(), Secrets::new()).start(&spec, Arc::new(Discard)).unwrap()
}

/// The record of a server in a folder with no socket in it: nobody answers.
pub(crate) fn silent(role: Role, keeper: &Running, folder: &Path) -> Record {
    let connection = Connection {
        user: "onramp".to_owned(),
        password: "secret".to_owned(),
        host: folder.display().to_string(),
        port: 5432,
        database: "postgres".to_owned(),
        socket: folder.to_path_buf(),
    };
    Record {
        keeper: Owner { process: process(keeper.pid()).unwrap(), ..Owner::own() },
        role,
        source: Source::Local,
        origin: "a server".to_owned(),
        connection,
        since: SystemTime::now(),
        idle: None,
        container: None,
    }
}
