"""The lines to a job: what is closed is never read again, whoever has its number by then."""

import os

from autograder.jail.job import _Lines


def test_a_closed_line_is_at_its_end_although_its_number_is_in_use_again() -> None:
    with _Lines() as lines:
        number = lines.raw
        lines.close(number)
        other, to_other = os.pipe()
        try:
            if other != number:
                os.dup2(other, number)
            os.write(to_other, b"another job's")
            assert lines.read(number) == b""
            assert os.read(number, 100) == b"another job's"
        finally:
            for descriptor in {other, to_other, number}:
                os.close(descriptor)


def test_an_open_line_is_read_as_far_as_it_goes() -> None:
    with _Lines() as lines:
        assert lines.read(lines.raw) is None
        os.write(lines.raw_write, b"printed")
        assert lines.read(lines.raw) == b"printed"
        lines.close(lines.raw_write)
        assert lines.read(lines.raw) == b""
