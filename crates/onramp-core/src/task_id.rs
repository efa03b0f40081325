use std::fmt;
use std::str::FromStr;

/// The name of a task, from where one stands: `section:name` for a task of the workspace there, and
/// `member/section:name` for one of a workspace nested in it.
///
/// With a slash in front it is counted from the outermost workspace, wherever one stands: `/section:name` and
/// `/member/section:name`. Within one graph each task has one name, the shorter form wherever there is one.
///
/// The section is the configuration section that the task comes from, in the singular form that a `needs`
/// list uses: `setup`, `format`, `lint`, `test`, `build`, `task`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId {
    /// What stands before the last slash: nothing in it for a task of the outermost workspace that is named
    /// by a slash in front.
    member: Option<String>,
    section: String,
    name: String,
}

impl TaskId {
    /// A task of the workspace itself.
    pub fn new(section: impl Into<String>, name: impl Into<String>) -> Self {
        Self { member: None, section: section.into(), name: name.into() }
    }

    /// The same task, seen from a workspace that has `member` as a member. A name that is counted from the
    /// outermost workspace stays as it is.
    #[must_use]
    pub fn in_member(&self, member: &str) -> Self {
        let member = match &self.member {
            Some(inner) if self.is_absolute() => inner.clone(),
            Some(inner) => format!("{member}/{inner}"),
            None => member.to_owned(),
        };
        self.with_member(Some(member))
    }

    /// The same task, seen from the outermost workspace, given the path of members down to where this name is
    /// used: `a/b`, or nothing for the outermost workspace itself. The result has no slash in front.
    #[must_use]
    pub fn named_from_outermost(&self, place: &str) -> Self {
        match &self.member {
            Some(path) if self.is_absolute() => {
                let path = path.trim_start_matches('/');
                self.with_member((!path.is_empty()).then(|| path.to_owned()))
            }
            _ if place.is_empty() => self.clone(),
            _ => self.in_member(place),
        }
    }

    /// The same task, seen from the workspace at `place`, a path of members down from the outermost one, for
    /// a name as [`named_from_outermost`](Self::named_from_outermost) gives it.
    #[must_use]
    pub fn seen_from(&self, place: &str) -> Self {
        let path = self.member.as_deref().unwrap_or_default();
        let below = path
            .strip_prefix(place)
            .and_then(|rest| if place.is_empty() { Some(rest) } else { rest.strip_prefix('/') });
        self.with_member(match below {
            _ if path == place => None,
            Some(rest) => Some(rest.to_owned()),
            None if path.is_empty() => Some(String::new()),
            None => Some(format!("/{path}")),
        })
    }

    /// Whether it is counted from the outermost workspace. In a graph these are the tasks that belong neither
    /// to where one stands nor to a workspace nested in it.
    pub fn is_absolute(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.is_empty() || member.starts_with('/'))
    }

    /// What stands before the last slash of its name, `None` for a task of the workspace one stands in.
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// The section, `test` in `test:unit`.
    pub fn section(&self) -> &str {
        &self.section
    }

    /// The name within the section, `unit` in `test:unit`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the verb of its section calls it: `unit`, `member/unit`.
    pub fn short(&self) -> String {
        match &self.member {
            Some(member) => format!("{member}/{}", self.name),
            None => self.name.clone(),
        }
    }

    fn with_member(&self, member: Option<String>) -> Self {
        Self { member, section: self.section.clone(), name: self.name.clone() }
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(member) = &self.member {
            write!(f, "{member}/")?;
        }
        write!(f, "{}:{}", self.section, self.name)
    }
}

impl FromStr for TaskId {
    type Err = TaskIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || TaskIdError { text: text.to_owned() };
        let (rest, name) = text.rsplit_once(':').ok_or_else(invalid)?;
        let (member, section) = match rest.rsplit_once('/') {
            Some((member, section)) => (Some(member), section),
            None => (None, rest),
        };
        // A member that is empty is the outermost workspace; between slashes there is always a name.
        let path = member.map(|member| member.strip_prefix('/').unwrap_or(member));
        let has_gap = path.is_some_and(|path| !path.is_empty() && path.split('/').any(str::is_empty));
        if section.is_empty() || name.is_empty() || name.contains('/') || has_gap || member == Some("/") {
            return Err(invalid());
        }
        Ok(Self { member: member.map(str::to_owned), section: section.to_owned(), name: name.to_owned() })
    }
}

/// A text that is not of the form `section:name` or `member/section:name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskIdError {
    text: String,
}

impl fmt::Display for TaskIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a task name of the form `section:name`", self.text)
    }
}

impl std::error::Error for TaskIdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for text in
            ["test:unit", "flowline/setup:python", "a/b/build:ui", "/test:unit", "/a/test:x", "/a/b/test:x"]
        {
            let task = text.parse::<TaskId>().unwrap();
            assert_eq!(task.to_string(), text);
            assert_eq!(task.is_absolute(), text.starts_with('/'), "{text}");
        }
    }

    #[test]
    fn half_names_are_refused() {
        for text in [
            "",
            "test",
            ":unit",
            "test:",
            "//test:unit",
            "//a/test:x",
            "a//test:x",
            "a//b/test:x",
            "test:a/b",
        ] {
            assert!(text.parse::<TaskId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_member_of_a_member_is_named_by_its_path() {
        let task: TaskId = "b/test:unit".parse().unwrap();
        assert_eq!(task.in_member("a").to_string(), "a/b/test:unit");
        assert_eq!(task.in_member("a").short(), "a/b/unit");
        let task: TaskId = "/b/test:unit".parse().unwrap();
        assert_eq!(task.in_member("a"), task);
    }

    #[test]
    fn a_name_leads_to_the_same_task_from_everywhere() {
        for (place, text, from_outermost, from_a) in [
            ("", "test:x", "test:x", "/test:x"),
            ("", "/test:x", "test:x", "/test:x"),
            ("", "a/test:x", "a/test:x", "test:x"),
            ("a", "test:x", "a/test:x", "test:x"),
            ("a", "b/test:x", "a/b/test:x", "b/test:x"),
            ("a/b", "test:x", "a/b/test:x", "b/test:x"),
            ("a/b", "/test:x", "test:x", "/test:x"),
            ("ab", "test:x", "ab/test:x", "/ab/test:x"),
            ("ab", "/a/test:x", "a/test:x", "test:x"),
        ] {
            let task = text.parse::<TaskId>().unwrap().named_from_outermost(place);
            assert_eq!(task.to_string(), from_outermost, "{place} {text}");
            assert_eq!(task.seen_from("a").to_string(), from_a, "{place} {text}");
            assert_eq!(task.seen_from("a").named_from_outermost("a"), task);
            assert_eq!(task.seen_from(""), task);
        }
    }
}
