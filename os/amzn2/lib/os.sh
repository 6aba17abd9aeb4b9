# What the common layer asks of Amazon Linux 2.
# shellcheck shell=bash disable=SC2034

OS_RC_LOCAL=/etc/rc.d/rc.local
OS_NODE=/usr/bin/node
OS_PACKAGES=(
    jq
    unzip
)

os_upgrade() {
    yum --assumeyes --quiet update
}

os_install() {
    yum --assumeyes --quiet install "$@"
}

os_clean_packages() {
    yum --quiet clean all
    rm -rf /var/cache/yum
}

# The setuid and setgid files that the installed packages have, as rpm knows them.
os_setuid_files() {
    rpm --query --all --queryformat '[%{FILEMODES:octal} %{FILENAMES}\n]' | sed -n 's/^[0-7]*[2-7][0-7][0-7][0-7] //p'
}
