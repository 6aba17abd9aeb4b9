# What the common layer asks of Amazon Linux 2023.
# shellcheck shell=bash disable=SC2034

OS_RC_LOCAL=/etc/rc.d/rc.local
OS_NODE=/usr/bin/node-22
OS_PACKAGES=(
    cronie
    jq
    logrotate
    nodejs22
    rsyslog
    unzip
    update-motd
)

# What Python needs when it runs, and what it is compiled with.
OS_PYTHON_PACKAGES=(
    bzip2-libs
    gdbm-libs
    libffi
    libuuid
    libzstd
    ncurses-libs
    openssl-libs
    readline
    sqlite-libs
    tzdata
    xz-libs
    zlib
)
OS_PYTHON_BUILD_PACKAGES=(
    binutils
    bzip2-devel
    gcc
    gdbm-devel
    glibc-devel
    libffi-devel
    libuuid-devel
    libzstd-devel
    make
    ncurses-devel
    openssl-devel
    pkgconf-pkg-config
    readline-devel
    sqlite-devel
    tar
    xz
    xz-devel
    zlib-devel
)

# By itself dnf waits for another dnf without end, and not at all for rpm.
dnf_or_wait() {
    wait_for_locks dnf --setopt=exit_on_lock=1 "$@"
}

os_upgrade() {
    dnf_or_wait --assumeyes --quiet upgrade
}

os_install() {
    dnf_or_wait --assumeyes --quiet install "$@"
}

os_remove() {
    dnf_or_wait --assumeyes --quiet remove "$@"
}

os_installed() {
    rpm --query --all --queryformat '%{NAME}.%{ARCH}\n' | grep -v '^gpg-pubkey'
}

os_versions() {
    dnf_or_wait --quiet info "$@" | awk '$1 == "Name" { name = $3 } $1 == "Version" { version = $3 } $1 == "Release" { print name, version "-" $3 }'
}

os_python_settings() {
    :
}

os_clean_packages() {
    dnf_or_wait --quiet clean all
    rm -rf /var/cache/dnf /var/lib/dnf/history.*
}

# The setuid and setgid files that the installed packages have, as rpm knows them.
os_setuid_files() {
    rpm --query --all --queryformat '[%{FILEMODES:octal} %{FILENAMES}\n]' | sed -n 's/^[0-7]*[2-7][0-7][0-7][0-7] //p'
}
