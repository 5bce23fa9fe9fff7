"""The life of a contact in an emulated cloud, with the binaries that are deployed."""

import contextlib
import email.message
import json
import re
import sys
import unittest
from pathlib import Path

from cloud import ROOT, STACK, Cloud, kept, wait_until

HELP = "help@westkent.example"
JO = "jo@tenant.example"
SAM = "sam@tenant.example"
DUTY = "priya.shah@westkent.example"
LEAD = "tom.okafor@westkent.example"


def organisation():
    """Returns the files of an organisation: West Kent with promises of a few seconds."""
    text = (ROOT / "shared/standards/organisations/westkent.toml").read_text()
    ours, changed = re.subn(r'^packs = \[.*\]', 'packs = ["soon"]', text, flags=re.M)
    assert changed == 1
    return {"ours.toml": ours, "soon.toml": (Path(__file__).parent / "soon.toml").read_text()}


def raw_email(sender, to, subject, text, in_reply_to=None):
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = email.utils.make_msgid(domain="mail.example")
    mail["Date"] = email.utils.localtime()
    if in_reply_to:
        mail["In-Reply-To"] = mail["References"] = in_reply_to
    mail.set_content(text)
    return mail.as_bytes(policy=email.policy.SMTP)


class Flow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cloud = Cloud(organisation())
        cls.addClassCleanup(cls.cloud.stop)
        cls.events = []
        cls.subscribe()

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print(self.cloud.emulator_log(), file=sys.stderr)
            for function in kept.FUNCTIONS:
                print(f"--- {function}", *self.cloud.log_lines(function), sep="\n", file=sys.stderr)

    def deliver(self, name, raw):
        """Puts a message into the inbox, as SES does."""
        self.cloud.client("s3").put_object(Bucket=self.cloud.outputs["InboxBucket"], Key=name, Body=raw)

    def email_to(self, address, subject):
        """Waits for an email to an address with this text in its subject."""
        return wait_until(f"an email to {address} with `{subject}`", lambda: next(
            (message for message in self.cloud.emails_to(address) if subject in message["Subject"]), None))

    def items(self, contact):
        """Returns what the table holds of a contact, by sort key."""
        found = self.cloud.client("dynamodb").query(
            TableName=self.cloud.outputs["Table"], KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"C#{contact}"}}, ConsistentRead=True)["Items"]
        return {item["sk"]["S"]: json.loads(item["data"]["S"]) for item in found}

    def timers(self):
        """Returns the names of the timers that are set."""
        found = self.cloud.client("scheduler").list_schedules(GroupName=f"{STACK}-timers")["Schedules"]
        return {schedule["Name"] for schedule in found}

    @classmethod
    def subscribe(cls):
        """Has the bus put published events into a queue."""
        sqs, events = cls.cloud.client("sqs"), cls.cloud.client("events")
        cls.queue = sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=cls.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage", "Resource": arn}]}
        sqs.set_queue_attributes(QueueUrl=cls.queue, Attributes={"Policy": json.dumps(policy)})
        events.put_rule(Name="events", EventBusName=STACK, EventPattern=json.dumps({"source": ["kept"]}))
        events.put_targets(Rule="events", EventBusName=STACK, Targets=[{"Id": "events", "Arn": arn}])

    def published(self, contact):
        """Returns the type and id of each event of a contact that was published so far."""
        sqs = self.cloud.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.events.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [(event["detail-type"], event["detail"]["id"]) for event in self.events
                if event["detail"]["id"].startswith(contact)]

    def lose_and_restore(self, contact):
        """Deletes a contact, and restores it from a table such as a recovery makes."""
        dynamodb, live = self.cloud.client("dynamodb"), self.cloud.outputs["Table"]
        table = dynamodb.describe_table(TableName=live)["Table"]
        keys = [a for a in table["AttributeDefinitions"] if a["AttributeName"] in ("pk", "sk")]
        dynamodb.create_table(TableName="copy", KeySchema=table["KeySchema"], BillingMode="PAY_PER_REQUEST",
                              AttributeDefinitions=keys)
        kept.copy_items(dynamodb, live, "copy")
        for name in self.items(contact):
            dynamodb.delete_item(TableName=live, Key={"pk": {"S": f"C#{contact}"}, "sk": {"S": name}})
        scheduler = self.cloud.client("scheduler")
        for name in self.timers():
            if name.startswith(contact):
                with contextlib.suppress(scheduler.exceptions.ResourceNotFoundException):
                    # Kept may be deleting the timer of a deadline that has ended at this moment.
                    scheduler.delete_schedule(GroupName=f"{STACK}-timers", Name=name)
        self.assertEqual(self.items(contact), {})
        self.assertGreaterEqual(kept.copy_items(dynamodb, "copy", live), 3)

    def test_a_form_leads_to_a_missed_deadline_and_then_to_an_answer(self):
        cloud = self.cloud
        # Given a tenant who writes by the form
        status, form = cloud.http("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn('action="/contacts"', form)
        body = json.dumps({"name": "Jo Tenant", "email": JO, "category": "general",
                           "message": "When can somebody come?", "idempotency_key": "once"})
        status, content = cloud.http("POST", "/contacts", body, "application/json")
        self.assertEqual(status, 201, content)
        sent = json.loads(content)
        contact = re.sub("[^0-9A-Z]", "", sent["reference"].partition("-")[2])
        # The same message again is the same contact
        self.assertEqual(json.loads(cloud.http("POST", "/contacts", body, "application/json")[1]), sent)
        # Then it is acknowledged, the duty person is notified, and a timer is set
        acknowledgement = self.email_to(JO, sent["reference"])
        self.assertIn("Jo Tenant", acknowledgement["To"])
        notification = self.email_to(DUTY, sent["reference"])
        self.assertIn("When can somebody come?", notification.get_body(("plain",)).get_content())
        # When nobody answers and the timer fires
        wait_until("a timer is set", lambda: any(name.startswith(contact) for name in self.timers()))
        escalation = wait_until("the team lead is notified", lambda: cloud.emails_to(LEAD), 150)[0]
        self.assertIn(sent["reference"], escalation["Subject"])
        # Then the deadline is missed once, and other systems and the alarms know
        events = [event for entry in self.items(contact).values() for event in entry.get("events", [])]
        self.assertEqual([event["event"] for event in events].count("deadline-missed"), 1, events)
        wait_until("the events are published", lambda: {"contact.received", "deadline.started", "deadline.missed"}
                   <= {kind for kind, _ in self.published(contact)})
        wait_until("dispatch logs the breach", lambda: any(
            json.loads(line)["fields"].get("breached") == "soon-answered"
            and json.loads(line)["fields"]["acknowledgement"] is False
            for line in cloud.log_lines("dispatch") if line.startswith("{")))
        # When the duty person answers from her own mailbox
        self.deliver("answer", raw_email(
            f"Priya Shah <{DUTY}>", notification["Reply-To"], f"Re: {notification['Subject']}",
            "On Thursday at nine.\n\n> a quotation", notification["Message-ID"]))
        # Then the tenant has her answer, and the deadline is met late
        answer = wait_until("the tenant is answered", lambda: [
            message for message in cloud.emails_to(JO)
            if "On Thursday at nine." in message.get_body(("plain",)).get_content()])[0]
        self.assertNotIn("a quotation", answer.get_body(("plain",)).get_content())
        wait_until("the contact is closed", lambda: self.items(contact)["HEAD"].get("closed"))
        (deadline,) = self.items(contact)["HEAD"]["deadlines"]
        self.assertIn("late", json.dumps(deadline["state"]))
        status, page = cloud.http("GET", sent["status_url"].split("/", 3)[3].join(["/", ""]))
        self.assertEqual(status, 200)
        self.assertIn("We closed it.", page)
        # And each email went out once
        self.assertEqual(len(cloud.emails_to(JO)), 2, [m["Subject"] for m in cloud.emails_to(JO)])
        self.assertEqual(len(cloud.emails_to(LEAD)), 1)

    def test_an_email_is_acknowledged_once_and_its_contact_can_be_restored_and_erased(self):
        cloud = self.cloud

        def taken_in():
            return sum("END RequestId" in line for line in cloud.log_lines("intake-email"))

        # Other tests may have sent messages before
        before = taken_in()
        raw = raw_email(f"Sam <{SAM}>", HELP, "No hot water", "The boiler is out.")
        # The message with which SES tests a new rule makes no contact
        self.deliver("AMAZON_SES_SETUP_NOTIFICATION", raw.replace(SAM.encode(), b"nobody@tenant.example"))
        self.deliver("first", raw)
        acknowledgement = self.email_to(SAM, "WK-")
        # A second delivery changes nothing
        self.deliver("again", raw)
        wait_until("it was taken in twice", lambda: taken_in() >= before + 3)
        self.assertEqual(len(cloud.emails_to(SAM)), 1)
        self.assertFalse(cloud.emails_to("nobody@tenant.example"))
        contact = re.sub("-", "", re.search(r"WK-([0-9A-Z-]{14})", acknowledgement["Subject"])[1])
        # Only an acknowledgement that was accepted for delivery has a time
        wait_until("its acknowledgement is recorded", lambda: '"at"' in json.dumps(
            self.items(contact)["HEAD"]["acknowledgement"]))
        # Restored from a copy, it is as it was, its timer is set, and no email goes out
        before = self.items(contact)
        self.lose_and_restore(contact)
        self.assertEqual(self.items(contact), before)
        wait_until("its timer is set again", lambda: [name for name in self.timers() if name.startswith(contact)])
        wait_until("the events of its last entry are published again", lambda: any(
            self.published(contact).count(event) == 2
            for event in self.published(contact) if event[1] >= f"{contact}-2-"))
        self.assertEqual(len(cloud.emails_to(SAM)), 1)
        # Erased, it leaves no item, no message and no timer
        self.assertIn("The boiler is out.", json.dumps(self.items(contact)))

        class Emulated:
            """Stands in for boto3, with clients of the emulator."""

            client = staticmethod(cloud.client)

            @staticmethod
            def resource(service):
                import boto3
                return boto3.resource(service, region_name="eu-west-2", endpoint_url=f"http://127.0.0.1:{cloud.port}",
                                      aws_access_key_id="123456789012", aws_secret_access_key="test")

        removed = kept.erase_contact(
            Emulated, cloud.outputs["Table"], cloud.outputs["InboxBucket"], f"{STACK}-timers", contact)
        self.assertGreaterEqual(removed, 3)
        self.assertEqual(self.items(contact), {})
        self.assertFalse([name for name in self.timers() if name.startswith(contact)])
        objects = cloud.client("s3").list_objects_v2(Bucket=cloud.outputs["InboxBucket"])["Contents"]
        self.assertNotIn("first", [found["Key"] for found in objects])

    def test_scheduled_functions_do_their_work(self):
        cloud = self.cloud
        cloud.invoke("reconcile", {})
        wait_until("reconcile logs the longest wait", lambda: any(
            json.loads(line)["fields"].get("longest_wait_seconds", -1) >= 0
            for line in cloud.log_lines("reconcile") if line.startswith("{")))
        self.assertEqual(cloud.invoke("report", {"month": "2026-04"}), {})
        report = cloud.client("s3").get_object(Bucket=cloud.outputs["ReportsBucket"], Key="2026-04.json")
        self.assertEqual(json.loads(report["Body"].read()), {})

    def test_staff_pages_have_no_route_without_a_sign_in_provider(self):
        for path in ("/staff", "/sign-in"):
            status, _ = self.cloud.http("GET", path)
            self.assertEqual(status, 404, path)

    def test_a_missing_right_is_refused_in_the_emulated_cloud_too(self):
        """Proves that the other tests test rights at all."""
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
