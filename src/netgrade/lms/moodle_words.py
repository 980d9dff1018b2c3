"""What Moodle's worksheet says in each language: the titles of its columns, its "No", and its dates.

From Moodle's own language packs: `mod_assign`, `assignfeedback_comments`, `assignfeedback_offline`, and the core's
strings and `strftimedaydatetime`. The importer looks for these very titles, in the language that its user has set.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from netgrade.language import Language


@dataclass(frozen=True)
class Words:
    """One language; in each comment, the name that a pack gives the string."""

    language: Language
    identifier: str  # recordid
    name: str  # fullname
    grade: str  # grade
    most: tuple[str, ...]  # maxgrade, and as older packs had it
    scale: str  # scale
    changeable: str  # gradecanbechanged
    no: str  # no
    handed_in: str  # lastmodifiedsubmission
    graded: str  # lastmodifiedgrade
    comments: str  # pluginname of the comments
    newer: str  # ignoremodified: lets the importer replace what Moodle holds to be newer than the sheet


WORDS = (
    Words(
        "en", "Identifier", "Full name", "Grade", ("Maximum grade",), "Scale", "Grade can be changed", "No",
        "Last modified (submission)", "Last modified (grade)", "Feedback comments",
        "Allow updating records that have been modified more recently in Moodle than in the spreadsheet.",
    ),
    Words(
        "sv", "Identifierare", "Hela namnet", "Betyg", ("Maxbetyg", "Maximalt betyg"), "Skala", "Betyg kan ändras",
        "Nej", "Senast modifierat (inlämning)", "Senast modifierat (betyg)", "Återkopplingskommentarer",
        "Tillåt uppdatering av poster som ändrats senare i Moodle än i kalkylbladet.",
    ),
    Words(
        "nl", "Identificatie", "Volledige naam", "Cijfer", ("Maximaal cijfer",), "Schaal",
        "Het cijfer kan gewijzigd worden", "Nee", "Laatst gewijzigd (inzending)", "Laatst gewijzigd (beoordeling)",
        "Feedback", "Het updaten van cijfers die recenter zijn in Moodle dan op het werkblad toestaan.",
    ),
    Words(
        "de", "ID", "Vollständiger Name", "Bewertung", ("Bestwertung", "Bestbewertung"), "Skala",
        "Bewertung kann geändert werden", "Nein", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)",
        "Feedback als Kommentar",
        "Update von Datensätzen zulassen, die seit dem letzten Upload angepasst wurden.",
    ),
)  # fmt: skip

_TIME = re.compile(r"(\d{1,2})\.? (\S+) (\d{4}), (\d{1,2}):(\d{2})(?: ([ap])\.?m\.?)?$", re.IGNORECASE)


def words_of(header: Sequence[str]) -> Words | None:
    """The language of a worksheet with these columns; None where it is no worksheet, or in another language."""
    return next((words for words in WORDS if {words.identifier, words.graded} <= set(header)), None)


def time_of(text: str, language: Language) -> datetime | None:
    """A time as Moodle writes it, `Samstag, 14. März 2026, 22:10`, without its zone; None where it is none."""
    found = _TIME.search(" ".join(text.split()))
    month = _months(language).get(found[2].casefold()) if found else None
    if found is None or month is None:
        return None
    hour = int(found[4])
    if found[6]:  # Dutch writes it behind hours of 24
        hour = hour % 12 + (12 if found[6] in "pP" else 0) if hour <= 12 else hour
    try:
        return datetime(int(found[3]), month, int(found[1]), hour, int(found[5]))
    except ValueError:
        return None


@lru_cache
def _months(language: Language) -> dict[str, int]:
    from babel.dates import get_month_names

    return {name.casefold(): number for number, name in get_month_names(locale=language).items()}
