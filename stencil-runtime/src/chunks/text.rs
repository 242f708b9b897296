//! Numbers as people read them.

/// A number of bytes: `1.5 MiB`.
pub(crate) fn bytes(bytes: usize) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let power = (bytes.ilog2() / 10).min(5);
    format!("{:.1} {}", bytes as f64 / 1024_f64.powi(power as i32), units[power as usize - 1])
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_have_units() {
        assert_eq!(
            [0, 1023, 1536, 3 << 20, 20 << 30].map(super::bytes),
            ["0 B", "1023 B", "1.5 KiB", "3.0 MiB", "20.0 GiB"]
        );
    }
}
