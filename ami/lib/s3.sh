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
    s3_curl "$1" "$(sha256sum < /dev/null | cut -d ' ' -f 1)" --output "$2"
}

# s3_put FILE KEY: FILE becomes the object KEY, below the prefix.
s3_put() {
    if command -v aws > /dev/null; then
        aws s3 cp --only-show-errors --region "$LAVA_REGION" "$1" "s3://$LAVA_S3_BUCKET/$LAVA_S3_PREFIX$2"
        return
    fi
    s3_curl "$2" "$(sha256sum "$1" | cut -d ' ' -f 1)" --upload-file "$1"
}

# s3_curl KEY SHA256-OF-BODY OPTION...: the credentials go to curl on its standard input, where no process list shows them.
s3_curl() {
    local key=$1 body=$2 token role credentials domain
    shift 2
    token=$(curl -sf --max-time 10 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$S3_METADATA/api/token")
    role=$(s3_metadata "$token" meta-data/iam/security-credentials/)
    credentials=$(s3_metadata "$token" "meta-data/iam/security-credentials/$role")
    domain=$(s3_metadata "$token" meta-data/services/domain)
    curl --silent --show-error --fail --retry 3 --proto =https --connect-timeout 10 --config - "$@" \
        --aws-sigv4 "aws:amz:$LAVA_REGION:s3" --header "x-amz-content-sha256: $body" \
        "https://$LAVA_S3_BUCKET.s3.$LAVA_REGION.$domain/$LAVA_S3_PREFIX$key" << CREDENTIALS
user = "$(s3_credential AccessKeyId):$(s3_credential SecretAccessKey)"
header = "x-amz-security-token: $(s3_credential Token)"
CREDENTIALS
}

s3_metadata() {
    curl -sf --max-time 10 -H "X-aws-ec2-metadata-token: $1" "$S3_METADATA/$2"
}

s3_credential() {
    sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<< "$credentials"
}
