/// A type as people write it, where the server's own name for it is a long one. Both mean the same.
pub(super) fn short_type(name: &str) -> String {
    let (base, list) = match name.strip_suffix("[]") {
        Some(base) => (base, "[]"),
        None => (name, ""),
    };
    let (word, rest) = match base.find('(') {
        // The precision may stand in the middle: `timestamp(3) with time zone`.
        Some(start) => match base[start..].find(')') {
            Some(end) => {
                (format!("{}{}", &base[..start], &base[start + end + 1..]), &base[start..=start + end])
            }
            None => (base.to_owned(), ""),
        },
        None => (base.to_owned(), ""),
    };
    let short = match word.as_str() {
        "character varying" => "varchar",
        "character" => "char",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "bit varying" => "varbit",
        _ => return name.to_owned(),
    };
    format!("{short}{rest}{list}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_and_others_are_not() {
        let cases = [
            ("character varying(200)", "varchar(200)"),
            ("timestamp(3) with time zone[]", "timestamptz(3)[]"),
            ("time without time zone", "time"),
            ("numeric(10,2)", "numeric(10,2)"),
            ("DECIMAL(10, 2)", "DECIMAL(10, 2)"),
            ("state_type", "state_type"),
            ("odd(", "odd("),
            ("", ""),
        ];
        for (long, short) in cases {
            assert_eq!(short_type(long), short);
        }
    }
}
