"""Calls AWS for the tests, by boto3: a line of JSON in, a line of JSON out.

In: {"id", "url", "region", "service", "operation", "parameters"}; out: {"id", "result"} or {"id", "code", "message"}.
"""

import base64
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

clients = {}


def client(url, region, service):
    key = (url, region, service)
    if key not in clients:
        clients[key] = boto3.client(
            service,
            endpoint_url=url,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )
    return clients[key]


def plain(value):
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def parameters(given):
    """A value {"base64": TEXT} stands for bytes."""
    if isinstance(given, dict):
        if set(given) == {"base64"}:
            return base64.b64decode(given["base64"])
        return {name: parameters(value) for name, value in given.items()}
    if isinstance(given, list):
        return [parameters(value) for value in given]
    return given


for line in sys.stdin:
    call = json.loads(line)
    try:
        operation = getattr(client(call["url"], call["region"], call["service"]), call["operation"])
        result = operation(**parameters(call["parameters"])) or {}
        result.pop("ResponseMetadata", None)
        answer = {"result": result}
    except ClientError as error:
        answer = {"code": error.response["Error"]["Code"], "message": str(error)}
    except Exception as error:
        answer = {"code": type(error).__name__, "message": str(error)}
    print(json.dumps({"id": call["id"], **answer}, default=plain), flush=True)
