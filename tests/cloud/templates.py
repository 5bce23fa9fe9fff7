"""Checks that AWS would accept the templates, and that each function has the rights of its row in
docs/architecture.md and no others."""

import copy
import json
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "infra" / "aws"))
import kept  # noqa: E402

TEMPLATE = kept.translated()

# The phrases of the table, each with the actions and resources that it allows.
READ_CONTACTS = {
    ("dynamodb:GetItem", "Contacts.Arn"),
    ("dynamodb:BatchGetItem", "Contacts.Arn"),
    ("dynamodb:Query", "Contacts.Arn"),
    ("dynamodb:Query", "${Contacts.Arn}/index/list"),
    ("dynamodb:Query", "${Contacts.Arn}/index/customer"),
}
# A function that writes a contact reads it first.
WRITE_CONTACTS = {("dynamodb:GetItem", "Contacts.Arn"), ("dynamodb:PutItem", "Contacts.Arn")}
ARN = "arn:${AWS::Partition}:"
HERE = "${AWS::Region}:${AWS::AccountId}:"
INBOX = ARN + "s3:::${AWS::StackName}-inbox-${AWS::AccountId}-${AWS::Region}"
RIGHTS = {
    "read contacts": READ_CONTACTS,
    "write contacts": WRITE_CONTACTS,
    "read and write contacts": READ_CONTACTS | WRITE_CONTACTS,
    "read the archive": {("s3:GetObject", INBOX + "/*"), ("s3:ListBucket", INBOX)},
    "send mail": {
        (action, ARN + "ses:" + HERE + what)
        for action in ("ses:SendEmail", "ses:SendRawEmail")
        for what in ("identity/${MailDomain}", "configuration-set/${Mails}")
    },
    "set and delete timers": {
        ("scheduler:CreateSchedule", ARN + "scheduler:" + HERE + "schedule/${Timers}/*"),
        ("scheduler:UpdateSchedule", ARN + "scheduler:" + HERE + "schedule/${Timers}/*"),
        ("scheduler:DeleteSchedule", ARN + "scheduler:" + HERE + "schedule/${Timers}/*"),
        ("iam:PassRole", "Waker.Arn"),
    },
    # The provider is outside AWS, so no right is needed.
    "call the sign-in provider": set(),
    "publish events": {("events:PutEvents", "Bus.Arn")},
    "write results": WRITE_CONTACTS | {("dynamodb:UpdateItem", "Contacts.Arn")},
    "query the index of due work": {("dynamodb:Query", "${Contacts.Arn}/index/attention")},
    "write reports": {("s3:PutObject", "${Reports.Arn}/*")},
}
# The rights that a way of being woken needs.
WOKEN = {
    "a commit": {
        (f"dynamodb:{action}", "Contacts.StreamArn")
        for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    }
}
TRACE = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
# The wildcards that are allowed: items of the stack's own whose names are not known at deployment, and
# X-Ray, which has no resources.
WILDCARDS = {
    ("s3:GetObject", INBOX + "/*"),
    ("s3:PutObject", "${Reports.Arn}/*"),
    ("scheduler:CreateSchedule", ARN + "scheduler:" + HERE + "schedule/${Timers}/*"),
    ("scheduler:UpdateSchedule", ARN + "scheduler:" + HERE + "schedule/${Timers}/*"),
    ("scheduler:DeleteSchedule", ARN + "scheduler:" + HERE + "schedule/${Timers}/*"),
    *TRACE,
}


def rows():
    """Returns the table of functions: for each name, what wakes it and the phrases of its rights."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = text.split("| Function | Woken by | May |")[1].split("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {name: (woken, re.split(r"[,;] ", may)) for name, woken, may in cells}


def plain(value):
    """Returns a resource as text: `Contacts.Arn`, or the text of a Sub."""
    if isinstance(value, str):
        return value
    if "Fn::GetAtt" in value:
        return ".".join(value["Fn::GetAtt"])
    if "Fn::Sub" in value and isinstance(value["Fn::Sub"], str):
        return value["Fn::Sub"]
    raise ValueError(f"this test cannot read a resource of this form: {value}")


def listed(value):
    return value if isinstance(value, list) else [value]


def grants(role):
    """Yields each right of a role as (action, resource)."""
    for policy in role["Properties"].get("Policies", []):
        for statement in listed(policy["PolicyDocument"]["Statement"]):
            if statement["Effect"] != "Allow" or {"NotAction", "NotResource"} & set(statement):
                raise ValueError(f"this test reads plain permissions only: {statement}")
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    yield action, plain(resource)


def functions(template):
    """Yields the binary's name, the logical id and the resource of each function."""
    for logical, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Function":
            package = resource["Properties"]["Code"]["S3Key"]
            yield package.removesuffix(".zip"), logical, resource


