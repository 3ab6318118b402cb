#!/usr/bin/env bash
# Renders what customers see, from the home that `make demo` left, in headless Chromium: each mail's HTML part, the message as a page, and
# the pages that its links lead to, at the width of a phone and of a desk, light and dark. The media of the examples do not exist; a grey picture
# stands for each.
set -euo pipefail
cd "$(dirname "$0")/.."
relais=$PWD/$1
export RELAIS_HOME=$PWD/Outbox/data/demo
out=$PWD/Outbox/data/screenshots
rm -rf "$out"
mkdir -p "$out"

shoot() { # page.html name [height]
    local width scheme
    for width in 390 1280; do
        for scheme in light dark; do
            # Blink's numbers of the colour schemes: 0 is dark, 1 is light.
            chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$width,${3:-2600}" \
                --blink-settings=preferredColorScheme="$([ $scheme = dark ] && echo 0 || echo 1)" \
                --virtual-time-budget=3000 --screenshot="$out/$2-$width-$scheme.png" "file://$1" > /dev/null 2>&1
            echo "Outbox/data/screenshots/$2-$width-$scheme.png"
        done
    done
}
page() { # name, and what curl asks for
    local name=$1
    shift
    curl -sS "$@" > "$out/$name.html"
    shoot "$out/$name.html" "$name" 1000
}
grey() { # page.html: the pictures of the examples' media host become grey ones
    python3 - "$1" <<'PYTHON'
import base64, re, sys
grey = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400"><rect width="640" height="400" '
                        b'fill="#7d8791"/><circle cx="320" cy="200" r="90" fill="#5a636d"/></svg>').decode()
html = open(sys.argv[1]).read()
html = re.sub(r'https://media\.example\.lu/[^"\s)]*\.(jpg|png)', "data:image/svg+xml;base64," + grey, html)
open(sys.argv[1], "w").write(html)
PYTHON
}

"$relais" serve 2> /dev/null &
gateway=$!
trap 'kill "$gateway" 2> /dev/null || true' EXIT
for _ in $(seq 100); do curl -fsS -o /dev/null http://127.0.0.1:8026/readyz 2> /dev/null && break; sleep 0.1; done

link=
confirm=
for mail in "$RELAIS_HOME"/data/captured/*.eml; do
    name=$(basename "$mail" .eml)
    python3 - "$mail" "$out/$name.html" <<'PYTHON'
import email, email.policy, sys
message = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.default)
open(sys.argv[2], "w").write(message.get_body(("html",)).get_content())
PYTHON
    grey "$out/$name.html"
    shoot "$out/$name.html" "$name"
    link=$(sed -n 's/^List-Unsubscribe: <\(.*\)>\r$/\1/p' "$mail")
    question=$(grep -o 'http://127.0.0.1:8025/c/[A-Za-z0-9_-]*' "$out/$name.html" | head -n 1 || true)
    confirm=${question:-$confirm}
    online=$(grep -o 'http://127.0.0.1:8025/m/[A-Za-z0-9_-]*' "$out/$name.html" | head -n 1 || true)
    if [ -n "$online" ]; then
        curl -sS "$online" > "$out/$name-page.html"
        grey "$out/$name-page.html"
        shoot "$out/$name-page.html" "$name-page"
        gone=$online
    fi
done
"$relais" outbox revoke --since 2000-01-01T00:00:00Z --yes > /dev/null
page gone "$gone"
page confirm "$confirm"
page confirmed --data confirm=yes "$confirm"
page unsubscribe "$link"
page unsubscribed --data scope=marketing "$link"
undo=$(sed -n 's/.*name="undo" value="\([^"]*\)".*/\1/p' "$out/unsubscribed.html")
page undone --data "undo=$undo" "$link"
curl -sS -o /dev/null --data scope=marketing "$link"
page still-stopped --data "undo=$undo" "$link"
page unclear --data undo=forged "$link"
page misdirected --data scope=not-me "$link"
# What was said after the mail ends its question.
page expired "$confirm"
page not-found http://127.0.0.1:8025/u/forged
