"""python tests/attacks                   the published table, for every configuration that this machine allows
python tests/attacks controls [NAME]   the positive controls anew, of changed or of named attacks; as root
python tests/attacks CONFIGURATION [NAME]   attacks in one configuration, told one by one
"""

import sys
import time

from harness import configurations, gauntlet, table, unconfined
from harness.attack import all_attacks


def main(arguments: list[str]) -> None:
    """Do what the first argument says."""
    if not arguments:
        print(table.measure())
    elif arguments[0] == "controls":
        unconfined.main(arguments[1:], gauntlet.PATHS)
    else:
        one_by_one(configurations.parse(arguments[0]), arguments[1:])


def one_by_one(configuration: configurations.Configuration, names: list[str]) -> None:
    """Tell what every attack achieved."""
    with gauntlet.Gauntlet(configuration) as running:
        for attack in all_attacks():
            if not names or any(attack.id.startswith(name) for name in names):
                started = time.monotonic()
                found = running.run(attack)
                print(
                    f"{attack.id}: {'; '.join(found) or 'contained'} ({time.monotonic() - started:.1f} s)", flush=True
                )


if __name__ == "__main__":
    main(sys.argv[1:])
