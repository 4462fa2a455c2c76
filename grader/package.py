"""The package that students write: what a submission holds, and what student code is imported as."""

PACKAGE = "framework"
