"""Providers with lives as a council sees them, and a synthetic inspection history: the load of the benchmarks."""

import random
from datetime import date, timedelta
from pathlib import Path

from tests.support import ledger as ledgers
from tests.unit.risk import small_history

THEMES = ("q.medicines", "q.dignity", "q.staffing_levels", "q.records_info", "q.falls_moving", "q.ipc")
ABUSE = ("abuse.neglect", "abuse.physical", "abuse.psychological")
SEED = 20_260_301


def busy(ledger: ledgers.Ledger, provider: str, count: int, chance: random.Random) -> None:
    """So many facts about one provider, spread over kinds as intelligence is: concerns first."""
    for number in range(count):
        match number % 8:
            case 0 | 1 | 2:
                data = {
                    "concern_id": f"QC-{provider[-6:]}-{ledger.clock.timestamp()}",
                    "themes": [chance.choice(THEMES)],
                    "severity": chance.choice(("S1", "S1", "S2", "S2", "S3")),
                }
                ledger.fact("quality_concern.raised", provider, data)
            case 3:
                data = {
                    "sg_ref": f"SG-{provider[-6:]}-{ledger.clock.timestamp()}",
                    "abuse_types": [chance.choice(ABUSE)],
                }
                ledger.fact("safeguarding_concern.received", provider, data)
            case 4 | 5:
                ledgers.filed(ledger, provider, "RT-PMR", f"2026-{1 + number // 8 % 12:02d}")
            case 6:
                visit = {"visit_id": f"V-{provider[-6:]}-{number}", "purpose": "annual"}
                ledger.fact("visit.completed", provider, visit)
            case _:
                rating = {"overall": chance.choice(("good", "requires_improvement")), "report_date": "2026-02-01"}
                ledger.fact("cqc_rating.published", provider, rating)


def inspections(folder: Path, locations: int) -> Path:
    """An inspection history of so many synthetic locations, each rated one to four times."""
    chance, path = random.Random(SEED), folder / "history.csv"
    with path.open("w") as file:
        file.write(small_history.HEAD + "\n")
        for number in range(locations):
            day = date(2015, 1, 1) + timedelta(days=chance.randrange(1500))
            for _ in range(1 + chance.randrange(4)):
                overall = chance.choices(("Good", "Requires improvement", "Inadequate", "Outstanding"), (68, 25, 4, 3))[
                    0
                ]
                end = "NA" if chance.random() < 0.6 else "23000"
                file.write(f'"1",{day},"{overall}","For-profit","1-{number:09d}",19000,{end},0,"{overall}"\n')
                day += timedelta(days=200 + chance.randrange(900))
    return path
