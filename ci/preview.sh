#!/usr/bin/env bash
# What the checked out program would do to some stacks, as reports for a reviewer. Nothing is changed.
#
#   ci/preview.sh DIR STACK...
#
# Writes DIR/STACK.md and DIR/STACK.code for each: 0 fine, 2 somebody has to say yes, 3 refused, 1 there is no report.
# Needs what `pulumi preview` of these stacks needs: a state backend, its login or passphrase, KUBECONFIG.
set -euo pipefail

dir=${1:?"usage: ci/preview.sh DIR STACK..."}
shift
(($# > 0)) || { echo "ci/preview.sh: no stack is named" >&2; exit 1; }
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
cd "$(dirname "$0")/.."

# One comment has the reports of all stacks, and GitHub takes 65536 characters.
room=${REPORT_ROOM:-$((60000 / $#))}
for stack in "$@"; do
    code=0
    npm run -s review -- "$stack" --format markdown --limit "$room" --out "$dir/$stack.md" 2>&1 | tee "$dir/$stack.log" >&2 || code=${PIPESTATUS[0]}
    if [[ ! -s "$dir/$stack.md" ]]; then
        code=1
        {
            echo "### ❌ \`$stack\` has no report"
            echo
            echo '```'
            tail -c 4000 "$dir/$stack.log" | sed 's/```/` ` `/g'
            echo '```'
        } >"$dir/$stack.md"
    fi
    rm -f "$dir/$stack.log"
    echo "$code" >"$dir/$stack.code"
done
