use std::collections::BTreeMap;

/// How far a pull has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PullProgress {
    /// The layers known so far. More may become known.
    pub layers: usize,
    /// Those of them that are there, unpacked.
    pub layers_done: usize,
    /// Bytes that came over the network.
    pub bytes: u64,
    /// Bytes that will have come, as far as known.
    pub total_bytes: u64,
}

/// The layers of a pull, from what the engine tells of them one by one.
#[derive(Default)]
pub(crate) struct Layers {
    layers: BTreeMap<String, Layer>,
}

#[derive(Default)]
struct Layer {
    bytes: u64,
    total: u64,
    is_done: bool,
}

impl Layers {
    /// Notes one message: the layer it is about, the engine's words, and the bytes done and to do.
    pub(crate) fn note(&mut self, id: &str, status: &str, current: Option<i64>, total: Option<i64>) {
        let is_known = self.layers.contains_key(id);
        // The first message of a pull bears the tag in the place of a layer.
        let announces = ["Pulling fs layer", "Already exists", "Waiting", "Downloading", "Extracting"];
        if !is_known && !announces.iter().any(|words| status.starts_with(words)) {
            return;
        }
        let layer = self.layers.entry(id.to_owned()).or_default();
        let bytes =
            |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default();
        match status {
            "Downloading" => {
                layer.bytes = bytes(current);
                layer.total = bytes(total).max(layer.bytes);
            }
            "Download complete" | "Verifying Checksum" | "Extracting" => layer.bytes = layer.total,
            "Pull complete" | "Already exists" => {
                layer.bytes = layer.total;
                layer.is_done = true;
            }
            _ => {}
        }
    }

    pub(crate) fn progress(&self) -> PullProgress {
        let layers = self.layers.values();
        PullProgress {
            layers: self.layers.len(),
            layers_done: layers.clone().filter(|layer| layer.is_done).count(),
            bytes: layers.clone().map(|layer| layer.bytes).sum(),
            total_bytes: layers.map(|layer| layer.total).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_counted_once_and_bytes_never_shrink() {
        let mut layers = Layers::default();
        for (id, status, current, total) in [
            ("16", "Pulling from library/postgres", None, None),
            ("a", "Already exists", None, None),
            ("b", "Pulling fs layer", None, None),
            ("b", "Downloading", Some(40), Some(100)),
            ("c", "Waiting", None, None),
        ] {
            layers.note(id, status, current, total);
        }
        let half = PullProgress { layers: 3, layers_done: 1, bytes: 40, total_bytes: 100 };
        assert_eq!(layers.progress(), half);
        for status in ["Download complete", "Extracting", "Pull complete"] {
            layers.note("b", status, Some(7), Some(70));
        }
        assert_eq!(layers.progress(), PullProgress { layers_done: 2, bytes: 100, ..half });
    }
}
