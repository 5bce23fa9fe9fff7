"""An emulated cloud on 127.0.0.1 with Kept deployed in it, from the project's own templates.

The emulator is ministack, with AUTH: every call of a function is held against the policy of its role,
so a right that a function lacks is an error here as it is on AWS. Between the functions and the
emulator stands a recorder, because the emulator's own outbox shows a mail without its headers.

What the emulator does not do, and is left out or done by hand here: receipt rules of SES (a test
puts the message into the bucket as SES would), alarms over several metrics, partial batch failures,
retry limits and dead letters, time zones of schedules. Where it differs from AWS, `stack` below
changes the template for it, and says why; everything else is deployed as it is.
"""

import base64
import email
import email.policy
import http.client
import http.server
import io
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile
from pathlib import Path

import boto3
import botocore.config

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "infra" / "aws"))
import kept  # noqa: E402

ACCOUNT = "123456789012"
REGION = "eu-west-2"
STACK = "kept"
# What the emulator cannot make. Alarms over several metrics are in the dashboard too.
LEFT_OUT = {"AWS::CloudWatch::Dashboard", "AWS::SES::ReceiptRuleSet", "AWS::SES::ReceiptRule"}


def until(what, look, seconds=60):
    """Looks until there is something to see; says what was awaited when there never is."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} seconds: {what}")
        time.sleep(0.2)


class Recorder(http.server.ThreadingHTTPServer):
    """Passes on what functions ask of the cloud, and keeps the mails that they hand to SES."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Passing)
        self.behind = port
        self.mails = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Passing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        behind = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                behind.putheader(name, value)
        behind.putheader("Content-Length", str(len(body)))
        behind.endheaders(body)
        answer = behind.getresponse()
        said = answer.read()
        if self.path == "/v2/email/outbound-emails" and answer.status == 200:
            raw = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
            self.server.mails.append(email.message_from_bytes(raw, policy=email.policy.default))
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)
        behind.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = pass_on

    def log_message(self, *_):
        pass


