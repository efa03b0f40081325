/// What the values of a type are, however a dialect calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    Boolean,
    Integer,
    /// Numbers that are exact.
    Decimal,
    /// Numbers that are not.
    Float,
    Text,
    Binary,
    Json,
    Uuid,
    /// A moment, with its zone or without.
    Timestamp,
    Date,
    Time,
    Interval,
    /// An address of a network or of a machine in one.
    Network,
    /// One of some labels.
    Enumeration,
    Array,
    /// Anything else.
    Other,
}

impl Meaning {
    /// Whether the values are numbers. Of two that are, the later one takes in the values of the earlier.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Float)
    }

    /// What is meant by the name of a type in a cast, of either dialect, in lower case.
    pub(crate) fn of_cast(name: &str) -> Self {
        if name.ends_with("[]") {
            return Self::Array;
        }
        match name {
            "boolean" | "bool" => Self::Boolean,
            "smallint" | "integer" | "int" | "bigint" | "int2" | "int4" | "int8" => Self::Integer,
            "numeric" | "decimal" => Self::Decimal,
            "real" | "double precision" | "double" | "float" | "float4" | "float8" => Self::Float,
            "text" | "character varying" | "varchar" | "character" | "char" | "bpchar" | "name"
            | "citext" | "nvarchar" => Self::Text,
            "bytea" | "blob" => Self::Binary,
            "json" | "jsonb" => Self::Json,
            "uuid" => Self::Uuid,
            "timestamp"
            | "timestamptz"
            | "datetime"
            | "timestamp with time zone"
            | "timestamp without time zone" => Self::Timestamp,
            "date" => Self::Date,
            "time" | "timetz" | "time with time zone" | "time without time zone" => Self::Time,
            "interval" => Self::Interval,
            "inet" | "cidr" | "macaddr" | "macaddr8" => Self::Network,
            _ => Self::Other,
        }
    }
}
