# Virtual machines in QEMU, each with IMDS at its usual address and a root volume of its own in $BATS_FILE_TMPDIR.
# shellcheck shell=bash

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# What a machine may take to boot and run its boot scripts, in seconds: every instruction of it is emulated, and beside it
# other suites are at work.
PATIENCE=1200

load_libraries() {
    bats_load_library bats-support
    bats_load_library bats-assert
}

# Makes the disks that machines start from, out of the local cloud's Debian 12, and boots each once, up to where the boot
# scripts would run.
make_disks() {
    local base type pid booting=()
    end_with_tests
    make --no-print-directory --directory="$ROOT" build
    "$ROOT/test/cloud/run" -- true
    base=$(jq --exit-status --raw-output \
        '.images[.parameters["/aws/service/debian/release/12/latest/amd64"]].layers[0]' \
        "${LAVA_CLOUD_DIR:-$ROOT/.cloud}/state.json")
    ssh-keygen -q -t ed25519 -N '' -f "$BATS_FILE_TMPDIR/key"
    setpriv --pdeathsig TERM "$ROOT/test/vm/make-disks" "$BATS_FILE_TMPDIR" "$base" "$BATS_FILE_TMPDIR/key.pub"
    for type in ext4 xfs; do
        boot_and_hold "$type" &
        booting+=($!)
    done
    for pid in "${booting[@]}"; do wait "$pid"; done
}

# Ends the machines with the tests, however these end: a run that is stopped does not take along what it has started.
end_with_tests() {
    setsid --fork "$ROOT/test/vm/end-with" "$BATS_FILE_TMPDIR" $$ "$BATS_ROOT_PID" < /dev/null > /dev/null 2>&1 3>&-
}

# Boots a disk for the first time, takes a snapshot of the machine where it holds, and turns it off: boot_and_hold ext4|xfs
boot_and_hold() {
    local machine=$BATS_FILE_TMPDIR/held-$1 pid
    qemu-img create -q -f qcow2 -F raw -b "$BATS_FILE_TMPDIR/$1.raw" "$machine.disk"
    start_metadata "held-$1"
    run_machine "held-$1" hold
    wait_until "held-$1" grep --quiet 'vm: held' "$machine.console"
    pid=$(cat "$machine.pid")
    printf 'savevm held\nquit\n' | nc -U "$machine.monitor" > "$machine.snapshot"
    tail --pid="$pid" --follow /dev/null
    kill "$(cat "$machine.metadata.pid")"
    qemu-img snapshot -l "$machine.disk" | grep --quiet held || {
        cat "$machine.snapshot" >&2
        return 1
    }
}

# Makes a machine that goes on where the first boot of a disk was held: new_machine NAME ext4|xfs
new_machine() {
    cp --reflink=auto "$BATS_FILE_TMPDIR/held-$2.disk" "$BATS_FILE_TMPDIR/$1.disk"
    start_metadata "$1"
}

# Starts the IMDS of a machine.
start_metadata() {
    local machine=$BATS_FILE_TMPDIR/$1
    node "$ROOT/test/vm/metadata.ts" "$machine.user-data" > "$machine.metadata-port" 3>&- &
    echo $! > "$machine.metadata.pid"
    wait_until "$1" [ -s "$machine.metadata-port" ]
}

# Sets the user data of a machine, from standard input: user_data NAME
user_data() {
    cat > "$BATS_FILE_TMPDIR/$1.user-data"
}

# Lets a new machine go on: the boot scripts run now. start NAME [MOST-BYTES-PER-SECOND-WRITTEN-TO-ITS-DISK]
start() {
    run_machine "$1" '' "${2:-0}" -loadvm held
    until_on "$1" 'touch /run/go'
}

# Turns on a machine that is off; it boots.
power_on() {
    run_machine "$1"
}

# run_machine NAME [ADDED-TO-THE-KERNEL'S-COMMAND-LINE [MOST-BYTES-PER-SECOND-WRITTEN [OPTION-OF-QEMU...]]]
run_machine() {
    local machine=$BATS_FILE_TMPDIR/$1 port
    port=$(free_port)
    echo "$port" > "$machine.port"
    # Before others that are at work here: in a machine, what is waited for is waited for by the clock.
    nice --adjustment=-10 \
        qemu-system-x86_64 -machine q35 -accel tcg,thread=multi -cpu max -smp 1 -m 768 -display none -nodefaults \
        -kernel "$BATS_FILE_TMPDIR/vmlinuz" -initrd "$BATS_FILE_TMPDIR/initrd" \
        -append "root=/dev/vda rw console=ttyS0 quiet ${2:-}" -serial "file:$machine.console" \
        -monitor "unix:$machine.monitor,server=on,wait=off" \
        -drive "file=$machine.disk,if=virtio,detect-zeroes=on,throttling.bps-write=${3:-0}" \
        -netdev "user,id=net,net=169.254.169.0/24,hostfwd=tcp:127.0.0.1:$port-:22,$(imds "$machine")" \
        -device virtio-net-pci,netdev=net -pidfile "$machine.pid" -daemonize "${@:4}" 3>&-
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
    hang_up "$1"
}

# Runs a command on a machine, as root: on NAME COMMAND
on() {
    ssh_to "$1" root@127.0.0.1 "$2" 3>&-
}

# One connection serves for as long as a machine is up: to make one is hard work where all is emulated.
ssh_to() {
    local machine=$BATS_FILE_TMPDIR/$1
    ssh -q -i "$BATS_FILE_TMPDIR/key" -p "$(cat "$machine.port")" -o ConnectTimeout=60 -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -o ControlMaster=auto -o "ControlPath=$machine.ssh" -o ControlPersist=yes "${@:2}"
}

# Ends the connection to a machine, if there is one.
hang_up() {
    ssh_to "$1" -O exit root@127.0.0.1 || true
}

# Waits until a command succeeds, on this side: wait_until NAME COMMAND...
wait_until() {
    local deadline=$((SECONDS + PATIENCE))
    until "${@:2}" > /dev/null 2>&1; do
        if [ "$SECONDS" -gt "$deadline" ] || ! is_there "$1"; then
            echo "$1: waited $((SECONDS - deadline + PATIENCE)) s in vain for: ${*:2}" >&2
            tail "$BATS_FILE_TMPDIR/$1.console" >&2
            return 1
        fi
        sleep 0.5
    done
}

# Whether what belongs to a machine runs: no one waits for what has ended.
is_there() {
    local pid
    for pid in "$BATS_FILE_TMPDIR/$1".*pid; do
        kill -0 "$(cat "$pid")" || return 1
    done
}

# Waits until a command succeeds on a machine, which asks itself every second: until_on NAME COMMAND
until_on() {
    wait_until "$1" on "$1" "for second in \$(seq 60); do { $2; } && exit; sleep 1; done; exit 1"
}

# Waits until the boot scripts of this boot are through.
booted() {
    until_on "$1" '[ ! -e /run/old ] && grep --quiet finishedAt /run/lava/boot.json'
}

# Restarts a machine in order; /run, and with it this mark, does not outlive it.
restart() {
    on "$1" 'touch /run/old; systemctl reboot' || true
    hang_up "$1"
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
