use std::fmt;
use std::str::FromStr;

/// The name of a task: `section:name`, or `member/section:name` for a task of a nested workspace.
///
/// The section is the configuration section that the task comes from, in the singular form that a `needs`
/// list uses: `setup`, `format`, `lint`, `test`, `build`, `task`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId {
    member: Option<String>,
    section: String,
    name: String,
}

impl TaskId {
    /// A task of the workspace itself.
    pub fn new(section: impl Into<String>, name: impl Into<String>) -> Self {
        Self { member: None, section: section.into(), name: name.into() }
    }

    /// The same task, seen from a workspace that has `member` as a member.
    #[must_use]
    pub fn in_member(&self, member: &str) -> Self {
        let member = match &self.member {
            Some(inner) => format!("{member}/{inner}"),
            None => member.to_owned(),
        };
        Self { member: Some(member), section: self.section.clone(), name: self.name.clone() }
    }

    /// The member that the task belongs to, `None` for the workspace one stands in.
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
        if section.is_empty() || name.is_empty() || name.contains('/') || member == Some("") {
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
        for text in ["test:unit", "flowline/setup:python", "a/b/build:ui"] {
            assert_eq!(text.parse::<TaskId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn half_names_are_refused() {
        for text in ["", "test", ":unit", "test:", "/test:unit", "test:a/b"] {
            assert!(text.parse::<TaskId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_member_of_a_member_is_named_by_its_path() {
        let task: TaskId = "b/test:unit".parse().unwrap();
        assert_eq!(task.in_member("a").to_string(), "a/b/test:unit");
    }
}
