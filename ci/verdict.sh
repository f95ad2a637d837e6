#!/usr/bin/env bash
# One report and one verdict from those of some stacks (ci/preview.sh).
#
#   ci/verdict.sh DIR
#
# Writes DIR/report.md, and ends with 0 where all is fine, with 2 where somebody has to say yes and nobody has, with 3 where a stack is
# refused, with 1 where one has no report. APPROVED=true: somebody has said yes.
set -euo pipefail

dir=${1:?"usage: ci/verdict.sh DIR"}
cd "$dir"
shopt -s nullglob
codes=(*.code)
if ((${#codes[@]} == 0)); then
    echo "There is no report: the previews have not run. See their jobs." | tee report.md >&2
    exit 1
fi

declare -A found=()
for file in "${codes[@]}"; do
    found[$(<"$file")]+=" ${file%.code}"
done
said=""
verdict=0
if [[ -n ${found[2]:-} ]]; then
    if [[ ${APPROVED:-} == true ]]; then
        said="Somebody has said yes to what needs it:${found[2]}."
    else
        verdict=2
        said="Somebody has to say yes:${found[2]}.${APPROVE_HOW:+ $APPROVE_HOW}"
    fi
fi
if [[ -n ${found[3]:-} ]]; then
    verdict=3
    said="Refused, and no approval changes that:${found[3]}."
fi
for code in "${!found[@]}"; do
    if [[ $code != [023] ]]; then
        verdict=1
        said="Without a report:${found[$code]}."
    fi
done
{
    for file in "${codes[@]}"; do
        cat "${file%.code}.md"
        echo
    done
    [[ -z $said ]] || printf '**%s**\n' "$said"
} >report.md
echo "${said:-All is fine.}"
exit "$verdict"
