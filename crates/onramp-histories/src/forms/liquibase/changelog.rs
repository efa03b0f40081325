use super::{sql, xml, yaml};

/// What a changelog has in it, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changelog {
    /// The path that its changesets are known by instead of its own.
    pub(super) logical: Option<String>,
    pub(super) items: Vec<Item>,
    /// The line from which on it was not read, if it has too much in it.
    pub(super) cut: Option<u32>,
}

/// One step of a changelog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Set(ChangeSet),
    Include(Include),
}

/// A changeset, which is known by its id, its author and its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChangeSet {
    pub(super) id: String,
    pub(super) author: String,
    /// The path that it is known by instead of that of its changelog.
    pub(super) logical: Option<String>,
    /// From 1.
    pub(super) line: u32,
    /// Whether it says itself that it may be changed: it runs again then, or accepts other checksums.
    pub(super) may_change: bool,
    /// Tells apart what it does.
    pub(super) content: u64,
}

/// How many changelogs an include stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reach {
    #[default]
    File,
    /// All below a folder.
    Folder,
}

/// Other changelogs that come in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Include {
    pub(super) reach: Reach,
    /// As it is written.
    pub(super) path: String,
    /// Whether the path is seen from the folder of the changelog, and not from a root that the application has.
    pub(super) is_relative: bool,
    /// Whether nothing is wrong where there is nothing.
    pub(super) may_be_missing: bool,
    /// How the names end that are meant, where not all are.
    pub(super) ending: Option<String>,
    /// How deep the files lie that are meant, those of the folder itself at 1.
    pub(super) depth: (usize, usize),
    /// What says which files are meant, or in which order, and cannot be known here: an attribute and its value.
    pub(super) unknown: Vec<(String, String)>,
    /// From 1.
    pub(super) line: u32,
}

impl Default for Include {
    fn default() -> Self {
        Self {
            reach: Reach::default(),
            path: String::new(),
            is_relative: false,
            may_be_missing: false,
            ending: None,
            depth: (0, usize::MAX),
            unknown: Vec::new(),
            line: 0,
        }
    }
}

