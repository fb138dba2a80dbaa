"""Every setting of this course, read by nbgrader and by autograder alike.

Settings of one assignment's hidden checks (limits, thresholds) are in
tests/checks/<assignment>/settings.toml. `nbgrader autograde --help-all` lists nbgrader's own.
"""

c = get_config()  # noqa: F821 - nbgrader puts it there when it executes this file

c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.solution_directory = "solutions"

# Our engine in place of nbgrader's: what reads a submission, what runs and scores it.
c.Autograde.exporter_class = "autograder.engine.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.engine.GradeSubmission",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.engine.SaveScores",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Late submissions: "none" takes nothing off, "zero" all points; or name a plugin of your own in
# c.AssignLatePenalties.plugin_class.
c.LateSubmissionPlugin.penalty_method = "none"
