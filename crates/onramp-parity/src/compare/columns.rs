use onramp_core::Dialect;
use onramp_database::catalog::Kind;

use super::default::Worth;
use super::pair::Pair;
use super::pairing::pair_up;
use super::tables::is_case_told;
use super::{Found, views, written};
use crate::expression::{Expression, Scope};
use crate::finding::{Difference, Finding, Object, Side};
use crate::model::{Automatic, ColumnModel};
use crate::types::{Meaning, TypeName, Verdict};

/// Columns, found by their names. Their order tells nothing: what one dialect adds at the end, a rebuild of the
/// other's table puts where the models have it.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found) {
    let is_view = |kind: Kind| matches!(kind, Kind::View | Kind::MaterializedView);
    if is_view(pair.left.kind()) != is_view(pair.right.kind()) {
        return;
    }
    if is_view(pair.left.kind()) && !pair.is_of_one_dialect() {
        return views::compare(pair, found);
    }
    let is_exact = |left: &&ColumnModel, right: &&ColumnModel| left.name == right.name;
    let is_alike =
        |left: &&ColumnModel, right: &&ColumnModel| !is_case_told(pair.dialects) && left.key == right.key;
    let (lefts, rights) = (pair.left.columns.iter().collect(), pair.right.columns.iter().collect());
    let paired = pair_up(lefts, rights, &[&is_exact, &is_alike]);
    for (left, right, _) in paired.pairs {
        Columns { pair, left, right }.compare(found);
    }
    for (columns, side) in [(paired.left, Side::Left), (paired.right, Side::Right)] {
        for column in columns {
            pair.only(found, pair.part(Kind::Column, &column.name), side, described(column));
        }
    }
}

/// `character varying(200) NOT NULL`.
fn described(column: &ColumnModel) -> String {
    let null = if column.nullable { "" } else { " NOT NULL" };
    format!("{}{null}", column.type_text)
}

/// A column that both sides have.
struct Columns<'a> {
    pair: &'a Pair<'a>,
    left: &'a ColumnModel,
    right: &'a ColumnModel,
}

