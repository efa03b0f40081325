/// The development image for a local cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kubernetes {
    /// The image that the development manifest runs.
    pub image: String,
}
