"""A contact's way through an emulated cloud, with the very binaries that are deployed."""

import contextlib
import email.message
import json
import re
import sys
import unittest
from pathlib import Path

from cloud import ROOT, STACK, Cloud, kept, until

HELP = "help@westkent.example"
JO = "jo@tenant.example"
SAM = "sam@tenant.example"
DUTY = "priya.shah@westkent.example"
LEAD = "tom.okafor@westkent.example"


def organisation():
    """West Kent with promises of a few seconds, as a provider's own files."""
    text = (ROOT / "shared/standards/organisations/westkent.toml").read_text()
    ours, changed = re.subn(r'^packs = \[.*\]', 'packs = ["soon"]', text, flags=re.M)
    assert changed == 1
    return {"ours.toml": ours, "soon.toml": (Path(__file__).parent / "soon.toml").read_text()}


def letter(sender, to, subject, text, answers=None):
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = email.utils.make_msgid(domain="mail.example")
    mail["Date"] = email.utils.localtime()
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(text)
    return mail.as_bytes(policy=email.policy.SMTP)


class Flow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cloud = Cloud(organisation())
        cls.addClassCleanup(cls.cloud.stop)
        cls.events = []
        cls.listen()

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print(self.cloud.said(), file=sys.stderr)
            for function in kept.FUNCTIONS:
                print(f"--- {function}", *self.cloud.logged(function), sep="\n", file=sys.stderr)

    def deliver(self, name, raw):
        """Puts a message into the inbox as SES does."""
        self.cloud.client("s3").put_object(Bucket=self.cloud.outputs["InboxBucket"], Key=name, Body=raw)

    def mail_to(self, address, what):
        return until(f"a mail to {address} with `{what}`", lambda: next(
            (mail for mail in self.cloud.mails_to(address) if what in mail["Subject"]), None))

    def items(self, contact):
        found = self.cloud.client("dynamodb").query(
            TableName=self.cloud.outputs["Table"], KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"C#{contact}"}}, ConsistentRead=True)["Items"]
        return {item["sk"]["S"]: json.loads(item["data"]["S"]) for item in found}

    def timers(self):
        found = self.cloud.client("scheduler").list_schedules(GroupName=f"{STACK}-timers")["Schedules"]
        return {schedule["Name"] for schedule in found}

    @classmethod
    def listen(cls):
        """Has what other systems are told put into a queue, by a rule of the bus."""
        sqs, events = cls.cloud.client("sqs"), cls.cloud.client("events")
        cls.queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=cls.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage", "Resource": arn}]}
        sqs.set_queue_attributes(QueueUrl=cls.queue, Attributes={"Policy": json.dumps(policy)})
        events.put_rule(Name="heard", EventBusName=STACK, EventPattern=json.dumps({"source": ["kept"]}))
        events.put_targets(Rule="heard", EventBusName=STACK, Targets=[{"Id": "heard", "Arn": arn}])

    def told(self, contact):
        """What other systems have been told of a contact: kinds and ids."""
        sqs = self.cloud.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.events.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [(event["detail-type"], event["detail"]["id"]) for event in self.events
                if event["detail"]["id"].startswith(contact)]

    def lose_and_restore(self, contact):
        """Loses a contact, and brings it back from a table such as a recovery makes."""
        dynamodb, live = self.cloud.client("dynamodb"), self.cloud.outputs["Table"]
        kind = dynamodb.describe_table(TableName=live)["Table"]
        dynamodb.create_table(TableName="copy", KeySchema=kind["KeySchema"], BillingMode="PAY_PER_REQUEST",
                              AttributeDefinitions=[a for a in kind["AttributeDefinitions"] if a["AttributeName"] in ("pk", "sk")])
        kept.copy_items(dynamodb, live, "copy")
        for name in self.items(contact):
            dynamodb.delete_item(TableName=live, Key={"pk": {"S": f"C#{contact}"}, "sk": {"S": name}})
        scheduler = self.cloud.client("scheduler")
        for name in self.timers():
            if name.startswith(contact):
                with contextlib.suppress(scheduler.exceptions.ResourceNotFoundException):
                    # Kept takes away those of deadlines that are over, perhaps at this moment.
                    scheduler.delete_schedule(GroupName=f"{STACK}-timers", Name=name)
        self.assertEqual(self.items(contact), {})
        self.assertGreaterEqual(kept.copy_items(dynamodb, "copy", live), 3)

    def test_from_the_form_to_a_broken_promise_and_an_answer(self):
        cloud = self.cloud
        # Given a tenant who writes by the form
        status, form = cloud.http("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn("Write to us", form)
        body = json.dumps({"name": "Jo Tenant", "email": JO, "category": "general",
                           "message": "When can somebody come?", "idempotency_key": "once"})
        status, said = cloud.http("POST", "/contacts", body, "application/json")
        self.assertEqual(status, 201, said)
        sent = json.loads(said)
        contact = re.sub("[^0-9A-Z]", "", sent["reference"].partition("-")[2])
        # The same message again is the same contact
        self.assertEqual(json.loads(cloud.http("POST", "/contacts", body, "application/json")[1]), sent)
        # Then it is acknowledged, the officer on duty is told, and a timer is set
        acknowledgement = self.mail_to(JO, sent["reference"])
        self.assertIn("Jo Tenant", acknowledgement["To"])
        notification = self.mail_to(DUTY, sent["reference"])
        self.assertIn("When can somebody come?", notification.get_body(("plain",)).get_content())
        # When nobody answers and the timer fires
        until("a timer is set", lambda: any(name.startswith(contact) for name in self.timers()))
        escalation = until("the team lead is told", lambda: cloud.mails_to(LEAD), 150)[0]
        self.assertIn(sent["reference"], escalation["Subject"])
        # Then the promise is broken, once, and other systems and the alarms know
        events = [event for entry in self.items(contact).values() for event in entry.get("events", [])]
        self.assertEqual(json.dumps(events).count('"breached"'), 1, events)
        until("the bus says so", lambda: {"contact.received", "deadline.started", "deadline.breached"}
              <= {kind for kind, _ in self.told(contact)})
        until("the log of dispatch says so", lambda: any(
            json.loads(line)["fields"].get("breached") == "soon-answered"
            and json.loads(line)["fields"]["acknowledgement"] is False
            for line in cloud.logged("dispatch") if line.startswith("{")))
        # When the officer answers from her own mailbox
        self.deliver("answer", letter(
            f"Priya Shah <{DUTY}>", notification["Reply-To"], f"Re: {notification['Subject']}",
            "On Thursday at nine.\n\n> a quotation", notification["Message-ID"]))
        # Then the tenant has her answer, and the clock has stopped
        answer = until("the tenant is answered", lambda: [
            mail for mail in cloud.mails_to(JO)
            if "On Thursday at nine." in mail.get_body(("plain",)).get_content()])[0]
        self.assertNotIn("a quotation", answer.get_body(("plain",)).get_content())
        until("the contact is closed", lambda: self.items(contact)["HEAD"]["closed"])
        (deadline,) = self.items(contact)["HEAD"]["deadlines"]
        self.assertIn("late", json.dumps(deadline["state"]))
        status, page = cloud.http("GET", sent["status_url"].split("/", 3)[3].join(["/", ""]))
        self.assertEqual(status, 200)
        self.assertIn("We closed it.", page)
        # And each mail went out once
        self.assertEqual(len(cloud.mails_to(JO)), 2, [m["Subject"] for m in cloud.mails_to(JO)])
        self.assertEqual(len(cloud.mails_to(LEAD)), 1)

    def test_mail_comes_in_is_acknowledged_once_and_can_be_restored_and_erased(self):
        cloud = self.cloud

        def taken_in():
            return sum("END RequestId" in line for line in cloud.logged("intake-email"))

        # Other tests' messages were taken in before.
        before = taken_in()
        raw = letter(f"Sam <{SAM}>", HELP, "No hot water", "The boiler is out.")
        # What SES tries a new rule with is nobody's
        self.deliver("AMAZON_SES_SETUP_NOTIFICATION", raw.replace(SAM.encode(), b"nobody@tenant.example"))
        self.deliver("first", raw)
        acknowledgement = self.mail_to(SAM, "WK-")
        # Delivered again, it changes nothing
        self.deliver("again", raw)
        until("it was taken in twice", lambda: taken_in() >= before + 3)
        self.assertEqual(len(cloud.mails_to(SAM)), 1)
        self.assertFalse(cloud.mails_to("nobody@tenant.example"))
        contact = re.sub("-", "", re.search(r"WK-([0-9A-Z-]{14})", acknowledgement["Subject"])[1])
        until("its acknowledgement is recorded", lambda: "given" in json.dumps(
            self.items(contact)["HEAD"]["acknowledgement"]))
        # Lost and brought back from a copy, it is as it was, its timer is set, and no mail goes out
        before = self.items(contact)
        self.lose_and_restore(contact)
        self.assertEqual(self.items(contact), before)
        until("its timer is set again", lambda: [name for name in self.timers() if name.startswith(contact)])
        until("other systems are told of its last entry again", lambda: any(
            self.told(contact).count(told) == 2 for told in self.told(contact) if told[1] >= f"{contact}-2-"))
        self.assertEqual(len(cloud.mails_to(SAM)), 1)
        # Erased, nothing of it is left: no item, no message, no timer
        self.assertIn("The boiler is out.", json.dumps(self.items(contact)))

        class Here:
            client = staticmethod(cloud.client)

            @staticmethod
            def resource(service):
                import boto3
                return boto3.resource(service, region_name="eu-west-2", endpoint_url=f"http://127.0.0.1:{cloud.port}",
                                      aws_access_key_id="123456789012", aws_secret_access_key="test")

        removed = kept.erase_contact(Here, cloud.outputs["Table"], cloud.outputs["InboxBucket"], f"{STACK}-timers", contact)
        self.assertGreaterEqual(removed, 3)
        self.assertEqual(self.items(contact), {})
        self.assertFalse([name for name in self.timers() if name.startswith(contact)])
        objects = cloud.client("s3").list_objects_v2(Bucket=cloud.outputs["InboxBucket"])["Contents"]
        self.assertNotIn("first", [found["Key"] for found in objects])

    def test_what_runs_by_the_calendar_runs(self):
        cloud = self.cloud
        cloud.invoke("reconcile", {})
        until("reconcile says how long", lambda: any(
            json.loads(line)["fields"].get("longest_wait_seconds", -1) >= 0
            for line in cloud.logged("reconcile") if line.startswith("{")))
        self.assertEqual(cloud.invoke("report", {"month": "2026-04"}), {})
        report = cloud.client("s3").get_object(Bucket=cloud.outputs["ReportsBucket"], Key="2026-04.json")
        self.assertEqual(json.loads(report["Body"].read()), {})

    def test_the_staff_pages_have_no_route_without_a_sign_in(self):
        status, _ = self.cloud.http("GET", "/staff")
        self.assertEqual(status, 404)

    def test_a_right_that_is_not_given_is_refused_here_too(self):
        """The proof that the other tests prove anything about rights."""
        cloud = self.cloud
        iam = cloud.client("iam")
        role = next(r["RoleName"] for r in iam.list_roles()["Roles"] if "ReportRole" in r["RoleName"])
        policy = iam.get_role_policy(RoleName=role, PolicyName="row")["PolicyDocument"]
        without = {**policy, "Statement": [s for s in policy["Statement"] if s["Sid"] != "WriteReports"]}
        iam.put_role_policy(RoleName=role, PolicyName="row", PolicyDocument=json.dumps(without))
        self.addCleanup(iam.put_role_policy, RoleName=role, PolicyName="row", PolicyDocument=json.dumps(policy))
        with self.assertRaisesRegex(AssertionError, "AccessDenied"):
            cloud.invoke("report", {"month": "2026-04"})


if __name__ == "__main__":
    unittest.main()
