use std::fmt;

use onramp_core::Dialect;

use super::columns::Names;
use super::text::Reading;
use crate::catalog::{Object, ObjectId};

/// A trigger of a table or view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// What it is in the catalog.
    pub id: ObjectId,
    /// When it runs.
    pub timing: Timing,
    /// What it runs for, in order; SQLite's have one.
    pub events: Vec<Event>,
    /// The exact names of the columns that must be written for it to run; none where any will do.
    pub columns: Vec<String>,
    /// How often it runs.
    pub level: Level,
    /// The condition under which it runs.
    pub when: Option<String>,
    /// What it runs: the call of a function, or the statements between `BEGIN` and `END`.
    pub body: String,
    /// What else its text says: `DEFERRABLE INITIALLY DEFERRED`.
    pub rest: String,
    /// All that the catalog tells of it.
    pub attributes: Object,
}

/// When a trigger runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timing {
    /// Before the row is written.
    Before,
    /// After that.
    After,
    /// In place of that.
    InsteadOf,
}

/// What a trigger runs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// A new row.
    Insert,
    /// A change of a row.
    Update,
    /// The end of a row.
    Delete,
    /// The end of all rows at once.
    Truncate,
}

/// How often a trigger runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Once for each row.
    Row,
    /// Once for each statement.
    Statement,
}

/// `None` where its text cannot be read.
pub(super) fn trigger(id: &ObjectId, object: &Object, names: &Names, dialect: Dialect) -> Option<Trigger> {
    let mut reading = Reading::new(object.get("definition")?);
    if dialect == Dialect::Postgresql {
        reading.take("CREATE");
        reading.take("CONSTRAINT");
        reading.take("TRIGGER").then_some(())?;
        reading.take_path();
    }
    // Nothing said is before in SQLite.
    let timings = [Timing::Before, Timing::After, Timing::InsteadOf];
    let timing = timings.into_iter().find(|timing| reading.take(&timing.to_string()));
    let (mut events, mut columns) = (Vec::new(), Vec::new());
    loop {
        let all = [Event::Insert, Event::Update, Event::Delete, Event::Truncate];
        events.push(all.into_iter().find(|event| reading.take(&event.to_string()))?);
        if reading.take("OF") {
            columns.extend(reading.take_path().pop());
            while reading.take(",") {
                columns.extend(reading.take_path().pop());
            }
        }
        if !reading.take("OR") {
            break;
        }
    }
    events.sort();
    reading.take("ON").then_some(())?;
    let _ = reading.take_path();
    let columns = columns.into_iter().map(|name| names.column(id.whole(), &name).unwrap_or(name)).collect();
    let mut trigger = Trigger {
        id: id.clone(),
        timing: timing.unwrap_or(Timing::Before),
        events,
        columns,
        level: Level::Row,
        when: None,
        body: String::new(),
        rest: String::new(),
        attributes: object.clone(),
    };
    match dialect {
        Dialect::Postgresql => postgresql(&mut trigger, &mut reading)?,
        Dialect::Sqlite => sqlite(&mut trigger, &mut reading)?,
    }
    Some(trigger)
}

fn postgresql(trigger: &mut Trigger, reading: &mut Reading<'_>) -> Option<()> {
    trigger.rest = reading.take_until("FOR EACH")?.to_owned();
    trigger.level = if reading.take("STATEMENT") { Level::Statement } else { Level::Row };
    reading.take("ROW");
    if reading.take("WHEN") {
        trigger.when = Some(reading.take_parenthesised()?.to_owned());
    }
    let _ = reading.take("EXECUTE FUNCTION") || reading.take("EXECUTE PROCEDURE");
    reading.rest().clone_into(&mut trigger.body);
    Some(())
}

fn sqlite(trigger: &mut Trigger, reading: &mut Reading<'_>) -> Option<()> {
    reading.take("FOR EACH ROW");
    if reading.take("WHEN") {
        trigger.when = Some(reading.take_until("BEGIN")?.to_owned());
    } else {
        reading.take("BEGIN").then_some(())?;
    }
    let body = reading.rest();
    body.strip_suffix("END").unwrap_or(body).trim().clone_into(&mut trigger.body);
    Some(())
}

/// As it is written.
impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "BEFORE",
            Self::After => "AFTER",
            Self::InsteadOf => "INSTEAD OF",
        })
    }
}

/// As it is written.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Truncate => "TRUNCATE",
        })
    }
}

/// As it is written behind `FOR EACH`.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Row => "ROW",
            Self::Statement => "STATEMENT",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalog::Kind;

    fn read(dialect: Dialect, text: &str) -> Option<String> {
        let object = Object::from([("definition".to_owned(), text.to_owned())]);
        let id = ObjectId::new(Kind::Trigger, ["run", "touch"]);
        let names = Names::of(&BTreeMap::new(), dialect);
        let Trigger { timing, events, columns, level, when, body, rest, .. } =
            trigger(&id, &object, &names, dialect)?;
        let events: Vec<String> = events.iter().map(ToString::to_string).collect();
        Some(format!("{timing}|{}|{}|{level}|{when:?}|{body}|{rest}", events.join(" "), columns.join(" ")))
    }

    #[test]
    fn triggers_of_postgresql_are_taken_apart() {
        let check = |text: &str, expected: &str| {
            assert_eq!(read(Dialect::Postgresql, text).as_deref(), Some(expected), "{text}");
        };
        check(
            "CREATE TRIGGER touch BEFORE INSERT OR DELETE OR UPDATE OF a, \"B, c\" OR TRUNCATE ON public.run \
             FOR EACH ROW WHEN (((old.a)::text IS DISTINCT FROM ') WHEN ('::text)) EXECUTE FUNCTION touch('x')",
            "BEFORE|INSERT UPDATE DELETE TRUNCATE|a B, c|ROW|\
             Some(\"((old.a)::text IS DISTINCT FROM ') WHEN ('::text)\")|touch('x')|",
        );
        check(
            "CREATE CONSTRAINT TRIGGER \"To Uch\" AFTER UPDATE ON app.\"Run\" DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION app.touch()",
            "AFTER|UPDATE||ROW|None|app.touch()|DEFERRABLE INITIALLY DEFERRED",
        );
        check(
            "CREATE TRIGGER t AFTER INSERT ON public.run REFERENCING NEW TABLE AS added FOR EACH STATEMENT \
             EXECUTE FUNCTION note()",
            "AFTER|INSERT||STATEMENT|None|note()|REFERENCING NEW TABLE AS added",
        );
    }

    #[test]
    fn triggers_of_sqlite_are_taken_apart() {
        let check = |text: &str, expected: &str| {
            assert_eq!(read(Dialect::Sqlite, text).as_deref(), Some(expected), "{text}");
        };
        check(
            "AFTER UPDATE OF a, \"b ON\" ON run FOR EACH ROW WHEN new.a <> ' BEGIN ' BEGIN SELECT 1; END",
            "AFTER|UPDATE|a b ON|ROW|Some(\"new.a <> ' BEGIN '\")|SELECT 1;|",
        );
        check("DELETE ON run BEGIN SELECT 1; END", "BEFORE|DELETE||ROW|None|SELECT 1;|");
        check("INSTEAD OF INSERT ON names BEGIN SELECT 1; END", "INSTEAD OF|INSERT||ROW|None|SELECT 1;|");
        assert_eq!(read(Dialect::Sqlite, "nothing"), None);
    }
}
