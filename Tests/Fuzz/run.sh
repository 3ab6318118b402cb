#!/usr/bin/env bash
# Runs each fuzzer of this folder for a number of seconds (libFuzzer with AddressSanitizer): parsers of foreign bytes in pure rooms.
# SwiftPM cannot link one, because it renames `main`, so the room and the fuzzer are compiled in one line.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SWIFT_BACKTRACE=enable=no
for fuzzer in JSON:JSONFuzz TemplateEngine:TemplateFuzz; do
    room=${fuzzer%:*} name=${fuzzer#*:}
    swiftc -O -sanitize=fuzzer,address -parse-as-library -package-name relais "Sources/$room"/*.swift \
        "Tests/Fuzz/$name.swift" -o "$work/$name" 2> "$work/build.log" || { cat "$work/build.log"; exit 1; }
    dictionary=Tests/Fuzz/$(tr '[:upper:]' '[:lower:]' <<< "${name%Fuzz}").dict
    mkdir -p "$work/$name.corpus"
    "$work/$name" -max_total_time="$seconds" -timeout=2 -artifact_prefix="$work/" \
        $([ -f "$dictionary" ] && echo "-dict=$dictionary") "$work/$name.corpus" > "$work/$name.log" 2>&1 \
        || { tail -n 40 "$work/$name.log"; exit 1; }
    echo "$name: $(grep -o 'Done [0-9]* runs' "$work/$name.log"), no finding"
done
