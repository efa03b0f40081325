/// Spellings of a value of a type that is known by its name alone, PostgreSQL's own ones and those of wide-spread
/// extensions. For a type that nobody knows, some spellings that many types read.
pub(super) fn spelled(name: &str, row: i64) -> Vec<String> {
    let one = |text: String| vec![text];
    match name {
        "inet" => one(format!("10.0.0.{row}")),
        "cidr" => one(format!("10.0.{row}.0/24")),
        "macaddr" => one(format!("08:00:2b:00:00:{row:02x}")),
        "macaddr8" => one(format!("08:00:2b:00:00:00:00:{row:02x}")),
        "interval" => {
            vec![format!("{row} days 01:00:00"), format!("00:0{}:00", row % 10), format!("{row} years")]
        }
        "xml" => one(format!("<n>{row}</n>")),
        "tsvector" => one(format!("'word{row}':1")),
        "tsquery" => one(format!("'word{row}'")),
        "money" => one(format!("{row}.50")),
        "point" => one(format!("({row},{row})")),
        "line" => one(format!("{{1,{row},1}}")),
        "lseg" => one(format!("[({row},0),(0,{row})]")),
        "box" => one(format!("({row},{row}),(0,0)")),
        "path" | "polygon" => one(format!("((0,0),({row},0),({row},{row}))")),
        "circle" => one(format!("<({row},{row}),1>")),
        "pg_lsn" => one(format!("0/{row:X}")),
        "txid_snapshot" | "pg_snapshot" => one(format!("{row}:{row}:")),
        "jsonpath" => one(format!("$.\"n{row}\"")),
        "regclass" => rotated_of(&["pg_class", "pg_type", "pg_proc", "pg_index"], row),
        "regtype" => rotated_of(&["integer", "text", "uuid", "date"], row),
        "regrole" | "regnamespace" | "regproc" | "regprocedure" => {
            rotated_of(&["pg_catalog", "now", "pg_monitor", "now()"], row)
        }
        "ltree" => one(format!("top.n{row}")),
        "lquery" => one(format!("top.n{row}.*")),
        "hstore" => one(format!("\"n\"=>\"{row}\"")),
        "cube" => one(format!("({row})")),
        "semver" => one(format!("{row}.0.0")),
        "isbn" => one("978-0-306-40615-7".to_owned()),
        "geometry" | "geography" => {
            let point = format!("POINT({row} {row})");
            vec![point.clone(), format!("SRID=4326;{point}"), format!("POLYGON((0 0,{row} 0,0 {row},0 0))")]
        }
        // The lengths that embeddings commonly have; the server says which one it is.
        "vector" | "halfvec" => [3, 2, 1, 4, 384, 512, 768, 1024, 1536, 3072]
            .map(|length| format!("[{}]", vec![row.to_string(); length].join(",")))
            .to_vec(),
        _ => [
            format!("{row}"),
            format!("n{row}"),
            format!("({row},{row})"),
            format!("{{{row}}}"),
            "{}".to_owned(),
        ]
        .to_vec(),
    }
}

fn rotated_of(names: &[&str], row: i64) -> Vec<String> {
    super::rotated(names, row).into_iter().map(str::to_owned).collect()
}
