"""Starts the service: `python -m services.notify`."""

import sys

from pydantic import ValidationError

from services.notify import app as composition
from services.notify.settings import NotifySettings
from shared import clock, logs, service
from shared.settings import EnvFileMissing


def main() -> None:
    """Serve until SIGTERM."""
    known = _settings()
    logs.configure(known.service, known.log_level)
    clock.configure(known.clock_file)
    app, notify = composition.create(known)
    service.run(app, known, *notify.tasks)


def _settings() -> NotifySettings:
    try:
        return NotifySettings()
    except ValidationError as error:
        missing = ", ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
        sys.exit(f"notify: settings are missing or wrong: {missing}. Is there a local deployment (make run)?")
    except EnvFileMissing as error:
        sys.exit(f"notify: {error}")


if __name__ == "__main__":
    main()
