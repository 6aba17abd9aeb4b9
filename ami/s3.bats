#!/usr/bin/env bats
# What is fetched from S3 and put there before the image has the AWS CLI, by a server that answers what it is told to.

bats_require_minimum_version 1.5.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || return
    export LAVA_REGION=eu-west-1 LAVA_S3_BUCKET=my-bucket LAVA_S3_PREFIX=some/prefix/
    PACKER_FOLDER=$BATS_TEST_DIRNAME
    source "$BATS_TEST_DIRNAME/lib/resources.sh"
    RESOURCES=$PWD/resources
    server=''
}

teardown() {
    if [ -n "$server" ]; then
        kill "$server" 2> /dev/null || true
    fi
}

# The image has no AWS CLI yet.
# shellcheck disable=SC2317,SC2329 # called by what is sourced
command() {
    [ "${2:-}" != aws ] && builtin command "$@"
}

# answer STATUS BODY [HEADER...]: what S3 answers from now on, and the instance's metadata beside it.
answer() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out certificate.pem \
        -days 2 -subj '/CN=test' -addext 'subjectAltName=DNS:my-bucket.s3.eu-west-1.example.com' 2> /dev/null
    : > ports
    python3 - "$@" > ports 3>&- << 'SERVER' &
import http.server, ssl, sys, threading
status, body, headers = int(sys.argv[1]), sys.argv[2].encode(), [line.split(': ', 1) for line in sys.argv[3:]]
METADATA = {'services/domain': 'example.com', 'iam/security-credentials/': 'role', 'iam/security-credentials/role':
            '{ "AccessKeyId" : "AKIA", "SecretAccessKey" : "secret", "Token" : "token" }'}
class Answer(http.server.BaseHTTPRequestHandler):
    def say(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
class Metadata(Answer):
    def do_GET(self):
        self.say(200, METADATA[self.path.removeprefix('/latest/meta-data/')].encode())
    def do_PUT(self):
        self.say(200, b'token')
class S3(Answer):
    def do_GET(self):
        open('asked', 'a').write(f'GET {self.path}\n')
        self.say(status, body, headers)
    def do_PUT(self):
        sent = self.rfile.read(int(self.headers['content-length'])).decode()
        open('asked', 'a').write(f'PUT {self.path} {sent} {self.headers["x-amz-server-side-encryption"]} '
                                f'{self.headers["x-amz-server-side-encryption-aws-kms-key-id"]}\n')
        self.say(status, body, headers)
metadata, s3 = (http.server.ThreadingHTTPServer(('127.0.0.1', 0), kind) for kind in (Metadata, S3))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('certificate.pem', 'key.pem')
s3.socket = context.wrap_socket(s3.socket, server_side=True)
threading.Thread(target=metadata.serve_forever, daemon=True).start()
print(metadata.server_port, s3.server_port, flush=True)
s3.serve_forever()
SERVER
    server=$!
    local metadata s3
    until read -r metadata s3 < ports; do sleep 0.05; done
    # shellcheck disable=SC2034
    S3_METADATA=http://127.0.0.1:$metadata/latest
    printf '%s\n' 'cacert = certificate.pem' 'noproxy = "*"' \
        "connect-to = my-bucket.s3.eu-west-1.example.com:443:127.0.0.1:$s3" > .curlrc
    export CURL_HOME=$PWD HOME=$PWD
}

@test "an object becomes a file" {
    answer 200 'the object'
    run s3_get a/key file
    assert_success
    assert_output ''
    assert_equal "$(cat file)" 'the object'
    assert_equal "$(cat asked)" 'GET /some/prefix/a/key'
}

@test "a file becomes an object, and the answer is not printed" {
    answer 200 'an answer'
    echo -n content > file
    run s3_put file a/key
    assert_success
    assert_output ''
    assert_equal "$(cat asked)" 'PUT /some/prefix/a/key content None None'
}

