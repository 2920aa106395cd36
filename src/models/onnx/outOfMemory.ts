/**
 * ONNX Runtime, V8 and the C++ runtime tell that memory ran out in words only. These are read here, where their errors
 * come in, and go on as a code.
 */
export const saysOutOfMemory = (text: string) => /allocat\w* (memory|failed)|bad_alloc|out of memory/i.test(text);
