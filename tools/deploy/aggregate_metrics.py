"""Has the app roll its metrics up: the task of the daily job in databricks.yml.

The app does the same by itself every half minute while people use it; this is for days on which nobody does. It runs as the app's own
service principal, which the app lets in besides administrators.

Exit codes: 0 done, 1 the app or its database could not be reached, 2 the app refused or found its books wrong.
"""

import argparse
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

DONE, DATABASE, LOGIC = 0, 1, 2
ATTEMPTS = 3
PAUSE_SECONDS = 20
TIMEOUT_SECONDS = 115


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--app-url", required=True)
    url = parser.parse_args().app_url.rstrip("/") + "/api/v1/metrics/aggregate"
    for attempt in range(1, ATTEMPTS + 1):
        status, answer = ask(url)
        print(f"POST {url}: {status} {json.dumps(answer)}")
        if status == 202:
            return LOGIC if any(day.get("alarm") for day in answer.get("kept", [])) else DONE
        # What the platform or a sleeping database cannot answer now, it may answer in a while.
        if 0 < status < 500 and status != 429:
            return LOGIC
        if attempt < ATTEMPTS:
            time.sleep(float(os.environ.get("AGGREGATE_PAUSE_SECONDS", PAUSE_SECONDS)))
    return DATABASE


def ask(url: str) -> tuple[int, dict]:
    """Status 0 means that nobody answered."""
    try:
        request = urllib.request.Request(url, method="POST", headers=authorization())
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return response.status, parsed(response.read())
    except urllib.error.HTTPError as error:
        return error.code, parsed(error.read())
    except OSError as error:
        return 0, {"detail": str(error)}


def authorization() -> dict:
    """Machine to machine where the environment has a secret, or by the token it has; else the identity that the job runs as."""
    names = ("DATABRICKS_HOST", "DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET", "DATABRICKS_TOKEN")
    host, client_id, client_secret, token = (os.environ.get(name) for name in names)
    if not (host and client_id and client_secret):
        if token:
            return {"Authorization": f"Bearer {token}"}
        from databricks.sdk import WorkspaceClient

        return dict(WorkspaceClient().config.authenticate())
    basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    request = urllib.request.Request(
        host.rstrip("/") + "/oidc/v1/token",
        data=urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "all-apis"}).encode(),
        headers={"Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        return {"Authorization": f"Bearer {json.load(response)['access_token']}"}


def parsed(body: bytes) -> dict:
    try:
        answer = json.loads(body)
    except ValueError:
        return {"detail": body[:200].decode("utf-8", "replace")}
    return answer if isinstance(answer, dict) else {"detail": answer}


if __name__ == "__main__":
    code = main()
    # A notebook kernel takes any SystemExit for a failure, also that of success.
    if code != DONE:
        sys.exit(code)
