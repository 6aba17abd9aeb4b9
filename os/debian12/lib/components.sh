# What the components of the image are called on Debian 12.
# shellcheck shell=bash disable=SC2034

declare -gA OS_COMPONENT_PACKAGES=(
    ['aws-cli']='awscli'
    [docker]='docker.io'
    [postgres]='postgresql-client'
    [mysql]='default-mysql-client'
    [odbc]='unixodbc odbcinst freetds-bin tdsodbc'
    [oracle]='libaio1'
    [certificates]='openssl'
    # No package: these come from their vendor (ami/resources.yaml).
    ['ssm-agent']=''
    ['cloudwatch-agent']=''
    # Has the amazon builder in it.
    [packer]='packer'
)

# Where the FreeTDS driver for ODBC lies.
declare -gA OS_TDS_DRIVER=(
    [x86_64]=/usr/lib/x86_64-linux-gnu/odbc/libtdsodbc.so
    [arm64]=/usr/lib/aarch64-linux-gnu/odbc/libtdsodbc.so
)

OS_SERVICES=(cron rsyslog)
