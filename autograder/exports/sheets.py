"""CSV files that an instructor downloaded from a platform: read to the byte, so that what is not
ours is written back as it came.

Trusts the instructor who names the file; the texts in it are strangers'.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError

BOM = "\ufeff"
MAX_BYTES = 64 * 1024**2
"""A list of 100,000 students has some 20 MB; what is longer is something else."""


@dataclass(frozen=True)
class Field:
    """A field as it stands in the file (``raw``), and what it says (``value``)."""

    raw: str
    value: str

    @property
    def quoted(self) -> bool:
        """Whether it stands in quotation marks."""
        return self.raw.startswith('"')


@dataclass(frozen=True)
class Record:
    """One line of the table, with the end of its last line."""

    fields: tuple[Field, ...]
    end: str

    def value(self, column: int | None) -> str:
        """What stands in a column, "" where the line is shorter or there is no such column."""
        return self.fields[column].value if column is not None and column < len(self.fields) else ""


@dataclass(frozen=True)
class Sheet:
    """The file. ``header`` is the first record, ``bom`` its byte-order mark or nothing."""

    path: Path
    bom: str
    delimiter: str
    header: Record
    records: tuple[Record, ...]

    def written(self, changed: Mapping[int, Mapping[int, str]]) -> bytes:
        """The file with other values in some fields, by record and column."""
        told = [self.bom, self._line(self.header, {})]
        told += [self._line(record, changed.get(n, {})) for n, record in enumerate(self.records)]
        return "".join(told).encode("utf-8")

    def _line(self, record: Record, changed: Mapping[int, str]) -> str:
        raws = [
            quoted(changed[n], self.delimiter, always=field.quoted) if n in changed else field.raw
            for n, field in enumerate(record.fields)
        ]
        return self.delimiter.join(raws) + record.end


def read_sheet(path: Path, what: str) -> Sheet:
    """The file at ``path``. Raises UsageError, naming ``what`` it should be."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{what} expected at {path}, found a file of more than 64 MiB")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{what} expected at {path}, found none: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(
            f"{what} in UTF-8 expected at {path}, found another encoding. Download it again and do "
            "not save it from a spreadsheet in between."
        ) from None
    bom = BOM if text.startswith(BOM) else ""
    text = text[len(bom) :]
    delimiter = _delimiter(text)
    records = [r for r in _records(text, delimiter) if any(f.raw for f in r.fields) or r.end]
    if not records:
        raise UsageError(f"{what} expected at {path}, found an empty file. Download it again.")
    return Sheet(path, bom, delimiter, records[0], tuple(records[1:]))


def quoted(value: str, delimiter: str, *, always: bool = False) -> str:
    """``value`` as a field."""
    needed = always or any(c in value for c in (delimiter, '"', "\r", "\n"))
    return '"' + value.replace('"', '""') + '"' if needed else value


def _delimiter(text: str) -> str:
    first = text.splitlines()[0] if text else ""
    counts = {mark: first.count(mark) for mark in ",;\t"}
    return max(counts, key=lambda mark: counts[mark])


def _records(text: str, delimiter: str) -> Iterator[Record]:
    # The csv module forgets how a field was quoted and how a line ended; both have to come back.
    fields: list[Field] = []
    start = place = 0
    while place < len(text):
        place = _field_end(text, start, delimiter)
        raw = text[start:place]
        fields.append(Field(raw, _value(raw)))
        if text[place : place + 1] == delimiter:
            start = place = place + 1
            if place == len(text):
                fields.append(Field("", ""))
            continue
        end = "\r\n" if text[place : place + 2] == "\r\n" else text[place : place + 1]
        yield Record(tuple(fields), end)
        fields = []
        start = place = place + len(end)
    if fields:
        yield Record(tuple(fields), "")


def _field_end(text: str, start: int, delimiter: str) -> int:
    place, inside = start, text[start : start + 1] == '"'
    place += inside
    while place < len(text):
        character = text[place]
        if inside and character == '"':
            if text[place + 1 : place + 2] == '"':
                place += 1
            else:
                inside = False
        elif not inside and character in (delimiter, "\r", "\n"):
            break
        place += 1
    return place


def _value(raw: str) -> str:
    if len(raw) < 2 or not raw.startswith('"') or not raw.endswith('"'):
        return raw
    return raw[1:-1].replace('""', '"')
