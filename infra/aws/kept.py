#!/usr/bin/env python3
"""Builds, deploys and looks after Kept on AWS:

    kept.py build              build the release binaries and lay them out for the templates
    kept.py check              check the templates as AWS would, without AWS
    kept.py deploy             build, check, and deploy or upgrade both stacks
    kept.py undeploy           remove both stacks; what was recorded stays and is listed
    kept.py restore TABLE      copy the items of a recovered table into Kept's table
    kept.py erase REFERENCE    remove one contact with everything that was written in it
    kept.py tools              print the path of the Python that has the tools, for tests/cloud

The tools (AWS SAM CLI and its dependencies) go into a virtual environment under target/, and nowhere
else. docs/aws.md describes the requirements and each command.
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
# The version in provided.al2023: https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
GLIBC = (2, 34)
MACHINES = {"x86_64": ("x86_64", "amd64"), "arm64": ("aarch64", "arm64")}


class CommandError(Exception):
    """A command that cannot be carried out. The message says why and what to do."""


def run(*command, **options):
    """Runs a command with this process's own output."""
    finished = subprocess.run([str(part) for part in command], **options)
    if finished.returncode != 0:
        shown = " ".join(str(part) for part in command[:4])
        raise CommandError(f"`{shown} …` failed with status {finished.returncode}")
    return finished


# --- Tools ----------------------------------------------------------------------------------


def tools():
    """Returns the Python of a virtual environment that holds exactly requirements.txt."""
    if sys.version_info < (3, 11):
        raise CommandError(f"Python 3.11 or later is needed; this is {platform.python_version()}")
    requirements = HERE / "requirements.txt"
    mark = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = TARGET / "aws" / f"venv-{mark}"
    python = home / "bin" / "python"
    home.parent.mkdir(parents=True, exist_ok=True)
    # Tests that start at the same time wait for each other here.
    with open(home.parent / "venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            created = subprocess.run([sys.executable, "-m", "venv", home])
            if created.returncode != 0:
                raise CommandError("python3 has no venv: on Debian, run apt-get install python3-venv")
            pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
            run(*pip, "install", "--requirement", requirements, stdout=sys.stderr)
            (home / "complete").touch()
    return python


def with_tools():
    """Continues this command in the Python that has the tools."""
    python = tools()
    if Path(sys.prefix) != python.parent.parent:
        os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])


def sam(*arguments, variables=None):
    """Runs the SAM CLI without telemetry and version checks."""
    quiet = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_VERSION": "0"}
    environment = {**os.environ, **quiet, **(variables or {})}
    return run(Path(sys.executable).parent / "sam", *arguments, env=environment)


# --- Build ----------------------------------------------------------------------------------


def build(architecture=None, organisation=None):
    """Builds the binary of each function as target/aws/packages/FUNCTION/bootstrap."""
    own = next((name for name, names in MACHINES.items() if platform.machine() in names), None)
    architecture = architecture or own
    if platform.system() != "Linux" or architecture != own:
        raise CommandError(
            f"binaries for {architecture} have to be built on {architecture} Linux; this machine is "
            f"{platform.machine()} {platform.system()}. See 'Architecture' in docs/aws.md"
        )
    # Plain cargo is the same compiler as everywhere else in the project, and needs no installation.
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
            raise CommandError(
                f"{function} needs glibc {needed[0]}.{needed[1]}, but Lambda has {GLIBC[0]}.{GLIBC[1]}: "
                "build on an older system, such as Debian 12 or Amazon Linux 2023"
            )
        if organisation:
            shutil.copytree(organisation, package / "organisation")


def newest_glibc(binary):
    """Returns the newest glibc version that a binary needs."""
    versions = re.findall(rb"\0GLIBC_(\d+)\.(\d+)", binary.read_bytes())
    return max(((int(major), int(minor)) for major, minor in versions), default=(0, 0))


