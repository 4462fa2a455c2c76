"""What a submission may be, and what reading it may cost: every limit with its reason."""

MAX_FILES = 200  # Python files of one submission; the whole course has about 40
MAX_BYTES = 1 << 20  # of one file; the longest file of the reference has under 20 kB
MAX_TOTAL = 4 << 20  # of all files together
MAX_ENTRIES = 100_000  # files and folders of a folder or an archive that are looked at
MAX_NAME = 255  # characters of a file's path in the package; disks allow that for one name, archives a million
MAX_DEPTH = 8  # folders in each other; what is deeper is not the package
MAX_UNPACKED = 512 << 20  # bytes of a compressed tar archive that are gone through
MAX_INNER = 128 << 20  # bytes of an archive in an archive, which is held in memory, as nothing is unpacked to a disk

# Limits of the process that reads an archive. An honest archive takes a twentieth of a second. The largest that is
# accepted, half a gigabyte unpacked, takes three seconds as .tar.gz and fifteen as .tar.bz2.
SECONDS = 20  # of processor time, so that a busy machine costs nobody anything
SECONDS_IN_ALL = 60  # wall time, for a disk that does not answer, and for systems that limit no processor time
MEMORY = 512 << 20  # bytes of address space: an archive in an archive, its unpacked content, and as much again
