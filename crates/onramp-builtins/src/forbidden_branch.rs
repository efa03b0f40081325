use globset::Glob;

/// Branches that take no commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForbiddenBranch {
    /// Their names, or globs, in which a star stands for slashes too.
    pub branches: Vec<String>,
}

impl Default for ForbiddenBranch {
    fn default() -> Self {
        Self { branches: vec!["main".to_owned(), "master".to_owned()] }
    }
}

impl ForbiddenBranch {
    /// Which of them a branch is, without `refs/heads/`.
    pub fn forbids(&self, branch: &str) -> Option<&str> {
        let is_meant = |pattern: &&String| {
            **pattern == branch
                || Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(branch))
        };
        self.branches.iter().find(is_meant).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_globs_forbid() {
        assert_eq!(ForbiddenBranch::default().forbids("main"), Some("main"));
        assert_eq!(ForbiddenBranch::default().forbids("mainline"), None);
        let releases = ForbiddenBranch { branches: vec!["release/*".to_owned(), "odd[".to_owned()] };
        assert_eq!(releases.forbids("release/1/x"), Some("release/*"));
        assert_eq!(releases.forbids("odd["), Some("odd["));
        assert_eq!(releases.forbids("main"), None);
    }
}
