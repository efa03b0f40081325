use onramp_database::catalog::{Catalog, Kind};

use crate::sql::{Token, TokenKind};

/// The server's own functions, and those of usual extensions, that give another value with each call.
const VOLATILE: [&str; 14] = [
    "random",
    "gen_random_uuid",
    "gen_random_bytes",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
    "clock_timestamp",
    "timeofday",
    "nextval",
    "txid_current",
    "gen_salt",
    "pg_sleep",
];

/// Whether an expression gives each row a value of its own: it calls a function that says so, or one of the catalog that
/// does not say otherwise.
pub(crate) fn is_volatile(expression: &[Token], catalog: &Catalog) -> bool {
    let calls = expression.windows(2).filter(|pair| pair[0].kind != TokenKind::Text && pair[1].is_sign("("));
    calls.map(|pair| pair[0].text.as_str()).any(|name| {
        VOLATILE.contains(&name)
            || catalog.objects.iter().any(|(id, object)| {
                id.kind == Kind::Function
                    && id.name().split_once('(').is_some_and(|(own, _)| own == name)
                    && !object.values().any(|text| text.contains("IMMUTABLE") || text.contains("STABLE"))
            })
    })
}
