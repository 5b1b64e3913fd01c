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
    component.blocksAcross = Math.ceil(Math.ceil((frame.fullWidth * across) / frame.mostAcross) / 8);
    component.blocksDown = Math.ceil(Math.ceil((frame.fullHeight * down) / frame.mostDown) / 8);
    component.blockStride = frame.unitsAcross * across;
    const blocks = component.blockStride * frame.unitsDown * down;
    component.coefficients = new Int16Array(64 * blocks);
  }
  return frame;
}

// The bits between two markers. Behind their end come zeros, as in libjpeg.
class JpegBits {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
    this.beyond = 0; // bytes asked for behind the end of the file
    this.clear();
  }

  clear() {
    this.waiting = 0; // bits, of which the first `count` matter
    this.count = 0;
  }

  atLeast(wanted) {
    while (this.count < wanted) {
      let byte = this.bytes[this.at];
      if (byte === undefined) {
        if (++this.beyond > 3) throw new PhotoProblem(DAMAGED);
        byte = 0; // only looked at ahead of time
      } else if (byte === 0xff) {
        if (this.bytes[this.at + 1] === 0) this.at += 2;
        else byte = 0; // a marker: stay in front of it
      } else this.at++;
      this.waiting = ((this.waiting << 8) | byte) & 0xffffff;
      this.count += 8;
    }
  }

  symbol(table) {
    this.atLeast(16);
    const entry = table[(this.waiting >> (this.count - 16)) & 0xffff];
    this.count -= entry >> 8 || 16;
    return entry & 255;
  }

  read(length) {
    if (length === 0) return 0;
    this.atLeast(length);
    this.count -= length;
    return (this.waiting >> this.count) & ((1 << length) - 1);
  }

  // A number with a sign, as JPEG writes it: below half of its range it stands for a negative one.
  signed(length) {
    const value = this.read(length);
    return length && value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }
}

// Decode one scan, which adds to the coefficients of its components. Returns where it ends.
function decodeScan(file, frame, header, at) {
  const scan = { bits: new JpegBits(file.bytes, at), zeroBlocks: 0 };
  scan.components = Array.from({ length: header[0] }, (_, i) => {
    const component = frame.components.find((c) => c.id === header[1 + 2 * i]);
    if (!component) throw new PhotoProblem(DAMAGED);
    component.dc = file.huffman.dc[header[2 + 2 * i] >> 4];
    component.ac = file.huffman.ac[header[2 + 2 * i] & 15];
    component.quantities ??= file.quantities[component.table];
    component.mean = 0;
    return component;
  });
  [scan.first, scan.last] = header.subarray(1 + 2 * header[0]);
  const precision = header[3 + 2 * header[0]];
  [scan.high, scan.low] = [precision >> 4, precision & 15];
  const needsAc = scan.last > 0, needsDc = scan.first === 0 && scan.high === 0;
  if (scan.components.some((c) => (needsDc && !c.dc) || (needsAc && !c.ac))) {
    throw new PhotoProblem(DAMAGED);
  }
  const decode = blockDecoder(frame, scan);
  const alone = scan.components.length === 1 ? scan.components[0] : null;
  const units = alone
    ? alone.blocksAcross * alone.blocksDown
    : frame.unitsAcross * frame.unitsDown;
  for (let unit = 0; unit < units; unit++) {
    if (file.restart && unit > 0 && unit % file.restart === 0) restart(scan);
    if (alone) {
      const row = Math.floor(unit / alone.blocksAcross), column = unit % alone.blocksAcross;
      decode(alone, 64 * (row * alone.blockStride + column));
    } else decodeUnit(frame, scan, unit, decode);
  }
  return scan.bits.at;
}

function decodeUnit(frame, scan, unit, decode) {
  const row = Math.floor(unit / frame.unitsAcross), column = unit % frame.unitsAcross;
  for (const component of scan.components) {
    const { across, down, blockStride } = component;
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        decode(component, 64 * ((row * down + y) * blockStride + column * across + x));
      }
    }
  }
}

