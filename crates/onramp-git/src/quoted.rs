use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The path in a line of git's output, which is in double quotes where it has bytes that are not plain: as in C,
/// with three octal digits for those that have no letter. `None` if the line was not written like that.
pub(crate) fn unquoted(line: &str) -> Option<PathBuf> {
    let Some(quoted) = line.strip_prefix('"') else { return Some(line.into()) };
    let mut rest = quoted.strip_suffix('"')?.bytes();
    let mut bytes = Vec::with_capacity(quoted.len());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'"' => return None,
            b'\\' => match rest.next()? {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                plain @ (b'"' | b'\\') => plain,
                first @ b'0'..=b'3' => octal(&[first, rest.next()?, rest.next()?])?,
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(OsString::from_vec(bytes).into())
}

/// A path as git reads it in a line, in quotes where it has bytes that are not plain.
pub(crate) fn quoted(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if bytes.iter().all(is_plain) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut line = String::from("\"");
    for byte in bytes {
        if is_plain(byte) {
            line.push(char::from(*byte));
        } else {
            line.push_str(&format!("\\{byte:03o}"));
        }
    }
    line.push('"');
    line
}

fn octal(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0u8, |value, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 8)?;
        value.checked_mul(8)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_unquoted() {
        let all: Vec<u8> = (1..=255).collect();
        for bytes in [&all[..], b"plain name.txt", b"new\nline", b"\"", b"back\\slash"] {
            let path = PathBuf::from(OsString::from_vec(bytes.to_vec()));
            let line = quoted(&path);
            assert!(line.is_ascii() && !line.contains('\n'), "{line}");
            assert_eq!(unquoted(&line).unwrap(), path);
        }
    }

    #[test]
    fn every_byte_comes_back() {
        let bytes = |line: &str| unquoted(line).map(|path| path.as_os_str().as_bytes().to_vec());
        assert_eq!(bytes("with space.txt").unwrap(), b"with space.txt");
        assert_eq!(
            bytes(r#""\303\244\377\t\n\r\"\\\a\b\v\f.txt""#).unwrap(),
            b"\xc3\xa4\xff\t\n\r\"\\\x07\x08\x0b\x0c.txt"
        );
        for (wrong, why) in [
            ("\"open", "no end"),
            ("\"a\"b\"", "an end within"),
            (r#""\9""#, "no such letter"),
            (r#""\40""#, "a digit is missing"),
            (r#""\480""#, "no digit of that base"),
            (r#""\""#, "the end is a part of it"),
        ] {
            assert_eq!(bytes(wrong), None, "{why}");
        }
    }
}
