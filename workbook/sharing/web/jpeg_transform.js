// From the numbers in a JPEG file to pixels: the inverse cosine transform, filling in of colours
// that were stored at half the size, and conversion to red, green and blue.
//
// The whole-number arithmetic is that of libjpeg (Loeffler, Ligtenberg and Moschytz 1989, in
// libjpeg's "slow" variant and its reduced variants for 1/2, 1/4 and 1/8), because Pillow reads
// photos with it: the model has to see here the very pixels that it sees in Python.

// One-dimensional transforms from 8 numbers to 8, 4 or 2. Row k of `even` and `odd` holds the
// weights of inputs 0, 2, 4, 6 and 1, 3, 5, 7, times 8192; their sum is output k, their difference
// the output as far from the end.
const JPEG_TRANSFORMS = {
  8: {
    firstShift: 11, secondShift: 18,
    even: [[8192, 10703, 8192, 4433], [8192, 4433, -8192, -10704],
           [8192, -4433, -8192, 10704], [8192, -10703, 8192, -4433]],
    odd: [[11363, 9633, 6437, 2260], [9633, -2259, -11362, -6436],
          [6437, -11362, 2261, 9633], [2260, -6436, 9633, -11363]],
  },
  4: {
    firstShift: 12, secondShift: 19,
    even: [[16384, 15137, 0, -6270], [16384, -15137, 0, 6270]],
    odd: [[20995, 7373, -4926, -4176], [8697, -17799, 11893, -1730]],
  },
  2: {
    firstShift: 13, secondShift: 20,
    even: [[32768, 0, 0, 0]],
    odd: [[29692, -10426, 6967, -5906]],
  },
};

// Transform one line of 8 numbers, `step` apart, into `size` numbers.
function transformLine(size, from, fromStart, fromStep, to, toStart, toStep, shift) {
  const { even, odd } = JPEG_TRANSFORMS[size];
  const half = 2 ** (shift - 1), divisor = 2 ** shift;
  const s = fromStep;
  const e0 = from[fromStart], e1 = from[fromStart + 2 * s];
  const e2 = from[fromStart + 4 * s], e3 = from[fromStart + 6 * s];
  const o0 = from[fromStart + s], o1 = from[fromStart + 3 * s];
  const o2 = from[fromStart + 5 * s], o3 = from[fromStart + 7 * s];
  for (let k = 0; k < even.length; k++) {
    const a = even[k], b = odd[k];
    const evenPart = a[0] * e0 + a[1] * e1 + a[2] * e2 + a[3] * e3 + half;
    const oddPart = b[0] * o0 + b[1] * o1 + b[2] * o2 + b[3] * o3;
    to[toStart + k * toStep] = Math.floor((evenPart + oddPart) / divisor);
    to[toStart + (size - 1 - k) * toStep] = Math.floor((evenPart - oddPart) / divisor);
  }
}

const jpegBlock = new Float64Array(64), jpegColumns = new Float64Array(64);
const jpegPixels = new Float64Array(64);

// Write the block of 64 coefficients that starts at `start` as size x size pixels into a plane.
function transformBlock(size, coefficients, start, quantities, { plane, stride }, position) {
  if (size === 1) {
    const value = (coefficients[start] * quantities[0] + 4) >> 3;
    plane[position] = Math.min(255, Math.max(0, value + 128));
    return;
  }
  let onlyMean = true;
  for (let i = 0; i < 64; i++) {
    const value = coefficients[start + i];
    if (i > 0 && value !== 0) onlyMean = false;
    jpegBlock[i] = value * quantities[i];
  }
  if (onlyMean) {
    const value = ((jpegBlock[0] * 4 + 16) >> 5) + 128;
    const clipped = Math.min(255, Math.max(0, value));
    for (let y = 0; y < size; y++) {
      plane.fill(clipped, position + y * stride, position + y * stride + size);
    }
    return;
  }
  const { firstShift, secondShift } = JPEG_TRANSFORMS[size];
  for (let x = 0; x < 8; x++) transformLine(size, jpegBlock, x, 8, jpegColumns, x, 8, firstShift);
  for (let y = 0; y < size; y++) {
    transformLine(size, jpegColumns, 8 * y, 1, jpegPixels, 0, 1, secondShift);
    for (let x = 0; x < size; x++) {
      plane[position + y * stride + x] = Math.min(255, Math.max(0, jpegPixels[x] + 128));
    }
  }
}

