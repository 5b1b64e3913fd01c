// Read a JPEG file (ITU-T T.81): baseline and progressive, 8 bits, Huffman coded. Anything rarer
// raises UnknownKind, and the browser's own reader is asked instead.

class PhotoProblem extends Error {} // its message is a sentence for the reader
class UnknownKind extends Error {}

const JPEG_ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
const DAMAGED = "This photo is damaged: the file breaks off before its end. Copy it again.";

// Decode a JPEG at 1/8, 1/4, 1/2 or all of its size, the smallest that keeps both sides at
// `atLeast` pixels. Returns {width, height, data (3 bytes a pixel), orientation}.
function decodeJpeg(bytes, atLeast) {
  const file = { bytes, quantities: [], huffman: { dc: [], ac: [] }, restart: 0, orientation: 1 };
  let at = 2, frame = null, scans = 0;
  while (at < bytes.length) {
    while (at < bytes.length && bytes[at] !== 0xff) at++;
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === 0xd9) break; // end of image
    if (marker === undefined || marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = (bytes[at] << 8) | bytes[at + 1];
    if (!(length >= 2) || at + length > bytes.length) break;
    const part = bytes.subarray(at + 2, at + length);
    at += length;
    if (marker === 0xdb) readQuantities(file, part);
    else if (marker === 0xc4) readHuffmanTables(file, part);
    else if (marker === 0xdd) file.restart = (part[0] << 8) | part[1];
    else if (marker === 0xe0 && startsWith(part, "JFIF")) file.jfif = true;
    else if (marker === 0xe1) readJpegNotes(file, part);
    else if (marker === 0xee && startsWith(part, "Adobe")) file.adobe = part[11];
    else if (marker >= 0xc0 && marker <= 0xc2) frame = readFrame(part, marker === 0xc2);
    else if (marker > 0xc2 && marker < 0xd0) throw new UnknownKind("a rare kind of JPEG");
    else if (marker === 0xda) {
      if (!frame) throw new PhotoProblem(DAMAGED);
      at = decodeScan(file, frame, part, at);
      scans++;
    }
  }
  if (!frame || !scans) throw new PhotoProblem(DAMAGED);
  layOut(frame, file, atLeast);
  return { ...jpegToRgb(frame), orientation: file.orientation };
}

function startsWith(part, text) {
  return [...text].every((letter, i) => part[i] === letter.charCodeAt(0));
}

function readJpegNotes(file, part) {
  if (startsWith(part, "Exif\0\0") && !file.exif) {
    file.exif = true;
    file.orientation = orientationInExif(part.subarray(6)) ?? file.orientation;
    file.oriented = file.orientation !== 1;
  } else if (startsWith(part, "http://ns.adobe.com/xap/1.0/") && !file.oriented) {
    const found = /tiff:Orientation(?:="|>)([1-8])/.exec(latin1(part));
    if (found) file.orientation = Number(found[1]);
  }
}

function readQuantities(file, part) {
  for (let at = 0; at < part.length; ) {
    const wide = part[at] >> 4, table = (file.quantities[part[at++] & 15] = new Int32Array(64));
    for (let i = 0; i < 64; i++) {
      table[JPEG_ZIGZAG[i]] = wide ? (part[at++] << 8) | part[at++] : part[at++];
    }
  }
}

// A Huffman table as a list of all 16-bit beginnings: length of the code << 8 | its value.
function readHuffmanTables(file, part) {
  for (let at = 0; at + 17 <= part.length; ) {
    const kind = part[at] >> 4 ? "ac" : "dc", number = part[at] & 15;
    const counts = part.subarray(at + 1, at + 17);
    at += 17;
    const table = new Uint16Array(65536);
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      for (let i = 0; i < counts[length - 1]; i++, code += 1 << (16 - length)) {
        table.fill((length << 8) | part[at++], code, code + (1 << (16 - length)));
      }
    }
    file.huffman[kind][number] = table;
  }
}

