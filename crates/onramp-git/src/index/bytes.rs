use super::IndexError;

/// The bytes of an index that are not read yet. Nothing is ever read behind their end.
pub(super) struct Bytes<'a> {
    all: &'a [u8],
    place: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(all: &'a [u8]) -> Self {
        Self { all, place: 0 }
    }

    /// How many have been read.
    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// How many are left.
    pub(super) fn left(&self) -> usize {
        self.all.len() - self.place
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], IndexError> {
        let end = self.place.checked_add(count).filter(|end| *end <= self.all.len());
        let end = end.ok_or(self.broken("it ends too early"))?;
        let taken = &self.all[self.place..end];
        self.place = end;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], IndexError> {
        let taken = self.take(N)?;
        Ok(taken.try_into().expect("as many were taken"))
    }

    pub(super) fn u16(&mut self) -> Result<u16, IndexError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, IndexError> {
        self.array().map(u32::from_be_bytes)
    }

    /// The bytes before the next NUL, which is read too.
    pub(super) fn until_nul(&mut self) -> Result<&'a [u8], IndexError> {
        let length = self.all[self.place..].iter().position(|byte| *byte == 0);
        let text = self.take(length.ok_or(self.broken("a name does not end"))?)?;
        self.take(1)?;
        Ok(text)
    }

    /// A number of seven bits a byte, the most significant ones first, each byte but the last with its highest
    /// bit set. Every further byte counts from one more than the numbers that fewer bytes can tell.
    pub(super) fn offset(&mut self) -> Result<usize, IndexError> {
        let [mut byte] = self.array()?;
        let mut number = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            [byte] = self.array()?;
            let next = number.checked_add(1).and_then(|number| number.checked_mul(128));
            number = next.ok_or(self.broken("a number is too large"))? | usize::from(byte & 0x7f);
        }
        Ok(number)
    }

    pub(super) fn broken(&self, reason: &'static str) -> IndexError {
        IndexError::Broken { reason, place: self.place }
    }
}
