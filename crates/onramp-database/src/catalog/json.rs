use onramp_core::{Dialect, Failure};
use serde_json::{Map, Value, json};

use super::{Catalog, Kind, Object, ObjectId};

/// The version of the JSON shape; it changes when a field changes its meaning or goes away.
const FORMAT: u64 = 1;

impl Catalog {
    /// `{"version", "dialect", "server-version", "objects": [{"kind", "path", "attributes"}]}`, the objects in
    /// order, so that equal catalogs are equal texts.
    pub fn to_json(&self) -> Value {
        let objects = self
            .objects
            .iter()
            .map(|(id, object)| json!({"kind": id.kind.name(), "path": id.path, "attributes": object}));
        json!({
            "version": FORMAT,
            "dialect": self.dialect.name(),
            "server-version": self.server_version,
            "objects": objects.collect::<Vec<_>>(),
        })
    }

    /// The catalog that was written by [`Catalog::to_json`]. Fails where the shape is another one, which
    /// includes that of another version.
    pub fn from_json(value: &Value) -> Result<Self, Failure> {
        parse(value).ok_or_else(|| Failure::task("this is no catalog that this version of Onramp can read"))
    }
}

fn parse(value: &Value) -> Option<Catalog> {
    if value["version"].as_u64() != Some(FORMAT) {
        return None;
    }
    let objects = value["objects"].as_array()?.iter().map(|object| {
        let kind = Kind::of_name(object["kind"].as_str()?)?;
        let path = object["path"].as_array()?.iter().map(text).collect::<Option<_>>()?;
        Some((ObjectId { kind, path }, attributes(object["attributes"].as_object()?)?))
    });
    Some(Catalog {
        dialect: value["dialect"].as_str()?.parse::<Dialect>().ok()?,
        server_version: text(&value["server-version"])?,
        objects: objects.collect::<Option<_>>()?,
    })
}

fn attributes(map: &Map<String, Value>) -> Option<Object> {
    map.iter().map(|(name, value)| Some((name.clone(), text(value)?))).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_comes_back_from_its_json() {
        let id = ObjectId::new(Kind::Column, ["flow", "owner"]);
        let object = Object::from([("type".to_owned(), "character varying(200)".to_owned())]);
        let catalog = Catalog {
            dialect: Dialect::Postgresql,
            server_version: "15.1".to_owned(),
            objects: [(id, object)].into(),
        };
        let mut json = catalog.to_json();
        assert_eq!(Catalog::from_json(&json).expect("our own shape"), catalog);
        json["version"] = 2.into();
        assert!(Catalog::from_json(&json).is_err());
    }
}
