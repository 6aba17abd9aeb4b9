# The account in which lava-ami is tried: a local cloud of the test file's own with images 0 to 6 (even ones for x86_64),
# to which tests add worker stacks.
# shellcheck shell=bash

setup_file() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export ROOT LAVA_CLOUD_DIR=$BATS_FILE_TMPDIR/cloud
    unset CI NO_COLOR FORCE_COLOR
    export TERM=xterm
    "$ROOT/test/cloud/run" --no-base -- true
    "$ROOT/test/cloud/stop"
    node "$ROOT/test/rollout/prepare.ts" "$LAVA_CLOUD_DIR" 7
}

teardown_file() {
    "$ROOT/test/cloud/clean"
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$ROOT" || return
}

teardown() {
    "$ROOT/test/cloud/fault" clear
}

cloud() {
    "$ROOT/test/cloud/run" --no-base -- "$@"
}

lava_ami() {
    cloud scripts/lava-ami "$@"
}

# The image of that number.
image() {
    printf 'ami-%017d' "$1"
}

# Makes a worker stack with an image: stack NAME IMAGE [PARAMETER=VALUE...]
stack() {
    local name=$1 parameters=("ParameterKey=amiId,ParameterValue=$(image "$2")" "ParameterKey=realm,ParameterValue=test")
    shift 2
    local given
    for given in "$@"; do
        parameters+=("ParameterKey=${given%%=*},ParameterValue=${given#*=}")
    done
    cloud aws cloudformation create-stack --stack-name "$name" --template-body "file://$ROOT/test/rollout/worker.yaml" \
        --parameters "${parameters[@]}" --tags Key=team,Value=lava --capabilities CAPABILITY_IAM
    until cloud aws cloudformation describe-stacks --stack-name "$name" | grep --quiet CREATE_COMPLETE; do sleep 0.2; done
}

# What a stack has: its image, or what a query says.
image_of() {
    cloud aws cloudformation describe-stacks --stack-name "$1" --output text \
        --query "${2:-Stacks[0].Parameters[?ParameterKey==\`amiId\`].ParameterValue}"
}
