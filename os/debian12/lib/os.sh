# What the common layer asks of Debian 12.
# shellcheck shell=bash disable=SC2034

OS_RC_LOCAL=/etc/rc.local
OS_NODE=/usr/bin/node
OS_PACKAGES=(
    cron
    jq
    make
    nodejs
    packer
    rsyslog
    tzdata
    unzip
    zstd
)

export DEBIAN_FRONTEND=noninteractive

apt() {
    apt-get --yes --quiet --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef \
        -o Dpkg::Options::=--force-confold -o APT::Update::Error-Mode=any "$@"
}

os_upgrade() {
    apt update
    apt full-upgrade
    apt autoremove
}

os_install() {
    apt install "$@"
}

os_clean_packages() {
    apt-get clean
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt/* /var/log/dpkg.log
}

# The setuid and setgid files that Debian's packages have; dpkg does not know modes.
os_setuid_files() {
    cat "$PACKER_FOLDER/lib/setuid-files"
}
