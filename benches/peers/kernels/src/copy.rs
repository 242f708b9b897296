//! The ceilings: how fast the same bytes can be copied, in the same process and between the same arrays.

use crate::{Call, export};

/// Copies with stores that bypass the cache, which saves the read of the destination.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
fn copy_streaming(from: &[u8], to: &mut [u8]) {
    use std::arch::x86_64::{__m256i, _mm_sfence, _mm256_loadu_si256, _mm256_stream_si256};
    // The stores need aligned addresses.
    let (head, body, tail) = {
        // SAFETY: any bytes are a valid `__m256i`.
        let (head, body, tail) = unsafe { to.align_to_mut::<__m256i>() };
        (head, body, tail)
    };
    let (first, rest) = from.split_at(head.len());
    let (middle, last) = rest.split_at(size_of_val(body));
    head.copy_from_slice(first);
    tail.copy_from_slice(last);
    for (to, from) in body.iter_mut().zip(middle.chunks_exact(32)) {
        // SAFETY: `from` holds 32 bytes and `to` is an aligned 32-byte element of a slice.
        unsafe { _mm256_stream_si256(to, _mm256_loadu_si256(from.as_ptr().cast())) };
    }
    _mm_sfence();
}

fn copy(call: &Call, run: fn(&[u8], &mut [u8])) {
    // The Python side passes the number of bytes as the shape.
    let (from, to) = (call.input::<u8>(0, 1), call.output::<u8>(1));
    let part = from.len().div_ceil(call.threads);
    let mut parts = from.chunks(part).zip(to.chunks_mut(part));
    let Some(own) = parts.next() else { return };
    if call.threads == 1 {
        return run(own.0, own.1);
    }
    rayon::scope(|scope| {
        for (from, to) in parts {
            scope.spawn(move |_| run(from, to));
        }
        run(own.0, own.1);
    });
}

export! {
    fn copy_plain(call) { copy(call, |from, to| to.copy_from_slice(from)) }
    fn copy_nt(call) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx") {
            // SAFETY: the processor has AVX.
            return copy(call, |from, to| unsafe { copy_streaming(from, to) });
        }
        copy(call, |from, to| to.copy_from_slice(from));
    }
}
