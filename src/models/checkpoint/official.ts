/**
 * Files of the networks' own authors, by SHA-256; each is agreed on by at least two public sources. Facts from the
 * release pages of YOLOv7 v0.1 and YOLOv5 v7.0.
 */
const officialFiles: Record<string, string> = {
  '0fa1423606133c06362ec716029dade1169d5631e83195b75d8efa66d2ee0b77': 'yolov7-tiny.pt of YOLOv7 v0.1',
  d1ac3c74eb96a3eec77949c0f37a06bc272756606ff011d9353f7abff4e0c71d: 'yolov7.pt of YOLOv7 v0.1',
  '4f180cf23ba0717ada0badd6c685026d73d48f184d00fc159c2641284b2ac0a3': 'yolov5n.pt of YOLOv5 v7.0',
};

/** What the file is, or null if it is not known (which says nothing against it). */
export function officialFile(sha256: string): string | null {
  return Object.hasOwn(officialFiles, sha256) ? (officialFiles[sha256] ?? null) : null;
}
