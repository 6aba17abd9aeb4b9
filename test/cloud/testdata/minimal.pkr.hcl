# The smallest build that goes the whole way: temporary role, key pair and security group, a reboot, an encrypted copy.

variable "source_ami" { type = string }

variable "ami_name" { type = string }

source "amazon-ebs" "minimal" {
  region        = "us-east-1"
  source_ami    = var.source_ami
  instance_type = "t3.micro"
  ssh_username  = "admin"
  ami_name      = var.ami_name
  encrypt_boot  = true

  tags            = { Name = var.ami_name }
  snapshot_tags   = { Name = var.ami_name }
  run_tags        = { Build = var.ami_name }
  run_volume_tags = { Build = var.ami_name }

  temporary_iam_instance_profile_policy_document {
    Version = "2012-10-17"
    Statement {
      Effect   = "Allow"
      Action   = ["ec2:DescribeRegions"]
      Resource = ["*"]
    }
  }
}

build {
  sources = ["source.amazon-ebs.minimal"]

  provisioner "shell" {
    inline           = ["cloud-init status --wait"]
    valid_exit_codes = [0, 2]
  }

  provisioner "shell" {
    inline = [
      "echo built | sudo tee /etc/built",
      "token=$(curl -sS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)",
      "curl -sSf -H \"X-aws-ec2-metadata-token: $token\" http://169.254.169.254/latest/meta-data/iam/info | grep -q Success",
    ]
  }

  provisioner "shell" {
    inline            = ["sudo reboot", "sleep 60"]
    expect_disconnect = true
    skip_clean        = true
  }

  provisioner "shell" {
    inline       = ["grep -q built /etc/built"]
    pause_before = "2s"
  }
}
