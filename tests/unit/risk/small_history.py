"""A synthetic inspection history of twelve locations, small enough that every figure is counted by hand.

Landmarks of a year, counted back from 1 January 2022: 2 January 2020 and 1 January 2021 (2020 is a leap year).

    A  Good 2019-06-01, Requires improvement 2020-03-01, Inadequate 2020-09-01: warned of 184 days before
    B  Good 2019-06-01, Inadequate 2020-06-01, Good 2021-06-01: not warned of
    C  Requires improvement 2019-07-01, Good 2020-07-01
    D  Requires improvement 2019-07-01 (the row stands there twice)
    E  Inadequate 2019-08-01 as its first rating, which is no downgrade; Requires improvement 2020-02-01
    F  Good 2019-08-01, closed 2020-08-01
    G  Requires improvement 2019-08-01, closed 2021-03-01: warned of 578 days before
    H  opened 2020-01-01 with a rating of 2019-07-15 inherited; Inadequate 2021-07-01: warned of 547 days before
    I  Outstanding 2020-05-01
    J  Not Rated 2020-05-01
    K  Good 2019-09-01, closed 2020-09-01, rated Inadequate after that, which is no event
    L  Good 2022-01-01
    M  a date that cannot be read: left out
"""

import gzip
from datetime import date
from pathlib import Path

HEAD = '"","reportdate","overall","ownership","locationid","location_start_2025","location_end_2025","good","rating"'
FOR_PROFIT, CHARITY = "For-profit", "Third sector"
ROWS = (
    ("A", "2019-06-01", "Good", FOR_PROFIT, "2015-01-01", None),
    ("A", "2020-03-01", "Requires Improvement", FOR_PROFIT, "2015-01-01", None),
    ("A", "2020-09-01", "Inadequate", FOR_PROFIT, "2015-01-01", None),
    ("B", "2019-06-01", "Good", FOR_PROFIT, "2015-01-01", None),
    ("B", "2020-06-01", "Inadequate", FOR_PROFIT, "2015-01-01", None),
    ("B", "2021-06-01", "Good", FOR_PROFIT, "2015-01-01", None),
    ("C", "2019-07-01", "Requires improvement", FOR_PROFIT, "2015-01-01", None),
    ("C", "2020-07-01", "Good", FOR_PROFIT, "2015-01-01", None),
    ("D", "2019-07-01", "Requires improvement", FOR_PROFIT, "2015-01-01", None),
    ("D", "2019-07-01", "Requires improvement", FOR_PROFIT, "2015-01-01", None),
    ("E", "2019-08-01", "Inadequate", FOR_PROFIT, "2015-01-01", None),
    ("E", "2020-02-01", "Requires improvement", FOR_PROFIT, "2015-01-01", None),
    ("F", "2019-08-01", "Good", FOR_PROFIT, "2015-01-01", "2020-08-01"),
    ("G", "2019-08-01", "Requires improvement", FOR_PROFIT, "2015-01-01", "2021-03-01"),
    ("H", "2019-07-15", "Requires improvement", CHARITY, "2020-01-01", None),
    ("H", "2021-07-01", "Inadequate", CHARITY, "2020-01-01", None),
    ("I", "2020-05-01", "Outstanding", CHARITY, "2015-01-01", None),
    ("J", "2020-05-01", "Not Rated", FOR_PROFIT, "2015-01-01", None),
    ("K", "2019-09-01", "Good", FOR_PROFIT, "2015-01-01", "2020-09-01"),
    ("K", "2020-10-01", "Inadequate", FOR_PROFIT, "2015-01-01", "2020-09-01"),
    ("L", "2022-01-01", "Good", FOR_PROFIT, "2015-01-01", None),
    ("M", "31/12/2021", "Good", FOR_PROFIT, "2015-01-01", None),
)


def written(folder: Path) -> Path:
    """The file as CQC's history looks, gzipped."""
    lines = [HEAD]
    for number, (name, day, overall, owner, start, end) in enumerate(ROWS):
        cells = (number, day, overall, owner, f"1-00000000{name}", _days(start), _days(end), 0, overall)
        lines.append(",".join(f'"{cell}"' for cell in cells))
    path = folder / "history.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return path


def _days(day: str | None) -> str:
    return "NA" if day is None else str((date.fromisoformat(day) - date(1960, 1, 1)).days)
