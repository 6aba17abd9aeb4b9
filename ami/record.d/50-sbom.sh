#!/usr/bin/env bash
# Records what is on the image, as CycloneDX: packages, Python packages, tools, what came from outside.
source "$(dirname "$0")/../lib/configurator.sh"

SBOM=/usr/local/share/lava/sbom.cdx.json

# Everything below prints lines of: kind, name, version, and what else there is to say of it, separated by tabs.

operating_system() {
    (
        # shellcheck disable=SC1091
        source /etc/os-release
        printf 'os\t%s\t%s\t%s\n' "$ID" "${VERSION_ID:-}" "$PRETTY_NAME"
    )
    printf 'kernel\tlinux\t%s\t%s\n' "$(uname -r)" "$(uname -m)"
}

packages() {
    if command -v dpkg-query > /dev/null; then
        # shellcheck disable=SC2016
        dpkg-query --show --showformat='${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\n' |
            sed -n 's/^installed\t/deb\t/p'
    else
        rpm --query --all --queryformat 'rpm\t%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\n'
    fi
}

# The packages of the image's own Python. Those of the distribution's are packages of the distribution.
python_packages() {
    local python=/usr/local/bin/python3
    [ -x "$python" ] || return 0
    "$python" - << 'LIST'
from importlib.metadata import distributions
for name, version in sorted({(found.metadata["Name"], found.version) for found in distributions()}):
    print("python", name, version, "", sep="\t")
LIST
}

# One tool, if it is there, by the first version in what it prints: tool NAME COMMAND...
tool() {
    local name=$1 said version
    shift
    command -v "$1" > /dev/null || return 0
    said=$("$@" 2>&1 < /dev/null || true)
    # MariaDB's client names its own version before that of its release.
    said=${said##*Distrib }
    version=$(grep --only-matching --extended-regexp --max-count=1 '[0-9]+(\.[0-9]+)+[^ ,;)]*' <<< "$said" | head -n 1 || true)
    printf 'tool\t%s\t%s\t%s\n' "$name" "$version" "$(command -v "$1")"
}

tools() {
    tool aws aws --version
    tool cloudwatch-agent /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent -version
    tool docker docker --version
    tool freetds tsql -C
    tool mysql mysql --version
    tool node /usr/local/lib/lava/bin/node --version
    tool packer packer version
    tool pip pip3 --version
    tool psql psql --version
    tool python python3 --version
    tool sqlplus sqlplus -V
    tool ssm-agent amazon-ssm-agent -version
    tool unixodbc isql --version
}

# What came from outside of the distribution's repositories, with the checksum that was verified.
outside_files() {
    local name version path sha256
    [ -e "$PACKER_FOLDER/resources.tsv" ] || return 0
    while IFS=$'\t' read -r name version path sha256; do
        printf 'file\t%s\t%s\t%s\t%s\n' "$name" "$version" "${path##*/}" "$sha256"
    done < "$PACKER_FOLDER/resources.tsv"
}

# What is recorded has to be what runs on instances, whatever the build's own path is.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

install -d -m 0755 "$(dirname "$SBOM")"
{ operating_system && packages && python_packages && tools && outside_files; } |
    jq --raw-input --slurp --from-file "$PACKER_FOLDER/lib/sbom.jq" \
        --arg serial "$(cat /proc/sys/kernel/random/uuid)" --arg timestamp "$(date -u +%FT%TZ)" > "$SBOM"
chmod 0644 "$SBOM"
echo "$(jq '.components | length' "$SBOM") components recorded in $SBOM"
