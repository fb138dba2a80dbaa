"""The columns of Moodle's offline grading worksheet, in the language of the site.

Moodle writes and reads the worksheet's headers in the language of the user. Those below are of its
language packs; a site may change any of them, and other languages are named with ``--column``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from autograder.errors import UsageError


@dataclass(frozen=True)
class Headers:
    """The headers that matter here; the first four and ``feedback`` are Moodle's own strings
    recordid, grade, lastmodifiedgrade, maxgrade and the comment plugin's name."""

    identifier: str = "Identifier"
    grade: str = "Grade"
    modified: str = "Last modified (grade)"
    maximum: str = "Maximum Grade"
    feedback: str = "Feedback comments"
    name: str = "Full name"
    email: str = "Email address"
    id_number: str = "ID number"
    username: str = "Username"


LANGUAGES: Mapping[str, Headers] = {
    "en": Headers(),
    "de": Headers(
        "ID",
        "Bewertung",
        "Zuletzt geändert (Bewertung)",
        "Bestwertung",
        "Feedback als Kommentar",
        "Vollständiger Name",
        "E-Mail-Adresse",
        "ID-Nummer",
        "Anmeldename",
    ),
    "es": Headers(
        "Identificador",
        "Calificación",
        "Última modificación (calificación)",
        "Calificación máxima",
        "Comentarios de retroalimentación",
        "Nombre completo",
        "Dirección de correo",
        "Número de ID",
        "Nombre de usuario",
    ),
    "fr": Headers(
        "Identifiant",
        "Note",
        "Dernière modification (note)",
        "Note maximale",
        "Feedback par commentaires",
        "Nom complet",
        "Adresse de courriel",
        "Numéro d'identification",
        "Nom d'utilisateur",
    ),
    "pt-br": Headers(
        "Identificador",
        "Nota",
        "Última modificação (nota)",
        "Nota máxima",
        "Comentários de feedback",
        "Nome completo",
        "Endereço de email",
        "Número de identificação",
        "Identificação de usuário",
    ),
}

NEEDED = ("identifier", "grade", "modified")
"""Without these Moodle itself refuses the file."""

COLUMNS = tuple(field.name for field in fields(Headers))


def columns_of(
    header: Sequence[str], language: str = "", own: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The number of each column that the worksheet has, by our name for it.

    ``language`` is detected where none is given; ``own`` headers take the place of its. Raises
    UsageError for an unknown language or column, and where a needed column is not there.
    """
    if language and language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UsageError(
            f"one of {known} expected for --language, found {language!r}. For another language "
            "name the columns: --column grade='...' --column identifier='...' --column "
            "modified='...'"
        )
    if unknown := sorted(set(own or {}) - set(COLUMNS)):
        raise UsageError(f"columns among {', '.join(COLUMNS)} expected, found {unknown}")
    tried = [LANGUAGES[language]] if language else list(LANGUAGES.values())
    found = [_found(header, replace(headers, **(own or {}))) for headers in tried]
    best = max(found, key=lambda columns: (_complete(columns), len(columns)))
    if not _complete(best):
        lacking = ", ".join(name for name in NEEDED if name not in best)
        raise UsageError(
            "a Moodle grading worksheet expected (its columns Identifier, Grade and Last modified "
            f"(grade), in the site's language), found no column for: {lacking}. Its columns: "
            f"{', '.join(header[:12])}. Give --language, or --column grade='...' and so on."
        )
    return best


def _found(header: Sequence[str], headers: Headers) -> dict[str, int]:
    places = {title.strip().casefold(): n for n, title in reversed(list(enumerate(header)))}
    wanted = {name: getattr(headers, name).casefold() for name in COLUMNS}
    return {name: places[title] for name, title in wanted.items() if title in places}


def _complete(columns: Mapping[str, int]) -> bool:
    return all(name in columns for name in NEEDED)
