"""Asks MLflow itself what the local workspace's schema enforcement is compared with, and writes its answers down.

    pip install mlflow-skinny==3.17.2 numpy pandas && python tools/models/mlflow_answers.py

Requests and signatures are those of the file; add some there, without an answer, and run this again.
"""
import json
import logging
import math
import re
import warnings

import mlflow
import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.pyfunc import PyFuncModel
from mlflow.pyfunc.scoring_server import invocations

FILE = "libs/databricks/emulator/src/serving/models/input/mlflow-answers.json"


class Echo:
    """A model that answers what it was asked, after the schema was enforced."""

    def predict(self, data, params=None):
        if isinstance(data, pd.DataFrame):
            frame = json.loads(data.to_json(orient="split", date_format="iso", default_handler=str))
            seen = {"columns": frame["columns"], "rows": frame["data"]}
        else:
            rows = np.asarray(data).tolist()
            seen = {"columns": list(range(len(rows[0]))), "rows": rows}
        return [seen, json.loads(json.dumps(params, default=str))]


def answer(signature, body, content_type):
    parts = {name: json.dumps(part) for name, part in signature.items()}
    signature = ModelSignature.from_dict(parts)
    model = PyFuncModel(Model(signature=signature, flavors={"python_function": {"loader_module": "echo"}}), Echo())
    try:
        response = invocations(body, content_type, model, signature.inputs).response
    except MlflowException as refusal:
        # The sentence around a refusal and the advice after it differ from version to version.
        message = re.sub(r"(?s)^Failed to predict data .*?\nError: ", "", refusal.message)
        return {"message": re.sub(r" IMPORTANT: The MLflow Model scoring protocol.*$", "", message)}
    seen, params = json.loads(response)["predictions"]
    return {**seen, **({"params": params} if params else {})}


def without_nan(value):
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, list):
        return [without_nan(one) for one in value]
    return {name: without_nan(one) for name, one in value.items()} if isinstance(value, dict) else value


def main():
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    with open(FILE) as file:
        known = json.load(file)
    cases = []
    for case in known["cases"]:
        asked = {name: case[name] for name in ("signature", "content_type", "body") if name in case}
        found = answer(known["signatures"][case["signature"]], case["body"], case.get("content_type", "application/json"))
        cases.append({**asked, **without_nan(found)})
    with open(FILE, "w") as file:
        json.dump({"mlflow": mlflow.__version__, "signatures": known["signatures"], "cases": cases}, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
