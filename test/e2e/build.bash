# What the tests of builds share: the local cloud, a build, and questions to ask of it with the AWS CLI.
# shellcheck shell=bash

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# shellcheck disable=SC2034 # for the tests
LOCAL=("config=$ROOT/deploy/sample.yaml" env=local)
# shellcheck disable=SC2034
LOCAL_BUILD=("${LOCAL[@]}" "skip=$(node "$ROOT/test/fetch.ts" --expected)")

# The version that images have unless another is asked for.
# shellcheck disable=SC2034
LAVA_VERSION=$(jq --raw-output .version "$ROOT/package.json")

load_libraries() {
    bats_load_library bats-support
    bats_load_library bats-assert
}

# Runs a command inside the local cloud.
cloud() {
    "$ROOT/test/cloud/run" -- "$@"
}

# Where the local cloud keeps its state and its log.
cloud_folder() {
    echo "${LAVA_CLOUD_DIR:-$ROOT/.cloud}"
}

# Runs make in the checkout, inside the local cloud.
cloud_make() {
    cloud make --no-print-directory --directory="$ROOT" "$@"
}

# Everything an account may hold after a build besides its image, as sorted text: what is there must not change. So
# files that ask for this, or order trouble, have their cloud for themselves while they run.
# A terminated instance stays visible for an hour, as in EC2, and does not count.
inventory() {
    cloud bash -s << 'ASK'
set -euo pipefail
aws ec2 describe-instances --output text \
    --filters Name=instance-state-name,Values=pending,running,stopping,stopped,shutting-down \
    --query 'Reservations[].Instances[].InstanceId'
aws ec2 describe-volumes --output text --query 'Volumes[].VolumeId'
aws ec2 describe-images --owners self --output text --query 'Images[].ImageId'
aws ec2 describe-snapshots --owner-ids self --output text --query 'Snapshots[].SnapshotId'
aws ec2 describe-key-pairs --output text --query 'KeyPairs[].KeyName'
aws iam list-roles --output text --query 'Roles[].RoleName'
aws iam list-instance-profiles --output text --query 'InstanceProfiles[].InstanceProfileName'
ASK
}

# Waits until a pattern stands in a file, which may not exist yet: wait_for SECONDS PATTERN FILE...
wait_for() {
    local deadline=$((SECONDS + $1)) pattern=$2
    shift 2
    until grep --quiet --extended-regexp --no-messages "$pattern" "$@"; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "waited in vain for $pattern in $*" >&2
            return 1
        fi
        sleep 0.2
    done
}

# The folder of the newest build, of this checkout or of another one: newest_build [CHECKOUT]
newest_build() {
    find "${1:-$ROOT}/dist/ami" -mindepth 1 -maxdepth 1 2> /dev/null | sort | tail -n 1
}

# A version as a regular expression: as_pattern VERSION
as_pattern() {
    echo "${1//./\\.}"
}