@test "an object is encrypted as the build asks" {
    answer 200 ''
    echo -n content > file
    LAVA_S3_SSE=AES256 s3_put file one
    LAVA_S3_SSE=aws:kms s3_put file two
    LAVA_S3_SSE=aws:kms LAVA_S3_KMS_KEY=alias/lava s3_put file three
    assert_equal "$(cut -d ' ' -f 4- asked)" $'AES256 None\naws:kms None\naws:kms alias/lava'
}

@test "the AWS CLI is asked for the same encryption" {
    # shellcheck disable=SC2317
    command() { true; }
    # shellcheck disable=SC2317
    aws() { echo "$*"; }
    run s3_put file a/key
    assert_output 's3 cp --only-show-errors --region eu-west-1 file s3://my-bucket/some/prefix/a/key'
    export LAVA_S3_SSE=aws:kms LAVA_S3_KMS_KEY=alias/lava
    run s3_put file a/key
    assert_output 's3 cp --only-show-errors --region eu-west-1 --sse aws:kms --sse-kms-key-id alias/lava file s3://my-bucket/some/prefix/a/key'
}

@test "a redirection is no object, and says where to" {
    local code
    for code in 301 302 303 307 308; do
        answer "$code" '<html>moved</html>' 'Location: https://elsewhere.example.com/key'
        run s3_get a/key file
        assert_failure 1
        assert_output "error: the answer for s3://my-bucket/some/prefix/a/key is $code, which refers to https://elsewhere.example.com/key"
        assert [ ! -e file ]
        kill "$server"
    done
}

@test "a bucket of another region is named with it" {
    answer 301 '<Error><Code>PermanentRedirect</Code></Error>' 'x-amz-bucket-region: eu-central-1'
    run s3_get a/key file
    assert_failure 1
    assert_output 'error: the answer for s3://my-bucket/some/prefix/a/key is 301; the bucket is in the region eu-central-1, not in eu-west-1'
}

@test "a redirection is no upload" {
    answer 307 '' 'Location: https://elsewhere.example.com/key'
    echo content > file
    run s3_put file a/key
    assert_failure 1
    assert_output --partial 'is 307, which refers to https://elsewhere.example.com/key'
}

@test "what S3 refuses is refused, and its message is no file" {
    answer 403 '<Error><Code>AccessDenied</Code></Error>'
    run s3_get a/key file
    assert_failure 1
    assert_output --partial '403'
    assert [ ! -e file ]
}

@test "another status of success is none" {
    answer 206 part
    run s3_get a/key file
    assert_failure 1
    assert_output 'error: the answer for s3://my-bucket/some/prefix/a/key is 206'
}

@test "what a header holds can not spoil the terminal" {
    answer 301 '' $'Location: https://elsewhere.example.com/\e[31mred'
    run s3_get a/key file
    assert_output --partial 'refers to https://elsewhere.example.com/[31mred'
}

@test "a page in place of a resource is named" {
    answer 200 '<!DOCTYPE html><html>Sign in to the network</html>'
    run fetch_resource file.zip "$(printf '%064d' 1)"
    assert_failure 1
    assert_output --partial 'is not what ami/resources.yaml has the checksum of'
    assert_output --partial 'it is an HTML page, as a proxy sends it, and not from S3'
    assert [ ! -e resources/file.zip ]
}

@test "another resource than the right one is not taken for a page" {
    answer 200 'PK another'
    run fetch_resource file.zip "$(printf '%064d' 1)"
    assert_failure 1
    refute_output --partial HTML
}

@test "a redirected resource is not kept" {
    answer 301 '<html></html>' 'Location: https://elsewhere.example.com/key'
    run fetch_resource file.zip "$(printf '%064d' 1)"
    assert_failure 1
    assert_line --partial 'is 301, which refers to'
    assert_line 'error: s3://my-bucket/some/prefix/file.zip could not be fetched'
    run find resources -type f
    assert_output ''
}
