//! What is asked of the catalogue: all of it in one round trip, one set of rows per question.

/// The tables of the user: neither temporary ones nor those that belong to an extension.
pub(super) const RELATIONS: &str = "
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, n.nspname = current_schema() AS is_near
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
      AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

/// Oid, schema, name, kind, near, the partition's own condition, the table that it is a partition of.
fn tables() -> String {
    format!(
        "SELECT r.oid, r.nspname, r.relname, r.relkind, r.is_near,
            CASE WHEN r.relispartition THEN pg_get_partition_constraintdef(r.oid) END,
            CASE WHEN r.relispartition THEN i.inhparent END
        FROM ({RELATIONS}) AS r LEFT JOIN pg_inherits AS i ON i.inhrelid = r.oid AND r.relispartition
        ORDER BY r.nspname, r.relname"
    )
}

/// Table, number, name, not null, type, its modifier, identity, generated, default.
fn columns() -> String {
    format!(
        "SELECT a.attrelid, a.attnum, a.attname, a.attnotnull, a.atttypid, a.atttypmod, a.attidentity,
            a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
        FROM ({RELATIONS}) AS r
        JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        ORDER BY a.attrelid, a.attnum"
    )
}

/// Table, name, kind, columns, parent, parent's columns, deferrable, condition. Those of a foreign key that only
/// say which partition of the parent is meant are left out.
fn constraints() -> String {
    format!(
        "SELECT k.conrelid, k.conname, k.contype, k.conkey, k.confrelid, k.confkey, k.condeferrable,
            CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END
        FROM ({RELATIONS}) AS r
        JOIN pg_constraint AS k ON k.conrelid = r.oid AND k.contype IN ('c', 'f')
        LEFT JOIN pg_constraint AS o ON o.oid = k.conparentid
        WHERE o.oid IS NULL OR o.confrelid = k.confrelid
        ORDER BY k.conrelid, k.conname, k.oid"
    )
}

/// Table, name, key columns, primary, expressions, predicate: of unique and excluding indexes.
fn indexes() -> String {
    format!(
        "SELECT x.indrelid, c.relname, x.indkey, x.indisprimary, pg_get_expr(x.indexprs, x.indrelid),
            pg_get_expr(x.indpred, x.indrelid)
        FROM ({RELATIONS}) AS r
        JOIN pg_index AS x ON x.indrelid = r.oid AND (x.indisunique OR x.indisexclusion)
        JOIN pg_class AS c ON c.oid = x.indexrelid
        ORDER BY x.indrelid, c.relname"
    )
}

/// The types of all columns, and those that they are made of.
fn used_types() -> String {
    format!(
        "WITH RECURSIVE used (oid) AS (
            SELECT a.atttypid FROM ({RELATIONS}) AS r
            JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            UNION
            SELECT part.oid FROM used JOIN pg_type AS t ON t.oid = used.oid, LATERAL (
                SELECT t.typelem AS oid WHERE t.typelem <> 0
                UNION ALL SELECT t.typbasetype WHERE t.typbasetype <> 0
                UNION ALL SELECT g.rngsubtype FROM pg_range AS g WHERE t.oid IN (g.rngtypid, g.rngmultitypid)
                UNION ALL SELECT a.atttypid FROM pg_attribute AS a
                    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
            ) AS part)"
    )
}

/// Oid, schema, name, kind, category, element, base, base's modifier, not null, bound of a range.
fn types() -> String {
    format!(
        "{} SELECT t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typelem, t.typbasetype, t.typtypmod,
            t.typnotnull, (SELECT g.rngsubtype FROM pg_range AS g WHERE t.oid IN (g.rngtypid, g.rngmultitypid))
        FROM used JOIN pg_type AS t ON t.oid = used.oid JOIN pg_namespace AS n ON n.oid = t.typnamespace",
        used_types()
    )
}

/// Type and label.
const LABELS: &str = "SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder";

/// Type, type of a field, its modifier: of the composite types that are not the rows of a table.
const FIELDS: &str = "
    SELECT t.oid, a.atttypid, a.atttypmod
    FROM pg_type AS t
    JOIN pg_namespace AS n ON n.oid = t.typnamespace
    JOIN pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE t.typtype = 'c' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY t.oid, a.attnum";

/// Domain and condition.
const DOMAIN_CHECKS: &str =
    "SELECT contypid, pg_get_expr(conbin, 0) FROM pg_constraint WHERE contypid <> 0 AND contype = 'c'";

/// All questions, in the order in which they are described here.
pub(super) fn all() -> String {
    [
        tables(),
        columns(),
        constraints(),
        indexes(),
        types(),
        LABELS.to_owned(),
        FIELDS.to_owned(),
        DOMAIN_CHECKS.to_owned(),
    ]
    .join(";\n")
}
