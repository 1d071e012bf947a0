"""moto's server, with the JSONata engine that its state machines lack: moto has all of JSONata's states but no evaluator."""

import sys

import jsonata
from moto.stepfunctions.parser.asl.jsonata import jsonata as states

from moto.server import main


def evaluate(expression):
    try:
        return jsonata.Jsonata(expression).evaluate(None)
    except Exception as error:
        raise states.JSONataException("UNKNOWN", str(error)) from error


states._eval_jsonata = evaluate
main(sys.argv[1:])
