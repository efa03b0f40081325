//! One line of strace, taken to pieces.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// A system call that is complete.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    /// As they stand there.
    pub(super) arguments: Vec<&'a str>,
    pub(super) result: Outcome,
}

/// What a system call has come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It succeeded with a number, and where that is a file with the path at which that lies.
    Done { number: i64, path: Option<PathBuf> },
    /// It failed with this error, such as `ENOENT`.
    Failed(String),
    /// It did not return.
    Unknown,
}

impl<'a> Call<'a> {
    /// Reads a line without its process id: `openat(AT_FDCWD</w>, "a", O_RDONLY) = 3</w/a>`. `None` for what is no
    /// call: signals, exits.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?;
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            return None;
        }
        let (arguments, rest) = arguments(rest)?;
        let result = rest.trim_start().strip_prefix("= ")?;
        Some(Self { name, arguments, result: outcome(result) })
    }

    /// An argument as a path, `None` if it is none.
    pub(super) fn path(&self, index: usize) -> Option<PathBuf> {
        let text = self.arguments.get(index)?.strip_prefix('"')?;
        Some(unescaped(&text[..end_of_quoted(text)]))
    }

    /// The path of the file that an argument is a number of, `None` where strace does not tell it.
    pub(super) fn path_of_file(&self, index: usize) -> Option<PathBuf> {
        decoration(self.arguments.get(index)?)
    }

    /// Whether an argument is a set of flags with this one among them.
    pub(super) fn has_flag(&self, index: usize, flag: &str) -> bool {
        let text = self.arguments.get(index).copied().unwrap_or_default();
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| word == flag)
    }
}

/// Cuts the text behind an opening bracket into arguments, up to the closing one; what is left comes with them.
fn arguments(text: &str) -> Option<(Vec<&str>, &str)> {
    let bytes = text.as_bytes();
    let (mut all, mut start, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at += 1 + end_of_quoted(&text[at + 1..]),
            // Behind the number of a file, its path; brackets in it are escaped.
            b'<' if bytes.get(at + 1).is_some_and(|byte| *byte == b'/' || byte.is_ascii_alphabetic()) => {
                at += text[at..].find('>')?;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => {
                let last = text[start..at].trim();
                if !last.is_empty() {
                    all.push(last);
                }
                return Some((all, &text[at + 1..]));
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                all.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the text ends that begins behind a quote: the place of the closing one.
fn end_of_quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return place,
            _ => {}
        }
    }
    text.len()
}

fn outcome(text: &str) -> Outcome {
    let number = text.split(|c: char| !(c.is_ascii_digit() || c == '-')).next().unwrap_or_default();
    match number.parse() {
        Ok(-1) => Outcome::Failed(text.split(' ').nth(1).unwrap_or_default().to_owned()),
        Ok(number) => Outcome::Done { number, path: decoration(text) },
        Err(_) => Outcome::Unknown,
    }
}

/// The path in `3</w/a>`. Pipes, sockets and the like have none.
fn decoration(text: &str) -> Option<PathBuf> {
    let (_, path) = text.split_once('<')?;
    let (path, _) = path.split_once('>')?;
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    path.starts_with('/').then(|| unescaped(path))
}

/// What strace writes for the bytes that it does not print as they are: `\n`, `\"`, and octal numbers.
fn unescaped(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let digits = rest.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
        if digits > 0 {
            let number =
                rest[..digits].iter().fold(0_u32, |number, digit| number * 8 + u32::from(digit - b'0'));
            bytes.push(number as u8);
            rest = &rest[digits..];
        } else if let [letter, tail @ ..] = rest {
            bytes.push(match letter {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'v' => 0x0b,
                b'f' => 0x0c,
                other => *other,
            });
            rest = tail;
        }
    }
    OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weird_names_come_out_as_they_are() {
        let call = Call::read(
            r#"openat(AT_FDCWD</w\303\266rk, (sp)>, "we\"ird, \303\244\n)name", O_RDONLY|O_CLOEXEC) = 3</w\303\266rk, (sp)/we\"ird, \303\244\n\76name>"#,
        )
        .unwrap();
        assert_eq!(call.name, "openat");
        assert_eq!(call.path_of_file(0).unwrap(), PathBuf::from("/wörk, (sp)"));
        assert_eq!(call.path(1).unwrap(), PathBuf::from("we\"ird, ä\n)name"));
        assert!(call.has_flag(2, "O_RDONLY") && call.has_flag(2, "O_CLOEXEC") && !call.has_flag(2, "O_RD"));
        let path = Some(PathBuf::from("/wörk, (sp)/we\"ird, ä\n>name"));
        assert_eq!(call.result, Outcome::Done { number: 3, path });
    }

    #[test]
    fn structures_and_comments_are_one_argument_each() {
        let call = Call::read(
            r#"newfstatat(3</w/a>, "", {st_mode=S_IFREG|0644, st_size=3, ...}, AT_EMPTY_PATH) = 0"#,
        )
        .unwrap();
        assert_eq!((call.arguments.len(), call.path(1)), (4, Some(PathBuf::new())));
        let call = Call::read(
            r#"execve("/bin/sh", [...], 0x7ffd /* 35 vars */) = -1 ENOENT (No such file or directory)"#,
        );
        let call = call.unwrap();
        assert_eq!((call.arguments.len(), call.result), (3, Outcome::Failed("ENOENT".to_owned())));
        let call = Call::read(
            r#"openat2(5</w>, "a", {flags=O_RDONLY|O_PATH, resolve=RESOLVE_BENEATH}, 24) = 6</w/a>"#,
        );
        assert!(call.unwrap().has_flag(2, "O_PATH"));
        assert_eq!(
            Call::read("exit_group(0)                           = ?").unwrap().result,
            Outcome::Unknown
        );
    }

    #[test]
    fn what_is_no_call_is_left_out() {
        for line in ["+++ exited with 0 +++", "--- SIGCHLD {si_signo=SIGCHLD} ---", "", "open(\"unfinished"] {
            assert!(Call::read(line).is_none(), "{line}");
        }
    }
}
