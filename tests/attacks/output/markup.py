"""Messages and names with HTML, Markdown, LaTeX and the markup of terminal libraries.

Seen to fail: the results stay plain text.
"""

TEXT = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> [bold green]passed[/] ![x](http://x)"
    " $\\href{javascript:1}{x}$ {{7*7}}"
)


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        raise type(TEXT, (Exception,), {})(TEXT)

    def parts(self, x):
        return type("@MARK@" + TEXT, (), {})()
