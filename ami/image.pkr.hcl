# The image, as packer builds it. Unchanged on packer 1.6.6 and on the newest packer with the amazon plugin: name this
# file, not its folder, in `packer build` (plugins.pkr.hcl is for `packer init` only).
# All values come from the variable file that `make ami` writes; it is kept with the record of the build.

packer {
  required_version = ">= 1.6.6"
}

variable "ami_name" { type = string }
variable "ami_description" { type = string }
variable "build_id" { type = string }
variable "tags" { type = map(string) }
variable "build_tags" { type = map(string) }
variable "region" { type = string }
variable "partition" { type = string }
variable "source_ami" { type = string }
variable "instance_type" { type = string }
variable "subnet_id" { type = string }
variable "security_group_ids" { type = list(string) }
variable "public_ip" { type = bool }
variable "login_user" { type = string }
variable "key_pair_name" { type = string }
variable "private_key_file" { type = string }
variable "s3bucket" { type = string }
variable "s3prefix" { type = string }
variable "tarball" { type = string }
variable "manifest" { type = string }
variable "sbom" { type = string }

# Stands in the banners of ami/provision, by which the progress of a build is followed.
variable "mark" { type = string }

# Address of the build instance that was kept, when a build is gone on with.
variable "kept_host" {
  type    = string
  default = ""
}

source "amazon-ebs" "lava" {
  region                      = var.region
  source_ami                  = var.source_ami
  instance_type               = var.instance_type
  subnet_id                   = var.subnet_id
  security_group_ids          = var.security_group_ids
  associate_public_ip_address = var.public_ip

  ssh_interface        = var.public_ip ? "public_ip" : "private_ip"
  ssh_username         = var.login_user
  ssh_keypair_name     = var.key_pair_name
  ssh_private_key_file = var.private_key_file
  ssh_timeout          = "10m"

  ami_name        = var.ami_name
  ami_description = var.ami_description
  encrypt_boot    = true
  tags            = var.tags
  snapshot_tags   = var.tags

  # Whatever a build that was cut off leaves behind can be found by these.
  run_tags        = var.build_tags
  run_volume_tags = var.build_tags

  # What the build instance itself may do.
  temporary_iam_instance_profile_policy_document {
    Version = "2012-10-17"
    Statement {
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = ["arn:${var.partition}:s3:::${var.s3bucket}"]
    }
    Statement {
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["arn:${var.partition}:s3:::${var.s3bucket}/${var.s3prefix}*"]
    }
    # What it has compiled it keeps for the next build; nothing else below the prefix can be written.
    Statement {
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = ["arn:${var.partition}:s3:::${var.s3bucket}/${var.s3prefix}compiled/*"]
    }
    Statement {
      Effect   = "Allow"
      Action   = ["ec2:DescribeRegions"]
      Resource = ["*"]
    }
  }
}

# The kept instance of a build that failed: `make resume` runs the provisioners on it and makes the image itself.
source "null" "lava" {
  ssh_host             = var.kept_host
  ssh_username         = var.login_user
  ssh_private_key_file = var.private_key_file
  ssh_timeout          = "2m"
}

build {
  # Either one or the other: `packer build -only=...`.
  sources = ["source.amazon-ebs.lava", "source.null.lava"]

  # The base image finishes its own first boot, within 15 minutes; status 2 is cloud-init's "done, with warnings".
  provisioner "shell" {
    inline = [
      "timeout 900 cloud-init status --wait --long && exit 0 || status=$?",
      "[ $status -ne 124 ] || echo 'cloud-init was not done after 900 s; its state, and unfinished jobs of systemd:'",
      "[ $status -ne 124 ] || { cloud-init status --long || true; systemctl --no-pager list-jobs; }",
      "exit $status",
    ]
    valid_exit_codes = [0, 2]
  }

  provisioner "file" {
    source      = var.tarball
    destination = "/tmp/lava-ami.tar.gz"
  }

  provisioner "shell" {
    inline = [
      "mkdir -p -m 0755 ~/packer",
      "cd ~/packer && rm -rf boot conf.d factory lib python record.d rootfs seal.d test",
      "tar -xzf /tmp/lava-ami.tar.gz -C ~/packer",
      "rm /tmp/lava-ami.tar.gz",
      "sudo ~/packer/provision conf.d ${var.mark}",
    ]
  }

  # Ends with the connection: the loop keeps the session open until the reboot cuts it.
  provisioner "shell" {
    inline            = ["sudo ~/packer/provision reboot ${var.mark}", "while :; do sleep 1; done"]
    expect_disconnect = true
    skip_clean        = true
  }

  # Retried, because sshd may still accept a connection while the system goes down.
  provisioner "shell" {
    inline      = ["sudo ~/packer/provision wait ${var.mark}"]
    max_retries = 5
  }

  # A failed test of the image fails the build.
  provisioner "shell" {
    inline = ["sudo ~/packer/provision test ${var.mark}"]
  }

  provisioner "shell" {
    inline = ["sudo ~/packer/provision record.d ${var.mark}"]
  }

  provisioner "file" {
    direction   = "download"
    source      = "/usr/local/share/lava/sbom.cdx.json"
    destination = var.sbom
  }

  # Leaves nothing of the build behind, this connection's key included; nobody can log in after it.
  provisioner "shell" {
    inline = ["sudo ~/packer/provision seal.d ${var.mark}"]
  }

  post-processor "manifest" {
    output     = var.manifest
    strip_path = true
    custom_data = {
      ami_name = var.ami_name
      build_id = var.build_id
    }
  }
}
