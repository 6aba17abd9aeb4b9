#!/usr/bin/env bats
# Bundles of certificates, good ones and broken ones.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    source "$BATS_TEST_DIRNAME/lib/certificates.sh"
    cd "$BATS_TEST_TMPDIR" || return
    certificate one > bundle.pem
    certificate two >> bundle.pem
}

certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -days 2 -subj "/CN=$1" 2> /dev/null
}

@test "a bundle is installed, readable for everybody" {
    run install_bundle bundle.pem place/of/bundle.pem
    assert_success
    assert_output ''
    cmp bundle.pem place/of/bundle.pem
    assert_equal "$(stat --format=%a place/of/bundle.pem)" 644
}

@test "a bundle with a damaged certificate is refused, and not installed" {
    sed '/BEGIN CERTIFICATE/{n;s/^..../!!!!/}' bundle.pem > damaged.pem
    run install_bundle damaged.pem target.pem
    assert_failure
    assert_output --partial 'damaged.pem is no bundle of certificates'
    assert [ ! -e target.pem ]
}

@test "a bundle that ends within a certificate is refused" {
    head -n -3 bundle.pem > short.pem
    run install_bundle short.pem target.pem
    assert_failure
    assert_output --partial 'of the 2 in it can be read'
}

@test "what is no bundle at all is refused" {
    echo '<html>sorry</html>' > page.pem
    run install_bundle page.pem target.pem
    assert_failure
    assert_output --partial '0 of the 0'
}
