#!/usr/bin/env bash
# Compares random programs with themselves as plain Rust, in batches: of each the seed, the number of kernels, the failures.
# Use: scripts/programs.sh [stencils gufuncs batches seed]; the batches have the seeds from `seed` on.
# NDSTENCIL_PROGRAMS_WITHOUT=TupleFields,Streaming leaves forms out; NDSTENCIL_PROGRAMS_ONLY=17 builds one program of each
# half. FEATURES=gpu also runs the GPU forms.
set -euo pipefail
cd "$(dirname "$0")/.."

stencils=${1:-300} gufuncs=${2:-300} batches=${3:-5} seed=${4:-1000}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for ((batch = 0; batch < batches; batch++)); do
    export NDSTENCIL_PROGRAMS_SEED=$((seed + batch))
    export NDSTENCIL_PROGRAMS_STENCILS=$stencils NDSTENCIL_PROGRAMS_GUFUNCS=$gufuncs
    started=$SECONDS
    if cargo test -p ndstencil-programs ${FEATURES:+--features "$FEATURES"} --no-fail-fast -- --nocapture >"$log" 2>&1; then
        verdict="none failed"
    else
        failed=$((failed + 1))
        # A program that does not compile, or each that differs, with its seed, its number and its text.
        grep -aE -A12 '^error' "$log" | head -n 60 || true
        sed -n '/^== seed/,/^\(stencil\|gufunc\)s: seed/p' "$log"
        grep -aE -A3 'panicked at' "$log" || true
        verdict=$(grep -aEo '^[a-z]+s: seed .* failed' "$log" | paste -sd ';') || verdict="does not compile"
        grep -aqE ', [1-9][0-9]* failed$' "$log" || verdict="$verdict; a test failed"
    fi
    grep -aE 'side by side$|: noticed by' "$log" || true
    echo "batch $((batch + 1)): seed $NDSTENCIL_PROGRAMS_SEED, $stencils stencils and $gufuncs gufuncs in $((SECONDS - started)) s: $verdict"
done
exit $((failed > 0))
