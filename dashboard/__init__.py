"""The screens. They know the published database and nothing of the pipeline that made it."""
