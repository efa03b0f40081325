use std::fmt;
use std::rc::Rc;

use crate::node::{Node, Place, Value};

/// The way from the root of a configuration to a value: `test`, `unit`, `needs`, the second item.
///
/// A spot is made for every value and looked up for the few that are wrong, so each shares the way of the one
/// it was made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spot(Option<Rc<Link>>);

#[derive(Debug)]
struct Link {
    before: Spot,
    step: Step,
}

#[derive(Debug)]
enum Step {
    Key(Box<str>),
    Item(usize),
}

/// Keys joined by dots, as the header of a table has them.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(link) = &self.0 else { return Ok(()) };
        let dot = if link.before.0.is_some() { "." } else { "" };
        match &link.step {
            Step::Key(name) => write!(f, "{}{dot}{name}", link.before),
            Step::Item(index) => write!(f, "{}[{index}]", link.before),
        }
    }
}

impl Spot {
    pub(crate) fn root() -> Self {
        Self::default()
    }

    pub(crate) fn key(&self, name: &str) -> Self {
        self.then(Step::Key(name.into()))
    }

    /// An item of a list. Where a string stands for a list of one, the string.
    pub(crate) fn item(&self, index: usize) -> Self {
        self.then(Step::Item(index))
    }

    fn then(&self, step: Step) -> Self {
        Self(Some(Rc::new(Link { before: self.clone(), step })))
    }

    /// The value there, or the nearest one around it: a key that is not written is found in its table.
    pub(crate) fn find<'a>(&self, root: &'a Node) -> &'a Node {
        self.way(root).0
    }

    /// Where the key itself is written, for the last step of the spot.
    pub(crate) fn find_key(&self, root: &Node) -> Place {
        let Some((Step::Key(name), before)) = self.0.as_ref().map(|link| (&link.step, &link.before)) else {
            return self.find(root).place;
        };
        let table = before.find(root);
        match &table.value {
            Value::Table(entries) => entries.get(&**name).map_or(table.place, |entry| entry.key),
            _ => table.place,
        }
    }

    /// The nearest value, and whether it is the very one. The recursion is as deep as tables are nested.
    fn way<'a>(&self, root: &'a Node) -> (&'a Node, bool) {
        let Some(link) = &self.0 else { return (root, true) };
        let (node, exact) = link.before.way(root);
        let next = match (&link.step, &node.value) {
            _ if !exact => None,
            (Step::Key(name), Value::Table(table)) => table.get(&**name).map(|entry| &entry.node),
            (Step::Item(index), Value::Array(items)) => items.get(*index),
            _ => None,
        };
        next.map_or((node, false), |next| (next, true))
    }
}
