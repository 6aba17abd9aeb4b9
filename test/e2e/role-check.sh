#!/usr/bin/env bash
# Runs on a build instance: what its role lets it do in S3, as HTTP statuses, one a line:
# read below the prefix, read beside it, write below it, list the bucket,
# write what is compiled.
set -euo pipefail

IMDS=http://169.254.169.254/latest
ENDPOINT=https://lava-local.s3.us-east-1.amazonaws.com
EMPTY=$(printf '' | sha256sum | cut -d ' ' -f 1)

main() {
    local token credentials
    token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$IMDS/api/token")
    credentials=$(metadata "$(metadata '')")
    status "$ENDPOINT/lava/ami/role-check"
    status "$ENDPOINT/role-check"
    status -X PUT "$ENDPOINT/lava/ami/role-check"
    status "$ENDPOINT/?list-type=2"
    status -X PUT -H 'Content-Length: 0' "$ENDPOINT/lava/ami/compiled/role-check"
}

metadata() {
    curl -sf -H "X-aws-ec2-metadata-token: $token" "$IMDS/meta-data/iam/security-credentials/$1"
}

credential() {
    sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<< "$credentials"
}

status() {
    curl -s -o /dev/null -w '%{http_code}\n' --aws-sigv4 aws:amz:us-east-1:s3 \
        --user "$(credential AccessKeyId):$(credential SecretAccessKey)" \
        -H "x-amz-security-token: $(credential Token)" -H "x-amz-content-sha256: $EMPTY" "$@"
}

main
