#!/usr/bin/env python3
"""Kept on AWS, by one command each:

    kept.py build              release binaries, laid out as the templates expect them
    kept.py check              what AWS would say of the templates, without AWS
    kept.py deploy             build, check, and deploy or upgrade both stacks
    kept.py undeploy           remove both stacks; what was recorded stays, and is named
    kept.py restore TABLE      bring back what a restored copy of the table holds
    kept.py erase REFERENCE    remove one contact with everything that was written in it
    kept.py tools              print the Python that has the tools; what tests/cloud starts

The tools (AWS SAM CLI and what it brings) go into a virtual environment under target/, and nowhere
else. docs/aws.md says what is needed and what each command does.
"""

import argparse
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "target"
PACKAGES = TARGET / "aws" / "packages"
TEMPLATE = HERE / "template.yaml"
INBOX = HERE / "inbox.yaml"

FUNCTIONS = ["intake-web", "intake-email", "dispatch", "deadline", "staff", "reconcile", "report"]
PROFILE = "lambda"
# What provided.al2023 has: https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
GLIBC = (2, 34)
MACHINES = {"x86_64": ("x86_64", "amd64"), "arm64": ("aarch64", "arm64")}


class Wrong(Exception):
    """What cannot be done, and what to do about it."""


def run(*command, **options):
    """Runs a command; what it has to say goes where ours goes."""
    said = subprocess.run([str(part) for part in command], **options)
    if said.returncode != 0:
        raise Wrong(f"`{' '.join(str(part) for part in command[:4])} …` ended with {said.returncode}")
    return said


# --- Tools ----------------------------------------------------------------------------------


def tools():
    """The Python of a virtual environment with exactly what requirements.txt says."""
    if sys.version_info < (3, 11):
        raise Wrong(f"Python 3.11 or later is needed, this is {platform.python_version()}")
    requirements = HERE / "requirements.txt"
    mark = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = TARGET / "aws" / f"venv-{mark}"
    python = home / "bin" / "python"
    home.parent.mkdir(parents=True, exist_ok=True)
    # Tests that start together wait for each other here.
    with open(home.parent / "venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            made = subprocess.run([sys.executable, "-m", "venv", home])
            if made.returncode != 0:
                raise Wrong("python3 has no venv; on Debian: apt-get install python3-venv")
            pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
            run(*pip, "install", "--requirement", requirements, stdout=sys.stderr)
            (home / "complete").touch()
    return python


def with_tools():
    """Goes on in the Python that has the tools."""
    python = tools()
    if Path(sys.prefix) != python.parent.parent:
        os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])


def sam(*arguments, **options):
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_VERSION": "0"}
    return run(Path(sys.executable).parent / "sam", *arguments, env=environment, **options)


# --- Build ----------------------------------------------------------------------------------


def build(architecture=None, organisation=None):
    """The binaries of all functions in target/aws/packages/FUNCTION/bootstrap."""
    here = next((name for name, also in MACHINES.items() if platform.machine() in also), None)
    architecture = architecture or here
    if platform.system() != "Linux" or architecture != here:
        raise Wrong(
            f"binaries for {architecture} on Amazon Linux are built on Linux on such a machine, and "
            f"this is {platform.system()} on {platform.machine()}; docs/aws.md, 'Architecture'"
        )
    # Cargo alone: the same compiler as everything else here, and nothing to install.
    run("cargo", "build", "--locked", "--profile", PROFILE, "--package", "functions", "--bins",
        "--features", "lambda", cwd=ROOT)
    built = Path(os.environ.get("CARGO_TARGET_DIR", TARGET)) / PROFILE
    for function in FUNCTIONS:
        package = PACKAGES / function
        shutil.rmtree(package, ignore_errors=True)
        package.mkdir(parents=True)
        shutil.copy2(built / function, package / "bootstrap")
        needed = newest_glibc(package / "bootstrap")
        if needed > GLIBC:
            raise Wrong(
                f"{function} needs glibc {needed[0]}.{needed[1]}, and Lambda has {GLIBC[0]}.{GLIBC[1]}: "
                "build on a system that is no newer, such as Debian 12 or Amazon Linux 2023"
            )
        if organisation:
            shutil.copytree(organisation, package / "organisation")


def newest_glibc(binary):
    """The newest version of glibc whose symbols a binary asks for."""
    versions = re.findall(rb"\0GLIBC_(\d+)\.(\d+)", binary.read_bytes())
    return max(((int(major), int(minor)) for major, minor in versions), default=(0, 0))