impl Include {
    /// Takes over what an attribute says.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match name {
            "file" | "path" => self.path = value.to_owned(),
            "relativeToChangelogFile" => self.is_relative = value.eq_ignore_ascii_case("true"),
            "errorIfMissing" | "errorIfMissingOrEmpty" => {
                self.may_be_missing = value.eq_ignore_ascii_case("false");
            }
            "endsWithFilter" => self.ending = Some(value.to_lowercase()),
            "minDepth" | "maxDepth" => match value.trim().parse::<usize>() {
                Ok(depth) if name == "minDepth" => self.depth.0 = depth,
                Ok(depth) => self.depth.1 = depth,
                Err(_) => self.unknown.push((name.to_owned(), value.to_owned())),
            },
            // Classes of Java, which are not run.
            "filter" | "resourceFilter" | "resourceComparator" => {
                self.unknown.push((name.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
}

/// What a file has come to: `None` where it is no changelog, else that, or a line and what is wrong there.
pub(super) type Outcome = Option<Result<Changelog, (u32, String)>>;

/// What an ending says about the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Xml,
    /// JSON is read as YAML.
    Yaml,
    Sql,
}

impl Notation {
    pub(super) fn of(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "xml" => Some(Self::Xml),
            "yaml" | "yml" | "json" => Some(Self::Yaml),
            "sql" => Some(Self::Sql),
            _ => None,
        }
    }

    pub(super) fn read(self, text: &str) -> Outcome {
        match self {
            Self::Xml => xml::read(text),
            Self::Yaml => yaml::read(text),
            Self::Sql => sql::read(text),
        }
    }

    /// The same of a file that is included, where SQL needs no marks.
    pub(super) fn read_included(self, text: &str) -> Outcome {
        let outcome = self.read(text);
        if outcome.is_none() && self == Self::Sql { Some(Ok(sql::raw(text))) } else { outcome }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(notation: Notation, text: &str) -> String {
        let changelog = match notation.read(text) {
            None => return "none".to_owned(),
            Some(Err((line, _))) => return format!("wrong at {line}"),
            Some(Ok(changelog)) => changelog,
        };
        let item = |item: Item| match item {
            Item::Set(set) => {
                let logical = set.logical.map(|path| format!(" in {path}")).unwrap_or_default();
                format!("{} {} {}{logical}", set.line, set.id, set.author)
            }
            Item::Include(include) => {
                let all = if include.reach == Reach::Folder { "/*" } else { "" };
                let relative = if include.is_relative { "./" } else { "" };
                format!("{} {relative}{}{all}", include.line, include.path)
            }
        };
        let logical = changelog.logical.map(|path| format!("{path}: ")).unwrap_or_default();
        logical + &changelog.items.into_iter().map(item).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn xml() {
        let told = |text| told(Notation::Xml, text);
        let text = "<?xml version=\"1.0\"?>\n<databaseChangeLog xmlns=\"x\" logicalFilePath=\"l\">\n  \
                    <changeSet id=\"1\" author=\"a&amp;b\">\n  <createTable/><include file=\"no\"/></changeSet>\n\n  \
                    <changeSet author='c' id='2' logicalFilePath='m'/>\n<include file=\"b.xml\" \
                    relativeToChangelogFile=\"true\"/>\n<includeAll path=\"v1/\"/></databaseChangeLog>\n";
        assert_eq!(told(text), "l: 3 1 a&b; 6 2 c in m; 7 ./b.xml; 8 v1//*");
        assert_eq!(told("<databaseChangeLog>\n<a></b>"), "wrong at 2");
        assert_eq!(told("<project/>"), "none");
        assert_eq!(
            told("<x:databaseChangeLog xmlns:x='y'>\n<x:changeSet id='1' author='a'/></x:databaseChangeLog>"),
            "2 1 a"
        );
    }

    #[test]
    fn yaml_and_json() {
        let told = |text| told(Notation::Yaml, text);
        let text = "databaseChangeLog:\n- logicalFilePath: l\n- changeSet:\n    id: 1\n    author: a\n    changes:\n    \
                    - createTable: {id: x}\n- include: {file: b.yaml}\n- changeSet: {author: b, id: 2}\n\
                    - includeAll:\n    path: v1\n    relativeToChangelogFile: true\n";
        assert_eq!(told(text), "l: 4 1 a; 8 b.yaml; 9 2 b; 11 ./v1/*");
        let text = "{\"databaseChangeLog\": [\n\t{\"changeSet\": {\"id\": \"1\", \"author\": \"a\"}},\n\t{\"include\": \
                    {\"file\": \"b.json\"}}]}";
        assert_eq!(told(text), "2 1 a; 3 b.json");
        assert_eq!(told("a: [1"), "none");
        assert_eq!(told("databaseChangeLog: [1"), "wrong at 1");
    }

    #[test]
    fn formatted_sql() {
        let told = |text| told(Notation::Sql, text);
        let text = "-- Liquibase formatted SQL logicalFilePath:l\n\n--changeset ann:1 dbms:h2 logicalFilePath:m\nX;\n\
                    -- changeset \"bob b\":\"two three\"\n--changesets are no mark\n--ChangeSet c : 4 \n";
        assert_eq!(told(text), "l: 3 1 ann in m; 5 two three bob b; 7 4 c");
        assert_eq!(told("SELECT 1;"), "none");
    }

    /// Whether the first changeset is the same in both texts.
    fn is_same(notation: Notation, left: &str, right: &str) -> bool {
        let content = |text: &str| match notation.read_included(text).unwrap().unwrap().items.remove(0) {
            Item::Set(set) => set.content,
            Item::Include(_) => 0,
        };
        content(left) == content(right)
    }

    #[test]
    fn a_changeset_is_the_same_as_long_as_it_does_the_same() {
        let xml = |inner: &str| {
            format!("<databaseChangeLog><changeSet id='1' author='a'>{inner}</changeSet></databaseChangeLog>")
        };
        let same = |left: &str, right: &str| is_same(Notation::Xml, &xml(left), &xml(right));
        assert!(same(
            "<a b='1' c='2'/><sql>x &lt; y</sql>",
            "<!-- new -->\n<a c=\"2\" b=\"1\"></a>\n<sql><![CDATA[x < <!-- -->y]]></sql>"
                .replace(" <!-- -->", " ")
                .as_str()
        ));
        assert!(same(
            "<a/>",
            "<preConditions><not/></preConditions><a/><rollback><b c='1'>d</b></rollback><comment>x</comment>"
        ));
        for other in ["", "<a b='2'/>", "<a b='1'/><c/>", "<a b='1'>x</a>", "<a b='1'><c/></a>"] {
            assert!(!same("<a b='1'/>", other), "{other}");
        }
        let yaml = |inner: &str| format!("databaseChangeLog:\n- changeSet: {{id: 1, author: a, {inner}}}\n");
        let same = |left: &str, right: &str| is_same(Notation::Yaml, &yaml(left), &yaml(right));
        assert!(same(
            "changes: [{a: {b: 1, c: 2}}]",
            "comment: x, changes: [{a: {c: '2', b: 1}}], rollback: [{d: {}}]"
        ));
        assert!(!same("changes: [{a: {b: 1}}]", "changes: [{a: {b: 2}}]"));
        let sql = |inner: &str| format!("--liquibase formatted sql\n--changeset a:1\n{inner}\n");
        let same = |left: &str, right: &str| is_same(Notation::Sql, &sql(left), &sql(right));
        assert!(same(
            "A;\nB;",
            "--comment: x\n A;  B;\r\n-- rollback C;\n/* liquibase rollback\nD;\n*/\n--preconditions x"
        ));
        assert!(!same("A;", "A; B;") && !same("A;", "-- a comment of SQL\nA;"));
        assert!(is_same(Notation::Sql, "A  B;", "A\nB;\n") && !is_same(Notation::Sql, "A;", "B;"));
    }
}
