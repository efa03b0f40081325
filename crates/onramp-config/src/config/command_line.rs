use std::ffi::OsString;

use crate::placeholder::{TemplateError, Values, names};

/// The placeholder of a command that reads the names of its files, and that becomes no argument.
pub const FILES_ON_STDIN: &str = "files-stdin";

/// Commands that run one after the other, up to the first one that fails.
pub type Commands = Vec<CommandLine>;

/// A command, with its placeholders until it is [expanded](Self::expand).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandLine {
    /// A program and its arguments. No shell has a part in it.
    Argv(Vec<String>),
    /// A text for `sh -c`.
    Shell(String),
}

impl CommandLine {
    /// The words to start it with: all placeholders replaced, a text given to `sh -c`.
    ///
    /// A list such as `{files}` becomes as many arguments as it has entries. In a shell text every
    /// replacement is quoted for the shell, so a file called `a; b` stays one word. The only error is a
    /// placeholder that `values` lack; what a configuration may mention is stated with each command of it.
    pub fn argv(&self, values: &Values) -> Result<Vec<OsString>, TemplateError> {
        match self {
            Self::Argv(words) => {
                let mut argv = Vec::with_capacity(words.len());
                for word in words {
                    match list_of(word).and_then(|name| values.list(name)) {
                        Some(list) => argv.extend(list.iter().cloned()),
                        None => argv.push(values.expand(word)?.into()),
                    }
                }
                Ok(argv)
            }
            Self::Shell(text) => Ok(vec!["sh".into(), "-c".into(), values.expand_for_shell(text)?]),
        }
    }

    /// The same as a text, for people. What is none in a name of a file is shown by a sign that stands for that.
    pub fn expand(&self, values: &Values) -> Result<Self, TemplateError> {
        let argv = self.argv(values)?;
        let mut words = argv.iter().map(|word| word.to_string_lossy().into_owned());
        Ok(match self {
            Self::Argv(_) => Self::Argv(words.collect()),
            Self::Shell(_) => Self::Shell(words.next_back().unwrap_or_default()),
        })
    }

    /// Whether the placeholder `{name}` stands in it; for `files` also whether it gets them in the other way, on its
    /// standard input.
    pub fn mentions(&self, name: &str) -> bool {
        let is_meant = |other: &str| other == name || (name == "files" && other == FILES_ON_STDIN);
        match self {
            Self::Argv(words) => words.iter().any(|word| names(word).any(is_meant)),
            Self::Shell(text) => names(text).any(is_meant),
        }
    }

    /// Whether it reads the names of files from its standard input, each ended by a NUL byte.
    pub fn reads_files(&self) -> bool {
        self.mentions(FILES_ON_STDIN)
    }
}

/// `files` of `{files}`.
fn list_of(word: &str) -> Option<&str> {
    word.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn values() -> Values {
        Values::new()
            .with("root", "/my work")
            .with_list("files", ["a.py", "b c.py"])
            .with_list("args", [""; 0])
    }

    #[test]
    fn a_list_becomes_arguments() {
        let argv = |words: &[&str]| CommandLine::Argv(words.iter().map(|word| word.to_string()).collect());
        assert_eq!(
            argv(&["lint", "{files}", "{args}", "--root={root}", "{{x}}"]).expand(&values()),
            Ok(argv(&["lint", "a.py", "b c.py", "--root=/my work", "{x}"]))
        );
        assert_eq!(argv(&["{nope}"]).expand(&values()), Err(TemplateError::Unknown("nope".to_owned())));
    }

    #[test]
    fn replacements_are_words_of_the_shell() {
        let shell = |text: &str| CommandLine::Shell(text.to_owned());
        assert_eq!(
            shell("cd {root} && lint {files} {args}; echo ${{HOME}}").expand(&values()),
            Ok(shell("cd '/my work' && lint a.py 'b c.py' ; echo ${HOME}"))
        );
    }

    #[test]
    fn names_of_files_keep_their_bytes() {
        let name = OsString::from_vec(b"it's l\xe4tin".to_vec());
        let values = Values::new().with_list("files", [&name]);
        let argv = CommandLine::Argv(vec!["lint".to_owned(), "{files}".to_owned()]);
        assert_eq!(argv.argv(&values), Ok(vec!["lint".into(), name]));
        let shell = CommandLine::Shell("printf %s {files}".to_owned());
        let quoted =
            OsString::from_vec(br"printf %s 'it'\''s l".iter().chain(b"\xe4tin'").copied().collect());
        assert_eq!(shell.argv(&values), Ok(vec!["sh".into(), "-c".into(), quoted]));
    }
}