function restart(scan) {
  const { bits } = scan;
  bits.clear();
  while (bits.at < bits.bytes.length) {
    const marker = bits.bytes[bits.at + 1];
    if (bits.bytes[bits.at] === 0xff && marker >= 0xd0 && marker <= 0xd7) {
      bits.at += 2;
      break;
    }
    if (bits.bytes[bits.at] === 0xff && marker > 0 && marker !== 0xff) break;
    bits.at++;
  }
  scan.zeroBlocks = 0;
  for (const component of scan.components) component.mean = 0;
}

function blockDecoder(frame, scan) {
  if (!frame.progressive) return (component, start) => decodeWholeBlock(scan, component, start);
  if (scan.first === 0) {
    return (component, start) => decodeMean(scan, component, start);
  }
  if (scan.high === 0) return (component, start) => decodeDetails(scan, component, start);
  return (component, start) => refineDetails(scan, component, start);
}

function decodeWholeBlock({ bits }, component, start) {
  const { coefficients } = component;
  component.mean += bits.signed(bits.symbol(component.dc));
  coefficients[start] = component.mean;
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(component.ac), length = symbol & 15;
    k += symbol >> 4;
    if (length === 0) {
      if (symbol >> 4 < 15) return;
      continue;
    }
    if (k > 63) return;
    coefficients[start + JPEG_ZIGZAG[k]] = bits.signed(length);
  }
}

function decodeMean({ bits, high, low }, component, start) {
  if (high > 0) {
    if (bits.read(1)) component.coefficients[start] |= 1 << low;
    return;
  }
  component.mean += bits.signed(bits.symbol(component.dc));
  component.coefficients[start] = component.mean << low;
}

function decodeDetails(scan, component, start) {
  const { bits, last, low } = scan;
  if (scan.zeroBlocks > 0) {
    scan.zeroBlocks--;
    return;
  }
  for (let k = scan.first; k <= last; k++) {
    const symbol = bits.symbol(component.ac), run = symbol >> 4, length = symbol & 15;
    if (length === 0 && run < 15) {
      scan.zeroBlocks = (1 << run) - 1 + bits.read(run);
      return;
    }
    k += run;
    if (length && k < 64) component.coefficients[start + JPEG_ZIGZAG[k]] = bits.signed(length) << low;
  }
}

// Add one bit of precision to coefficients that are known, and find new ones between them.
function refineDetails(scan, component, start) {
  const { bits, last } = scan;
  const { coefficients } = component;
  const step = 1 << scan.low;
  let k = scan.first;
  const refine = (place) => {
    if (!bits.read(1)) return;
    if ((coefficients[place] & step) === 0) coefficients[place] += coefficients[place] > 0 ? step : -step;
  };
  if (scan.zeroBlocks === 0) {
    for (; k <= last; k++) {
      const symbol = bits.symbol(component.ac);
      let zeros = symbol >> 4, value = 0;
      if (symbol & 15) value = bits.read(1) ? step : -step;
      else if (zeros < 15) {
        scan.zeroBlocks = (1 << zeros) + bits.read(zeros);
        break;
      }
      for (; k <= last; k++) {
        const place = start + JPEG_ZIGZAG[k];
        if (coefficients[place] !== 0) refine(place);
        else if (zeros-- === 0) {
          if (value) coefficients[place] = value;
          break;
        }
      }
    }
  }
  if (scan.zeroBlocks > 0) {
    for (; k <= last; k++) {
      const place = start + JPEG_ZIGZAG[k];
      if (coefficients[place] !== 0) refine(place);
    }
    scan.zeroBlocks--;
  }
}

// Choose the size, as Pillow's draft mode does, and turn all coefficients into planes of pixels.
function layOut(frame, file, atLeast) {
  const most = Math.min(Math.floor(frame.fullWidth / atLeast), Math.floor(frame.fullHeight / atLeast));
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
        const position = row * size * component.stride + column * size;
        const start = 64 * (row * blockStride + column);
        transformBlock(size, coefficients, start, quantities, component.plane, position, component.stride);
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
