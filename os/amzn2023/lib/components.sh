# What the components of the image are called on Amazon Linux 2023.
# shellcheck shell=bash disable=SC2034

declare -gA OS_COMPONENT_PACKAGES=(
    ['aws-cli']='awscli-2'
    [docker]='docker'
    [postgres]='postgresql18'
    [mysql]='mariadb1011'
    [odbc]='unixODBC freetds freetds-libs'
    [oracle]='libaio'
    [certificates]='openssl'
    ['ssm-agent']='amazon-ssm-agent'
    ['cloudwatch-agent']='amazon-cloudwatch-agent'
    # No package: it comes from its vendor (ami/resources.yaml).
    [packer]=''
)

# Where the FreeTDS driver for ODBC lies.
declare -gA OS_TDS_DRIVER=(
    [x86_64]=/usr/lib64/libtdsodbc.so.0
    [arm64]=/usr/lib64/libtdsodbc.so.0
)

OS_SERVICES=(crond rsyslog)
