# Makes CycloneDX of lines: kind, name, version and what else is said of it, separated by tabs. What the image is comes
# from the build's settings in the environment.

def property(name; value): if (value // "") == "" then empty else {name: "lava:\(name)", value: value} end;

def versioned: if .version == "" then del(.version) else . end;

def package(type; space; arch):
  . as [$kind, $name, $version]
  | "pkg:\(type)/\(space)\($name | @uri)@\($version | @uri)\(if arch == "" then "" else "?arch=\(arch | @uri)" end)" as $purl
  | {type: "library", "bom-ref": $purl, name: $name, version: $version, purl: $purl};

def component:
  . as [$kind, $name, $version, $more, $sha256]
  | if $kind == "deb" then package("deb"; "debian/"; $more)
    elif $kind == "rpm" then package("rpm"; "amzn/"; $more)
    elif $kind == "python" then package("pypi"; ""; "")
    elif $kind == "os" then {type: "operating-system", "bom-ref": "os", name: $name, version: $version, description: $more}
    elif $kind == "kernel" then
      {type: "operating-system", "bom-ref": "kernel", name: $name, version: $version, properties: [property("arch"; $more)]}
    elif $kind == "tool" then
      {type: "application", "bom-ref": "tool:\($name)", name: $name, version: $version, properties: [property("path"; $more)]}
    elif $kind == "file" then
      {type: "file", "bom-ref": "file:\($name)", name: $name, version: $version,
        hashes: [{alg: "SHA-256", content: $sha256}], properties: [property("file"; $more)]}
    else error("nobody knows what a \($kind) is: \($name)") end
  | versioned;

{
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  serialNumber: "urn:uuid:\($serial)",
  version: 1,
  metadata: {
    timestamp: $timestamp,
    component: {
      type: "platform",
      "bom-ref": "image",
      name: env.LAVA_AMI_NAME,
      version: env.LAVA_VERSION,
      properties: [
        property("build_id"; env.LAVA_BUILD_ID),
        property("base_ami"; env.LAVA_BASE_AMI),
        property("python_version"; env.LAVA_PYTHON_VERSION),
        property("releasever"; env.LAVA_RELEASEVER),
        property("left_out"; env.LAVA_SKIP)
      ]
    }
  },
  components: (split("\n") | map(select(. != "") | split("\t") | component) | unique_by(."bom-ref"))
}
