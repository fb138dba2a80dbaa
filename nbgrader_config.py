"""Every setting of this course, read by nbgrader and by autograder alike.

Settings of one assignment's hidden checks (limits, thresholds) are in
tests/checks/<assignment>/settings.toml. `nbgrader autograde --help-all` lists nbgrader's own.
"""

c = get_config()  # noqa: F821 - nbgrader puts it there when it executes this file

# The course's name in nbgrader's exchange; students name it with --course. On a hub the exchange's
# place (c.Exchange.root) and this name stand in one file for everybody: docs/submitting.md.
c.CourseDirectory.course_id = "keras"
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

# Feedback as one page that loads nothing, in place of nbgrader's: docs/feedback.md.
c.GenerateFeedback.exporter_class = "autograder.engine.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["autograder.engine.GetPoints"]

# nbgrader's own steps to a release, and ours: a solution cell may start as code to repair.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "autograder.engine.ShowStarters",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Submissions from an exchange, where students may put anything, and from a platform's archive.
c.ExchangeFactory.collect = "autograder.engine.Collect"
c.ExchangeFactory.release_feedback = "autograder.engine.ReleaseFeedback"
c.ZipCollectApp.collector_plugin = "autograder.engine.UploadCollector"
c.ExtractorPlugin.zip_ext = [".zip"]  # a tar may hold links, and nbgrader follows them

# nbgrader's own table of grades, written in seconds for thousands of students.
c.ExportApp.plugin_class = "autograder.gradebook.export.ClassExporter"

# Where students find the notebooks ("owner/name" on GitHub, for the Colab badges) and how they get
# the visible checks. `autograder release` writes both into the notebooks: docs/publishing.md.
c.CoursePublication.repository = ""
c.CoursePublication.install = "pip install keras-autograder"

# GPUs that run notebooks: "none", "auto" (all that are found) or numbers ("0,1"), and how many
# notebooks share one at the same time. `autograder grade --gpus auto` for one command: docs/gpu.md.
c.Gpus.devices = "none"
c.Gpus.jobs_per_device = 1

# Late submissions: "none" takes nothing off, "zero" all points; or name a plugin of your own in
# c.AssignLatePenalties.plugin_class.
c.LateSubmissionPlugin.penalty_method = "none"
