#!/usr/bin/env bash
# Builds a folder that needs no toolchain: the tests of the GPU and its benchmarks as programs, and run.sh, which runs them and
# prints one table. Use: scripts/gpu_bundle.sh [folder]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-target/gpu-bundle}

export CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_PROFILE_RELEASE_DEBUG=false
# The same packages and features each time: else dependencies are built twice.
build=(cargo build --release -p ndstencil -p gpu-isa -p ndstencil-examples --features ndstencil/f16,ndstencil-examples/gpu)
# What is timed is optimised for speed; hundreds of kernels of tests, which use the processor to compare, for size.
timed=(--bench pairs --bench record --bin gpu_heat)
tests=(--test gpu --config 'profile.release.package.ndstencil.opt-level="s"')

rm -rf "$folder"
mkdir -p "$folder/bin"
{
    "${build[@]}" --message-format json-render-diagnostics "${timed[@]}"
    "${build[@]}" --message-format json-render-diagnostics "${tests[@]}"
} | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | while read -r program; do
    # Without the hash that cargo adds.
    name=$(basename "$program" | sed 's/-[0-9a-f]*$//')
    case $name in gpu | gpu_heat | pairs | record) install -m 755 "$program" "$folder/bin/$name" ;; esac
done
install -m 755 scripts/gpu_bundle_run.sh "$folder/run.sh"
git describe --always --dirty --abbrev=40 --exclude '*' >"$folder/commit" 2>/dev/null || echo unknown >"$folder/commit"
megabytes=$(du -sm "$folder" | cut -f1)
echo "$folder: $megabytes MB"
if ((megabytes >= 60)); then
    echo "that is more than 60 MB" >&2
    exit 1
fi
