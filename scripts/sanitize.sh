#!/bin/sh
# Runs the tests that reach the unsafe code under AddressSanitizer, which needs a nightly toolchain.
# Fewer cases than usual: it is several times slower. `PROPTEST_CASES=50 scripts/sanitize.sh` runs more.
set -eu
cd "$(dirname "$0")/.."
export PROPTEST_CASES="${PROPTEST_CASES:-2}"
export RUSTFLAGS="-Zsanitizer=address ${RUSTFLAGS:-}"
# Panics that are caught leave nothing behind: leaks count as errors too.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1}"
# With a target, build scripts and procedural macros are built without the sanitizer.
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
# Left out is a process with little address space, of which the sanitizer takes more.
cargo +nightly test --target "$host" --test oracle --test runtime "$@" -- --skip wide::
cargo +nightly test --target "$host" --test language "$@" -- gufuncs::
if cargo +nightly miri --version >/dev/null 2>&1; then
    cd stencil-runtime
    unset RUSTFLAGS
    cargo +nightly miri test --lib
else
    echo "Miri is not installed: skipped"
fi
