mod forms;
mod marks;
mod parts;
mod placing;

use std::collections::BTreeMap;

use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, Kind, Object, ObjectId, POSITION};

/// A catalog that is put together by hand.
#[derive(Clone)]
pub(super) struct Made(Catalog);

impl Made {
    pub(super) fn new() -> Self {
        let objects = BTreeMap::new();
        Self(Catalog { dialect: Dialect::Postgresql, server_version: "16".to_owned(), objects })
    }

    pub(super) fn object(mut self, kind: Kind, path: &[&str], attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        self.0.objects.insert(ObjectId::new(kind, path.iter().copied()), attributes.collect::<Object>());
        self
    }

    /// A table whose columns are written as `name type`, with `?` behind those that take NULL.
    pub(super) fn table(self, path: &[&str], columns: &[&str]) -> Self {
        self.relation(Kind::Table, path, columns)
    }

    pub(super) fn relation(mut self, kind: Kind, path: &[&str], columns: &[&str]) -> Self {
        self = self.object(kind, path, &[]);
        for (place, column) in columns.iter().enumerate() {
            let (name, type_name) = column.split_once(' ').unwrap_or((column, ""));
            let nullable = if type_name.ends_with('?') { "true" } else { "false" };
            let position = (place + 1).to_string();
            let own = [path, &[name]].concat();
            let attributes = [
                ("type", type_name.trim_end_matches('?')),
                ("nullable", nullable),
                (POSITION, position.as_str()),
            ];
            self = self.object(Kind::Column, &own, &attributes);
        }
        self
    }

    /// A primary key, a unique constraint or a foreign key by what the server says of it.
    pub(super) fn constraint(self, kind: Kind, table: &[&str], name: &str, definition: &str) -> Self {
        self.object(kind, &[table, &[name]].concat(), &[("definition", definition)])
    }

    pub(super) fn key(self, table: &str, columns: &str) -> Self {
        let definition = format!("PRIMARY KEY ({columns})");
        self.constraint(Kind::PrimaryKey, &[table], &format!("pk_{table}"), &definition)
    }

    pub(super) fn reference(self, table: &str, columns: &str, target: &str) -> Self {
        let definition = format!("FOREIGN KEY ({columns}) REFERENCES {target}");
        self.constraint(Kind::ForeignKey, &[table], &format!("fk_{table}_{columns}"), &definition)
    }

    pub(super) fn catalog(&self) -> &Catalog {
        &self.0
    }
}

/// A small shop: an order of a customer, and its lines.
pub(super) fn shop() -> Made {
    Made::new()
        .table(&["customer"], &["id uuid", "name text", "note text?"])
        .key("customer", "id")
        .table(&["order"], &["id uuid", "customer_id uuid", "clerk_id uuid?", "total numeric(10,2)"])
        .key("order", "id")
        .reference("order", "customer_id", "customer(id) ON DELETE CASCADE")
        .reference("order", "clerk_id", "customer(id)")
        .table(&["line"], &["order_id uuid", "number integer", "state line_state"])
        .key("line", "order_id, number")
        .reference("line", "order_id", "\"order\"(id)")
        .table(&["gift"], &["order_id uuid", "number integer", "card text"])
        .key("gift", "order_id, number")
        .reference("gift", "order_id, number", "line(order_id, number)")
        .table(&["setting"], &["name character varying(40)", "value text?"])
        .object(Kind::Enum, &["line_state"], &[("labels", "'new', 'sent'")])
        .relation(Kind::View, &["open_orders"], &["id uuid?"])
}
