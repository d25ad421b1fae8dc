"""What a worker needs before its first report, loaded once: workers are copies of the process that imports this.

`pool` has its server import it by name; nothing else should.
"""

import atexit
import gc

from pipeline import build, words

build.knowledge()
words.words("预热")
gc.collect()
gc.freeze()  # what the collector never visits stays shared between the copies
atexit.register(gc.unfreeze)  # else DuckDB reports leaks on stderr when the last copy has gone
