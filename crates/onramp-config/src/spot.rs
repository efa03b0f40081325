use crate::node::{Node, Place, Value};

/// The way from the root of a configuration to a value: `test`, `unit`, `needs`, the second item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spot(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

impl Spot {
    pub(crate) fn root() -> Self {
        Self::default()
    }

    pub(crate) fn key(&self, name: &str) -> Self {
        self.then(Step::Key(name.to_owned()))
    }

    /// An item of a list. Where a string stands for a list of one, the string.
    pub(crate) fn item(&self, index: usize) -> Self {
        self.then(Step::Item(index))
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The value there, or the nearest one around it: a key that is not written is found in its table.
    pub(crate) fn find<'a>(&self, root: &'a Node) -> &'a Node {
        let mut node = root;
        for step in &self.0 {
            let next = match (step, &node.value) {
                (Step::Key(name), Value::Table(table)) => table.get(name).map(|entry| &entry.node),
                (Step::Item(index), Value::Array(items)) => items.get(*index),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// Where the key itself is written, for the last step of the spot.
    pub(crate) fn find_key(&self, root: &Node) -> Place {
        let Some((Step::Key(name), table)) = self.0.split_last() else {
            return self.find(root).place;
        };
        let table = Self(table.to_vec()).find(root);
        match &table.value {
            Value::Table(entries) => entries.get(name).map_or(table.place, |entry| entry.key),
            _ => table.place,
        }
    }
}
