use super::*;

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn candidates(surroundings: &Surroundings) -> Vec<String> {
    let line = |endpoint: Endpoint| match &endpoint.address {
        Address::Unsupported { why, .. } => format!("{endpoint} {}: {why}", endpoint.origin),
        _ => format!("{endpoint} {}", endpoint.origin),
    };
    Endpoint::candidates(surroundings).into_iter().map(line).collect()
}

fn of_docker_host(url: &str) -> String {
    let surroundings = Surroundings { docker_host: text(url), ..Surroundings::default() };
    let candidates = candidates(&surroundings);
    let [only] = &candidates[..] else { panic!("{candidates:?}") };
    only.replace(" from DOCKER_HOST", "")
}

#[test]
fn the_usual_places_come_in_order() {
    let surroundings = Surroundings {
        docker_host: text(" "),
        container_host: text("unix:///run/podman/podman.sock"),
        runtime_dir: Some(PathBuf::from("/run/user/7")),
        home: Some(PathBuf::from("/h")),
        ..Surroundings::default()
    };
    assert_eq!(
        candidates(&surroundings),
        [
            "unix:///run/podman/podman.sock from CONTAINER_HOST",
            "unix:///var/run/docker.sock a usual place of Docker",
            "unix:///run/user/7/docker.sock a usual place of Docker",
            "unix:///h/.docker/run/docker.sock a usual place of Docker",
            "unix:///run/user/7/podman/podman.sock a usual place of Podman",
        ]
    );
    assert_eq!(candidates(&Surroundings::default()).len(), 2);
}

#[test]
fn an_explicit_place_is_the_only_one() {
    for (url, endpoint) in [
        ("unix:///a/b.sock", "unix:///a/b.sock"),
        ("tcp://localhost:2375", "tcp://127.0.0.1:2375"),
        ("http://127.0.0.1:2375/", "tcp://127.0.0.1:2375"),
        ("tcp://[::1]:2375", "tcp://[::1]:2375"),
        ("unix://a.sock", "unix://a.sock: the path of a socket begins with `/`"),
        ("tcp://docker:2375", "tcp://docker:2375: engines of other machines are not supported"),
        ("https://localhost:2376", "https://localhost:2376: engines behind TLS are not supported"),
        ("ssh://me:word@there", "ssh://there: engines behind SSH are not supported"),
        ("localhost:2375", "localhost:2375: only unix:// and tcp:// are understood"),
    ] {
        assert_eq!(of_docker_host(url), endpoint);
    }
}

#[test]
fn tls_matters_to_tcp_alone() {
    let surroundings = |url| Surroundings {
        docker_host: text(url),
        docker_tls_verify: text("1"),
        ..Surroundings::default()
    };
    assert_eq!(candidates(&surroundings("unix:///a")), ["unix:///a from DOCKER_HOST"]);
    assert_eq!(
        candidates(&surroundings("tcp://127.0.0.1:2376")),
        ["tcp://127.0.0.1:2376 from DOCKER_HOST: engines behind TLS are not supported"]
    );
}
