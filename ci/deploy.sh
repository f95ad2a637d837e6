#!/usr/bin/env bash
# Brings a stack to what the checked out program says, unless that is refused, or needs a yes that nobody has given (APPROVED=true).
#
#   ci/deploy.sh STACK
set -euo pipefail

stack=${1:?"usage: ci/deploy.sh STACK"}
cd "$(dirname "$0")/.."

code=0
npm run -s review -- "$stack" || code=$?
case $code in
    0) ;;
    2)
        if [[ ${APPROVED:-} != true ]]; then
            echo "Stack $stack was not updated: somebody has to say yes to what is above (APPROVED=true)." >&2
            exit 2
        fi
        ;;
    *)
        echo "Stack $stack was not updated." >&2
        exit "$code"
        ;;
esac
pulumi up --yes --skip-preview --non-interactive --stack "$stack" --policy-pack policies
