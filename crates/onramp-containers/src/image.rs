use bollard::errors::Error;
use bollard::models::ImageInspect;
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt;
use onramp_core::Cancel;
use tokio::time::timeout;

use crate::call::Patience;
use crate::container::found;
use crate::engine::{Engine, no_answer_within};
use crate::error::EngineError;
use crate::name::is_image;
use crate::pull_progress::{Layers, PullProgress};

/// No conversation is limited by this: a pull may take as long as it shows signs of life. In seconds.
const A_DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// How a pull ended.
enum Pull {
    Done,
    Failed(Error),
    Silence,
}

impl Engine {
    /// Whether the engine has an image.
    pub fn has_image(&self, image: &str) -> Result<bool, EngineError> {
        self.inspected(image).map(|found| found.is_some())
    }

    /// The id of an image, which says what is in it; `None` where it is not there.
    pub fn image_id(&self, image: &str) -> Result<Option<String>, EngineError> {
        self.inspected(image).map(|found| found.and_then(|image| image.id))
    }

    fn inspected(&self, image: &str) -> Result<Option<ImageInspect>, EngineError> {
        check(image)?;
        let what = format!("look for the image `{image}`");
        self.ask(&what, async { found(self.docker.inspect_image(image).await) })
    }

    /// Pulls an image, its tag `latest` where none is given. `progress` is called at every sign of life, which may be
    /// some hundred times a second. Credentials for registries are not read: a registry that wants some is
    /// for the engine's own program, which the hint names.
    pub fn pull(
        &self,
        cancel: &Cancel,
        image: &str,
        progress: &mut dyn FnMut(&PullProgress),
    ) -> Result<(), EngineError> {
        check(image)?;
        let what = format!("pull the image `{image}`");
        let conversation = async { Ok(self.follow_pull(image, progress).await) };
        let pull = self.ask_within(A_DAY, &what, Patience::UntilCancelled(cancel), conversation)?;
        match pull {
            // An engine may end a pull without a word, an old Podman for one.
            Pull::Done if self.has_image(image)? => Ok(()),
            Pull::Done => {
                let message = format!("{what}: it ended the pull and does not have the image");
                Err(EngineError::Refused {
                    engine: self.to_string(),
                    message,
                    hint: Some(self.by_hand(image)),
                })
            }
            Pull::Failed(error) => Err(match self.error(&what, &error) {
                EngineError::Refused { engine, message, .. } => {
                    EngineError::Refused { engine, message, hint: Some(self.by_hand(image)) }
                }
                other => other,
            }),
            Pull::Silence => Err(self.silent(&what, &no_answer_within(self.limits.silence))),
        }
    }

    async fn follow_pull(&self, image: &str, progress: &mut dyn FnMut(&PullProgress)) -> Pull {
        let options = CreateImageOptions { from_image: Some(tagged(image)), ..Default::default() };
        let mut messages = self.docker.create_image(Some(options), None, None);
        let mut layers = Layers::default();
        loop {
            match timeout(self.limits.silence, messages.next()).await {
                Err(_) => return Pull::Silence,
                Ok(None) => return Pull::Done,
                Ok(Some(Err(error))) => return Pull::Failed(error),
                Ok(Some(Ok(message))) => {
                    if let (Some(id), Some(status)) = (&message.id, &message.status) {
                        let bytes = message.progress_detail.unwrap_or_default();
                        layers.note(id, status, bytes.current, bytes.total);
                    }
                    progress(&layers.progress());
                }
            }
        }
    }

    /// How to get the image by hand.
    pub(crate) fn by_hand(&self, image: &str) -> String {
        format!("{} pull {image}", self.program())
    }
}

fn check(image: &str) -> Result<(), EngineError> {
    let invalid = || EngineError::Invalid(format!("`{image}` cannot be the name of an image"));
    is_image(image).then_some(()).ok_or_else(invalid)
}

/// The name with a tag: without one, an engine would pull all there are.
fn tagged(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    if last.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag() {
        assert_eq!(tagged("localhost:5000/postgres"), "localhost:5000/postgres:latest");
        for image in ["postgres:16", "localhost:5000/a:1", "a@sha256:00"] {
            assert_eq!(tagged(image), image);
        }
    }
}