function readFrame(part, progressive) {
  if (part[0] !== 8) throw new UnknownKind("a JPEG of more than 8 bits");
  const frame = { progressive, fullHeight: (part[1] << 8) | part[2] };
  frame.fullWidth = (part[3] << 8) | part[4];
  if (!frame.fullWidth || !frame.fullHeight) throw new UnknownKind("a JPEG without a size");
  refuseHuge(frame.fullWidth, frame.fullHeight);
  frame.components = Array.from({ length: part[5] }, (_, i) => {
    const [id, sampling, table] = part.subarray(6 + 3 * i, 9 + 3 * i);
    return { id, across: sampling >> 4, down: sampling & 15, table };
  });
  if (![1, 3, 4].includes(frame.components.length)) throw new UnknownKind("a JPEG of odd colours");
  frame.mostAcross = Math.max(...frame.components.map((c) => c.across));
  frame.mostDown = Math.max(...frame.components.map((c) => c.down));
  if (frame.components.some((c) => !c.across || !c.down)) throw new PhotoProblem(DAMAGED);
  frame.unitsAcross = Math.ceil(frame.fullWidth / (8 * frame.mostAcross));
  frame.unitsDown = Math.ceil(frame.fullHeight / (8 * frame.mostDown));
  for (const component of frame.components) {
    const { across, down } = component;
    component.blocksAcross = Math.ceil((frame.fullWidth * across) / (8 * frame.mostAcross));
    component.blocksDown = Math.ceil((frame.fullHeight * down) / (8 * frame.mostDown));
    component.blockStride = frame.unitsAcross * across;
    const all = component.blockStride * frame.unitsDown * down;
    component.coefficients = new Int16Array(64 * all);
  }
  return frame;
}

// Choose the size, as Pillow's draft mode does, and turn all coefficients into planes of pixels.
function layOut(frame, file, atLeast) {
  const most = Math.floor(Math.min(frame.fullWidth, frame.fullHeight) / atLeast);
  frame.size = 8 / ([8, 4, 2].find((reduction) => most >= reduction) ?? 1);
  frame.width = Math.ceil((frame.fullWidth * frame.size) / 8);
  frame.height = Math.ceil((frame.fullHeight * frame.size) / 8);
  frame.colours = coloursOf(frame, file);
  for (const component of frame.components) {
    const { across, down, blockStride, coefficients, quantities } = component;
    if (!quantities) throw new PhotoProblem(DAMAGED);
    let size = frame.size; // colours stored at half the size need less reduction
    const fits = (most, own) => (most * frame.size) % (own * size * 2) === 0;
    while (size < 8 && fits(frame.mostAcross, across) && fits(frame.mostDown, down)) size *= 2;
    const rows = frame.unitsDown * down;
    component.size = size;
    component.stride = blockStride * size;
    component.plane = new Uint8ClampedArray(component.stride * rows * size);
    component.usedWidth = Math.ceil((frame.fullWidth * across * size) / (8 * frame.mostAcross));
    component.usedHeight = Math.ceil((frame.fullHeight * down * size) / (8 * frame.mostDown));
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < blockStride; column++) {
        const start = 64 * (row * blockStride + column);
        const position = row * size * component.stride + column * size;
        transformBlock(size, coefficients, start, quantities, component, position);
      }
    }
    component.coefficients = null;
  }
}

function coloursOf(frame, file) {
  const ids = frame.components.map((component) => component.id);
  if (ids.length === 1) return "grey";
  if (ids.length === 4) return file.adobe === 2 ? "YCCK" : "CMYK";
  if (file.jfif) return "YCbCr";
  if (file.adobe !== undefined) return file.adobe === 0 ? "RGB" : "YCbCr";
  return String(ids) === "82,71,66" ? "RGB" : "YCbCr"; // the letters R, G, B
}
