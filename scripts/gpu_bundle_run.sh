#!/bin/sh
# Times shaders and calls on this machine's GPU, runs the tests there, prints one table and writes the figures as JSON.
# Use: ./run.sh [figures.json]. Of several GPUs the fastest is taken; VK_DRIVER_FILES, Vulkan's own, chooses a driver.
set -u
figures=${1:-gpu-figures.json}
case $figures in /*) ;; *) figures=$PWD/$figures ;; esac
cd "$(dirname "$0")" || exit 1
bin=$PWD/bin commit=$(cat commit)
# The programs write there, too.
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
cd "$logs" || exit 1
# A machine without a GPU is a failure here.
export NDSTENCIL_REQUIRE_GPU=1
failed=0

echo "ndstencil $commit"
"$bin/pairs" pairs.json
case $? in 0) ;; 2) exit 2 ;; *) failed=1 ;; esac

echo
"$bin/record" >record || failed=1
cat record
recorded=$(sed -n 's/^apply_into  *\([0-9.]*\)  *\([0-9.]*\)  *\([0-9.]*\)$/{"record_us": \1, "hand_over_us": \2, "wait_us": \3}/p' record)
"$bin/gpu_heat" >heat 2>heat.log || { failed=1; cat heat.log; }
grep -a ' steps of ' heat
heat=$(sed -n 's/.* steps of .* cells in \([0-9.]*\) ms$/\1/p' heat)

printf '\n%-28s %10s %10s\n' tests passed failed
tests=
for suite in language runtime oracle; do
    "$bin/gpu" "$suite::" >"$suite" 2>"$suite.log"
    status=$?
    # Below are the words of failed tests, some of which run others.
    sed '/^failures:$/q' "$suite" >results
    passed=$(grep -c '^test .* \.\.\. ok$' results)
    failures=$(sed -n 's/^test \([^ ]*\).* \.\.\. FAILED$/\1/p' results)
    # A driver may take the program with it.
    [ $status = 0 ] || [ -n "$failures" ] || failures=ended_with_status_$status
    names= count=0
    for name in $failures; do
        names="$names${names:+, }\"$name\"" count=$((count + 1))
    done
    printf '%-28s %10s %10s\n' "$suite" "$passed" "$count"
    tests="$tests${tests:+, }\"$suite\": {\"passed\": $passed, \"failed\": [$names]}"
    if [ $count != 0 ]; then
        failed=1
        printf '  %s\n' $failures
        grep -a -A5 'panicked at' "$suite" | head -n 60
        tail -n 5 "$suite.log"
    fi
done

{
    printf '{\n"commit": "%s",\n"tests": {%s},\n' "$commit" "$tests"
    printf '"recorded_call": %s,\n"thousand_sweeps_ms": %s,\n"shaders": ' "${recorded:-null}" "${heat:-null}"
    cat pairs.json 2>/dev/null || echo null
    printf '}\n'
} >"$figures" || exit 1
echo "written: $figures"
exit $failed
