#!/usr/bin/env bash
# The figures of `make bench`, each beside a peer or a limit measured in the same run: 20 000 messages of 3 KB through the whole
# line into Postfix's smtp-sink, raw libcurl into the same sink, and a relay that answers the final dot after one second.
set -euo pipefail
cd "$(dirname "$0")/../.."
relais=$PWD/$1
count=${COUNT:-20000}
connections=${CONNECTIONS:-16}
work=$(mktemp -d)
sink=
trap '[ -z "$sink" ] || kill -9 "$sink" 2> /dev/null || true; rm -rf "$work"' EXIT
export RELAIS_SHARE=$work/share RELAIS_HOME=$work/home

start_sink() { # options of smtp-sink
    local user=()
    [ "$(id -u)" = 0 ] && user=(-u postfix)
    port=$((20000 + RANDOM % 20000))
    /usr/sbin/smtp-sink "${user[@]}" "$@" "127.0.0.1:$port" 1024 > /dev/null 2>&1 &
    sink=$!
    for _ in $(seq 100); do (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null && return; sleep 0.05; done
    echo "smtp-sink did not start" >&2
    exit 1
}
stop_sink() { kill -9 "$sink" 2> /dev/null || true; wait "$sink" 2> /dev/null || true; sink=; }
seconds() { date +%s.%N; }
calculate() { awk "BEGIN { printf \"$1\", $2 }"; }

# A kind of message that comes to 3 KB, and a home that uses it.
mkdir -p "$work/share"
cp -r Templates "$work/share/Templates"
kind=$work/share/Templates/bench-note
mkdir -p "$kind/en"
echo '{"purpose": "intervention", "channels": ["email"]}' > "$kind/template.json"
echo 'Your vehicle {{intervention.reference}}' > "$kind/en/subject.txt"
{ echo 'Hello {{to.name}},'; for _ in $(seq 8); do echo 'Here is what we saw on your vehicle today.'; done
    echo 'Unsubscribe: {{links.unsubscribe}}'; } > "$kind/en/body.txt"
{ echo '<!doctype html><html lang="en"><body><p>Hello {{to.name}},</p>'
    for _ in $(seq 21); do echo '<p>Here is what we saw on your vehicle today, with {{intervention.reference}}.</p>'; done
    echo '<p><a href="{{links.unsubscribe}}">unsubscribe</a></p></body></html>'; } > "$kind/en/body.html"

new_home() { # connections
    rm -rf "$RELAIS_HOME"
    mkdir -p "$RELAIS_HOME"
    cat > "$RELAIS_HOME/relais.json" <<JSON
{ publicURL: "http://127.0.0.1:8025",
  providers: { relay: { kind: "smtp", url: "smtp://127.0.0.1:$port", tls: "off", helo: "bench.example.com",
                        connections: $1 } },
  routes: { email: ["relay"] } }
JSON
    "$relais" init "$RELAIS_HOME" > /dev/null
    "$relais" dealership put Outbox/examples/dealership.json > /dev/null
}
messages() { # count
    awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) printf "{\"template\":\"bench-note\",\"to\":{\"name\":\"Zoe %d\",\"email\":\"zoe%d@example.com\",\"locale\":\"en\"},\"intervention\":{\"reference\":\"WO-%d\"}}\n", i, i, i }'
}

echo "machine: $(nproc) cores, $(uname -r); $count messages, $connections connections"
start_sink
new_home "$connections"
messages "$count" > "$work/messages.ndjson"
start=$(seconds)
"$relais" send "$work/messages.ndjson" --dealership garage-nord > "$work/sent.txt"
enqueued=$(calculate %.0f "$count / ($(seconds) - $start)")
id=$(head -n 1 "$work/sent.txt" | cut -d ' ' -f 1)
"$relais" outbox show "$id" --content > "$work/message.eml"
echo "enqueue   (compose, gate, durable): $enqueued/s; one message is $(wc -c < "$work/message.eml") bytes"

start=$(seconds)
"$relais" deliver --drain --timeout 600s > "$work/result.txt"
delivered=$(calculate %.0f "$count / ($(seconds) - $start)")
grep -qx "$count sent" "$work/result.txt" || { cat "$work/result.txt"; exit 1; }

clang -O2 -o "$work/raw-libcurl" Tests/Benchmarks/raw-libcurl.c -lcurl -lpthread
raw=$("$work/raw-libcurl" "smtp://127.0.0.1:$port/bench.example.com" "$work/message.eml" "$count" "$connections")
stop_sink
echo "deliver --drain: $delivered/s   raw libcurl: $raw/s   ratio $(calculate %.2f "$delivered / $raw")   (at least 3000/s)"

start_sink -W .:1
new_home 32
messages 64 | "$relais" send - --dealership garage-nord > /dev/null
start=$(seconds)
"$relais" deliver --drain --timeout 60s > "$work/result.txt"
slow=$(calculate %.2f "$(seconds) - $start")
grep -qx "64 sent" "$work/result.txt" || { cat "$work/result.txt"; exit 1; }
stop_sink
echo "64 messages, a relay that answers the dot after 1 s, 32 connections: ${slow} s   (under 5 s; one at a time: 64 s)"
