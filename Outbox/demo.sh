#!/usr/bin/env bash
# The whole way of a message, for somebody who sees Relais for the first time: a fresh home, a dealership, an objection, a running
# gateway, messages posted with curl from Outbox/examples, their delivery, one unsubscribe, one double opt-in, and what became of each. It ends by
# itself with 0 and leaves everything to look at under Outbox/data/demo.
set -euo pipefail
cd "$(dirname "$0")/.."
relais=$PWD/$1
export RELAIS_HOME=$PWD/Outbox/data/demo
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
api=http://127.0.0.1:8025
operations=http://127.0.0.1:8026

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
# The first member of this name that is a string, of JSON on one line.
field() { { grep -o "\"$1\":\"\(\\\\.\|[^\"\\\\]\)*\"" || true; } | head -n 1 | sed -e "s/^\"$1\":\"//" -e 's/"$//' -e 's/\\"/"/g'; }

say "1  A fresh home in Outbox/data/demo"
rm -rf "$RELAIS_HOME"
mkdir -p "$RELAIS_HOME"
cp Outbox/relais.json "$RELAIS_HOME/relais.json"
if [ -n "${RELAY:-}" ]; then
    case $RELAY in smtp://127.* | smtp://localhost*) tls=off ;; *) tls=required ;; esac
    sed -i -e "s|smtp://127.0.0.1:2525|$RELAY|" -e "s|tls: \"off\"|tls: \"$tls\"|" \
        -e 's|email: \["capture"\]|email: ["relay"]|' "$RELAIS_HOME/relais.json"
fi
"$relais" init "$RELAIS_HOME" | head -n 1
"$relais" dealership put Outbox/examples/dealership.json
key=$("$relais" key create --dealership garage-nord --scope send,read 2> /dev/null)
echo "an API key with the scopes send and read"

say "2  Paul has objected: he told the reception on the phone"
"$relais" consent record --dealership garage-nord --email paul.objecte@example.lu \
    --event objected --scope all --method phone
"$relais" check

say "3  The gateway starts"
"$relais" serve 2> "$RELAIS_HOME/gateway.log" &
gateway=$!
trap 'kill "$gateway" 2> /dev/null || true' EXIT
ready=no
for _ in $(seq 100); do
    kill -0 "$gateway" 2> /dev/null || { cat "$RELAIS_HOME/gateway.log"; exit 1; }
    curl -fsS -o /dev/null "$operations/readyz" 2> /dev/null && { ready=yes; break; }
    sleep 0.1
done
[ "$ready" = yes ] || { echo "the gateway did not become ready"; cat "$RELAIS_HOME/gateway.log"; exit 1; }
curl -fsS "$operations/readyz"; echo

say "4  Messages from Outbox/examples/messages, posted with curl"
declare -A id_of answer_of
post() {
    local file=$1 name answer status
    name=$(basename "$file" .json)
    answer=$(curl -sS -w '\n%{http_code}' -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
        --data-binary "@$file" "$api/v1/messages")
    status=${answer##*$'\n'}
    id_of[$name]=$(field id <<< "$answer")
    if [ "$status" = 202 ]; then
        answer_of[$name]=
        printf '%-34s 202 %s %s\n' "$name" "$(field state <<< "$answer")" "${id_of[$name]}"
    else
        answer_of[$name]="$status: $(sed 's/.*"errors"//' <<< "$answer" | field detail)"
        printf '%-34s %s\n' "$name" "${answer_of[$name]}"
    fi
}
state_of() { curl -fsS -H "Authorization: Bearer $key" "$api/v1/messages/$1" | field state; }
settled() { # waits until a message is no longer on its way
    local state
    for _ in $(seq 100); do
        state=$(state_of "$1")
        case $state in queued | sending) sleep 0.1 ;; *) break ;; esac
    done
    echo "$state"
}
unsubscribing=06-en-before-unsubscribing
blocked=07-en-after-unsubscribing
confirming=09-fr-confirm-subscription
newsletter=10-fr-newsletter
for file in Outbox/examples/messages/*.json; do
    case $file in *"$blocked"* | *"$newsletter"*) ;; *) post "$file" ;; esac
done

say "5  One customer clicks unsubscribe in the message that she got"
echo "$unsubscribing is $(settled "${id_of[$unsubscribing]}")"
link=$("$relais" outbox show "${id_of[$unsubscribing]}" --content | tr -d '\r' \
    | sed -n 's/^List-Unsubscribe: <\(.*\)>$/\1/p')
curl -fsS -o /dev/null -w 'GET  the page: %{http_code}, and nothing is changed by looking\n' "$link"
curl -fsS -w 'POST List-Unsubscribe=One-Click: %{http_code}\n' --data 'List-Unsubscribe=One-Click' "$link"
post "Outbox/examples/messages/$blocked.json"

say "6  Another confirms that she wants the newsletter"
echo "$confirming is $(settled "${id_of[$confirming]}")"
link=$("$relais" outbox show "${id_of[$confirming]}" --content | tr -d '\r' | sed -e ':all' -e 'N; $!b all' -e 's/=\n//g' \
    | grep -o "$api/c/[A-Za-z0-9_-]*" | head -n 1)
curl -fsS -o /dev/null -w 'GET  the page: %{http_code}, and nothing is changed by looking\n' "$link"
curl -fsS -o /dev/null -w 'POST confirm=yes: %{http_code}\n' --data confirm=yes "$link"
post "Outbox/examples/messages/$newsletter.json"

say "7  What became of each"
for file in Outbox/examples/messages/*.json; do
    name=$(basename "$file" .json)
    id=${id_of[$name]}
    if [ -z "$id" ]; then
        printf '%-34s %-9s %s\n' "$name" refused "${answer_of[$name]}"
        continue
    fi
    state=$(settled "$id")
    reason=$("$relais" outbox show "$id" | sed -n '1s/.*(\(.*\))$/\1/p')
    open=Outbox/data/demo/data/captured/$id.eml
    [ -f "$open" ] || open=Outbox/data/demo/data/captured/$id.json
    [ -f "$open" ] || open=
    printf '%-34s %-9s %s\n' "$name" "$state" "${reason:-${open:-sent through $RELAY}}"
done

say "8  The gateway stops, and the ledger is checked"
kill -TERM "$gateway"
wait "$gateway"
trap - EXIT
"$relais" consent verify
[ -n "${RELAY:-}" ] || echo "The .eml files open in any mail program; a .json file is an SMS."
echo "$1 outbox list --home Outbox/data/demo shows every message; make screenshots renders the mails and pages."