# --- Check ----------------------------------------------------------------------------------


def translated(packages=None):
    """Returns the template as CloudFormation sees it, with functions' packages at `packages`."""
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    class NoManagedPolicies:
        def load(self):
            return {}

    # The translator needs a region. It needs nothing else of AWS.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-2")
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            function = Path(resource["Properties"]["CodeUri"]).name
            resource["Properties"]["CodeUri"] = (packages or "s3://packages/{}.zip").format(function)
    return transform(template, {}, NoManagedPolicies())


def findings(path):
    """Returns the findings of cfn-lint in a template, as lines."""
    linted = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", "--format", "parseable", "--template", path],
        capture_output=True, text=True, env={**os.environ, "AWS_DEFAULT_REGION": "eu-west-2"},
    )
    # Bits 1 to 3 stand for errors, warnings and remarks; anything else is a failure of cfn-lint.
    if linted.returncode not in (0, 2, 4, 6, 8, 10, 12, 14):
        raise CommandError(f"cfn-lint failed: {linted.stderr}")
    return linted.stdout.splitlines()


def check():
    """Validates the template with SAM, and its translation with cfn-lint, which overlooks errors in
    the template that only the translation shows."""
    # SAM insists on credentials but does not use them.
    nobody = {"AWS_DEFAULT_REGION": "eu-west-2", "AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-"}
    sam("validate", "--lint", "--template-file", TEMPLATE, variables=nobody)
    plain = TARGET / "aws" / "translated.json"
    plain.write_text(json.dumps(translated(), indent=1))
    found = [line for path in (plain, INBOX) for line in findings(path)]
    if found:
        raise CommandError("\n".join(["the templates have errors:", *found]))


# --- Deploy ---------------------------------------------------------------------------------


