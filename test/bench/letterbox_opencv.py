"""The letterbox pipeline of letterbox.ts in OpenCV, one thread. Started by letterbox.ts.

Reads one JSON request a line: {"files": [...], "size": 640, "output": path or null}; answers with one JSON line
{"seconds": wall time for all files}. With "output" the tensors are appended to that file instead, for comparing.
"""
import json
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)


def letterbox(path, size):
    image = cv2.imread(path)
    height, width = image.shape[:2]
    if width >= height:
        new_width, new_height = size, max(1, height * size // width)
    else:
        new_width, new_height = max(1, width * size // height), size
    if (new_width, new_height) != (width, height):
        image = cv2.resize(image, (new_width, new_height), interpolation=cv2.INTER_LINEAR)
    top, left = (size - new_height) // 2, (size - new_width) // 2
    bottom, right = size - new_height - top, size - new_width - left
    image = cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(114, 114, 114))
    return np.ascontiguousarray(image[:, :, ::-1].transpose(2, 0, 1))


print(json.dumps({"version": cv2.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if request["output"] is not None:
        with open(request["output"], "wb") as out:
            for path in request["files"]:
                out.write(letterbox(path, request["size"]).tobytes())
        print(json.dumps({"seconds": None}), flush=True)
        continue
    start = time.perf_counter()
    for path in request["files"]:
        letterbox(path, request["size"])
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
