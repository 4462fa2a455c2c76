"""The same from the import, whose problems are noted for students. Seen to fail: no report has them."""

raise ValueError("x\n::error file=a,line=1::@MARK@\n  ::add-mask::1\n##[error]@MARK@\n::stop-commands::x")