# --- Check ----------------------------------------------------------------------------------


def translated(packages=None):
    """The template as CloudFormation sees it. `packages` says where a function's package is."""
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    class NoManagedPolicies:
        def load(self):
            return {}

    # The translator asks where it is; everything else about AWS stays out of it.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-2")
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            function = Path(resource["Properties"]["CodeUri"]).name
            resource["Properties"]["CodeUri"] = (packages or "s3://packages/{}.zip").format(function)
    return transform(template, {}, NoManagedPolicies())


def findings(path):
    """What cfn-lint finds in a template, as lines."""
    said = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", "--format", "parseable", "--template", path],
        capture_output=True, text=True, env={**os.environ, "AWS_DEFAULT_REGION": "eu-west-2"},
    )
    if said.returncode not in (0, 2, 4, 6, 8, 10, 12, 14):
        raise Wrong(f"cfn-lint: {said.stderr}")
    return said.stdout.splitlines()


def check():
    """SAM's own validation, and cfn-lint on what the template is translated to: on the template
    itself it overlooks what only the translation brings out."""
    # SAM asks for credentials and uses none.
    nobody = {"AWS_DEFAULT_REGION": "eu-west-2", "AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-"}
    environment = {**os.environ, **nobody, "SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_VERSION": "0"}
    sam_cli = Path(sys.executable).parent / "sam"
    run(sam_cli, "validate", "--lint", "--template-file", TEMPLATE, env=environment)
    plain = TARGET / "aws" / "translated.json"
    plain.write_text(json.dumps(translated(), indent=1))
    found = [line for path in (plain, INBOX) for line in findings(path)]
    if found:
        raise Wrong("\n".join(["the templates are not in order:", *found]))


# --- Deploy ---------------------------------------------------------------------------------


