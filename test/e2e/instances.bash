# What the tests of user data share: an image, instances that are launched side by side, questions asked on them.
# shellcheck shell=bash

load image

# Keeps the user data of an instance, which has to be launched later: document NAME < DOCUMENT
document() {
    cat > "$BATS_FILE_TMPDIR/$1.user-data"
}

# Launches an instance as people do, with the user data that is kept under its name, if any.
launch() {
    local folder=$BATS_FILE_TMPDIR/$1 login user_data=()
    [ ! -e "$folder.user-data" ] || user_data=("user_data=$folder.user-data")
    # shellcheck disable=SC2154 # find_image sets it
    cloud_make launch "ami=$image" "${LOCAL[@]}" "${user_data[@]}" > "$folder.launch"
    sed -n 's/^Instance: *//p' "$folder.launch" > "$folder.instance"
    # Word by word, the line that is printed for people is a command.
    read -ra login <<< "$(sed -n 's/^Log in: *//p' "$folder.launch")"
    printf '%q ' "${login[@]}" > "$folder.login"
}

# Launches an instance with the role of make_role.
launch_with_role() {
    local folder=$BATS_FILE_TMPDIR/$1 address
    cloud aws ec2 run-instances --image-id "$image" --instance-type t3.medium --key-name "$ROLE" \
        --iam-instance-profile "Name=$ROLE" --user-data "file://$folder.user-data" \
        --output text --query 'Instances[0].InstanceId' > "$folder.instance"
    address=$(cloud aws ec2 describe-instances --instance-ids "$(cat "$folder.instance")" --output text \
        --query 'Reservations[0].Instances[0].PublicIpAddress')
    printf '%q ' ssh -i "$BATS_FILE_TMPDIR/key" -o "UserKnownHostsFile=$folder.known_hosts" \
        -o StrictHostKeyChecking=accept-new "admin@$address" > "$folder.login"
}

# Launches instances side by side: start COMMAND NAME..., as often as needed, and then all_booted.
start() {
    local command=$1 name
    shift
    for name; do
        "$command" "$name" 3>&- &
        launches+=("$name=$!")
    done
}

# Waits until the boot scripts of all instances are through. Where one was not launched, the others are still known.
all_booted() {
    local launched failed=0
    for launched in "${launches[@]}"; do wait "${launched#*=}" || failed=1; done
    [ "$failed" -eq 0 ]
    for launched in "${launches[@]}"; do booted "${launched%=*}"; done
    launches=()
}

# Runs a command on an instance: on NAME COMMAND
on() {
    cd "$ROOT" && eval "$(cat "$BATS_FILE_TMPDIR/$1.login") -q -o ConnectTimeout=5 $(printf '%q' "$2")"
}

# Waits until the boot scripts are through, and the boot is another one than that of reboot: booted NAME [SECONDS]
booted() {
    until_on "$1" "${2:-120}" '[ ! -e /run/old ] && grep --quiet finishedAt /run/lava/boot.json'
}

# Waits until a command succeeds on an instance: until_on NAME SECONDS COMMAND
until_on() {
    local deadline=$((SECONDS + $2))
    until on "$1" "$3" > /dev/null 2>&1; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "waited in vain on $1 for: $3" >&2
            on "$1" 'lava-boot status' >&2 || true
            return 1
        fi
        sleep 0.3
    done
}

# Starts a reboot; /run, and with it this mark, does not outlive it.
start_reboot() {
    # The connection ends as it pleases.
    on "$1" 'sudo touch /run/old && sudo systemctl reboot' || true
}

reboot() {
    start_reboot "$1"
    booted "$1"
}

# What the boot scripts of an instance logged in this boot, one message a line: logged NAME SCRIPT [OPTION...]
logged() {
    local name=$1 tag=rclocal.$2
    shift 2
    on "$name" "sudo journalctl --boot --quiet --no-pager --output=cat --identifier=$tag $*"
}

# Everything that the boot scripts of an instance logged in this boot as a notice or worse. Only they use local0.
complaints() {
    on "$1" 'sudo journalctl --boot --quiet --no-pager --output=cat --priority=notice SYSLOG_FACILITY=16'
}

# Asks the boot report of an instance: report NAME JQ-EXPRESSION
report() {
    on "$1" 'cat /run/lava/boot.json' | jq --raw-output "$2"
}

# The status of each boot script: 00_aws_region=ok 05_shell0=ok ...
statuses() {
    report "$1" '[.scripts[] | .name + "=" + .status] | join(" ")'
}

# Makes a role, its instance profile and a key pair, all of that name: make_role NAME POLICY
make_role() {
    export ROLE=$1
    cloud bash -s -- "$1" "$2" "$BATS_FILE_TMPDIR/key" << 'MAKE'
set -euo pipefail
trust='{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}'
aws iam create-role --role-name "$1" --assume-role-policy-document "$trust"
aws iam put-role-policy --role-name "$1" --policy-name s3 --policy-document "$2"
aws iam create-instance-profile --instance-profile-name "$1"
aws iam add-role-to-instance-profile --instance-profile-name "$1" --role-name "$1"
aws ec2 create-key-pair --key-name "$1" --key-type ed25519 --output text --query KeyMaterial > "$3"
chmod 600 "$3"
MAKE
}

# Removes the instances of this file, and what make_role made.
remove_all() {
    local ids
    mapfile -t ids < <(cat "$BATS_FILE_TMPDIR"/*.instance)
    cloud bash -s -- "${ROLE:-}" "${ids[@]}" << 'REMOVE'
role=$1
shift
aws ec2 terminate-instances --instance-ids "$@"
[ -n "$role" ] || exit 0
aws iam remove-role-from-instance-profile --instance-profile-name "$role" --role-name "$role"
aws iam delete-instance-profile --instance-profile-name "$role"
aws iam delete-role-policy --role-name "$role" --policy-name s3
aws iam delete-role --role-name "$role"
aws ec2 delete-key-pair --key-name "$role"
REMOVE
}
