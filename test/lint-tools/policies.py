"""Checks IAM policies with parliament and its community auditors: policies.py FILE...

A file is a policy (.json), or a CloudFormation template whose roles have policies. What is found has to be in
expected-findings.yaml, and what is there has to be found.
"""

import json
import re
import sys
from pathlib import Path

import parliament
import yaml
from cfnlint.decode import decode

HERE = Path(__file__).parent
PSEUDO_PARAMETERS = {
    "AWS::AccountId": "111111111111",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/name/id",
}
# What EC2 makes has identifiers that nobody knows beforehand: tags limit what may be done to it, not ARNs.
PASSED_OVER = ["RESOURCE_STAR", "RESOURCE_EFFECTIVELY_STAR"]


def policies_of(file):
    """The policies in a file, each with its name."""
    if file.endswith(".json"):
        return [(file, Path(file).read_text())]
    template, problems = decode(file)
    if problems:
        sys.exit(f"{file} cannot be read: {problems[0]}")
    roles = {name: it for name, it in template["Resources"].items() if it["Type"] == "AWS::IAM::Role"}
    return [
        (f"{file}, {name}, {policy['PolicyName']}", json.dumps(plain(policy["PolicyDocument"])))
        for name, role in roles.items()
        for policy in role["Properties"].get("Policies", [])
    ]


def plain(value):
    """A part of a template with something in the place of its functions, as far as our policies use them."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        function, argument = next(iter(value.items()))
        if function == "Fn::If":
            return plain(argument[1])
        if function == "Fn::Sub":
            text, given = argument if isinstance(argument, list) else (argument, {})
            return re.sub(r"\$\{([^}]+)\}", lambda name: str(plain(given.get(name[1], {"Ref": name[1]}))), text)
        if function == "Ref":
            return PSEUDO_PARAMETERS.get(argument, "name")
        if function.startswith("Fn::"):
            return "name/of-something"
    return {key: plain(item) for key, item in value.items()}


def findings_of(name, policy):
    """What parliament has to say of a policy that is worth a look."""
    analyzed = parliament.analyze_policy_string(policy, name, include_community_auditors=True)
    findings = [parliament.enhance_finding(finding) for finding in analyzed.findings]
    return [finding for finding in findings if finding.issue not in PASSED_OVER]


def main(files):
    parliament.override_config(str(Path(parliament.__file__).parent / "community_auditors/config_override.yaml"))
    expected = yaml.safe_load((HERE / "expected-findings.yaml").read_text())
    met, wrong = [], []
    policies = [policy for file in files for policy in policies_of(file)]
    for name, policy in policies:
        for finding in findings_of(name, policy):
            told = f"{finding.detail or ''} {finding.location}"
            meant = [it for it in expected if it["policy"] == name and it["issue"] == finding.issue and it["about"] in told]
            met += meant
            if not meant:
                wrong.append(f"{name}: {finding.severity} {finding.issue}: {finding.title}: {told}")
    wrong += [
        f"{it['policy']}: {it['issue']} about {it['about']} is not found any more: take it out of expected-findings.yaml"
        for it in expected
        if it not in met and it["policy"] in [name for name, _ in policies]
    ]
    if not policies:
        wrong.append("there is no policy to check")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
