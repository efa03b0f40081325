use crate::node::{Node, Place, Value};

/// Lays one tree over another: tables are merged key by key, anything else replaces what was there.
///
/// Every node keeps its own place, so what is wrong later is still told of the right file.
pub(crate) fn lay_over(base: Node, over: Node) -> Node {
    if over.place == Place::Filler {
        return base;
    }
    match (base.value, over.value) {
        (Value::Table(mut table), Value::Table(over)) => {
            for (key, entry) in over {
                let merged = match table.remove(&key) {
                    Some(mut under) => {
                        under.node = lay_over(under.node, entry.node);
                        under
                    }
                    None => entry,
                };
                table.insert(key, merged);
            }
            Node { value: Value::Table(table), place: base.place }
        }
        (_, value) => Node { value, place: over.place },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    fn tree(text: &str, id: usize) -> Node {
        parse(&Source::new("onramp.toml".into(), text.to_owned()), id).root
    }

    #[test]
    fn tables_merge_deeply_and_the_rest_is_replaced() {
        let merged = lay_over(
            tree("a = { x = [1, 2], y = 1, t = { u = 1 } }\nb = 1", 0),
            tree("a = { x = [3], t = { v = 2 } }\nc = 2", 1),
        );
        let expected = serde_json::json!({
            "a": { "x": [3], "y": 1, "t": { "u": 1, "v": 2 } }, "b": 1, "c": 2,
        });
        assert_eq!(merged.to_json(), expected);
    }

    #[test]
    fn every_value_remembers_its_file() {
        let merged = lay_over(tree("a = { x = 1, y = 1 }", 0), tree("a.x = 2", 1));
        let source = |key: &str| match merged.get("a").unwrap().get(key).unwrap().place {
            Place::Written { source, .. } => source,
            Place::Filler => unreachable!(),
        };
        assert_eq!((source("x"), source("y")), (1, 0));
    }
}
