// The coefficients of a JPEG file: Huffman codes, in one scan (baseline) or in several that add
// detail after detail (progressive). See sections F and G of ITU-T T.81.

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
    if (length === 0 || k > 63) continue;
    component.coefficients[start + JPEG_ZIGZAG[k]] = bits.signed(length) << low;
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
    if (coefficients[place] & step) return;
    coefficients[place] += coefficients[place] > 0 ? step : -step;
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
