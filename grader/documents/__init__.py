"""Documents that people or programs wrote: parsed, and held to a JSON schema in a file.

plain    what JSON can say, and TOML that says no more
schemas  where a document breaks its schema
known    which documents were found to keep theirs before, so that nobody looks again
"""

from grader.documents.known import first_breach_unless_known
from grader.documents.plain import parse_toml, parts
from grader.documents.schemas import first_breach

__all__ = ["first_breach", "first_breach_unless_known", "parse_toml", "parts"]
