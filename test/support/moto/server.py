"""moto's server, with the JSONata engine that its state machines lack: moto has all of JSONata's states but no evaluator."""

import sys

import jsonata
from moto.stepfunctions.parser.asl.jsonata import jsonata as states

from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)


def evaluate(expression):
    try:
        return jsonata.Jsonata(expression).evaluate(None)
    except Exception as error:
        raise states.JSONataException("UNKNOWN", str(error)) from error


states._eval_jsonata = evaluate
# Step Functions has the names of AWS's SDK for Java, moto asks boto3 by them.
StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES["elasticloadbalancingv2"] = "elbv2"
main(sys.argv[1:])
