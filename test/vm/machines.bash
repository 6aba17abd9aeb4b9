# Virtual machines in QEMU, each with IMDS at its usual address and a root volume of its own in $BATS_FILE_TMPDIR.
# shellcheck shell=bash

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# What a machine may take to boot and run its boot scripts, in seconds: every instruction of it is emulated.
PATIENCE=300

load_libraries() {
    bats_load_library bats-support
    bats_load_library bats-assert
}

# Makes the disks that machines start from, out of the local cloud's Debian 12.
make_disks() {
    local base
    make --no-print-directory --directory="$ROOT" build
    "$ROOT/test/cloud/run" -- true
    base=$(jq --exit-status --raw-output \
        '.images[.parameters["/aws/service/debian/release/12/latest/amd64"]].layers[0]' \
        "${LAVA_CLOUD_DIR:-$ROOT/.cloud}/state.json")
    ssh-keygen -q -t ed25519 -N '' -f "$BATS_FILE_TMPDIR/key"
    "$ROOT/test/vm/make-disks" "$BATS_FILE_TMPDIR" "$base" "$BATS_FILE_TMPDIR/key.pub"
}

# Makes a machine, which is off: new_machine NAME ext4|xfs
new_machine() {
    local machine=$BATS_FILE_TMPDIR/$1 input
    qemu-img create -q -f qcow2 -F raw -b "$BATS_FILE_TMPDIR/$2.raw" "$machine.disk"
    # IMDS ends with its input, and that with the process that runs this file of tests.
    mkfifo "$machine.input"
    node "$ROOT/test/vm/metadata.ts" "$machine.user-data" < "$machine.input" > "$machine.metadata-port" 3>&- &
    # shellcheck disable=SC2034 # it only has to stay open
    exec {input}> "$machine.input"
    until [ -s "$machine.metadata-port" ]; do sleep 0.1; done
}

# Sets the user data of a machine, from standard input: user_data NAME
user_data() {
    cat > "$BATS_FILE_TMPDIR/$1.user-data"
}

# Turns a machine on: power_on NAME [MOST-BYTES-PER-SECOND-WRITTEN-TO-ITS-DISK]
power_on() {
    local machine=$BATS_FILE_TMPDIR/$1 port
    port=$(free_port)
    echo "$port" > "$machine.port"
    qemu-system-x86_64 -machine q35 -accel tcg,thread=multi -cpu max -smp 1 -m 768 -display none -nodefaults \
        -kernel "$BATS_FILE_TMPDIR/vmlinuz" -initrd "$BATS_FILE_TMPDIR/initrd" \
        -append 'root=/dev/vda rw console=ttyS0 quiet' -serial "file:$machine.console" \
        -drive "file=$machine.disk,if=virtio,throttling.bps-write=${2:-0}" \
        -netdev "user,id=net,net=169.254.169.0/24,hostfwd=tcp:127.0.0.1:$port-:22,$(imds "$machine")" \
        -device virtio-net-pci,netdev=net -pidfile "$machine.pid" -daemonize 3>&-
}

# QEMU connects to IMDS anew for every connection from the machine.
imds() {
    echo "guestfwd=tcp:169.254.169.254:80-cmd:nc 127.0.0.1 $(cat "$1.metadata-port")"
}

free_port() {
    node --eval 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
        console.log(s.address().port); s.close(); })'
}

# Cuts the power of a machine.
cut_power() {
    local pid
    pid=$(cat "$BATS_FILE_TMPDIR/$1.pid")
    kill -KILL "$pid"
    tail --pid="$pid" --follow /dev/null
}

# Runs a command on a machine, as root: on NAME COMMAND
on() {
    ssh -q -i "$BATS_FILE_TMPDIR/key" -p "$(cat "$BATS_FILE_TMPDIR/$1.port")" -o ConnectTimeout=20 \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@127.0.0.1 "$2"
}

# Waits until a command succeeds on a machine: until_on NAME COMMAND
until_on() {
    local deadline=$((SECONDS + PATIENCE))
    until on "$1" "$2" > /dev/null 2>&1; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "waited $PATIENCE s in vain on $1 for: $2" >&2
            tail "$BATS_FILE_TMPDIR/$1.console" >&2
            return 1
        fi
        sleep 1
    done
}

# Waits until the boot scripts of this boot are through.
booted() {
    until_on "$1" '[ ! -e /run/old ] && grep --quiet finishedAt /run/lava/boot.json'
}

# Restarts a machine in order; /run, and with it this mark, does not outlive it.
reboot() {
    on "$1" 'touch /run/old; systemctl reboot' || true
    booted "$1"
}

# What the boot script for swap did, a line each.
swap_report() {
    on "$1" 'cat /run/lava/boot.json' | jq --raw-output '.scripts[] | select(.name == "20_swap") | .status, .did[]'
}

remove_machines() {
    local pid
    for pid in "$BATS_FILE_TMPDIR"/*.pid; do
        kill "$(cat "$pid")" 2> /dev/null || true
    done
}
