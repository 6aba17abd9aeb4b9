#!/usr/bin/env bats
# make, as a user types it.
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../e2e/build
load ../e2e/own-cloud

setup_file() {
    load ../e2e/build
    load ../e2e/own-cloud
    # Others order trouble in their cloud at the same time.
    make_own_cloud cli
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    # Of this machine's own accord only that is left out which it can't fetch.
    SKIP=$(node "$ROOT/test/fetch.ts" --expected)
    export ROOT SKIP
    # An account that does not exist, and nothing of the person who runs the tests.
    export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wrong AWS_REGION=us-east-1
    export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
    unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL
    # A person's terminal, whoever runs the tests.
    unset CI NO_COLOR FORCE_COLOR
    export TERM=xterm
}

teardown_file() {
    load ../e2e/build
    load ../e2e/own-cloud
    stop_own_cloud
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$ROOT" || return
}

teardown() {
    "$ROOT/test/cloud/fault" clear
}

# The rights of the local cloud's operator, but for what is given: in_cloud NAME=VALUE... COMMAND...
in_cloud() {
    "$ROOT/test/cloud/run" -- env "$@"
}

plan() {
    make --no-print-directory plan "config=$ROOT/deploy/sample.yaml" env=local "skip=$SKIP"
}

@test "help lists every target, parameter, os and arch within 80 columns" {
    run make help
    assert_success
    for name in ami plan launch demo test lint bench clean python_version s3prefix amzn2023 debian12 arm64; do
        assert_line --regexp "^  $name "
    done
    run awk 'length > 80' <<< "$output"
    assert_output ''
}

@test "help is plain without a terminal, bold on one, and plain again with NO_COLOR" {
    run make help
    refute_output --partial $'\e['
    run script --quiet --return --command 'make help' /dev/null
    assert_output --partial $'\e[1m'
    NO_COLOR=1 run script --quiet --return --command 'make help' /dev/null
    refute_output --partial $'\e['
}

@test "help topic=sg explains one parameter, and knows when it is none" {
    run make help topic=sg
    assert_success
    assert_line '  Example: sg=sg-004d25956a3bf5bd4'
    run --separate-stderr make help topic=subnt
    assert_failure 2
    assert_regex "$stderr" 'Did you mean subnet\?'
}

@test "cd ami && make help is the same help" {
    assert_equal "$(cd ami && make help)" "$(make help)"
}

@test "make ami without anything says all that is missing, and costs nothing" {
    run make ami
    assert_failure 2
    for name in ip python_version s3bucket s3prefix sg subnet tz; do
        assert_line "$name: is missing"
    done
    refute_output --regexp '^ +at '
}

@test "what an operating system can't have is refused before anything is asked, with the reason" {
    run make --no-print-directory plan config=deploy/sample.yaml env=dev offline=yes os=amzn2 python_version=3.13.1 releasever=2023.9.20251105
    assert_failure 2
    assert_output --partial "os \"amzn2\" (command line): can't have the component odbc: FreeTDS is not in its repositories"
    assert_output --partial 'skip=odbc'
    assert_output --partial "python_version \"3.13.1\" (command line): can't be compiled whole on amzn2"
    assert_output --partial 'releasever "2023.9.20251105" (command line): is for amzn2023 only'
    run make --no-print-directory plan config=deploy/sample.yaml env=dev offline=yes os=amzn2023 releasever=latest
    assert_failure 2
    assert_output --partial 'releasever "latest" (command line): is no release'
}

@test "a checkout with a space in its path is refused at once, from wherever make is called" {
    mkdir "$BATS_TEST_TMPDIR/a checkout"
    cp Makefile "$BATS_TEST_TMPDIR/a checkout"
    ln -s "$ROOT/scripts" "$BATS_TEST_TMPDIR/a checkout/scripts"
    for call in "-C" "-f"; do
        run make "$call" "$BATS_TEST_TMPDIR/a checkout$([[ $call == -C ]] || echo /Makefile)" help
        assert_failure 2
        assert_output --partial 'The path of this checkout has a space in it'
    done
}

@test "a TMPDIR that is not there is said in one sentence" {
    TMPDIR=$BATS_TEST_TMPDIR/none run make --no-print-directory build
    assert_failure 2
    assert_line "There is no folder $BATS_TEST_TMPDIR/none. Make it, or set TMPDIR to another."
    refute_output --partial NX
}

@test "a config file may merge; the account behind a merge is enforced, and what is not read is named" {
    {
        echo 'all: &all {account_id: 111122223333, code: {}}'
        sed 's/^local:/local:\n  <<: *all/' deploy/sample.yaml
    } > "$BATS_TEST_TMPDIR/config.yaml"
    run in_cloud make --no-print-directory plan "config=$BATS_TEST_TMPDIR/config.yaml" env=local "skip=$SKIP"
    assert_failure 2
    assert_output --partial 'account_id "111122223333" (config.yaml: local.account_id): is not the account'
    assert_output --partial 'of local, only _, account_id, ami are read here, and not: code (line 1).'
}

