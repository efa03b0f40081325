//! Triggers of two dialects: what they run for, when and on which condition. What they do then is written in two languages,
//! and is not compared.

mod names;

use std::collections::BTreeSet;

use onramp_core::Dialect;
use onramp_database::catalog::Kind;
use onramp_database::structure::{Event, Level, Timing, Trigger};

use super::Found;
use super::accesses::deferrable;
use super::pair::Pair;
use super::pairing::pair_up;
use crate::expression::{Expression, NEW, OLD, Scope, Token, tokens};
use crate::finding::{Object, Side};
use crate::report::Renamed;
use crate::types::Meaning;
use names::gist;

/// A trigger, for one of the events that it runs for: SQLite needs one for each.
#[derive(Clone, Copy)]
struct Run<'a> {
    trigger: &'a Trigger,
    event: Event,
}

/// Triggers, found by their names: beyond the table, the event and the like, which many write into them.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found) {
    let table = pair.left.table.id.name();
    let has_name = |left: &Run<'_>, right: &Run<'_>| left.name().eq_ignore_ascii_case(right.name());
    let has_gist = |left: &Run<'_>, right: &Run<'_>| gist(left.name(), table) == gist(right.name(), table);
    let is_same = |left: &Run<'_>, right: &Run<'_>| left.event == right.event && has_name(left, right);
    let is_alike = |left: &Run<'_>, right: &Run<'_>| left.event == right.event && has_gist(left, right);
    let (lefts, rights) = (Run::all(&pair.left.table.triggers), Run::all(&pair.right.table.triggers));
    let paired = pair_up(lefts, rights, &[&is_same, &is_alike, &has_name]);
    for (left, right, _) in &paired.pairs {
        differences(pair, left, right, found);
        found.uncompared.push(object(pair, left.trigger, Some(right.trigger)));
        if !has_name(left, right) {
            let (kind, table) = (Kind::Trigger, pair.name());
            let renamed =
                Renamed { kind, table, left: left.name().to_owned(), right: right.name().to_owned() };
            if !found.renamed.contains(&renamed) {
                found.renamed.push(renamed);
            }
        }
    }
    let pairs: Vec<[&Trigger; 2]> =
        paired.pairs.iter().map(|(left, right, _)| [left.trigger, right.trigger]).collect();
    for (runs, side) in [(&paired.left, Side::Left), (&paired.right, Side::Right)] {
        for run in runs {
            match Group::of(run.trigger, side, &pairs) {
                Some(group) => group.tell(pair, run.trigger, side, found),
                None => pair.only(found, object(pair, run.trigger, None), side, described(run.trigger)),
            }
        }
    }
    // What has one name and runs for another event is a pair, too.
    for (left, _, _) in paired.pairs.iter().filter(|(left, right, _)| left.event != right.event) {
        if let Some(group) = Group::of(left.trigger, Side::Left, &pairs) {
            group.tell(pair, left.trigger, Side::Left, found);
        }
    }
}

/// Triggers that belong together: one of the one side, and those of the other that do its work.
struct Group<'a> {
    triggers: [Vec<&'a Trigger>; 2],
}

impl<'a> Group<'a> {
    /// Those of a trigger, if it has a counterpart.
    fn of(trigger: &'a Trigger, side: Side, pairs: &[[&'a Trigger; 2]]) -> Option<Self> {
        let (own, other) = (side.index(), 1 - side.index());
        let others: Vec<&Trigger> =
            pairs.iter().filter(|both| both[own].id == trigger.id).map(|both| both[other]).collect();
        let of_others = |both: &&[&'a Trigger; 2]| others.iter().any(|known| known.id == both[other].id);
        let mut owns: Vec<&Trigger> = pairs.iter().filter(of_others).map(|both| both[own]).collect();
        if others.is_empty() {
            return None;
        }
        owns.push(trigger);
        Some(Self { triggers: if side == Side::Left { [owns, others] } else { [others, owns] } })
    }

    fn tell(&self, pair: &Pair<'_>, trigger: &Trigger, side: Side, found: &mut Found) {
        let other = self.triggers[1 - side.index()].first().copied();
        let texts = [0, 1].map(|place| {
            let events: BTreeSet<Event> =
                self.triggers[place].iter().flat_map(|trigger| trigger.events.iter().copied()).collect();
            let events: Vec<String> = events.iter().map(ToString::to_string).collect();
            Some(events.join(" OR "))
        });
        if texts[0] != texts[1] {
            pair.differs(found, object(pair, trigger, other), "events", texts);
        }
    }
}

