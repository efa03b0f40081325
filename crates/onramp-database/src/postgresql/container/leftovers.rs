use onramp_containers::{Engine, labels};
use onramp_core::Failure;
use onramp_exec::Environment;

use super::OWNER_NAMESPACE;
use super::engine::{find_engine, known};
use crate::Place;
use crate::owner::{Fate, Owner};
use crate::platform::Realm;

/// Removes the containers of this worktree whose owner is gone, at the engine that would be taken, if there is one.
pub(crate) fn sweep_engine(environment: &Environment, place: &Place) {
    if let Ok(engine) = find_engine(environment) {
        // What cannot be removed now can be next time.
        let _ = sweep(&engine, place);
    }
}

/// Removes a volume of an engine that has been used before.
pub(in crate::postgresql) fn remove_volume(engine: &str, volume: &str) -> Result<(), Failure> {
    Ok(known(engine)?.remove_volume(volume)?)
}

/// Removes the containers of this worktree whose owner is gone.
pub(super) fn sweep(engine: &Engine, place: &Place) -> Result<usize, Failure> {
    let worktree = place.worktree()?;
    remove_ownerless(engine, &[(labels::WORKTREE, Some(&worktree))])
}

/// Removes the containers that a process has left behind at an engine that it was known to use, and returns how many they
/// were. Fails while it cannot be told that none is left.
pub(crate) fn remove_leftovers(engine: &str, owner: &Owner) -> Result<usize, Failure> {
    let engine = known(engine)?;
    let pid = owner.process.pid.to_string();
    let labels = [
        (labels::OWNER_PID, Some(pid.as_str())),
        (labels::OWNER_START, Some(owner.process.started.as_str())),
        (labels::BOOT_ID, Some(owner.realm.boot.as_str())),
    ];
    remove_ownerless(&engine, &labels)
}

fn remove_ownerless(engine: &Engine, wanted: &[(&str, Option<&str>)]) -> Result<usize, Failure> {
    let mut removed = 0;
    for listed in engine.list(wanted)? {
        let label = |name: &str| listed.labels.get(name).cloned();
        let owner = || {
            Some(Owner {
                process: onramp_exec::ProcessId {
                    pid: label(labels::OWNER_PID)?.parse().ok()?,
                    started: label(labels::OWNER_START)?,
                },
                realm: Realm { boot: label(labels::BOOT_ID)?, namespace: label(OWNER_NAMESPACE)? },
            })
        };
        if owner().is_some_and(|owner| matches!(owner.fate(), Fate::Ended | Fate::OfAnotherBoot)) {
            engine.remove(&listed.container.id)?;
            removed += 1;
        }
    }
    Ok(removed)
}
