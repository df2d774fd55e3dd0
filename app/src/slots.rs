//! The slots of a chart: where the middle of one lies. The server draws there, and the dashboard's island points there.

/// Where the middle of a slot lies, of so many beside each other, as an SVG length: `50.833%`.
#[must_use]
pub fn middle(slot: usize, slots: usize) -> String {
    let thousandths = (2 * slot + 1) * 100_000 / (2 * slots.max(1));
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_divide_the_width() {
        for (slot, slots, text) in [(0, 1, "50.000%"), (0, 60, "0.833%"), (59, 60, "99.166%"), (0, 0, "50.000%")] {
            assert_eq!(middle(slot, slots), text);
        }
    }
}
