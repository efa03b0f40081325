use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::record::{RecordReader, RecordWriter};
use crate::remove::remove_if_there;
use crate::{Action, Content, Digest};

const TITLE: &str = "onramp clean files 1\n";

/// How many contents of one file are remembered: who goes back to another branch finds the file known there, too.
const MOST_CONTENTS: usize = 4;

/// Which contents of which files a tool has nothing to do with any more: a formatter would not change them, a
/// linter finds nothing in them.
///
/// What was found is a matter of the file's name, its content, and the action: the tool, its arguments, and the
/// files that its settings stand in. They are kept in one file, written in one step; a damaged one is as good as
/// none.
#[derive(Debug)]
pub struct CleanFiles {
    file: PathBuf,
    actions: Vec<Vec<u8>>,
    /// By the digest of its text.
    numbers: HashMap<Digest, usize>,
    /// By their names as bytes: paths are compared part by part, which takes far longer. The newest first.
    files: BTreeMap<OsString, Vec<Found>>,
    is_new: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    content: Content,
    action: usize,
}

/// One of the actions of [`CleanFiles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionNumber(usize);

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// This content is clean.
    Clean,
    /// Another content of it was clean.
    OtherContent,
    /// This content was clean for another action, the last one of which that is known.
    OtherAction(Option<Action>),
    /// Nothing.
    Nothing,
}

impl CleanFiles {
    /// What is kept in `file`.
    pub fn load(file: PathBuf) -> Self {
        let bytes = fs::read(&file).unwrap_or_default();
        let (actions, files) = read(&bytes).unwrap_or_default();
        let numbers = actions.iter().enumerate().map(|(number, text)| (Digest::of(text), number)).collect();
        Self { file, actions, numbers, files, is_new: false }
    }

    /// Forgets everything, in the file too.
    pub fn clear(&mut self) -> io::Result<()> {
        self.files.clear();
        remove_if_there(&self.file)
    }

    /// The number of an action.
    pub fn number(&mut self, action: &Action) -> ActionNumber {
        let text = action.to_bytes();
        let number = *self.numbers.entry(Digest::of(&text)).or_insert_with(|| {
            self.actions.push(text);
            self.actions.len() - 1
        });
        ActionNumber(number)
    }

    /// The action of a number, if it can be read.
    pub fn action(&self, number: ActionNumber) -> Option<Action> {
        Action::from_bytes(&self.actions[number.0])
    }

    /// Whether a content of a file is clean.
    pub fn is_clean(&self, path: &Path, content: Content, action: ActionNumber) -> bool {
        let found = Found { content, action: action.0 };
        self.files.get(path.as_os_str()).is_some_and(|all| all.contains(&found))
    }

    /// What is known of a file.
    pub fn knowledge(&self, path: &Path, content: Content, action: ActionNumber) -> Knowledge {
        let Some(all) = self.files.get(path.as_os_str()) else { return Knowledge::Nothing };
        if self.is_clean(path, content, action) {
            return Knowledge::Clean;
        }
        match all.iter().find(|found| found.content == content) {
            Some(found) => Knowledge::OtherAction(self.action(ActionNumber(found.action))),
            None => Knowledge::OtherContent,
        }
    }

    /// Remembers that a content of a file is clean.
    pub fn add(&mut self, path: &Path, content: Content, action: ActionNumber) {
        let found = Found { content, action: action.0 };
        let all = self.files.entry(path.as_os_str().to_os_string()).or_default();
        if all.first() == Some(&found) {
            return;
        }
        // Of one content the last action is enough.
        all.retain(|other| other.content != content);
        all.insert(0, found);
        all.truncate(MOST_CONTENTS);
        self.is_new = true;
    }

    /// Forgets the files that are not `kept`.
    pub fn retain(&mut self, kept: impl Fn(&Path) -> bool) {
        let before = self.files.len();
        self.files.retain(|path, _| kept(Path::new(path)));
        self.is_new |= self.files.len() != before;
    }

