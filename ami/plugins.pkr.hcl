# For `packer init plugins.pkr.hcl` only: packer 1.7 and newer get their builders as plugins. Older ones carry the
# amazon builder themselves and could not read this block in the template.
packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.3.0, < 2.0.0"
    }
  }
}
