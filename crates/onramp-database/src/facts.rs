use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;

use crate::random;

/// Named values, one in a line: what keepers are asked for, and what they tell. A name may have several values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts(Vec<(String, String)>);

impl Facts {
    /// The same facts and one more. A name has no space in it.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same facts and one more, if there is a value.
    #[must_use]
    pub(crate) fn with_some(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a name.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name as something else than text; `None` where it is none.
    pub(crate) fn read<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    /// The lines, behind a title that tells what they are.
    pub(crate) fn to_text(&self, title: &str) -> String {
        let lines = self.0.iter().map(|(name, value)| format!("{name} {}\n", escaped(value)));
        format!("{title}\n{}", lines.collect::<String>())
    }

    /// Reads lines behind their title; `None` where something else stands, or where the end is missing.
    pub(crate) fn parse(title: &str, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(title)?.strip_prefix('\n')?;
        if !(rest.is_empty() || rest.ends_with('\n')) {
            return None;
        }
        let fact = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((name.to_owned(), unescaped(value)))
        };
        rest.lines().map(fact).collect::<Option<_>>().map(Self)
    }

    /// Writes them into a file that nobody else may read, in one step.
    pub(crate) fn write(&self, title: &str, path: &Path) -> io::Result<()> {
        let partial = path.with_extension(format!("{}.partial", random::word(8)?));
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&partial)
            .and_then(|mut file| file.write_all(self.to_text(title).as_bytes()))
            .and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            // It is of no use.
            let _ = fs::remove_file(&partial);
        }
        written
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

fn unescaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, if letter == '\\' { letters.next() } else { None }) {
            ('\\', Some('n')) => value.push('\n'),
            ('\\', Some('r')) => value.push('\r'),
            ('\\', Some(other)) => value.push(other),
            _ => value.push(letter),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn facts_survive_a_round_trip_and_half_of_them_are_none() {
        let facts = Facts::default().with("a", "x y\n\\n\\").with("b", 7).with("b", "").with("c", "ä\r");
        let text = facts.to_text("title 1");
        assert_eq!(Facts::parse("title 1", &text), Some(facts.clone()));
        assert_eq!(facts.all("b").collect::<Vec<_>>(), ["7", ""]);
        assert_eq!(facts.read::<u16>("b"), Some(7));
        for other in ["", "title 2\n", &text[..text.len() - 1], "title 1\nnothing\n"] {
            assert_eq!(Facts::parse("title 1", other), None, "{other}");
        }
    }

    #[test]
    fn a_file_of_facts_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.server");
        for value in ["1", "2"] {
            Facts::default().with("a", value).write("title", &path).unwrap();
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
