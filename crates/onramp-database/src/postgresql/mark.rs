use onramp_exec::ProcessId;

use crate::owner::Owner;
use crate::platform::Realm;

/// How the name of every database begins that was made here.
pub(crate) const PREFIX: &str = "onramp_";

/// What the comment of such a database begins with: the version of its form.
const TITLE: &str = "onramp 1";

/// What a database is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// One job, and dropped after it.
    Scratch,
    /// It becomes a template if all goes well.
    Building,
    /// It is copied from.
    Template,
    /// The worktree's own database, which people work with.
    Development,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Scratch, Self::Building, Self::Template, Self::Development];

    fn word(self) -> &'static str {
        match self {
            Self::Scratch => "scratch",
            Self::Building => "building",
            Self::Template => "template",
            Self::Development => "development",
        }
    }

    /// Whether it means nothing without the process that has made it.
    pub(crate) fn is_of_a_process(self) -> bool {
        matches!(self, Self::Scratch | Self::Building)
    }
}

/// Whose a database is: its comment, which makes it one that may be dropped. A name alone proves nothing on a
/// server that others use too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The worktree, as [`Place::worktree`](crate::Place::worktree) names it.
    pub(crate) worktree: String,
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// The process that made it.
    pub(crate) owner: Owner,
}

impl Mark {
    /// The comment, without a quote in it.
    pub(crate) fn to_text(&self) -> String {
        let Owner { process, realm } = &self.owner;
        let fields = [
            ("worktree", self.worktree.clone()),
            ("purpose", self.purpose.word().to_owned()),
            ("pid", process.pid.to_string()),
            ("started", process.started.clone()),
            ("boot", realm.boot.clone()),
            ("namespace", realm.namespace.clone()),
        ];
        let fields = fields.map(|(name, value)| format!("{name}={}", value.replace([' ', '\'', '\n'], "")));
        format!("{TITLE} {}", fields.join(" "))
    }

    /// Reads a comment; `None` where it is none of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(TITLE)?.strip_prefix(' ')?;
        let field = |name: &str| {
            rest.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
        };
        let purpose = field("purpose")?;
        Some(Self {
            worktree: field("worktree")?,
            purpose: Purpose::ALL.into_iter().find(|known| known.word() == purpose)?,
            owner: Owner {
                process: ProcessId { pid: field("pid")?.parse().ok()?, started: field("started")? },
                realm: Realm { boot: field("boot")?, namespace: field("namespace")? },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_survives_a_round_trip_and_other_comments_are_none() {
        for purpose in Purpose::ALL {
            let mark = Mark { worktree: "abc-12".to_owned(), purpose, owner: Owner::own() };
            assert_eq!(Mark::parse(&mark.to_text()), Some(mark));
        }
        for text in ["", "onramp 1", "onramp 10 worktree=a", "the shop's own database", "onramp 1 worktree=a"]
        {
            assert_eq!(Mark::parse(text), None, "{text}");
        }
    }
}
