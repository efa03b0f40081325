use std::fs;
use std::io;
use std::path::Path;

/// Removes a file. One that is not there, or no longer, is as good as removed.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// How often something is kept that vanishes before it has its place, or removed that somebody else writes into: no more
/// than it takes to tell a disk that is out of order from others at work.
const ATTEMPTS: usize = 100;

/// Removes a folder and all that is in it. One that is not there, or no longer, is as good as removed. Others may write into
/// it meanwhile: it loses its name first, and who wants it makes it anew. Nothing is made for that: the disk may be full.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return remove_whole(path);
    };
    let prefix = format!("{}.removed-", name.to_string_lossy());
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // Whoever was killed while he removed it has left it; or he is at work.
            drop(remove_in_place(&entry.path()));
        }
    }
    while fs::symlink_metadata(path).is_ok() {
        let aside = tempfile::Builder::new().prefix(&prefix).make_in(parent, |aside| fs::rename(path, aside));
        match aside {
            // Somebody else has removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // Even another name may need room that is not there, and removing makes some.
            Err(_) => return remove_in_place(path),
            Ok(aside) => {
                let (_, aside) = aside.keep().map_err(|error| error.error)?;
                return remove_in_place(&aside);
            }
        }
    }
    Ok(())
}

/// Removes what keeps its name meanwhile, and once more where somebody else has written into it: who was on his way into
/// a folder gets there even if it has another name by then.
fn remove_in_place(path: &Path) -> io::Result<()> {
    for _ in 1..ATTEMPTS {
        match remove_whole(path) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            removed => return removed,
        }
    }
    remove_whole(path)
}

/// Removes a folder with all that is in it, or what lies in its place.
fn remove_whole(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => remove_if_there(path),
        removed => removed,
    }
}

/// Keeps something, and once more where what was about to be kept went away on its way to its place: somebody else may
/// remove the folder meanwhile.
pub(crate) fn keep_while_cleared<T>(keep: impl Fn() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..ATTEMPTS {
        match keep() {
            // A folder that is made, and gone before it is looked at, is told to have been there.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => {}
            kept => return kept,
        }
    }
    keep()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(folder: &Path) -> Vec<OsString> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn nothing_is_left_of_a_folder_or_of_one_that_was_left() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("v1");
        for left in ["v1.removed-abc/v1", "v1.removed-def", "v1/one/two", "v10"] {
            fs::create_dir_all(scratch.path().join(left)).unwrap();
            fs::write(scratch.path().join(left).join("f"), "").unwrap();
        }
        fs::write(scratch.path().join("v1.removed-ghi"), "").unwrap();
        for _ in 0..2 {
            remove_folder(&folder).unwrap();
            assert_eq!(names(scratch.path()), ["v10"]);
        }
    }

    #[test]
    fn what_lies_in_the_place_of_a_folder_goes_and_what_it_leads_to_stays() {
        let scratch = tempfile::tempdir().unwrap();
        let (folder, other) = (scratch.path().join("v1"), scratch.path().join("other"));
        fs::write(&folder, "").unwrap();
        remove_folder(&folder).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("f"), "").unwrap();
        symlink(&other, &folder).unwrap();
        remove_folder(&folder).unwrap();
        assert_eq!(names(scratch.path()), ["other"]);
        assert_eq!(names(&other), ["f"]);
    }

    #[test]
    fn what_cannot_lose_its_name_is_removed_in_its_place() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("v1");
        fs::create_dir_all(folder.join("one/two")).unwrap();
        fs::write(folder.join("one/two/f"), "").unwrap();
        remove_in_place(&folder).unwrap();
        remove_in_place(&folder).unwrap();
        assert!(names(scratch.path()).is_empty());
    }
}