def problems(template):
    """Returns what is wrong with the rights in a template."""
    found = []
    resources = template["Resources"]
    table = rows()
    names = {name for name, _, _ in functions(template)}
    if names != set(table):
        found.append(f"the template and the table have different functions: {sorted(names ^ set(table))}")
    for logical, resource in resources.items():
        if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            found.append(f"{logical}: write the rights in their role")
        if resource["Type"] != "AWS::IAM::Role":
            continue
        if resource["Properties"].get("ManagedPolicyArns"):
            found.append(f"{logical} has managed rights, which somebody else maintains")
        for action, target in grants(resource):
            if "*" in action or ("*" in target and (action, target) not in WILDCARDS):
                found.append(f"{logical}: {action} on {target} is a wildcard")
            if action == "iam:PassRole" and "iam:PassedToService" not in json.dumps(resource):
                found.append(f"{logical} may pass a role to any service")
    held = set()
    for name, logical, resource in functions(template):
        role = plain(resource["Properties"]["Role"]).removesuffix(".Arn")
        if role in held:
            found.append(f"{name} shares its role")
        held.add(role)
        woken, may = table.get(name, ("", []))
        allowed = set(TRACE) | WOKEN.get(woken, set())
        for phrase in may:
            if phrase not in RIGHTS:
                found.append(f"docs/architecture.md: RIGHTS does not say what `{phrase}` allows ({name})")
            allowed |= RIGHTS.get(phrase, set())
        allowed |= {(f"logs:{action}", f"{logical}Log.Arn") for action in ("CreateLogStream", "PutLogEvents")}
        allowed |= {("sqs:SendMessage", queue) for queue in dead_letters(template, logical)}
        for action, target in grants(resources[role]):
            if (action, target) not in allowed:
                found.append(f"{name}: {action} on {target} is not in its row")
    return found


def dead_letters(template, function):
    """Yields the queues for the events that a function failed to handle."""
    for resource in template["Resources"].values():
        if resource["Type"] not in ("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping"):
            continue
        properties = resource["Properties"]
        if function in json.dumps(properties["FunctionName"]):
            yield plain(properties["DestinationConfig"]["OnFailure"]["Destination"])


class Rights(unittest.TestCase):
    def test_each_function_has_the_rights_of_its_row_and_no_others(self):
        self.assertEqual(problems(TEMPLATE), [])

    def changed(self, role, change):
        template = copy.deepcopy(TEMPLATE)
        change(template["Resources"][role]["Properties"])
        return problems(template)

    def test_a_right_that_is_not_in_the_row_is_found(self):
        def add(action, resource):
            statement = {"Effect": "Allow", "Action": action, "Resource": resource}
            return lambda role: role["Policies"][0]["PolicyDocument"]["Statement"].append(statement)

        contacts = {"Fn::GetAtt": ["Contacts", "Arn"]}
        for role, action, resource, problem in [
            ("IntakeWebRole", "dynamodb:DeleteItem", contacts, "is not in its row"),
            ("IntakeWebRole", "dynamodb:*", contacts, "is a wildcard"),
            ("DeadlineRole", "dynamodb:GetItem", "*", "is a wildcard"),
            ("StaffRole", "dynamodb:Query", {"Fn::Sub": "${Contacts.Arn}/index/*"}, "is a wildcard"),
            ("ReportRole", "ses:SendEmail", "arn:x", "is not in its row"),
            ("ReportRole", "dynamodb:PutItem", contacts, "is not in its row"),
        ]:
            with self.subTest(role=role, action=action):
                self.assertIn(problem, "\n".join(self.changed(role, add(action, resource))))

    def test_rights_from_managed_policies_and_shared_roles_are_found(self):
        managed = {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]}
        found = self.changed("IntakeWebRole", lambda role: role.update(managed))
        self.assertIn("somebody else maintains", "\n".join(found))
        template = copy.deepcopy(TEMPLATE)
        template["Resources"]["Report"]["Properties"]["Role"] = {"Fn::GetAtt": ["DispatchRole", "Arn"]}
        self.assertIn("shares its role", "\n".join(problems(template)))


