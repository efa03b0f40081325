use std::collections::{BTreeMap, HashMap};

use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType, PortBinding};
use onramp_core::Secrets;

use crate::error::EngineError;
use crate::name::{is_image, is_name};
use crate::variable::{Secrecy, Variable, assignments, secrets};

/// Published ports are on the loopback interface alone.
const LOOPBACK: &str = "127.0.0.1";

/// A container to be run. `Debug` hides its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerSpec {
    pub(crate) name: String,
    pub(crate) image: String,
    arguments: Vec<String>,
    environment: Vec<Variable>,
    labels: BTreeMap<String, String>,
    tmpfs: Vec<(String, Option<u64>)>,
    volumes: Vec<(String, String)>,
    port: Option<(u16, HostPort)>,
    memory: Option<u64>,
    shared_memory: Option<u64>,
    stop_signal: Option<String>,
}

/// Which port of this machine leads to a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostPort {
    /// One that the engine chooses.
    Any,
    /// This one.
    Given(u16),
}

impl ContainerSpec {
    /// A container of an image. Its name begins with `name` and ends in random digits.
    pub fn new(name: &str, image: &str) -> Self {
        Self {
            name: name.to_owned(),
            image: image.to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            labels: BTreeMap::new(),
            tmpfs: Vec::new(),
            volumes: Vec::new(),
            port: None,
            memory: None,
            shared_memory: None,
            stop_signal: None,
        }
    }

    /// What the image's own program is started with, instead of the image's arguments.
    #[must_use]
    pub fn arguments(mut self, arguments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// A variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push(Variable::new(name, value, Secrecy::Plain));
        self
    }

    /// A variable whose value no error message and no `Debug` shows.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.environment.push(Variable::new(name, value, Secrecy::Secret));
        self
    }

    /// A label.
    #[must_use]
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Memory in the place of the folder `path`, at most `bytes` of it; the system's own bound without.
    #[must_use]
    pub fn tmpfs(mut self, path: &str, bytes: Option<u64>) -> Self {
        self.tmpfs.push((path.to_owned(), bytes));
        self
    }

    /// A named volume in the place of the folder `path`. It is made if it is not there, but then bears no labels: see
    /// [`Engine::create_volume`](crate::Engine::create_volume).
    #[must_use]
    pub fn volume(mut self, name: &str, path: &str) -> Self {
        self.volumes.push((name.to_owned(), path.to_owned()));
        self
    }

    /// A TCP port of the container that is published on 127.0.0.1.
    #[must_use]
    pub fn port(mut self, container: u16, host: HostPort) -> Self {
        self.port = Some((container, host));
        self
    }

    /// The most memory that the container gets, in bytes.
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// The size of `/dev/shm`, in bytes; engines give 64 MiB without.
    #[must_use]
    pub fn shared_memory(mut self, bytes: u64) -> Self {
        self.shared_memory = Some(bytes);
        self
    }

    /// The signal that asks the container to stop, as in `SIGINT`, instead of the image's.
    #[must_use]
    pub fn stop_signal(mut self, signal: &str) -> Self {
        self.stop_signal = Some(signal.to_owned());
        self
    }

    /// The port that was asked for, if it must be a certain one.
    pub(crate) fn given_port(&self) -> Option<u16> {
        match self.port {
            Some((_, HostPort::Given(port))) => Some(port),
            _ => None,
        }
    }

    /// What must not appear in an error.
    pub(crate) fn secrets(&self) -> Secrets {
        secrets(&self.environment)
    }

    /// The words for the engine.
    pub(crate) fn body(&self) -> Result<ContainerCreateBody, EngineError> {
        self.check()?;
        let labels = self.labels.iter().map(|(name, value)| (name.clone(), value.clone()));
        Ok(ContainerCreateBody {
            image: Some(self.image.clone()),
            cmd: some_if_any(self.arguments.clone()),
            env: some_if_any(assignments(&self.environment)?),
            labels: Some(labels.collect()),
            exposed_ports: self.port.map(|(port, _)| vec![tcp(port)]),
            stop_signal: self.stop_signal.clone(),
            host_config: Some(self.host_config()),
            ..Default::default()
        })
    }

    fn check(&self) -> Result<(), EngineError> {
        let invalid = |what: &str, name: &str| EngineError::Invalid(format!("`{name}` cannot be {what}"));
        if !is_name(&self.name) {
            return Err(invalid("the name of a container", &self.name));
        }
        if !is_image(&self.image) {
            return Err(invalid("the name of an image", &self.image));
        }
        match self.volumes.iter().find(|(name, _)| !is_name(name)) {
            Some((name, _)) => Err(invalid("the name of a volume", name)),
            None => Ok(()),
        }
    }

    fn host_config(&self) -> HostConfig {
        let tmpfs = self.tmpfs.iter().map(|(path, bytes)| {
            let size = bytes.map(|bytes| format!(",size={bytes}")).unwrap_or_default();
            (path.clone(), format!("rw{size}"))
        });
        let volumes = self.volumes.iter().map(|(name, path)| Mount {
            typ: Some(MountType::VOLUME),
            source: Some(name.clone()),
            target: Some(path.clone()),
            ..Default::default()
        });
        let bytes = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        HostConfig {
            tmpfs: some_if_any(tmpfs.collect::<Vec<_>>()).map(HashMap::from_iter),
            mounts: some_if_any(volumes.collect()),
            port_bindings: self
                .port
                .map(|(port, host)| HashMap::from([(tcp(port), Some(vec![binding(host)]))])),
            memory: self.memory.map(bytes),
            shm_size: self.shared_memory.map(bytes),
            ..Default::default()
        }
    }
}