@test "an unreachable network is said in one sentence, status 1" {
    AWS_ENDPOINT_URL=http://127.0.0.1:9 run plan
    assert_failure 2
    assert_output --partial 'AWS can not be reached'
    assert_output --partial 'Error 1'
    refute_output --regexp '^ +at '
}

@test "missing credentials are said in one sentence, status 1" {
    run in_cloud -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP"
    assert_output --partial 'There are no AWS credentials.'
    assert_output --partial 'Error 1'
    refute_output --regexp '^ +at '
}

@test "a key that AWS does not know, and a wrong secret, are told apart" {
    run in_cloud AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP"
    assert_output --partial 'AWS does not know the access key.'
    run in_cloud AWS_SECRET_ACCESS_KEY=wrong make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP"
    assert_output --partial 'AWS rejects the signature: the secret access key is not that of the access key'
    assert_output --partial 'Error 1'
}

@test "expired credentials and a throttled API each have their sentence, status 1" {
    while IFS='|' read -r rule message; do
        "$ROOT/test/cloud/fault" clear
        # Word by word, as typed.
        # shellcheck disable=SC2086
        "$ROOT/test/cloud/fault" add $rule
        run in_cloud make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP"
        assert_failure
        assert_output --partial "$message"
        assert_output --partial 'Error 1'
        refute_output --regexp '^ +at '
    done << 'TROUBLE'
sts:GetCallerIdentity --error ExpiredToken --status 403|The AWS credentials have expired. Log in again.
ec2:DescribeSubnets --error RequestLimitExceeded --status 503|AWS is throttling this account's calls; try again in a minute.
TROUBLE
}

@test "what the credentials may not ask is said as not checked, and nothing is wrong" {
    "$ROOT/test/cloud/fault" add 'ec2:DescribeInstanceTypes' --error UnauthorizedOperation --status 403
    "$ROOT/test/cloud/fault" add 'pricing:*' --error AccessDeniedException
    run in_cloud make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP"
    assert_success
    assert_line 'Not checked'
    assert_line --regexp '^  instance type: the credentials may not ask that '
    assert_line '  what the instance costs: the credentials may not ask that'
    assert_line --partial 'the price is not known'
}

@test "plan says what the instance costs, and a private build without a way out is refused" {
    run in_cloud make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP" instance_type=t3.large
    assert_success
    assert_line --regexp '^  .*t3\.large, 0\.0832 USD an hour, '
    run in_cloud make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP" ip=private
    assert_failure 2
    assert_line --regexp '^  ip "private" .* has no way out for an instance without a public address'
}

@test "plan changes nothing and prints one JSON object with format=json" {
    run --separate-stderr in_cloud make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP" format=json
    assert_success
    assert_equal "$(jq -r '.ok, .parameters.os.value, .parameters.ip.source' <<< "$output" | paste -sd,)" \
        'true,debian12,sample.yaml: local.ami.ip'
    assert_equal "$(jq -r '.problems | length' <<< "$output")" 0
    run jq -r .baseImage.source <<< "$output"
    assert_output 'ssm: /aws/service/debian/release/12/latest/amd64'
}

@test "plan reports what AWS says is wrong beside what is wrong by itself" {
    run --separate-stderr in_cloud make --no-print-directory plan config=deploy/sample.yaml env=local "skip=$SKIP" \
        ip=both subnet=subnet-00000000 s3bucket=nobody-has-this instance_type=t4g.small
    assert_failure 2
    for name in ip subnet s3bucket instance_type; do
        assert_line --regexp "^  $name \""
    done
    refute_regex "$stderr" '  at '
}

@test "another account than the config names is refused before anything else" {
    printf 'dev:\n  account_id: "000000000001"\n  ami: {}\n' > "$BATS_TEST_TMPDIR/config.yaml"
    run in_cloud make --no-print-directory plan "config=$BATS_TEST_TMPDIR/config.yaml" env=dev
    assert_failure 2
    assert_output --partial 'account_id "000000000001" (config.yaml: dev.account_id): is not the account of the credentials'
}

@test "help works before anything was installed" {
    git clone --quiet "$ROOT" "$BATS_TEST_TMPDIR/clone"
    run make --no-print-directory --directory="$BATS_TEST_TMPDIR/clone" help
    assert_success
    assert_line --regexp '^  python_version \* '
    run awk 'length > 80' <<< "$output"
    assert_output ''
}

