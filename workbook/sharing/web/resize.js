// Make a picture smaller exactly as Pillow does: first average whole blocks (reducing_gap=2), then
// a bicubic filter that is widened to cover all pixels that go into one (antialiased), in whole
// numbers with 22 bits behind the point. Pictures are {width, height, data (3 bytes a pixel)}.

const RESIZE_BITS = 22;
const REDUCING_GAP = 2;

// `tallFirst`: since its version 13 Pillow begins with the height when that shrinks far more.
function resizePicture(picture, width, height, tallFirst) {
  if (picture.width === width && picture.height === height) return picture;
  const across = Math.trunc(picture.width / width / REDUCING_GAP) || 1;
  const down = Math.trunc(picture.height / height / REDUCING_GAP) || 1;
  const reduced = reducePicture(picture, across, down);
  const [usedWidth, usedHeight] = [picture.width / across, picture.height / down];
  const lost = reduced.height - height;
  if (tallFirst && lost > 0 && lost > 2 * (reduced.width - width)) {
    return resampleRows(resampleColumns(reduced, height, usedHeight), width, usedWidth);
  }
  return resampleColumns(resampleRows(reduced, width, usedWidth), height, usedHeight);
}

// Average blocks of across x down pixels; blocks at the right and lower edge may be smaller.
function reducePicture(picture, across, down) {
  if (across === 1 && down === 1) return picture;
  const width = Math.ceil(picture.width / across), height = Math.ceil(picture.height / down);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const bottom = Math.min(picture.height, (y + 1) * down);
    for (let x = 0; x < width; x++, to += 3) {
      const right = Math.min(picture.width, (x + 1) * across);
      const count = (bottom - y * down) * (right - x * across);
      const sums = [count >> 1, count >> 1, count >> 1];
      for (let row = y * down; row < bottom; row++) {
        for (let column = x * across; column < right; column++) {
          const from = (row * picture.width + column) * 3;
          for (let k = 0; k < 3; k++) sums[k] += picture.data[from + k];
        }
      }
      const multiplier = Math.floor(2 ** 24 / count);
      for (let k = 0; k < 3; k++) data[to + k] = Math.floor((sums[k] * multiplier) / 2 ** 24);
    }
  }
  return { width, height, data };
}

// For each new pixel: the first old pixel that goes into it, and the weights of those that do.
function resamplingWeights(oldSize, newSize, used) {
  const scale = Math.fround(used) / newSize;
  const widening = Math.max(1, scale), support = 2 * widening;
  return Array.from({ length: newSize }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(oldSize, Math.trunc(centre + support + 0.5));
    const weights = [];
    for (let x = first; x < end; x++) weights.push(bicubic((x - centre + 0.5) / widening));
    const sum = weights.reduce((a, b) => a + b, 0) || 1;
    const wholes = weights.map((w) => {
      const scaled = (w / sum) * 2 ** RESIZE_BITS;
      return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    });
    return { first, wholes };
  });
}

function bicubic(x) {
  const a = -0.5;
  x = Math.abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function resampleRows({ width, height, data }, newWidth, used) {
  if (newWidth === width && used === width) return { width, height, data };
  const places = resamplingWeights(width, newWidth, used);
  const out = new Uint8ClampedArray(newWidth * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (const { first, wholes } of places) {
      weighedSum(data, (y * width + first) * 3, 3, wholes, out, to);
      to += 3;
    }
  }
  return { width: newWidth, height, data: out };
}

function resampleColumns({ width, height, data }, newHeight, used) {
  if (newHeight === height && used === height) return { width, height, data };
  const out = new Uint8ClampedArray(width * newHeight * 3);
  resamplingWeights(height, newHeight, used).forEach(({ first, wholes }, y) => {
    for (let x = 0; x < width; x++) {
      weighedSum(data, (first * width + x) * 3, width * 3, wholes, out, (y * width + x) * 3);
    }
  });
  return { width, height: newHeight, data: out };
}

function weighedSum(data, from, step, weights, out, to) {
  for (let k = 0; k < 3; k++) {
    let sum = 2 ** (RESIZE_BITS - 1);
    for (let i = 0; i < weights.length; i++) sum += data[from + i * step + k] * weights[i];
    out[to + k] = Math.floor(sum / 2 ** RESIZE_BITS);
  }
}

// Cut out the square in the middle.
function middleSquare(picture) {
  const side = Math.min(picture.width, picture.height);
  const left = Math.floor((picture.width - side) / 2);
  const top = Math.floor((picture.height - side) / 2);
  const data = new Uint8ClampedArray(side * side * 3);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * picture.width + left) * 3;
    data.set(picture.data.subarray(from, from + side * 3), y * side * 3);
  }
  return { width: side, height: side, data };
}

// Shrink to fit into a square, with grey bars.
function padPicture(picture, size, tallFirst) {
  const scale = size / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width, picture.height].map((side) =>
    Math.max(1, roundHalfToEven(side * scale)),
  );
  const inner = resizePicture(picture, width, height, tallFirst);
  const data = new Uint8ClampedArray(size * size * 3).fill(128);
  const left = Math.floor((size - width) / 2), top = Math.floor((size - height) / 2);
  for (let y = 0; y < height; y++) {
    const row = inner.data.subarray(y * width * 3, (y + 1) * width * 3);
    data.set(row, ((top + y) * size + left) * 3);
  }
  return { width: size, height: size, data };
}

function roundHalfToEven(value) {
  const below = Math.floor(value), rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