class Table(unittest.TestCase):
    """What was recorded outlives mistakes. A test beside the store compares keys and indexes."""

    def setUp(self):
        self.table = TEMPLATE["Resources"]["Contacts"]["Properties"]

    def test_it_can_be_restored_and_is_encrypted_and_protected(self):
        self.assertTrue(self.table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(self.table["SSESpecification"]["SSEEnabled"])
        self.assertTrue(self.table["DeletionProtectionEnabled"])
        self.assertEqual(TEMPLATE["Resources"]["Contacts"]["DeletionPolicy"], "Retain")


class Paths(unittest.TestCase):
    """Work that starts by itself and fails is not lost unnoticed."""

    def setUp(self):
        self.resources = TEMPLATE["Resources"]

    def of(self, kind):
        return {n: r["Properties"] for n, r in self.resources.items() if r["Type"] == kind}

    def test_every_asynchronous_path_ends_in_dead_letters_with_an_alarm(self):
        pages = {"intake-web", "staff"}
        queues = set()
        for name, logical, _ in functions(TEMPLATE):
            ends = set(dead_letters(TEMPLATE, logical))
            self.assertEqual(bool(ends), name not in pages, name)
            queues |= ends
        for schedule in self.of("AWS::Scheduler::Schedule").values():
            queues.add(plain(schedule["Target"]["DeadLetterConfig"]["Arn"]))
        dispatch = self.resources["Dispatch"]["Properties"]["Environment"]["Variables"]
        queues.add(plain(dispatch["KEPT_DEAD_LETTERS_ARN"]))
        watched = json.dumps(list(self.of("AWS::CloudWatch::Alarm").values()))
        for queue in queues:
            self.assertIn(json.dumps([queue.removesuffix(".Arn"), "QueueName"]), watched, queue)
        self.assertEqual({queue.removesuffix(".Arn") for queue in queues}, set(self.of("AWS::SQS::Queue")))

    def test_the_stream_reports_failures_splits_batches_and_gives_up(self):
        (stream,) = self.of("AWS::Lambda::EventSourceMapping").values()
        self.assertEqual(stream["FunctionResponseTypes"], ["ReportBatchItemFailures"])
        self.assertTrue(stream["BisectBatchOnFunctionError"])
        self.assertGreater(stream["MaximumRetryAttempts"], 0)

    def test_a_claim_outlives_the_dispatch_that_made_it(self):
        source = (ROOT / "functions/src/bin/dispatch.rs").read_text()
        lease = int(re.search(r"lease: TimeDelta::seconds\((\d+)\)", source)[1])
        self.assertLessEqual(self.resources["Dispatch"]["Properties"]["Timeout"], lease)

    def test_the_staff_pages_are_reachable_only_with_a_sign_in(self):
        for name, route in self.of("AWS::ApiGatewayV2::Route").items():
            if "/staff" in route["RouteKey"] or "Staff" in json.dumps(route["Target"]):
                self.assertEqual(self.resources[name].get("Condition"), "HasSignIn", name)

    def test_logs_expire(self):
        logs = self.of("AWS::Logs::LogGroup")
        for name, logical, function in functions(TEMPLATE):
            group = function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
            self.assertEqual(logs[group]["RetentionInDays"], {"Ref": "LogDays"}, name)


class Lint(unittest.TestCase):
    def test_aws_would_accept_the_templates(self):
        kept.check()

    def test_an_error_that_only_the_translation_shows_is_found(self):
        template = copy.deepcopy(TEMPLATE)
        # The waker's policy refers to the function that sets timers, which makes a circle.
        waker = template["Resources"]["Waker"]["Properties"]["Policies"][0]["PolicyDocument"]
        waker["Statement"][0]["Resource"] = {"Fn::GetAtt": ["Dispatch", "Arn"]}
        broken = kept.TARGET / "aws" / "broken.json"
        broken.write_text(json.dumps(template))
        self.assertIn("E3004", "\n".join(kept.findings(broken)))


if __name__ == "__main__":
    unittest.main()
