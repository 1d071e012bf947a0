"""moto's server, with the JSONata engine that its state machines lack: moto has all of JSONata's states but no evaluator."""

import hashlib
import json
import sys

import jsonata
from botocore.response import StreamingBody
from moto.stepfunctions.parser.asl.component.intrinsic import jsonata as intrinsic
from moto.stepfunctions.parser.asl.jsonata import jsonata as states

from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)


def digest(text, algorithm):
    return hashlib.new(algorithm.replace("-", "").lower(), text.encode()).hexdigest()


def evaluate(expression):
    try:
        parsed = jsonata.Jsonata(expression)
        # Functions that Step Functions has beside JSONata's own, of which moto has none or a poor one.
        parsed.register_lambda("parse", json.loads)
        parsed.register_lambda("hash", digest)
        return parsed.evaluate(None)
    except Exception as error:
        raise states.JSONataException("UNKNOWN", str(error)) from error


states._eval_jsonata = evaluate
for name in ("$hash", "$parse"):
    del intrinsic._DECLARATION_BY_VARIABLE_REFERENCE[name]


def call_with_texts(self, env, **rest):
    """Step Functions hands a body on as text; moto's calls by AWS's SDK leave the open stream, which it can't copy."""
    call(self, env=env, **rest)
    result = env.stack[-1]
    for name, value in result.items() if isinstance(result, dict) else ():
        if isinstance(value, StreamingBody):
            result[name] = value.read().decode()


call = StateTaskServiceAwsSdk._eval_service_task
StateTaskServiceAwsSdk._eval_service_task = call_with_texts
# Step Functions has the names of AWS's SDK for Java, moto asks boto3 by them.
StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES["elasticloadbalancingv2"] = "elbv2"
main(sys.argv[1:])
