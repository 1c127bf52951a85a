"""What Python imports first in a program that a cell starts: the program says at its end what it has reached."""

import atexit
import os

from cells.reach import REPORTS, Recorder

atexit.register(Recorder(os.environ[REPORTS]).report)
