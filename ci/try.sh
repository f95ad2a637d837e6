#!/usr/bin/env bash
# What a change of the program does to the stack `local`: the sandbox is brought to what the base says, then the change is previewed
# there. It needs no cluster, no state and no secret, so it also runs for a fork's pull request.
#
#   ci/try.sh BASE DIR
#
# BASE is a commit; the change is what is checked out. Writes DIR/local.md and DIR/local.code as ci/preview.sh does.
set -euo pipefail

# All of it is read before it runs: the base may have another version of this file.
main() {
    local base=${1:?"usage: ci/try.sh BASE DIR"} dir=${2:?"usage: ci/try.sh BASE DIR"} head code=0
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    cd "$(dirname "$0")/.."
    head=$(git symbolic-ref -q --short HEAD || git rev-parse HEAD)
    git rev-parse -q --verify "$base^{commit}" >/dev/null || { echo "ci/try.sh: there is no commit $base" >&2; return 1; }
    git diff --quiet HEAD || { echo "ci/try.sh: there are changes that are in no commit. Commit them first: commits are compared." >&2; return 1; }
    # Also where it is broken off.
    trap "git checkout -q '$head'" EXIT
    git checkout -q --detach "$base"
    npm run -s up || code=$?
    git checkout -q "$head"
    trap - EXIT
    if ((code != 0)); then
        echo "The base $base does not come up in the sandbox; there is nothing to compare with." | tee "$dir/local.md" >&2
        echo 1 >"$dir/local.code"
        return 1
    fi
    # Installs what the change needs, where it is something else.
    npm run -s sandbox -- status
    ci/preview.sh "$dir" local
}

main "$@"
exit
