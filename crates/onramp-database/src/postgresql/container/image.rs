use onramp_core::Failure;

use crate::ServerSpec;
use crate::postgresql::admin::image_hint;

/// Fails if the tag of the image tells of a version that is older than the project's minimum.
pub(crate) fn require_tag(spec: &ServerSpec) -> Result<(), Failure> {
    let image = &spec.image;
    let is_too_old = |minimum: &u32| major_of(image).is_some_and(|major| major < *minimum);
    match spec.minimum_version.filter(is_too_old) {
        Some(minimum) => {
            let message = format!("`{image}` is older than the project's minimum {minimum}");
            Err(Failure::environment(message).hint(image_hint(minimum)))
        }
        None => Ok(()),
    }
}

/// The major version that the tag of an image tells, where it is one of PostgreSQL's own: `postgres:16-alpine`. What
/// others mean by their tags nobody knows.
fn major_of(image: &str) -> Option<u32> {
    let (name, tag) = image.rsplit('/').next()?.split_once(':')?;
    let digits = tag.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(tag.len());
    tag[..digits].parse().ok().filter(|_| name == "postgres")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_tags_that_have_one() {
        let of = |image| major_of(image);
        assert_eq!(of("postgres:16"), Some(16));
        assert_eq!(of("mirror.example.org:5000/library/postgres:9.6-alpine"), Some(9));
        for image in ["postgres", "postgres:latest", "shop/database:3", "onramp-test/postgis:15"] {
            assert_eq!(of(image), None, "{image}");
        }
    }
}
