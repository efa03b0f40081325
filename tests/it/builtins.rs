//! What Onramp does to files itself: formatters and checks without a command.

mod checks;
mod fixes;
mod hooks;
mod reports;
mod selection;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use onramp_tests::TestEnv;

use crate::workspace;

const WHITESPACE: &str = r#"
[format.whitespace]
builtin = ["trailing-whitespace", "end-of-file", "line-endings", "byte-order-mark"]
exclude = ["onramp.toml"]
"#;

/// Names that no shell would like.
fn odd_names() -> [PathBuf; 2] {
    ["new\nline.txt".into(), OsStr::from_bytes(b"latin-\xe9 .txt").into()]
}

/// Writes files of any bytes.
fn write(env: &TestEnv, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        fs::write(env.root().join(path), bytes).expect("the folder is ours");
    }
}

fn bytes(env: &TestEnv, path: &str) -> String {
    fs::read(env.root().join(path)).expect("the file is there").escape_ascii().to_string()
}

/// A workspace with a file of each kind, all of which need something but the last few.
fn untidy() -> TestEnv {
    let env = workspace(WHITESPACE);
    write(
        &env,
        &[
            ("crlf.txt", b"a \r\nb\r\n"),
            ("no-end.txt", b"a"),
            ("only-ends.txt", b"\n\r\n\n"),
            ("latin-1.txt", b"caf\xe9 \n"),
            ("mark.txt", b"\xef\xbb\xbfa\n"),
            ("mixed.txt", b"a\r\nb\r\nc\n"),
            ("break.md", b"a  \nb \n"),
            ("long.txt", "line \n".repeat(20_000).as_bytes()),
            ("binary.bin", b"a \0 \n\n"),
            ("empty.txt", b""),
            ("tidy.txt", b"a\n"),
            ("tidy-crlf.txt", b"a\r\n"),
        ],
    );
    for name in odd_names() {
        fs::write(env.root().join(name), "a ").expect("the folder is ours");
    }
    std::os::unix::fs::symlink("no-end.txt", env.root().join("link.txt")).expect("the folder is ours");
    env
}
