//! Chunks where nobody says which there should be.

/// The shape with its longest axes halved until a chunk of elements of `size` bytes has at most `most` bytes.
pub(crate) fn usual_chunks(shape: &[usize], size: usize, most: usize) -> Vec<usize> {
    let mut chunks: Vec<usize> = shape.iter().map(|&n| n.max(1)).collect();
    let bytes = |chunks: &[usize]| chunks.iter().fold(size, |bytes, &n| bytes.saturating_mul(n));
    while bytes(&chunks) > most
        && let Some(longest) = chunks.iter_mut().max().filter(|longest| **longest > 1)
    {
        *longest = longest.div_ceil(2);
    }
    chunks
}