    /// Whether there is something to keep that the file does not have yet.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Writes the file.
    pub fn save(&mut self) -> io::Result<()> {
        let mut places = HashMap::new();
        let mut used = Vec::new();
        for found in self.files.values().flatten() {
            places.entry(found.action).or_insert_with(|| {
                used.push(found.action);
                used.len() - 1
            });
        }
        let mut writer = RecordWriter::new(TITLE);
        writer.number(used.len() as u64);
        used.iter().for_each(|action| writer.text(&self.actions[*action]));
        for (path, all) in &self.files {
            writer.text(path.as_encoded_bytes());
            writer.number(all.len() as u64);
            for found in all {
                writer.number(places[&found.action] as u64);
                writer.digest(&found.content.digest);
                writer.number(found.content.executable.into());
            }
        }
        writer.write(&self.file)?;
        self.is_new = false;
        Ok(())
    }
}

type Read = (Vec<Vec<u8>>, BTreeMap<OsString, Vec<Found>>);

fn read(bytes: &[u8]) -> Option<Read> {
    let mut reader = RecordReader::new(bytes, TITLE)?;
    let number = reader.number()?;
    let actions = (0..number).map(|_| reader.text().map(<[u8]>::to_vec)).collect::<Option<Vec<_>>>()?;
    let mut files = BTreeMap::new();
    while !reader.is_at_end() {
        let path = crate::text_of(reader.text()?).to_os_string();
        let number = reader.number()?;
        let found = |reader: &mut RecordReader<'_>| {
            let action = usize::try_from(reader.number()?).ok().filter(|action| *action < actions.len())?;
            let digest = reader.digest()?;
            Some(Found { action, content: Content { digest, executable: reader.number()? != 0 } })
        };
        let all = (0..number).map(|_| found(&mut reader)).collect::<Option<Vec<_>>>()?;
        files.insert(path, all);
    }
    Some((actions, files))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Content {
        Content { digest: Digest::of(text), executable: false }
    }

    fn action(command: &str) -> Action {
        let mut action = Action::new();
        action.aspects.insert("command 1".to_owned(), command.to_owned());
        action
    }

    #[test]
    fn what_was_clean_is_known_again_and_everything_else_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clean/format=f");
        let path = Path::new("a\nb.py");
        let mut clean = CleanFiles::load(file.clone());
        let one = clean.number(&action("one"));
        clean.add(path, content("x"), one);
        clean.add(path, content("y"), one);
        assert!(clean.is_new());
        clean.save().unwrap();
        let mut again = CleanFiles::load(file.clone());
        let (two, one) = (again.number(&action("two")), again.number(&action("one")));
        assert!(again.is_clean(path, content("x"), one) && again.is_clean(path, content("y"), one));
        assert_eq!(again.knowledge(path, content("z"), one), Knowledge::OtherContent);
        assert_eq!(again.knowledge(path, content("x"), two), Knowledge::OtherAction(Some(action("one"))));
        assert_eq!(again.knowledge(Path::new("b"), content("x"), one), Knowledge::Nothing);
        let program = Content { executable: true, ..content("x") };
        assert_eq!(again.knowledge(path, program, one), Knowledge::OtherContent);
        again.add(path, content("x"), two);
        assert!(!again.is_clean(path, content("x"), one) && again.is_clean(path, content("x"), two));
        fs::write(&file, "onramp clean files 1\nnonsense").unwrap();
        assert_eq!(CleanFiles::load(file.clone()).knowledge(path, content("x"), one), Knowledge::Nothing);
        again.clear().unwrap();
        assert!(!file.exists() && !again.is_clean(path, content("x"), two));
    }

    #[test]
    fn only_the_last_contents_and_the_files_that_are_kept_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mut clean = CleanFiles::load(folder.path().join("f"));
        let number = clean.number(&action("one"));
        for name in 0..=MOST_CONTENTS {
            clean.add(Path::new("a"), content(&name.to_string()), number);
        }
        clean.add(Path::new("b"), content("b"), number);
        assert!(!clean.is_clean(Path::new("a"), content("0"), number));
        assert!(clean.is_clean(Path::new("a"), content("1"), number));
        clean.retain(|path| path == Path::new("a"));
        assert_eq!(clean.knowledge(Path::new("b"), content("b"), number), Knowledge::Nothing);
    }
}
