# Others use the package manager, too: an agent that updates itself, the system's daily update.
# shellcheck shell=bash

# How long to wait for them in all, and how long to leave between two tries, in seconds.
LOCK_LIMIT=${LOCK_LIMIT:-900}
LOCK_PAUSE=${LOCK_PAUSE:-5}

# What apt, dnf, yum and rpm say when they find a lock held.
LOCK_HELD='Could not get lock|Unable to acquire the dpkg frontend lock|already locked by [0-9]|holding the yum lock|transaction lock on'

# wait_for_locks COMMAND...: runs a package manager, again and again while another process holds one of its locks. What
# it says on standard error comes at its end.
wait_for_locks() {
    local said status began=$SECONDS told='' reason
    said=$(mktemp)
    while :; do
        status=0
        "$@" 2> "$said" || status=$?
        if [ "$status" -eq 0 ] || ! grep --quiet --extended-regexp "$LOCK_HELD" "$said"; then
            break
        fi
        if [ $((SECONDS - began)) -ge "$LOCK_LIMIT" ]; then
            echo "error: another process still holds a lock of the package manager after $LOCK_LIMIT s" >&2
            break
        fi
        reason=$(lock_reason "$said")
        if [ "$reason" != "$told" ]; then
            echo "waiting up to $LOCK_LIMIT s for a lock of the package manager: $reason$(lock_holder "$reason")" >&2
            told=$reason
        fi
        sleep "$LOCK_PAUSE"
    done
    cat "$said" >&2
    rm -f "$said"
    return "$status"
}

# lock_reason FILE: what a package manager said of a lock, in one line.
lock_reason() {
    grep --extended-regexp --max-count 1 'Could not get lock|locked by|running as pid|transaction lock on' "$1" ||
        head -n 1 "$1"
}

# lock_holder REASON: the name of the process that holds the lock, in parentheses, where it is not named already.
lock_holder() {
    local pid file inode
    pid=$(sed -nE 's/.*(locked by|running as pid) ([0-9]+).*/\2/p' <<< "$1")
    file=$(sed -nE 's/.*transaction lock on ([^ ]+).*/\1/p' <<< "$1")
    if [ -n "$file" ] && inode=$(stat --format=%i "$file"); then
        pid=$(awk -v end=":$inode\$" '$6 ~ end { print $5; exit }' /proc/locks)
    fi
    if [ -n "$pid" ] && [ -r "/proc/$pid/comm" ]; then
        echo " ($(cat "/proc/$pid/comm"))"
    fi
}