def parameters(path, given):
    """Returns the templates' parameters: those of the file, overridden by those of the command line."""
    values = {}
    if path:
        for number, line in enumerate(Path(path).read_text().splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            name, equals, value = line.partition("=")
            if not equals:
                raise CommandError(f"{path}:{number}: write the parameter as NAME=VALUE")
            values[name.strip()] = value.strip()
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise CommandError(f"`{pair}` is not a parameter: write NAME=VALUE")
        values[name] = value
    return values


def declared(template):
    """Returns the names of a template's parameters."""
    return set(re.findall(r"^  (\w+):\n    Type: (?:String|Number)$", template.read_text(), re.M))


def deploy(options):
    values = parameters(options.parameters, options.values)
    unknown = set(values) - declared(TEMPLATE) - declared(INBOX)
    if unknown:
        raise CommandError(f"unknown parameter {', '.join(sorted(unknown))}: docs/aws.md lists them all")
    build(values.get("Architecture", "x86_64"), options.organisation)
    check()
    common = ["--no-fail-on-empty-changeset", "--capabilities", "CAPABILITY_IAM"]
    if not options.yes:
        common.append("--confirm-changeset")

    def stack(name, template, own):
        given = [f"{key}={value}" for key, value in own.items() if key in declared(template)]
        overrides = ["--parameter-overrides", *given] if given else []
        sam("deploy", "--template-file", template, "--stack-name", name, "--resolve-s3", *common, *overrides)

    stack(options.stack, TEMPLATE, values)
    if options.inbox:
        stack(f"{options.stack}-inbox", INBOX, {**values, "Kept": options.stack})
        activate(options.stack)
    for name in [options.stack] + ([f"{options.stack}-inbox"] if options.inbox else []):
        for output, value in outputs(name).items():
            print(f"{output}: {value}")


def outputs(stack):
    """Returns the outputs of a deployed stack."""
    import boto3

    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def activate(rules):
    """Makes Kept's receipt rules the account's active ones, unless others are active already."""
    import boto3

    ses = boto3.client("ses")
    active = ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    if active is None:
        ses.set_active_receipt_rule_set(RuleSetName=rules)
    elif active != rules:
        print(
            f"The receipt rules `{active}` are active in this account and stay active. Add a rule to them "
            "that puts the mail domain's messages into the inbox bucket; see 'Mail' in docs/aws.md.",
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
        retained = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret")
        kept += [
            f"{resource['ResourceType']} {resource['PhysicalResourceId']}"
            for resource in resources
            if resource["ResourceType"] in retained and resource["LogicalResourceId"] != "SessionKey"
        ]
        sam("delete", "--stack-name", name, *(["--no-prompts"] if options.yes else []))
    print("\n".join(["These still hold what was recorded:", *kept]) if kept else "There was nothing to remove.")


# --- Restore --------------------------------------------------------------------------------


def restore(options):
    """Copies the items of another table into the stack's own."""
    import boto3

    copied = copy_items(boto3.client("dynamodb"), options.table, outputs(options.stack)["Table"])
    print(f"Copied {copied} items.")


def copy_items(dynamodb, source, target):
    """Copies all items and returns their number.

    A scan returns a contact's log before its state, and they are written in that order. Dispatch
    sees the log as if it were new: it sets the timers again, and sends no email that has gone out.
    """
    copied = 0
    for page in dynamodb.get_paginator("scan").paginate(TableName=source, ConsistentRead=True):
        for item in page["Items"]:
            dynamodb.put_item(TableName=target, Item=item)
            copied += 1
    return copied


# --- Erase ----------------------------------------------------------------------------------


def erase(options):
    """Removes a contact: its state, its log, its timers and its original messages."""
    import boto3

    contact = re.sub(r"[^0-9A-Z]", "", options.reference.upper().partition("-")[2])
    if len(contact) != 12:
        raise CommandError(f"`{options.reference}` is not a reference such as WK-7KQ4-M2XP-9DRT")
    own = outputs(options.stack)
    removed = erase_contact(boto3, own["Table"], own["InboxBucket"], f"{options.stack}-timers", contact)
    if not removed:
        raise CommandError(f"there is no contact {options.reference}")
    print(f"Erased {options.reference}: {removed} items. Backups hold it until they expire.")


def erase_contact(boto3, table, inbox, timers, contact):
    """Removes everything of a contact and returns the number of its items in the table."""
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
    # Timers go first: one that fired now would write the contact's state again.
    scheduler = boto3.client("scheduler")
    for schedule in scheduler.list_schedules(GroupName=timers, NamePrefix=f"{contact}-")["Schedules"]:
        scheduler.delete_schedule(GroupName=timers, Name=schedule["Name"])
    for item in found:
        for name in archived(json.loads(item["data"])):
            boto3.client("s3").delete_object(Bucket=inbox, Key=name)
    # The state goes last. While it is there, an interrupted erasure can be run again.
    for item in sorted(found, key=lambda item: item["sk"] == "HEAD"):
        items.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    return len(found)


def archived(value):
    """Returns the names of original messages anywhere in an item of a contact."""
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
    builder = commands.add_parser("build")
    builder.add_argument("--architecture", choices=MACHINES)
    builder.add_argument("--organisation", metavar="FOLDER", help="your organisation's file and packs")
    commands.add_parser("check")
    commands.add_parser("tools")
    for name in ("deploy", "undeploy", "restore", "erase"):
        command = commands.add_parser(name)
        command.add_argument("--stack", default="kept", help="the name of the stack (default: %(default)s)")
        if name in ("deploy", "undeploy"):
            command.add_argument("--yes", action="store_true", help="do not ask for confirmation")
        if name == "deploy":
            command.add_argument("--organisation", metavar="FOLDER", help="your organisation's file and packs")
            command.add_argument("--parameters", metavar="FILE", help="a file of NAME=VALUE lines")
            command.add_argument("--no-inbox", dest="inbox", action="store_false", help="leave out incoming mail")
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
    except CommandError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
