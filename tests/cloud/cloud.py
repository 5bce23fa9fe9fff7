"""An emulated cloud on 127.0.0.1, with Kept deployed in it from the project's own templates.

The emulator is ministack with AUTH. It checks every call of a function against the policy of the
function's role, so a missing right is an error here as it is on AWS. A recorder stands between the
functions and the emulator, because the emulator's own outbox shows an email without its headers.

The emulator lacks receipt rules of SES (a test puts the message into the bucket as SES would), alarms
over several metrics, partial batch failures, retry limits, dead letters and time zones of schedules.
If it differs from AWS, `stack` below changes the template for it and says why. Everything else is
deployed unchanged.
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
# Resources that the emulator cannot make.
UNSUPPORTED = {"AWS::CloudWatch::Dashboard", "AWS::SES::ReceiptRuleSet", "AWS::SES::ReceiptRule"}


def wait_until(condition, probe, seconds=60):
    """Calls `probe` until it returns something, and returns that. Fails with the condition's name."""
    end = time.monotonic() + seconds
    while True:
        result = probe()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} seconds: {condition}")
        time.sleep(0.2)


class Recorder(http.server.ThreadingHTTPServer):
    """Forwards the calls of functions to the emulator, and records the emails that they send by SES."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Forward)
        self.emulator = port
        self.emails = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Forward(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        emulator = http.client.HTTPConnection("127.0.0.1", self.server.emulator, timeout=30)
        emulator.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                emulator.putheader(name, value)
        emulator.putheader("Content-Length", str(len(body)))
        emulator.endheaders(body)
        response = emulator.getresponse()
        content = response.read()
        if self.path == "/v2/email/outbound-emails" and response.status == 200:
            raw = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
            self.server.emails.append(email.message_from_bytes(raw, policy=email.policy.default))
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        emulator.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = forward

    def log_message(self, *_):
        pass


class Cloud:
    def __init__(self, organisation):
        """Starts the emulator and deploys Kept with an organisation's files, given by name."""
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.port = unused.getsockname()[1]
        self.recorder = Recorder(self.port)
        self.folder = tempfile.TemporaryDirectory(prefix="kept-cloud-")
        self.log = open(Path(self.folder.name) / "emulator.log", "wb+")
        # The environment is plain, so that none of the caller's own AWS settings get in.
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
            wait_until("the emulator answers", self.answers)
            self.deploy(organisation)
        except BaseException:
            print(self.emulator_log(), file=sys.stderr)
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

    def emulator_log(self):
        """Returns the end of the emulator's log, for a test that failed."""
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
        dropped = {
            logical for logical, resource in template["Resources"].items()
            if resource["Type"] in UNSUPPORTED
            or (resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"])
        }
        # The emulator generates secrets with characters that the template excludes.
        for logical, resource in template["Resources"].items():
            if resource["Type"] == "AWS::SecretsManager::Secret":
                del resource["Properties"]["GenerateSecretString"]
                resource["Properties"]["SecretString"] = secrets.token_hex(32)
            if logical == "DispatchRole":
                # It does not know the resources of SendEmail.
                for statement in resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
                    if statement["Sid"] == "SendMail":
                        statement["Resource"] = "*"
            if resource["Type"] == "AWS::S3::BucketPolicy":
                # It is not called over TLS.
                statements = resource["Properties"]["PolicyDocument"]["Statement"]
                statements[:] = [s for s in statements if s["Sid"] != "EncryptedOnTheWay"]
                if not statements:
                    dropped.add(logical)
        for logical in dropped & template["Resources"].keys():
            del template["Resources"][logical]
        # References to the dropped resources become names, or are dropped as well.
        text = json.dumps(template).replace(json.dumps({"Ref": "Rules"}), json.dumps(STACK))
        text = text.replace("receipt-rule-set/${Rules}", f"receipt-rule-set/{STACK}")
        # It checks every schedule against the group "default", whatever group it is in.
        text = text.replace("schedule/${Timers}/", "schedule/default/")
        template = json.loads(text)
        for output, value in list(template["Outputs"].items()):
            if value["Value"] in [{"Ref": logical} for logical in dropped] or output == "DkimRecords":
                del template["Outputs"][output]
        s3, formation = self.client("s3"), self.client("cloudformation")
        s3.put_object(Bucket="packages", Key=f"{name}.json", Body=json.dumps(template).encode())
        formation.create_stack(
            StackName=name, TemplateURL=f"http://127.0.0.1:{self.port}/packages/{name}.json",
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )

        def created():
            stack = formation.describe_stacks(StackName=name)["Stacks"][0]
            if stack["StackStatus"].endswith("IN_PROGRESS"):
                return None
            if stack["StackStatus"] != "CREATE_COMPLETE":
                events = formation.describe_stack_events(StackName=name)["StackEvents"]
                reasons = [f"{e['LogicalResourceId']}: {e['ResourceStatusReason']}" for e in events
                           if e.get("ResourceStatusReason")]
                raise AssertionError(f"{name}: {stack['StackStatus']}\n" + "\n".join(reasons))
            return stack

        stack = wait_until(f"the stack {name} is created", created, 120)
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    # --- Use --------------------------------------------------------------------------------

    def http(self, method, path, body=None, content_type=None):
        """Sends a request from outside, through the HTTP API and its routes; returns status and body."""
        api = self.outputs["Address"].removeprefix("https://").split(".")[0]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": f"{api}.execute-api.localhost"}
        if content_type:
            headers["Content-Type"] = content_type
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        status, content = response.status, response.read().decode()
        connection.close()
        return status, content

    def invoke(self, function, event):
        """Calls a function with an event and returns its result."""
        result = self.client("lambda").invoke(FunctionName=f"{STACK}-{function}", Payload=json.dumps(event).encode())
        payload = result["Payload"].read().decode()
        if "FunctionError" in result:
            raise AssertionError(f"{function}: {payload}")
        return json.loads(payload)

    def emails_to(self, address):
        return [message for message in list(self.recorder.emails) if address in message["To"]]

    def log_lines(self, function):
        logs = self.client("logs")
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{STACK}-{function}")["events"]
        return [event["message"] for event in events]
