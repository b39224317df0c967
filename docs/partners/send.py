"""Send CareLedger what you know of a care service. Needs Python 3.9 or newer and nothing else.

export CARELEDGER_URL=http://127.0.0.1:8001 CARELEDGER_TOKEN=…
python send.py cqc:1-999999999 QC-2231 2026-03-02T09:30:00Z S2 q.medicines "Synthetic. Two doses were missed."
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 5  # attempts
AWAY = 503


def send(kind, reference, fact, *, dry_run=False):
    """Send one fact; send it again, the same, until it is taken. Gives the answer: id, status and perhaps a reason.

    `fact` has its own fields, the `provider` and the `time` when it happened, with its offset. `reference` is your own
    id of it: the same fact again is never counted twice.
    """
    body = dict(fact, reference=reference)
    path = f"/v1/intelligence/{kind}" + ("?dry_run=true" if dry_run else "")
    for attempt in range(PATIENCE):
        try:
            return _ask("POST", path, body)["results"][0]
        except urllib.error.HTTPError as refused:
            if refused.code != AWAY:  # it will not be taken as it is: the answer says why
                raise SystemExit(_why(refused)) from refused
            time.sleep(int(refused.headers.get("Retry-After", 2**attempt)))
        except urllib.error.URLError:
            time.sleep(2**attempt)
    raise SystemExit("CareLedger does not answer. Send the same again later.")


def receipt(event_id):
    """How far it has come: journalled, published or quarantined."""
    return _ask("GET", f"/v1/receipts/{event_id}")


def _ask(method, path, body=None):
    request = urllib.request.Request(  # noqa: S310 - the address is your own
        os.environ["CARELEDGER_URL"].rstrip("/") + path,
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"Bearer {os.environ['CARELEDGER_TOKEN']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def _why(refused):
    problem = json.load(refused)
    fields = [f"  {each['path']}: {each['problem']} {each.get('fix') or ''}" for each in problem.get("errors", ())]
    return "\n".join([f"{refused.code} {problem['title']}. {problem.get('detail') or ''}", *fields])


def main(words):
    """One concern from the command line, and its receipt."""
    try:
        provider, concern_id, when, severity, theme, description = words
    except ValueError:
        raise SystemExit(__doc__) from None
    fact = {"provider": provider, "time": when, "concern_id": concern_id, "severity": severity, "themes": [theme]}
    answer = send("quality_concern.raised", concern_id, dict(fact, description=description))
    print(json.dumps(answer))
    print(json.dumps(receipt(answer["id"])))


if __name__ == "__main__":
    main(sys.argv[1:])