impl Columns<'_> {
    fn compare(&self, found: &mut Found) {
        self.types(found);
        let nullable = |column: &ColumnModel| if column.nullable { "NULL" } else { "NOT NULL" };
        self.texts(
            found,
            "nullable",
            [self.left, self.right].map(|column| Some(nullable(column).to_owned())),
        );
        self.numbering(found);
        self.generated(found);
        if self.left.generated.is_none() && self.right.generated.is_none() {
            self.defaults(found);
        }
        self.collations(found);
        let attributes = [self.left, self.right].map(|column| &column.attributes);
        written::compare(self.pair, found, &self.object(), attributes);
    }

    fn object(&self) -> Object {
        let other = format!("{}.{}", self.pair.right.name(), self.right.name);
        let object = self.pair.part(Kind::Column, &self.left.name);
        let other_names = if other == object.name { Vec::new() } else { vec![other] };
        Object { other_names, ..object }
    }

    /// Tells of texts that are not equal.
    fn texts(&self, found: &mut Found, attribute: &'static str, texts: [Option<String>; 2]) {
        if texts[0] != texts[1] {
            self.pair.differs(found, self.object(), attribute, texts);
        }
    }

    fn type_texts(&self) -> [Option<String>; 2] {
        [self.left, self.right].map(|column| Some(column.type_text.clone()))
    }

    fn types(&self, found: &mut Found) {
        match (&self.left.enumeration, &self.right.enumeration) {
            // Of one dialect the labels are a matter of the enumeration.
            _ if self.pair.is_of_one_dialect() => {
                let declared = [self.left, self.right].map(|column| TypeName::parse(&column.type_text));
                if declared[0] != declared[1] {
                    self.texts(found, "type", self.type_texts());
                }
            }
            (Some((_, labels)), None) => self.enumeration(found, labels, self.right, Side::Left),
            (None, Some((_, labels))) => self.enumeration(found, labels, self.left, Side::Right),
            _ => self.mapped(found),
        }
    }

    fn mapped(&self, found: &mut Found) {
        match self.verdict() {
            Verdict::Equal => {}
            Verdict::Declared(place) => {
                found.types_used.insert(place);
            }
            Verdict::Unequal => self.texts(found, "type", self.type_texts()),
            Verdict::Outside => {
                let (left, right) = (self.left.type_text.clone(), self.right.type_text.clone());
                let difference = Difference::OutsideMap { left, right };
                found.findings.push(Finding { object: self.object(), difference });
            }
        }
    }

    fn verdict(&self) -> Verdict {
        let (sqlite, postgresql) = match self.pair.dialects[0] {
            Dialect::Sqlite => (self.left, self.right),
            Dialect::Postgresql => (self.right, self.left),
        };
        // A line of the configuration may name the type as it is told, a domain or an enumeration.
        let mut names = postgresql.types.clone();
        names.push(TypeName::parse(&postgresql.type_text));
        self.pair.map.verdict(&sqlite.types, &names)
    }

    /// An enumeration on one side is a text on the other, which a check may hold to the labels. `side` is that of the
    /// enumeration.
    fn enumeration(&self, found: &mut Found, labels: &[String], other: &ColumnModel, side: Side) {
        if let Verdict::Declared(place) = self.verdict() {
            found.types_used.insert(place);
            return;
        }
        let other_dialect = self.pair.dialects[1 - side.index()];
        if !self.pair.map.meanings(other_dialect, &other.types).contains(&Meaning::Text)
            && !other.types.iter().any(|name| name.base == "strict text")
        {
            return self.mapped(found);
        }
        match &other.checked_labels {
            Some(checked) => {
                let both = if side == Side::Left { [labels, checked] } else { [checked, labels] };
                self.labels(found, both);
            }
            // A column that is too short is one that has missed a label.
            None => {
                let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
                if other.types[0].length().is_some_and(|length| length < longest) {
                    let mut texts = self.type_texts();
                    let longest = labels.iter().max_by_key(|label| label.chars().count());
                    let longest = longest.map_or("", String::as_str);
                    let own = &mut texts[side.index()];
                    *own = own.as_ref().map(|name| format!("{name} with the label '{longest}'"));
                    self.texts(found, "type", texts);
                }
            }
        }
    }

    /// A check tells no order.
    fn labels(&self, found: &mut Found, labels: [&[String]; 2]) {
        let [left, right] = labels.map(|labels| {
            let mut labels = labels.to_vec();
            labels.sort();
            labels.dedup();
            labels
        });
        if left != right {
            let list = |labels: &[String]| {
                let quoted: Vec<String> = labels.iter().map(|label| format!("'{label}'")).collect();
                Some(quoted.join(", "))
            };
            self.pair.differs(found, self.object(), "labels", [list(&left), list(&right)]);
        }
    }

    /// Whether the column numbers rows by itself. A row id always does, so only what somebody has asked for is missing.
    fn numbering(&self, found: &mut Found) {
        let text = |automatic: &Automatic| match automatic {
            Automatic::No | Automatic::RowId => None,
            Automatic::Asked(words) => Some(words.clone()),
        };
        let texts = [text(&self.left.automatic), text(&self.right.automatic)];
        if self.pair.is_of_one_dialect() {
            // The name of a sequence follows from where it stands.
            let is_same = texts[0].is_some()
                && texts[1].is_some()
                && texts.iter().flatten().all(|text| text.starts_with("nextval("));
            if !is_same {
                self.texts(found, "identity", texts);
            }
            return;
        }
        let is_missing = |asked: &Automatic, other: &Automatic| {
            matches!(asked, Automatic::Asked(_)) && *other == Automatic::No
        };
        let (left, right) = (&self.left.automatic, &self.right.automatic);
        if is_missing(left, right) || is_missing(right, left) {
            self.pair.differs(found, self.object(), "identity", texts);
        }
    }

    fn generated(&self, found: &mut Found) {
        let texts = [&self.left.generated, &self.right.generated];
        let is_same = match texts {
            [Some(left), Some(right)] if !self.pair.is_of_one_dialect() => {
                // Whether the value is stored is no choice of every dialect.
                let value = |text: &str| {
                    let text =
                        ["STORED", "VIRTUAL"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
                    Expression::value(text, self.pair)
                };
                value(left) == value(right)
            }
            [left, right] => left == right,
        };
        if !is_same {
            self.texts(found, "generated", texts.map(Clone::clone));
        }
    }

    fn defaults(&self, found: &mut Found) {
        let texts = [self.left, self.right].map(|column| match &column.automatic {
            Automatic::Asked(_) => None,
            Automatic::No | Automatic::RowId => column.default.clone(),
        });
        let is_same = match &texts {
            [left, right] if self.pair.is_of_one_dialect() => left == right,
            [left, right] => {
                let meaning = self.pair.meaning(&self.left.key);
                let worth = |text: &Option<String>| Worth::of(text.as_deref(), meaning);
                worth(left) == worth(right)
            }
        };
        if !is_same {
            self.texts(found, "default", texts);
        }
    }

    fn collations(&self, found: &mut Found) {
        let texts = [self.left, self.right].map(|column| column.collation.clone());
        if self.pair.is_of_one_dialect() {
            return self.texts(found, "collation", texts);
        }
        let is_citext = |column: &ColumnModel| column.types.iter().any(|name| name.base == "citext");
        let told = texts.clone().map(|collation| collation.filter(|name| !compares_bytes(name)));
        let is_explained = is_citext(self.left) && is_citext(self.right);
        if told != [None, None] && !is_explained {
            self.texts(found, "collation", texts);
        }
    }
}

/// Collations under which bytes are compared, as both dialects do unless they are told otherwise.
pub(super) fn compares_bytes(collation: &str) -> bool {
    let name = collation.rsplit('.').next().unwrap_or(collation).trim_matches('"');
    ["c", "posix", "binary", "default", "ucs_basic"].contains(&name.to_lowercase().as_str())
}
