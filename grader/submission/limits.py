"""What a submission may be, and what reading it may cost: every limit with its reason."""

PACKAGE = "framework"
MAX_FILES = 200  # Python files of one submission; the whole course has about 40
MAX_BYTES = 1 << 20  # of one file; the longest file of the reference has under 20 kB
MAX_TOTAL = 4 << 20  # of all files together
MAX_ENTRIES = 100_000  # files and folders of a folder or an archive that are looked at
MAX_NAME = (
    255  # characters of a file's path in the package: what a disk takes for one name; an archive can hold a million
)
MAX_DEPTH = 8  # folders in each other; what is deeper is not the package
MAX_UNPACKED = 512 << 20  # bytes of a compressed tar archive that are gone through
MAX_INNER = 128 << 20  # bytes of an archive in an archive, which is held in memory, as nothing is unpacked to a disk

# Of the process that reads an archive. An honest one takes a twentieth of a second; the most that is gone through, half
# a gigabyte, takes three as .tar.gz and fifteen as .tar.bz2.
SECONDS = 20  # of processor time, so that a busy machine costs nobody anything
SECONDS_IN_ALL = 60  # by the clock, for a disk that does not answer, and for systems that limit no processor time
MEMORY = 512 << 20  # address space: what is held of an archive in an archive, its unpacking, and as much again
