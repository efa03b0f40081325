use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::record::{RecordReader, RecordWriter};

/// By how much a file system's clock may lag, in nanoseconds, where it counts finely: kernels stamp with the
/// time of their last tick, which comes every 1 to 10 ms.
const TICK: i64 = 20_000_000;

/// The same where it counts in whole seconds, or in two of them as FAT does.
const SECONDS: i64 = 2_100_000_000;

/// What the system says of a file without reading it. Two that are equal mean the same content, unless the
/// file may have been written again within the grain of the clock: see [`Stat::is_racy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    size: u64,
    /// Both in nanoseconds since 1970. The second one cannot be set by a program.
    modified: i64,
    changed: i64,
    inode: u64,
    device: u64,
    /// Permissions and kind.
    mode: u32,
}

impl Stat {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            size: metadata.size(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            device: metadata.dev(),
            mode: metadata.mode(),
        }
    }

    /// As fields of a file of records.
    pub(crate) fn write(&self, writer: &mut RecordWriter) {
        let [modified, changed] = [self.modified, self.changed].map(i64::cast_unsigned);
        [self.size, modified, changed, self.inode, self.device, self.mode.into()]
            .into_iter()
            .for_each(|number| writer.number(number));
    }

    /// What [`Stat::write`] has written.
    pub(crate) fn read(reader: &mut RecordReader<'_>) -> Option<Self> {
        Some(Self {
            size: reader.number()?,
            modified: reader.number()?.cast_signed(),
            changed: reader.number()?.cast_signed(),
            inode: reader.number()?,
            device: reader.number()?,
            mode: u32::try_from(reader.number()?).ok()?,
        })
    }

    /// Whether a change at or after `moment` could leave this very stat: the last change that it tells of lies
    /// no more than the clock's grain before. Git calls such an entry racily clean.
    pub(crate) fn is_racy(&self, moment: i64) -> bool {
        let grain = if self.changed % 1_000_000 == 0 { SECONDS } else { TICK };
        self.changed > moment - grain
    }
}

/// This moment, in nanoseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
