# A terminal of its own for one test, in which a person types: tmux.
# shellcheck shell=bash

# Each has a socket of its own: the one before may still be closing.
terminals=0

# Opens a terminal of so many columns in which a command runs: open_terminal COLUMNS COMMAND...
# Its last line will be `status: N`.
open_terminal() {
    local columns=$1 command
    shift
    terminals=$((terminals + 1))
    printf -v command '%q ' "$@"
    tmux -S "$BATS_TEST_TMPDIR/terminal-$terminals" -f /dev/null new-session -d -x "$columns" -y 50 \
        "bash -c $(printf '%q' "$command; echo status: \$?; exec sleep 1000")"
}

close_terminal() {
    tmux -S "$BATS_TEST_TMPDIR/terminal-$terminals" kill-server 2> /dev/null || true
}

# Everything that was shown; lines that did not fit are whole again, so that they can be seen to be too long.
screen() {
    tmux -S "$BATS_TEST_TMPDIR/terminal-$terminals" capture-pane -p -J -S - | sed 's/ *$//'
}

# The same with its escape codes.
drawn() {
    tmux -S "$BATS_TEST_TMPDIR/terminal-$terminals" capture-pane -p -e -S -
}

# Waits until the terminal shows a text, so many times (1): shows TEXT [TIMES]
shows() {
    local end=$((SECONDS + 60))
    until [ "$(screen | grep --count --fixed-strings -- "$1")" -ge "${2:-1}" ]; do
        if [ $SECONDS -ge $end ]; then
            echo "It does not show: $1" >&2
            screen >&2
            return 1
        fi
        sleep 0.2
    done
}

# Types a line, and Return.
type_line() {
    tmux -S "$BATS_TEST_TMPDIR/terminal-$terminals" send-keys -l -- "$1"
    tmux -S "$BATS_TEST_TMPDIR/terminal-$terminals" send-keys Enter
}

# Presses a key, such as C-c.
press() {
    tmux -S "$BATS_TEST_TMPDIR/terminal-$terminals" send-keys "$1"
}