impl<'a> Run<'a> {
    fn all(triggers: &'a [Trigger]) -> Vec<Self> {
        let runs = triggers
            .iter()
            .flat_map(|trigger| trigger.events.iter().map(move |event| Self { trigger, event: *event }));
        runs.collect()
    }

    fn name(&self) -> &'a str {
        self.trigger.id.name()
    }
}

fn differences(pair: &Pair<'_>, left: &Run<'_>, right: &Run<'_>, found: &mut Found) {
    let both = [left.trigger, right.trigger];
    let mut differs = |attribute: &'static str, texts: [Option<String>; 2]| {
        if texts[0] != texts[1] {
            pair.differs(found, object(pair, left.trigger, Some(right.trigger)), attribute, texts);
        }
    };
    if !has_same_timing(pair, both) {
        differs("timing", both.map(|trigger| Some(trigger.timing.to_string())));
    }
    differs("level", both.map(|trigger| Some(trigger.level.to_string())));
    differs("enabled", both.map(|trigger| trigger.attributes.get("enabled").cloned()));
    differs("deferrable", both.map(|trigger| deferrable(&trigger.rest.replace("NOT DEFERRABLE", ""))));
    let columns = |trigger: &Trigger| {
        let names: BTreeSet<String> = trigger.columns.iter().map(|column| column.to_lowercase()).collect();
        names
    };
    if left.event == Event::Update && right.event == Event::Update && columns(both[0]) != columns(both[1]) {
        let text = |trigger: &Trigger| Some(trigger.columns.join(", ")).filter(|text| !text.is_empty());
        differs("columns", both.map(text));
    }
    let when =
        |trigger: &Trigger| trigger.when.as_deref().map(|text| Expression::predicate(text, &OfRows { pair }));
    if when(both[0]) != when(both[1]) {
        differs("when", both.map(|trigger| trigger.when.clone()));
    }
}

/// What PostgreSQL does by changing a row before it is written, SQLite can only do by an update behind that.
fn has_same_timing(pair: &Pair<'_>, both: [&Trigger; 2]) -> bool {
    let [sqlite, postgresql] = match pair.dialects[0] {
        Dialect::Sqlite => both,
        Dialect::Postgresql => [both[1], both[0]],
    };
    let is_behind = sqlite.timing == Timing::After
        && postgresql.timing == Timing::Before
        && postgresql.level == Level::Row
        && updates(&sqlite.body, sqlite.id.whole());
    sqlite.timing == postgresql.timing || is_behind
}

/// Whether statements change rows of a table.
fn updates(body: &str, table: &[String]) -> bool {
    let tokens = tokens(body);
    let name = table.last().map(|name| name.to_lowercase());
    tokens.iter().enumerate().any(|(place, token)| {
        let mut rest = tokens[place + 1..].iter();
        let next = match rest.next() {
            // `UPDATE OR IGNORE run`
            Some(word) if word.is_word("or") => rest.nth(1),
            other => other,
        };
        token.is_word("update") && next.and_then(Token::name) == name
    })
}

/// The columns of the rows that a trigger runs for: `new.name` and `old.name`.
struct OfRows<'a> {
    pair: &'a Pair<'a>,
}

impl Scope for OfRows<'_> {
    fn meaning(&self, column: &str) -> Option<Meaning> {
        self.pair.meaning(of_row(column))
    }

    fn is_required(&self, column: &str) -> bool {
        self.pair.is_required(of_row(column))
    }
}

fn of_row(column: &str) -> &str {
    match column.split_once('.') {
        Some((row, column)) if row == NEW || row == OLD => column,
        _ => column,
    }
}

fn object(pair: &Pair<'_>, trigger: &Trigger, other: Option<&Trigger>) -> Object {
    let object = pair.part(Kind::Trigger, trigger.id.name());
    let others = other.map(|other| pair.part(Kind::Trigger, other.id.name()).name);
    Object { other_names: others.into_iter().filter(|name| *name != object.name).collect(), ..object }
}

/// `BEFORE INSERT OR UPDATE OF name`.
fn described(trigger: &Trigger) -> String {
    let events = trigger.events.iter().map(|event| match event {
        Event::Update if !trigger.columns.is_empty() => format!("UPDATE OF {}", trigger.columns.join(", ")),
        event => event.to_string(),
    });
    format!("{} {}", trigger.timing, events.collect::<Vec<_>>().join(" OR "))
}
