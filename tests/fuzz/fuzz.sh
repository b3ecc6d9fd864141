#!/bin/sh
# Searches for inputs that break a fuzz target, each of them for a while: new inputs of interest stay in the build
# folder for the next time; one that breaks a target ends the search with status 1 and is named.
#
#   sh tests/fuzz/fuzz.sh BUILD_FOLDER SECONDS [TARGET]
set -eu
[ $# -ge 2 ] || { echo "usage: sh tests/fuzz/fuzz.sh BUILD_FOLDER SECONDS [TARGET]" >&2; exit 2; }
source=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1/tests/fuzz" && pwd)
seconds=$2
only=${3:-}

ran=0
for list in "$build"/*.seeds; do
  name=$(basename "$list" .seeds)
  [ -z "$only" ] || [ "$only" = "$name" ] || continue
  found=$build/found/$name
  mkdir -p "$found/corpus" "$found/seeds" "$found/broken"
  while read -r seed; do
    [ -z "$seed" ] || cp "$seed" "$found/seeds"
  done < "$list"
  echo "== $name: $seconds s"
  status=0
  # -timeout: one input; -rss_limit_mb: an input that eats memory is a finding as well.
  "$build/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -verbosity=0 -artifact_prefix="$found/broken/" "$found/corpus" "$source/corpus/$name" "$found/seeds" || status=$?
  if [ "$status" != 0 ]; then
    echo "$name is broken by an input in $found/broken: mend it, and put the input into tests/fuzz/corpus/$name" >&2
    exit 1
  fi
  ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || { echo "There is no fuzz target ${only:-at all} in $1" >&2; exit 2; }
