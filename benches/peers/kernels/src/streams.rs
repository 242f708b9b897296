//! More ceilings, beside the copies: three streams for element-wise kernels, and one that is only read for reductions.

use crate::{Call, export};

/// STREAM's triad: two arrays are read and one is written.
#[inline(always)]
fn triad(a: &[f32], b: &[f32], to: &mut [f32]) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to = a + 0.5 * b;
    }
}

fn triad_baseline(a: &[f32], b: &[f32], to: &mut [f32]) {
    triad(a, b, to);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn triad_avx2(a: &[f32], b: &[f32], to: &mut [f32]) {
    triad(a, b, to);
}

/// The triad with stores that bypass the cache, which saves the read of the destination.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn triad_streaming(a: &[f32], b: &[f32], to: &mut [f32]) {
    use std::arch::x86_64::*;
    // The stores need aligned addresses.
    // SAFETY: any eight `f32` are a valid `__m256`.
    let (head, body, tail) = unsafe { to.align_to_mut::<__m256>() };
    let (first, last) = (head.len(), head.len() + 8 * body.len());
    triad(&a[..first], &b[..first], head);
    triad(&a[last..], &b[last..], tail);
    let pairs = a[first..last].chunks_exact(8).zip(b[first..last].chunks_exact(8));
    for (to, (a, b)) in body.iter_mut().zip(pairs) {
        // SAFETY: `a` and `b` hold eight elements each.
        let (a, b) = unsafe { (_mm256_loadu_ps(a.as_ptr()), _mm256_loadu_ps(b.as_ptr())) };
        // SAFETY: `to` is an aligned 32-byte element of a slice.
        unsafe {
            _mm256_stream_ps(std::ptr::from_mut(to).cast(), _mm256_add_ps(a, _mm256_mul_ps(_mm256_set1_ps(0.5), b)))
        };
    }
    _mm_sfence();
}

fn in_three(call: &Call, run: fn(&[f32], &[f32], &mut [f32])) {
    let (a, b, to) = (call.input::<f32>(0, 2), call.input::<f32>(1, 2), call.output::<f32>(2));
    let part = to.len().div_ceil(call.threads).max(1);
    let mut parts = a.chunks(part).zip(b.chunks(part)).zip(to.chunks_mut(part));
    let Some(((own_a, own_b), own_to)) = parts.next() else { return };
    if call.threads == 1 {
        return run(own_a, own_b, own_to);
    }
    rayon::scope(|scope| {
        for ((a, b), to) in parts {
            scope.spawn(move |_| run(a, b, to));
        }
        run(own_a, own_b, own_to);
    });
}

/// Integers: their sum may be reordered, so that nothing but the reading takes time.
#[inline(always)]
fn sum(words: &[u64]) -> u64 {
    words.iter().fold(0, |sum, &word| sum.wrapping_add(word))
}

fn sum_baseline(words: &[u64]) -> u64 {
    sum(words)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_avx2(words: &[u64]) -> u64 {
    sum(words)
}

fn read(call: &Call, run: fn(&[u64]) -> u64) {
    // The Python side passes the number of words as the shape.
    let words = call.input::<u64>(0, 1);
    let total = if call.threads == 1 {
        run(words)
    } else {
        let mut parts = words.chunks(words.len().div_ceil(call.threads).max(1));
        let own = parts.next().unwrap_or_default();
        let mut sums = vec![0; call.threads - 1];
        let mut total = 0;
        rayon::scope(|scope| {
            for (part, sum) in parts.zip(&mut sums) {
                scope.spawn(move |_| *sum = run(part));
            }
            total = run(own);
        });
        sums.into_iter().fold(total, u64::wrapping_add)
    };
    // SAFETY: the output has at least one element, an `f32`, and no other reference to it exists during the call.
    unsafe { *call.output.cast::<f32>() = (total & 0xFF_FFFF) as f32 };
}

export! {
    fn triad_plain(call) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return in_three(call, |a, b, to| unsafe { triad_avx2(a, b, to) });
        }
        in_three(call, triad_baseline);
    }
    fn triad_nt(call) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return in_three(call, |a, b, to| unsafe { triad_streaming(a, b, to) });
        }
        in_three(call, triad_baseline);
    }
    fn read_sum(call) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return read(call, |words| unsafe { sum_avx2(words) });
        }
        read(call, sum_baseline);
    }
}