@test "clean refuses while a build runs or an instance is kept, says which, and does it with force=yes" {
    local checkout=$BATS_TEST_TMPDIR/checkout
    mkdir -p "$checkout/dist/ami/one" "$checkout/dist/ami/two"
    cp -r Makefile package.json package-lock.json scripts "$checkout"
    cd "$checkout"
    echo '{"buildId":"b-1"}' > dist/ami/one/plan.json
    echo "{\"pid\":$$,\"started\":\"\",\"host\":\"$(hostname)\"}" > dist/ami/one/running.lock
    echo '{"buildId":"b-2"}' > dist/ami/two/plan.json
    echo '{"instanceId":"i-1"}' > dist/ami/two/kept.json
    run make --no-print-directory clean
    assert_failure 2
    assert_line "build \"b-1\" (dist/ami/one): runs: process $$"
    assert_line 'build "b-2" (dist/ami/two): kept its instance i-1'
    assert_line --partial 'make resume build=b-2 give_up=yes'
    assert_line --partial 'make clean force=yes'
    assert [ -e dist/ami/two/kept.json ]
    # Killed, a build holds up nothing; kept, an instance still does.
    echo '{"pid":2147483647,"started":"","host":"'"$(hostname)"'"}' > dist/ami/one/running.lock
    run make --no-print-directory clean
    refute_output --partial b-1
    assert_line --partial 'b-2'
    run make --no-print-directory clean force=yes
    assert_success
    refute [ -e dist ]
}

@test "sync uploads what differs, says so, and with dry_run=yes only says so" {
    name=cli-$$
    # What the builds need is there as well; it is no part of this.
    in_cloud make --no-print-directory sync config=deploy/sample.yaml env=local
    head -c 5000 /dev/urandom > "ami/resources.s3/$name"
    run --separate-stderr in_cloud make --no-print-directory sync config=deploy/sample.yaml env=local dry_run=yes
    assert_line "$name (5.0 kB)"
    run --separate-stderr in_cloud make --no-print-directory sync config=deploy/sample.yaml env=local
    rm "ami/resources.s3/$name"
    assert_success
    assert_line --regexp '^1 uploaded \(5\.0 kB\), [0-9]+ unchanged$'
    run in_cloud aws s3 rm "s3://lava-local/lava/ami/$name"
    assert_success
}

@test "check-user-data says where user data is wrong" {
    echo '{"swap": {"size": "much"}, "shel": "true"}' > "$BATS_TEST_TMPDIR/user-data.json"
    run make --no-print-directory check-user-data "file=$BATS_TEST_TMPDIR/user-data.json"
    assert_failure 2
    assert_output --partial 'shell'
    assert_output --partial '1:'
    run make --no-print-directory check-user-data "file=$BATS_TEST_TMPDIR/\$(touch pwned).json"
    assert_failure 2
    assert [ ! -e pwned ]
    echo '{"swap": {"size": 2}}' > "$BATS_TEST_TMPDIR/user-data.json"
    run make --no-print-directory check-user-data "file=$BATS_TEST_TMPDIR/user-data.json"
    assert_success
}

@test "what is needed from outside and is not there, or is another file, is refused with the command that mends it" {
    run --separate-stderr make --no-print-directory plan config=deploy/sample.yaml env=local region=us-east-1 offline=yes
    assert_failure 2
    assert_line --regexp '^ +resources "redshift-bundle/latest/amazon-trust-ca-bundle.crt" \(resources.yaml, line [0-9]+\): is not in ami/resources.s3$'
    assert_line --regexp '^ +Fetch it: make fetch config=deploy/sample.yaml env=local region=us-east-1$'
    assert_line --regexp '^ +resources "ssm-agent/latest/amazon-ssm-agent.deb" .* has no checksum there yet$'
    run --separate-stderr make --no-print-directory plan config=deploy/sample.yaml env=local region=us-east-1 offline=yes \
        "skip=$SKIP" python_version=3.11.1
    assert_failure 2
    assert_line --regexp '^ +python_version "3.11.1" \(command line\): is nothing that ami/resources.yaml has the source of$'
}

@test "what is left out is neither wanted nor forgotten" {
    run --separate-stderr make --no-print-directory plan config=deploy/sample.yaml env=local region=us-east-1 offline=yes \
        skip=ssm-agent,oracle,certificates,cloudwatch-agent format=json
    assert_success
    assert_equal "$(jq --raw-output '.ami.tags.LavaSkipped' <<< "$output")" 'certificates cloudwatch-agent oracle ssm-agent'
    assert_equal "$(jq --compact-output '[.resources[].name]' <<< "$output")" '["python"]'
    run make --no-print-directory plan config=deploy/sample.yaml env=local region=us-east-1 offline=yes skip=orakel
    assert_failure 2
    assert_line --regexp '^ +skip "orakel" \(command line\): is not a component \(in "orakel"\)$'
}
