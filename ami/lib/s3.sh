# What a build instance reads from and writes to the build's prefix in S3, with the rights of its role.
# shellcheck shell=bash

S3_METADATA=http://169.254.169.254/latest
# The AWS CLI gives up on the role's credentials after one try of a second, which is little while all fetch at once.
export AWS_METADATA_SERVICE_TIMEOUT=10 AWS_METADATA_SERVICE_NUM_ATTEMPTS=5

# s3_get KEY FILE: the object KEY, below the prefix, becomes FILE.
s3_get() {
    if command -v aws > /dev/null; then
        aws s3 cp --only-show-errors --region "$LAVA_REGION" "s3://$LAVA_S3_BUCKET/$LAVA_S3_PREFIX$1" "$2"
        return
    fi
    s3_curl "$1" "$(sha256sum < /dev/null | cut -d ' ' -f 1)" --output "$2" || {
        rm -f "$2"
        return 1
    }
}

# s3_put FILE KEY: FILE becomes the object KEY, below the prefix, encrypted as s3_sse asks, or else as the bucket is set up.
s3_put() {
    local sse=${LAVA_S3_SSE:-} kms_key=${LAVA_S3_KMS_KEY:-}
    if command -v aws > /dev/null; then
        aws s3 cp --only-show-errors --region "$LAVA_REGION" ${sse:+--sse "$sse"} ${kms_key:+--sse-kms-key-id "$kms_key"} \
            "$1" "s3://$LAVA_S3_BUCKET/$LAVA_S3_PREFIX$2"
        return
    fi
    s3_curl "$2" "$(sha256sum "$1" | cut -d ' ' -f 1)" --output /dev/null --upload-file "$1" \
        ${sse:+--header "x-amz-server-side-encryption: $sse"} \
        ${kms_key:+--header "x-amz-server-side-encryption-aws-kms-key-id: $kms_key"}
}

# s3_curl KEY SHA256-OF-BODY OPTION...: the credentials go to curl on its standard input, where no process list shows them.
# Only the answer 200 is S3's yes: curl takes the body of a redirection for success, too.
s3_curl() {
    local key=$1 body=$2 token role credentials domain headers answer
    shift 2
    token=$(curl -sf --max-time 10 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$S3_METADATA/api/token")
    role=$(s3_metadata "$token" meta-data/iam/security-credentials/)
    credentials=$(s3_metadata "$token" "meta-data/iam/security-credentials/$role")
    domain=$(s3_metadata "$token" meta-data/services/domain)
    headers=$(mktemp)
    answer=$(
        curl --silent --show-error --fail --retry 3 --proto =https --connect-timeout 10 --config - "$@" \
            --aws-sigv4 "aws:amz:$LAVA_REGION:s3" --header "x-amz-content-sha256: $body" \
            --dump-header "$headers" --write-out '%{http_code}' \
            "https://$LAVA_S3_BUCKET.s3.$LAVA_REGION.$domain/$LAVA_S3_PREFIX$key" << CREDENTIALS
user = "$(s3_credential AccessKeyId):$(s3_credential SecretAccessKey)"
header = "x-amz-security-token: $(s3_credential Token)"
CREDENTIALS
    ) || answer=none
    if [ "$answer" != 200 ] && [ "$answer" != none ]; then
        echo "error: the answer for s3://$LAVA_S3_BUCKET/$LAVA_S3_PREFIX$key is $answer$(s3_elsewhere "$headers")" >&2
    fi
    rm -f "$headers"
    [ "$answer" = 200 ]
}

# s3_elsewhere HEADERS: where an answer refers to: an address, or the region of a bucket.
s3_elsewhere() {
    local address region
    address=$(s3_header location "$1")
    region=$(s3_header x-amz-bucket-region "$1")
    echo "${address:+, which refers to $address}${region:+; the bucket is in the region $region, not in $LAVA_REGION}"
}

# s3_header NAME HEADERS: its value in the last answer.
s3_header() {
    sed -n "s/^$1: *//Ip" "$2" | tail -n 1 | tr -cd '[:print:]'
}

s3_metadata() {
    curl -sf --max-time 10 -H "X-aws-ec2-metadata-token: $1" "$S3_METADATA/$2"
}

s3_credential() {
    sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<< "$credentials"
}