// Widen one row of n colour values to 2n: each new value lies 3/4 at the near and 1/4 at the far
// neighbour. `times` is what the values were multiplied by before (1, or 4 after mixing two rows).
function widenRow(row, n, times, out) {
  const one = times === 1;
  const near = one ? 1 : 8, far = one ? 2 : 7, shift = one ? 2 : 4;
  const first = one ? row[0] : (row[0] * 4 + 8) >> 4;
  const last = one ? row[n - 1] : (row[n - 1] * 4 + 7) >> 4;
  for (let x = 0; x < n; x++) {
    const value = 3 * row[x];
    out[2 * x] = x === 0 ? first : (value + row[x - 1] + near) >> shift;
    out[2 * x + 1] = x === n - 1 ? last : (value + row[x + 1] + far) >> shift;
  }
}

// Return a function row(y) that gives row y of a component at the size of the whole picture.
function fullSizeRows(component, frame, width) {
  const { plane, stride, usedWidth, usedHeight, size } = component;
  const across = (frame.mostAcross * frame.size) / (component.across * size);
  const down = (frame.mostDown * frame.size) / (component.down * size);
  const smooth = frame.size > 1;
  const out = new Uint8Array(Math.max(width, stride * across) + 2);
  const mixed = new Int32Array(usedWidth);
  const start = (y) => Math.min(usedHeight - 1, Math.max(0, y)) * stride;
  if (across === 1 && down === 1) return (y) => plane.subarray(y * stride, y * stride + width);
  if (smooth && across === 2 && down === 1 && usedWidth > 2) {
    return (y) => {
      widenRow(plane.subarray(y * stride), usedWidth, 1, out);
      return out;
    };
  }
  if (smooth && down === 2 && (across === 1 || (across === 2 && usedWidth > 2))) {
    return (y) => {
      const near = start(y >> 1), far = start((y >> 1) + (y % 2 ? 1 : -1));
      for (let x = 0; x < usedWidth; x++) mixed[x] = 3 * plane[near + x] + plane[far + x];
      if (across === 2) widenRow(mixed, usedWidth, 4, out);
      else for (let x = 0; x < usedWidth; x++) out[x] = (mixed[x] + 1 + (y % 2)) >> 2;
      return out;
    };
  }
  return (y) => {
    const row = start(Math.floor(y / down));
    for (let x = 0; x < width; x++) out[x] = plane[row + Math.floor(x / across)];
    return out;
  };
}

// Turn the planes of a frame into red, green and blue, three bytes a pixel.
function jpegToRgb(frame) {
  const { width, height, components, colours } = frame;
  const rows = components.map((component) => fullSizeRows(component, frame, width));
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const [a, b, c, k] = rows.map((row) => row(y));
    for (let x = 0; x < width; x++, at += 3) {
      if (colours === "grey") {
        data[at] = data[at + 1] = data[at + 2] = a[x];
        continue;
      }
      let red = a[x], green = b[x], blue = c[x];
      if (colours === "YCbCr" || colours === "YCCK") {
        const light = red, bluish = b[x] - 128, reddish = c[x] - 128;
        red = clip8(light + ((91881 * reddish + 32768) >> 16));
        green = clip8(light + ((-22554 * bluish - 46802 * reddish + 32768) >> 16));
        blue = clip8(light + ((116130 * bluish + 32768) >> 16));
      }
      if (colours === "YCCK" || colours === "CMYK") {
        // Adobe stores inks upside down. In YCCK they were turned by the conversion above.
        const light = k[x];
        const ink = (value) => (colours === "YCCK" ? value : 255 - value);
        red = clip8(light - divide255(ink(red) * light));
        green = clip8(light - divide255(ink(green) * light));
        blue = clip8(light - divide255(ink(blue) * light));
      }
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
    }
  }
  return { width, height, data };
}

function clip8(value) {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

// value / 255, rounded, as Pillow computes it.
function divide255(value) {
  value += 128;
  return ((value >> 8) + value) >> 8;
}
