"""What can go wrong, as few kinds as a caller can tell apart.

* PipelineError
  x ReadError      this file cannot be turned into text
    x ScanError    … because it is a picture of one, and none of the quick readers can help
  x PlaceError     the table of places or places.csv cannot be used
  x CatalogError   the catalogue contradicts itself or its examples
  x CorrectionError  a line of corrections.csv cannot be used
  x DenominatorError a line of denominators.csv cannot be used
  x ImportedError  a line of imported.csv cannot be used
  x PublishError   the new database failed its gate, or could not be written; the old one stays

A report whose place or year stays open is no exception: it is a `Jurisdiction` with a `problem`, and becomes a rejected row.
"""


class PipelineError(Exception):
    """Anything this package refuses on purpose; the message is one sentence a user can act on."""


class ReadError(PipelineError):
    """This file cannot be turned into text."""


class ScanError(ReadError):
    """This file is a picture of a report: to read it takes OCR, and longer than others may take."""

    def __init__(self, message: str, pages: int) -> None:
        """So many pages; a PDF's are known before one is drawn."""
        super().__init__(message)
        self.pages = pages


class PlaceError(PipelineError):
    """The table of places or a places.csv cannot be used."""


class CatalogError(PipelineError):
    """The catalogue contradicts itself or its examples."""


class CorrectionError(PipelineError):
    """A line of corrections.csv cannot be used."""


class DenominatorError(PipelineError):
    """A line of denominators.csv cannot be used."""


class ImportedError(PipelineError):
    """A line of imported.csv cannot be used."""


class PublishError(PipelineError):
    """The new database failed its gate or could not be written; the old one stays published."""
