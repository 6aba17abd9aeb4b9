# What the common layer asks of Debian 12.
# shellcheck shell=bash disable=SC2034

OS_RC_LOCAL=/etc/rc.local
OS_NODE=/usr/bin/node
OS_PACKAGES=(
    cron
    jq
    logrotate
    make
    nodejs
    rsyslog
    tzdata
    unzip
    zstd
)

# What Python needs when it runs, and what it is compiled with, compiler and libraries by the names that carry their
# versions.
OS_PYTHON_PACKAGES=(
    ca-certificates
    libbz2-1.0
    libffi8
    libgdbm-compat4
    libgdbm6
    liblzma5
    libncursesw6
    libnsl2
    libreadline8
    libsqlite3-0
    libssl3
    libuuid1
    libzstd1
    tzdata
    zlib1g
)
OS_PYTHON_BUILD_PACKAGES=(
    binutils
    gcc
    gcc-12
    libbz2-dev
    libc6-dev
    libffi-dev
    libgdbm-compat-dev
    libgdbm-dev
    liblzma-dev
    libncurses-dev
    libreadline-dev
    libsqlite3-dev
    libssl-dev
    libzstd-dev
    make
    pkg-config
    uuid-dev
    xz-utils
    zlib1g-dev
)

export DEBIAN_FRONTEND=noninteractive

apt() {
    wait_for_locks apt-get --yes --quiet --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef \
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

os_remove() {
    apt purge "$@"
}

os_installed() {
    dpkg-query --show --showformat='${binary:Package} ${db:Status-Status}\n' | sed -n 's/ installed$//p'
}

os_versions() {
    apt-cache policy "$@" | awk '/^[^ ]/ { name = $1 } $1 == "Candidate:" { print name, $2 }'
}

os_python_settings() {
    :
}

os_clean_packages() {
    apt clean
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt/* /var/log/dpkg.log
}

# The setuid and setgid files that Debian's packages have; dpkg does not know modes.
os_setuid_files() {
    cat "$PACKER_FOLDER/lib/setuid-files"
}
