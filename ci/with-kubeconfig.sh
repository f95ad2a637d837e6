#!/usr/bin/env bash
# Runs a command with KUBECONFIG set to a file that has the text of KUBECONFIG_TEXT, which is how CI systems hand a secret over. The file
# is readable by this user only and gone afterwards. Settings that are empty are taken out: to Pulumi an empty backend is one.
#
#   ci/with-kubeconfig.sh COMMAND...
set -euo pipefail

if [[ -z ${KUBECONFIG_TEXT:-} ]]; then
    echo "KUBECONFIG_TEXT is empty: set the secret with the kubeconfig (docs/guide/pull-requests.md)." >&2
    exit 1
fi
for name in PULUMI_BACKEND_URL PULUMI_ACCESS_TOKEN PULUMI_CONFIG_PASSPHRASE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; do
    [[ -n ${!name:-} ]] || unset "$name"
done
umask 077
KUBECONFIG=$(mktemp)
export KUBECONFIG
trap 'rm -f "$KUBECONFIG"' EXIT
printf '%s\n' "$KUBECONFIG_TEXT" >"$KUBECONFIG"
unset KUBECONFIG_TEXT
"$@"
