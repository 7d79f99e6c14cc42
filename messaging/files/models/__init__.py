"""Stored files, and jobs with progress."""

from messaging.files.models.files import Piece, StoredFile
from messaging.files.models.jobs import Job

__all__ = ["Job", "Piece", "StoredFile"]
