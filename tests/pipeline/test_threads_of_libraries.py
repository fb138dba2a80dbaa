"""A library that starts threads at its import keeps no warm parent from forking, nor a notebook."""

import pytest

from autograder.jail.notebook import run_notebook
from autograder.nouns import CodeCell, Limits

pytest.importorskip("pyarrow")

CELLS = [
    CodeCell(0, "import pandas as pd\ntable = pd.DataFrame({'name': ['a', 'b'], 'n': [1, 2]})"),
    CodeCell(1, "import pyarrow\nprint(pyarrow.Table.from_pandas(table).num_rows, 'rows')"),
]


def test_pyarrow_is_left_out_of_the_warm_parent_and_there_for_a_job(warm_parent) -> None:
    manifest = run_notebook(warm_parent, CELLS, limits=Limits(), seed=7).manifest
    assert [cell["status"] for cell in manifest["cells"]] == ["ok", "ok"], manifest["cells"]
    (output,) = manifest["cells"][1]["outputs"]
    assert output["text"] == "2 rows\n"
