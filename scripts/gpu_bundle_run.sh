#!/bin/sh
# Runs the GPU's tests and benchmarks, prints one table and writes the figures as JSON.
# Use: ./run.sh [figures.json]; NDSTENCIL_ADAPTER=name chooses an adapter for the shader pairs.
set -u
figures=${1:-gpu-figures.json}
case $figures in /*) ;; *) figures=$PWD/$figures ;; esac
cd "$(dirname "$0")" || exit 1
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
# A machine without a GPU is a failure here.
export NDSTENCIL_REQUIRE_GPU=1

echo "ndstencil $(cat commit)"
tests= failed=0
for suite in language runtime oracle; do
    "bin/$suite" gpu:: >"$logs/$suite" 2>&1 || failed=1
    result=$(sed -n 's/^test result: [^.]*\. \([0-9]*\) passed; \([0-9]*\) failed;.*/\1 \2/p' "$logs/$suite")
    set -- ${result:-0 1}
    printf '%-28s %s tests passed, %s failed\n' "$suite" "$1" "$2"
    [ "$2" = 0 ] || grep -a -A5 'panicked at' "$logs/$suite" | head -n 60
    tests="$tests${tests:+, }\"$suite\": {\"passed\": $1, \"failed\": $2}"
done

bin/pairs "$logs/pairs.json" || failed=1
bin/record >"$logs/record" || failed=1
cat "$logs/record"
recorded=$(sed -n 's/^apply_into  *\([0-9.]*\)  *\([0-9.]*\)  *\([0-9.]*\)$/{"record_us": \1, "hand_over_us": \2, "wait_us": \3}/p' "$logs/record")
(cd "$logs" && "$OLDPWD/bin/gpu_heat") >"$logs/heat" 2>&1 || failed=1
heat=$(sed -n 's/.* steps of .* cells in \([0-9.]*\) ms$/\1/p' "$logs/heat")
grep -a ' steps of ' "$logs/heat" || failed=1

{
    printf '{\n"commit": "%s",\n"tests": {%s},\n' "$(cat commit)" "$tests"
    printf '"recorded_call": %s,\n"thousand_sweeps_ms": %s,\n"shaders": ' "${recorded:-null}" "${heat:-null}"
    cat "$logs/pairs.json" 2>/dev/null || echo null
    printf '}\n'
} >"$figures"
echo "written: $figures"
exit $failed
