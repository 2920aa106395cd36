"""The rival of engineOverhead.mts: ONNX Runtime in a loop as short as can be, with the options that trials use.

Usage: engineOverhead_onnxruntime.py LIBRARY MODEL IMAGES BATCH SIDE THREADS SPINNING SECONDS
IMAGES holds the float32 values of images, which are used in rotation. Each line on standard input asks for a batch
that is not counted and a window of whole batches, and is answered with JSON. With the package onnxruntime, or else through
ctypes with LIBRARY (libonnxruntime.so.1 as onnxruntime-node has it): Python and nothing else is needed then.
"""

import array
import ctypes
import json
import resource
import sys
import time

library, model, images, *numbers = sys.argv[1:]
batch, side, threads, spinning = (int(n) for n in numbers[:4])
seconds = float(numbers[4])
dims = (batch, 3, side, side)
values = batch * 3 * side * side
pixels = array.array("f")
with open(images, "rb") as file:
    pixels.frombytes(file.read())
whole = len(pixels) // values


def with_package(onnxruntime):
    import numpy

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", str(spinning))
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    tensors = numpy.frombuffer(pixels, dtype=numpy.float32).reshape((whole, *dims))
    return lambda index: session.run(None, {name: tensors[index % whole]})


def with_ctypes():
    """Functions by their place in OrtApi (onnxruntime_c_api.h), which only ever grows at its end."""
    pointer, text, integer, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t
    runtime = ctypes.CDLL(library)
    runtime.OrtGetApiBase.restype = ctypes.POINTER(pointer)
    get_api = ctypes.CFUNCTYPE(pointer, ctypes.c_uint32)(runtime.OrtGetApiBase()[0])
    api = ctypes.cast(get_api(17), ctypes.POINTER(pointer))
    message_of = ctypes.CFUNCTYPE(text, pointer)(api[2])

    def function(place, *types):
        call = ctypes.CFUNCTYPE(pointer, *types)(api[place])

        def checked(*arguments):
            status = call(*arguments)
            if status:
                raise RuntimeError(message_of(status).decode())

        return checked

    def made(place, types, *arguments):
        handle = pointer()
        function(place, *types, ctypes.POINTER(pointer))(*arguments, ctypes.byref(handle))
        return handle

    environment = made(3, [integer, text], 3, b"bench")
    options = made(10, [])
    function(17, pointer)(options)  # DisableMemPattern
    function(24, pointer, integer)(options, threads)  # SetIntraOpNumThreads
    function(25, pointer, integer)(options, 1)  # SetInterOpNumThreads
    function(130, pointer, text, text)(options, b"session.intra_op.allow_spinning", str(spinning).encode())
    session = made(7, [pointer, text, pointer], environment, model.encode(), options)
    memory = made(69, [integer, integer], 1, 0)  # CreateCpuMemoryInfo
    shape = (ctypes.c_int64 * 4)(*dims)
    start, _ = pixels.buffer_info()
    of_batch = values * pixels.itemsize
    make_tensor = [pointer, pointer, size, ctypes.POINTER(ctypes.c_int64), size, integer]
    tensors = [
        made(49, make_tensor, memory, start + index * of_batch, of_batch, shape, 4, 1) for index in range(whole)
    ]
    names = ctypes.POINTER(text)
    handles = ctypes.POINTER(pointer)
    run = function(9, pointer, pointer, names, handles, size, names, size, handles)
    release = ctypes.CFUNCTYPE(None, pointer)(api[96])
    inputs, outputs = (text * 1)(b"images"), (text * 1)(b"output")

    def step(index):
        output = (pointer * 1)()
        run(session, None, inputs, (pointer * 1)(tensors[index % whole]), 1, outputs, 1, output)
        release(output[0])

    return step


try:
    import onnxruntime

    step, version = with_package(onnxruntime), "Python package " + onnxruntime.__version__
except ImportError:
    step, version = with_ctypes(), "libonnxruntime.so.1 through ctypes"

done = 0


def window():
    global done
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    first = done
    while True:
        step(done)
        done += 1
        elapsed = time.monotonic() - start
        if elapsed >= seconds:
            break
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "images": (done - first) * batch,
        "seconds": elapsed,
        "faults": after.ru_minflt - before.ru_minflt,
        "userSeconds": after.ru_utime - before.ru_utime,
        "systemSeconds": after.ru_stime - before.ru_stime,
    }


window()
print(json.dumps({"version": version}), flush=True)
for _ in sys.stdin:
    step(done)
    done += 1
    print(json.dumps(window()), flush=True)
