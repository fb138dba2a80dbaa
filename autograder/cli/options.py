"""Options and arguments that several commands share, each with one name and one text.

Only typer is imported here, so that help and completion are quick.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.completion import assignment_names, student_names
from autograder.cli.silence import be_quiet

AssignmentArgument = Annotated[
    str, typer.Argument(help="The assignment's name.", autocompletion=assignment_names)
]
AssignmentOption = Annotated[
    str,
    typer.Option("--assignment", help="The assignment's name.", autocompletion=assignment_names),
]
AssignmentsArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Assignments.", show_default="all", autocompletion=assignment_names),
]
StudentsArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Only these students.", show_default="all", autocompletion=student_names),
]
CourseOption = Annotated[
    Path, typer.Option("--course", help="The course folder.", show_default="this folder")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
StoreOption = Annotated[
    str, typer.Option("--store", help="Where evidence is kept: a folder or an fsspec URL.")
]
WorkersOption = Annotated[
    int, typer.Option("--workers", min=1, help="Notebooks that run at the same time.")
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="A folder with MNIST or Fashion-MNIST.",
        show_default="AUTOGRADER_DATA, then Keras's cache",
    ),
]
StandInOption = Annotated[
    bool, typer.Option("--stand-in", help="Grade on the small stand-in for the data set.")
]
GpusOption = Annotated[
    str,
    typer.Option(
        "--gpus",
        help="GPUs that run notebooks: none, auto, or numbers (0,1).",
        show_default="c.Gpus.devices in nbgrader_config.py",
    ),
]
SchedulerOption = Annotated[
    str, typer.Option("--scheduler", help="A Dask scheduler, whose workers run the notebooks.")
]
ClusterOption = Annotated[
    Path | None,
    typer.Option(
        "--cluster", help="A scheduler file (.json), or a cluster to be started by Dask (.toml)."
    ),
]
RerunOption = Annotated[bool, typer.Option("--rerun", help="Execute again what ran before.")]
QuietOption = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", help="No progress and no notes: results alone.", callback=be_quiet
    ),
]
HERE = Path()
CORES = os.cpu_count() or 1
