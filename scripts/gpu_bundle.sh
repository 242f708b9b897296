#!/usr/bin/env bash
# Builds a folder that needs no toolchain: the tests of the GPU and its benchmarks as programs, and run.sh, which runs them and
# prints one table. Use: scripts/gpu_bundle.sh [folder]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-target/gpu-bundle}

export CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_PROFILE_RELEASE_DEBUG=false
executables() { sed -n 's/.*"executable":"\([^"]*\)".*/\1/p'; }
json="--message-format json-render-diagnostics"
# shellcheck disable=SC2086
tests=$(cargo test --release --no-run $json -p ndstencil -p gpu-isa --all-features \
    --test language --test runtime --test oracle --bench record --bench pairs | executables)
# shellcheck disable=SC2086
heat=$(cargo build --release $json -p ndstencil-examples --features gpu --bin gpu_heat | executables)

rm -rf "$folder"
mkdir -p "$folder/bin"
for program in $tests; do
    name=$(basename "$program")
    # Without the hash that cargo adds.
    install -m 755 "$program" "$folder/bin/${name%-*}"
done
install -m 755 "$heat" "$folder/bin/gpu_heat"
install -m 755 scripts/gpu_bundle_run.sh "$folder/run.sh"
git rev-parse HEAD >"$folder/commit" 2>/dev/null || echo unknown >"$folder/commit"
megabytes=$(du -sm "$folder" | cut -f1)
echo "$folder: $megabytes MB"
if ((megabytes >= 60)); then
    echo "that is more than 60 MB" >&2
    exit 1
fi