class Cloud:
    def __init__(self, organisation):
        """Starts the emulator and deploys Kept for an organisation: its files, by name."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.recorder = Recorder(self.port)
        self.folder = tempfile.TemporaryDirectory(prefix="kept-cloud-")
        self.log = open(Path(self.folder.name) / "emulator.log", "wb+")
        # A plain environment: nothing of the caller's own AWS gets in.
        environment = {
            "PATH": os.environ["PATH"], "HOME": self.folder.name, "TMPDIR": self.folder.name,
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "AUTH": "true",
            "MINISTACK_REGION": REGION, "MINISTACK_ACCOUNT_ID": ACCOUNT, "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.recorder.server_address[1]}",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self.emulator = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=environment, cwd=self.folder.name,
            stdout=self.log, stderr=subprocess.STDOUT,
        )
        try:
            until("the emulator answers", self.answers)
            self.deploy(organisation)
        except BaseException:
            print(self.said(), file=sys.stderr)
            self.stop()
            raise

    def answers(self):
        if self.emulator.poll() is not None:
            raise AssertionError(f"the emulator ended with {self.emulator.returncode}")
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_ministack/health").status == 200
        except OSError:
            return False

    def stop(self):
        self.emulator.terminate()
        try:
            self.emulator.wait(20)
        except subprocess.TimeoutExpired:
            self.emulator.kill()
            self.emulator.wait()
        self.recorder.shutdown()
        self.folder.cleanup()

    def said(self):
        """What the emulator logged, for when something went wrong."""
        self.log.flush()
        return (Path(self.folder.name) / "emulator.log").read_text(errors="replace")[-20_000:]

    def client(self, service):
        return boto3.client(
            service, region_name=REGION, endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=ACCOUNT, aws_secret_access_key="test",
            config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0},
                                          read_timeout=60),
        )

    # --- Deploy -----------------------------------------------------------------------------

    def deploy(self, organisation):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": REGION})
        for function in kept.FUNCTIONS:
            package = io.BytesIO()
            with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as files:
                binary = zipfile.ZipInfo("bootstrap")
                binary.external_attr = 0o100755 << 16
                binary.compress_type = zipfile.ZIP_DEFLATED
                files.writestr(binary, (kept.PACKAGES / function / "bootstrap").read_bytes())
                for name, text in organisation.items():
                    files.writestr(f"organisation/{name}", text)
            s3.put_object(Bucket="packages", Key=f"{function}.zip", Body=package.getvalue())
        self.template = kept.translated()
        self.outputs = self.stack(STACK, self.template, {"Organisation": "organisation/ours.toml"})
        inbox = self.parsed(kept.INBOX)
        self.stack(f"{STACK}-inbox", inbox, {"Kept": STACK})

    def parsed(self, path):
        from samtranslator.yaml_helper import yaml_parse

        return yaml_parse(path.read_text())

    def stack(self, name, template, parameters):
        template = json.loads(json.dumps(template))
        gone = {
            logical for logical, resource in template["Resources"].items()
            if resource["Type"] in LEFT_OUT
            or (resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"])
        }
        # The emulator makes secrets up with characters that the template excludes.
        for logical, resource in template["Resources"].items():
            if resource["Type"] == "AWS::SecretsManager::Secret":
                del resource["Properties"]["GenerateSecretString"]
                resource["Properties"]["SecretString"] = secrets.token_hex(32)
            if logical == "DispatchRole":
                # It does not know what SendEmail is done to.
                for statement in resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
                    if statement["Sid"] == "SendMail":
                        statement["Resource"] = "*"
            if resource["Type"] == "AWS::S3::BucketPolicy":
                # It is not spoken to over TLS.
                statements = resource["Properties"]["PolicyDocument"]["Statement"]
                statements[:] = [s for s in statements if s["Sid"] != "EncryptedOnTheWay"]
                if not statements:
                    gone.add(logical)
        for logical in gone & template["Resources"].keys():
            del template["Resources"][logical]
        # What refers to them is left out as well, or by name.
        text = json.dumps(template).replace(json.dumps({"Ref": "Rules"}), json.dumps(STACK))
        text = text.replace("receipt-rule-set/${Rules}", f"receipt-rule-set/{STACK}")
        # It holds every schedule against the group "default", whatever group it is in.
        text = text.replace("schedule/${Timers}/", "schedule/default/")
        template = json.loads(text)
        for output, value in list(template["Outputs"].items()):
            if value["Value"] in [{"Ref": logical} for logical in gone] or output == "DkimRecords":
                del template["Outputs"][output]
        s3, formation = self.client("s3"), self.client("cloudformation")
        s3.put_object(Bucket="packages", Key=f"{name}.json", Body=json.dumps(template).encode())
        formation.create_stack(
            StackName=name, TemplateURL=f"http://127.0.0.1:{self.port}/packages/{name}.json",
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )

        def made():
            stack = formation.describe_stacks(StackName=name)["Stacks"][0]
            if stack["StackStatus"].endswith("IN_PROGRESS"):
                return None
            if stack["StackStatus"] != "CREATE_COMPLETE":
                events = formation.describe_stack_events(StackName=name)["StackEvents"]
                why = [f"{e['LogicalResourceId']}: {e['ResourceStatusReason']}" for e in events
                       if e.get("ResourceStatusReason")]
                raise AssertionError(f"{name}: {stack['StackStatus']}\n" + "\n".join(why))
            return stack

        stack = until(f"the stack {name} is made", made, 120)
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    # --- Use --------------------------------------------------------------------------------

    def http(self, method, path, body=None, kind=None):
        """A request as it comes from outside: through the HTTP API and its routes."""
        api = self.outputs["Address"].removeprefix("https://").split(".")[0]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        # A browser that is asked for no credentials has none.
        headers = {"Host": f"{api}.execute-api.localhost"}
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        status, said = answer.status, answer.read().decode()
        connection.close()
        return status, said

    def invoke(self, function, event):
        said = self.client("lambda").invoke(FunctionName=f"{STACK}-{function}", Payload=json.dumps(event).encode())
        payload = said["Payload"].read().decode()
        if "FunctionError" in said:
            raise AssertionError(f"{function}: {payload}")
        return json.loads(payload)

    def mails_to(self, address):
        return [mail for mail in list(self.recorder.mails) if address in mail["To"]]

    def logged(self, function):
        logs = self.client("logs")
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{STACK}-{function}")["events"]
        return [event["message"] for event in events]
