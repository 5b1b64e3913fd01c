// Read a PNG file (https://www.w3.org/TR/png-3/). The browser could do it, but not tell 16 from 8
// bits, nor say how transparent a pixel was before it was mixed.

const PNG_CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PNG_PASSES = [
  // first column, first row, step across, step down
  [0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2],
];

// Returns {width, height, data (3 bytes a pixel, transparent parts on white), orientation}.
async function decodePng(bytes) {
  const png = pngChunks(bytes);
  const raw = await inflate(png.compressed);
  const samples = new Uint16Array(png.width * png.height * png.channels);
  const passes = png.interlaced ? PNG_PASSES : [[0, 0, 1, 1]];
  let at = 0;
  for (const pass of passes) at = readPngPass(png, raw, at, pass, samples);
  return { ...pngToRgb(png, samples), orientation: png.orientation };
}

function pngChunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const png = { orientation: 1 }, compressed = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at), kind = latin1(bytes.subarray(at + 4, at + 8));
    const part = bytes.subarray(at + 8, at + 8 + length);
    if (part.length < length) throw new PhotoProblem(DAMAGED);
    if (kind === "IHDR") {
      png.width = view.getUint32(at + 8);
      png.height = view.getUint32(at + 12);
      [png.bits, png.type, , , png.interlaced] = part.subarray(8);
    } else if (kind === "PLTE") png.palette = part;
    else if (kind === "tRNS") png.transparent = part;
    else if (kind === "eXIf") png.orientation = orientationInExif(part) ?? 1;
    else if (kind === "IDAT") compressed.push(part);
    else if (kind === "IEND") break;
    at += 12 + length;
  }
  png.channels = PNG_CHANNELS[png.type];
  const usable = png.width && png.height && png.channels && compressed.length;
  if (!usable || (png.type === 3 && !png.palette)) throw new PhotoProblem(DAMAGED);
  refuseHuge(png.width, png.height);
  png.compressed = new Blob(compressed);
  return png;
}

async function inflate(compressed) {
  const stream = compressed.stream().pipeThrough(new DecompressionStream("deflate"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new PhotoProblem(DAMAGED);
  }
}

// Undo the filters of one pass, and put its samples in their places. Returns where the pass ends.
function readPngPass(png, raw, at, [left, top, across, down], samples) {
  const { bits, channels, width, height } = png;
  const columns = Math.ceil((width - left) / across), rows = Math.ceil((height - top) / down);
  if (columns <= 0 || rows <= 0) return at;
  const length = Math.ceil((columns * channels * bits) / 8);
  const back = Math.max(1, (channels * bits) >> 3); // bytes from one pixel to the next
  if (at + rows * (length + 1) > raw.length) throw new PhotoProblem(DAMAGED);
  let above = new Uint8Array(length);
  for (let row = 0; row < rows; row++, at += length + 1) {
    const line = raw.subarray(at + 1, at + 1 + length);
    unfilter(raw[at], line, above, back);
    const start = (top + row * down) * width + left;
    for (let i = 0; i < columns * channels; i++) {
      const column = Math.floor(i / channels), channel = i % channels;
      samples[(start + column * across) * channels + channel] = sampleAt(line, i, bits);
    }
    above = line;
  }
  return at;
}

function sampleAt(line, i, bits) {
  if (bits === 8) return line[i];
  if (bits === 16) return (line[2 * i] << 8) | line[2 * i + 1];
  const bit = i * bits;
  return (line[bit >> 3] >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
}

function unfilter(kind, line, above, back) {
  for (let i = 0; i < line.length; i++) {
    const a = i >= back ? line[i - back] : 0, b = above[i], c = i >= back ? above[i - back] : 0;
    if (kind === 1) line[i] += a;
    else if (kind === 2) line[i] += b;
    else if (kind === 3) line[i] += (a + b) >> 1;
    else if (kind === 4) line[i] += paeth(a, b, c);
  }
}

function paeth(a, b, c) {
  const toA = Math.abs(b - c), toB = Math.abs(a - c), toC = Math.abs(a + b - 2 * c);
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

function pngToRgb(png, samples) {
  const { width, height, channels, type } = png;
  const data = new Uint8ClampedArray(width * height * 3);
  const to8 = pngTo8Bits(png);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels, to = pixel * 3, value = samples[from];
    let alpha = 255;
    for (let k = 0; k < 3; k++) {
      if (type === 3) data[to + k] = png.palette[3 * value + k] ?? 0;
      else data[to + k] = to8(samples[from + (channels > 2 ? k : 0)]);
    }
    if (type === 4 || type === 6) alpha = to8(samples[from + channels - 1]);
    else if (type === 3) alpha = png.transparent?.[value] ?? 255;
    else if (isTransparentColour(png, samples, from)) alpha = 0;
    if (alpha < 255) putOnWhite(data, to, alpha);
  }
  return { width, height, data };
}

// As Pillow: 16-bit grey is divided by 257 and rounded, 16-bit colours lose their lower half.
function pngTo8Bits({ bits, type }) {
  if (bits === 16) return type === 0 ? (v) => Math.round(v / 257) : (v) => v >> 8;
  const times = 255 / ((1 << bits) - 1);
  return (v) => v * times;
}

function isTransparentColour({ type, bits, transparent }, samples, from) {
  if (!transparent || (type === 0 && bits === 16)) return false;
  for (let k = 0; k < (type === 0 ? 1 : 3); k++) {
    if (samples[from + k] !== ((transparent[2 * k] << 8) | transparent[2 * k + 1])) return false;
  }
  return true;
}

// Mix one pixel with white, in the whole-number arithmetic of Pillow's alpha_composite.
function putOnWhite(data, at, alpha) {
  if (alpha === 0) {
    data.fill(255, at, at + 3);
    return;
  }
  const own = alpha * 128, white = 255 * 128 - own;
  for (let k = at; k < at + 3; k++) {
    const mixed = data[k] * own + 255 * white + 128 * 128;
    data[k] = (((mixed >> 8) + mixed) >> 8) >> 7;
  }
}
