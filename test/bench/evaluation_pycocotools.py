"""Times pycocotools on the annotations and detections named: one JSON object with seconds and peak memory."""

import contextlib
import io
import json
import resource
import sys
import time

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

start = time.perf_counter()
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(sys.argv[1])
    detections = truth.loadRes(sys.argv[2])
    read = time.perf_counter()
    evaluation = COCOeval(truth, detections, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
end = time.perf_counter()
print(
    json.dumps(
        {
            "readSeconds": read - start,
            "evaluateSeconds": end - read,
            "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "stats": list(evaluation.stats),
            "versions": f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}",
        }
    )
)
