use onramp_core::Dialect;

use super::Context;
use crate::config::{PARITY_ATTRIBUTES, PARITY_KINDS, Parity, ParityException, ParityTypes};
use crate::file::{DialectName, ExceptionItem, ParitySection, TypesItem};
use crate::spot::Spot;
use crate::suggest::{did_you_mean, quoted};

pub(crate) fn parity(cx: &Context<'_>, spot: &Spot, section: &ParitySection, dialects: &[&str]) -> Parity {
    let exceptions = section.exceptions.iter().enumerate();
    let types = section.types.iter().enumerate();
    Parity {
        exceptions: exceptions
            .map(|(place, item)| exception(cx, &spot.key("exceptions").item(place), item, dialects))
            .collect(),
        types: types.map(|(place, item)| pair(cx, &spot.key("types").item(place), item)).collect(),
    }
}

fn exception(cx: &Context<'_>, spot: &Spot, item: &ExceptionItem, dialects: &[&str]) -> ParityException {
    let at = spot.key("object");
    let (kind, name) = item.object.trim().split_once(char::is_whitespace).unwrap_or((item.object.trim(), ""));
    if !PARITY_KINDS.contains(&kind) {
        let hint =
            did_you_mean(kind, PARITY_KINDS).unwrap_or_else(|| format!("one of {}", quoted(PARITY_KINDS)));
        let message = format!("no kind of object is called `{kind}`");
        cx.report_part(&at, kind, message, Some(hint));
    } else if name.trim().is_empty() {
        let hint = format!("as in `{kind} NAME`, or `{kind} *` for all");
        cx.report(&at, format!("no {kind} is named"), Some(hint));
    }
    let only = item.only.map(|dialect| match dialect {
        DialectName::Sqlite => Dialect::Sqlite,
        DialectName::Postgresql => Dialect::Postgresql,
    });
    if let Some(only) = only.filter(|only| !dialects.contains(&only.name())) {
        cx.report(&spot.key("only"), format!("the configuration has no dialect `{only}`"), None);
    }
    if let Some(attribute) = &item.attribute {
        let at = spot.key("attribute");
        if only.is_some() {
            let message = "`only` and `attribute` exclude one another";
            cx.report_key(&at, message, Some("what one dialect alone has differs in nothing".to_owned()));
        } else if !PARITY_ATTRIBUTES.contains(&attribute.as_str()) {
            let hint = did_you_mean(attribute, PARITY_ATTRIBUTES);
            let hint = hint.unwrap_or_else(|| format!("one of {}", quoted(PARITY_ATTRIBUTES)));
            cx.report(&at, format!("nothing that may differ is called `{attribute}`"), Some(hint));
        }
    }
    require_reason(cx, spot, &item.reason);
    ParityException {
        kind: kind.to_owned(),
        name: name.trim().to_owned(),
        only,
        attribute: item.attribute.clone(),
        reason: item.reason.clone(),
        place: cx.place(spot),
    }
}

fn pair(cx: &Context<'_>, spot: &Spot, item: &TypesItem) -> ParityTypes {
    for (key, text) in [("sqlite", &item.sqlite), ("postgresql", &item.postgresql)] {
        if text.trim().is_empty() {
            cx.report(
                &spot.key(key),
                "no type is named",
                Some("as `onramp migrate parity` tells it".to_owned()),
            );
        }
    }
    require_reason(cx, spot, &item.reason);
    ParityTypes {
        sqlite: item.sqlite.clone(),
        postgresql: item.postgresql.clone(),
        reason: item.reason.clone(),
        place: cx.place(spot),
    }
}

/// Who reads the line in a year has nothing else.
fn require_reason(cx: &Context<'_>, spot: &Spot, reason: &str) {
    if reason.trim().is_empty() {
        cx.report(&spot.key("reason"), "the reason is empty", None);
    }
}