/// A port as engines write it.
pub(crate) fn tcp(port: u16) -> String {
    format!("{port}/tcp")
}

fn binding(host: HostPort) -> PortBinding {
    let host_port = match host {
        HostPort::Any => String::new(),
        HostPort::Given(port) => port.to_string(),
    };
    PortBinding { host_ip: Some(LOOPBACK.to_owned()), host_port: Some(host_port) }
}

fn some_if_any<T>(values: Vec<T>) -> Option<Vec<T>> {
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_secrets_and_nothing_else() {
        let spec = ContainerSpec::new("a", "b").env("POSTGRES_USER", "app").secret("POSTGRES_PASSWORD", "x1");
        let shown = format!("{spec:?}");
        assert!(shown.contains("[POSTGRES_USER=\"app\", POSTGRES_PASSWORD=***]"), "{shown}");
        assert!(spec.body().unwrap().env.unwrap().contains(&"POSTGRES_PASSWORD=x1".to_owned()));
    }

    #[test]
    fn ports_are_published_on_the_loopback_interface() {
        let bindings = |host| {
            let body = ContainerSpec::new("a", "b").port(5432, host).body().unwrap();
            body.host_config.unwrap().port_bindings.unwrap()["5432/tcp"].clone().unwrap()
        };
        for (host, port) in [(HostPort::Any, ""), (HostPort::Given(1234), "1234")] {
            let [binding] = &bindings(host)[..] else { panic!() };
            assert_eq!(binding.host_ip.as_deref(), Some("127.0.0.1"));
            assert_eq!(binding.host_port.as_deref(), Some(port));
        }
    }

    #[test]
    fn what_no_engine_could_do_is_not_sent() {
        for spec in [
            ContainerSpec::new("a/b", "b"),
            ContainerSpec::new("a", "b c"),
            ContainerSpec::new("a", "b").volume("/etc", "/x"),
            ContainerSpec::new("a", "b").secret("A=B", "word"),
        ] {
            let error = spec.body().unwrap_err();
            assert!(matches!(error, EngineError::Invalid(_)), "{error}");
            assert!(!error.to_string().contains("word"), "{error}");
        }
    }
}
