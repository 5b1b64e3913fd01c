// From a file to the pixels that the model sees, as Preprocess.pixels of the workbook makes them.

const MOST_PIXELS = 89478485; // as in Python
const NO_PHOTO = "This file is not a photo that can be read here. Choose a JPEG or PNG photo.";

// `preprocess` is {size, resize ("crop", "stretch" or "pad"), tallFirst (see resizePicture)}.
// Returns {width, height, data}, size x size, 3 bytes a pixel. Raises PhotoProblem.
async function prepareFile(file, { size, resize, tallFirst }) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) throw new PhotoProblem("This file is empty (0 bytes). Choose another.");
  const picture = turnUpright(await decodePhoto(file, bytes, size));
  if (resize === "pad") return padPicture(picture, size, tallFirst);
  const chosen = resize === "crop" ? middleSquare(picture) : picture;
  return resizePicture(chosen, size, size, tallFirst);
}

async function decodePhoto(file, bytes, size) {
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes, size);
    if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return await decodePng(bytes);
  } catch (error) {
    if (error instanceof PhotoProblem) throw error;
    if (!(error instanceof UnknownKind)) console.warn(error); // the browser may know better
  }
  return decodeByBrowser(file, bytes);
}

// Other formats: the browser reads them, turns them upright itself, and puts them on white.
async function decodeByBrowser(file, bytes) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  } catch {
    const heic = latin1(bytes.subarray(4, 12)).match(/^ftyp(hei|mif|msf)/);
    throw new PhotoProblem(
      heic ? "This browser cannot read HEIC photos. Export it as JPEG, and choose that." : NO_PHOTO,
    );
  }
  const { width, height } = bitmap;
  refuseHuge(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  const { data: four } = context.getImageData(0, 0, width, height);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let k = 0; k < 3; k++) data[3 * i + k] = four[4 * i + k];
  }
  return { width, height, data, orientation: 1 };
}

function refuseHuge(width, height) {
  if (width * height > MOST_PIXELS) {
    throw new PhotoProblem(
      `This photo has ${width} x ${height} pixels, more than can be read. Make it smaller first.`,
    );
  }
}

// The EXIF note "orientation" (1 to 8), or undefined. The notes have the form of a TIFF file.
function orientationInExif(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const little = view.getUint16(0) === 0x4949;
    let at = view.getUint32(4, little);
    const count = view.getUint16(at, little);
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + 12 * i;
      if (view.getUint16(entry, little) !== 0x0112) continue;
      const wide = view.getUint16(entry + 2, little) === 4;
      return wide ? view.getUint32(entry + 8, little) : view.getUint16(entry + 8, little);
    }
  } catch {
    // damaged notes do not make the picture unusable
  }
  return undefined;
}

// For each orientation: are sides swapped, and does x and y of the old picture run backwards?
const ORIENTATIONS = {
  2: [false, true, false], 3: [false, true, true], 4: [false, false, true],
  5: [true, false, false], 6: [true, false, true], 7: [true, true, true], 8: [true, true, false],
};

function turnUpright({ width, height, data, orientation }) {
  if (!(orientation in ORIENTATIONS)) return { width, height, data };
  const [swapped, backX, backY] = ORIENTATIONS[orientation];
  const newWidth = swapped ? height : width, newHeight = swapped ? width : height;
  const out = new Uint8ClampedArray(data.length);
  for (let y = 0, to = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++, to += 3) {
      let [oldX, oldY] = swapped ? [y, x] : [x, y];
      if (backX) oldX = width - 1 - oldX;
      if (backY) oldY = height - 1 - oldY;
      const from = (oldY * width + oldX) * 3;
      out[to] = data[from];
      out[to + 1] = data[from + 1];
      out[to + 2] = data[from + 2];
    }
  }
  return { width: newWidth, height: newHeight, data: out };
}

function latin1(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
