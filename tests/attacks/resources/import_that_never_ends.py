"""Never ends while it is imported. Seen to fail: the other file's checks have their points, in time."""

while True:
    pass
