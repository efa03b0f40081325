use std::collections::HashMap;

use super::Rows;
use crate::rows::schema::{Dashes, Kind};

/// A type as the catalogue has it.
#[derive(Debug)]
struct Type {
    schema: String,
    name: String,
    kind: String,
    category: String,
    element: u32,
    base: u32,
    base_modifier: i32,
    not_null: bool,
    bound: u32,
}

/// The types of a database that its tables use.
#[derive(Debug, Default)]
pub(super) struct Types {
    types: HashMap<u32, Type>,
    labels: HashMap<u32, Vec<String>>,
    fields: HashMap<u32, Vec<(u32, i32)>>,
    checks: HashMap<u32, Vec<String>>,
}

/// How deep types are looked into; one that holds itself ends there.
const DEPTH: usize = 8;

/// A value of a row of the catalogue, 0 where there is none.
pub(super) fn number<T: std::str::FromStr + Default>(value: Option<&Option<String>>) -> T {
    value.and_then(Option::as_deref).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// A text of a row of the catalogue, empty where there is none.
pub(super) fn text(value: Option<&Option<String>>) -> String {
    value.cloned().flatten().unwrap_or_default()
}

impl Types {
    pub(super) fn new(types: &Rows, labels: &Rows, fields: &Rows, checks: &Rows) -> Self {
        let mut all = Self::default();
        for row in types {
            let found = Type {
                schema: text(row.get(1)),
                name: text(row.get(2)),
                kind: text(row.get(3)),
                category: text(row.get(4)),
                element: number(row.get(5)),
                base: number(row.get(6)),
                base_modifier: number(row.get(7)),
                not_null: text(row.get(8)) == "t",
                bound: number(row.get(9)),
            };
            all.types.insert(number(row.first()), found);
        }
        for row in labels {
            all.labels.entry(number(row.first())).or_default().push(text(row.get(1)));
        }
        for row in fields {
            all.fields.entry(number(row.first())).or_default().push((number(row.get(1)), number(row.get(2))));
        }
        for row in checks {
            all.checks.entry(number(row.first())).or_default().push(text(row.get(1)));
        }
        all
    }

    /// What values a type takes.
    pub(super) fn kind(&self, oid: u32, modifier: i32) -> Kind {
        self.at_depth(oid, modifier, 0)
    }

    /// Whether a domain, or one that it is made of, refuses NULL.
    pub(super) fn refuses_null(&self, oid: u32) -> bool {
        self.types.get(&oid).is_some_and(|found| {
            found.kind == "d" && (found.not_null || (found.base != oid && self.refuses_null(found.base)))
        })
    }

    /// Schema and name of a domain.
    pub(super) fn domain(&self, oid: u32) -> Option<(String, String)> {
        let found = self.types.get(&oid).filter(|found| found.kind == "d")?;
        Some((found.schema.clone(), found.name.clone()))
    }

    fn at_depth(&self, oid: u32, modifier: i32, depth: usize) -> Kind {
        let Some(found) = self.types.get(&oid).filter(|_| depth < DEPTH) else {
            return Kind::Other("unknown".to_owned());
        };
        let inner = |oid: u32, modifier: i32| Box::new(self.at_depth(oid, modifier, depth + 1));
        match found.kind.as_str() {
            "e" => Kind::Enumeration(self.labels.get(&oid).cloned().unwrap_or_default()),
            "d" => Kind::Domain {
                base: inner(found.base, found.base_modifier),
                checks: self.checks.get(&oid).cloned().unwrap_or_default(),
            },
            "r" => Kind::Range(inner(found.bound, -1)),
            "m" => Kind::Multirange(inner(found.bound, -1)),
            "c" => {
                let fields = self.fields.get(&oid).map_or(&[][..], Vec::as_slice);
                Kind::Composite(fields.iter().map(|(oid, modifier)| *inner(*oid, *modifier)).collect())
            }
            _ if found.category == "A" && found.element != 0 => Kind::Array(inner(found.element, modifier)),
            _ => base(found, modifier),
        }
    }
}

/// A base type. Modifiers are those of the server: lengths of text have the 4 bytes of their header in them.
fn base(found: &Type, modifier: i32) -> Kind {
    let length = |extra: i32| usize::try_from(modifier - extra).ok().filter(|_| modifier >= extra);
    match found.name.as_str() {
        "bool" => Kind::Boolean,
        "int2" => Kind::Integer(2),
        "int4" => Kind::Integer(4),
        "int8" => Kind::Integer(8),
        "oid" | "xid" | "cid" => Kind::Integer(4),
        "numeric" if modifier >= 4 => {
            let (digits, fraction) = ((modifier - 4) >> 16 & 0xffff, (modifier - 4) & 0x7ff);
            // The scale is signed, in 11 bits; a negative one rounds before the point.
            let fraction = if fraction > 0x3ff { 0 } else { fraction };
            Kind::Decimal { digits: digits.unsigned_abs(), fraction: fraction.unsigned_abs() }
        }
        "numeric" => Kind::Decimal { digits: 20, fraction: 1 },
        "float4" | "float8" => Kind::Real,
        "text" | "citext" | "cstring" => Kind::Text(None),
        "varchar" | "bpchar" => Kind::Text(length(4)),
        "name" => Kind::Text(Some(63)),
        "char" => Kind::Text(Some(1)),
        "date" => Kind::Date,
        "time" | "timetz" => Kind::Time,
        "timestamp" | "timestamptz" => Kind::Timestamp,
        "uuid" => Kind::Uuid(Dashes::With),
        "json" | "jsonb" => Kind::Json,
        "bytea" => Kind::Bytes,
        "bit" | "varbit" => Kind::Bits(length(1).map_or(8, |length| length + 1)),
        _ if found.category == "S" => Kind::Text(length(4)),
        other => Kind::Other(other.to_owned()),
    }
}
