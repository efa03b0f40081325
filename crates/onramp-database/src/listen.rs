/// What clients reach a server by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listen {
    /// A unix socket that its user alone can reach: no network address at all.
    #[default]
    Socket,
    /// A port of 127.0.0.1.
    Loopback,
    /// Both.
    SocketAndLoopback,
}

impl Listen {
    /// What clients need whose URL and variables are made of these templates.
    pub fn for_templates<'a>(templates: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut socket, mut loopback) = (false, false);
        for template in templates {
            socket |= template.contains("{socket}");
            loopback |= template.contains("{port}") || template.contains("{host}");
        }
        match (socket, loopback) {
            (true, true) => Self::SocketAndLoopback,
            (false, true) => Self::Loopback,
            (_, false) => Self::Socket,
        }
    }

    /// Whether clients need a port.
    pub(crate) fn wants_port(self) -> bool {
        matches!(self, Self::Loopback | Self::SocketAndLoopback)
    }

    /// Whether clients need a socket.
    pub(crate) fn wants_socket(self) -> bool {
        matches!(self, Self::Socket | Self::SocketAndLoopback)
    }

    /// The word for it, and back.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Socket => "socket",
            Self::Loopback => "loopback",
            Self::SocketAndLoopback => "both",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        [Self::Socket, Self::Loopback, Self::SocketAndLoopback]
            .into_iter()
            .find(|listen| listen.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_tell_what_they_need() {
        let of = |template| Listen::for_templates([template, "postgresql"]);
        assert_eq!(of("postgresql://{user}@{host}:{port}/{database}"), Listen::Loopback);
        assert_eq!(of("postgresql://{user}@/{database}?host={socket}"), Listen::Socket);
        assert_eq!(
            of("postgresql://{user}@/{database}?host={socket}&port={port}"),
            Listen::SocketAndLoopback
        );
        for listen in [Listen::Socket, Listen::Loopback, Listen::SocketAndLoopback] {
            assert_eq!(Listen::of_word(listen.word()), Some(listen));
        }
    }
}
