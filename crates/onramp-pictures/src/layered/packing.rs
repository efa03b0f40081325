/// Where blocks lie that were put beside one another.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The width of all of them.
    pub width: f64,
    /// The height of all of them.
    pub height: f64,
    /// The top left corner of each.
    pub corners: Vec<(f64, f64)>,
}

/// Puts blocks of these widths and heights beside one another in rows, in their order, `apart` from one another, so that
/// all of them are about `shape` times as wide as high.
pub fn pack(sizes: &[(f64, f64)], apart: f64, shape: f64) -> Packed {
    let area: f64 = sizes.iter().map(|(width, height)| (width + apart) * (height + apart)).sum();
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    // Which width leaves the least room unused depends on where rows happen to end, so several are tried.
    (6..=16)
        .map(|tenths| rows(sizes, apart, widest.max((area * shape).sqrt() * f64::from(tenths) / 10.0)))
        .min_by(|one, two| one.least_height(shape).total_cmp(&two.least_height(shape)))
        .expect("several widths are tried")
}

/// Rows that get no wider than a limit.
fn rows(sizes: &[(f64, f64)], apart: f64, limit: f64) -> Packed {
    let mut packed = Packed { width: 0.0, height: 0.0, corners: Vec::with_capacity(sizes.len()) };
    let (mut x, mut y) = (0.0, 0.0);
    for (width, height) in sizes {
        if x > 0.0 && x + width > limit {
            (x, y) = (0.0, packed.height + apart);
        }
        packed.corners.push((x, y));
        packed.width = packed.width.max(x + width);
        packed.height = packed.height.max(y + height);
        x += width + apart;
    }
    packed
}

impl Packed {
    /// How high a page of the wanted shape must be to hold them.
    fn least_height(&self, shape: f64) -> f64 {
        self.height.max(self.width / shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lie_in_rows_and_never_on_one_another() {
        let sizes: Vec<(f64, f64)> =
            (1..30).map(|n| (f64::from(n % 7) * 30.0 + 20.0, f64::from(n % 5) * 25.0)).collect();
        let packed = pack(&sizes, 10.0, 1.6);
        for (one, (left, top)) in packed.corners.iter().enumerate() {
            assert!(left + sizes[one].0 <= packed.width && top + sizes[one].1 <= packed.height);
            for (two, (x, y)) in packed.corners.iter().enumerate().skip(one + 1) {
                let is_beside = left + sizes[one].0 <= *x || x + sizes[two].0 <= *left;
                assert!(is_beside || top + sizes[one].1 <= *y, "{one} lies on {two}");
            }
        }
        assert_eq!(pack(&[], 10.0, 1.6).corners, []);
    }
}
