"""python -m luoxuan.cli"""

import sys

from luoxuan.cli import main

sys.exit(main())