def parameters(path, given):
    """What the two templates are told: a file of NAME=VALUE lines, and the command line over it."""
    values = {}
    if path:
        for number, line in enumerate(Path(path).read_text().splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            name, equals, value = line.partition("=")
            if not equals:
                raise Wrong(f"{path}:{number}: write NAME=VALUE")
            values[name.strip()] = value.strip()
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Wrong(f"`{pair}`: write NAME=VALUE")
        values[name] = value
    return values


def declared(template):
    return set(re.findall(r"^  (\w+):\n    Type: (?:String|Number)$", template.read_text(), re.M))


def deploy(options):
    values = parameters(options.parameters, options.values)
    unknown = set(values) - declared(TEMPLATE) - declared(INBOX)
    if unknown:
        raise Wrong(f"no template has the parameter {', '.join(sorted(unknown))}")
    build(values.get("Architecture", "x86_64"), options.organisation)
    check()
    common = ["--no-fail-on-empty-changeset", "--capabilities", "CAPABILITY_IAM"]
    if not options.yes:
        common.append("--confirm-changeset")

    def stack(name, template, own):
        told = [f"{key}={value}" for key, value in own.items() if key in declared(template)]
        overrides = ["--parameter-overrides", *told] if told else []
        sam("deploy", "--template-file", template, "--stack-name", name, "--resolve-s3", *common, *overrides)

    stack(options.stack, TEMPLATE, values)
    if options.inbox:
        stack(f"{options.stack}-inbox", INBOX, {**values, "Kept": options.stack})
        activate(options.stack)
    for name in [options.stack] + ([f"{options.stack}-inbox"] if options.inbox else []):
        for output, value in outputs(name).items():
            print(f"{output}: {value}")


def outputs(stack):
    """What a deployed stack says of itself."""
    import boto3

    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def activate(rules):
    """Makes our receipt rules the account's active ones, unless it has others already."""
    import boto3

    ses = boto3.client("ses")
    active = ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    if active is None:
        ses.set_active_receipt_rule_set(RuleSetName=rules)
    elif active != rules:
        print(
            f"The receipt rules `{active}` are active in this account and were left so: add a rule to "
            "them that puts the mail domain's messages into the inbox bucket. docs/aws.md, 'Mail'",
            file=sys.stderr,
        )


def undeploy(options):
    import boto3

    formation, ses = boto3.client("cloudformation"), boto3.client("ses")
    kept = []
    if ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name") == options.stack:
        ses.set_active_receipt_rule_set()
    for name in (f"{options.stack}-inbox", options.stack):
        try:
            resources = formation.describe_stack_resources(StackName=name)["StackResources"]
        except formation.exceptions.ClientError as error:
            if "does not exist" in str(error):
                continue
            raise
        stays = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret")
        kept += [
            f"{resource['ResourceType']} {resource['PhysicalResourceId']}"
            for resource in resources
            if resource["ResourceType"] in stays and resource["LogicalResourceId"] != "SessionKey"
        ]
        sam("delete", "--stack-name", name, *(["--no-prompts"] if options.yes else []))
    print("\n".join(["What was recorded is still there:", *kept]) if kept else "There was nothing.")


# --- Restore --------------------------------------------------------------------------------


def restore(options):
    """Writes what another table holds into the stack's own."""
    import boto3

    copied = copy_items(boto3.client("dynamodb"), options.table, outputs(options.stack)["Table"])
    print(f"{copied} items were brought back.")


def copy_items(dynamodb, source, target):
    """Within a contact the log comes before the state, as a scan gives them. Dispatch sees the log
    as it would have when it was new: it sets the timers again, and sends no mail that has gone out."""
    copied = 0
    for page in dynamodb.get_paginator("scan").paginate(TableName=source, ConsistentRead=True):
        for item in page["Items"]:
            dynamodb.put_item(TableName=target, Item=item)
            copied += 1
    return copied


# --- Erase ----------------------------------------------------------------------------------


def erase(options):
    """Removes a contact: its state, its log, its timers, and its messages as they came."""
    import boto3

    contact = re.sub(r"[^0-9A-Z]", "", options.reference.upper().partition("-")[2])
    if len(contact) != 12:
        raise Wrong(f"`{options.reference}` is not a reference such as WK-7KQ4-M2XP-9DRT")
    made = outputs(options.stack)
    removed = erase_contact(boto3, made["Table"], made["InboxBucket"], f"{options.stack}-timers", contact)
    if not removed:
        raise Wrong(f"there is no contact {options.reference}")
    print(f"{options.reference} is erased: {removed} items. Backups hold it until they end.")


def erase_contact(boto3, table, inbox, timers, contact):
    items = boto3.resource("dynamodb").Table(table)
    key, start, found = {"pk": f"C#{contact}"}, {}, []
    while True:
        page = items.query(
            KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": key["pk"]},
            ConsistentRead=True, **start,
        )
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    # Timers first: one that fired now would write the contact's state again.
    scheduler = boto3.client("scheduler")
    for schedule in scheduler.list_schedules(GroupName=timers, NamePrefix=f"{contact}-")["Schedules"]:
        scheduler.delete_schedule(GroupName=timers, Name=schedule["Name"])
    for item in found:
        for name in archived(json.loads(item["data"])):
            boto3.client("s3").delete_object(Bucket=inbox, Key=name)
    # The state last: while it is there, whoever is stopped half-way can begin again.
    for item in sorted(found, key=lambda item: item["sk"] == "HEAD"):
        items.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    return len(found)


def archived(value):
    """The names of raw messages anywhere in an entry of a log."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "archived" and isinstance(inner, str):
                yield inner
            else:
                yield from archived(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from archived(inner)


# --- Command line ---------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("build")
    made.add_argument("--architecture", choices=MACHINES)
    made.add_argument("--organisation", metavar="FOLDER", help="your organisation's file and packs")
    commands.add_parser("check")
    commands.add_parser("tools")
    for name in ("deploy", "undeploy", "restore", "erase"):
        command = commands.add_parser(name)
        command.add_argument("--stack", default="kept", help="the stack's name")
        if name in ("deploy", "undeploy"):
            command.add_argument("--yes", action="store_true", help="do not ask")
        if name == "deploy":
            command.add_argument("--organisation", metavar="FOLDER", help="your organisation's file and packs")
            command.add_argument("--parameters", metavar="FILE", help="NAME=VALUE lines")
            command.add_argument("--no-inbox", dest="inbox", action="store_false", help="without incoming mail")
            command.add_argument("values", nargs="*", metavar="NAME=VALUE", help="parameters of the templates")
        if name == "restore":
            command.add_argument("table")
        if name == "erase":
            command.add_argument("reference")
    options = parser.parse_args()
    try:
        if options.command == "tools":
            print(tools())
            return
        if options.command == "build":
            build(options.architecture, options.organisation)
            return
        with_tools()
        if options.command == "check":
            check()
        else:
            chosen = {"deploy": deploy, "undeploy": undeploy, "restore": restore, "erase": erase}
            chosen[options.command](options)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
