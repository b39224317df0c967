"""What is owed to a provider that challenges something, and to a decision whose evidence fell (read by governance)."""

from shared.policies.section import Clause, Limit, Section


class Challenge(Clause):
    """A provider disputes evidence, or says that a fact is wrong: its right to."""

    answer_within: Limit
    """Where the dispute itself names no day."""
    role: str
    """Who owes the answer."""


class Fallen(Clause):
    """Evidence of a decision that stands was taken back, corrected or not upheld."""

    review_within: Limit
    """In which whoever took the decision looks at it again."""


class Correcting(Section):
    """Both."""

    challenge: Challenge
    fallen: Fallen
