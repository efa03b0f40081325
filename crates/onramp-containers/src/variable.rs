use std::fmt;

use onramp_core::Secrets;

use crate::error::EngineError;

/// One variable of a container's environment.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    name: String,
    value: String,
    secrecy: Secrecy,
}

/// Who may see a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Everybody.
    Plain,
    /// The container.
    Secret,
}

impl Variable {
    pub(crate) fn new(name: &str, value: &str, secrecy: Secrecy) -> Self {
        Self { name: name.to_owned(), value: value.to_owned(), secrecy }
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.secrecy {
            Secrecy::Plain => write!(f, "{}={:?}", self.name, self.value),
            Secrecy::Secret => write!(f, "{}=***", self.name),
        }
    }
}

/// `NAME=value` for the engine. An engine repeats a name that it does not understand together with its value, so
/// such a name must not get there.
pub(crate) fn assignments(variables: &[Variable]) -> Result<Vec<String>, EngineError> {
    let assignment = |variable: &Variable| {
        let Variable { name, value, .. } = variable;
        let is_name = !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0');
        is_name.then(|| format!("{name}={value}")).ok_or_else(|| {
            EngineError::Invalid(format!("`{name}` cannot be a variable of a container's environment"))
        })
    };
    variables.iter().map(assignment).collect()
}

/// The secret values among the variables.
pub(crate) fn secrets(variables: &[Variable]) -> Secrets {
    let secrets = Secrets::new();
    for variable in variables.iter().filter(|variable| variable.secrecy == Secrecy::Secret) {
        secrets.add(&variable.value);
    }
    secrets
}
