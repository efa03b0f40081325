use std::fmt::Write;

use super::{Catalog, Kind, POSITION};

impl Catalog {
    /// The catalog for people: a line for each object, its attributes below it, columns in the order of the
    /// table. The server's version is left out, so that catalogs of two servers are compared by any tool.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut entries: Vec<_> = self.objects.iter().collect();
        // Stable: only the columns of one table change places.
        entries.sort_by(|(left, a), (right, b)| {
            let position = |object: &super::Object| object.get(POSITION).and_then(|p| p.parse::<u32>().ok());
            let are_neighbours = left.kind == Kind::Column && right.kind == Kind::Column;
            if are_neighbours && left.whole() == right.whole() {
                return position(a).cmp(&position(b));
            }
            left.cmp(right)
        });
        for (id, object) in entries {
            let _ = writeln!(text, "{id}");
            for (name, value) in object {
                let _ = writeln!(text, "    {name}: {}", value.trim_end().replace('\n', "\n        "));
            }
        }
        text
    }
}
