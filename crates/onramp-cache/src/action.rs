use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Digest;

/// Changed whenever keys are composed in another way, so that old results stop counting.
const FORMAT: u32 = 1;

/// Everything that decides the result of a task. Its digest is the key that the result is kept under, what the
/// Remote Execution API calls an action digest; modification times are no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    format: u32,
    /// What is run, and where: each aspect by its name. Commands, folder, provider, tools, declared variables.
    pub aspects: BTreeMap<String, String>,
    /// What lies at each path that it declares to read, relative to the workspace root; the texts are those of
    /// [`Entry`](crate::Entry).
    pub inputs: BTreeMap<String, String>,
    /// What it takes from each task that it needs, by the name of that task.
    pub needs: BTreeMap<String, String>,
}

impl Action {
    /// An action of which nothing is known yet.
    pub fn new() -> Self {
        Self { format: FORMAT, aspects: BTreeMap::new(), inputs: BTreeMap::new(), needs: BTreeMap::new() }
    }

    /// The text whose digest is the key. Two actions that are equal have the same text.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("maps of texts can always be written as JSON")
    }

    /// The action that a text says, if it is one of this format.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|action: &Self| action.format == FORMAT)
    }

    /// The key.
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_bytes())
    }

    /// What is different in `self` from an `earlier` action: aspects, then inputs, then needs, each sorted by
    /// name.
    pub fn differences<'a>(&'a self, earlier: &'a Self) -> Vec<Difference<'a>> {
        let mut differences = Vec::new();
        let parts = [
            (Part::Aspect, &earlier.aspects, &self.aspects),
            (Part::Input, &earlier.inputs, &self.inputs),
            (Part::Need, &earlier.needs, &self.needs),
        ];
        for (part, before, after) in parts {
            let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let (before, after) = (before.get(name), after.get(name));
                if before != after {
                    let (before, after) = (before.map(String::as_str), after.map(String::as_str));
                    differences.push(Difference { part, name, before, after });
                }
            }
        }
        differences
    }
}

impl Default for Action {
    fn default() -> Self {
        Self::new()
    }
}

/// Which part of an action something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is run.
    Aspect,
    /// What is read.
    Input,
    /// What is taken from a task that is needed.
    Need,
}

/// One thing in which two actions are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference<'a> {
    /// The part it belongs to.
    pub part: Part,
    /// The name of the aspect, the path, or the task.
    pub name: &'a str,
    /// What it was; `None` where it was not there.
    pub before: Option<&'a str>,
    /// What it is; `None` where it is no longer there.
    pub after: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(aspects: &[(&str, &str)], inputs: &[(&str, &str)]) -> Action {
        let map =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        Action { aspects: map(aspects), inputs: map(inputs), ..Action::new() }
    }

    #[test]
    fn the_key_is_that_of_the_content_and_the_text_can_be_read_again() {
        let one = action(&[("command", "a")], &[("x", "file 1")]);
        assert_eq!(one.digest(), action(&[("command", "a")], &[("x", "file 1")]).digest());
        assert_ne!(one.digest(), action(&[("command", "a"), ("x", "file 1")], &[]).digest());
        assert_eq!(Action::from_bytes(&one.to_bytes()), Some(one));
        assert_eq!(Action::from_bytes(br#"{"format":0,"aspects":{},"inputs":{},"needs":{}}"#), None);
    }

    #[test]
    fn each_difference_is_told_by_its_name() {
        let before = action(&[("command", "a"), ("folder", "ui")], &[("x", "1"), ("y", "1")]);
        let after = action(&[("command", "b"), ("folder", "ui")], &[("y", "2"), ("z", "1")]);
        let told: Vec<_> = after.differences(&before).iter().map(|d| (d.name, d.before, d.after)).collect();
        let expected = [
            ("command", Some("a"), Some("b")),
            ("x", Some("1"), None),
            ("y", Some("1"), Some("2")),
            ("z", None, Some("1")),
        ];
        assert_eq!(told, expected);
        assert!(after.differences(&after).is_empty());
    }
}
