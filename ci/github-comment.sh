#!/usr/bin/env bash
# Puts a report on a pull request: one comment, which is written over the next time. Needs gh with GH_TOKEN (pull-requests: write).
#
#   ci/github-comment.sh OWNER/REPO NUMBER FILE
set -euo pipefail

usage="usage: ci/github-comment.sh OWNER/REPO NUMBER FILE"
repo=${1:?"$usage"} number=${2:?"$usage"} file=${3:?"$usage"}
marker="<!-- pulumi-kubevirt: what this change does -->"

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ echo "$marker"; cat "$file"; } >"$body"
# The longest that GitHub takes. Reports keep within it by themselves (ci/preview.sh).
if (($(wc -m <"$body") > 65536)); then
    echo "The report is longer than a comment may be; it is in the summary of the run." >&2
    { echo "$marker"; echo "The report is longer than a comment may be. It is in the summary of the run."; } >"$body"
fi

id=$(gh api --paginate "repos/$repo/issues/$number/comments" \
    --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id" | head -n 1)
if [[ -n $id ]]; then
    gh api --silent --method PATCH "repos/$repo/issues/comments/$id" --field "body=@$body"
else
    gh api --silent --method POST "repos/$repo/issues/$number/comments" --field "body=@$body"
fi
