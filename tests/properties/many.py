"""Hold every property against many cases: python tests/properties/many.py [CASES]

Prints how many cases each property was held against; the exit status is 1 where one does not hold.
"""

import os
import re
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CASES = 100_000


def main():
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    properties = sum(len(re.findall(r"^@holds\(", path.read_text(), re.MULTILINE)) for path in HERE.glob("test_*.py"))
    # The settings are made when the tests are imported.
    os.environ["NETGRADE_EXAMPLES"] = str(-(-wanted // properties))
    start = time.monotonic()
    status = pytest.main([str(HERE), "-q", "-p", "no:cacheprovider", "--tb=short"])
    from cases import RUN

    for name, count in sorted(RUN.items()):
        print(f"{count:8,}  {name.removeprefix('test_').replace('_', ' ')}")
    total = sum(RUN.values())
    print(f"{total:8,}  cases of {len(RUN)} properties in {time.monotonic() - start:.0f} s")
    if total < wanted:
        print(f"fewer than the {wanted:,} that were asked for")
    return 1 if status or total < wanted else 0


if __name__ == "__main__":
    sys.exit(main())
