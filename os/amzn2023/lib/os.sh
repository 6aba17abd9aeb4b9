# What the common layer asks of Amazon Linux 2023.
# shellcheck shell=bash disable=SC2034

OS_RC_LOCAL=/etc/rc.d/rc.local
OS_NODE=/usr/bin/node
OS_PACKAGES=(
    jq
    unzip
)

os_upgrade() {
    dnf --assumeyes --quiet upgrade
}

os_install() {
    dnf --assumeyes --quiet install "$@"
}

os_clean_packages() {
    dnf --quiet clean all
    rm -rf /var/cache/dnf
}

# The setuid and setgid files that the installed packages have, as rpm knows them.
os_setuid_files() {
    rpm --query --all --queryformat '[%{FILEMODES:octal} %{FILENAMES}\n]' | sed -n 's/^[0-7]*[2-7][0-7][0-7][0-7] //p'
}
