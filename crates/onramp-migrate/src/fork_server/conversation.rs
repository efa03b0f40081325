use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, ErrorKind, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onramp_exec::{Handles, ProcessSpec};
use rustix::fs::{Mode, OFlags, open};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

/// How long a server may take to fork itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long one may take to end.
const END: Duration = Duration::from_secs(2);

/// Has a server fork itself with these handles, and returns the number of the process.
pub(super) fn fork(folder: &Path, handles: Handles, spec: &ProcessSpec) -> io::Result<u32> {
    let mut stream = connect(folder)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    ask(&mut stream, &handles, spec)?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    // From here on nobody but the process holds its ends.
    drop(handles);
    line.trim_end().parse().map_err(|_| io::Error::other(format!("the server says `{}`", line.trim_end())))
}

/// Asks for a process with these handles.
pub(super) fn ask(stream: &mut UnixStream, handles: &Handles, spec: &ProcessSpec) -> io::Result<()> {
    let Handles { stdin, stdout, stderr, lifeline } = handles;
    let descriptors = [stdin, stdout, stderr, lifeline].map(AsFd::as_fd);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(4))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(&*stream, &[IoSlice::new(b"f")], &mut ancillary, SendFlags::NOSIGNAL)?;
    let payload = payload(spec);
    let length = u32::try_from(payload.len()).map_err(|_| ErrorKind::InvalidInput)?;
    stream.write_all(&length.to_le_bytes())?;
    stream.write_all(&payload)
}

/// The working directory, then the variables, as the launcher would give them, with a zero byte between.
fn payload(spec: &ProcessSpec) -> Vec<u8> {
    let mut environment = spec.environment.clone();
    environment.set("PWD", &spec.directory);
    let mut payload = spec.directory.as_os_str().as_bytes().to_vec();
    for (name, value) in environment.iter() {
        payload.push(0);
        payload.extend([name.as_bytes(), b"=", value.as_bytes()].concat());
    }
    payload
}

/// Whether a server listens there.
pub(super) fn is_there(folder: &Path) -> bool {
    connect(folder).is_ok()
}

/// The process that listens there.
#[cfg(target_os = "linux")]
pub(super) fn listener(folder: &Path) -> Option<u32> {
    let peer = rustix::net::sockopt::socket_peercred(connect(folder).ok()?).ok()?;
    u32::try_from(peer.pid.as_raw_pid()).ok()
}

/// The process that listens there: there is none.
#[cfg(not(target_os = "linux"))]
pub(super) fn listener(_folder: &Path) -> Option<u32> {
    None
}

/// Asks a server to end, and waits until it has, or a moment.
pub(super) fn ask_to_end(folder: &Path) {
    let Ok(mut stream) = connect(folder) else { return };
    // At its end the server closes its side, whatever else becomes of it.
    let _ = stream.set_read_timeout(Some(END));
    let _ = stream.write_all(b"e").and_then(|()| stream.read(&mut [0]));
}

/// Connects by way of the folder's descriptor: the address of a socket may have about a hundred bytes.
pub(super) fn connect(folder: &Path) -> io::Result<UnixStream> {
    let folder = open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let mut address = OsString::from("/proc/self/fd/");
    address.push(folder.as_raw_fd().to_string());
    UnixStream::connect(PathBuf::from(address).join("socket"))
}
