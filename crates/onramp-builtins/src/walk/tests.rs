use std::ffi::OsStr;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::LineEndings;

fn whitespace() -> Vec<Builtin> {
    vec![Builtin::TrailingWhitespace { hard_breaks: true }, Builtin::EndOfFile]
}

fn run(root: &Path, files: &[PathBuf], builtins: &[Builtin], action: Action) -> Report {
    walk(&Walk { root, files, names: files, builtins, action, threads: 4, is_over: &|| false })
}

#[test]
fn many_files_are_mended_by_many_threads_and_then_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let names: Vec<PathBuf> = (0..300).map(|number| format!("f{number:03}").into()).collect();
    for (number, name) in names.iter().enumerate() {
        // Some are longer than what is read first, some have their only fault behind that.
        let body = "line\n".repeat(number * 60);
        fs::write(root.join(name), format!("{body}last{}\n", " ".repeat(number % 2))).unwrap();
    }
    let report = run(root, &names, &whitespace(), Action::Check);
    assert_eq!((report.files, report.findings.len()), (300, 150));
    assert_eq!(report.findings[0].path, Path::new("f001"));
    assert_eq!(report.findings[149].line, Some(299 * 60 + 1));
    let report = run(root, &names, &whitespace(), Action::Fix);
    assert_eq!((report.files, report.changed.len(), report.findings.len()), (300, 150, 0));
    assert_eq!(fs::read_to_string(root.join("f001")).unwrap(), format!("{}last\n", "line\n".repeat(60)));
    let report = run(root, &names, &whitespace(), Action::Fix);
    assert_eq!((report.changed.len(), report.findings.len()), (0, 0));
    assert!(report.is_complete);
    assert_eq!(fs::read_dir(root).unwrap().count(), 300);
}

#[test]
fn odd_names_links_pipes_and_binaries() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let odd: Vec<PathBuf> = vec!["a\nb".into(), OsStr::from_bytes(b"\xff ").into()];
    for name in &odd {
        fs::write(root.join(name), "x ").unwrap();
    }
    let binary = [vec![b' '; 9000], vec![0; 200_000]].concat();
    fs::write(root.join("binary"), [b"\0".as_slice(), &binary].concat()).unwrap();
    fs::write(root.join("late"), &binary).unwrap();
    symlink("a\nb", root.join("link")).unwrap();
    symlink("gone", root.join("broken")).unwrap();
    symlink("circle", root.join("circle")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, root.join("pipe"), rustix::fs::FileType::Fifo, Mode::RWXU, 0)
        .unwrap();
    let names = ["binary", "late", "link", "broken", "circle", "pipe", "gone"].map(PathBuf::from);
    let names = [&odd[..], &names].concat();
    let mut builtins = whitespace();
    builtins.extend([Builtin::BrokenSymlinks, Builtin::LargeFiles { max: 200_000 }]);
    let report = run(root, &names, &builtins, Action::Fix);
    assert_eq!(report.files, 7);
    assert_eq!(report.changed, [odd[0].clone(), odd[1].clone(), "late".into()]);
    let told: Vec<_> =
        report.findings.iter().map(|found| (found.path.to_str().unwrap(), found.code)).collect();
    let expected = [
        ("binary", "large-files"),
        ("late", "large-files"),
        ("broken", "broken-symlinks"),
        ("circle", "broken-symlinks"),
    ];
    assert_eq!(told, expected);
    assert!(report.troubles.is_empty(), "{:?}", report.troubles);
    assert!(root.join("link").is_symlink());
    assert_eq!(fs::read(root.join("a\nb")).unwrap(), b"x\n");
}

#[test]
fn what_cannot_be_written_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    fs::write(&file, "x ").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let report = run(folder.path(), &["a".into()], &whitespace(), Action::Fix);
    assert_eq!(report.troubles.len(), 1);
    assert_eq!(report.troubles[0].1.to_string(), "the file is read-only");
    assert_eq!(fs::read(&file).unwrap(), b"x ");
}

#[test]
fn a_checker_sees_what_the_fixers_have_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), "\u{feff}{}\r\n\n[").unwrap();
    let builtins = [Builtin::LineEndings(LineEndings::Lf), Builtin::Json, Builtin::LargeFiles { max: 7 }];
    let report = run(folder.path(), &["a.json".into()], &builtins, Action::Fix);
    let told: Vec<_> = report.findings.iter().map(|found| (found.code, found.line)).collect();
    assert_eq!(told, [("json", Some(3)), ("large-files", None)]);
    assert_eq!(report.changed.len(), 1);
}

#[test]
fn it_ends_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "x ").unwrap();
    let files = ["a".into()];
    let report = walk(&Walk {
        root: folder.path(),
        files: &files,
        names: &files,
        builtins: &whitespace(),
        action: Action::Fix,
        threads: 1,
        is_over: &|| true,
    });
    assert_eq!((report.files, report.is_complete), (0, false));
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"x ");
}
