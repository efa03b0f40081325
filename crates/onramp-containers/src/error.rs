use std::error::Error as _;
use std::fmt;
use std::io;

use bollard::errors::Error;
use onramp_core::Failure;

/// Why an engine did not do what it was asked for. Each says which engine it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineError {
    /// It does not answer any more: it was stopped, or is too slow.
    Silent {
        /// Which engine.
        engine: String,
        /// What it was asked for, and what came instead of an answer.
        message: String,
        /// How to see how it is.
        hint: String,
    },
    /// It has no such image. Whether to pull it is the caller's decision.
    ImageAbsent {
        /// Which engine.
        engine: String,
        /// The image.
        image: String,
        /// How to get it by hand.
        hint: String,
    },
    /// The port of this machine that a container should get belongs to somebody else.
    PortTaken {
        /// Which engine.
        engine: String,
        /// The port on the loopback interface.
        port: u16,
    },
    /// It answered that it cannot or will not.
    Refused {
        /// Which engine.
        engine: String,
        /// What it was asked for, and its own words.
        message: String,
        /// What to do next.
        hint: Option<String>,
    },
    /// It was asked for something that no engine could do; nothing was sent.
    Invalid(String),
    /// The run was cancelled.
    Cancelled,
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent { engine, message, .. } | Self::Refused { engine, message, .. } => {
                write!(f, "{engine}: {message}")
            }
            Self::ImageAbsent { engine, image, .. } => write!(f, "{engine}: it has no image `{image}`"),
            Self::PortTaken { engine, port } => {
                write!(f, "{engine}: port {port} of 127.0.0.1 is taken by another process")
            }
            Self::Invalid(message) => f.write_str(message),
            Self::Cancelled => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for EngineError {}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let failure = Self::environment(error.to_string());
        match error {
            EngineError::Silent { hint, .. } | EngineError::ImageAbsent { hint, .. } => failure.hint(hint),
            EngineError::PortTaken { port, .. } => {
                failure.hint(format!("ss --listening --tcp --processes 'sport = :{port}'"))
            }
            EngineError::Refused { hint, .. } => Self { hint, ..failure },
            EngineError::Invalid(message) => Self::task(message),
            EngineError::Cancelled => Self::interrupted(),
        }
    }
}

/// What an engine answered with a status of its own: the status and its words.
pub(crate) fn answer(error: &Error) -> Option<(u16, &str)> {
    match error {
        Error::DockerResponseServerError { status_code, message } => Some((*status_code, message)),
        _ => None,
    }
}

/// Why a conversation broke, with all causes: the outer words alone often say nothing.
pub(crate) fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}

/// The error of the system behind a broken conversation.
pub(crate) fn system_error(error: &Error) -> Option<io::ErrorKind> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}
