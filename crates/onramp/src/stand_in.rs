//! A workspace for whoever has none.

use std::fs;
use std::io;

use crate::Error;
use crate::env_vars::Surroundings;
use crate::options::Global;
use crate::{own_folder, whole_file};

/// The configuration of a workspace that is there for its servers alone.
const CONFIGURATION: &str = "[project]\nname = \"replay\"\n";

/// Where the servers for it are: in a workspace of the user's own among the temporary files, where the next replay finds what
/// this one leaves behind when it is killed. A configuration counts where it is named, and only there: one that lies around
/// may be that of the stranger whose scripts are run, and anybody may write one into the folder of temporary files that has
/// this workspace among its members.
pub(crate) fn workspace(global: &Global, surroundings: &Surroundings) -> Result<Global, Error> {
    if global.config.is_some() {
        return Ok(global.clone());
    }
    let user = rustix::process::geteuid().as_raw();
    let folder = surroundings.temporary.join(format!("onramp-replay-{user}"));
    let unusable = |error: io::Error| {
        let message = format!("{} cannot be used: {error}", folder.display());
        Error::environment(message).hint("TMPDIR=FOLDER says where temporary files go")
    };
    own_folder::make(&folder).map_err(unusable)?;
    let file = folder.join(onramp_config::CONFIG_FILE);
    if fs::read(&file).ok().as_deref() != Some(CONFIGURATION.as_bytes()) {
        whole_file::replace(&file, |new| fs::write(new, CONFIGURATION)).map_err(unusable)?;
    }
    Ok(Global { directory: Some(folder), config: Some(file), ..global.clone() })
}
