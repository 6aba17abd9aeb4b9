# What the tests of workers share: a stack of the worker template, its instance, and questions asked of both.
# shellcheck shell=bash

load instances

STACK=rollout-core
BUCKET=rollout-code

# Makes a key pair, and puts into S3 what the worker fetches: an installer that leaves what it was told and what it sees.
prepare_worker() {
    cat > "$BATS_FILE_TMPDIR/install.sh" << 'INSTALLER'
#!/usr/bin/env bash
set -euo pipefail
env | grep ^LAVA_ | sort > /root/installed
aws s3 ls "$LAVA_CODE" | awk '{ print $NF }' >> /root/installed
INSTALLER
    cloud bash -s -- "$BUCKET" "$STACK" "$BATS_FILE_TMPDIR" << 'PREPARE'
set -euo pipefail
aws s3 mb "s3://$1" > /dev/null
aws s3 cp --quiet "$3/install.sh" "s3://$1/dist/lava/install.sh"
aws s3 cp --quiet - "s3://$1/user.cron" <<< '10 1 * * * echo user'
aws ec2 create-key-pair --key-name "$2" --key-type ed25519 --output text --query KeyMaterial > "$3/key"
chmod 600 "$3/key"
PREPARE
}

# The value of a key in the local cloud's part of the sample configuration: configured KEY
configured() {
    sed -n "/^local:/,\$s/^ *$1: *//p" "$ROOT/deploy/sample.yaml"
}

# Starts the creation of the stack with an image: create_stack IMAGE
create_stack() {
    local parameters=(
        realm=rollout worker=core "amiId=$1" workerUser=admin workerInstanceType=t3.medium
        "codeBucket=$BUCKET" codePrefix=dist/lava/ installer=install.sh
        "installerSha256=$(sha256sum "$BATS_FILE_TMPDIR/install.sh" | cut --delimiter=' ' --fields=1)"
        "crontabUser=s3://$BUCKET/user.cron" "keyPairName=$STACK" workerPublicIp=true
        "subnets=$(configured subnet)" "secGroups=$(configured sg)" bootTimeout=PT3M
    )
    cloud aws cloudformation create-stack --stack-name "$STACK" --capabilities CAPABILITY_IAM \
        --template-body "file://$ROOT/deploy/worker.cfn.yaml" \
        --parameters "$(printf '%s\n' "${parameters[@]}" | jq --raw-input --null-input --compact-output \
            '[inputs | capture("(?<ParameterKey>[^=]+)=(?<ParameterValue>.*)")]')" > /dev/null
}

# Asks the stack: stack JMESPATH
stack() {
    cloud aws cloudformation describe-stacks --stack-name "$STACK" --output text --query "Stacks[0].$1"
}

# The value of a parameter of the stack: parameter NAME
parameter() {
    stack "Parameters[?ParameterKey=='$1'].ParameterValue | [0]"
}

# Waits until what is under way with the stack has ended, and says how: settled
settled() {
    local deadline=$((SECONDS + 180)) status
    while status=$(stack StackStatus) && [[ $status == *_IN_PROGRESS ]]; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "the stack is still $status" >&2
            return 1
        fi
        sleep 0.5
    done
    echo "$status"
}

# What happened to the group since the last time it was asked, one line each, oldest first.
events() {
    local all=$BATS_FILE_TMPDIR/events
    touch "$all"
    cloud aws cloudformation describe-stack-events --stack-name "$STACK" --output json |
        jq --raw-output '.StackEvents | reverse[] | select(.LogicalResourceId == "Group") | .ResourceStatusReason // empty' \
            > "$all.now"
    tail --lines="+$(($(wc --lines < "$all") + 1))" "$all.now"
    mv "$all.now" "$all"
}

# The id of the instance that the worker's group has: only one, or the test fails.
worker() {
    local ids
    ids=$(cloud aws autoscaling describe-auto-scaling-groups --output text \
        --auto-scaling-group-names "$(stack "Outputs[?OutputKey=='Group'].OutputValue | [0]")" \
        --query 'AutoScalingGroups[0].Instances[].InstanceId')
    [[ $ids =~ ^i-[0-9a-f]+$ ]] || {
        echo "the group should have one instance, and has: $ids" >&2
        return 1
    }
    echo "$ids"
}

# Gives the worker's instance of now a name, by which it can be asked, and waits until it can be: it tells the stack that
# it is up a little earlier. meet NAME
meet() {
    local address
    worker > "$BATS_FILE_TMPDIR/$1.worker"
    address=$(cloud aws ec2 describe-instances --instance-ids "$(cat "$BATS_FILE_TMPDIR/$1.worker")" --output text \
        --query 'Reservations[0].Instances[0].PublicIpAddress')
    printf '%q ' ssh -i "$BATS_FILE_TMPDIR/key" -o "UserKnownHostsFile=$BATS_FILE_TMPDIR/$1.known_hosts" \
        -o StrictHostKeyChecking=accept-new "admin@$address" > "$BATS_FILE_TMPDIR/$1.login"
    booted "$1"
}

# Removes the stack, and what prepare_worker made.
remove_worker() {
    cloud aws cloudformation delete-stack --stack-name "$STACK"
    settled > /dev/null 2>&1 || true
    cloud aws ec2 delete-key-pair --key-name "$STACK"
    cloud aws s3 rb --force "s3://$BUCKET" > /dev/null
}
