"""Starts the service: `python -m services.notify`."""

from services.notify import app as composition
from services.notify.settings import NotifySettings
from shared import clock, logs, service, settings


def main() -> None:
    """Serve until SIGTERM."""
    known = settings.load(NotifySettings)
    logs.configure(known.service, known.log_level)
    clock.configure(known.clock_file)
    app, notify = composition.create(known)
    service.run(app, known, *notify.tasks)


if __name__ == "__main__":
    main()
