# What the components of the image are called on Amazon Linux 2.
# shellcheck shell=bash disable=SC2034

declare -gA OS_COMPONENT_PACKAGES=(
    ['aws-cli']='awscli'
    [docker]='docker'
    [postgres]='postgresql'
    [mysql]='mariadb'
    # Without FreeTDS: only EPEL had it, and EPEL for this system ended on 2024-06-30.
    [odbc]='unixODBC'
    [oracle]='libaio'
    [certificates]='openssl'
    ['ssm-agent']='amazon-ssm-agent'
    ['cloudwatch-agent']='amazon-cloudwatch-agent'
    # No package: it comes from its vendor (ami/resources.yaml).
    [packer]=''
)

# There is no FreeTDS driver for ODBC.
declare -gA OS_TDS_DRIVER=([x86_64]='' [arm64]='')

OS_SERVICES=(crond rsyslog)
