"""Documents that people or programs wrote: parsed, and validated against a JSON schema in a file.

plain    the values that JSON has, and TOML restricted to these
schemas  finds where a document breaks its schema
known    remembers which documents were valid, so that nobody validates them again
"""

from grader.documents.known import first_breach_unless_known
from grader.documents.plain import parse_toml, parts
from grader.documents.schemas import first_breach

__all__ = ["first_breach", "first_breach_unless_known", "parse_toml", "parts"]
