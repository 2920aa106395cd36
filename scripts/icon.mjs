// Draws media/icon.png, the icon of the extension: four batch sizes, the greenest of them marked by a leaf.
// Run it after a change of the drawing: node scripts/icon.mjs
import sharp from 'sharp';

const bars = [
  { x: 44, height: 112 },
  { x: 92, height: 78 },
  { x: 140, height: 52, chosen: true },
  { x: 188, height: 64 },
];
const floor = 212;
const drawing = `
<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 256 256">
  <rect width="256" height="256" rx="52" fill="#0b3d2e"/>
  ${bars
    .map(
      ({ x, height, chosen }) =>
        `<rect x="${x}" y="${floor - height}" width="32" height="${height}" rx="6" fill="${chosen ? '#7ee2a8' : '#3f7f68'}"/>`,
    )
    .join('\n  ')}
  <path d="M156 150 C120 128 122 84 176 52 C196 96 190 132 156 150 Z" fill="#7ee2a8"/>
  <path d="M156 152 C158 122 164 98 173 74" fill="none" stroke="#0b3d2e" stroke-width="6" stroke-linecap="round"/>
</svg>`;

await sharp(Buffer.from(drawing)).png({ compressionLevel: 9, palette: true }).toFile('media/icon.png');
