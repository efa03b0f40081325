use onramp_git::GitError;

/// The command that gets what git lacks, where there is one.
pub(super) fn command(error: &GitError) -> Option<String> {
    let (revision, shallow, is_known) = match error {
        GitError::UnknownRevision { revision, shallow } => (revision, *shallow, false),
        GitError::NoCommonAncestor { revision, shallow: true } => (revision, true, true),
        _ => return None,
    };
    let fetch = if shallow { "git fetch --unshallow" } else { "git fetch" };
    let target = target(revision, is_known);
    match (target, shallow) {
        (Some(target), _) => Some(format!("{fetch} origin {}", shell_words::quote(&target))),
        (None, true) => Some(fetch.to_owned()),
        (None, false) => None,
    }
}

/// What to fetch so that a name is known afterwards, `None` for what is no plain name.
fn target(revision: &str, is_known: bool) -> Option<String> {
    if revision.is_empty() || revision.starts_with('-') || revision == "HEAD" {
        return None;
    }
    if revision.contains(|letter: char| "~^:?*[\\ ".contains(letter) || letter.is_control())
        || ["..", "@{"].iter().any(|part| revision.contains(part))
    {
        return None;
    }
    let is_digest = revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest && revision.len() >= 7 {
        // A server is asked for a whole digest or for none.
        return (revision.len() == 40).then(|| revision.to_owned());
    }
    if let Some(branch) = revision.strip_prefix("origin/") {
        return Some(format!("{branch}:refs/remotes/origin/{branch}"));
    }
    // A clone of one branch has no tags but those on it.
    let is_version = revision.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit());
    Some(match (is_known, is_version) {
        (true, _) => revision.to_owned(),
        (false, true) => format!("refs/tags/{revision}:refs/tags/{revision}"),
        (false, false) => format!("{revision}:{revision}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(revision: &str, shallow: bool) -> String {
        let revision = revision.to_owned();
        command(&GitError::UnknownRevision { revision, shallow }).unwrap_or_default()
    }

    #[test]
    fn what_is_fetched_is_known_by_its_name_afterwards() {
        for (revision, expected) in [
            ("origin/main", "git fetch origin main:refs/remotes/origin/main"),
            ("main", "git fetch origin main:main"),
            ("feature/x", "git fetch origin feature/x:feature/x"),
            ("v1.2", "git fetch origin refs/tags/v1.2:refs/tags/v1.2"),
            ("it's", "git fetch origin 'it'\\''s:it'\\''s'"),
            (
                "0123456789012345678901234567890123456789",
                "git fetch origin 0123456789012345678901234567890123456789",
            ),
            ("0123456", ""),
            ("main~3", ""),
            ("HEAD", ""),
            ("--all", ""),
        ] {
            assert_eq!(mended(revision, false), expected, "{revision}");
        }
        assert_eq!(mended("main~3", true), "git fetch --unshallow");
        assert_eq!(mended("main", true), "git fetch --unshallow origin main:main");
        let parted = |shallow| GitError::NoCommonAncestor { revision: "main".to_owned(), shallow };
        assert_eq!(command(&parted(true)).unwrap(), "git fetch --unshallow origin main");
        assert_eq!(command(&parted(false)), None);
        assert_eq!(command(&GitError::NoGit), None);
    }
}
