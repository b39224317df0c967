"""How risk ends when it can no longer be sure: at once, loudly, with exit code 70; the supervisor starts it again."""

import logging
import os
import sys
from typing import NoReturn

from shared.service import FAILED

logger = logging.getLogger(__name__)


def end(reason: str) -> NoReturn:
    """End the process now. Nothing is lost by it: the truth is in Kafka, and a restart reads it again."""
    logger.critical("the process ends: %s", reason, exc_info=sys.exc_info()[0] is not None)
    for handler in logging.getLogger().handlers:
        handler.flush()
    sys.stdout.flush()
    os._exit(FAILED)
