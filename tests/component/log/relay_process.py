"""A relay in a process of its own, to be killed: python -m tests.component.log.relay_process URL BOOTSTRAP PREFIX."""

import asyncio
import sys

from shared import topics
from shared.journal.relay import Relay

if __name__ == "__main__":
    url, bootstrap, prefix = sys.argv[1:]
    asyncio.run(Relay(url, "intake", bootstrap, topics.Topics(prefix=prefix), "intake").run())
