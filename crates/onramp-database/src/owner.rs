use onramp_exec::{ProcessId, is_alive, own_process};

use crate::platform::{self, Realm};

/// The process that something belongs to, and where its number means anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The process.
    pub(crate) process: ProcessId,
    /// Where its number is comparable.
    pub(crate) realm: Realm,
}

/// What has become of an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It lives.
    Lives,
    /// It belongs to another container of this machine, whose processes cannot be seen from here.
    Unknown,
    /// It has ended. Its number may belong to a stranger now.
    Ended,
    /// The machine was started anew since, so nothing that it had started lives either.
    OfAnotherBoot,
}

impl Owner {
    /// This process.
    pub(crate) fn own() -> Self {
        Self { process: own_process(), realm: platform::realm() }
    }

    /// What has become of it.
    pub(crate) fn fate(&self) -> Fate {
        let here = platform::realm();
        if self.realm.boot != here.boot {
            Fate::OfAnotherBoot
        } else if self.realm.namespace != here.namespace {
            Fate::Unknown
        } else if is_alive(&self.process) {
            Fate::Lives
        } else {
            Fate::Ended
        }
    }

    /// Whether what it owned is nobody's any more.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.fate(), Fate::Ended | Fate::OfAnotherBoot)
    }
}

/// `PID START`, as leases and records have it.
pub(crate) fn process_of(text: &str) -> Option<ProcessId> {
    let (pid, started) = text.split_once(' ')?;
    Some(ProcessId { pid: pid.parse().ok()?, started: started.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_are_told_apart() {
        let own = Owner::own();
        assert_eq!(own.fate(), Fate::Lives);
        let mut stranger = own.clone();
        stranger.process.started.push('0');
        assert!(stranger.is_gone() || own.process.started.is_empty());
        let mut elsewhere = stranger.clone();
        elsewhere.realm.namespace = "pid:[1]".to_owned();
        assert_eq!(elsewhere.fate(), Fate::Unknown);
        elsewhere.realm.boot = "another".to_owned();
        assert_eq!(elsewhere.fate(), Fate::OfAnotherBoot);
    }
}
